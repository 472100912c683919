//! Trips abroad: two a year, to countries with another currency.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::Life;
use super::accounts::{Purse, decimals, per_hundred_dollars};
use super::calendar::{days, plus};
use super::kind::Kind;
use super::locales::Locale;
use super::rows::{Row, lag};
use crate::world::dice::Dice;

/// A trip.
pub(in crate::world) struct Trip {
    pub start: Date,
    pub nights: i64,
    pub to: &'static Destination,
}

/// A destination.
pub(in crate::world) struct Destination {
    pub currency: &'static str,
    pub city: &'static str,
    pub region: &'static str,
    pub country: &'static str,
    pub hotel: &'static str,
    pub restaurant: &'static str,
    pub museum: &'static str,
}

/// Returns a person's trips in a year.
pub(in crate::world) fn trips(seed: &str, locale: &Locale, year: i16) -> Vec<Trip> {
    [(2_i8, 15_u64, 4_i64), (7, 30, 9)]
        .into_iter()
        .filter_map(|(month, spread, nights)| {
            let mut dice = Dice::seeded(&[seed, "trip", &format!("{year}-{month}")]);
            let abroad: Vec<&Destination> = DESTINATIONS
                .iter()
                .filter(|d| d.currency != locale.currency)
                .collect();
            let start = plus(
                Date::new(year, month, 2).ok()?,
                i64::try_from(dice.below(spread)).ok()?,
            );
            let to = dice.pick(&abroad)?;
            Some(Trip { start, nights, to })
        })
        .collect()
}

impl Trip {
    /// Whether the person is away on a day.
    pub(in crate::world) fn covers(&self, day: Date) -> bool {
        self.start <= day && day < plus(self.start, self.nights)
    }
}

/// Returns the rows of a trip: the flight weeks before, the hotel, meals and sights in local currency, and the fee.
pub(super) fn abroad(life: &Life<'_>, purse: Purse, trip: &Trip) -> Vec<Row> {
    let mut rows = Vec::new();
    let home = purse.describe(life.locale).currency;
    let mut dice = Dice::seeded(&[&life.seed, "abroad", &trip.start.to_string()]);
    let fare = Decimal::new(
        dice.between(38_000, 91_000) * life.locale.scale / 100,
        decimals(home),
    );
    let flight = plus(trip.start, -dice.between(24, 46));
    let mut row = Row::plain(
        purse,
        Kind::Flight,
        ("flight", flight),
        (fare, home),
        "PETREL AIRWAYS",
    );
    row.posted = plus(flight, 2);
    row.merchant = Some("Petrel Airways".into());
    rows.push(row);
    let mut spent = Decimal::ZERO;
    for day in days(trip.start, plus(trip.start, trip.nights - 1)) {
        let mut meals = vec![("meal", trip.to.restaurant, Kind::Restaurant, (1_900, 6_800))];
        if day == trip.start {
            meals.push(("hotel", trip.to.hotel, Kind::Hotel, (38_000, 82_000)));
        }
        if dice.chance(60) {
            meals.push(("sight", trip.to.museum, Kind::Museum, (900, 3_200)));
        }
        for (name, merchant, kind, (low, high)) in meals {
            let cents = dice.between(low, high);
            let lag = lag(kind, &mut dice);
            let row = foreign(
                purse,
                trip,
                (name, merchant, kind),
                (day, lag),
                (cents, home),
            );
            spent += row.effect;
            rows.push(row);
        }
    }
    let back = plus(trip.start, trip.nights);
    let fee = (spent * Decimal::new(3, 2)).round_dp(decimals(home));
    let words = "FOREIGN TRANSACTION FEE";
    rows.push(Row::plain(
        purse,
        Kind::ForeignFee,
        ("foreign-fee", back),
        (fee, home),
        words,
    ));
    rows
}

fn foreign(
    purse: Purse,
    trip: &Trip,
    (name, merchant, kind): (&str, &str, Kind),
    (day, lag): (Date, i64),
    (cents, home): (i64, &'static str),
) -> Row {
    let there = trip.to.currency;
    let dollars = Decimal::new(cents, 2);
    let amount = (dollars * Decimal::new(per_hundred_dollars(there), 2)).round_dp(decimals(there));
    let raw = format!(
        "{} {} {}",
        merchant.to_uppercase(),
        trip.to.city.to_uppercase(),
        trip.to.country
    );
    let mut row = Row::plain(purse, kind, (name, day), (amount, there), &raw);
    row.effect = converted(amount, there, home);
    row.posted = plus(day, lag);
    row.merchant = Some(merchant.to_owned());
    row.place = Some((
        trip.to.city.into(),
        trip.to.region.into(),
        trip.to.country.into(),
    ));
    row
}

/// Converts an amount at the fixed rates of this world.
pub(in crate::world) fn converted(amount: Decimal, from: &str, to: &str) -> Decimal {
    if from == to {
        return amount;
    }
    let (from, into) = (per_hundred_dollars(from), per_hundred_dollars(to));
    (amount * Decimal::from(into) / Decimal::from(from))
        .round_dp_with_strategy(decimals(to), RoundingStrategy::MidpointNearestEven)
}

const DESTINATIONS: &[Destination] = &[
    Destination {
        currency: "EUR",
        city: "Porto Sereno",
        region: "11",
        country: "PT",
        hotel: "Pensão Gaivota",
        restaurant: "Tasca da Maré",
        museum: "Museu do Sal",
    },
    Destination {
        currency: "JPY",
        city: "Kinomachi",
        region: "26",
        country: "JP",
        hotel: "Ryokan Momiji",
        restaurant: "Udon Tsubame",
        museum: "Kinomachi Garden",
    },
    Destination {
        currency: "GBP",
        city: "Wetherby Cross",
        region: "ENG",
        country: "GB",
        hotel: "The Resting Heron",
        restaurant: "Saffron Yard",
        museum: "Wetherby Clock Museum",
    },
    Destination {
        currency: "CHF",
        city: "Oberfirn",
        region: "VS",
        country: "CH",
        hotel: "Gasthaus Murmeltier",
        restaurant: "Stübli am Grat",
        museum: "Firnbahn",
    },
];
