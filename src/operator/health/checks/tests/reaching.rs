//! Keys, webhooks and the return from a bank.

use domain::problem::Reason;
use store::{CallRecord, Silence};

use super::*;
use crate::operator::health::checks::keys;
use crate::operator::health::facts::Answered;

#[test]
fn a_redirect_uri_has_to_lead_here() {
    let with = |uri: &str| {
        let mut settings = KEYS.to_vec();
        settings.extend([("PLAID_ENV", "production"), ("PLAID_REDIRECT_URI", uri)]);
        settings.push(PUBLIC);
        banks::redirect_uri(&config(&settings))
    };
    assert_eq!(tone(&banks::redirect_uri(&config(&KEYS))), Tone::Warn);
    let here = "https://money.example.org/link/oauth";
    assert_eq!(tone(&with(here)), Tone::Good);
    let elsewhere = with("https://money.example.org/elsewhere");
    assert_eq!(tone(&elsewhere), Tone::Wrong);
    let line = elsewhere.line.expect("the setting");
    assert_eq!(line, format!("PLAID_REDIRECT_URI={here}"));
}

#[test]
fn without_an_address_for_banks_it_works_all_the_same() {
    let told = webhooks(&config(&KEYS));
    assert_eq!(tone(&told), Tone::Plain);
    assert_eq!(told.state.words, "Optional");
    let public = [KEYS[0], KEYS[1], PUBLIC];
    assert_eq!(tone(&webhooks(&config(&public))), Tone::Good);
}

#[test]
fn the_secret_address_of_mx_is_for_the_page_alone() {
    let settings: Vec<_> = MX.into_iter().chain([PUBLIC]).collect();
    let (config, clock) = (config(&settings), clock());
    let whole = config.webhook_url("mx").expect("an address");
    let mut facts = facts(&config, &clock, &["mx"]);
    facts.told = Some(silent_for("mx", hours(200)));
    let said = |facts: &Facts<'_>| {
        let all = checks(facts).into_iter();
        all.map(|it| it.words).collect::<String>()
    };
    assert_eq!(said(&facts).matches(&whole).count(), 2);
    facts.shows_secret_address = false;
    let said = said(&facts);
    let secret = whole.rsplit('/').next().expect("its end");
    assert!(!said.contains(secret), "{said}");
    assert!(said.contains("https://money.example.org/webhooks/mx/…"));
}

fn silent_for(provider: &str, long: SignedDuration) -> Told {
    Told {
        last_webhook_at: Some(now() - long),
        silences: vec![Silence {
            provider: provider.into(),
            linked_at: now() - hours(9_000),
            last_webhook_at: Some(now() - long),
        }],
        ..told()
    }
}

#[test]
fn a_silence_of_more_than_a_week_is_told_where_webhooks_are_to_be_expected() {
    let reached = config(&[KEYS[0], KEYS[1], PUBLIC]);
    let clock = clock();
    let of = |config: &Config, told: &Told| {
        banks::silence(&facts(config, &clock, &["plaid"]), told).map(|it| (tone(&it), it.words))
    };
    let (heard, words) = of(&reached, &silent_for("plaid", hours(7 * 24))).expect("a check");
    assert_eq!(
        (heard, words.as_str()),
        (Tone::Good, "Received 7 days ago.")
    );
    let (silent, words) = of(&reached, &silent_for("plaid", hours(12 * 24 + 1))).expect("one");
    assert_eq!(silent, Tone::Warn);
    for part in [
        "from Plaid for 12 days",
        "https://money.example.org/webhooks/plaid",
    ] {
        assert!(words.contains(part), "{words}");
    }
    // When no webhook ever came, the time counts from the oldest link.
    let mut never = silent_for("plaid", hours(1));
    never.last_webhook_at = None;
    never.silences[0].last_webhook_at = None;
    assert_eq!(of(&reached, &never).expect("a check").0, Tone::Warn);
    never.silences[0].linked_at = now() - hours(1);
    assert_eq!(of(&reached, &never).expect("a check").0, Tone::Plain);
    assert_eq!(of(&reached, &told()), None, "there is no connection");
    let silent = silent_for("plaid", hours(900));
    assert_eq!(of(&config(&KEYS), &silent), None, "banks do not reach it");
    assert_eq!(of(&config(&[]), &silent), None, "the bank is built in");
}

fn answered(provider: &'static str, last: Option<(&str, Option<Reason>)>) -> Answered {
    let call = |(outcome, reason): (&str, Option<Reason>)| CallRecord {
        id: 1,
        provider: provider.into(),
        endpoint: "/item/get".into(),
        connection_id: None,
        institution_name: None,
        request_id: None,
        started_at: now() - hours(2),
        duration_ms: 1,
        outcome: outcome.into(),
        reason,
    };
    Answered {
        provider,
        tried: true,
        last: last.map(call),
    }
}

#[test]
fn keys_that_a_provider_refused_are_told_with_their_settings() {
    let settings: Vec<_> = KEYS.into_iter().chain(MX).collect();
    let (config, clock) = (config(&settings), clock());
    let of = |answered: &Answered| keys::key(&facts(&config, &clock, &[]), answered);
    for (provider, last, wanted) in [
        ("plaid", Some(("ok", None)), Tone::Good),
        ("mx", Some(("ok", None)), Tone::Good),
        // The bank's trouble says nothing about the keys.
        (
            "plaid",
            Some(("ITEM_LOGIN_REQUIRED", Some(Reason::LogInNeeded))),
            Tone::Good,
        ),
        (
            "plaid",
            Some(("NOT_ENABLED", Some(Reason::NotEnabled))),
            Tone::Good,
        ),
        ("plaid", None, Tone::Plain),
        (
            "plaid",
            Some(("INVALID_API_KEYS", Some(Reason::Keys))),
            Tone::Wrong,
        ),
        ("mx", Some(("HTTP_401", Some(Reason::Keys))), Tone::Wrong),
        (
            "mx",
            Some(("HTTP_403", Some(Reason::NotEnabled))),
            Tone::Wrong,
        ),
    ] {
        assert_eq!(
            tone(&of(&answered(provider, last))),
            wanted,
            "{provider} {last:?}"
        );
    }
    let refused = of(&answered(
        "plaid",
        Some(("INVALID_API_KEYS", Some(Reason::Keys))),
    ));
    for part in [
        "INVALID_API_KEYS",
        "2 hours ago",
        "PLAID_CLIENT_ID",
        "PLAID_SECRET",
        "PLAID_ENV=sandbox",
    ] {
        assert!(
            refused.words.contains(part),
            "{part} is not in {}",
            refused.words
        );
    }
    let refused = of(&answered("mx", Some(("HTTP_401", Some(Reason::Keys)))));
    for part in ["MX_CLIENT_ID", "MX_API_KEY", "MX_ENV=integration"] {
        assert!(
            refused.words.contains(part),
            "{part} is not in {}",
            refused.words
        );
    }
    let mut never = answered("mx", None);
    never.tried = false;
    assert!(of(&never).words.starts_with("Not tried yet"));
}
