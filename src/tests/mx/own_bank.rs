//! A Passbook and a bank in its own process that speaks MX and does what the test tells it.

use std::ops::Deref;
use std::time::Duration;

use bank::Pace;
use bank::bank::guid_of;
use domain::clock::Clock;
use domain::connection::LinkStatus;
use domain::id::ConnectionId;
use domain::provider::Typed;
use domain::secret::Secret;
use passbook::config::webhook_path;
use passbook::sync::{self, SyncError};
use serde_json::{Value, json};

use super::Mx;
use crate::app::{ADA, EVE, START, TestApp, browsers, eventually};
use crate::bank::{OwnBank, WEBHOOK_PASSWORD};
use crate::books::Books;

/// The pace of a bank that moves on only when it is polled: on its own it is too slow for a test.
const SLOW: Pace = Pace {
    initial: Duration::from_secs(60 * 60),
    historical: Duration::from_secs(60 * 60),
};

/// Gives rows the ids that MX has for them.
pub fn named_as_mx_does(rows: &mut Value) {
    for row in rows.as_array_mut().expect("rows") {
        for (field, prefix) in [("transaction_id", "TRN"), ("account_id", "ACT")] {
            row[field] = guid_of(prefix, row[field].as_str().expect("an id")).into();
        }
        // MX reports neither the day of the purchase nor which row settles which.
        row["authorized_date"] = Value::Null;
        row["pending_transaction_id"] = Value::Null;
    }
}

pub struct Pair {
    pub mx: Mx,
    pub bank: OwnBank,
    pub http: reqwest::Client,
    pub books: Books,
}

impl Deref for Pair {
    type Target = Mx;

    fn deref(&self) -> &Mx {
        &self.mx
    }
}

impl Pair {
    /// Starts with a bank that moves on one step with each poll.
    pub async fn start() -> Self {
        Self::with(SLOW, &[]).await
    }

    pub async fn with(pace: Pace, settings: &[(&str, &str)]) -> Self {
        let clock = Clock::settable(START.parse().expect("a moment"));
        let bank = OwnBank::paced(&clock, pace).await;
        let open = [("PASSBOOK_SIGNUP", "open")];
        let all = [&bank.mx_settings()[..], &open, settings].concat();
        let app = TestApp::on_clock(&all, clock).await;
        app.signed_up(&ADA).await;
        app.signed_up(&EVE).await;
        let (ada, books) = (app.user(&ADA).await, app.books().await);
        Self {
            mx: Mx { app, ada },
            bank,
            http: browsers(),
            books,
        }
    }

    /// Stops and restarts Passbook; the bank keeps running.
    pub async fn restarted(self) -> Self {
        let Mx { app, ada } = self.mx;
        let app = Box::pin(app.restarted()).await;
        Self {
            mx: Mx { app, ada },
            ..self
        }
    }

    /// Links a bank and waits until all history is in the books and no work is left.
    pub async fn linked(&self) -> ConnectionId {
        let id = self.link("anything").await;
        self.complete(&id).await;
        self.all_history(&id).await;
        id
    }

    /// Waits for all history at a bank that asks a challenge each time.
    pub async fn complete_with_answers(&self, id: &ConnectionId) {
        eventually("all history", || async {
            self.pass(jiff::SignedDuration::from_secs(10)).await;
            let connection = self.connection(id).await;
            if connection.link_status() == LinkStatus::Challenged {
                // The bank may no longer be asking.
                let _ = self.answer(id, "correct").await;
            }
            connection.history_complete_at
        })
        .await;
    }

    /// Waits until all history was requested and read.
    pub async fn all_history(&self, id: &ConnectionId) {
        let read = format!(
            "SELECT COUNT(*) FROM connection WHERE id = '{id}' AND begin_again_at IS NULL
                 AND history_asked_at < last_synced_at"
        );
        eventually("all history", || async {
            self.pass(jiff::SignedDuration::from_secs(30)).await;
            (self.books.count(&read).await == 1).then_some(())
        })
        .await;
    }

    /// Moves the clock once no worker is busy: a lease lasts a minute.
    pub async fn pass(&self, time: jiff::SignedDuration) {
        let now = self.app.clock.now().as_millisecond();
        let busy = format!(
            "SELECT COUNT(*) FROM job WHERE lease_until IS NOT NULL
                 OR (run_at <= {now} AND COALESCE(not_before, 0) <= {now})"
        );
        eventually("a rest", || async {
            self.app.ctx().work.notify_one();
            (self.books.count(&busy).await == 0).then_some(())
        })
        .await;
        self.app.pass(time);
    }

    /// Has the bank do something, through its misbehave API.
    pub async fn deed(&self, path: &str, body: Value) -> Value {
        let endpoint = format!("/misbehave/{path}");
        let told = self.bank.ask(&self.http, &endpoint, body.clone()).await;
        assert!(told["error_code"].is_null(), "{path} {body}: {told}");
        told
    }

    /// Returns the guid of the only member.
    pub async fn member(&self) -> String {
        let all = self.members().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    pub async fn members(&self) -> Vec<String> {
        let all = self.deed("member/list", json!({})).await;
        let all = all["members"].as_array().expect("a list").iter();
        all.map(|one| one["member_guid"].as_str())
            .map(|guid| guid.expect("a guid").to_owned())
            .collect()
    }

    /// Makes an endpoint fail until faults are cleared.
    pub async fn fault(&self, endpoint: &str, mut fault: Value) {
        fault["endpoint"] = endpoint.into();
        fault["until_cleared"] = true.into();
        self.deed("fault/add", fault).await;
    }

    pub async fn clear(&self) {
        self.deed("fault/clear", json!({})).await;
    }

    /// Returns the number of recorded calls of an endpoint.
    pub async fn calls(&self, endpoint: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM provider_call WHERE endpoint = '{endpoint}'");
        self.books.count(&sql).await
    }

    /// Requests a sync as the button does, and waits until it has ended, successfully or not.
    pub async fn sync(&self, id: &ConnectionId) {
        self.pass(jiff::SignedDuration::from_secs(70)).await;
        let since = self.app.clock.now().as_millisecond();
        let asked = sync::request_sync(self.app.ctx(), &self.ada, id).await;
        asked.expect("it is asked for");
        let ended = format!(
            "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id WHERE j.kind = 'sync' AND j.subject = '{id}'
                 AND r.outcome IS NOT NULL AND r.started_at >= {since}"
        );
        // A refused sync is repeated only after this time, however often it is requested.
        let put_off = format!(
            "SELECT COALESCE(MAX(not_before), 0) FROM job WHERE kind = 'sync' AND subject = '{id}' AND lease_until IS NULL"
        );
        eventually("the end of a sync", || async {
            let wait = self.books.count(&put_off).await - self.app.clock.now().as_millisecond();
            if wait > 0 {
                self.app.pass(jiff::SignedDuration::from_millis(wait));
            }
            self.app.ctx().work.notify_one();
            (self.books.count(&ended).await > 0).then_some(())
        })
        .await;
    }

    /// Returns the ids of the rows in the books.
    pub async fn rows(&self) -> Vec<String> {
        let sql = "SELECT provider_id FROM bank_transaction ORDER BY provider_id";
        self.books.texts(sql).await
    }

    /// Returns the rows that the bank lists, newest first.
    pub async fn listed(&self) -> Vec<Value> {
        let member = json!({"member_guid": self.member().await});
        let mut all = self.deed("transactions/list", member).await;
        named_as_mx_does(&mut all["transactions"]);
        all["transactions"].as_array().expect("rows").clone()
    }

    /// Gives the same answer to every challenge.
    pub async fn answer(&self, id: &ConnectionId, value: &str) -> Result<(), SyncError> {
        let asked = sync::challenges(self.app.ctx(), &self.ada, id).await?;
        let answers: Vec<Typed> = (asked.into_iter())
            .map(|challenge| Typed {
                field: challenge.id,
                value: Secret::new(value),
            })
            .collect();
        sync::answer_challenges(self.app.ctx(), &self.ada, id, &answers).await
    }

    /// Returns the address for MX's webhooks.
    pub fn door(&self) -> String {
        let path = webhook_path(&Secret::new(WEBHOOK_PASSWORD));
        format!(
            "http://{}/webhooks/mx/{}",
            self.app.address(),
            path.expose()
        )
    }

    /// Has the bank send its webhooks here.
    pub async fn listen(&self) {
        let to = json!({"url": self.door(), "username": "mx", "password": WEBHOOK_PASSWORD});
        self.deed("member/webhook", to).await;
    }
}
