//! The habits of the other users of Plaid's Sandbox.

use jiff::civil::Weekday;

use super::{Habit, When, habit};
use crate::world::history::accounts::Purse;
use crate::world::history::kind::Kind;

/// A young professional, who eats out and takes rides instead of driving.
pub(in crate::world) const YOUNG_PROFESSIONAL: &[Habit] = {
    use Purse::{Card, Everyday, Savings};
    use When::{Chance, Days, Payday};
    &[
        habit("salary", Everyday, Kind::Salary, Payday, 432_950, 432_950),
        habit("rent", Everyday, Kind::Rent, Days(&[1]), 264_000, 264_000),
        habit(
            "internet",
            Everyday,
            Kind::Internet,
            Days(&[6]),
            7_999,
            7_999,
        ),
        habit("phone", Everyday, Kind::Phone, Days(&[22]), 6_500, 6_500),
        habit("gym", Everyday, Kind::Gym, Days(&[2]), 14_900, 14_900),
        habit(
            "interest",
            Savings,
            Kind::Interest,
            Days(&[31]),
            2_010,
            2_440,
        ),
        habit("music", Card, Kind::Music, Days(&[4]), 1_099, 1_099),
        habit("video", Card, Kind::Video, Days(&[13]), 1_649, 1_649),
        habit(
            "groceries",
            Card,
            Kind::Groceries,
            Chance(18, 30),
            1_840,
            8_270,
        ),
        habit("coffee", Card, Kind::Coffee, Chance(68, 50), 525, 1_380),
        habit(
            "restaurant",
            Card,
            Kind::Restaurant,
            Chance(32, 64),
            2_690,
            14_640,
        ),
        habit("taxi", Card, Kind::Taxi, Chance(30, 42), 1_160, 4_480),
        habit(
            "shopping",
            Card,
            Kind::Shopping,
            Chance(16, 16),
            1_899,
            14_900,
        ),
        habit(
            "clothing",
            Card,
            Kind::Clothing,
            Chance(5, 12),
            3_900,
            18_400,
        ),
        habit("cinema", Card, Kind::Cinema, Chance(3, 12), 1_650, 4_900),
    ]
};

/// A workshop of two people that sends invoices.
pub(in crate::world) const SMALL_BUSINESS: &[Habit] = {
    use Purse::{BusinessCard, Everyday, Savings};
    use When::{Chance, Days};
    &[
        habit(
            "invoice",
            Everyday,
            Kind::Invoice,
            Days(&[5, 14, 23, 28]),
            184_000,
            465_000,
        ),
        habit(
            "wages",
            Everyday,
            Kind::MoveOut,
            Days(&[15, 31]),
            241_600,
            241_600,
        ),
        habit(
            "premises",
            Everyday,
            Kind::Rent,
            Days(&[1]),
            148_000,
            148_000,
        ),
        habit("power", Everyday, Kind::Power, Days(&[9]), 18_100, 34_800),
        habit(
            "internet",
            Everyday,
            Kind::Internet,
            Days(&[6]),
            9_900,
            9_900,
        ),
        habit(
            "insurance",
            Everyday,
            Kind::Insurance,
            Days(&[11]),
            22_300,
            22_300,
        ),
        habit(
            "interest",
            Savings,
            Kind::Interest,
            Days(&[31]),
            2_810,
            3_040,
        ),
        habit(
            "hosting",
            BusinessCard,
            Kind::Cloud,
            Days(&[3]),
            4_800,
            6_400,
        ),
        habit(
            "supplies",
            BusinessCard,
            Kind::Supplies,
            Chance(38, 6),
            1_450,
            16_800,
        ),
        habit(
            "fuel",
            BusinessCard,
            Kind::Fuel,
            Chance(22, 4),
            3_180,
            7_240,
        ),
        habit(
            "lunch",
            BusinessCard,
            Kind::FastFood,
            Chance(34, 2),
            940,
            3_260,
        ),
        habit(
            "parcels",
            BusinessCard,
            Kind::Shopping,
            Chance(16, 4),
            899,
            6_900,
        ),
    ]
};

/// A person who is paid weekly and takes part of the wages early.
pub(in crate::world) const EARLY_WAGES: &[Habit] = {
    use Purse::Everyday;
    use When::{Chance, Days, Weekly};
    &[
        habit(
            "salary",
            Everyday,
            Kind::Salary,
            Weekly(Weekday::Friday),
            58_120,
            71_440,
        ),
        habit(
            "advance",
            Everyday,
            Kind::Advance,
            Weekly(Weekday::Tuesday),
            4_000,
            10_000,
        ),
        habit(
            "repaid",
            Everyday,
            Kind::MoveOut,
            Weekly(Weekday::Friday),
            4_300,
            10_300,
        ),
        habit("rent", Everyday, Kind::Rent, Days(&[3]), 91_000, 91_000),
        habit("phone", Everyday, Kind::Phone, Days(&[22]), 3_000, 3_000),
        habit("power", Everyday, Kind::Power, Days(&[9]), 5_100, 9_800),
        habit(
            "groceries",
            Everyday,
            Kind::Groceries,
            Chance(30, 48),
            840,
            6_270,
        ),
        habit(
            "fast-food",
            Everyday,
            Kind::FastFood,
            Chance(24, 30),
            640,
            1_960,
        ),
        habit("fuel", Everyday, Kind::Fuel, Chance(14, 12), 1_500, 4_200),
        habit("cash", Everyday, Kind::Cash, Chance(8, 10), 2_000, 6_000),
    ]
};
