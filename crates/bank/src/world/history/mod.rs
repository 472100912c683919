//! Generates what people at a bank earn and spend: by calendar, then cut to a time window.
//!
//! `habits` says what recurs, `locales` where and at what price, and `rows` turns both into transactions. `payments` and
//! `loans` add transfers and repayments. A longer window adds older rows and changes none of the others.

mod accounts;
mod calendar;
mod dynamic;
mod habits;
mod kind;
mod loans;
mod locales;
mod payments;
mod rows;
#[cfg(test)]
mod tests;
mod travel;

use jiff::civil::Date;
use rust_decimal::Decimal;

use self::calendar::{day_in, month_of, plus, quarter_of};
use self::habits::Habit;
use self::locales::Locale;
use self::rows::Row;
use super::dice::Dice;
use super::{Institution, Profile, SeedAccount, SeedTransaction};
use accounts::{Description, Purse, decimals};

pub(super) use self::calendar::is_weekend;
pub(super) use self::dynamic::dynamic;

/// The days of an ordinary history: the maximum of Plaid's `days_requested`.
const TWO_YEARS: i64 = 730;
/// The days of a persona's history.
const THREE_MONTHS: i64 = 92;
/// The most days between a purchase and its posting.
const LONGEST_LAG: i64 = 4;

/// One person at one bank.
pub(super) struct Life<'a> {
    /// The seed of all of the person's random values.
    pub seed: String,
    pub locale: &'static Locale,
    pub purses: &'a [Purse],
    pub habits: &'static [Habit],
    /// A factor on the chances of habits, in percent.
    pub density: u64,
    pub travels: bool,
    /// The days of history that are served.
    pub days: i64,
}

/// The users of Plaid's Sandbox with lives of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persona {
    /// `user_yuppie`.
    YoungProfessional,
    /// `user_small_business`.
    SmallBusiness,
    /// `user_ewa_user`.
    EarlyWages,
}

/// Returns the accounts of `user_good`: two years of history.
pub(super) fn ordinary(institution: &Institution, today: Date) -> Profile {
    let first = institution.id == "ins_109508";
    Life {
        seed: institution.id.to_owned(),
        locale: locale_of(institution),
        purses: accounts::purses_at(institution.id),
        habits: habits::ORDINARY,
        density: if first { 42 } else { 27 },
        travels: true,
        days: TWO_YEARS,
    }
    .until(today)
}

/// Returns the accounts of a persona: three months of history.
pub(super) fn persona(institution: &Institution, who: Persona, today: Date) -> Profile {
    let (name, habits, purses): (_, _, &[Purse]) = match who {
        Persona::YoungProfessional => (
            "young-professional",
            habits::YOUNG_PROFESSIONAL,
            &[
                Purse::Everyday,
                Purse::Savings,
                Purse::Card,
                Purse::Brokerage,
            ],
        ),
        Persona::SmallBusiness => (
            "small-business",
            habits::SMALL_BUSINESS,
            &[Purse::Everyday, Purse::Savings, Purse::BusinessCard],
        ),
        Persona::EarlyWages => ("early-wages", habits::EARLY_WAGES, &[Purse::Everyday]),
    };
    Life {
        seed: format!("{} {name}", institution.id),
        locale: locale_of(institution),
        purses,
        habits,
        density: 100,
        travels: false,
        days: THREE_MONTHS,
    }
    .until(today)
}

/// Returns the accounts of a person whom the seed determines: a year of history.
pub(super) fn stranger(institution: &Institution, seed: &str, today: Date) -> Profile {
    Life {
        seed: format!("stranger {seed}"),
        locale: locale_of(institution),
        purses: &[Purse::Everyday, Purse::Savings, Purse::Card],
        habits: habits::ORDINARY,
        density: Dice::seeded(&[seed, "density"])
            .between(30, 70)
            .unsigned_abs(),
        travels: true,
        days: 365,
    }
    .until(today)
}

fn locale_of(institution: &Institution) -> &'static Locale {
    Locale::for_country(
        institution
            .country_codes
            .first()
            .copied()
            .unwrap_or_default(),
    )
}

impl Life<'_> {
    /// Returns the accounts as of a day, with the rows known on that day.
    fn until(&self, today: Date) -> Profile {
        let earliest = plus(today, -self.days);
        // Starts three quarters before the served window, so that every settlement in the window covers whole months.
        let from = day_in(quarter_of(month_of(earliest)) - 9, 1).unwrap_or(earliest);
        let mut rows = rows::rows(self, from, today);
        rows.extend(loans::rows(self, from, today));
        payments::add_transfers(self, &mut rows, from, today);
        rows.sort_by(|a, b| (a.made, a.posted, &a.key).cmp(&(b.made, b.posted, &b.key)));
        let whole = payments::first_whole_month(from);
        let account = |purse: &Purse| self.account(*purse, &rows, whole, (earliest, today));
        Profile {
            accounts: self.purses.iter().map(account).collect(),
            ..Profile::default()
        }
    }

    fn account(
        &self,
        purse: Purse,
        rows: &[Row],
        whole: i32,
        (earliest, today): (Date, Date),
    ) -> SeedAccount {
        let about = purse.describe(self.locale);
        let own = || rows.iter().filter(|row| row.purse == purse);
        let known = || own().filter(|row| row.month >= whole);
        let moved: Decimal = known()
            .filter(|r| r.posted <= today)
            .map(|r| r.effect)
            .sum();
        let pending: Decimal = known().filter(|r| r.posted > today).map(|r| r.effect).sum();
        let current = self.balance(purse, &about, moved, today);
        let limit = about
            .limit
            .map(|l| Decimal::new(l, decimals(about.currency)));
        let available = match about.kind {
            "depository" if about.subtype != "cd" => Some(current - pending.max(Decimal::ZERO)),
            "credit" => limit.map(|limit| limit - current),
            _ => None,
        };
        let unofficial = decimals(about.currency) == 8;
        SeedAccount {
            key: about.key.to_owned(),
            name: about.name.to_owned(),
            official_name: Some(format!("{} No. {}", about.name, self.mask(&about))),
            mask: Some(self.mask(&about)),
            kind: about.kind.to_owned(),
            subtype: Some(about.subtype.to_owned()),
            current: Some(current),
            available,
            limit,
            iso_currency_code: (!unofficial).then(|| about.currency.to_owned()),
            unofficial_currency_code: unofficial.then(|| about.currency.to_owned()),
            transactions: own()
                .filter(|row| row.made >= earliest)
                .map(served)
                .collect(),
        }
    }

    fn balance(&self, purse: Purse, about: &Description, moved: Decimal, today: Date) -> Decimal {
        let opening = Decimal::new(about.opening, decimals(about.currency));
        match about.kind {
            "loan" => loans::owed(self, purse, today),
            // Only the market moves investments. Four decimals do occur in Plaid's Sandbox.
            "investment" => {
                let throw = |back: i64| {
                    let day = plus(today, -back).to_string();
                    Dice::seeded(&[&self.seed, about.key, "market", &day]).between(-700, 700)
                };
                // The mean of many days changes a little every day, like a broad fund.
                let drift: i64 = (0..20).map(throw).sum::<i64>() / 20;
                (opening + opening * Decimal::new(drift, 4)).normalize()
            }
            _ if purse.is_debt() => opening + moved,
            _ => opening - moved,
        }
    }

    fn mask(&self, about: &Description) -> String {
        format!(
            "{:04}",
            Dice::seeded(&[&self.seed, about.key, "mask"]).below(10_000)
        )
    }

    /// Returns the account that pays for something: the intended one, or checking if there is no card.
    fn pays_from(&self, meant: Purse) -> Option<Purse> {
        let has = |purse: &Purse| self.purses.contains(purse);
        Some(meant).filter(has).or_else(|| {
            let instead = matches!(meant, Purse::Card).then_some(Purse::Everyday)?;
            Some(instead).filter(has)
        })
    }

    fn dice(&self, habit: &Habit, what: &str, stamp: &str) -> Dice {
        let purse = habit.purse.describe(self.locale).key;
        Dice::seeded(&[&self.seed, purse, habit.key, what, stamp])
    }
}

fn served(row: &Row) -> SeedTransaction {
    let unofficial = decimals(row.currency) == 8;
    SeedTransaction {
        key: row.key.clone(),
        date_transacted: row.made,
        date_posted: row.posted,
        amount: row.amount,
        iso_currency_code: (!unofficial).then(|| row.currency.to_owned()),
        unofficial_currency_code: unofficial.then(|| row.currency.to_owned()),
        description: row.raw.clone(),
        merchant: row.merchant.clone(),
        category: Some(row.kind.category()),
        payment_channel: row.kind.channel(),
        place: row.place.clone(),
    }
}
