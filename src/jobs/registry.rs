//! Maps each kind of work to its job.

use std::pin::Pin;

use super::kinds::{
    Backup, Check, CleanUp, FinishLink, Institution, Job, Mail, Notify, Optimize, PutRight,
    SearchWords, Sync, Unlink, WebhookAddress,
};
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::job::JobKind;

/// A run in progress.
pub type Running = Pin<Box<dyn Future<Output = Result<Done, RunError>> + Send>>;

struct Entry {
    kind: JobKind,
    run: fn(Ctx, Lease) -> Running,
}

/// Every job.
const REGISTRY: [Entry; JobKind::ALL.len()] = [
    entry::<Sync>(),
    entry::<Unlink>(),
    entry::<FinishLink>(),
    entry::<Check>(),
    entry::<PutRight>(),
    entry::<Institution>(),
    entry::<WebhookAddress>(),
    entry::<CleanUp>(),
    entry::<Optimize>(),
    entry::<Notify>(),
    entry::<SearchWords>(),
    entry::<Backup>(),
    entry::<Mail>(),
];

const fn entry<J: Job>() -> Entry {
    Entry {
        kind: J::KIND,
        run: run_as::<J>,
    }
}

/// Runs a job of the lease's kind.
#[must_use]
pub fn run(ctx: Ctx, lease: Lease) -> Running {
    match REGISTRY.iter().find(|entry| entry.kind == lease.kind) {
        Some(entry) => (entry.run)(ctx, lease),
        // Cannot happen: the test below checks that every kind has an entry.
        None => Box::pin(async { Err(RunError::Crashed) }),
    }
}

fn run_as<J: Job>(ctx: Ctx, lease: Lease) -> Running {
    Box::pin(async move {
        match J::about(&lease.subject) {
            Some(job) => job.run(&ctx, &lease).await,
            None => Err(RunError::Subject),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_has_exactly_one_job() {
        for kind in JobKind::ALL {
            assert_eq!(JobKind::from_word(kind.as_str()), Some(kind));
            let jobs = REGISTRY.iter().filter(|entry| entry.kind == kind);
            assert_eq!(jobs.count(), 1, "{}", kind.as_str());
        }
    }
}
