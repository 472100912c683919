//! The random walk of a value: waves of many lengths added up, each with random values at its ends and linear between
//! them. The value at any moment can be computed directly. It never jumps, and is as rough in an hour as in a year. All
//! arithmetic is in integers, so that every machine gets the same figures.

use crate::world::dice::Dice;

/// The number of decimals of a growth factor.
pub(super) const DECIMALS: u32 = 12;
/// The growth factor 1.
pub(super) const ONE: i128 = 1_000_000_000_000;
/// The length of each wave in seconds, and its height in thousandths of a daily move: the square root of its length in
/// days, as in a random walk.
const WAVES: [(i64, i64); 11] = [
    (60, 26),
    (240, 53),
    (960, 105),
    (3_840, 211),
    (15_360, 422),
    (61_440, 843),
    (245_760, 1_687),
    (983_040, 3_373),
    (3_932_160, 6_746),
    (15_728_640, 13_493),
    (62_914_560, 26_986),
];

/// Returns the growth factor of a value at a second, times 10^12. `words` seed the walk; `daily_ppm` is the size of a
/// daily move in millionths.
pub(super) fn growth(words: &[&str], daily_ppm: i64, second: i64) -> i128 {
    exp(level(words, daily_ppm, second))
}

/// Returns the logarithm of the growth factor, times 10^12.
fn level(words: &[&str], daily_ppm: i64, second: i64) -> i128 {
    WAVES
        .iter()
        .map(|&(length, height)| {
            let throw = |index: i64| {
                let (wave, index) = (length.to_string(), index.to_string());
                let words: Vec<&str> = words.iter().copied().chain([&*wave, &*index]).collect();
                // A millionth is 10^6 of 10^12, a thousandth of it 10^3.
                let most = daily_ppm.saturating_mul(height).saturating_mul(1000);
                i128::from(Dice::seeded(&words).between(-most, most))
            };
            let (index, offset) = (second.div_euclid(length), second.rem_euclid(length));
            let (from, to) = (throw(index), throw(index.saturating_add(1)));
            from + (to - from) * i128::from(offset) / i128::from(length)
        })
        .sum()
}

/// Returns the exponential of a number, both times 10^12, by its series. 40 terms are enough for the range of a level.
fn exp(of: i128) -> i128 {
    let mut sum = ONE;
    let mut term = ONE;
    for index in 1..=40 {
        term = term * of / (ONE * index);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_exponential() {
        for (of, expected) in [
            (0, ONE),
            (ONE, 2_718_281_828_459),
            (-ONE, 367_879_441_171),
            (ONE / 10, 1_105_170_918_076),
            (2 * ONE, 7_389_056_098_931),
        ] {
            assert!((exp(of) - expected).abs() <= 20, "{of}: {}", exp(of));
        }
    }
}
