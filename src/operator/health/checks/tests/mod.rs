//! Tests each check, both when all is well and when it is not.

mod disk;
mod reaching;
mod saved;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::facts::{Facts, Told};
use super::{banks, checks, files, machine, reach};
use crate::config::Config;
use crate::operator::view::{Check, Tone};
use domain::clock::{Clock, ZoneTrouble};

const KEYS: [(&str, &str); 2] = [("PLAID_CLIENT_ID", "id"), ("PLAID_SECRET", "secret")];
const MX: [(&str, &str); 3] = [
    ("MX_CLIENT_ID", "id"),
    ("MX_API_KEY", "key"),
    ("MX_WEBHOOK_PASSWORD", "a long enough password"),
];
const PUBLIC: (&str, &str) = ("PASSBOOK_PUBLIC_URL", "https://money.example.org");

fn config(settings: &[(&str, &str)]) -> Config {
    let read = Config::read(|name| {
        let found = settings.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    read.expect("good settings")
}

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("a moment")
}

fn clock() -> Clock {
    Clock::settable(now())
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn told() -> Told {
    Told {
        instance: "0000000a".into(),
        last_webhook_at: None,
        refused_for_time: 0,
        silences: Vec::new(),
        answers: Vec::new(),
        untrusted_proxy: None,
        sqlite_version: "3.51.3".into(),
        writes_ahead: true,
    }
}

fn facts<'a>(config: &'a Config, clock: &'a Clock, providers: &[&'static str]) -> Facts<'a> {
    Facts {
        config,
        clock,
        providers: providers.to_vec(),
        told: None,
        untrusted_proxy: None,
        begun: true,
        two_keys: false,
        islands: true,
        shows_secret_address: true,
    }
}

fn tone(check: &Check) -> Tone {
    check.state.tone
}

fn webhooks(config: &Config) -> Check {
    banks::webhooks(&facts(config, &clock(), &["plaid"]))
}

#[test]
fn one_machine_alone_has_nothing_to_put_right() {
    let config = config(&[]);
    for check in [
        reach::public_url(&config),
        reach::https(&config),
        reach::proxy(&config, None),
        webhooks(&config),
        banks::redirect_uri(&config),
        reach::sign_up(&config),
    ] {
        assert_eq!(tone(&check), Tone::Good, "{check:?}");
    }
}

#[test]
fn what_others_can_reach_in_the_clear_is_wrong() {
    let config = config(&[("PASSBOOK_LISTEN", "0.0.0.0:3000")]);
    assert_eq!(tone(&reach::public_url(&config)), Tone::Warn);
    assert_eq!(tone(&reach::https(&config)), Tone::Wrong);
    let sign_up = reach::sign_up(&config);
    assert_eq!(tone(&sign_up), Tone::Warn);
    assert_eq!(sign_up.line.as_deref(), Some("PASSBOOK_SIGNUP=invite"));
}

#[test]
fn a_proxy_that_is_not_trusted_is_told_with_its_address_and_the_setting() {
    let no_proxy = reach::proxy(&config(&[PUBLIC]), None);
    assert_eq!(tone(&no_proxy), Tone::Warn);
    let line = |check: &Check| check.line.clone().unwrap_or_default();
    // Only this machine reaches the listener.
    assert_eq!(line(&no_proxy), "PASSBOOK_TRUSTED_PROXIES=127.0.0.1");
    let anywhere = [PUBLIC, ("PASSBOOK_LISTEN", "0.0.0.0:3000")];
    assert_eq!(reach::proxy(&config(&anywhere), None).line, None);
    let trusted = config(&[PUBLIC, ("PASSBOOK_TRUSTED_PROXIES", "192.0.2.0/24")]);
    assert_eq!(tone(&reach::proxy(&trusted, None)), Tone::Good);
    let told = reach::proxy(&trusted, "172.18.0.2".parse().ok());
    assert_eq!(tone(&told), Tone::Warn);
    assert!(told.words.contains("172.18.0.2"), "{}", told.words);
    assert_eq!(
        line(&told),
        "PASSBOOK_TRUSTED_PROXIES=192.0.2.0/24,172.18.0.2"
    );
    // It was seen before it was trusted.
    let seen_before = reach::proxy(&trusted, "192.0.2.7".parse().ok());
    assert_eq!(tone(&seen_before), Tone::Good);
}

#[test]
fn the_zone_in_which_days_are_counted_is_told() {
    let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
    let found = machine::zone(&berlin, None);
    assert_eq!(tone(&found), Tone::Good);
    assert_eq!(found.words, "Dates use Europe/Berlin.");
    for trouble in [
        ZoneTrouble::NotAZone("Nowhere".into()),
        ZoneTrouble::Unreadable,
        ZoneTrouble::NoZone,
    ] {
        let found = machine::zone(&TimeZone::UTC, Some(&trouble));
        assert_eq!(tone(&found), Tone::Warn);
        let begins = format!("{trouble}, so dates use UTC.");
        assert!(found.words.starts_with(&begins), "{}", found.words);
        assert!(found.line.is_some_and(|line| line.starts_with("TZ=")));
    }
}

#[test]
fn a_clock_before_the_last_webhook_is_wrong() {
    let clock = clock();
    let with = |at, refused_for_time| {
        let last_webhook_at = Some(at);
        let told = Told {
            last_webhook_at,
            refused_for_time,
            ..told()
        };
        tone(&machine::clock(&clock, Some(&told)))
    };
    assert_eq!(with(now() - hours(1), 0), Tone::Good);
    assert_eq!(with(now() - hours(1), 3), Tone::Warn);
    assert_eq!(with(now() + hours(1), 0), Tone::Wrong);
    assert_eq!(tone(&machine::clock(&clock, None)), Tone::Good);
}

#[test]
fn the_program_and_its_database_are_told() {
    let without = Told {
        writes_ahead: false,
        ..told()
    };
    assert_eq!(tone(&machine::sqlite(&without)), Tone::Warn);
    let found = machine::sqlite(&told());
    assert_eq!(tone(&found), Tone::Good);
    assert!(found.words.contains("3.51.3"));
    assert_eq!(tone(&machine::islands(true)), Tone::Good);
    let found = machine::islands(false);
    assert_eq!(tone(&found), Tone::Warn);
    assert!(found.words.contains("make run or make release"));
    assert_eq!(tone(&files::unfinished_change()), Tone::Warn);
}

/// Without a database, every check that needs none is still made.
#[test]
fn the_worst_is_told_first_and_what_nobody_knows_not_at_all() {
    let (config, clock) = (config(&[("PASSBOOK_LISTEN", "0.0.0.0:3000")]), clock());
    let mut facts = facts(&config, &clock, &["plaid", "mx"]);
    let without: Vec<String> = checks(&facts).into_iter().map(|it| it.what).collect();
    assert!(without.contains(&"Clock".to_owned()), "{without:?}");
    assert!(!without.contains(&"SQLite".to_owned()), "{without:?}");
    facts.told = Some(told());
    facts.two_keys = true;
    let found = checks(&facts);
    assert!(found.len() >= without.len() + 2);
    let tones: Vec<Tone> = found.iter().map(tone).collect();
    assert!(tones.is_sorted_by(|a, b| a >= b), "{tones:?}");
    assert_eq!(tones[0], Tone::Wrong);
}
