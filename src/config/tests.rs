use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_source(|name| {
        pairs
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| (*v).to_owned())
    })
}

#[test]
fn without_any_setting_the_built_in_bank_serves_loopback() {
    let config = read(&[]).expect("defaults are good");
    assert_eq!(config.base_url(), "http://127.0.0.1:3000");
    assert!(config.built_in_bank);
    assert_eq!(config.sign_up, SignUpPolicy::Open);
    assert!(
        config.webhook_url("plaid").is_some(),
        "the built-in bank reaches loopback"
    );
}

#[test]
fn a_listener_on_all_addresses_is_reached_by_loopback_from_here() {
    for (listen, base_url) in [
        ("0.0.0.0:3000", "http://127.0.0.1:3000"),
        ("[::]:3000", "http://[::1]:3000"),
        ("192.168.1.5:80", "http://192.168.1.5:80"),
    ] {
        let config = read(&[("PASSBOOK_LISTEN", listen)]).expect("good");
        assert_eq!(config.base_url(), base_url);
    }
    let set = [
        ("PASSBOOK_LISTEN", "0.0.0.0:3000"),
        ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
    ];
    let config = read(&set).expect("good");
    assert_eq!(config.base_url(), "https://money.example.org");
}

#[test]
fn with_credentials_strangers_are_kept_out_and_loopback_gets_no_webhooks() {
    let config = read(&[("PLAID_CLIENT_ID", "id"), ("PLAID_SECRET", "hush")]).expect("good");
    assert_eq!(config.sign_up, SignUpPolicy::FirstOnly);
    assert_eq!(config.webhook_url("plaid"), None);
    assert_eq!(config.link_script, PLAID_SCRIPT);
    assert!(!format!("{config:?}").contains("hush"));
    let public = read(&[
        ("PLAID_CLIENT_ID", "id"),
        ("PLAID_SECRET", "s"),
        ("PASSBOOK_PUBLIC_URL", "https://money.example.org/"),
    ]);
    assert_eq!(
        public.expect("good").webhook_url("plaid").as_deref(),
        Some("https://money.example.org/webhooks/plaid")
    );
}

#[test]
fn every_bad_value_is_told_at_once() {
    let error = read(&[
        ("PASSBOOK_LISTEN", "3000"),
        ("PASSBOOK_PUBLIC_URL", "passbook.example.org"),
        ("PLAID_ENV", "development"),
        ("PLAID_CLIENT_ID", "id"),
        ("PASSBOOK_SIGNUP", "maybe"),
        ("PLAID_COUNTRY_CODES", "USA"),
        ("PASSBOOK_TRUSTED_PROXIES", "proxy.local"),
    ])
    .expect_err("all bad");
    assert_eq!(error.0.len(), 7, "{error}");
    assert!(
        error
            .to_string()
            .contains("PLAID_ENV must be sandbox or production.")
    );
}

#[test]
fn hsts_is_a_year_or_what_is_set() {
    let hsts = |value| read(&[("PASSBOOK_HSTS", value)]).map(|config| config.hsts);
    let sent = |value: &str| Ok(Some(value.to_owned()));
    assert_eq!(hsts(""), sent("max-age=31536000"));
    assert_eq!(hsts("off"), Ok(None));
    for good in [
        "max-age=0",
        "max-age=63072000; includeSubDomains",
        "max-age=31536000;includesubdomains; preload",
    ] {
        assert_eq!(hsts(good), sent(good), "{good}");
    }
    for bad in [
        "on",
        "31536000",
        "max-age=",
        "max-age=-1",
        "max-age=1 year",
        "includeSubDomains",
        "max-age=31536000; preload",
        "max-age=300; includeSubDomains; preload",
        "max-age=300; x\r\ny: z",
        "max-age=300;",
    ] {
        assert!(hsts(bad).is_err(), "{bad}");
    }
}

#[test]
fn set_to_nothing_is_unset() {
    assert!(
        read(&[("PLAID_CLIENT_ID", ""), ("PLAID_SECRET", " ")])
            .expect("good")
            .built_in_bank
    );
}

#[test]
fn what_plaid_would_refuse_is_refused_at_the_start() {
    let plain = "http://money.example.org/link/oauth";
    for (name, value) in [
        ("PLAID_COUNTRY_CODES", "US,XX"),
        ("PLAID_COUNTRY_CODES", "ZZ"),
        ("PLAID_LANGUAGE", "xx"),
        ("PLAID_REDIRECT_URI", plain),
    ] {
        let error = read(&[("PLAID_ENV", "production"), (name, value)]).expect_err(value);
        assert_eq!(error.0.len(), 1, "{error}");
        assert!(error.0[0].starts_with(name), "{error}");
    }
    for good in [
        [("PLAID_ENV", "sandbox"), ("PLAID_REDIRECT_URI", plain)],
        [
            ("PLAID_ENV", "production"),
            ("PLAID_REDIRECT_URI", "http://localhost:3000/link/oauth"),
        ],
        [("PLAID_COUNTRY_CODES", "us, FI"), ("PLAID_LANGUAGE", "fr")],
        [
            ("PLAID_COUNTRY_CODES", "US,CA,"),
            ("PASSBOOK_API_ORIGINS", "https://a.example, "),
        ],
    ] {
        assert!(read(&good).is_ok(), "{good:?}");
    }
}

#[test]
fn mails_need_a_server_and_a_sender_and_go_nowhere_in_plain_text() {
    let mail = |url, from| read(&[("SMTP_URL", url), ("SMTP_FROM", from)]);
    let from = "Passbook <passbook@example.org>";
    for good in [
        "smtps://mail.example.org",
        "smtps://ada%40example.org:hush%2F@mail.example.org:465",
        "smtp://mail.example.org:587?tls=required",
        "smtp://ada:hush@mail.example.org/?tls=required",
        "smtp://127.0.0.1:2525",
        "smtp://localhost",
    ] {
        let config = mail(good, from).expect(good);
        assert!(!format!("{config:?}").contains("hush"), "{good}");
        let mail = config.mail.expect("a mail server");
        assert_eq!(mail.url.expose(), good);
        assert_eq!(mail.from.email.to_string(), "passbook@example.org");
    }
    for bad in [
        "mail.example.org",
        "https://mail.example.org",
        "smtps://",
        "smtp://mail.example.org:587",
        "smtp://ada:hush@mail.example.org",
        "smtp://mail.example.org?tls=opportunistic",
        "smtp://127.0.0.1.example.org",
        "smtps://ada@mail.example.org",
        "smtps://mail.example.org/path",
        "smtps://mail.example.org?tls=off",
    ] {
        let error = mail(bad, from).expect_err(bad).to_string();
        assert!(error.starts_with("SMTP_URL must be "), "{bad}: {error}");
        assert!(!error.contains("hush"), "{error}");
    }
    for bad in ["passbook", "a@b@c", "a@example.org, b@example.org"] {
        let error = mail("smtps://mail.example.org", bad).expect_err(bad);
        assert!(error.to_string().starts_with("SMTP_FROM must be "), "{bad}");
    }
    let half = read(&[("SMTP_FROM", from)]).expect_err("half of it");
    let wanted = "SMTP_FROM is set, but SMTP_URL is not. Set both, or neither.";
    assert_eq!(half.to_string(), wanted);
    assert!(mail("smtps://mail.example.org", "").is_err());
    assert!(read(&[]).expect("good").mail.is_none());
}
