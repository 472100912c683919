//! What may be registered, and how the server describes itself.

use domain::access::Scopes;
use passbook::auth::AuthError;
use passbook::auth::oauth::{self, NewClient};

use super::Budget;
use crate::app::TestApp;

#[tokio::test]
async fn all_that_is_wrong_with_an_app_is_told_at_once() {
    let app = TestApp::start().await;
    let register = async |name: &str, uris: &[&str], scopes: &str| {
        let new = NewClient {
            name: name.into(),
            redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(),
            scopes: Scopes::from_words(scopes),
            confidential: true,
        };
        match oauth::register(app.ctx(), new).await {
            Err(AuthError::Form(problems)) => {
                problems.into_iter().map(|problem| problem.field).collect()
            }
            Ok(_) => Vec::new(),
            Err(error) => panic!("{error}"),
        }
    };
    let good = "https://budget.example/back";
    assert_eq!(register(" Budget  app ", &[good], "read").await, [""; 0]);
    let all = ["name", "redirect_uris", "scopes"];
    assert_eq!(register(" ", &[], "").await, all);
    assert_eq!(
        register("\u{202e}x", &["http://budget.example"], "admin").await,
        all
    );
    assert_eq!(
        register(&"x".repeat(61), &[good, good], "read").await,
        all[..2]
    );
    let many: Vec<String> = (0..11).map(|n| format!("{good}/{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(register("Budget", &many, "read").await, all[1..2]);
    assert_eq!(
        app.texts("SELECT name FROM oauth_client").await,
        ["Budget app"]
    );
}

#[tokio::test]
async fn scripts_of_an_app_s_own_site_may_call_while_it_is_switched_on() {
    let app = TestApp::start().await;
    let budget = Budget::in_a_browser(&app).await;
    let allowed = async |origin: &str, path: &str| {
        let request = budget.http.get(format!("{}{path}", budget.base));
        let answer = request.header("origin", origin).send().await;
        let answer = answer.expect("an answer");
        let header = answer.headers().get("access-control-allow-origin");
        header.is_some_and(|it| it.as_bytes() == origin.as_bytes())
    };
    let (own, metadata) = (
        "https://budget.example",
        "/.well-known/oauth-authorization-server",
    );
    for path in ["/api/v1/accounts", "/oauth/token", metadata] {
        assert!(allowed(own, path).await, "{path}");
        for other in [
            "https://evil.example",
            "https://budget.example:8443",
            "http://budget.example",
            "null",
        ] {
            assert!(!allowed(other, path).await, "{other} {path}");
        }
        // Pages, which use cookies, allow no other origin.
        assert!(!allowed(own, "/accounts").await);
    }
    let preflight = budget
        .http
        .request(
            reqwest::Method::OPTIONS,
            format!("{}/api/v1/accounts", budget.base),
        )
        .header("origin", own)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization");
    let answer = preflight.send().await.expect("an answer");
    let header = |name: &str| {
        let value = answer.headers().get(name).and_then(|it| it.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    assert_eq!(header("access-control-allow-origin"), own);
    assert!(header("access-control-allow-headers").contains("authorization"));
    assert!(header("vary").contains("origin"), "{}", header("vary"));
    assert!(
        oauth::switch(app.ctx(), &budget.id, false)
            .await
            .expect("off")
    );
    assert!(!allowed(own, "/api/v1/accounts").await);
}

#[tokio::test]
async fn the_server_describes_itself() {
    let settings = [("PASSBOOK_PUBLIC_URL", "https://money.example.org")];
    let app = TestApp::with(&settings).await;
    let budget = Budget::on_a_server(&app).await;
    let url = format!("{}/.well-known/oauth-authorization-server", budget.base);
    let request = budget.http.get(url).header("host", "money.example.org");
    let answer = request.send().await.expect("an answer");
    let told: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(told["issuer"], "https://money.example.org");
    for (name, path) in [
        ("authorization_endpoint", "authorize"),
        ("token_endpoint", "token"),
        ("revocation_endpoint", "revoke"),
        ("introspection_endpoint", "introspect"),
    ] {
        assert_eq!(
            told[name],
            format!("https://money.example.org/oauth/{path}")
        );
    }
    assert_eq!(
        told["code_challenge_methods_supported"],
        serde_json::json!(["S256"])
    );
    assert_eq!(told["authorization_response_iss_parameter_supported"], true);
}
