//! MX refuses, hangs or answers nonsense: what was read stays, the person is told, and syncing resumes when MX does.

use domain::connection::TransactionsStatus;
use domain::problem::Reason;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::own_bank::{
    add_fault, clear_faults, link_whole, only_member, rest_and_pass, row_ids, start, sync_now,
};
use super::read_connection;
use crate::app::eventually;

const ENDPOINTS: [&str; 3] = [
    "GET /users/{user}/members/{member}/status",
    "GET /users/{user}/members/{member}/accounts",
    "GET /users/{user}/members/{member}/transactions",
];

fn status(code: u16, body: &str) -> Value {
    json!({"fault": "error", "status": code, "body": body})
}

#[tokio::test]
async fn whatever_mx_answers_keeps_the_old_rows_and_fails_until_it_is_well() {
    let app = start().await;
    let id = link_whole(&app).await;
    let rows = row_ids(&app).await;
    let wrong = [
        (status(401, "text"), Reason::Keys),
        (status(403, "html"), Reason::NotEnabled),
        (status(406, "text"), Reason::Setup),
        (status(409, "text"), Reason::NotReady),
        (status(422, "text"), Reason::Setup),
        (
            json!({"fault": "rate_limit", "retry_after": 30}),
            Reason::RateLimited,
        ),
        (status(500, "empty"), Reason::ProviderFailed),
        (status(503, "html"), Reason::ProviderDown),
        (json!({"fault": "html"}), Reason::BadAnswer),
        (json!({"fault": "empty"}), Reason::BadAnswer),
        (json!({"fault": "truncated"}), Reason::BadAnswer),
        (json!({"fault": "cut"}), Reason::BadAnswer),
    ];
    for (at, (fault, reason)) in wrong.into_iter().enumerate() {
        let before = read_connection(&app, &id).await.last_synced_at;
        add_fault(&app, ENDPOINTS[at % 3], fault.clone()).await;
        // A temporary problem is shown only when it repeats.
        let told = eventually("the problem", || async {
            rest_and_pass(&app, SignedDuration::from_mins(5)).await;
            sync_now(&app, &id).await;
            let connection = read_connection(&app, &id).await;
            connection.problem.is_some().then_some(connection)
        })
        .await;
        let problem = told.problem.as_ref().map(|problem| problem.reason);
        assert_eq!(problem, Some(reason), "{fault}");
        let failed = Some(TransactionsStatus::Failed);
        assert_eq!(told.transactions_status(), failed, "{fault}");
        assert_eq!(told.last_synced_at, before, "{fault}");
        assert_eq!(row_ids(&app).await, rows, "{fault}");
        clear_faults(&app).await;
        eventually("a good end", || async {
            rest_and_pass(&app, SignedDuration::from_mins(5)).await;
            sync_now(&app, &id).await;
            let connection = read_connection(&app, &id).await;
            let complete = Some(TransactionsStatus::Complete);
            (connection.transactions_status() == complete).then_some(())
        })
        .await;
        assert!(
            read_connection(&app, &id).await.last_synced_at > before,
            "{fault}"
        );
    }
}

#[tokio::test]
async fn a_status_that_needs_the_person_fails_and_keeps_the_old_rows() {
    let app = start().await;
    let id = link_whole(&app).await;
    let (rows, before) = (
        row_ids(&app).await,
        read_connection(&app, &id).await.last_synced_at,
    );
    let member = only_member(&app).await;
    for (word, reason) in [
        ("DENIED", Reason::WrongCredentials),
        ("IMPEDED", Reason::SetupAtBank),
        ("DISCONNECTED", Reason::BankDown),
    ] {
        let stands = json!({"member_guid": member, "connection_status": word});
        app.bank().misbehave("member/status", stands).await;
        let told = eventually("the problem", || async {
            sync_now(&app, &id).await;
            let connection = read_connection(&app, &id).await;
            let now = connection.problem.as_ref().map(|problem| problem.reason);
            (now == Some(reason)).then_some(connection)
        })
        .await;
        assert_eq!(told.transactions_status(), Some(TransactionsStatus::Failed));
        assert_eq!(told.last_synced_at, before, "{word}");
        assert_eq!(row_ids(&app).await, rows, "{word}");
    }
}
