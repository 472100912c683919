//! The seeded world: institutions, people and two years of their money, and a market of currencies, made of nothing but
//! a seed and a day. Pure: the same seed and day give the same world, on every machine and after every restart.
//!
//! Amounts carry Plaid's sign here: positive leaves the account, and a debt's balance is positive.

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

/// A bank that exists in this world only.
#[derive(Clone, Debug)]
pub struct Institution {
    /// Plaid's form of an id, `ins_109508`.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
    /// ISO 3166 codes.
    pub country_codes: &'static [&'static str],
    /// Plaid's product names.
    pub products: &'static [&'static str],
    /// Whether it logs people in on its own site.
    pub oauth: bool,
    /// `#rrggbb`.
    pub primary_color: &'static str,
    /// A site that need not exist.
    pub url: &'static str,
    /// US routing numbers.
    pub routing_numbers: &'static [&'static str],
    /// How it is doing.
    pub health: Health,
    /// Whether its account ids survive a new link.
    pub persistent_accounts: bool,
    /// Whether it has no real-time balances of cards and the like, so that whoever asks for them has to say how old
    /// they may be.
    pub wants_oldest_balance: bool,
}

/// How an institution is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// As it should.
    Healthy,
    /// Its status says that some log-ins fail; those made here succeed.
    Degraded,
    /// Every log-in fails with `INSTITUTION_DOWN`.
    Down,
    /// Cannot be linked at all.
    Unsupported,
}

/// What a bank asks after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// Choose a device, then type the code 1234.
    Device,
    /// Rounds of questions whose answers are `answer_<round>_<question>`.
    Questions {
        /// How many rounds.
        rounds: u8,
        /// How many questions in each.
        per_round: u8,
    },
    /// Rounds of choices whose right answers are `answer_<round>_<question>_0`.
    Selections {
        /// How many rounds.
        rounds: u8,
        /// How many questions in each.
        per_round: u8,
        /// How many options each has.
        options: u8,
    },
    /// One question whose right answer is `Yes`.
    YesNo,
}

/// What a user name and password lead to.
#[derive(Clone)]
pub enum SignIn {
    /// In, after the challenge if there is one.
    Welcome {
        /// What is asked first.
        challenge: Option<Challenge>,
        /// Whose money it is.
        person: Person,
        /// How it stands today.
        profile: Profile,
    },
    /// Refused with a code of Plaid's: `INVALID_CREDENTIALS`, `ITEM_LOCKED`, …
    Refused {
        /// The code.
        code: String,
        /// What is wrong, when the code alone does not say (a `user_custom` file that cannot be read).
        detail: Option<String>,
    },
}

/// Someone's accounts, as they stand on the day they were linked.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The accounts, in the order the bank lists them.
    pub accounts: Vec<SeedAccount>,
    /// Whether new transactions appear and pending ones settle at every refresh.
    pub dynamic: bool,
    /// Rows are served whatever their age (`user_custom`); else `days_requested` cuts them off.
    pub ignores_days_requested: bool,
}

/// An account.
#[derive(Clone, Debug)]
pub struct SeedAccount {
    /// Names the account within the profile, and never changes.
    pub key: String,
    /// Name.
    pub name: String,
    /// Long name.
    pub official_name: Option<String>,
    /// Last digits.
    pub mask: Option<String>,
    /// Plaid's type.
    pub kind: String,
    /// Plaid's subtype.
    pub subtype: Option<String>,
    /// Balance, in Plaid's sign.
    pub current: Option<Decimal>,
    /// Spendable.
    pub available: Option<Decimal>,
    /// Limit.
    pub limit: Option<Decimal>,
    /// ISO 4217, or nothing.
    pub iso_currency_code: Option<String>,
    /// A code that ISO does not list; exactly one of the two is set, or none.
    pub unofficial_currency_code: Option<String>,
    /// Its rows, oldest first.
    pub transactions: Vec<SeedTransaction>,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct SeedTransaction {
    /// Names the row within the account, and never changes.
    pub key: String,
    /// When it was made.
    pub date_transacted: Date,
    /// When it is posted; later than the linking day means that it is pending until then.
    pub date_posted: Date,
    /// Positive leaves the account.
    pub amount: Decimal,
    /// ISO 4217, or nothing.
    pub iso_currency_code: Option<String>,
    /// A code that ISO does not list.
    pub unofficial_currency_code: Option<String>,
    /// The bank's raw text.
    pub description: String,
    /// The merchant, when it would be recognised.
    pub merchant: Option<String>,
    /// Plaid's personal finance category: primary and detailed.
    pub category: Option<(&'static str, &'static str)>,
    /// `online`, `in store` or `other`.
    pub payment_channel: &'static str,
    /// Where it was made: city, region, country.
    pub place: Option<(String, String, String)>,
}
