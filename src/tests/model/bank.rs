//! The model: what is true at the bank, and what the person has written on it.

use std::collections::{BTreeMap, BTreeSet};

use domain::money::Currency;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use super::dice::Dice;

/// A purchase, a wage, a transfer: one event, whatever rows the bank has for it.
#[derive(Debug, Default)]
pub struct Thing {
    /// The person's own name for it.
    pub words: Option<String>,
    /// Our id for it, which must never change.
    pub our_id: Option<String>,
}

/// A row at the bank.
#[derive(Clone, Debug)]
pub struct BankRow {
    /// The index of the thing that it is really about.
    pub thing: usize,
    pub account: String,
    /// Cents with Plaid's sign: positive means out of the account.
    pub cents: i64,
    pub pending: bool,
    pub listed: bool,
    /// Of a pending row: whether it was posted. Of any row, below: whether its amount was changed.
    pub posted: bool,
    pub changed: bool,
}

/// A row as the books should show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    pub provider_id: String,
    pub account: String,
    pub day: String,
    pub minor: i64,
    pub description: String,
    pub pending: bool,
    pub words: Option<String>,
}

#[derive(Debug, Default)]
pub struct Model {
    pub things: Vec<Thing>,
    pub rows: BTreeMap<String, BankRow>,
    /// Rows of closed accounts, as the books last read them.
    pub kept: BTreeMap<String, Shown>,
    /// Posted rows that name a pending row that is not theirs.
    pub misled: BTreeSet<String>,
    pub accounts: Vec<String>,
}

impl Model {
    /// Takes in the bank's list, including rows that the test did not create.
    pub fn hear(&mut self, listed: &[Value]) {
        for row in self.rows.values_mut() {
            row.listed = false;
        }
        // Pending rows first, because posted rows refer to them.
        let mut in_order: Vec<&Value> = listed.iter().collect();
        in_order.sort_by_key(|row| row["pending"] != true);
        for row in in_order {
            let id = text(row, "transaction_id");
            if !self.rows.contains_key(&id) {
                let pending = row["pending_transaction_id"].as_str();
                let pending = pending.filter(|_| !self.misled.contains(&id));
                let thing = pending.and_then(|id| Some(self.rows.get(id)?.thing));
                let thing = thing.unwrap_or_else(|| self.new_thing());
                self.keep(id.clone(), row, thing);
            }
            let known = self.rows.get_mut(&id).expect("it was just kept");
            known.listed = true;
            known.cents = cents(row);
        }
    }

    pub fn new_thing(&mut self) -> usize {
        self.things.push(Thing::default());
        self.things.len() - 1
    }

    pub fn keep(&mut self, id: String, row: &Value, thing: usize) {
        let row = BankRow {
            thing,
            account: text(row, "account_id"),
            cents: cents(row),
            pending: row["pending"] == true,
            listed: true,
            posted: false,
            changed: false,
        };
        self.rows.insert(id, row);
    }

    /// Returns what the books should show for this list: every row, except pending rows of things that are posted.
    pub fn shown(&self, listed: &[Value]) -> Vec<Shown> {
        let thing = |row: &Value| self.rows[&text(row, "transaction_id")].thing;
        let posted: BTreeSet<usize> = listed
            .iter()
            .filter(|row| row["pending"] == false)
            .map(thing)
            .collect();
        let shown = listed
            .iter()
            .filter(|row| row["pending"] == false || !posted.contains(&thing(row)));
        let shown = shown.map(|row| Shown {
            provider_id: text(row, "transaction_id"),
            account: text(row, "account_id"),
            day: row["authorized_date"]
                .as_str()
                .map_or_else(|| text(row, "date"), str::to_owned),
            minor: -cents(row),
            description: row["original_description"]
                .as_str()
                .map_or_else(|| text(row, "name"), str::to_owned),
            pending: row["pending"] == true,
            words: self.things[thing(row)].words.clone(),
        });
        let kept = self.kept.iter().map(|(id, row)| Shown {
            words: self.things[self.rows[id].thing].words.clone(),
            ..row.clone()
        });
        let mut all: Vec<Shown> = shown.chain(kept).collect();
        all.sort();
        all
    }

    /// Returns the ids of the rows of open accounts that match.
    pub fn some(&self, wanted: impl Fn(&BankRow) -> bool) -> Vec<String> {
        let fits = |row: &&BankRow| self.accounts.contains(&row.account) && wanted(row);
        let all = self.rows.iter().filter(|(_, row)| fits(row));
        all.map(|(id, _)| id.clone()).collect()
    }

    /// Picks a row that a posted one may name as its pending row although it is not, and that must not be believed:
    /// another account, another direction, a very different amount, not pending, or not there at all.
    pub fn misleading(&self, dice: &mut Dice, pending: &BankRow, cents: i64) -> String {
        let far = |row: &BankRow| {
            let (held, paid) = (row.cents.abs(), cents.abs());
            held > 3 * paid || paid > 3 * held
        };
        let wrong = self.some(|row| {
            row.listed
                && row.thing != pending.thing
                && (!row.pending
                    || row.account != pending.account
                    || row.cents.signum() != cents.signum()
                    || far(row))
        });
        match dice.of_these(&wrong) {
            Some(id) if !dice.once_in(4) => id.clone(),
            _ => "no-such-transaction".to_owned(),
        }
    }
}

/// Returns a file in the format of Plaid's `user_custom`: two accounts and their first rows, which fill more than one
/// page if `large`. A provider that is read by days sees changes only on the last ones, so then all rows are on
/// `lately`.
pub fn file(dice: &mut Dice, large: bool, whose: &str, lately: Option<Date>) -> Value {
    let accounts = ["Everyday", "Card"].map(|name| {
        let name = format!("{name} {whose}");
        let rows = if large { 255 } else { 2 + dice.below(4) };
        let rows: Vec<Value> = (0..rows)
            .map(|n| {
                let day = match lately {
                    Some(today) => today - i64::try_from(n % 20).expect("it fits").days(),
                    None => date(
                        2026,
                        8 + i8::try_from(n % 3).expect("it fits"),
                        1 + i8::try_from(n % 28).expect("it fits"),
                    ),
                };
                let cents = amount(dice);
                let day = day.to_string();
                json!({"date_transacted": day, "date_posted": day, "currency": "USD",
                    "amount": money(cents).parse::<f64>().expect("a number"), "description": format!("Row {n}")})
            })
            .collect();
        json!({"type": "depository", "subtype": "checking", "starting_balance": 1000,
            "meta": {"name": name}, "transactions": rows})
    });
    json!({"override_accounts": accounts, "seed": whose})
}

/// Returns an amount in cents with a random sign and magnitude, so most differ greatly.
pub fn amount(dice: &mut Dice) -> i64 {
    let size = [1_000, 10_000, 100_000, 1_000_000][dice.below(4)];
    let cents = size + i64::try_from(dice.below(500)).expect("it fits");
    if dice.once_in(4) { -cents } else { cents }
}

pub fn money(cents: i64) -> String {
    Decimal::new(cents, 2).to_string()
}

pub fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

/// Returns the amount in the smallest unit of its currency: yen have no cents.
fn cents(row: &Value) -> i64 {
    let amount: Decimal = row["amount"].to_string().parse().expect("an amount");
    let currency = Currency::from_codes(row["iso_currency_code"].as_str(), None);
    let scale = Decimal::from(10_u64.pow(currency.exponent()));
    (amount * scale).to_i64().expect("it fits")
}
