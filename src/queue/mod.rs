//! Background work as such: requesting it, claiming what is due, holding its lease, recording how it ended, and
//! steering it.
//!
//! Use-cases request work here, and the workers in `jobs/` run it. This room knows no job: how each kind is done is in
//! `jobs/`.

mod control;
mod heartbeat;
mod outcome;
mod pace;
mod work;

pub use control::{JobError, cancel_job, job, job_on, jobs, retry_job};
pub use outcome::{Done, RunError, counted};
pub use pace::{POLL, after};
pub use work::{hold, next_due, run_due};

use jiff::Timestamp;

use crate::context::Ctx;
use domain::job::JobKind;
use store::StoreError;

/// Requests a job and wakes a worker. Any number of requests before the next run make one run.
pub async fn request(
    ctx: &Ctx,
    kind: JobKind,
    subject: &str,
    due: Timestamp,
) -> Result<(), StoreError> {
    ctx.store.request_job(kind, subject, due).await?;
    ctx.work.notify_one();
    Ok(())
}
