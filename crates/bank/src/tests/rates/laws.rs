//! Laws of the market that hold whatever its moves.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::bank::Market;
use crate::store::rates::Move;
use crate::world::market::{CURRENCIES, Currency};

fn any_currency() -> impl Strategy<Value = &'static Currency> {
    (0..CURRENCIES.len()).prop_map(|index| &CURRENCIES[index])
}

/// A moment from 2015 to 2036.
fn any_moment() -> impl Strategy<Value = Timestamp> {
    (1_437_350_400_000..2_100_000_000_000_i64)
        .prop_map(|millis| Timestamp::from_millisecond(millis).expect("a moment"))
}

/// A market with moves around a moment, oldest first.
fn any_market() -> impl Strategy<Value = Market> {
    let one = (
        1..CURRENCIES.len(),
        any::<bool>(),
        1..100_000_i64,
        any_moment(),
    );
    proptest::collection::vec(one, 0..6).prop_map(|all| {
        let mut moves: Vec<Move> = all
            .into_iter()
            .map(|(index, holds, thousandths, at)| Move {
                currency: CURRENCIES[index].code.to_owned(),
                at: at.as_millisecond(),
                held: holds.then(|| Decimal::new(thousandths, 3)),
                factor: Decimal::new(thousandths, 3),
            })
            .collect();
        moves.sort_by_key(|one| one.at);
        Market::new(moves)
    })
}

/// Returns the difference of two figures, relative to the larger one.
fn apart(one: Decimal, other: Decimal) -> Decimal {
    (one - other).abs() / one.max(other)
}

proptest! {
    #[test]
    fn a_bid_is_below_the_price_and_an_ask_above_whatever_the_pair(
        market in any_market(), from in any_currency(), to in any_currency(), at in any_moment(), decimals in 2..9_u32,
    ) {
        let figures = market.quote(from, to, at).figures(decimals);
        prop_assert!(Decimal::ZERO < figures.bid, "{figures:?}");
        prop_assert!(figures.bid < figures.price && figures.price < figures.ask, "{figures:?}");
        prop_assert!(apart(figures.bid, figures.ask) < Decimal::new(2, 3), "{figures:?}");
        prop_assert_eq!(figures.price.scale(), figures.ask.scale());
    }

    #[test]
    fn inverse_and_cross_rates_agree(
        market in any_market(), a in any_currency(), b in any_currency(), c in any_currency(), at in any_moment(),
    ) {
        let hair = Decimal::new(1, 12);
        let there_and_back = market.rate(a, b, at) * market.rate(b, a, at);
        prop_assert!(apart(there_and_back, Decimal::ONE) < hair, "{there_and_back}");
        let (by_way, direct) = (market.rate(a, b, at) * market.rate(b, c, at), market.rate(a, c, at));
        prop_assert!(apart(by_way, direct) < hair, "{by_way} {direct}");
    }

    #[test]
    fn a_rate_that_nobody_moves_takes_small_steps_from_minute_to_minute(
        from in any_currency(), to in any_currency(), at in any_moment(),
    ) {
        let market = Market::default();
        let next = at + SignedDuration::from_mins(1);
        let step = apart(market.rate(from, to, at), market.rate(from, to, next));
        prop_assert!(step < Decimal::new(15, 3), "{step}");
        let second = at + SignedDuration::from_secs(1);
        let step = apart(market.rate(from, to, at), market.rate(from, to, second));
        prop_assert!(step < Decimal::new(1, 3), "{step}");
    }
}
