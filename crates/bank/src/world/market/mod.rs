//! The simulated currency market: the value of each currency at any moment, a pure function of a seed, its code and the
//! moment.
//!
//! Every currency has a value in US dollars, and a rate is one value divided by another, so that inverse and cross
//! rates agree. A currency that follows another one (most crypto currencies follow Bitcoin, most European currencies
//! the euro) is valued in that one. Manual moves are in `bank`.

mod calendar;
mod currencies;
mod walk;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::dice::Dice;
pub use calendar::{FIRST_PUBLICATION, next_working_day, published, published_at};
pub use currencies::{CURRENCIES, Currency, currency};
use walk::DECIMALS;

/// The seed of the market.
const SEED: &str = "market";

/// Returns the value of one unit of a currency in US dollars at a moment, without manual moves. It changes from second
/// to second.
#[must_use]
pub fn worth(of: &Currency, at: Timestamp) -> Decimal {
    worth_in(SEED, of, at.as_second())
}

fn worth_in(seed: &str, of: &Currency, second: i64) -> Decimal {
    let growth = walk::growth(&[seed, of.code], of.daily_ppm, second);
    let growth = Decimal::try_from_i128_with_scale(growth, DECIMALS).unwrap_or(Decimal::ONE);
    let usual = Decimal::new(of.usual.0, of.usual.1).saturating_mul(growth);
    match of.follows.and_then(currency) {
        Some(leader) => usual.saturating_mul(worth_in(seed, leader, second)),
        None => usual,
    }
}

/// Returns how much of a currency is traded at an exchange in `seconds` from `from` (Unix seconds), with eight
/// decimals.
#[must_use]
pub fn traded(of: &Currency, from: i64, seconds: i64) -> Decimal {
    let words = [SEED, "traded", of.code, &from.to_string()];
    let a_day = Dice::seeded(&words).between(500_000_000_000, 2_000_000_000_000);
    let share = i128::from(a_day) * i128::from(seconds.max(0)) / 86_400;
    Decimal::try_from_i128_with_scale(share, 8).unwrap_or(Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From 1999 to 2050, in Unix seconds.
    const SECONDS: std::ops::Range<i64> = 915_148_800..2_524_608_000;

    /// The relative change of the value between two seconds, in millionths.
    fn change(seed: &str, of: &Currency, from: i64, to: i64) -> Decimal {
        let (before, after) = (worth_in(seed, of, from), worth_in(seed, of, to));
        ((after - before) / before).abs() * Decimal::from(1_000_000)
    }

    proptest! {
        #[test]
        fn a_worth_is_above_zero_and_stays_within_reason(
            seed in "[a-z]{0,8}", index in 0..CURRENCIES.len(), second in SECONDS,
        ) {
            let one = &CURRENCIES[index];
            let worth = worth_in(&seed, one, second);
            prop_assert_eq!(worth, worth_in(&seed, one, second), "the same every time");
            let (usual, leader) = (Decimal::new(one.usual.0, one.usual.1), one.follows.and_then(currency));
            let usual = leader.map_or(usual, |leader| usual * worth_in(&seed, leader, second));
            prop_assert!(worth > usual / Decimal::TEN && worth < usual * Decimal::TEN);
        }

        #[test]
        fn it_moves_by_small_steps_and_never_jumps(
            seed in "[a-z]{0,8}", index in 0..CURRENCIES.len(), second in SECONDS,
        ) {
            let one = &CURRENCIES[index];
            // The currency that it follows moves too.
            let daily = Decimal::from(one.daily_ppm + one.follows.and_then(currency).map_or(0, |leader| leader.daily_ppm));
            prop_assert!(change(&seed, one, second, second + 1) <= daily / Decimal::from(200));
            prop_assert!(change(&seed, one, second, second + 60) <= daily / Decimal::from(5));
            prop_assert!(change(&seed, one, second, second + 86_400) <= daily * Decimal::from(5));
        }

        #[test]
        fn all_but_the_dollar_move_within_an_hour(index in 1..CURRENCIES.len(), second in SECONDS) {
            let one = &CURRENCIES[index];
            let changes = (0..60).any(|minute| change(SEED, one, second, second + minute * 60) > Decimal::ZERO);
            prop_assert!(changes, "{}", one.code);
        }
    }

    #[test]
    fn the_walk_of_a_seed_never_changes() {
        let at: Timestamp = "2026-03-10T12:00:00Z".parse().expect("a moment");
        let worth_of = |code: &str| {
            worth(currency(code).expect("a currency"), at)
                .round_dp(8)
                .to_string()
        };
        assert_eq!(worth_of("USD"), "1.00000000");
        assert_eq!(worth_of("BTC"), "48735.33987967");
        let other = worth_in(
            "other",
            currency("BTC").expect("a currency"),
            at.as_second(),
        );
        assert_ne!(other.round_dp(8).to_string(), worth_of("BTC"));
    }

    #[test]
    fn over_a_year_a_coin_goes_up_and_down_by_more_than_a_day_allows() {
        let coin = currency("BTC").expect("a currency");
        let days = (0..365).map(|day| worth_in(SEED, coin, 1_767_225_600 + day * 86_400));
        let (least, most) = days.fold((Decimal::MAX, Decimal::ZERO), |(least, most), one| {
            (least.min(one), most.max(one))
        });
        assert!(most / least > Decimal::new(12, 1), "{least} to {most}");
    }
}
