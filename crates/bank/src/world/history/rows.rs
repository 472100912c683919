//! Turns habits into rows, day by day.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::accounts::{Purse, decimals};
use super::calendar::{days, is_weekend, month_of, plus, working_day_before};
use super::habits::{Habit, When};
use super::kind::Kind;
use super::travel::{Trip, abroad, trips};
use super::{LONGEST_LAG, Life};
use crate::world::dice::Dice;

/// A row before the history is cut to the window.
#[derive(Clone)]
pub(in crate::world) struct Row {
    pub purse: Purse,
    /// The month it is settled with, counted from the year 0.
    pub month: i32,
    pub key: String,
    pub made: Date,
    pub posted: Date,
    /// The amount in the currency of the purchase.
    pub amount: Decimal,
    pub currency: &'static str,
    /// The change of the account, in the account's currency.
    pub effect: Decimal,
    pub raw: String,
    pub merchant: Option<String>,
    pub kind: Kind,
    pub place: Option<(String, String, String)>,
}

impl Row {
    /// Creates a row in the account's own currency, with purchase and posting on one day.
    pub(in crate::world) fn plain(
        purse: Purse,
        kind: Kind,
        (name, day): (&str, Date),
        (amount, currency): (Decimal, &'static str),
        raw: &str,
    ) -> Self {
        Self {
            purse,
            month: month_of(day),
            key: format!("{name}-{day}"),
            made: day,
            posted: day,
            amount,
            currency,
            effect: amount,
            raw: raw.to_owned(),
            merchant: None,
            kind,
            place: None,
        }
    }
}

/// Returns all rows of a person's habits between two days.
pub(super) fn rows(life: &Life<'_>, from: Date, to: Date) -> Vec<Row> {
    let mut rows = Vec::new();
    let journeys: Vec<Trip> = (from.year()..=to.year())
        .flat_map(|year| trips(&life.seed, life.locale, year))
        .collect();
    for day in days(from, to) {
        let stamp = day.to_string();
        let away = journeys.iter().any(|trip| trip.covers(day));
        for habit in life.habits {
            let Some(purse) = life.pays_from(habit.purse) else {
                continue;
            };
            if !comes_round(life, habit, (day, &stamp), away) {
                continue;
            }
            let row = home_row(life, habit, purse, (day, &stamp));
            rows.extend(refund(life, &row));
            rows.push(row);
        }
    }
    if let Some(purse) = life.pays_from(Purse::Card).filter(|_| life.travels) {
        for trip in &journeys {
            rows.extend(abroad(life, purse, trip));
        }
    }
    // Refunds and trips can extend beyond the last day.
    rows.retain(|row| row.made <= to);
    rows
}

fn comes_round(life: &Life<'_>, habit: &Habit, (day, stamp): (Date, &str), away: bool) -> bool {
    let When::Chance(weekday, weekend) = habit.when else {
        return habit.when.matches(day, life.locale.paid_twice_a_month);
    };
    let percent = if is_weekend(day) { weekend } else { weekday };
    let mut dice = life.dice(habit, "comes", stamp);
    // Drawing from a thousand keeps a scaled-down chance of one percent above zero.
    !away && dice.below(1_000) < percent * life.density / 10
}

fn home_row(life: &Life<'_>, habit: &Habit, purse: Purse, (day, stamp): (Date, &str)) -> Row {
    let mut dice = life.dice(habit, "row", stamp);
    let merchants = life.locale.merchants_for(habit.kind);
    let regular = !matches!(habit.when, When::Chance(..));
    // Subscriptions, landlords and employers stay the same; grocers vary.
    let merchant = if regular {
        merchants.first()
    } else {
        dice.pick(&merchants)
    };
    let currency = purse.describe(life.locale).currency;
    let scale = if currency == life.locale.currency {
        life.locale.scale
    } else {
        100
    };
    let minor = cost(life, habit, &mut dice) * scale / 100;
    let minor = if habit.kind == Kind::Cash {
        in_notes(minor)
    } else {
        minor
    };
    let sign = if habit.kind.is_income() { -1 } else { 1 };
    let amount = Decimal::new(minor * sign, decimals(currency));
    let made = if habit.kind == Kind::Salary {
        working_day_before(day)
    } else {
        day
    };
    let raw = merchant.map_or_else(|| own_words(habit.kind).to_owned(), |m| m.raw.to_owned());
    let mut row = Row::plain(
        purse,
        habit.kind,
        (habit.key, day),
        (amount, currency),
        &raw,
    );
    let delivered = habit.kind == Kind::Groceries && regular;
    // A grocery delivery twice a week that is posted four days later: there is always a pending row.
    let lag = if delivered {
        LONGEST_LAG
    } else {
        lag(habit.kind, &mut dice)
    };
    (row.made, row.posted) = (made, plus(made, lag));
    row.merchant = merchant.map(|m| m.name.to_owned());
    if habit.kind.channel() == "in store" && !delivered {
        settle_in_town(life, &mut row, &mut dice);
    }
    row
}

/// Returns the cost of a habit on a day. Cash is a multiple of 20 US dollars.
fn cost(life: &Life<'_>, habit: &Habit, dice: &mut Dice) -> i64 {
    let (low, high) = habit.cost;
    match habit.kind {
        Kind::Cash => dice.between(low / 2_000, high / 2_000) * 2_000,
        Kind::Salary | Kind::Rent => {
            // The level differs between banks but is the same every month.
            let part = Dice::seeded(&[&life.seed, habit.key, "level"]).between(96, 108);
            let times = if habit.purse == Purse::Everyday
                && matches!(habit.when, When::Payday)
                && !life.locale.paid_twice_a_month
            {
                2
            } else {
                1
            };
            dice.between(low, high) * part / 100 * times
        }
        // The lower of two draws: small amounts are more common than large ones.
        _ => dice.between(low, high).min(dice.between(low, high)),
    }
}

/// Rounds cash down to notes of ten, or of a hundred for larger sums.
fn in_notes(minor: i64) -> i64 {
    let note = if minor > 15_000 { 10_000 } else { 1_000 };
    (minor / note).max(1) * note
}

fn settle_in_town(life: &Life<'_>, row: &mut Row, dice: &mut Dice) {
    let places = life.locale.places;
    let place = if dice.chance(85) {
        places.first()
    } else {
        dice.pick(places)
    };
    if let Some((city, region)) = place {
        let branch = dice.between(3, 640);
        row.raw = format!("{} #{branch:04} {}", row.raw, city.to_uppercase());
        row.place = Some(((*city).into(), (*region).into(), life.locale.country.into()));
    }
}

/// Returns the number of days for which a row is pending.
pub(super) fn lag(kind: Kind, dice: &mut Dice) -> i64 {
    if !kind.takes_days() {
        return 0;
    }
    // Mostly one or two days, at most four.
    dice.between(1, 2) + i64::from(dice.chance(20)) + i64::from(dice.chance(8))
}

/// Returns a refund for some purchases, a week later from the same merchant.
fn refund(life: &Life<'_>, bought: &Row) -> Option<Row> {
    if !matches!(
        bought.kind,
        Kind::Shopping | Kind::Clothing | Kind::Electronics
    ) {
        return None;
    }
    let mut dice = Dice::seeded(&[&life.seed, "refund", &bought.key]);
    if !dice.chance(14) {
        return None;
    }
    let made = plus(bought.made, dice.between(5, 11));
    Some(Row {
        key: format!("refund-{}", bought.key),
        month: month_of(made),
        made,
        posted: plus(made, dice.between(1, 3)),
        amount: -bought.amount,
        effect: -bought.effect,
        raw: format!("{} REFUND", bought.raw),
        ..bought.clone()
    })
}

/// Returns the bank's description of a row without a merchant.
fn own_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Cash => "ATM WITHDRAWAL",
        Kind::Interest => "INTEREST PAYMENT",
        Kind::MoveOut => "TRANSFER OUT",
        _ => "PAYMENT",
    }
}
