//! MX, as the built-in bank speaks it: a person types their bank's credentials here, and the books hold what MX
//! reports.

mod absent;
mod both_providers;
mod history;
mod leaving;
mod life;
mod linking;
mod not_linked;
mod own_bank;
mod pages;
mod refusals;
mod secrets;
mod webhooks;

pub use own_bank::named_as_mx_does;

use domain::connection::{Connection, LinkStatus};
use domain::id::ConnectionId;
use domain::provider::Typed;
use domain::secret::Secret;
use jiff::SignedDuration;
use passbook::ledger::records;
use passbook::sync::{self, SyncError, TypedLink, TypedOutcome};

use crate::app::{ADA, TestApp, eventually};

/// MX's test bank, whose password decides what happens.
const MXBANK: &str = "mxbank";

/// Starts a program whose built-in bank speaks MX, and signs Ada up.
async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    app
}

/// Returns the credentials of an institution, filled in.
async fn filled(app: &TestApp, institution: &str, values: [&str; 2]) -> Vec<Typed> {
    let fields = sync::credential_fields(app.ctx(), "mx", institution).await;
    let (_, fields) = fields.expect("the fields");
    assert_eq!(fields.len(), 2, "{fields:?}");
    let fill = |(field, value): (domain::provider::CredentialField, &str)| Typed {
        field: field.id,
        value: Secret::new(value),
    };
    fields.into_iter().zip(values).map(fill).collect()
}

/// Links MX's test bank with this password.
async fn link(app: &TestApp, password: &str) -> ConnectionId {
    link_at(app, MXBANK, password).await
}

/// Links an institution with this password.
async fn link_at(app: &TestApp, institution: &str, password: &str) -> ConnectionId {
    let linked = typed_at(app, institution, password).await;
    linked.expect("it stands").connection().clone()
}

/// Sends the credentials for a bank.
async fn typed_at(
    app: &TestApp,
    institution: &str,
    password: &str,
) -> Result<TypedOutcome, SyncError> {
    let typed = filled(app, institution, ["mxuser", password]).await;
    let wanted = TypedLink {
        provider: "mx",
        institution_id: institution,
        institution_name: "MX Bank",
        typed: &typed,
    };
    sync::link_typed(app.ctx(), &app.user(&ADA).await, wanted).await
}

/// Returns a connection of Ada's.
async fn read_connection(app: &TestApp, id: &ConnectionId) -> Connection {
    let record = records::connection(app.ctx(), &app.user(&ADA).await, id.as_str()).await;
    record.expect("it is there").connection
}

/// Waits until the bank has answered, and asserts that the connection gets this status.
async fn comes_to(app: &TestApp, id: &ConnectionId, status: LinkStatus) -> Connection {
    eventually("the bank's answer", || async {
        let connection = read_connection(app, id).await;
        if connection.link_status() == status {
            return Some(connection);
        }
        assert!(
            connection.link_status() == LinkStatus::Processing,
            "{:?} {:?}",
            connection.link_status(),
            connection.problem
        );
        app.pass_unless_busy(SignedDuration::from_secs(3)).await;
        app.ctx().work.notify_one();
        None
    })
    .await
}

/// Waits until all the bank's history is there.
async fn completes(app: &TestApp, id: &ConnectionId) -> Connection {
    eventually("all history", || async {
        app.pass_unless_busy(SignedDuration::from_secs(1)).await;
        app.ctx().work.notify_one();
        let connection = read_connection(app, id).await;
        connection
            .history_complete_at
            .is_some()
            .then_some(connection)
    })
    .await
}
