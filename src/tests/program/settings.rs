//! Settings that are wrong.

use std::collections::BTreeSet;

use crate::process::output;

type Settings<'a> = Vec<(&'a str, &'a str)>;

/// Halves of pairs that belong together, each without its other half.
const FIRST_HALVES: [(&str, &str); 6] = [
    ("PLAID_CLIENT_ID", "id"),
    ("MX_CLIENT_ID", "id"),
    ("GOOGLE_CLIENT_ID", "id"),
    ("FACEBOOK_CLIENT_ID", "id"),
    ("OIDC_CLIENT_ID", "id"),
    ("SMTP_URL", "smtps://mail.example.org"),
];
const SECOND_HALVES: [(&str, &str); 6] = [
    ("PLAID_SECRET", "secret"),
    ("MX_API_KEY", "secret"),
    ("GOOGLE_CLIENT_SECRET", "secret"),
    ("FACEBOOK_CLIENT_SECRET", "secret"),
    ("OIDC_CLIENT_SECRET", "secret"),
    ("SMTP_FROM", "passbook@example.org"),
];
/// Wrong values that are told when both halves of each pair are there, and `GOOD`.
const BAD: [(&str, &str); 38] = [
    ("PASSBOOK_LISTEN", "somewhere"),
    ("PASSBOOK_METRICS_LISTEN", "9464"),
    ("PASSBOOK_PUBLIC_URL", "https://x.example/path"),
    ("PASSBOOK_SIGNUP", "perhaps"),
    ("PASSBOOK_TWO_STEP", "sometimes"),
    ("PASSBOOK_TRUSTED_PROXIES", "1.2.3"),
    ("PASSBOOK_HOSTS", "http://passbook.lan"),
    ("PASSBOOK_HSTS", "forever"),
    ("PASSBOOK_MAX_CONNECTIONS", "many"),
    ("PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS", "-1"),
    ("PASSBOOK_WEBHOOKS_TO_PRIVATE", "yes"),
    ("PASSBOOK_API_ORIGINS", "*"),
    ("PASSBOOK_API_RATE", "many"),
    ("PLAID_ENV", "development"),
    ("PLAID_BASE_URL", "nowhere"),
    ("PLAID_REDIRECT_URI", "nowhere"),
    ("PLAID_COUNTRY_CODES", "USA"),
    ("PLAID_LANGUAGE", "english"),
    ("PLAID_PAID_REFRESH", "yes"),
    ("MX_ENV", "sandbox"),
    ("MX_BASE_URL", "nowhere"),
    ("PASSBOOK_RATES", "sometimes"),
    ("PASSBOOK_RATE_PAIRS", "gold"),
    ("ALPHAVANTAGE_BASE_URL", "nowhere"),
    ("COINBASE_BASE_URL", "nowhere"),
    ("FRANKFURTER_BASE_URL", "nowhere"),
    ("OIDC_NAME", "a name that is too long to stand on a button"),
    ("OIDC_CLIENT_AUTH", "none"),
    ("GOOGLE_BIRTHDAY", "yes"),
    ("FACEBOOK_BIRTHDAY", "yes"),
    ("FACEBOOK_GRAPH_VERSION", "26"),
    ("GOOGLE_ISSUER", "http://id.example.org"),
    ("GOOGLE_PEOPLE_URL", "nowhere"),
    ("FACEBOOK_SITE_URL", "nowhere"),
    ("FACEBOOK_GRAPH_URL", "nowhere"),
    ("PASSBOOK_BACKUP_HOURS", "0"),
    ("PASSBOOK_BACKUP_KEEP", "many"),
    ("PASSBOOK_BACKUP_RECIPIENTS", "age1x"),
];
const GOOD: (&str, &str) = ("OIDC_ISSUER", "https://id.example.org");
/// Settings that any text is good for, and paths, which prove unusable only when they are used
/// (`environment::settings`, `backups`).
const NEVER_BAD: [&str; 5] = [
    "PASSBOOK_DATA_DIR",
    "PASSBOOK_KEY_FILE",
    "PASSBOOK_BACKUP_DIR",
    "MX_WEBHOOK_PASSWORD",
    "ALPHAVANTAGE_API_KEY",
];
/// Settings that are told in another way: see `a_log_that_cannot_be_set_up_stops_the_start`, and
/// `environment::settings::a_time_zone_that_does_not_exist_is_told`, which is only a warning.
const TOLD_ELSEWHERE: [&str; 3] = ["RUST_LOG", "PASSBOOK_LOG", "TZ"];

/// Returns the names of all settings that `passbook --help` lists.
async fn known() -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let help = output(folder.path(), &["--help"], &[]).await.stdout;
    let help = String::from_utf8(help).expect("text");
    let (_, settings) = help.split_once("Settings are").expect("the settings");
    let names =
        words(settings).filter(|word| *word == "TZ" || word.trim_matches('_').contains('_'));
    names.map(str::to_owned).collect()
}

/// Returns the words of a text that could be names of settings.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(move |c| !part(c))
        .filter(|word| !word.is_empty())
}

#[tokio::test]
async fn every_bad_setting_is_told_at_once_and_stops_it() {
    let both_halves = || [FIRST_HALVES, SECOND_HALVES].concat();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let passphrase = ("PASSBOOK_BACKUP_PASSPHRASE_FILE", "passphrase");
    let rounds: [(Settings<'_>, Settings<'_>); 4] = [
        (FIRST_HALVES.to_vec(), vec![]),
        (SECOND_HALVES.to_vec(), vec![]),
        (BAD.to_vec(), [both_halves(), vec![GOOD]].concat()),
        (
            vec![("OIDC_ISSUER", "http://id.example.org"), passphrase],
            [
                both_halves(),
                vec![("PASSBOOK_BACKUP_RECIPIENTS", recipient.as_str())],
            ]
            .concat(),
        ),
    ];
    let mut told: BTreeSet<String> = NEVER_BAD
        .iter()
        .chain(&TOLD_ELSEWHERE)
        .map(|name| (*name).to_owned())
        .collect();
    for (bad, good) in rounds {
        let folder = tempfile::tempdir().expect("a folder");
        let set = [&bad[..], &good].concat();
        let ended = output(folder.path(), &["serve"], &set).await;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(ended.stdout.is_empty());
        assert!(!folder.path().join("data").exists(), "nothing was made");
        for (name, _) in &bad {
            assert!(words(&said).any(|word| word == *name), "{name}: {said}");
            told.insert((*name).to_owned());
        }
        let about = |name: &str| bad.iter().any(|(bad, _)| *bad == name);
        let lines = said.lines().filter(|line| words(line).any(about));
        assert_eq!(lines.count(), bad.len(), "one line for each: {said}");
    }
    assert_eq!(
        told,
        known().await,
        "a new setting needs a wrong value here"
    );
}
