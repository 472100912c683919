//! Subjects of jobs: an unreadable one is reported, and one person's is never another's.

use std::collections::HashSet;

use domain::job::{JobKind, JobState, RunOutcome};
use domain::problem::Reason;
use passbook::ledger;

use super::quiet::QuietApp;
use crate::hosted_link::PLATYPUS;

#[tokio::test]
async fn work_that_cannot_be_about_its_subject_fails_and_says_so() {
    let quiet = QuietApp::start().await;
    let about_something = [
        JobKind::Sync,
        JobKind::Unlink,
        JobKind::Link,
        JobKind::Check,
        JobKind::PutRight,
        JobKind::Webhook,
        JobKind::Notify,
        JobKind::Institution,
    ];
    for kind in about_something {
        quiet.ask_for(kind, "no such thing").await;
    }
    quiet.work_off().await;
    for kind in about_something {
        let job = quiet.job(kind, "no such thing").await.expect("it");
        assert_eq!((job.state, job.attempts), (JobState::Retrying, 1));
        let run = job.last_run.expect("a run");
        assert_eq!(run.outcome, RunOutcome::Failed, "{}", kind.as_str());
        assert_eq!(run.reason, Some(Reason::UnreadableSubject));
        assert_eq!(run.error_code.as_deref(), Some("UNREADABLE_SUBJECT"));
        let message = run.message.expect("words");
        assert!(message.contains("“no such thing”"), "{message}");
    }
}

#[tokio::test]
async fn work_that_is_about_everything_takes_any_word() {
    let quiet = QuietApp::start().await;
    let about_everything = [
        JobKind::CleanUp,
        JobKind::Optimize,
        JobKind::SearchWords,
        JobKind::Mail,
    ];
    for kind in about_everything {
        quiet.ask_for(kind, "a word of an earlier version").await;
    }
    quiet.work_off().await;
    for kind in about_everything {
        let job = quiet.job(kind, "a word of an earlier version").await;
        let run = job.expect("it").last_run.expect("a run");
        assert_eq!(run.outcome, RunOutcome::Done, "{}", kind.as_str());
    }
}

#[tokio::test]
async fn a_person_s_pages_read_only_their_own_work() {
    let quiet = QuietApp::start().await;
    let (first, _) = quiet.link().await;
    quiet.work_off().await;
    let (second, _) = quiet.link().await;
    let eve = quiet.another_person().await;
    let (hers, _) = quiet.link_for(&eve.id, PLATYPUS).await;
    quiet.ask_for(JobKind::Check, first.as_str()).await;

    let (store, now) = (&quiet.ctx.store, quiet.clock.now());
    for (user, linked) in [(&quiet.user, &second), (&eve, &hers)] {
        let busy = store.busy_connections(&user.id, JobKind::Sync, now).await;
        let busy = busy.expect("the database answers");
        assert_eq!(busy, HashSet::from([linked.clone()]));
        let listed = ledger::records::connections(&quiet.ctx, user).await;
        for record in listed.expect("the database answers") {
            assert_eq!(record.syncing, record.connection.id == *linked);
        }
    }
    for (id, syncing) in [(&first, false), (&second, true)] {
        let record = ledger::records::connection(&quiet.ctx, &quiet.user, id.as_str()).await;
        assert_eq!(record.expect("it is there").syncing, syncing);
    }
}
