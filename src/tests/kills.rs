//! Kills at random moments of the first sync and of later ones, and a second Passbook started on the same data.
//!
//! Both also through MX. The bank is a separate program here, so it survives when Passbook is killed. `PASSBOOK_KILLS`
//! is the number of kills (15 by default, 9 through MX), `PASSBOOK_SECOND_STARTS` the number of second starts (8).

use std::time::Duration;

use domain::clock::Clock;
use serde_json::{Value, json};

use crate::app::{self, ADA};
use crate::bank::OwnBank;
use crate::books::Books;
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::model::bank::{self, Model, Shown};
use crate::model::dice::Dice;
use crate::model::tested::Face;
use crate::mx::named_as_mx_does;
use crate::process::{Process, output};

/// Each lane has its own bank, program and person.
const LANES: u64 = 3;
/// At one of MX's banks, a person has only one log-in of a name.
const MX_BANKS: [&str; 4] = ["mxbank", "mxcu", "tartan_bank", "houndstooth_bank"];
/// How long to wait until nothing is left to do.
const MINUTES: Duration = Duration::from_secs(240);

/// Makes it an hour since a posted row was first missing, after which a second read without it removes it.
const HOUR_PASSES: &str = "UPDATE bank_transaction SET absent_since = absent_since - 3600001";

/// Counts the runs whose worker disappeared.
const LOST: &str = "SELECT COUNT(*) FROM job_run WHERE outcome = 'lost'";

/// A bank and a Passbook of its own.
pub struct KilledApp {
    face: Face,
    bank: OwnBank,
    /// `None` while it is restarted.
    pub process: Option<Process>,
    pub browser: Browser,
    pub books: Books,
    dice: Dice,
}

fn number(name: &str, usual: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(usual, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_kill_at_any_moment_of_any_sync_loses_and_doubles_nothing() {
    all_are_killed(Face::Plaid, number("PASSBOOK_KILLS", 15)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_kill_at_any_moment_of_any_sync_through_mx_loses_and_doubles_nothing() {
    all_are_killed(Face::Mx, number("PASSBOOK_KILLS", 9)).await;
}

async fn all_are_killed(face: Face, kills: u64) {
    let kills = kills.div_ceil(LANES);
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| tokio::spawn(be_killed(face, lane, kills)))
        .collect();
    let mut lost = 0;
    for lane in lanes {
        lost += lane.await.expect("a lane");
    }
    assert!(lost > 0, "no kill met a run, so that this shows nothing");
}

/// Returns how many runs were cut short.
async fn be_killed(face: Face, lane: u64, kills: u64) -> i64 {
    let mut killed = KilledApp::open(face, lane).await;
    for kill in 0..kills {
        if kill % 5 == 0 {
            killed.link(kill).await;
        } else {
            killed.change().await;
            killed.ask_for_a_sync().await;
        }
        killed.kill().await;
        killed.compare(kill).await;
    }
    let ended = killed.process.as_mut().expect("it runs").terminate().await;
    assert_eq!(ended, Some(0));
    killed.books.number(LOST).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_program_on_the_same_folder_refuses_while_the_first_syncs() {
    let mut killed = KilledApp::open(Face::Plaid, LANES).await;
    killed.link(0).await;
    killed.rest().await;
    for _ in 0..number("PASSBOOK_SECOND_STARTS", 8) {
        killed.change().await;
        killed.ask_for_a_sync().await;
        let first = killed.process.as_ref().expect("it runs");
        let folder = first.folder().to_owned();
        let data = first.data().display().to_string();
        let settings = [
            ("PASSBOOK_LISTEN", "127.0.0.1:0"),
            ("PASSBOOK_DATA_DIR", data.as_str()),
        ];
        let second = output(&folder, &["serve"], &settings).await;
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(!second.status.success(), "{said}");
        assert!(said.contains("another Passbook is running"), "{said}");
        assert!(second.stdout.is_empty(), "it never said that it was up");
    }
    killed.rest().await;
    killed.compare(0).await;
    // Everything was applied once: no row is there twice, and no run took over another's.
    let twice =
        "SELECT COUNT(*) - COUNT(DISTINCT connection_id || provider_id) FROM bank_transaction";
    assert_eq!(killed.books.number(twice).await, 0);
    assert_eq!(
        killed.books.number(LOST).await,
        0,
        "nobody took a lease away"
    );
}

impl KilledApp {
    pub async fn open(face: Face, lane: u64) -> Self {
        let bank = OwnBank::open(&Clock::system()).await;
        let process = match face {
            Face::Plaid => Process::serve(&bank.plaid_settings()).await,
            Face::Mx => Process::serve(&bank.mx_settings()).await,
        };
        let mut browser = process.browser();
        assert_eq!(browser.sign_up(&ADA, "").await.path, "/");
        Self {
            face,
            books: Books::open(&process.data()).await,
            bank,
            process: Some(process),
            browser,
            dice: Dice::of(lane + 1),
        }
    }

    /// Links one more bank, with more rows than fit on one page.
    pub async fn link(&mut self, round: u64) {
        if self.face == Face::Mx {
            let bank = usize::try_from(round / 5).expect("it fits");
            return match MX_BANKS.get(bank) {
                Some(bank) => self.link_through_mx(bank).await,
                None => self.ask_for_a_sync().await,
            };
        }
        let file = bank::file(&mut self.dice, true, &format!("round {round}"), None);
        let page = self
            .browser
            .link_to_the_end(PLATYPUS, "user_custom", &file.to_string())
            .await;
        assert_eq!(page.status, 200, "{}", page.body);
    }

    /// Links a bank through MX, on the page where the log-in is typed.
    async fn link_through_mx(&mut self, institution: &str) {
        let page = format!("/link/log-in?with=mx&bank={institution}");
        let page = self.browser.get(&page).await;
        let form = page.form("form[action='/forms/link-typed']");
        let form = form
            .with("values[f0]", "user_custom")
            .with("values[f1]", &lately(institution).to_string());
        let page = self.browser.send(&form).await;
        let id = page.path.strip_prefix("/connections/");
        let id = id.unwrap_or_else(|| panic!("{}: {}", page.path, page.body));
        let linked =
            format!("SELECT COUNT(*) FROM connection WHERE id = '{id}' AND linked_at IS NOT NULL");
        app::eventually("a link", || async {
            (self.books.count(&linked).await == 1).then_some(())
        })
        .await;
        let member = format!("SELECT item_id FROM connection WHERE id = '{id}'");
        let member: String = sqlx::query_scalar(sqlx::AssertSqlSafe(member))
            .fetch_one(&self.books.pool)
            .await
            .expect("a member");
        for n in 0..50 {
            let row =
                json!({"pending": n % 5 == 0, "amount": bank::money(bank::amount(&mut self.dice))});
            self.act(&member, "add", row).await;
        }
    }

    async fn serve_again(&mut self, process: Process) {
        let process = process.again().await;
        let other = process.browser();
        self.browser = self.browser.moved_to(other);
        self.process = Some(process);
    }

    /// Changes the data at every bank, without a webhook: rows are added, settled, changed and removed.
    pub async fn change(&mut self) {
        for item in self.items().await {
            let rows = self.listed(&item).await;
            let any = self.dice.of_these(&rows).cloned().expect("a row");
            for pending in [true, false] {
                let wanted = json!({"pending": pending, "amount": bank::money(bank::amount(&mut self.dice))});
                self.act(&item, "add", wanted).await;
            }
            let pending = rows.iter().find(|row| row["pending"] == true);
            if let Some(row) = pending {
                let step = ["both", "post", "remove"][self.dice.below(3)];
                let wanted = json!({"transaction_id": row["transaction_id"], "step": step});
                self.act(&item, "settle", wanted).await;
            }
            let id = json!({"transaction_id": any["transaction_id"], "description": "CHANGED"});
            if pending.is_none_or(|row| row["transaction_id"] != any["transaction_id"]) {
                let what = ["modify", "remove"][self.dice.below(2)];
                let id = if what == "remove" {
                    json!({"transaction_id": any["transaction_id"]})
                } else {
                    id
                };
                self.act(&item, what, id).await;
            }
        }
    }

    pub async fn ask_for_a_sync(&mut self) {
        let wanted = "connection=&back=%2Fsettings".to_owned();
        let page = self.browser.post_once("/forms/sync", wanted).await;
        let page = self.browser.follow(page).await;
        assert_eq!(page.status, 200, "{}", page.body);
    }

    /// Kills the program at a random moment, every other time during a sync, and restarts it.
    async fn kill(&mut self) {
        let amid = self.dice.once_in(2);
        if amid {
            self.until_it_syncs().await;
        }
        let moment = self.dice.below(if amid { 50 } else { 700 });
        let moment = u64::try_from(moment).expect("it fits");
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let mut process = self.process.take().expect("it runs");
        process.kill();
        self.serve_again(process).await;
    }

    /// Waits briefly for a sync to be running: it may already be over.
    async fn until_it_syncs(&self) {
        let held = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND lease_until IS NOT NULL";
        let syncing = async {
            while self.books.number(held).await == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), syncing).await;
    }

    /// Waits until nothing is due or running. Passbook makes only so many calls a minute. The rest waits for the next
    /// minute, and each kill adds calls to repeat.
    pub async fn rest(&self) {
        let busy = "SELECT (SELECT COUNT(*) FROM job WHERE kind = 'sync'
                AND (lease_until IS NOT NULL OR attempts > 0 OR run_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER)))
            + (SELECT COUNT(*) FROM connection WHERE history_complete_at IS NULL OR update_status <> 'historical')";
        let stuck = "SELECT COUNT(*) FROM job
            WHERE lease_until < CAST(unixepoch('subsec') * 1000 AS INTEGER) - 20000";
        let resting = async {
            while self.books.number(busy).await > 0 {
                assert_eq!(self.books.number(stuck).await, 0, "a lease was stuck");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let rested = tokio::time::timeout(MINUTES, resting).await;
        rested.expect("all syncs after a kill");
    }

    /// Asserts that the books hold what the banks hold.
    async fn compare(&mut self, round: u64) {
        self.rest().await;
        for _ in 0..if self.face == Face::Mx { 2 } else { 0 } {
            let passes = sqlx::query(HOUR_PASSES).execute(&self.books.pool).await;
            passes.expect("an hour");
            self.ask_for_a_sync().await;
            self.rest().await;
        }
        for item in self.items().await {
            let listed = self.listed(&item).await;
            let mut model = Model::default();
            model.hear(&listed);
            assert_eq!(
                self.shown(&item).await,
                model.shown(&listed),
                "round {round}"
            );
        }
        // On a new connection: FTS5 caches where its pages are, and its check does not notice that another process has
        // written since.
        let data = self.process.as_ref().expect("it runs").data();
        let anew = Books::open(&data).await;
        assert_eq!(anew.texts("PRAGMA integrity_check").await, ["ok"]);
    }

    /// Returns the field that names a connection in the bank's calls.
    fn name(&self) -> &'static str {
        match self.face {
            Face::Plaid => "item_id",
            Face::Mx => "member_guid",
        }
    }

    async fn items(&self) -> Vec<String> {
        self.books
            .texts("SELECT item_id FROM connection ORDER BY id")
            .await
    }

    async fn listed(&self, item: &str) -> Vec<Value> {
        let wanted = json!({ self.name(): item });
        let endpoint = "/misbehave/transactions/list";
        let mut answer = self.bank.ask(endpoint, wanted).await;
        if self.face == Face::Mx {
            named_as_mx_does(&mut answer["transactions"]);
        }
        answer["transactions"].as_array().expect("rows").clone()
    }

    async fn act(&self, item: &str, what: &str, mut wanted: Value) {
        wanted[self.name()] = item.into();
        wanted["quiet"] = true.into();
        let endpoint = format!("/misbehave/transactions/{what}");
        let answer = self.bank.ask(&endpoint, wanted.clone()).await;
        // A row settles only once, so this call may be refused.
        let refused = !answer["error_code"].is_null();
        assert!(!refused || what == "settle", "{what} {wanted}: {answer}");
    }

    async fn shown(&self, item: &str) -> Vec<Shown> {
        type Row = (String, String, String, i64, String, bool, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT t.provider_id, a.provider_id, t.day, t.amount, t.description, t.pending, t.own_name
             FROM bank_transaction t JOIN account a ON a.id = t.account_id JOIN connection c ON c.id = t.connection_id
             WHERE c.item_id = $1",
        )
        .bind(item)
        .fetch_all(&self.books.pool)
        .await
        .expect("rows");
        let row = |(provider_id, account, day, minor, description, pending, words)| Shown {
            provider_id,
            account,
            day,
            minor,
            description,
            pending,
            words,
        };
        let mut all: Vec<Shown> = rows.into_iter().map(row).collect();
        all.sort();
        all
    }
}

/// Returns a bank's data: an account with one row of today, because older rows are not read again. It is typed as a
/// password, so it must be short.
fn lately(name: &str) -> Value {
    let day = Clock::system().today().to_string();
    let row = json!({"date_transacted": day, "date_posted": day, "currency": "USD", "amount": 10, "description": "Row"});
    json!({"override_accounts": [{"type": "depository", "subtype": "checking", "meta": {"name": name},
        "transactions": [row]}], "seed": name})
}
