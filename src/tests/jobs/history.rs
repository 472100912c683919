//! What is recorded about runs.

use domain::job::{JobKind, JobState, RunOutcome};
use serde_json::{Value, json};

use super::quiet::QuietApp;

#[tokio::test]
async fn a_sync_tells_what_it_changed() {
    let quiet = QuietApp::start().await;
    let (id, token) = quiet.link().await;
    assert_eq!(quiet.sync_of(&id).await.state, JobState::Due);
    quiet.work_off().await;
    let job = quiet.sync_of(&id).await;
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 0));
    assert_eq!(job.owner.as_ref(), Some(&quiet.user.id));
    assert_eq!(job.connection.as_ref(), Some(&id));
    assert_eq!(job.institution.as_deref(), Some("First Platypus Bank"));
    let rows = quiet
        .books
        .number("SELECT COUNT(*) FROM bank_transaction")
        .await;
    let run = job.last_run.expect("a run");
    assert_eq!(run.outcome, RunOutcome::Done);
    let result: Value = serde_json::from_str(&run.result.expect("a result")).expect("JSON");
    assert_eq!(result, json!({"added": rows, "modified": 0, "removed": 0}));

    let refreshed = json!({"access_token": token});
    quiet.bank.ask("/transactions/refresh", refreshed).await;
    quiet.pass(5);
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    quiet.work_off().await;
    let runs = quiet.runs(&job.id).await;
    assert_eq!(runs.len(), 2);
    assert!(runs[0].fence > runs[1].fence && runs[0].started_at > runs[1].started_at);
    let result: Value =
        serde_json::from_str(runs[0].result.as_deref().expect("a result")).expect("JSON");
    assert!(result["added"].as_i64() > Some(0), "{result}");
}

#[tokio::test]
async fn a_failure_tells_its_code_its_words_and_the_provider_s_number() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet
        .proxy
        .fails("/item/get", 400, None, "INTERNAL_SERVER_ERROR");
    quiet.work_off().await;
    let job = quiet.sync_of(&id).await;
    assert_eq!((job.state, job.attempts), (JobState::Retrying, 1));
    let run = job.last_run.expect("a run");
    assert_eq!(run.outcome, RunOutcome::Failed);
    assert_eq!(run.error_code.as_deref(), Some("INTERNAL_SERVER_ERROR"));
    assert_eq!(run.request_id.as_deref(), Some("req-of-the-failure"));
    let message = run.message.expect("words");
    assert!(
        message.contains("try again") && !message.contains("raw words"),
        "{message}"
    );
}

#[tokio::test]
async fn an_institution_is_work_of_its_own_and_comes_again_in_a_month() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.proxy.fails(
        "/institutions/get_by_id",
        500,
        None,
        "INTERNAL_SERVER_ERROR",
    );
    quiet.work_off().await;
    let synced = quiet.sync_of(&id).await.last_run.expect("a run");
    assert_eq!(
        synced.outcome,
        RunOutcome::Done,
        "it does not wait for a logo"
    );
    let subject = "plaid/ins_109508";
    let job = quiet.job(JobKind::Institution, subject).await.expect("it");
    assert_eq!((job.state, job.owner.clone()), (JobState::Retrying, None));

    quiet.proxy.lets_through("/institutions/get_by_id");
    quiet.pass(60);
    quiet.work_off().await;
    let logos = "SELECT COUNT(*) FROM institution WHERE logo IS NOT NULL";
    assert_eq!(quiet.books.number(logos).await, 1);
    let job = quiet.job(JobKind::Institution, subject).await.expect("it");
    let wait = job.due_at.expect("again").duration_since(quiet.clock.now());
    assert_eq!((job.state, wait.as_hours()), (JobState::Waiting, 30 * 24));
    // A second connection to the same institution fetches nothing.
    let (second, _) = quiet.link().await;
    quiet.work_off().await;
    assert_eq!(quiet.runs(&job.id).await.len(), 2);
    // Once no connection uses it, it is not fetched any more.
    for connection in [&id, &second] {
        let now = quiet.clock.now();
        let asked = quiet
            .ctx
            .store
            .ask_unlink(&quiet.user.id, connection, true, now)
            .await;
        assert!(asked.expect("the database answers"));
    }
    quiet.pass(31 * 24 * 3_600);
    quiet.work_off().await;
    let job = quiet.job(JobKind::Institution, subject).await.expect("it");
    assert_eq!(job.state, JobState::Idle);
}

#[tokio::test]
async fn an_institution_that_nobody_knows_hurts_nobody() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet
        .proxy
        .says_invalid_input("/institutions/get_by_id", "INVALID_INSTITUTION");
    quiet.work_off().await;
    let job = quiet
        .job(JobKind::Institution, "plaid/ins_109508")
        .await
        .expect("it");
    assert_eq!(job.state, JobState::Waiting);
    let run = job.last_run.expect("a run");
    assert_eq!(run.result.as_deref(), Some(r#"{"known":false}"#));
    assert_eq!(quiet.sync_of(&id).await.state, JobState::Waiting);
}

#[tokio::test]
async fn the_provider_is_told_where_webhooks_go() {
    for (settings, told) in [
        (
            &[("PASSBOOK_PUBLIC_URL", "https://money.example.org")][..],
            json!("https://money.example.org/webhooks/plaid"),
        ),
        (&[][..], json!(null)),
    ] {
        let quiet = QuietApp::with(settings).await;
        let (id, token) = quiet.link().await;
        quiet.ask_for(JobKind::Webhook, id.as_str()).await;
        quiet.work_off().await;
        let run = quiet
            .job(JobKind::Webhook, id.as_str())
            .await
            .expect("it")
            .last_run;
        assert_eq!(run.expect("a run").outcome, RunOutcome::Done);
        let question = json!({"access_token": token});
        let answer = quiet.bank.ask("/item/get", question).await;
        let webhook = &answer["item"]["webhook"];
        let nowhere = webhook.is_null() || webhook == "";
        assert!(*webhook == told || (told.is_null() && nowhere), "{answer}");
    }
}
