//! The current time as a value: real in production, settable in tests and in the built-in bank.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A clock. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Milliseconds since the epoch for a settable clock; `None` for the system clock.
    settable: Option<Arc<AtomicI64>>,
    /// Offset added to the time, in milliseconds.
    lead: Arc<AtomicI64>,
    zone: TimeZone,
    trouble: Option<ZoneTrouble>,
}

/// Why days are counted in UTC without having been configured so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneTrouble {
    /// `TZ` is set to a value that is not a time zone.
    #[error("TZ={0} is not a time zone")]
    NotAZone(String),
    /// `/etc/localtime` exists but cannot be read.
    #[error("the time zone in /etc/localtime cannot be read")]
    Unreadable,
    /// Neither `TZ` nor `/etc/localtime` is set, as in many containers.
    #[error("TZ is not set, and this machine has no time zone")]
    NoZone,
}

impl Clock {
    /// The system clock and time zone. If the zone cannot be read, uses UTC and logs a warning. A machine without any
    /// zone uses UTC without a warning; only [`Clock::zone_trouble`] reports it.
    #[must_use]
    pub fn system() -> Self {
        let (zone, trouble) = match TimeZone::try_system() {
            Ok(zone) => (zone, None),
            Err(_) => (TimeZone::UTC, Some(zone_trouble())),
        };
        if let Some(trouble) = trouble.as_ref().filter(|it| **it != ZoneTrouble::NoZone) {
            tracing::warn!(
                "{trouble}: days are counted in UTC. Set TZ to a name like America/Los_Angeles or Europe/Berlin"
            );
        }
        Self {
            settable: None,
            lead: Arc::default(),
            zone,
            trouble,
        }
    }

    /// A clock in UTC that moves only through [`Clock::advance`] and [`Clock::put_ahead`].
    #[must_use]
    pub fn settable(start: Timestamp) -> Self {
        Self {
            settable: Some(Arc::new(AtomicI64::new(start.as_millisecond()))),
            lead: Arc::default(),
            zone: TimeZone::UTC,
            trouble: None,
        }
    }

    /// The current time, to the millisecond.
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

    /// The current date in this clock's zone.
    #[must_use]
    pub fn today(&self) -> Date {
        self.date_of(self.now())
    }

    /// The date of a moment in this clock's zone.
    #[must_use]
    pub fn date_of(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.zone.clone()).date()
    }

    /// The time zone in which days are counted.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Why the zone fell back to UTC; `None` if it did not.
    #[must_use]
    pub fn zone_trouble(&self) -> Option<&ZoneTrouble> {
        self.trouble.as_ref()
    }

    /// A clock that runs `lead` ahead of this one and can be moved further ahead.
    #[must_use]
    pub fn ahead_by(&self, lead: SignedDuration) -> Self {
        let lead = i64::try_from(lead.as_millis()).unwrap_or(i64::MAX);
        let all = self.lead.load(Ordering::SeqCst).saturating_add(lead);
        Self {
            lead: Arc::new(AtomicI64::new(all)),
            ..self.clone()
        }
    }

    /// Moves this clock and its clones further ahead. The clock that it was derived from does not move. A negative
    /// step is ignored.
    pub fn put_ahead(&self, by: SignedDuration) {
        let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX).max(0);
        self.lead.fetch_add(step, Ordering::SeqCst);
    }

    /// Moves a settable clock; does nothing to the system clock.
    pub fn advance(&self, by: SignedDuration) {
        if let Some(millis) = &self.settable {
            let step = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            millis.fetch_add(step, Ordering::SeqCst);
        }
    }
}

fn zone_trouble() -> ZoneTrouble {
    match std::env::var_os("TZ") {
        Some(set) => ZoneTrouble::NotAZone(set.display().to_string()),
        None if std::fs::symlink_metadata("/etc/localtime").is_ok() => ZoneTrouble::Unreadable,
        None => ZoneTrouble::NoZone,
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
