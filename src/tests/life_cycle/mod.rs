//! A connection after linking: news about it, problems and their end, a new address, a new link.

mod addresses;
mod balances;
mod cursors;
mod duplicates;
mod lost;
mod news;
mod relinked;
mod repaired;
mod selection;
mod standing;

use domain::attempt::LinkPurpose;
use domain::clock::Clock;
use domain::id::{ConnectionId, LinkId};
use domain::link::LinkResult;
use domain::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use passbook::sync::{self, LinkOutcome};
use serde_json::json;

use crate::app::{ADA, START, TestApp, browsers, eventually};
use crate::bank::OwnBank;
use crate::books::Books;
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;

/// A bank that gives accounts lasting ids.
const LASTING: &str = "ins_127287";

/// A Passbook, a bank in its own process whose webhooks reach it, and a person with a browser.
struct House {
    app: TestApp,
    bank: OwnBank,
    bank_clock: Clock,
    http: reqwest::Client,
    books: Books,
    browser: Browser,
}

impl House {
    async fn open() -> Self {
        Self::with(&[]).await
    }

    async fn with(more: &[(&str, &str)]) -> Self {
        let start: Timestamp = START.parse().expect("a moment");
        let bank_clock = Clock::settable(start);
        let bank = OwnBank::open(&bank_clock).await;
        let settings = [&bank.settings()[..], &[("PASSBOOK_SIGNUP", "open")], more].concat();
        let app = TestApp::with(&settings).await;
        let browser = app.signed_up(&ADA).await;
        Self {
            books: app.books().await,
            http: browsers(),
            app,
            bank,
            bank_clock,
            browser,
        }
    }

    /// Moves both clocks, the bank's and ours.
    fn pass(&self, time: SignedDuration) {
        self.bank_clock.advance(time);
        self.app.pass(time);
    }

    /// Creates an Item at a bank that sends us its webhooks; returns its public token.
    async fn public_token(&self, institution: &str, username: &str) -> String {
        let wanted = json!({
            "institution_id": institution,
            "initial_products": ["transactions"],
            "options": {
                "webhook": format!("http://{}/webhooks/plaid", self.app.address()),
                "override_username": username,
                "transactions": {"days_requested": 730},
            },
        });
        let answer = self
            .bank
            .ask(&self.http, "/sandbox/public_token/create", wanted)
            .await;
        answer["public_token"].as_str().expect("a token").to_owned()
    }

    async fn attempt(&self, purpose: LinkPurpose) -> LinkId {
        let user = self.app.user(&ADA).await;
        let attempt = sync::begin_link(self.app.ctx(), &user, purpose, None).await;
        attempt.expect("an attempt").attempt.id
    }

    async fn finish(&self, attempt: &LinkId, result: LinkResult) -> LinkOutcome {
        let user = self.app.user(&ADA).await;
        let outcome = sync::finish_link(self.app.ctx(), &user, attempt, result).await;
        outcome.expect("an outcome")
    }

    /// Links a bank and waits for all of its rows; returns its connection and access token.
    async fn link(&mut self, institution: &str, username: &str) -> (ConnectionId, String) {
        let result = LinkResult {
            public_token: Secret::new(self.public_token(institution, username).await),
            ..LinkResult::default()
        };
        let attempt = self.attempt(LinkPurpose::NewBank).await;
        let outcome = self.finish(&attempt, result).await;
        let LinkOutcome::Linked(id) = outcome else {
            panic!("{outcome:?}");
        };
        self.app.synced(&mut self.browser, id.as_str()).await;
        self.idle().await;
        let token = self.token(&id).await;
        (id, token)
    }

    async fn token(&self, id: &ConnectionId) -> String {
        let ctx = self.app.ctx();
        let found = ctx.store.connection_to_sync(id).await;
        let (connection, sealed, _) = found.expect("the database answers").expect("it is there");
        let owner = connection.user_id.as_str().to_owned();
        let token = ctx.vault.unseal(&sealed, id.as_str(), &owner);
        token.expect("our own key").expose().to_owned()
    }

    /// Logs in again at the bank, in update mode, and finishes the attempt.
    async fn logs_in_again(&self, purpose: LinkPurpose) {
        let attempt = self.attempt(purpose).await;
        let outcome = self.finish(&attempt, LinkResult::default()).await;
        assert!(matches!(outcome, LinkOutcome::Repaired(_)), "{outcome:?}");
    }

    async fn fire(&self, access_token: &str, code: &str) {
        let before = self.webhooks(code).await;
        let wanted = json!({"access_token": access_token, "webhook_code": code});
        let answer = self
            .bank
            .ask(&self.http, "/sandbox/item/fire_webhook", wanted)
            .await;
        assert_eq!(answer["webhook_fired"], true, "{answer}");
        eventually(code, || async {
            (self.webhooks(code).await > before).then_some(())
        })
        .await;
        self.idle().await;
    }

    async fn webhooks(&self, code: &str) -> i64 {
        let count = format!(
            "SELECT COALESCE(SUM(times), 0) FROM webhook_delivery WHERE webhook_code = '{code}'"
        );
        self.books.count(&count).await
    }

    /// Waits until nothing is due or running, and no webhook is on its way.
    async fn idle(&self) {
        let ctx = self.app.ctx();
        let bank = self.bank.books().await;
        eventually("an idle moment", || async {
            let now = ctx.clock.now().as_millisecond();
            let busy = format!(
                "SELECT COUNT(*) FROM job WHERE lease_until IS NOT NULL
                     OR (run_at <= {now} AND (not_before IS NULL OR not_before <= {now}))"
            );
            let coming = bank.webhooks_coming(self.bank_clock.now()).await;
            (coming + self.books.count(&busy).await == 0).then_some(())
        })
        .await;
    }

    /// Presses "Sync now" and waits until it is done. The clock first moves past the minute for which a failed bank is
    /// left alone.
    async fn sync(&mut self, id: &ConnectionId) {
        self.pass(SignedDuration::from_secs(75));
        let fields = [("connection", id.as_str()), ("back", "/accounts")];
        let page = self.browser.post("/forms/sync", &fields).await;
        assert_eq!(page.status, 200, "{}", page.body);
        self.idle().await;
    }

    /// Puts an Item into an error at the bank, or with `None` out of it.
    async fn item_error(&self, item_of: &ConnectionId, code: Option<&str>) {
        let sql = format!("SELECT item_id FROM connection WHERE id = '{item_of}'");
        let item: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.books.pool)
            .await
            .expect("an item");
        let error = code.map_or("NULL".to_owned(), |code| format!("'{code}'"));
        self.bank
            .write(&format!(
                "UPDATE item SET error = {error} WHERE id = '{item}'"
            ))
            .await;
    }

    /// Returns the messages that ask for attention, which must be the same on all pages.
    async fn attention(&mut self, id: &ConnectionId) -> Vec<String> {
        let overview = self.browser.get("/").await.texts(".attention p");
        let accounts = self.browser.get("/accounts").await.texts(".attention p");
        let own = format!("/connections/{id}");
        let own = self.browser.get(&own).await.texts(".attention p");
        assert_eq!(overview, accounts);
        assert_eq!(overview, own);
        overview
    }

    /// Returns the only message that asks for attention.
    async fn told(&mut self, id: &ConnectionId) -> String {
        let mut all = self.attention(id).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    async fn unlink(&mut self, id: &ConnectionId) {
        let fields = [("connection", id.as_str()), ("rows", "keep")];
        let page = self.browser.post("/forms/unlink", &fields).await;
        assert_eq!(page.path, "/accounts", "{}", page.body);
        let ended = format!(
            "SELECT COUNT(*) FROM connection WHERE id = '{id}' AND unlinked_at IS NOT NULL"
        );
        eventually("the end", || async {
            (self.books.count(&ended).await == 1).then_some(())
        })
        .await;
    }

    async fn overview(&mut self) -> Page {
        self.browser.get("/").await
    }
}
