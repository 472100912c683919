//! Detects unknown settings, so that a typing mistake does not go unnoticed.

/// Returns the names that look like settings but are not, in order. `known` is the text that documents the settings.
#[must_use]
pub fn unknown_settings(known: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let known: Vec<&str> = known
        .split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        .collect();
    let prefixes = [
        "PASSBOOK_",
        "PLAID_",
        "MX_",
        "ALPHAVANTAGE_",
        "COINBASE_",
        "FRANKFURTER_",
        // Google's own tools use other variables with the prefix `GOOGLE_`.
        "GOOGLE_CLIENT_",
        "FACEBOOK_",
        "OIDC_",
        "SMTP_",
    ];
    let ours = |name: &String| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let mut unknown: Vec<String> = names
        .filter(ours)
        .filter(|name| !known.contains(&name.as_str()))
        .collect();
    unknown.sort_unstable();
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_found() {
        let known = "  PASSBOOK_LISTEN  where\n  PLAID_CLIENT_ID, PLAID_SECRET\n";
        let names = [
            "PLAID_SECRETS",
            "PASSBOOK_LISTEN",
            "HOME",
            "PLAID_SECRET",
            "PASSBOOK_PORT",
        ];
        let unknown = unknown_settings(known, names.into_iter().map(str::to_owned));
        assert_eq!(unknown, ["PASSBOOK_PORT", "PLAID_SECRETS"]);
    }
}
