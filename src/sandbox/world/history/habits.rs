//! What people do with money, and when.

use jiff::civil::{Date, Weekday};

use super::kind::Kind;
use super::purse::Purse;

/// Something that a person does again and again. Costs are in American cents, or in the account's own minor
/// units when its currency is not that of the country.
pub(in crate::sandbox::world) struct Habit {
    pub key: &'static str,
    pub purse: Purse,
    pub kind: Kind,
    pub when: When,
    pub cost: (i64, i64),
}

/// When a habit comes round.
pub(in crate::sandbox::world) enum When {
    /// On these days of the month, the last one where the month is shorter.
    Days(&'static [i8]),
    /// When wages are paid: twice a month, or once, by country.
    Payday,
    /// On one weekday of every week.
    Weekly(Weekday),
    /// On this day of these months.
    Months(&'static [i8], i8),
    /// With this chance in percent, on a working day and at the weekend.
    Chance(u64, u64),
}

impl When {
    /// Whether it can come round on that day; a chance is thrown by whoever asks.
    pub(in crate::sandbox::world) fn matches(&self, day: Date, paid_twice: bool) -> bool {
        let is = |wanted: i8| day.day() == wanted.min(day.days_in_month());
        match self {
            Self::Days(days) => days.iter().any(|d| is(*d)),
            Self::Payday if paid_twice => is(15) || is(31),
            Self::Payday => is(25),
            Self::Weekly(weekday) => day.weekday() == *weekday,
            Self::Months(months, wanted) => months.contains(&day.month()) && is(*wanted),
            Self::Chance(..) => true,
        }
    }
}

const fn habit(
    key: &'static str,
    purse: Purse,
    kind: Kind,
    when: When,
    low: i64,
    high: i64,
) -> Habit {
    Habit {
        key,
        purse,
        kind,
        when,
        cost: (low, high),
    }
}

/// An ordinary life: wages, a rented home, a card for most things.
pub(in crate::sandbox::world) const ORDINARY: &[Habit] = {
    use Purse::{Bitcoin, BusinessCard, Card, Everyday, Health, MoneyMarket, Savings, Yen};
    use When::{Chance, Days, Months, Payday, Weekly};
    &[
        habit("salary", Everyday, Kind::Salary, Payday, 284_218, 284_218),
        habit("rent", Everyday, Kind::Rent, Days(&[1]), 172_500, 172_500),
        habit("power", Everyday, Kind::Power, Days(&[9]), 6_100, 14_800),
        habit(
            "water",
            Everyday,
            Kind::Water,
            Months(&[1, 3, 5, 7, 9, 11], 18),
            5_400,
            7_900,
        ),
        habit(
            "internet",
            Everyday,
            Kind::Internet,
            Days(&[6]),
            6_499,
            6_499,
        ),
        habit("phone", Everyday, Kind::Phone, Days(&[22]), 4_200, 4_200),
        habit(
            "insurance",
            Everyday,
            Kind::Insurance,
            Days(&[11]),
            11_840,
            11_840,
        ),
        habit("gym", Everyday, Kind::Gym, Days(&[2]), 5_900, 5_900),
        habit("cash", Everyday, Kind::Cash, Chance(9, 14), 2_000, 12_000),
        habit(
            "interest",
            Savings,
            Kind::Interest,
            Days(&[31]),
            3_120,
            3_690,
        ),
        habit(
            "interest",
            MoneyMarket,
            Kind::Interest,
            Days(&[31]),
            6_480,
            7_120,
        ),
        habit("music", Card, Kind::Music, Days(&[4]), 1_099, 1_099),
        habit("video", Card, Kind::Video, Days(&[13]), 1_649, 1_649),
        habit("cloud", Card, Kind::Cloud, Days(&[19]), 299, 299),
        habit("donation", Card, Kind::Donation, Days(&[28]), 2_500, 2_500),
        habit(
            "box",
            Card,
            Kind::Groceries,
            Weekly(Weekday::Wednesday),
            1_890,
            4_420,
        ),
        habit(
            "weekend-box",
            Card,
            Kind::Groceries,
            Weekly(Weekday::Saturday),
            2_650,
            6_980,
        ),
        habit(
            "groceries",
            Card,
            Kind::Groceries,
            Chance(27, 52),
            1_240,
            9_870,
        ),
        habit("coffee", Card, Kind::Coffee, Chance(34, 26), 385, 1_120),
        habit(
            "restaurant",
            Card,
            Kind::Restaurant,
            Chance(11, 31),
            1_890,
            8_640,
        ),
        habit(
            "fast-food",
            Card,
            Kind::FastFood,
            Chance(10, 14),
            840,
            2_260,
        ),
        habit("transit", Card, Kind::Transit, Chance(20, 9), 275, 550),
        habit("taxi", Card, Kind::Taxi, Chance(4, 10), 960, 3_480),
        habit("fuel", Card, Kind::Fuel, Chance(6, 11), 3_180, 6_240),
        habit(
            "shopping",
            Card,
            Kind::Shopping,
            Chance(9, 8),
            1_299,
            11_900,
        ),
        habit(
            "clothing",
            Card,
            Kind::Clothing,
            Chance(2, 6),
            2_900,
            13_400,
        ),
        habit(
            "electronics",
            Card,
            Kind::Electronics,
            Chance(1, 2),
            3_999,
            32_900,
        ),
        habit("books", Card, Kind::Books, Chance(3, 6), 899, 3_850),
        habit("pharmacy", Card, Kind::Pharmacy, Chance(4, 3), 620, 3_940),
        habit("cinema", Card, Kind::Cinema, Chance(1, 9), 1_350, 3_900),
        habit(
            "hair",
            Card,
            Kind::Hair,
            Months(&[1, 3, 4, 6, 7, 9, 10, 12], 24),
            4_200,
            6_800,
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
            Chance(6, 1),
            1_450,
            12_800,
        ),
        habit(
            "contribution",
            Health,
            Kind::Salary,
            Days(&[15]),
            15_000,
            15_000,
        ),
        habit("pharmacy", Health, Kind::Pharmacy, Chance(2, 1), 940, 5_480),
        habit(
            "dentist",
            Health,
            Kind::Dentist,
            Months(&[3, 9], 17),
            9_500,
            21_000,
        ),
        habit("wages", Yen, Kind::Invoice, Days(&[10]), 84_000, 98_000),
        habit("coffee", Yen, Kind::Coffee, Chance(12, 20), 420, 1_150),
        habit(
            "restaurant",
            Yen,
            Kind::Restaurant,
            Chance(6, 14),
            1_800,
            9_400,
        ),
        habit(
            "earned",
            Bitcoin,
            Kind::Invoice,
            Days(&[7, 21]),
            812_345,
            1_245_678,
        ),
        habit(
            "spent",
            Bitcoin,
            Kind::Shopping,
            Chance(7, 9),
            21_050,
            298_765,
        ),
    ]
};

/// Someone who eats out, and rides rather than drives.
pub(in crate::sandbox::world) const YOUNG_PROFESSIONAL: &[Habit] = {
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

/// A workshop of two that sends invoices.
pub(in crate::sandbox::world) const SMALL_BUSINESS: &[Habit] = {
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

/// Someone paid by the week who takes part of the wages early.
pub(in crate::sandbox::world) const EARLY_WAGES: &[Habit] = {
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
