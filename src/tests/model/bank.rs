//! The model: what is true at the bank, and what the person has written on it.

use std::collections::{BTreeMap, BTreeSet};

use domain::money::Currency;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};

use super::dice::Dice;

/// A purchase, a wage, a transfer: whatever rows the bank has for it.
#[derive(Debug, Default)]
pub struct Thing {
    /// What the person calls it.
    pub words: Option<String>,
    /// The id under which we know it: it stays.
    pub our_id: Option<String>,
}

/// A row of the bank's.
#[derive(Clone, Debug)]
pub struct BankRow {
    /// Which thing it is truly about.
    pub thing: usize,
    pub account: String,
    /// Cents in Plaid's sign.
    pub cents: i64,
    pub pending: bool,
    pub listed: bool,
    /// Of a pending row: whether its posted one was made. Of any: whether its amount was changed.
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
    /// Rows of accounts that are closed, as they were when the books last heard of them.
    pub kept: BTreeMap<String, Shown>,
    /// Rows that name a pending row which is not theirs.
    pub misled: BTreeSet<String>,
    pub accounts: Vec<String>,
}

impl Model {
    /// Takes in what the bank lists: rows that nobody made here came by themselves.
    pub fn hear(&mut self, listed: &[Value]) {
        for row in self.rows.values_mut() {
            row.listed = false;
        }
        // Pending rows first: posted ones name them.
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

    /// What the books should show when the bank lists this: everything, but of a thing that is posted not the
    /// pending row too.
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

    /// Rows that are listed on accounts that are open, narrowed.
    pub fn some(&self, wanted: impl Fn(&BankRow) -> bool) -> Vec<String> {
        let fits = |row: &&BankRow| self.accounts.contains(&row.account) && wanted(row);
        let all = self.rows.iter().filter(|(_, row)| fits(row));
        all.map(|(id, _)| id.clone()).collect()
    }

    /// A row that a posted one can be said to come from although it does not, and that cannot be believed:
    /// another account, another direction, an amount that is far off, no pending row, or none at all.
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

/// A file in the format of Plaid's `user_custom`: two accounts and their first rows, so many that they fill more
/// than one page when they are to. A provider that is read by days is told of changes on the last ones only: then they
/// are of `lately`.
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

/// Cents of some magnitude in either direction, so that most differ by far.
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

/// In the smallest unit of the row's currency: yen have no cents.
fn cents(row: &Value) -> i64 {
    let amount: Decimal = row["amount"].to_string().parse().expect("an amount");
    let currency = Currency::from_codes(row["iso_currency_code"].as_str(), None);
    let scale = Decimal::from(10_u64.pow(currency.exponent()));
    (amount * scale).to_i64().expect("it fits")
}
