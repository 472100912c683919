//! The simulated world: institutions, people with two years of transactions, and a currency market. It is pure: the
//! same seed and day give the same world, on every machine and after every restart.
//!
//! `bank` keeps the state that is derived from it. Amounts carry Plaid's sign: positive leaves the account, and a debt
//! has a positive balance.

mod custom;
mod dice;
mod history;
mod institutions;
mod logo;
pub mod market;
mod person;
mod products;
mod sign_in;

pub use institutions::{institution, institutions, search};
pub use logo::logo_png;
pub use person::Person;
pub use products::PRODUCTS;
pub use sign_in::sign_in;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A simulated bank.
#[derive(Clone, Debug)]
pub struct Institution {
    /// An id in Plaid's format, such as `ins_109508`.
    pub id: &'static str,
    /// The display name.
    pub name: &'static str,
    /// The ISO 3166 codes of its countries.
    pub country_codes: &'static [&'static str],
    /// Plaid's names of the supported products.
    pub products: &'static [&'static str],
    /// Whether people log in on its own site (OAuth).
    pub oauth: bool,
    /// The brand colour as `#rrggbb`.
    pub primary_color: &'static str,
    /// The URL of its site, which need not exist.
    pub url: &'static str,
    /// US routing numbers.
    pub routing_numbers: &'static [&'static str],
    /// Its operational status.
    pub health: Health,
    /// Whether its persistent account ids survive relinking.
    pub persistent_accounts: bool,
    /// Whether it has no real-time balances except for cash accounts, so that a balance request must give the oldest
    /// acceptable time.
    pub wants_oldest_balance: bool,
}

/// The operational status of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Everything works.
    Healthy,
    /// Its status reports failing log-ins, but log-ins here succeed.
    Degraded,
    /// Every log-in fails with `INSTITUTION_DOWN`.
    Down,
    /// It cannot be linked.
    Unsupported,
}

/// The challenge that a bank sets after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// Choose a device, then enter the code 1234.
    Device,
    /// Rounds of questions with the answers `answer_<round>_<question>`.
    Questions {
        /// The number of rounds.
        rounds: u8,
        /// The number of questions in each round.
        per_round: u8,
    },
    /// Rounds of selections with the right answers `answer_<round>_<question>_0`.
    Selections {
        /// The number of rounds.
        rounds: u8,
        /// The number of questions in each round.
        per_round: u8,
        /// The number of options of each question.
        options: u8,
    },
    /// One question with the right answer `Yes`.
    YesNo,
}

/// The result of a user name and password.
#[derive(Clone)]
pub enum SignIn {
    /// Accepted, after the challenge if there is one.
    Welcome {
        /// The challenge, if any.
        challenge: Option<Challenge>,
        /// The person that the log-in belongs to.
        person: Person,
        /// The person's accounts as of today.
        profile: Profile,
    },
    /// Refused with an error code of Plaid's: `INVALID_CREDENTIALS`, `ITEM_LOCKED`, …
    Refused {
        /// The code.
        code: String,
        /// A description of the error if the code alone is not enough, as for an unreadable `user_custom` file.
        detail: Option<String>,
    },
}

/// A person's accounts as of a day.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The accounts, in the bank's order.
    pub accounts: Vec<SeedAccount>,
    /// Whether every refresh adds transactions and posts pending ones.
    pub dynamic: bool,
    /// Whether rows are served whatever their age (`user_custom`). Otherwise `days_requested` limits them.
    pub ignores_days_requested: bool,
}

/// A simulated account.
#[derive(Clone, Debug)]
pub struct SeedAccount {
    /// The account's key, unique within the profile and stable.
    pub key: String,
    /// The account name.
    pub name: String,
    /// The official name, if the bank has one.
    pub official_name: Option<String>,
    /// The last digits of the account number.
    pub mask: Option<String>,
    /// Plaid's type.
    pub kind: String,
    /// Plaid's subtype.
    pub subtype: Option<String>,
    /// The current balance, with Plaid's sign.
    pub current: Option<Decimal>,
    /// The available balance.
    pub available: Option<Decimal>,
    /// The credit limit.
    pub limit: Option<Decimal>,
    /// The ISO 4217 code.
    pub iso_currency_code: Option<String>,
    /// A currency code that ISO 4217 does not list. At most one of the two is set.
    pub unofficial_currency_code: Option<String>,
    /// Its transactions, oldest first.
    pub transactions: Vec<SeedTransaction>,
}

/// A simulated transaction.
#[derive(Clone, Debug)]
pub struct SeedTransaction {
    /// The transaction's key, unique within the account and stable.
    pub key: String,
    /// The date of the purchase.
    pub date_transacted: Date,
    /// The date of the posting. The transaction is pending until then.
    pub date_posted: Date,
    /// The amount; positive leaves the account.
    pub amount: Decimal,
    /// The ISO 4217 code.
    pub iso_currency_code: Option<String>,
    /// A currency code that ISO 4217 does not list.
    pub unofficial_currency_code: Option<String>,
    /// The bank's raw text.
    pub description: String,
    /// The merchant's name, if Plaid would recognise it.
    pub merchant: Option<String>,
    /// Plaid's personal finance category: primary and detailed.
    pub category: Option<(&'static str, &'static str)>,
    /// `online`, `in store` or `other`.
    pub payment_channel: &'static str,
    /// The place of the purchase: city, region, country.
    pub place: Option<(String, String, String)>,
}
