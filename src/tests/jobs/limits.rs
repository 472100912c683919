//! How providers are spared: back-off, `Retry-After`, and rate limits that are never reached.

use axum::http::{HeaderMap, HeaderName};
use domain::id::ConnectionId;
use domain::job::{JobKind, JobState};
use domain::secret::Secret;
use domain::usage::{HELD_BACK, Usage};
use domain::webhook::Refusal;
use passbook::jobs;
use passbook::queue;
use passbook::sync;
use providers::{Key, Knock, ReadFrom};
use serde_json::json;

use super::quiet::QuietApp;
use crate::app::{TestApp, eventually};

#[tokio::test]
async fn each_failure_waits_longer_and_webhooks_do_not_hurry_it() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet
        .proxy
        .fails("/item/get", 500, None, "INTERNAL_SERVER_ERROR");
    let mut before = 0;
    for attempt in 1..=8 {
        quiet.work_off().await;
        let job = quiet.sync_of(&id).await;
        assert_eq!((job.attempts, job.state), (attempt, JobState::Retrying));
        let wait = job.due_at.expect("armed").duration_since(quiet.clock.now());
        assert!(wait.as_millis() > before, "{wait:?} after {before} ms");
        before = wait.as_millis();
        // Further requests do not bring it forward.
        for _ in 0..10 {
            quiet.ask_for(JobKind::Sync, id.as_str()).await;
        }
        assert!(!quiet.work().await, "attempt {attempt}");
        quiet.pass(i64::try_from(before / 1_000).expect("it fits") + 1);
    }
    assert!(before >= 200_000, "{before} ms");
}

#[tokio::test]
async fn retry_after_is_obeyed_whoever_asks() {
    for (asked, seconds) in [("600", 600), ("Sat, 21 Nov 2026 10:20:00 GMT", 1_200)] {
        let quiet = QuietApp::start().await;
        let (id, _) = quiet.link().await;
        quiet
            .proxy
            .fails("/accounts/get", 429, Some(asked), "ACCOUNTS_LIMIT");
        quiet.work_off().await;
        quiet.proxy.lets_through("/accounts/get");
        quiet.pass(seconds - 1);
        quiet.ask_for(JobKind::Sync, id.as_str()).await;
        assert!(!quiet.work().await, "{asked}");
        // At most a quarter more.
        quiet.pass(seconds / 4 + 2);
        quiet.work_off().await;
        assert_eq!(quiet.sync_of(&id).await.attempts, 0, "{asked}");
    }
}

#[tokio::test]
async fn work_without_a_token_is_given_back_and_is_no_failure() {
    let mut quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    // The Sandbox allows 40 a minute and refuses the next.
    let mut done = 0;
    for _ in 0..60 {
        quiet.ask_for(JobKind::Sync, id.as_str()).await;
        if !quiet.work().await || quiet.sync_of(&id).await.state != JobState::Waiting {
            break;
        }
        done += 1;
        if quiet.runs(&quiet.sync_of(&id).await.id).await[0]
            .error_code
            .is_some()
        {
            break;
        }
    }
    assert!((32..40).contains(&done), "{done}");
    let job = quiet.sync_of(&id).await;
    let run = job.last_run.clone().expect("a run");
    assert_eq!(run.error_code.as_deref(), Some(HELD_BACK));
    assert_eq!((job.attempts, job.state), (0, JobState::Waiting));
    let shown = "SELECT COUNT(*) FROM connection WHERE problem_code IS NOT NULL";
    assert_eq!(quiet.books.number(shown).await, 0);
    let calls = quiet.calls();
    assert!(
        calls.iter().all(|call| call.outcome == "ok"),
        "the bank never refused"
    );

    let usage = sync::usage(&quiet.ctx);
    let its = usage
        .iter()
        .find(|usage| usage.endpoint == "/item/get" && usage.connection.as_ref() == Some(&id));
    let its = its.expect("its usage");
    assert_eq!(
        (its.used, its.ours, its.limit, its.enforced),
        (32, 32, 40, true)
    );

    // Another connection is not delayed, and this one goes on a minute later.
    let (other, _) = quiet.link().await;
    quiet.work_off().await;
    assert!(
        quiet
            .sync_of(&other)
            .await
            .last_run
            .expect("a run")
            .error_code
            .is_none()
    );
    quiet.pass(76);
    quiet.work_off().await;
    let run = quiet.sync_of(&id).await.last_run.expect("a run");
    assert_eq!(run.error_code, None);
}

#[tokio::test]
async fn a_run_of_more_pages_than_a_minute_allows_goes_on_in_the_next() {
    let quiet = QuietApp::start().await;
    let (id, token) = quiet.link().await;
    let token = Secret::new(token);
    let ctx = quiet.ctx.clone();
    let paging = tokio::spawn(async move {
        let key = Key {
            token: &token,
            connection: &id,
        };
        let plaid = ctx.providers.named("plaid").expect("it is set up");
        for page in 0..60 {
            let got = plaid.page(key, ReadFrom::Beginning, None).await;
            got.unwrap_or_else(|problem| panic!("page {page}: {problem}"));
        }
    });
    let most = |usage: &Usage| usage.connection.is_some() && usage.used == usage.ours;
    eventually("forty pages", || async {
        sync::usage(&quiet.ctx).iter().any(most).then_some(())
    })
    .await;
    assert!(!paging.is_finished());
    quiet.pass(61);
    paging.await.expect("all of them");
}

#[tokio::test]
async fn a_program_that_was_started_anew_remembers_the_minute_before() {
    let (app, _, id) = TestApp::build().plaid().linked().await;
    let app = app.restarted().await;
    let made = app.clock.now().as_millisecond() - 60_000;
    let made = format!(
        "SELECT COUNT(*) FROM provider_call WHERE endpoint = '/item/get' AND started_at > {made}"
    );
    let made = app.books().await.count(&made).await;
    assert!(made > 0);
    let usage = sync::usage(app.ctx());
    let used = |usage: &Usage| {
        let of_item = usage.connection.as_ref().map(ConnectionId::as_str) == Some(id.as_str());
        of_item && usage.endpoint == "/item/get" && i64::from(usage.used) >= made
    };
    assert!(usage.iter().any(used), "{usage:?}");
}

#[tokio::test]
async fn when_the_bank_has_had_enough_the_bucket_is_empty() {
    let mut quiet = QuietApp::start().await;
    let (id, token) = quiet.link().await;
    quiet.work_off().await;
    // Another client with the same keys uses them up.
    for _ in 0..41 {
        let question = json!({"access_token": token});
        quiet.bank.ask("/item/get", question).await;
    }
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    quiet.work_off().await;
    let run = quiet.sync_of(&id).await.last_run.expect("a run");
    assert_eq!(run.error_code.as_deref(), Some("ITEM_GET_LIMIT"));
    let usage = sync::usage(&quiet.ctx);
    let its = usage
        .iter()
        .find(|usage| usage.endpoint == "/item/get" && usage.connection.as_ref() == Some(&id));
    assert_eq!(its.map(|its| (its.used, its.ours)), Some((32, 32)));
    quiet.calls();
    let user = Some(&quiet.user.id).cloned();
    let job = quiet.sync_of(&id).await;
    assert_eq!(job.owner, user);
    // Even a manual retry makes no call before the minute is over.
    let whose = domain::job::Whose::Anybody;
    queue::retry_job(&quiet.ctx, whose, &job.id)
        .await
        .expect("asked");
    quiet.work_off().await;
    assert_eq!(quiet.calls().len(), 0);
    quiet.pass(80);
    quiet.work_off().await;
    assert_eq!(quiet.sync_of(&id).await.attempts, 0);
}

#[tokio::test]
async fn calls_that_nobody_waits_for_any_more_are_recorded() {
    let mut quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.calls();
    let _go_on = quiet.proxy.keeps_waiting("/item/get");
    let ctx = quiet.ctx.clone();
    let worker = tokio::spawn(async move { queue::run_due(&ctx, jobs::run).await });
    quiet.proxy.somebody_waits().await;
    worker.abort();
    assert!(worker.await.expect_err("given up").is_cancelled());
    let mut calls = Vec::new();
    eventually("the record", || {
        calls.extend(quiet.calls());
        let found = !calls.is_empty();
        async move { found.then_some(()) }
    })
    .await;
    let told = |call: &domain::connection::Call| {
        (
            call.endpoint,
            call.outcome.clone(),
            call.connection_id.clone(),
        )
    };
    let calls: Vec<_> = calls.iter().map(told).collect();
    assert_eq!(calls, [("/item/get", "GIVEN_UP".to_owned(), Some(id))]);
}

#[tokio::test]
async fn a_key_that_takes_too_long_is_recorded() {
    let mut quiet = QuietApp::start().await;
    let _go_on = quiet.proxy.keeps_waiting("/webhook_verification_key/get");
    let header = signed_by_a_new_key(quiet.clock.now().as_second());
    let now = quiet.clock.now();
    let header = header.parse().expect("a header");
    let headers = HeaderMap::from_iter([(HeaderName::from_static("plaid-verification"), header)]);
    let knock = Knock {
        headers: &headers,
        path: "",
        body: b"{}",
    };
    let refused = quiet.plaid().verify_webhook(knock, now).await;
    assert_eq!(refused.expect_err("not believed"), Refusal::KeyUnreachable);
    let calls = quiet.calls();
    let told: Vec<_> = calls
        .iter()
        .map(|call| (call.endpoint, call.outcome.as_str()))
        .collect();
    assert_eq!(told, [("/webhook_verification_key/get", "TIMEOUT")]);
}

/// Returns a token as Plaid would sign `{}`. The signature itself is checked only once the key is known.
fn signed_by_a_new_key(at: i64) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let header =
        json!({"alg": "ES256", "kid": "6c5516e1-92dc-479e-a8ff-5a51992e0009", "typ": "JWT"});
    let claims = json!({"iat": at, "request_body_sha256": hash});
    format!(
        "{}.{}.{}",
        B64.encode(header.to_string()),
        B64.encode(claims.to_string()),
        B64.encode([7_u8; 64])
    )
}
