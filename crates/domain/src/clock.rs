//! What time it is, as a value: real in the program, settable in tests and in the built-in bank.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A clock. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Milliseconds since the epoch, for a clock that stands still; `None` for the real one.
    settable: Option<Arc<AtomicI64>>,
    /// How many milliseconds it is put ahead.
    lead: Arc<AtomicI64>,
    zone: TimeZone,
}

impl Clock {
    /// The machine's clock and time zone, or UTC, with a warning when another zone was meant.
    #[must_use]
    pub fn system() -> Self {
        let zone = TimeZone::try_system().unwrap_or_else(|_| {
            warn_of_zone();
            TimeZone::UTC
        });
        Self {
            settable: None,
            lead: Arc::default(),
            zone,
        }
    }

    /// A clock in UTC that moves only when told to.
    #[must_use]
    pub fn settable(start: Timestamp) -> Self {
        Self {
            settable: Some(Arc::new(AtomicI64::new(start.as_millisecond()))),
            lead: Arc::default(),
            zone: TimeZone::UTC,
        }
    }

    /// Now, to the millisecond.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that all others ask"
    )]
    pub fn now(&self) -> Timestamp {
        let millis = match &self.settable {
            Some(millis) => millis.load(Ordering::SeqCst),
            None => Timestamp::now().as_millisecond(),
        };
        let millis = millis.saturating_add(self.lead.load(Ordering::SeqCst));
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
    }

    /// The day it is here.
    #[must_use]
    pub fn today(&self) -> Date {
        self.date_of(self.now())
    }

    /// The day that a moment falls on here.
    #[must_use]
    pub fn date_of(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.zone.clone()).date()
    }

    /// The time zone in which days are counted.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// A clock that goes with this one and can be put ahead of it.
    #[must_use]
    pub fn ahead_by(&self, lead: SignedDuration) -> Self {
        let lead = i64::try_from(lead.as_millis()).unwrap_or(i64::MAX);
        let all = self.lead.load(Ordering::SeqCst).saturating_add(lead);
        Self {
            lead: Arc::new(AtomicI64::new(all)),
            ..self.clone()
        }
    }

    /// Puts this clock and its clones further ahead; the one that it goes with stays.
    pub fn put_ahead(&self, by: SignedDuration) {
        let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX).max(0);
        self.lead.fetch_add(step, Ordering::SeqCst);
    }

    /// Moves a settable clock; the machine's clock takes no orders.
    pub fn advance(&self, by: SignedDuration) {
        if let Some(millis) = &self.settable {
            let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            millis.fetch_add(step, Ordering::SeqCst);
        }
    }
}

/// A machine that has no zone at all, as many containers, is meant to be in UTC.
fn warn_of_zone() {
    let hint =
        "days are counted in UTC. Set TZ to a name like America/Los_Angeles or Europe/Berlin";
    match std::env::var_os("TZ") {
        Some(set) => tracing::warn!("TZ={} is not a time zone: {hint}", set.display()),
        None if std::fs::symlink_metadata("/etc/localtime").is_ok() => {
            tracing::warn!("the time zone in /etc/localtime cannot be read: {hint}");
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_ahead_goes_with_the_one_it_is_ahead_of() {
        let base = Clock::settable("2026-03-10T12:00:00Z".parse().expect("a moment"));
        let ahead = base.ahead_by(SignedDuration::from_hours(1));
        ahead.put_ahead(SignedDuration::from_hours(23));
        ahead.put_ahead(SignedDuration::from_hours(-5));
        base.advance(SignedDuration::from_secs(1));
        assert_eq!(base.now().to_string(), "2026-03-10T12:00:01Z");
        assert_eq!(ahead.now().to_string(), "2026-03-11T12:00:01Z");
    }
}
