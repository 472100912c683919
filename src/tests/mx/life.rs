//! The life of a connection at MX: misleading states, challenges, restarts, and who may do what.

use std::time::Duration;

use domain::connection::{LinkStatus, TransactionsStatus};
use domain::problem::Reason;
use domain::provider::Typed;
use domain::secret::Secret;
use jiff::SignedDuration;
use passbook::ledger::records;
use passbook::sync::{self, SyncError, TypedLink, TypedOutcome};
use serde_json::json;

use super::own_bank::{
    add_fault, clear_faults, completes_with_answers, give_answers, listed_rows, only_member,
    rest_and_pass, row_ids, start, sync_now,
};
use super::{MXBANK, comes_to, completes, filled, link, read_connection};
use crate::app::{ADA, EVE, eventually};

const STATUS: &str = "GET /users/{user}/members/{member}/status";
const TRANSACTIONS: &str = "GET /users/{user}/members/{member}/transactions";

#[tokio::test]
async fn connected_while_it_is_aggregated_is_success_and_downloading() {
    let app = start().await;
    let id = link(&app, "anything").await;
    let member = only_member(&app).await;
    // The bank has accepted the log-in, and its data takes its time.
    let goes_on = json!({"member_guid": member, "connection_status": "CONNECTED", "polls": 10_000});
    app.bank().misbehave("member/status", goes_on).await;
    let linked = comes_to(&app, &id, LinkStatus::Success).await;
    let downloading = Some(TransactionsStatus::Downloading);
    assert_eq!(linked.transactions_status(), downloading);
    sync_now(&app, &id).await;
    let still = read_connection(&app, &id).await;
    assert_eq!(still.transactions_status(), downloading);
    assert_eq!(
        still.last_synced_at, None,
        "only what is complete is synced"
    );
    let over = json!({"member_guid": member, "connection_status": "CONNECTED"});
    app.bank().misbehave("member/status", over).await;
    let done = completes(&app, &id).await;
    assert_eq!(
        done.transactions_status(),
        Some(TransactionsStatus::Complete)
    );
    assert_eq!(done.last_synced_at, done.history_complete_at);
}

#[tokio::test]
async fn the_status_of_before_is_not_believed_after_new_credentials() {
    let app = start().await;
    let id = link(&app, "INVALID").await;
    comes_to(&app, &id, LinkStatus::WrongCredentials).await;
    // MX still shows DENIED for a while.
    app.bank()
        .misbehave("member/pace", json!({"polls": 1, "stale": 1}))
        .await;
    let typed = filled(&app, MXBANK, ["mxuser", "anything"]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    again.expect("it is begun");
    comes_to(&app, &id, LinkStatus::Success).await;
    only_member(&app).await;
}

#[tokio::test]
async fn an_answer_to_a_challenge_that_was_not_asked_is_refused_here() {
    let app = start().await;
    let id = link(&app, "challenge").await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    let asked = sync::challenges(app.ctx(), &app.user(&ADA).await, &id).await;
    let asked = asked.expect("they are read");
    let answer = |field: &str| Typed {
        field: field.to_owned(),
        value: Secret::new("correct"),
    };
    let foreign = answer("CHL-00000000-0000-0000-0000-000000000000");
    for answers in [
        vec![foreign.clone()],
        vec![answer(&asked[0].id), foreign],
        vec![],
    ] {
        let refused =
            sync::answer_challenges(app.ctx(), &app.user(&ADA).await, &id, &answers).await;
        assert!(matches!(refused, Err(SyncError::NotFound)));
    }
    assert_eq!(
        read_connection(&app, &id).await.link_status(),
        LinkStatus::Challenged
    );
    give_answers(&app, &id, "correct")
        .await
        .expect("it is taken");
    comes_to(&app, &id, LinkStatus::Success).await;
}

#[tokio::test]
async fn a_challenge_that_nobody_answers_in_time_is_begun_again_on_the_same_member() {
    let app = start().await;
    let id = link(&app, "challenge").await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    rest_and_pass(&app, SignedDuration::from_mins(11)).await;
    let ended = eventually("the end of it", || async {
        rest_and_pass(&app, SignedDuration::from_secs(10)).await;
        let connection = read_connection(&app, &id).await;
        (connection.link_status() == LinkStatus::OtherError).then_some(connection)
    })
    .await;
    let reason = ended.problem.map(|problem| problem.reason);
    assert_eq!(reason, Some(Reason::AnsweredTooLate));
    let late = give_answers(&app, &id, "correct").await;
    assert!(late.is_err(), "nothing is asked any more");
    let typed = filled(&app, MXBANK, ["mxuser", "anything"]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    assert_eq!(again.expect("it is begun").connection(), &id);
    comes_to(&app, &id, LinkStatus::Success).await;
    only_member(&app).await;
}

#[tokio::test]
async fn a_log_in_that_is_sent_twice_is_one_member_and_an_answer_one_answer() {
    let app = start().await;
    let typed = filled(&app, MXBANK, ["mxuser", "challenge"]).await;
    let wanted = TypedLink {
        provider: "mx",
        institution_id: MXBANK,
        institution_name: "MX Bank",
        typed: &typed,
    };
    let (ctx, ada) = (app.ctx(), &app.user(&ADA).await);
    let (one, two) = tokio::join!(
        sync::link_typed(ctx, ada, wanted.clone()),
        sync::link_typed(ctx, ada, wanted)
    );
    let (one, two) = (one.expect("it stands"), two.expect("it stands"));
    assert_eq!(one.connection(), two.connection());
    let sent = |it: &TypedOutcome| matches!(it, TypedOutcome::Sent(_));
    assert!(sent(&one) != sent(&two), "{one:?} {two:?}");
    let one = one.connection().clone();
    only_member(&app).await;
    comes_to(&app, &one, LinkStatus::Challenged).await;
    let (first, second) = tokio::join!(
        give_answers(&app, &one, "correct"),
        give_answers(&app, &one, "correct")
    );
    assert!(first.is_ok() || second.is_ok(), "{first:?} {second:?}");
    comes_to(&app, &one, LinkStatus::Success).await;
    completes_with_answers(&app, &one).await;
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(app.number(connections).await, 1);
}

#[tokio::test]
async fn a_link_goes_on_after_a_restart_while_the_bank_is_being_asked() {
    let app = start().await;
    app.bank()
        .misbehave("member/pace", json!({"polls": 4}))
        .await;
    let id = link(&app, "challenge").await;
    assert_eq!(
        read_connection(&app, &id).await.link_status(),
        LinkStatus::Processing
    );
    let app = app.restarted().await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    let app = app.restarted().await;
    assert_eq!(
        read_connection(&app, &id).await.link_status(),
        LinkStatus::Challenged
    );
    give_answers(&app, &id, "correct")
        .await
        .expect("it is taken");
    let app = app.restarted().await;
    comes_to(&app, &id, LinkStatus::Success).await;
    completes_with_answers(&app, &id).await;
    only_member(&app).await;
}

#[tokio::test]
async fn a_download_goes_on_after_a_restart_in_the_middle_of_it() {
    let app = start().await;
    add_fault(
        &app,
        TRANSACTIONS,
        json!({"fault": "hang", "delay_ms": 60_000}),
    )
    .await;
    let id = link(&app, "anything").await;
    comes_to(&app, &id, LinkStatus::Success).await;
    let held = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND lease_until IS NOT NULL";
    eventually("a download", || async {
        app.ctx().work.notify_one();
        (app.number(held).await > 0).then_some(())
    })
    .await;
    let app = app.restarted().await;
    assert!(row_ids(&app).await.is_empty());
    clear_faults(&app).await;
    app.pass(SignedDuration::from_secs(61));
    completes(&app, &id).await;
    let listed = listed_rows(&app).await.len();
    assert_eq!(row_ids(&app).await.len(), listed);
}

#[tokio::test]
async fn a_log_in_that_never_reached_mx_is_asked_for_again() {
    let app = start().await;
    add_fault(
        &app,
        "POST /users",
        json!({"fault": "hang", "delay_ms": 60_000}),
    )
    .await;
    // The program stops during the call to MX.
    let told = tokio::time::timeout(Duration::from_millis(500), link(&app, "anything")).await;
    assert!(told.is_err(), "MX does not answer");
    let app = app.restarted().await;
    clear_faults(&app).await;
    let id = app.texts("SELECT id FROM connection").await.remove(0);
    let id = domain::id::ConnectionId::parse(&id).expect("an id");
    // The background job may already have handled it.
    rest_and_pass(&app, SignedDuration::from_secs(61)).await;
    let lost = comes_to(&app, &id, LinkStatus::OtherError).await;
    let reason = lost.problem.map(|problem| problem.reason);
    assert_eq!(reason, Some(Reason::InputLost));
    let typed = filled(&app, MXBANK, ["mxuser", "anything"]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    assert_eq!(again.expect("it is begun").connection(), &id);
    comes_to(&app, &id, LinkStatus::Success).await;
    only_member(&app).await;
}

#[tokio::test]
async fn an_answer_that_never_reached_mx_is_asked_for_again() {
    let app = start().await;
    let id = link(&app, "challenge").await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    let resume = "PUT /users/{user}/members/{member}/resume";
    add_fault(&app, resume, json!({"fault": "hang", "delay_ms": 60_000})).await;
    let told = tokio::time::timeout(
        Duration::from_millis(500),
        give_answers(&app, &id, "correct"),
    )
    .await;
    assert!(told.is_err(), "MX does not answer");
    let app = app.restarted().await;
    clear_faults(&app).await;
    assert_eq!(
        read_connection(&app, &id).await.link_status(),
        LinkStatus::Challenged
    );
    let asked = sync::challenges(app.ctx(), &app.user(&ADA).await, &id).await;
    assert!(!asked.expect("they are read").is_empty());
    give_answers(&app, &id, "correct")
        .await
        .expect("it is taken");
    comes_to(&app, &id, LinkStatus::Success).await;
}

#[tokio::test]
async fn a_second_person_neither_sees_nor_answers_the_first_ones_link() {
    let app = start().await;
    let id = link(&app, "challenge").await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    let (ctx, eve) = (app.ctx(), app.user(&EVE).await);
    let asked = sync::challenges(ctx, &app.user(&ADA).await, &id)
        .await
        .expect("they are read");
    let answers = [Typed {
        field: asked[0].id.clone(),
        value: Secret::new("correct"),
    }];
    let typed = filled(&app, MXBANK, ["mxuser", "anything"]).await;
    let refused = [
        records::connection(ctx, &eve, id.as_str()).await.is_err(),
        matches!(
            sync::challenges(ctx, &eve, &id).await,
            Err(SyncError::NotFound)
        ),
        matches!(
            sync::own_login_url(ctx, &eve, &id).await,
            Err(SyncError::NotFound)
        ),
        matches!(
            sync::answer_challenges(ctx, &eve, &id, &answers).await,
            Err(SyncError::NotFound)
        ),
        matches!(
            sync::log_in_again(ctx, &eve, &id, &typed).await,
            Err(SyncError::NotFound)
        ),
        matches!(
            sync::unlink(ctx, &eve, &id, false).await,
            Err(SyncError::NotFound)
        ),
        matches!(sync::take_links(ctx, &eve, "mx").await.as_deref(), Ok([])),
    ];
    assert_eq!(refused, [true; 7]);
    assert_eq!(
        read_connection(&app, &id).await.link_status(),
        LinkStatus::Challenged
    );
    give_answers(&app, &id, "correct")
        .await
        .expect("it is hers to answer");
    comes_to(&app, &id, LinkStatus::Success).await;
}

#[tokio::test]
async fn what_mx_refuses_for_good_ends_a_link_and_what_passes_does_not() {
    let app = start().await;
    add_fault(&app, STATUS, json!({"fault": "error", "status": 403})).await;
    let id = link(&app, "anything").await;
    let refused = comes_to(&app, &id, LinkStatus::OtherError).await;
    let reason = refused.problem.map(|problem| problem.reason);
    assert_eq!(reason, Some(Reason::NotEnabled));
    clear_faults(&app).await;
    let busy = json!({"fault": "error", "status": 503, "times": 2, "endpoint": STATUS});
    app.bank().misbehave("fault/add", busy).await;
    let typed = filled(&app, MXBANK, ["mxuser", "anything"]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    again.expect("it is begun");
    eventually("a link", || async {
        rest_and_pass(&app, SignedDuration::from_mins(1)).await;
        let status = read_connection(&app, &id).await.link_status();
        (status == LinkStatus::Success).then_some(())
    })
    .await;
}
