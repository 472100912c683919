//! Whether banks can reach this Passbook, and send people back to it.

use jiff::SignedDuration;

use super::super::facts::{Facts, Told};
use super::keys::names;
use crate::config::Config;
use crate::ledger::when;
use crate::operator::view::Check;
use domain::wording::counted;
use store::Silence;

/// How long a provider with connections may send no webhook. After that something is probably wrong: Plaid reports on
/// each connection several times a day.
const LONG: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) fn checks(facts: &Facts<'_>) -> Vec<Check> {
    let mut found = vec![webhooks(facts)];
    found.extend(facts.told.as_ref().and_then(|told| silence(facts, told)));
    found.push(redirect_uri(facts.config));
    found
}

/// Returns where a provider sends its webhooks, as far as the reader may know it.
fn address(facts: &Facts<'_>, provider: &str) -> Option<String> {
    let address = facts.config.webhook_url(provider)?;
    let base = facts.config.base_url();
    Some(match provider {
        "mx" if !facts.shows_secret_address => {
            format!("{base}/webhooks/mx/… (secret; see the full address at /admin)")
        }
        _ => address,
    })
}

pub(super) fn webhooks(facts: &Facts<'_>) -> Check {
    let addresses = facts.providers.iter().filter_map(|it| address(facts, it));
    let addresses: Vec<String> = addresses.collect();
    if addresses.is_empty() {
        let mut found = Check::note(
            "Webhooks",
            "Providers can’t reach this machine, so Passbook checks connections on a schedule instead. For updates within seconds, set PASSBOOK_PUBLIC_URL.",
        );
        found.state.words = "Optional".into();
        return found;
    }
    let addresses = addresses.join(" and ");
    Check::good(
        "Webhooks",
        format!("Providers send webhooks to {addresses}"),
    )
}

/// Checks how long providers have sent no webhook. `None` when none is to be expected: no connections, or no address
/// that banks can reach. The built-in bank is not checked, because it sleeps when Passbook does.
pub(super) fn silence(facts: &Facts<'_>, told: &Told) -> Option<Check> {
    let what = "Last webhook";
    let expected: Vec<(&Silence, String)> = told
        .silences
        .iter()
        .filter_map(|it| Some((it, address(facts, &it.provider)?)))
        .collect();
    if facts.config.built_in_bank || expected.is_empty() {
        return None;
    }
    let silent = expected.iter().filter_map(|(it, address)| {
        let since = it.last_webhook_at.unwrap_or(it.linked_at);
        let silent = facts.clock.now().duration_since(since);
        let days = silent.as_hours() / 24;
        (silent > LONG).then(|| {
            let (called, days) = (names(&it.provider).called, counted(days, "day"));
            format!("No webhook from {called} for {days}. Make sure {called} can reach {address}")
        })
    });
    let silent: Vec<String> = silent.collect();
    if !silent.is_empty() {
        return Some(Check::warn(what, silent.join(". ")));
    }
    Some(match told.last_webhook_at {
        Some(at) => Check::good(what, format!("Received {}.", when(facts.clock, at).words)),
        None => Check::note(what, "None yet: the banks were linked recently."),
    })
}

pub(super) fn redirect_uri(config: &Config) -> Check {
    let what = "OAuth banks";
    let Some(plaid) = &config.plaid else {
        return Check::good(what, "No redirect URI is needed here.");
    };
    let host = plaid.base_url.host_str();
    let production = host.is_some_and(|host| host.starts_with("production."));
    let line = format!("PLAID_REDIRECT_URI={}/link/oauth", config.base_url());
    match config.redirect_uri.as_deref() {
        None => Check::warn(
            what,
            "PLAID_REDIRECT_URI isn’t set, so these banks can only be linked on a desktop. Set it to this Passbook’s /link/oauth and register it in Plaid’s dashboard.",
        )
        .with_line(line),
        Some(uri) if !uri.ends_with("/link/oauth") => Check::wrong(
            what,
            format!("{uri} doesn’t work here: PLAID_REDIRECT_URI must end in /link/oauth."),
        )
        .with_line(line),
        Some(uri) if production && !uri.starts_with("https://") => {
            Check::wrong(what, format!("{uri} must use https in production."))
                .with_line(line.replacen("=http://", "=https://", 1))
        }
        Some(uri) => Check::good(
            what,
            format!("These banks return to {uri}, which must be listed in Plaid’s dashboard."),
        ),
    }
}
