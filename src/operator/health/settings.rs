//! The settings in force. A secret setting shows only that it is set.

use crate::config::{Config, ProviderKeys, SignIn, SignUpPolicy};

pub(super) fn settings(config: &Config) -> Vec<(String, String)> {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "not set".into());
    let told = |keys: Option<&ProviderKeys>| match keys {
        None if config.built_in_bank => ("built-in demo bank".to_owned(), "not needed".to_owned()),
        None => ("not set".to_owned(), "not set".to_owned()),
        Some(keys) => (keys.base_url.to_string(), "set".to_owned()),
    };
    let (bank, keys) = told(config.plaid.as_ref());
    let (mx, mx_keys) = told(config.mx.as_ref());
    let network = &config.network;
    let proxies = network.trusted_proxies.iter().map(ToString::to_string);
    let proxies = proxies.collect::<Vec<_>>().join(", ");
    let hosts = network.hosts.join(", ");
    let most = network.max_connections.map(|most| most.to_string());
    let most_per_address = network.max_connections_per_address;
    let two_step = match config.two_step_required {
        true => "required",
        false => "optional",
    };
    [
        ("PASSBOOK_LISTEN", config.listen.to_string()),
        (
            "PASSBOOK_METRICS_LISTEN",
            or_none(config.metrics_listen.map(|at| at.to_string())),
        ),
        (
            "PASSBOOK_PUBLIC_URL",
            or_none(config.public_url.as_ref().map(ToString::to_string)),
        ),
        ("PASSBOOK_DATA_DIR", config.data_dir.display().to_string()),
        ("PASSBOOK_KEY_FILE", config.key_file.display().to_string()),
        ("PASSBOOK_SIGNUP", sign_up(config.sign_up).to_owned()),
        ("PASSBOOK_TWO_STEP", two_step.to_owned()),
        (
            "PASSBOOK_TRUSTED_PROXIES",
            or_none((!proxies.is_empty()).then_some(proxies)),
        ),
        (
            "PASSBOOK_HOSTS",
            or_none((!hosts.is_empty()).then_some(hosts)),
        ),
        (
            "PASSBOOK_HSTS",
            config.hsts.clone().unwrap_or_else(|| "off".into()),
        ),
        ("PASSBOOK_MAX_CONNECTIONS", or_none(most)),
        (
            "PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS",
            most_per_address.map_or_else(|| "no limit".into(), |most| most.to_string()),
        ),
        ("Bank", bank),
        ("PLAID_CLIENT_ID, PLAID_SECRET", keys),
        ("MX", mx),
        ("MX_CLIENT_ID, MX_API_KEY", mx_keys),
        ("GOOGLE_…, FACEBOOK_…, OIDC_…", sign_in(&config.sign_in)),
        ("PLAID_REDIRECT_URI", or_none(config.redirect_uri.clone())),
        ("PLAID_COUNTRY_CODES", config.country_codes.join(", ")),
        ("PLAID_LANGUAGE", config.language.clone()),
        (
            "PLAID_PAID_REFRESH",
            if config.paid_refresh { "on" } else { "off" }.to_owned(),
        ),
        (
            "SMTP_FROM",
            or_none(config.mail.as_ref().map(|mail| mail.from.to_string())),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn sign_in(settings: &SignIn) -> String {
    let other = settings.oidc.as_ref();
    let all = [
        settings.google.as_ref().map(|_| "Google".to_owned()),
        settings.facebook.as_ref().map(|_| "Facebook".to_owned()),
        other.map(|oidc| format!("{} ({})", oidc.name, oidc.issuer)),
    ];
    let set = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
    match set.is_empty() {
        true => "not set: people log in with a password".into(),
        false => format!("log in with {set}"),
    }
}

fn sign_up(policy: SignUpPolicy) -> &'static str {
    match policy {
        SignUpPolicy::Open => "open: anyone who can reach this page",
        SignUpPolicy::Invite => "invite: anyone with a link from passbook invite",
        SignUpPolicy::Closed => "closed",
        SignUpPolicy::FirstOnly => "closed after the first person",
    }
}
