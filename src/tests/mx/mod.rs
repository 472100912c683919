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

pub use own_bank::{Pair, named_as_mx_does};

use domain::connection::{Connection, LinkStatus};
use domain::id::ConnectionId;
use domain::provider::Typed;
use domain::secret::Secret;
use domain::user::User;
use jiff::SignedDuration;
use passbook::ledger::records;
use passbook::sync::{self, SyncError, TypedLink, TypedOutcome};

use crate::app::{ADA, TestApp, eventually};

/// MX's test bank, whose password decides what happens.
const MXBANK: &str = "mxbank";

/// A program with a bank that speaks MX, and a person.
pub struct Mx {
    app: TestApp,
    ada: User,
}

impl Mx {
    async fn start() -> Self {
        let app = TestApp::with(&[("PASSBOOK_SIGNUP", "open")]).await;
        app.signed_up(&ADA).await;
        let ada = app.user(&ADA).await;
        Self { app, ada }
    }

    /// Returns the credentials of an institution, filled in.
    async fn typed(&self, institution: &str, values: [&str; 2]) -> Vec<Typed> {
        let fields = sync::credential_fields(self.app.ctx(), "mx", institution).await;
        let (_, fields) = fields.expect("the fields");
        assert_eq!(fields.len(), 2, "{fields:?}");
        let fill = |(field, value): (domain::provider::CredentialField, &str)| Typed {
            field: field.id,
            value: Secret::new(value),
        };
        fields.into_iter().zip(values).map(fill).collect()
    }

    async fn link(&self, password: &str) -> ConnectionId {
        self.link_at(MXBANK, password).await
    }

    async fn link_at(&self, institution: &str, password: &str) -> ConnectionId {
        let linked = self.typed_at(institution, password).await;
        linked.expect("it stands").connection().clone()
    }

    /// Sends the credentials for a bank.
    async fn typed_at(&self, institution: &str, password: &str) -> Result<TypedOutcome, SyncError> {
        let typed = self.typed(institution, ["mxuser", password]).await;
        let wanted = TypedLink {
            provider: "mx",
            institution_id: institution,
            institution_name: "MX Bank",
            typed: &typed,
        };
        sync::link_typed(self.app.ctx(), &self.ada, wanted).await
    }

    async fn connection(&self, id: &ConnectionId) -> Connection {
        let record = records::connection(self.app.ctx(), &self.ada, id.as_str()).await;
        record.expect("it is there").connection
    }

    /// Waits until the bank has answered, and asserts that the connection gets this status.
    async fn comes_to(&self, id: &ConnectionId, status: LinkStatus) -> Connection {
        eventually("the bank's answer", || async {
            let connection = self.connection(id).await;
            if connection.link_status() == status {
                return Some(connection);
            }
            assert!(
                connection.link_status() == LinkStatus::Processing,
                "{:?} {:?}",
                connection.link_status(),
                connection.problem
            );
            self.app
                .pass_unless_busy(SignedDuration::from_secs(3))
                .await;
            self.app.ctx().work.notify_one();
            None
        })
        .await
    }

    /// Waits until all the bank's history is there.
    async fn complete(&self, id: &ConnectionId) -> Connection {
        eventually("all history", || async {
            self.app
                .pass_unless_busy(SignedDuration::from_secs(1))
                .await;
            self.app.ctx().work.notify_one();
            let connection = self.connection(id).await;
            connection
                .history_complete_at
                .is_some()
                .then_some(connection)
        })
        .await
    }
}
