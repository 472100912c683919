//! How long to leave a source alone after a refusal.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use domain::rate::RateRefusal;

/// The longest pause of any source.
pub(super) const LONGEST: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const AFTER_BURST: SignedDuration = SignedDuration::from_secs(60);
const FIRST_AWAY: SignedDuration = SignedDuration::from_secs(30);

/// Returns when a source may be asked again after this refusal and `before` earlier ones in a row. A daily quota comes
/// back at midnight UTC at the latest, but no source says when, so the first pause is an hour.
pub(super) fn until(refusal: RateRefusal, before: u32, now: Timestamp) -> Timestamp {
    let doubled = |first: SignedDuration| first * 2_i32.pow(before.min(11));
    let wait = match refusal {
        RateRefusal::Key | RateRefusal::Plan | RateRefusal::NotOffered => LONGEST,
        RateRefusal::Burst => AFTER_BURST,
        RateRefusal::Quota => doubled(HOUR).min(next_day(now).duration_since(now)),
        RateRefusal::Away(Some(asked)) => asked,
        RateRefusal::Away(None) => doubled(FIRST_AWAY).min(HOUR),
    };
    now + wait.clamp(SignedDuration::from_secs(1), LONGEST)
}

/// Returns the number of the UTC day, counted from 1970-01-01.
pub(super) fn day(now: Timestamp) -> i64 {
    now.as_second().div_euclid(24 * 60 * 60)
}

/// Returns when the next UTC day begins.
pub(super) fn next_day(now: Timestamp) -> Timestamp {
    let today = now.to_zoned(TimeZone::UTC).date();
    let tomorrow = today.saturating_add(1.day()).to_datetime(Time::midnight());
    let begins = tomorrow.to_zoned(TimeZone::UTC);
    begins.map_or(now + LONGEST, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_quota_is_tried_again_ever_later_and_on_the_next_day_at_the_latest() {
        let now = at("2026-11-21T10:00:00Z");
        let after = |before| until(RateRefusal::Quota, before, now);
        assert_eq!(after(0), at("2026-11-21T11:00:00Z"));
        assert_eq!(after(1), at("2026-11-21T12:00:00Z"));
        assert_eq!(after(3), at("2026-11-21T18:00:00Z"));
        for many in [4, 11, 12, 31, 32, u32::MAX] {
            assert_eq!(after(many), at("2026-11-22T00:00:00Z"), "{many}");
        }
    }

    #[test]
    fn every_refusal_ends_within_a_day_and_none_is_forgotten_at_once() {
        let now = at("2026-11-21T10:00:00Z");
        let wait = |refusal, before| until(refusal, before, now).duration_since(now).as_secs();
        assert_eq!(wait(RateRefusal::Key, 0), 86_400);
        assert_eq!(wait(RateRefusal::Plan, 9), 86_400);
        assert_eq!(wait(RateRefusal::Burst, 9), 60);
        let away = [0, 1, 2, 6, 7, 40].map(|before| wait(RateRefusal::Away(None), before));
        assert_eq!(away, [30, 60, 120, 1_920, 3_600, 3_600]);
        let asked = |seconds| Some(SignedDuration::from_secs(seconds));
        assert_eq!(wait(RateRefusal::Away(asked(90)), 5), 90);
        assert_eq!(wait(RateRefusal::Away(asked(0)), 0), 1);
        assert_eq!(wait(RateRefusal::Away(asked(i64::MAX)), 0), 86_400);
    }

    #[test]
    fn days_are_those_of_utc() {
        let (late, early) = (at("2026-12-31T23:59:59Z"), at("2027-01-01T00:00:00Z"));
        assert_eq!(day(late) + 1, day(early));
        assert_eq!(next_day(late), early);
        assert_eq!(next_day(early), at("2027-01-02T00:00:00Z"));
        assert_eq!(day(at("1969-12-31T23:00:00Z")), -1);
    }
}
