//! No request can add a series, and no series identifies a person.

use std::collections::BTreeSet;

use reqwest::Method;

use super::{ON, scrape};
use crate::app::{TestApp, browsers};

#[tokio::test]
async fn invented_paths_and_methods_do_not_add_series() {
    let app = TestApp::with(&[ON]).await;
    let http = browsers();
    let mut seen = Vec::new();
    for round in [1, 150] {
        for n in 0..round {
            let invented = |kind: &str| format!("{kind}-{round}-{n}");
            for path in [
                format!("/{}", invented("page")),
                format!("/api/v1/{}", invented("thing")),
                format!("/connections/{}", invented("id")),
                format!("/webhooks/{}", invented("provider")),
                format!("/sandbox/link/{}", invented("key")),
                format!("/assets/{}", invented("%22%7D%0A")),
            ] {
                ask(&app, &http, Method::GET, &path).await;
            }
            let method = invented("METHOD").to_uppercase();
            let method = Method::from_bytes(method.as_bytes()).expect("a word");
            // At an address without a rate limit, so that every answer is the same.
            ask(&app, &http, method, "/healthz").await;
        }
        let scrape = scrape(&app).await;
        assert!(!scrape.text.contains("-150-") && !scrape.text.contains("-1-0"));
        let declared: BTreeSet<&str> = app.routes().keys().map(String::as_str).collect();
        for route in scrape.labels("route") {
            assert!(route == "other" || declared.contains(route), "{route}");
        }
        let methods = scrape.labels("method");
        let known = BTreeSet::from(["GET", "POST", "other"]);
        assert!(methods.is_subset(&known), "{methods:?}");
        let http = scrape
            .values
            .keys()
            .filter(|(name, _)| name.contains("_http_"));
        seen.push(http.cloned().collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
}

async fn ask(app: &TestApp, http: &reqwest::Client, method: Method, path: &str) {
    let url = format!("http://{}{path}", app.address());
    let answer = http.request(method, url).send().await;
    assert!(answer.expect("an answer").status().as_u16() < 500, "{path}");
}

#[tokio::test]
async fn nothing_of_a_person_is_told() {
    let (app, mut browser, id) = TestApp::build().settings(&[ON]).linked().await;
    browser
        .get(&format!("/connections/{id}?q=secret+word"))
        .await;
    let mut stranger = app.browser();
    stranger
        .log_in("somebody@example.org", "a wrong password")
        .await;
    let text = scrape(&app).await.text.to_lowercase();
    let mut private = app
        .texts(
            "SELECT id FROM person UNION SELECT id FROM connection UNION SELECT item_id FROM connection
             UNION SELECT institution_name FROM connection UNION SELECT id FROM account UNION SELECT id FROM job
             UNION SELECT name FROM account UNION SELECT id_hash FROM browser_session",
        )
        .await;
    assert!(private.len() > 8, "{private:?}");
    for word in [
        "ada",
        "byron",
        "countess",
        "example.org",
        "secret",
        "127.0.0.1",
        "somebody",
        "user_good",
    ] {
        private.push(word.to_owned());
    }
    for word in private {
        assert!(!text.contains(&word.to_lowercase()), "{word}");
    }
}
