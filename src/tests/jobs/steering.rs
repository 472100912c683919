//! Looking at jobs and steering them: a person their own, the admin all.

use domain::id::JobId;
use domain::job::{Cancelled, JobKind, JobQuery, JobState, RunOutcome, Whose};
use passbook::jobs;
use passbook::queue::{self, JobError};
use passbook::sync;

use super::quiet::QuietApp;

#[tokio::test]
async fn a_running_sync_that_is_called_off_writes_nothing() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    let go_on = quiet.proxy.keeps_waiting("/transactions/sync");
    let ctx = quiet.ctx.clone();
    let worker = tokio::spawn(async move { queue::run_due(&ctx, jobs::run).await });
    quiet.proxy.somebody_waits().await;

    let job = quiet.sync_of(&id).await;
    assert_eq!(job.state, JobState::Running);
    let whose = Whose::Person(&quiet.user.id);
    let was = queue::cancel_job(&quiet.ctx, whose, &job.id)
        .await
        .expect("called off");
    assert_eq!(was, Cancelled::Running);
    quiet.proxy.lets_through("/transactions/sync");
    go_on.notify_one();
    assert!(worker.await.expect("it ends").expect("it is no error"));

    assert_eq!(
        quiet
            .books
            .number("SELECT COUNT(*) FROM bank_transaction")
            .await,
        0
    );
    let untouched = "SELECT COUNT(*) FROM connection WHERE cursor IS NULL AND last_synced_at IS NULL AND problem_code IS NULL";
    assert_eq!(quiet.books.number(untouched).await, 1);
    let job = quiet.sync_of(&id).await;
    assert_eq!((job.state, job.due_at), (JobState::Idle, None));
    assert_eq!(job.last_run.expect("a run").outcome, RunOutcome::Cancelled);

    // It runs again at the next poll, or when it is requested.
    sync::arm_forgotten(&quiet.ctx).await.expect("armed");
    let due = quiet.sync_of(&id).await.due_at.expect("armed");
    assert_eq!(due.duration_since(quiet.clock.now()).as_hours(), 6);
    queue::retry_job(&quiet.ctx, whose, &job.id)
        .await
        .expect("asked");
    quiet.work_off().await;
    assert!(
        quiet
            .books
            .number("SELECT COUNT(*) FROM bank_transaction")
            .await
            > 0
    );
}

#[tokio::test]
async fn waiting_work_is_disarmed_and_nothing_is_called_off_twice() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    let job = quiet.sync_of(&id).await;
    for was in [Cancelled::Waiting, Cancelled::Nothing] {
        let done = queue::cancel_job(&quiet.ctx, Whose::Anybody, &job.id).await;
        assert_eq!(done.expect("called off"), was);
    }
    quiet.pass(7 * 3_600);
    assert!(!quiet.work().await);
    assert_eq!(quiet.runs(&job.id).await[0].outcome, RunOutcome::Done);
}

#[tokio::test]
async fn the_end_of_a_connection_is_not_called_off() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    sync::unlink(&quiet.ctx, &quiet.user, &id, true)
        .await
        .expect("asked");
    let job = quiet.job(JobKind::Unlink, id.as_str()).await.expect("it");
    for whose in [Whose::Person(&quiet.user.id), Whose::Anybody] {
        let refused = queue::cancel_job(&quiet.ctx, whose, &job.id).await;
        let Err(JobError::Refused(why)) = refused else {
            panic!("{refused:?}");
        };
        assert!(why.contains("paid"), "{why}");
    }
    let sync_job = quiet.sync_of(&id).await;
    assert_eq!(sync_job.state, JobState::Idle, "nothing is synced any more");
    quiet.work_off().await;
    let ended = "SELECT COUNT(*) FROM connection WHERE unlinked_at IS NOT NULL";
    assert_eq!(quiet.books.number(ended).await, 1);
}

#[tokio::test]
async fn unlinking_takes_a_running_sync_its_lease() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    let go_on = quiet.proxy.keeps_waiting("/transactions/sync");
    let ctx = quiet.ctx.clone();
    let worker = tokio::spawn(async move { queue::run_due(&ctx, jobs::run).await });
    quiet.proxy.somebody_waits().await;
    sync::unlink(&quiet.ctx, &quiet.user, &id, true)
        .await
        .expect("asked");
    go_on.notify_one();
    worker.await.expect("it ends").expect("it is no error");
    let open = "SELECT COUNT(*) FROM account WHERE closed_at IS NULL";
    assert_eq!(quiet.books.number(open).await, 0, "no account comes back");
    quiet.work_off().await;
    let job = quiet.sync_of(&id).await;
    assert_eq!(quiet.runs(&job.id).await[0].outcome, RunOutcome::Cancelled);
}

#[tokio::test]
async fn other_people_s_work_is_not_there() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    let eve = quiet.another_person().await;
    let (hers, _) = quiet.link_for(&eve.id, "ins_109509").await;
    quiet.work_off().await;
    sync::request_clean_up(&quiet.ctx).await.expect("asked");

    let job = quiet.sync_of(&id).await;
    let stranger = Whose::Person(&eve.id);
    let unknown = JobId::generate();
    for id in [&job.id, &unknown] {
        assert!(matches!(
            queue::job(&quiet.ctx, stranger, id).await,
            Err(JobError::NotFound)
        ));
        assert!(matches!(
            queue::retry_job(&quiet.ctx, stranger, id).await,
            Err(JobError::NotFound)
        ));
        assert!(matches!(
            queue::cancel_job(&quiet.ctx, stranger, id).await,
            Err(JobError::NotFound)
        ));
        // The store refuses too.
        let now = quiet.clock.now();
        assert_eq!(
            quiet
                .ctx
                .store
                .cancel_job(stranger, id, now)
                .await
                .expect("an answer"),
            None
        );
    }
    assert_eq!(quiet.sync_of(&id).await, job, "nothing has changed");

    let query = JobQuery {
        limit: 100,
        ..JobQuery::default()
    };
    let page = queue::jobs(&quiet.ctx, stranger, &query)
        .await
        .expect("a page");
    let subjects: Vec<_> = page.jobs.iter().map(|job| job.subject.as_str()).collect();
    assert_eq!(subjects, [hers.as_str()]);
    let nobody_s = quiet.job(JobKind::CleanUp, "history").await.expect("it");
    assert!(matches!(
        queue::retry_job(&quiet.ctx, stranger, &nobody_s.id).await,
        Err(JobError::NotFound)
    ));
    queue::retry_job(&quiet.ctx, Whose::Anybody, &nobody_s.id)
        .await
        .expect("the operator may");
}

#[tokio::test]
async fn pages_go_on_where_the_last_ended_and_states_can_be_asked_for() {
    let quiet = QuietApp::start().await;
    for n in 0..25 {
        quiet
            .ask_for(JobKind::Institution, &format!("plaid/ins_{n}"))
            .await;
    }
    for _ in 0..3 {
        quiet.claim().await.expect("one");
    }
    let mut query = JobQuery {
        limit: 10,
        ..JobQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = queue::jobs(&quiet.ctx, Whose::Anybody, &query)
            .await
            .expect("a page");
        assert!(page.jobs.len() <= 10);
        seen.extend(page.jobs.into_iter().map(|job| job.id));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(
        seen.is_sorted_by(|a, b| a > b),
        "each once, the newest first"
    );

    for (state, wanted) in [
        (JobState::Running, 3),
        (JobState::Due, 22),
        (JobState::Idle, 0),
    ] {
        let query = JobQuery {
            state: Some(state),
            limit: 100,
            ..JobQuery::default()
        };
        let page = queue::jobs(&quiet.ctx, Whose::Anybody, &query)
            .await
            .expect("a page");
        assert_eq!(page.jobs.len(), wanted, "{state:?}");
        assert!(page.jobs.iter().all(|job| job.state == state));
    }
}

#[tokio::test]
async fn doing_it_now_forgets_the_failures() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet
        .proxy
        .fails("/item/get", 500, None, "INTERNAL_SERVER_ERROR");
    for _ in 0..4 {
        quiet.work_off().await;
        quiet.pass(120);
    }
    let job = quiet.sync_of(&id).await;
    assert_eq!(job.attempts, 4);
    quiet.proxy.lets_through("/item/get");
    queue::retry_job(&quiet.ctx, Whose::Person(&quiet.user.id), &job.id)
        .await
        .expect("asked");
    assert_eq!(quiet.sync_of(&id).await.attempts, 0);
    quiet.work_off().await;
    let job = quiet.sync_of(&id).await;
    assert_eq!((job.attempts, job.state), (0, JobState::Waiting));
    let well =
        "SELECT COUNT(*) FROM connection WHERE problem_code IS NULL AND last_synced_at IS NOT NULL";
    assert_eq!(quiet.books.number(well).await, 1);
}
