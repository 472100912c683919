//! Journeys: two a year, to where money has another name.

use jiff::civil::Date;

use super::calendar::plus;
use super::locales::Locale;
use crate::sandbox::world::dice::Dice;

/// A journey.
pub(in crate::sandbox::world) struct Trip {
    pub start: Date,
    pub nights: i64,
    pub to: &'static Destination,
}

/// Where one can go.
pub(in crate::sandbox::world) struct Destination {
    pub currency: &'static str,
    pub city: &'static str,
    pub region: &'static str,
    pub country: &'static str,
    pub hotel: &'static str,
    pub restaurant: &'static str,
    pub museum: &'static str,
}

/// The journeys of one person in one year.
pub(in crate::sandbox::world) fn trips(seed: &str, locale: &Locale, year: i16) -> Vec<Trip> {
    [(2_i8, 15_u64, 4_i64), (7, 30, 9)]
        .into_iter()
        .filter_map(|(month, spread, nights)| {
            let mut dice = Dice::of(&[seed, "trip", &format!("{year}-{month}")]);
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
    /// Whether the person is away that day.
    pub(in crate::sandbox::world) fn covers(&self, day: Date) -> bool {
        self.start <= day && day < plus(self.start, self.nights)
    }
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
