//! The vertical scale of a chart: three rules at round figures, around all points.

/// A vertical scale of three rules in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The lowest rule, in minor units.
    pub base: i64,
    /// The distance from one rule to the next, in minor units.
    pub step: i64,
}

/// The room below the lowest and above the highest rule, in tenths of a step. The stylesheet places the rules' labels
/// by it.
const MARGIN: i128 = 3;

impl Scale {
    /// Returns the closest scale of round figures around these values. It spans at least a twentieth of their middle,
    /// so that a chart that hardly moves does not look as if it jumped.
    #[must_use]
    pub fn around(least: i64, greatest: i64, unit: i64) -> Self {
        Self::spanning(least, greatest, unit, 20)
    }

    /// The same for figures that move less: the scale spans at least one part in `parts` of their middle.
    #[must_use]
    pub fn spanning(least: i64, greatest: i64, unit: i64, parts: i128) -> Self {
        let (least, greatest) = (i128::from(least), i128::from(greatest));
        let middle = (least + greatest) / 2;
        let range = (greatest - least)
            .max(middle.abs() / parts.max(1))
            .max(i128::from(unit));
        let found = round_steps().find_map(|step| {
            let base = (middle + step.signum() * step / 2).div_euclid(step) * step - step;
            let fits = (least - base) * 10 >= -MARGIN * step
                && (base + 2 * step - greatest) * 10 >= -MARGIN * step;
            (fits && range * 10 <= 26 * step).then_some((base, step))
        });
        let (base, step) = found.unwrap_or((least, 1));
        let narrow = |n: i128| i64::try_from(n).unwrap_or(if n < 0 { i64::MIN } else { i64::MAX });
        Self {
            base: narrow(base),
            step: narrow(step),
        }
    }

    /// Returns the distance of a value from the top, in thousandths of the height.
    #[must_use]
    pub fn down(&self, value: i64) -> u16 {
        let (base, step) = (i128::from(self.base), i128::from(self.step));
        let top = base * 10 + (20 + MARGIN) * step;
        let height = (20 + 2 * MARGIN) * step;
        let down = (top - i128::from(value) * 10) * 1000 / height.max(1);
        u16::try_from(down.clamp(0, 1000)).unwrap_or(0)
    }

    /// Returns the three rules, highest first, in minor units.
    #[must_use]
    pub fn rules(&self) -> [i64; 3] {
        let at = |n: i64| self.base.saturating_add(self.step.saturating_mul(n));
        [at(2), at(1), at(0)]
    }
}

/// Returns 1, 2, 5, 10, 20, 50, …
fn round_steps() -> impl Iterator<Item = i128> {
    (0..20_u32).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i128.pow(power)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_are_round() {
        assert_eq!(
            Scale::around(14_100_000, 14_830_217, 100).rules(),
            [15_000_000, 14_500_000, 14_000_000]
        );
        assert_eq!(Scale::around(0, 0, 100).rules(), [50, 0, -50]);
    }

    proptest! {
        #[test]
        fn every_value_lies_on_the_sheet(a in -1_000_000_000_000_i64..1_000_000_000_000, b in -1_000_000_000_000_i64..1_000_000_000_000) {
            let (least, greatest) = (a.min(b), a.max(b));
            let scale = Scale::around(least, greatest, 100);
            let height = 26 * i128::from(scale.step);
            let top = i128::from(scale.base) * 10 + 23 * i128::from(scale.step);
            prop_assert!(i128::from(greatest) * 10 <= top);
            prop_assert!(i128::from(least) * 10 >= top - height);
            prop_assert!(scale.down(greatest) <= scale.down(least));
            let [high, _, low] = scale.rules();
            prop_assert_eq!((scale.down(high), scale.down(low)), (115, 884));
        }
    }
}
