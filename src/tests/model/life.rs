//! One life: a bank is linked, random steps follow, and now and then everything comes to rest and is compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use ::bank::bank::guid_of;
use domain::own::Edits;
use passbook::ledger;
use passbook::sync;
use serde_json::{Value, json};

use super::bank::{self, BankRow, Model, amount, money};
use super::check::{
    Cursors, check, check_forgeries, check_runs, check_strangers, check_token, listed,
};
use super::dice::Dice;
use super::tested::{Face, Link, ModelledApp};

/// The state of one life.
struct Life<'a> {
    tested: &'a ModelledApp,
    link: Link,
    dice: Dice,
    /// Decides about forged webhooks on its own, so that recorded seeds still lead the same lives.
    forger: Dice,
    /// At MX, the bank's own ids of rows that were created here: removed rows are only known by these.
    banks_ids: BTreeMap<String, String>,
    /// The number of forged webhooks sent.
    forged: usize,
    model: Model,
    cursors: Cursors,
    /// Whether a call may report that the data changed between two pages, which takes more than one page.
    large: bool,
    told: Told,
}

/// Leads the life of a seed; on failure, prints the seed and its steps. Returns whether there was a row that another
/// person could ask for.
pub async fn lead(tested: &ModelledApp, seed: u64) -> bool {
    let mut dice = Dice::of(seed);
    let large = dice.once_in(12);
    let lately = (tested.face == Face::Mx).then(|| tested.app.clock.today());
    let file = bank::file(&mut dice, large, &seed.to_string(), lately);
    let link = tested.link(dice.below(2), &file).await;
    let mut life = Life {
        tested,
        link,
        dice,
        forger: Dice::of(!seed),
        forged: 0,
        banks_ids: BTreeMap::new(),
        model: Model::default(),
        cursors: Cursors::default(),
        large,
        told: Told {
            seed,
            lines: String::new(),
        },
    };
    life.lead().await
}

/// The steps so far, printed on panic.
struct Told {
    seed: u64,
    lines: String,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (seed, lines) = (self.seed, &self.lines);
            let said = format!(
                "the life of seed {seed} does not end well; the seed belongs into src/tests/model/seeds.txt:\n{lines}"
            );
            // An error on standard error cannot be reported anywhere.
            let _ = std::io::stderr().write_all(said.as_bytes());
        }
    }
}

impl Life<'_> {
    async fn lead(&mut self) -> bool {
        let large = self.large;
        if self.dice.once_in(2) {
            self.fault().await;
        }
        self.rest().await;
        for _ in 0..if large { 5 } else { 6 + self.dice.below(10) } {
            self.happen().await;
            self.cursors.sample(self.tested, &self.link).await;
        }
        self.tell("release webhooks, repair");
        self.release().await;
        self.repair().await;
        self.rest().await;
        // Reading everything again from the beginning changes nothing, not even an id.
        let before = check(self.tested, &self.link, &mut self.model).await;
        self.begin_again().await;
        self.rest().await;
        let after = check(self.tested, &self.link, &mut self.model).await;
        assert_eq!(after, before);
        let asked_for_rows = check_strangers(self.tested, &self.link, &after).await;
        check_runs(self.tested, &self.link).await;
        check_token(self.tested, &self.link).await;
        check_forgeries(self.tested, &self.link, self.forged).await;
        match self.tested.face {
            // No further syncs from here on.
            Face::Plaid => {
                let still = "UPDATE job SET run_at = NULL WHERE subject = $1";
                self.tested.meddle(still, &self.link.id).await;
            }
            // At one of MX's banks, a person has only one log-in of a name.
            Face::Mx => self.tested.unlink(&self.link).await,
        }
        asked_for_rows
    }

    async fn happen(&mut self) {
        match self.dice.below(22) {
            0..=2 => self.add().await,
            3..=6 => self.settle().await,
            7 | 8 => self.change().await,
            9 => self.remove().await,
            10..=12 => self.write().await,
            13..=15 => self.fault().await,
            16 => self.webhooks().await,
            17 => self.lose_the_lease().await,
            18 => self.begin_again().await,
            19 => self.close_account().await,
            20 => self.end_the_log_in().await,
            _ => {
                self.repair().await;
                self.rest().await;
            }
        }
    }

    /// Brings everything to rest and compares.
    async fn rest(&mut self) {
        self.tell("rest");
        self.repair().await;
        self.tested.settle(&self.link).await;
        check(self.tested, &self.link, &mut self.model).await;
        if self.model.accounts.is_empty() {
            let rows = self.model.rows.values();
            self.model.accounts = rows.map(|row| row.account.clone()).collect();
            self.model.accounts.sort();
            self.model.accounts.dedup();
        }
    }

    async fn add(&mut self) {
        let (cents, pending) = (amount(&mut self.dice), !self.dice.once_in(3));
        let account = self.dice.of_these(&self.model.accounts).cloned();
        let mut wanted = json!({"amount": money(cents), "pending": pending, "description": format!("ADDED {cents}")});
        wanted["account_id"] = account.expect("one account is always open").into();
        let answer = self.act("/misbehave/transactions/add", wanted).await;
        let (row, thing) = (self.row(&answer).await, self.model.new_thing());
        self.model
            .keep(bank::text(&row, "transaction_id"), &row, thing);
    }

    async fn settle(&mut self) {
        let halves = self.model.some(|row| row.pending && !row.posted);
        let Some(id) = self.dice.of_these(&halves).cloned() else {
            return self.add().await;
        };
        let pending = self.model.rows[&id].clone();
        let step = match (pending.listed, self.dice.below(4)) {
            (true, 0) => "remove",
            (true, 1) => "post",
            (false, _) => "post",
            _ => "both",
        };
        if step == "remove" {
            let wanted = json!({"transaction_id": id, "step": step});
            self.act("/misbehave/transactions/settle", wanted).await;
            self.gone(&id);
            return;
        }
        self.post(&id, &pending, step).await;
    }

    /// Posts a pending row, sometimes with a tip, and sometimes naming another pending row.
    async fn post(&mut self, id: &str, pending: &BankRow, step: &str) {
        let cents = pending.cents * i64::try_from(80 + self.dice.below(70)).expect("it fits") / 100;
        let cents = if self.dice.once_in(2) {
            pending.cents
        } else {
            cents
        };
        let misled = self.dice.once_in(5);
        let mut wanted = json!({"transaction_id": id, "step": step, "amount": money(cents)});
        if misled {
            let other = self.model.misleading(&mut self.dice, pending, cents);
            wanted["pending_transaction_id"] = other.into();
        }
        let answer = self.act("/misbehave/transactions/settle", wanted).await;
        let row = self.row(&answer).await;
        let posted = bank::text(&row, "transaction_id");
        let thing = if misled {
            self.model.misled.insert(posted.clone());
            self.model.new_thing()
        } else {
            self.settled_thing(pending)
        };
        self.model.keep(posted, &row, thing);
        self.model.rows.get_mut(id).expect("known").posted = true;
        if step == "both" {
            self.gone(id);
        }
    }

    /// Returns what a posted row is about, as far as the provider says: MX does not say what a row settles.
    fn settled_thing(&mut self, pending: &BankRow) -> usize {
        match self.tested.face {
            Face::Plaid => pending.thing,
            Face::Mx => self.model.new_thing(),
        }
    }

    async fn change(&mut self) {
        let all = self.model.some(|row| row.listed);
        let Some(id) = self.dice.of_these(&all).cloned() else {
            return;
        };
        let row = self.model.rows.get_mut(&id).expect("known");
        let mut wanted = json!({"transaction_id": id, "description": format!("CHANGED {}", self.dice.below(1000))});
        if !row.changed && self.dice.once_in(2) {
            // By no more than a tenth, so that a true link remains believable.
            row.changed = true;
            row.cents += row.cents / 10;
            wanted["amount"] = money(row.cents).into();
        }
        self.act("/misbehave/transactions/modify", wanted).await;
    }

    async fn remove(&mut self) {
        let all = self.model.some(|row| row.listed);
        let Some(id) = self.dice.of_these(&all).cloned() else {
            return;
        };
        self.act(
            "/misbehave/transactions/remove",
            json!({"transaction_id": id}),
        )
        .await;
        self.gone(&id);
    }

    /// Edits a visible row as the person, or deletes the person's text.
    async fn write(&mut self) {
        let seen: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, provider_id FROM bank_transaction WHERE connection_id = $1 ORDER BY provider_id",
        )
        .bind(self.link.id.as_str())
        .fetch_all(&self.tested.books.pool)
        .await
        .expect("rows");
        let Some((id, provider_id)) = self.dice.of_these(&seen).cloned() else {
            return;
        };
        let words = match self.dice.below(5) {
            0 => String::new(),
            _ => format!("words {}", self.dice.below(1000)),
        };
        self.tell(&format!("write {words:?} on {provider_id}"));
        let edits = Edits {
            name: Some(words.clone()),
            ..Edits::default()
        };
        let user = &self.tested.people[self.link.owner];
        let written = ledger::edit_transaction(self.tested.app.ctx(), user, &id, edits).await;
        // The row may have been removed just now.
        if written.is_err() {
            return;
        }
        if !self.model.rows.contains_key(&provider_id) {
            let listed = listed(self.tested, &self.link).await;
            self.model.hear(&listed);
        }
        let thing = self.model.rows[&provider_id].thing;
        self.model.things[thing].words = Some(words).filter(|words| !words.is_empty());
    }

    /// Makes the next calls fail.
    async fn fault(&mut self) {
        let faults = [
            "rate_limit",
            "server_error",
            "bad_gateway",
            "hang",
            "slow",
            "truncated",
            "cut",
            "lost",
            "wrong_types",
            "absurd_values",
            "html",
            "empty",
            "error",
        ];
        let mut fault = *self.dice.of_these(&faults).expect("one");
        if self.large && self.dice.once_in(2) {
            fault = "mutation";
        }
        let [rows, item, accounts] = self.tested.face.endpoints();
        let mut wanted = json!({
            "fault": fault, "times": 1 + self.dice.below(2), "skip": self.dice.below(2),
            "delay_ms": self.dice.below(60), "endpoint": rows,
        });
        if self.dice.once_in(4) && fault != "mutation" {
            wanted["endpoint"] = [item, accounts][self.dice.below(2)].into();
        }
        if fault == "rate_limit" && self.dice.once_in(2) {
            wanted["retry_after"] = self.dice.below(90).into();
        }
        if fault == "error" {
            let codes = ["INSTITUTION_DOWN", "INTERNAL_SERVER_ERROR", "NO_SUCH_CODE"];
            wanted["error_code"] = codes[self.dice.below(3)].into();
        }
        self.act("/misbehave/fault/add", wanted).await;
    }

    /// Holds webhooks, releases them in some order or sends one again, and sometimes forges one.
    async fn webhooks(&mut self) {
        if self.forger.once_in(2) {
            self.forge().await;
        }
        match self.dice.below(3) {
            0 => drop(self.act(self.tested.face.webhook("hold"), json!({})).await),
            1 => self.release().await,
            _ => {
                let codes = [
                    "SYNC_UPDATES_AVAILABLE",
                    "DEFAULT_UPDATE",
                    "HISTORICAL_UPDATE",
                    "TRANSACTIONS_REMOVED",
                ];
                let code = codes[self.dice.below(4)];
                let times = 1 + self.dice.below(3);
                let wanted = match self.tested.face {
                    Face::Plaid => json!({"webhook_code": code, "times": times}),
                    Face::Mx => json!({"type": "AGGREGATION", "times": times}),
                };
                self.act(self.tested.face.webhook("send"), wanted).await;
            }
        }
    }

    /// Forges a webhook; the field `forged` marks it for the check.
    async fn forge(&mut self) {
        let ways = [
            "wrong_key",
            "alg_none",
            "hs256",
            "rs256",
            "unknown_kid",
            "no_kid",
            "expired_iat",
            "future_iat",
            "no_iat",
            "wrong_hash",
            "changed_body",
            "changed_signature",
            "no_header",
            "garbage",
            "huge_header",
        ];
        let ways_of_mx = ["no_password", "wrong_password", "garbage"];
        let wanted = match self.tested.face {
            Face::Plaid => {
                let way = *self.forger.of_these(&ways).expect("one");
                json!({
                    "webhook_code": "SYNC_UPDATES_AVAILABLE", "forgery": way, "fields": {"forged": way},
                })
            }
            Face::Mx => {
                let way = *self.forger.of_these(&ways_of_mx).expect("one");
                json!({"type": "AGGREGATION", "forgery": way, "fields": {"forged": way}})
            }
        };
        self.act(self.tested.face.webhook("send"), wanted).await;
        self.forged += 1;
    }

    async fn release(&mut self) {
        let wanted = json!({"reversed": self.dice.once_in(2)});
        self.act(self.tested.face.webhook("release"), wanted).await;
    }

    /// Has another worker take over during a slow run, or a worker die with its lease.
    async fn lose_the_lease(&mut self) {
        if self.dice.once_in(2) {
            let [rows, ..] = self.tested.face.endpoints();
            let wanted = json!({"fault": "slow", "delay_ms": 40, "endpoint": rows});
            self.act("/misbehave/fault/add", wanted).await;
            let user = &self.tested.people[self.link.owner];
            let asked = sync::request_sync(self.tested.app.ctx(), user, &self.link.id).await;
            asked.expect("it is asked for");
            let pause = u64::try_from(self.dice.below(40)).expect("it fits");
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let over = "UPDATE job SET fence = fence + 1, lease_until = NULL WHERE subject = $1 AND lease_until IS NOT NULL";
            self.tested.meddle(over, &self.link.id).await;
            self.tell("another worker took over");
        } else {
            let (now, minute) = (
                self.tested.app.clock.now(),
                jiff::SignedDuration::from_secs(60),
            );
            let until = now.checked_add(minute).expect("a moment");
            let dead = self.tested.app.ctx().store.claim_due(now, until).await;
            let dead = dead.expect("it answers").is_some();
            self.tell(&format!("a worker died with its lease: {dead}"));
        }
    }

    async fn begin_again(&mut self) {
        self.tell("begin again from nothing");
        let again = sync::begin_again(self.tested.app.ctx(), &self.link.id).await;
        again.expect("it is asked for");
    }

    /// Closes an account: its rows stay as the books know them.
    async fn close_account(&mut self) {
        if self.model.accounts.len() < 2 {
            return;
        }
        self.rest().await;
        let at = self.dice.below(self.model.accounts.len());
        let account = self.model.accounts.remove(at);
        let listed = listed(self.tested, &self.link).await;
        let shown = self.model.shown(&listed);
        for row in shown.into_iter().filter(|row| row.account == account) {
            self.model.kept.insert(row.provider_id.clone(), row);
        }
        let tell = self.dice.once_in(2);
        let account = self.tested.bank_account(&account).await;
        let wanted = json!({"account_id": account, "webhook": tell});
        self.act("/misbehave/account/close", wanted).await;
    }

    async fn end_the_log_in(&mut self) {
        match self.tested.face {
            Face::Plaid => self.act("/misbehave/item/error", json!({})).await,
            Face::Mx => self.stands("DENIED").await,
        };
    }

    async fn repair(&mut self) {
        match self.tested.face {
            Face::Plaid => self.act("/misbehave/item/repair", json!({})).await,
            Face::Mx => self.stands("CONNECTED").await,
        };
    }

    /// Sets the status of an MX member.
    async fn stands(&mut self, status: &str) -> Value {
        let wanted = json!({"connection_status": status});
        self.act("/misbehave/member/status", wanted).await
    }

    fn gone(&mut self, id: &str) {
        self.model.rows.get_mut(id).expect("known").listed = false;
    }

    /// Changes something at the bank, with or without a webhook.
    async fn act(&mut self, path: &str, mut wanted: Value) -> Value {
        for (name, value) in self.link.named().as_object().expect("an object") {
            wanted[name] = value.clone();
        }
        let own = wanted["transaction_id"].as_str();
        if let Some(own) = own.and_then(|guid| self.banks_ids.get(guid)) {
            wanted["transaction_id"] = own.as_str().into();
        }
        if path.starts_with("/misbehave/transactions/") {
            wanted["quiet"] = self.dice.once_in(3).into();
        }
        let answer = self.tested.ask(path, wanted.clone()).await;
        wanted["access_token"] = Value::Null;
        self.tell(&format!("{path} {wanted} -> {}", answer["transaction_id"]));
        answer
    }

    /// Returns the row that was just created.
    async fn row(&mut self, answer: &Value) -> Value {
        let all = listed(self.tested, &self.link).await;
        let id = answer["transaction_id"].as_str().expect("an id");
        let id = match self.tested.face {
            Face::Plaid => id.to_owned(),
            Face::Mx => {
                let guid = guid_of("TRN", id);
                self.banks_ids.insert(guid.clone(), id.to_owned());
                guid
            }
        };
        let row = all
            .into_iter()
            .find(|row| row["transaction_id"] == id.as_str());
        row.expect("the bank lists it")
    }

    fn tell(&mut self, what: &str) {
        writeln!(self.told.lines, "  {what}").expect("it is written");
    }
}
