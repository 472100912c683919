//! Deterministic pseudo-random numbers: the same words always give the same numbers.
//!
//! Every row of the world is drawn from its own words (account, habit, day), never from the row before it. A different
//! time window therefore changes none of the rows.

/// A stream of numbers seeded with words. FNV-1a mixes the words and SplitMix64 produces the stream. Both are fully
/// specified, unlike the standard library's hasher.
pub(super) struct Dice(u64);

impl Dice {
    /// Seeds a stream with words.
    pub(super) fn seeded(words: &[&str]) -> Self {
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        for word in words {
            // The separator keeps ("ab", "c") apart from ("a", "bc").
            for byte in word.bytes().chain([0xff]) {
                state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        Self(state)
    }

    /// Returns a number below `sides`, or 0 if `sides` is 0.
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).checked_rem(sides).unwrap_or(0)
    }

    /// Returns a number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// Returns true with a probability of `percent`.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns a random element, or `None` from an empty slice.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.below(from.len() as u64);
        from.get(usize::try_from(index).unwrap_or(0))
    }
}
