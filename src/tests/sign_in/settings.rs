//! Configured providers are offered, and a setting without effect is reported.

use passbook::config::Config;

use crate::app::TestApp;

fn problems(set: &[(&str, &str)]) -> Vec<String> {
    let read = Config::from_source(|name| {
        let found = set.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    read.map_or_else(|error| error.0, |_| Vec::new())
}

#[tokio::test]
async fn without_a_provider_there_is_no_button_and_no_way() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for page in ["/log-in", "/sign-up"] {
        let page = browser.get(page).await;
        assert_eq!(page.count("form.providers"), 0, "{}", page.body);
    }
    let page = browser
        .post("/forms/sign-in", &[("provider", "google")])
        .await;
    assert_eq!(
        page.text("[role=alert]"),
        "This log-in option isn’t available here."
    );
    let deletion = browser
        .post_once("/webhooks/facebook/deletion", "signed_request=a.b".into())
        .await;
    assert_eq!(deletion.status, 404);
}

#[test]
fn what_is_half_set_up_or_means_nothing_is_told() {
    let id = ("GOOGLE_CLIENT_ID", "a");
    let all = [id, ("GOOGLE_CLIENT_SECRET", "b")];
    let with = |more: &[(&'static str, &'static str)]| [&all[..], more].concat();
    assert!(problems(&all).is_empty());
    for (set, said) in [
        (
            vec![id],
            "GOOGLE_CLIENT_ID is set, but GOOGLE_CLIENT_SECRET is not.",
        ),
        (
            vec![("FACEBOOK_CLIENT_SECRET", "x")],
            "FACEBOOK_CLIENT_SECRET is set, but FACEBOOK_CLIENT_ID is not.",
        ),
        (
            vec![("GOOGLE_BIRTHDAY", "off")],
            "GOOGLE_BIRTHDAY is set, but GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not.",
        ),
        (
            vec![("OIDC_ISSUER", "https://id.example.org")],
            "OIDC_ISSUER is set, but OIDC_CLIENT_ID",
        ),
        (
            vec![("OIDC_CLIENT_ID", "a"), ("OIDC_CLIENT_SECRET", "b")],
            "OIDC_CLIENT_ID is set, but OIDC_ISSUER is not.",
        ),
        (
            with(&[("GOOGLE_BIRTHDAY", "maybe")]),
            "GOOGLE_BIRTHDAY must be on or off.",
        ),
        (
            with(&[("GOOGLE_ISSUER", "http://id.example.org")]),
            "GOOGLE_ISSUER must be an address like https://",
        ),
        (
            with(&[("GOOGLE_ISSUER", "https://id.example.org/?a=b")]),
            "GOOGLE_ISSUER must be an address like https://",
        ),
        (
            vec![
                ("FACEBOOK_CLIENT_ID", "a"),
                ("FACEBOOK_CLIENT_SECRET", "b"),
                ("FACEBOOK_GRAPH_VERSION", "26"),
            ],
            "FACEBOOK_GRAPH_VERSION must be a version like v26.0.",
        ),
        (
            vec![
                ("OIDC_CLIENT_ID", "a"),
                ("OIDC_CLIENT_SECRET", "b"),
                ("OIDC_ISSUER", "ftp://id.example.org"),
            ],
            "OIDC_ISSUER must be an address like https://",
        ),
    ] {
        let told = problems(&set);
        assert!(
            told.len() == 1 && told[0].starts_with(said),
            "{set:?}: {told:?}"
        );
    }
    let secret = Config::from_source(|name| {
        all.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).repeat(9))
    });
    assert!(!format!("{:?}", secret.expect("good")).contains("bbbbbbbbb"));
}
