//! A program and a bank of its own, two people, and their connections.

use ::bank::bank::guid_of;
use domain::attempt::LinkPurpose;
use domain::id::ConnectionId;
use domain::link::LinkResult;
use domain::provider::Typed;
use domain::secret::Secret;
use domain::user::User;
use jiff::SignedDuration;
use passbook::config::webhook_path;
use passbook::context::Ctx;
use passbook::sync::{self, LinkOutcome, TypedLink};
use serde_json::{Value, json};

use crate::app::{ADA, EVE, TestApp, eventually};
use crate::bank::WEBHOOK_PASSWORD;
use crate::books::Books;
use crate::hosted_link::PLATYPUS;

/// The provider whose wire the bank speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Plaid,
    Mx,
}

impl Face {
    /// Returns the endpoint of a call about webhooks.
    pub fn webhook(self, what: &str) -> &'static str {
        match (self, what) {
            (Self::Plaid, "list") => "/misbehave/webhook/list",
            (Self::Plaid, "hold") => "/misbehave/webhook/hold",
            (Self::Plaid, "release") => "/misbehave/webhook/release",
            (Self::Plaid, _) => "/misbehave/webhook/send",
            (Self::Mx, "list") => "/misbehave/member/webhook/list",
            (Self::Mx, "hold") => "/misbehave/member/webhook/hold",
            (Self::Mx, "release") => "/misbehave/member/webhook/release",
            (Self::Mx, _) => "/misbehave/member/webhook/send",
        }
    }

    /// Returns the endpoints that read rows, the connection and accounts.
    pub fn endpoints(self) -> [&'static str; 3] {
        match self {
            Self::Plaid => ["/transactions/sync", "/item/get", "/accounts/get"],
            Self::Mx => [
                "GET /users/{user}/members/{member}/transactions",
                "GET /users/{user}/members/{member}",
                "GET /users/{user}/members/{member}/accounts",
            ],
        }
    }
}

pub struct ModelledApp {
    pub face: Face,
    pub app: TestApp,
    pub books: Books,
    pub people: [User; 2],
}

/// A connection and its name at the bank.
pub struct Link {
    pub id: ConnectionId,
    pub owner: usize,
    pub token: String,
    /// At MX, the member's guid.
    member: Option<String>,
}

impl Link {
    /// Returns the fields that name it in the bank's calls.
    pub fn named(&self) -> Value {
        match &self.member {
            Some(guid) => json!({ "member_guid": guid }),
            None => json!({ "access_token": self.token }),
        }
    }
}

impl ModelledApp {
    pub async fn open(face: Face) -> Self {
        let built = TestApp::build().open_to_all();
        let built = match face {
            Face::Plaid => built.plaid(),
            Face::Mx => built.mx(),
        };
        let app = built.start().await;
        for person in [&ADA, &EVE] {
            app.signed_up(person).await;
        }
        let people = [app.user(&ADA).await, app.user(&EVE).await];
        let books = app.books().await;
        let tested = Self {
            face,
            app,
            books,
            people,
        };
        if face == Face::Mx {
            let path = webhook_path(&Secret::new(WEBHOOK_PASSWORD));
            let url = format!(
                "http://{}/webhooks/mx/{}",
                tested.app.address(),
                path.expose()
            );
            let to = json!({"url": url, "username": "mx", "password": WEBHOOK_PASSWORD});
            tested.ask("/misbehave/member/webhook", to).await;
        }
        tested
    }

    /// Checks the database file a last time, when nothing is left to happen.
    pub async fn close(self) {
        assert_eq!(self.books.texts("PRAGMA integrity_check").await, ["ok"]);
        let words =
            "INSERT INTO transaction_words (transaction_words, rank) VALUES ('integrity-check', 1)";
        let whole = sqlx::query(words).execute(&self.books.pool).await;
        whole.expect("the index of words says what the rows say");
        // Without the key nothing can be decrypted: no file contains a token in the clear.
        for entry in std::fs::read_dir(self.app.folder.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("passbook.db") {
                let bytes = std::fs::read(&path).expect("a file");
                let found = bytes.windows(15).any(|part| part == b"access-sandbox-");
                assert!(!found, "a token stands in {name}");
            }
        }
    }

    /// Calls the bank's API; the test's own calls never fail.
    pub async fn ask(&self, endpoint: &str, question: Value) -> Value {
        let answer = self.app.bank().ask(endpoint, question.clone()).await;
        let code = &answer["error_code"];
        assert!(code.is_null(), "{endpoint} {question}: {answer}");
        answer
    }

    /// Returns the bank's own id of an account; MX has another.
    pub async fn bank_account(&self, account: &str) -> String {
        if self.face == Face::Plaid {
            return account.to_owned();
        }
        let all = self.ask("/misbehave/item/list", json!({})).await;
        let items = all["items"].as_array().expect("a list").iter();
        let accounts = items.flat_map(|item| item["accounts"].as_array().expect("a list"));
        let mut ids = accounts.filter_map(|one| one["account_id"].as_str());
        let id = ids.find(|id| guid_of("ACT", id) == account);
        id.expect("an account").to_owned()
    }

    /// Links a new Item with this file; its webhooks reach us.
    pub async fn link(&self, owner: usize, file: &Value) -> Link {
        let id = match self.face {
            Face::Plaid => self.link_plaid(owner, file).await,
            Face::Mx => self.link_mx(owner, file).await,
        };
        let (ctx, user) = (self.app.ctx(), &self.people[owner]);
        let read = ctx.store.connection_to_sync(&id).await;
        let (connection, sealed, _) = read.expect("it answers").expect("it is there");
        let token = ctx.vault.unseal(&sealed, id.as_str(), user.id.as_str());
        let token = token.expect("our own key").expose().to_owned();
        let member = (self.face == Face::Mx).then_some(connection.item_id);
        Link {
            id,
            owner,
            token,
            member,
        }
    }

    /// Links through MX, where the log-in is typed.
    async fn link_mx(&self, owner: usize, file: &Value) -> ConnectionId {
        let (ctx, user) = (self.app.ctx(), &self.people[owner]);
        let typed = typed_at(ctx, "mxbank", file).await;
        let wanted = TypedLink {
            provider: "mx",
            institution_id: "mxbank",
            institution_name: "MX Bank",
            typed: &typed,
        };
        let linked = sync::link_typed(ctx, user, wanted).await;
        let id = linked.expect("it stands").connection().clone();
        let linked =
            format!("SELECT COUNT(*) FROM connection WHERE id = '{id}' AND linked_at IS NOT NULL");
        eventually("a link", || async {
            self.app
                .pass_unless_busy(SignedDuration::from_secs(3))
                .await;
            (self.books.count(&linked).await == 1).then_some(())
        })
        .await;
        id
    }

    async fn link_plaid(&self, owner: usize, file: &Value) -> ConnectionId {
        let wanted = json!({
            "institution_id": PLATYPUS,
            "initial_products": ["transactions"],
            "options": {
                "webhook": format!("http://{}/webhooks/plaid", self.app.address()),
                "override_username": "user_custom", "override_password": file.to_string(),
                "transactions": {"days_requested": 365},
            },
        });
        let answer = self.ask("/sandbox/public_token/create", wanted).await;
        let (ctx, user) = (self.app.ctx(), &self.people[owner]);
        let attempt = sync::begin_link(ctx, user, LinkPurpose::NewBank, None).await;
        let result = LinkResult {
            public_token: Secret::new(answer["public_token"].as_str().expect("a token")),
            ..LinkResult::default()
        };
        let attempt = attempt.expect("an attempt").attempt.id;
        let outcome = sync::finish_link(ctx, user, &attempt, result).await;
        let Ok(LinkOutcome::Linked(id)) = outcome else {
            panic!("{outcome:?}");
        };
        id
    }

    /// Brings everything to rest: requests a sync as the button does and follows it to success, moving the clock over
    /// waiting times. Rows that could not be read are requested again after a day.
    pub async fn settle(&self, link: &Link) {
        self.sync(link).await;
        if self.rows_set_aside(link).await > 0 {
            self.app.pass(SignedDuration::from_hours(25));
            self.sync(link).await;
        }
        // A posted row is removed when two reads an hour apart lack it.
        for _ in 0..if self.face == Face::Mx { 2 } else { 0 } {
            self.app.pass(SignedDuration::from_mins(61));
            self.sync_to_the_end(link).await;
        }
    }

    /// Syncs until the provider has all that the bank has.
    async fn sync_to_the_end(&self, link: &Link) {
        let open = format!(
            "SELECT COUNT(*) FROM connection WHERE id = '{}' AND (update_status <> 'historical' OR begin_again_at IS NOT NULL)",
            link.id
        );
        for _ in 0..20 {
            self.sync(link).await;
            if self.books.count(&open).await == 0 {
                return;
            }
            self.app.pass(SignedDuration::from_mins(3));
        }
        panic!("the bank is being asked without an end");
    }

    async fn rows_set_aside(&self, link: &Link) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM set_aside_row WHERE connection_id = $1")
            .bind(link.id.as_str())
            .fetch_one(&self.books.pool)
            .await
            .expect("a number")
    }

    /// Requests a sync and follows it to success, like [`Self::settle`] but without waiting for unreadable rows.
    pub async fn sync(&self, link: &Link) {
        self.ask("/misbehave/fault/clear", link.named()).await;
        self.app.pass(SignedDuration::from_millis(1));
        let (ctx, asked) = (self.app.ctx(), self.now());
        let asked_for = sync::request_sync(ctx, &self.people[link.owner], &link.id).await;
        asked_for.expect("it is asked for");
        let mut looks = 0_u32;
        eventually("a good end", || {
            looks += 1;
            self.look(link, asked, looks)
        })
        .await;
    }

    async fn look(&self, link: &Link, asked: i64, looks: u32) -> Option<()> {
        let job: (Option<i64>, i64, Option<i64>, i64) = sqlx::query_as(
            "SELECT lease_until, COALESCE(run_at, 0), not_before, (SELECT COUNT(*) FROM job_run r
                 WHERE r.job_id = j.id AND r.outcome = 'done' AND r.started_at >= $2)
             FROM job j WHERE kind = 'sync' AND subject = $1",
        )
        .bind(link.id.as_str())
        .bind(asked)
        .fetch_one(&self.books.pool)
        .await
        .expect("a job");
        let (lease, due, not_before, done) = job;
        let due = due.max(not_before.unwrap_or(0));
        match lease {
            None if done > 0 && due > self.now() => return Some(()),
            // The job waits for a time to come.
            None if due > self.now() => {
                self.app.pass(SignedDuration::from_millis(due - self.now()));
            }
            // A dead worker still holds its lease; a slow one gets more time with each round.
            Some(_) if is_long(looks) => self.app.pass(SignedDuration::from_secs(61)),
            // A provider's limits are counted in seconds, and the clock stands still. It moves only for a call that
            // waits: a slow run would lose its lease.
            Some(_) if self.app.is_held_back() => {
                self.app.pass(SignedDuration::from_millis(100));
            }
            _ => {}
        }
        self.app.ctx().work.notify_one();
        None
    }

    /// Ends a connection and waits until it is gone.
    pub async fn unlink(&self, link: &Link) {
        self.ask("/misbehave/fault/clear", link.named()).await;
        let (ctx, user) = (self.app.ctx(), &self.people[link.owner]);
        let asked = sync::unlink(ctx, user, &link.id, false).await;
        asked.expect("it is asked for");
        let left = format!("SELECT COUNT(*) FROM connection WHERE id = '{}'", link.id);
        eventually("the end", || async {
            self.app
                .pass_unless_busy(SignedDuration::from_secs(1))
                .await;
            (self.books.count(&left).await == 0).then_some(())
        })
        .await;
    }

    pub fn now(&self) -> i64 {
        self.app.clock.now().as_millisecond()
    }

    /// Changes the database directly.
    pub async fn meddle(&self, sql: &'static str, id: &ConnectionId) {
        let done = sqlx::query(sql)
            .bind(id.as_str())
            .execute(&self.books.pool)
            .await;
        done.expect("done");
    }
}

/// Returns `true` for the 25th look, the 75th, the 175th and so on.
fn is_long(looks: u32) -> bool {
    let times = (looks + 25) / 50;
    (looks + 25).is_multiple_of(50) && times.is_power_of_two()
}

/// Returns the credentials of an MX bank, filled in for a person with this file.
pub async fn typed_at(ctx: &Ctx, institution: &str, file: &Value) -> Vec<Typed> {
    let fields = sync::credential_fields(ctx, "mx", institution).await;
    let (_, fields) = fields.expect("the fields");
    let values = ["user_custom".to_owned(), file.to_string()];
    let filled = fields.into_iter().zip(values);
    filled
        .map(|(field, value)| Typed {
            field: field.id,
            value: Secret::new(value),
        })
        .collect()
}
