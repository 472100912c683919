//! Which address Passbook gives out when the settings name none.

use domain::access::Scopes;
use serde_json::{Value, json};

use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;

const ANYWHERE: [(&str, &str); 1] = [("PASSBOOK_LISTEN", "0.0.0.0:0")];

/// Returns a browser that reaches Passbook as `host` on its real port, and that address.
fn browser(app: &TestApp, host: &str) -> (Browser, String) {
    let url = format!("http://{host}:{}", app.address().port());
    let address = url["http://".len()..].parse().expect("an address");
    let browser = Browser::new(crate::app::browsers(), address, &url);
    (browser, url)
}

#[tokio::test]
async fn a_listener_on_all_addresses_gives_out_the_one_that_it_was_asked_by() {
    let app = TestApp::with(&ANYWHERE).await;
    for (host, person) in [("127.0.0.2", &ADA), ("127.0.0.3", &EVE)] {
        let (mut browser, url) = browser(&app, host);
        assert_eq!(browser.sign_up(person, "").await.path, "/");
        let page = browser.begin_to_link().await;
        let bank = page.attribute("a.button.main", "href").expect("a way on");
        assert!(bank.starts_with(&format!("{url}/sandbox/")), "{bank}");
        browser.link(PLATYPUS, "user_good", "pass_good").await;

        let key = app.key(person, Scopes::all()).await;
        let http = crate::app::browsers();
        let asked = http
            .post(format!("{url}/api/v1/link-tokens"))
            .bearer_auth(key)
            .json(&json!({ "hosted": true }));
        let answer: Value = asked
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        for field in ["page", "hosted_url"] {
            let given = answer[field].as_str().expect("an address");
            assert!(given.starts_with(&format!("{url}/")), "{field}: {given}");
        }
        let collection = browser.get("/api/postman.json").await.body;
        assert!(collection.contains(&url) && !collection.contains("0.0.0.0"));
    }
}

#[tokio::test]
async fn what_was_asked_by_counts_for_nothing_beside_a_public_url() {
    let app = TestApp::with(&[ANYWHERE[0], ("PASSBOOK_PUBLIC_URL", "http://localhost:7")]).await;
    let (mut browser, _) = browser(&app, "127.0.0.2");
    let collection = browser.get("/api/postman.json").await.body;
    assert!(collection.contains("http://localhost:7") && !collection.contains("127.0.0.2"));
}
