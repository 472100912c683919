//! Whether a posted row can be what a pending row became. Providers name the pending row, but not always the right
//! one, and a person's edits must not move to an unrelated purchase. So the provider's link is accepted only if it is
//! plausible. The store applies this rule where a posted row takes over from its pending one
//! (`store/books/rows/pending_to_posted.rs`).

use jiff::civil::Date;

use super::money::Money;

/// A tip at most doubles a bill; the change of a foreign price by its exchange rate is smaller.
const FACTOR: i128 = 2;
/// Fuel pumps and card verifications hold one unit of the currency, or nothing, and settle for the actual price.
const NOMINAL_HOLD: i128 = 1;
/// The most that such a hold can settle for, in units of the currency.
const MOST_OF_NOMINAL: i128 = 250;
/// Banks date a purchase by their own clock and calendar, so a posted row may seem a little older, in days.
const DAYS_BEFORE: i32 = 5;
/// Hotels and car rentals hold money for a month (31 days at Visa and Mastercard), and posting takes a few days.
const DAYS_AFTER: i32 = 35;

/// The compared fields of a row.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The account, by any identifier that is the same on both sides.
    pub account: &'a str,
    /// The date it counts for.
    pub day: Date,
    /// The amount.
    pub amount: &'a Money,
}

/// Whether the pending row can have become the posted one: the same account, currency and direction, a similar amount
/// and a plausible date.
#[must_use]
pub fn could_settle(pending: Side<'_>, posted: Side<'_>) -> bool {
    pending.account == posted.account
        && pending.amount.currency == posted.amount.currency
        && amounts_fit(pending.amount, posted.amount)
        && days_fit(pending.day, posted.day)
}

fn amounts_fit(pending: &Money, posted: &Money) -> bool {
    let unit = 10_i128.pow(pending.currency.exponent());
    let (held, paid) = (i128::from(pending.minor), i128::from(posted.minor));
    if held != 0 && held.signum() != paid.signum() {
        return false;
    }
    let (held, paid) = (held.abs(), paid.abs());
    if held <= NOMINAL_HOLD * unit {
        return paid <= MOST_OF_NOMINAL * unit;
    }
    paid <= held * FACTOR && held <= paid * FACTOR
}

fn days_fit(pending: Date, posted: Date) -> bool {
    let days = posted
        .since(pending)
        .map_or(i32::MAX, |span| span.get_days());
    (-DAYS_BEFORE..=DAYS_AFTER).contains(&days)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;
    use crate::money::Currency;

    fn fits(held: i64, paid: i64, days: i32) -> bool {
        let dollars = |minor| Money::new(minor, Currency::from_codes(Some("USD"), None));
        let day = date(2026, 11, 21);
        let (held, paid) = (dollars(held), dollars(paid));
        let pending = Side {
            account: "a",
            day,
            amount: &held,
        };
        let posted = Side {
            day: day + days.days(),
            amount: &paid,
            ..pending
        };
        could_settle(pending, posted)
    }

    #[test]
    fn tips_and_holds_fit() {
        for (held, paid) in [
            (-1400, -1400),
            (-5000, -6000),
            (-5000, -10_000),
            (-5000, -2500),
            (-100, -4567),
            (0, -4567),
            (2000, 2100),
        ] {
            assert!(fits(held, paid, 2), "{held} {paid}");
        }
    }

    #[test]
    fn another_s_amount_does_not_fit() {
        for (held, paid) in [
            (-1400, 1400),
            (-5000, -10_001),
            (-5000, -2499),
            (-5000, 0),
            (-100, -25_001),
            (1, -1),
            (i64::MIN, i64::MAX),
        ] {
            assert!(!fits(held, paid, 2), "{held} {paid}");
        }
    }

    #[test]
    fn days_fit_within_a_month() {
        assert!(fits(-5, -5, -5) && fits(-5, -5, 35));
        assert!(!fits(-5, -5, -6) && !fits(-5, -5, 36) && !fits(-5, -5, 400));
    }

    #[test]
    fn accounts_and_currencies_are_the_same() {
        let (dollar, euro) = (
            Money::new(-5, Currency::from_codes(Some("USD"), None)),
            Money::new(-5, Currency::from_codes(Some("EUR"), None)),
        );
        let day = date(2026, 11, 21);
        let pending = Side {
            account: "a",
            day,
            amount: &dollar,
        };
        assert!(could_settle(pending, pending));
        assert!(!could_settle(
            pending,
            Side {
                account: "b",
                ..pending
            }
        ));
        assert!(!could_settle(
            pending,
            Side {
                amount: &euro,
                ..pending
            }
        ));
    }
}
