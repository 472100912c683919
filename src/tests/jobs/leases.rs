//! Leases: one run at a time on one subject, and a worker that lost its lease writes nothing.

use domain::feed::{ConnectionFacts, Institution, UpdateStatus};
use domain::id::ConnectionId;
use domain::job::{JobKind, JobState, RunEnd, RunOutcome};
use jiff::SignedDuration;
use providers::plaid::problem;
use store::{StoreError, SyncCommit};

use super::quiet::QuietApp;
use crate::app::TestApp;

#[tokio::test]
async fn a_worker_that_died_holds_up_nobody_for_more_than_a_minute() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    let lease = quiet.claim().await.expect("the first sync");
    assert_eq!(
        (lease.kind, lease.subject.as_str()),
        (JobKind::Sync, id.as_str())
    );
    assert_eq!(quiet.sync_of(&id).await.state, JobState::Running);
    quiet.pass(59);
    assert!(!quiet.work().await, "it may still be at it");
    quiet.pass(1);
    assert!(quiet.work().await);
    let job = quiet.sync_of(&id).await;
    let outcomes: Vec<_> = quiet
        .runs(&job.id)
        .await
        .iter()
        .map(|run| run.outcome)
        .collect();
    assert_eq!(outcomes, [RunOutcome::Done, RunOutcome::Lost]);
    assert!(
        quiet
            .books
            .number("SELECT COUNT(*) FROM bank_transaction")
            .await
            > 0
    );
}

#[tokio::test]
async fn an_old_worker_writes_nothing_after_a_takeover() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    let old = quiet.claim().await.expect("a sync");
    quiet.pass(61);
    let new = quiet.claim().await.expect("the same again");
    assert_eq!(
        (old.job_id.clone(), old.fence + 1),
        (new.job_id.clone(), new.fence)
    );

    let (store, now) = (&quiet.ctx.store, quiet.clock.now());
    let (connection, _, _) = store
        .connection_to_sync(&id)
        .await
        .expect("the database answers")
        .expect("a connection");
    let all = "SELECT (cursor IS NULL) || ' ' || seen_rows || ' ' || COALESCE(problem_code, 'well') || ' ' || length(sealed_token) FROM connection";
    let before = quiet.books.texts(all).await;
    let down = problem("INSTITUTION_ERROR", "INSTITUTION_DOWN", None);
    let facts = ConnectionFacts::default();
    let commit = SyncCommit {
        lease: &old,
        connection: &connection,
        cursor_before: None,
        cursor_after: Some("moved"),
        status: UpdateStatus::Historical,
        accounts: &[],
        former_accounts: &[],
        upserts: &[],
        removed: &[],
        set_aside: &[],
        whole: None,
        synced: true,
        cursor_lost: false,
        facts: &facts,
        now,
        today: quiet.clock.today(),
    };
    let institution = Institution {
        provider_id: "ins_1".into(),
        name: "Old".into(),
        logo: None,
        color: None,
        url: None,
    };
    let until = now + SignedDuration::from_secs(60);
    let lost = [
        store.apply_sync(&commit).await.map(drop),
        store.record_problem(&old, &id, &down, now).await,
        store.end_connection(&old, &id, now).await.map(drop),
        store.keep_institution(&old, "plaid", &institution, 0).await,
        store.renew(&old, until).await,
        store.finish_job(&old, &RunEnd::default(), now).await,
    ];
    for (at, result) in lost.iter().enumerate() {
        assert!(
            matches!(result, Err(StoreError::LeaseLost)),
            "{at}: {result:?}"
        );
    }
    // Progress is only for display: no error is returned, but nothing is written either.
    store
        .record_progress(&old, &id, 77)
        .await
        .expect("no error");
    assert_eq!(quiet.books.texts(all).await, before);
    assert_eq!(
        quiet.books.number("SELECT COUNT(*) FROM institution").await,
        0
    );
    assert_eq!(
        quiet.sync_of(&id).await.state,
        JobState::Running,
        "the new one is at it"
    );

    store
        .finish_job(&new, &RunEnd::default(), now)
        .await
        .expect("its own");
}

#[tokio::test]
async fn nobody_works_on_what_another_is_busy_with() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.ask_for(JobKind::Webhook, id.as_str()).await;
    let first = quiet.claim().await.expect("one of both");
    assert_eq!(
        quiet.claim().await,
        None,
        "they are about the same connection"
    );
    let due = quiet
        .ctx
        .store
        .next_due()
        .await
        .expect("the database answers");
    let held = quiet.clock.now() + SignedDuration::from_secs(60);
    assert_eq!(due, Some(held.as_millisecond()), "nobody looks before");
    let (other, _) = quiet.link().await;
    assert_eq!(
        quiet.claim().await.expect("another's").subject,
        other.as_str()
    );

    let now = quiet.clock.now();
    let done = quiet
        .ctx
        .store
        .finish_job(&first, &RunEnd::default(), now)
        .await;
    done.expect("it ends");
    let second = quiet.claim().await.expect("the other of both");
    assert_eq!(second.subject, id.as_str());
    assert_ne!(second.kind, first.kind);
}

#[tokio::test]
async fn what_is_asked_for_during_a_run_runs_once_more() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    let lease = quiet.claim().await.expect("a sync");
    for _ in 0..20 {
        quiet.ask_for(JobKind::Sync, id.as_str()).await;
    }
    assert_eq!(quiet.claim().await, None);
    let now = quiet.clock.now();
    let end = RunEnd {
        next: Some(now + SignedDuration::from_hours(6)),
        ..RunEnd::default()
    };
    quiet
        .ctx
        .store
        .finish_job(&lease, &end, now)
        .await
        .expect("it ends");
    assert!(quiet.claim().await.is_some());
    assert_eq!(quiet.claim().await, None);
}

#[tokio::test]
async fn what_a_person_waits_for_goes_first() {
    let quiet = QuietApp::start().await;
    quiet.ask_for(JobKind::CleanUp, "history").await;
    quiet
        .ask_for(JobKind::Sync, ConnectionId::generate().as_str())
        .await;
    quiet.pass(5);
    quiet
        .ask_for(JobKind::Unlink, ConnectionId::generate().as_str())
        .await;
    let mut kinds = Vec::new();
    while let Some(lease) = quiet.claim().await {
        kinds.push(lease.kind);
    }
    assert_eq!(kinds[0], JobKind::Unlink);
    assert_eq!(kinds.len(), 3);
}

#[tokio::test]
async fn a_start_finds_every_lease_given_back_and_the_run_lost() {
    let app = TestApp::start().await;
    let books = app.books().await;
    // The state after a kill: a held lease, and a run without an end.
    let id = domain::id::JobId::generate();
    for sql in [
        format!(
            "INSERT INTO job (id, kind, subject, run_at, lease_until, fence) VALUES ('{id}', 'clean_up', 'nothing', 1, 9000000000000, 7)"
        ),
        format!(
            "INSERT INTO job_run (job_id, fence, started_at) VALUES ('{id}', 7, {})",
            app.clock.now().as_millisecond()
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&books.pool)
            .await
            .expect("written");
    }
    let app = app.restarted().await;
    let runs = "SELECT COUNT(*) FROM job_run WHERE fence = 7 AND outcome = 'lost' AND finished_at IS NOT NULL";
    assert_eq!(app.number(runs).await, 1);
    let again = "SELECT COUNT(*) FROM job_run WHERE fence > 7 AND outcome = 'done'";
    crate::app::eventually("the work is done again", || async {
        (app.number(again).await == 1).then_some(())
    })
    .await;
}
