//! Formats figures, moments and marks for people.

use jiff::Timestamp;
use jiff::civil::Date;

use super::view::{Figure, Mark, When};
use domain::access::Access;
use domain::account::Account;
use domain::clock::Clock;
use domain::money::Money;
use domain::wording;

/// The number of colors in the stylesheet's palette of marks.
const TONES: u32 = 12;

pub(super) fn figure(money: &Money) -> Figure {
    let (whole, cents) = money.halves();
    let text = [whole.as_str(), &cents].concat();
    let signed = [money.plus(), &text].concat();
    Figure {
        minor: money.minor,
        currency: money.currency.code().to_owned(),
        text,
        signed,
        whole,
        cents,
    }
}

/// Formats a moment as "2 minutes ago", after 30 days as "on 21 Nov 2026", with the exact time.
#[must_use]
pub fn when(clock: &Clock, moment: Timestamp) -> When {
    let seconds = clock.now().duration_since(moment).as_secs();
    match seconds {
        ..2_592_000 => in_words(clock, moment, wording::ago(seconds)),
        _ => on_day(clock, moment),
    }
}

/// Formats a moment in the past like [`when`], and one in the future as "in 5 hours".
#[must_use]
pub fn when_or_until(clock: &Clock, moment: Timestamp) -> When {
    if moment <= clock.now() {
        return when(clock, moment);
    }
    in_words(clock, moment, until(clock, moment))
}

/// Formats a day without a time of day: "on 21 Nov 2026".
#[must_use]
pub fn on_day(clock: &Clock, moment: Timestamp) -> When {
    let words = format!("on {}", wording::day(clock.date_of(moment)));
    in_words(clock, moment, words)
}

pub(super) fn in_words(clock: &Clock, moment: Timestamp, words: String) -> When {
    let zoned = moment.to_zoned(clock.zone().clone());
    let long = wording::long_day(zoned.date());
    When {
        words,
        exact: moment.to_string(),
        long: format!("{long}, {}", zoned.strftime("%H:%M")),
    }
}

/// Returns "as of 12 Nov 2026" for a balance that the bank has not reported since; empty for a current one.
pub(super) fn as_of(clock: &Clock, account: &Account) -> String {
    account.balance_as_of().map_or_else(String::new, |at| {
        format!("as of {}", wording::day(clock.date_of(at)))
    })
}

/// Counts a person's sessions and credentials: "2 browsers, 1 app, 1 API key"; empty for none.
#[must_use]
pub fn access(access: &Access) -> String {
    let kinds = [
        (access.browsers, "browser"),
        (access.programs, "app"),
        (access.keys, "API key"),
    ];
    let told = kinds.into_iter().filter(|(count, _)| *count > 0);
    let told = told.map(|(count, what)| wording::counted(count, what));
    told.collect::<Vec<_>>().join(", ")
}

/// Formats a future moment as "in 5 minutes".
#[must_use]
pub fn until(clock: &Clock, moment: Timestamp) -> String {
    wording::ahead(moment.duration_since(clock.now()).as_secs())
}

/// Labels a day as "Today", "Wed 18 Nov" or "3 Mar 2025".
pub(super) fn day_label(day: Date, today: Date) -> String {
    if day == today {
        return "Today".into();
    }
    if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        return "Yesterday".into();
    }
    if day.year() == today.year() {
        return day.strftime("%a %-d %b").to_string();
    }
    wording::day(day)
}

/// Returns the mark of an institution or merchant: its logo, else a letter in the name's color.
#[must_use]
pub fn mark(name: &str, logo_of: Option<&str>) -> Mark {
    let letter = name
        .chars()
        .find(|c| c.is_alphanumeric())
        .map_or_else(|| "·".into(), |c| c.to_uppercase().to_string());
    // FNV-1a gives the same name the same color on every page and after every restart.
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    Mark {
        letter,
        logo: logo_of
            .filter(|id| may_be_in_a_path(id))
            .map(|id| format!("/logo/{id}")),
        category: String::new(),
        tone: u8::try_from(hash % TONES).unwrap_or(0),
    }
}

/// Whether a provider's id, such as `ins_109508`, is safe as one segment of a path.
fn may_be_in_a_path(id: &str) -> bool {
    id.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn moments_are_told_from_now() {
        let clock = Clock::settable("2026-11-21T14:05:00Z".parse().expect("a time"));
        let ago = |seconds| when(&clock, clock.now() - SignedDuration::from_secs(seconds)).words;
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(29 * 86_400), "29 days ago");
        assert_eq!(ago(40 * 86_400), "on 12 Oct 2026");
        assert_eq!(ago(-500), "just now");
        let ahead = clock.now() + SignedDuration::from_secs(500);
        assert_eq!(when_or_until(&clock, ahead).words, "in 8 minutes");
        assert_eq!(when_or_until(&clock, clock.now()).words, "just now");
        assert_eq!(
            when(&clock, clock.now()).long,
            "Saturday 21 November 2026, 14:05"
        );
    }

    #[test]
    fn days_are_told_from_today() {
        let today = date(2026, 11, 21);
        assert_eq!(day_label(today, today), "Today");
        assert_eq!(day_label(date(2026, 11, 20), today), "Yesterday");
        assert_eq!(day_label(date(2026, 11, 18), today), "Wed 18 Nov");
        assert_eq!(day_label(date(2025, 3, 3), today), "3 Mar 2025");
    }

    #[test]
    fn marks_are_stable_letters() {
        assert_eq!(mark("écluse", None).letter, "É");
        assert_eq!(mark("  #1 Store", None).letter, "1");
        assert_eq!(mark("", None).letter, "·");
        assert_eq!(mark("Bean & Leaf", None), mark("Bean & Leaf", None));
    }
}
