//! Whether the providers accept our keys.

use super::super::facts::{Answered, Facts};
use crate::config::{Config, ProviderKeys};
use crate::ledger::when;
use crate::operator::view::Check;
use domain::problem::Reason;

/// The reasons that mean that the provider itself did not answer a call, so that it says nothing about the keys.
pub(in crate::operator::health) const WITHOUT_ANSWER: [Reason; 5] = [
    Reason::HeldBack,
    Reason::Timeout,
    Reason::Unreachable,
    Reason::ProviderDown,
    Reason::ProviderFailed,
];

/// A provider's name for people, and the names of its settings.
pub(super) struct Names {
    pub(super) called: &'static str,
    client_id: &'static str,
    secret: &'static str,
}

pub(super) fn names(provider: &str) -> Names {
    match provider {
        "mx" => Names {
            called: "MX",
            client_id: "MX_CLIENT_ID",
            secret: "MX_API_KEY",
        },
        _ => Names {
            called: "Plaid",
            client_id: "PLAID_CLIENT_ID",
            secret: "PLAID_SECRET",
        },
    }
}

/// Judges the keys by the last calls, without calling the provider.
pub(super) fn checks(facts: &Facts<'_>) -> Vec<Check> {
    if facts.config.built_in_bank {
        let none = "None needed for the built-in demo bank.";
        return vec![Check::good("Provider keys", none)];
    }
    let answers = facts.told.iter().flat_map(|told| &told.answers);
    answers.map(|answered| key(facts, answered)).collect()
}

pub(super) fn key(facts: &Facts<'_>, answered: &Answered) -> Check {
    let names = names(answered.provider);
    let (what, called) = (format!("{}’s keys", names.called), names.called);
    let Some(last) = &answered.last else {
        return Check::note(
            &what,
            match answered.tried {
                true => format!("Unknown: {called} didn’t respond to the latest calls."),
                false => format!("Not tried yet: no calls to {called} so far."),
            },
        );
    };
    let asked = when(facts.clock, last.started_at).words;
    match last.reason {
        Some(Reason::Keys) => Check::wrong(
            &what,
            format!(
                "{called} rejected them {asked} ({}). Compare {} and {} with {called}’s dashboard (the ones for {}), and restart Passbook.",
                last.outcome,
                names.client_id,
                names.secret,
                environment(facts.config, answered.provider),
            ),
        ),
        // MX answers 403.
        Some(Reason::NotEnabled) if answered.provider == "mx" => Check::wrong(
            &what,
            format!(
                "MX blocked this machine {asked} ({}). Allow its IP address in MX’s dashboard, and make sure MX_CLIENT_ID and MX_API_KEY are the ones for {}.",
                last.outcome,
                place(facts.config.mx.as_ref(), "MX"),
            ),
        ),
        _ => Check::good(&what, format!("{called} accepted them {asked}.")),
    }
}

/// Says which environment is used; each has keys of its own.
fn environment(config: &Config, provider: &str) -> String {
    let (keys, prefix) = match provider {
        "mx" => (config.mx.as_ref(), "MX"),
        _ => (config.plaid.as_ref(), "PLAID"),
    };
    place(keys, prefix)
}

/// Returns the setting that selects the environment.
fn place(keys: Option<&ProviderKeys>, prefix: &str) -> String {
    let host = keys.and_then(|keys| keys.base_url.host_str());
    let word = match host.unwrap_or_default() {
        "sandbox.plaid.com" => "sandbox",
        "int-api.mx.com" => "integration",
        "production.plaid.com" | "api.mx.com" => "production",
        host => return format!("{prefix}_BASE_URL ({host})"),
    };
    format!("{prefix}_ENV={word}")
}
