//! Cross-origin requests from scripts of other sites.

use reqwest::Method;

use super::ApiClient;
use crate::app::TestApp;

const SITE: &str = "https://app.example.org";
const ASKING: [(&str, &str); 3] = [
    ("origin", SITE),
    ("access-control-request-method", "GET"),
    ("access-control-request-headers", "authorization"),
];

#[tokio::test]
async fn are_kept_out_unless_their_site_is_configured() {
    let app = TestApp::start().await;
    let program = ApiClient::new(&app);
    for method in [Method::GET, Method::OPTIONS] {
        let answer = program.ask(method, "/accounts", None, &ASKING).await;
        let mut names = answer.headers.keys();
        let said = names.any(|name| name.as_str().starts_with("access-control"));
        assert!(!said, "{:?}", answer.headers);
    }
    let app = TestApp::with(&[("PASSBOOK_API_ORIGINS", SITE)]).await;
    let program = ApiClient::new(&app);
    let answer = program
        .ask(Method::OPTIONS, "/accounts", None, &ASKING)
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), SITE);
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        "",
        "no cookie opens it"
    );
    let answer = program
        .ask(Method::GET, "/accounts", None, &ASKING[..1])
        .await;
    answer.is_unauthorized();
    assert_eq!(answer.header("access-control-allow-origin"), SITE);
    let exposed = answer.header("access-control-expose-headers");
    for name in ["idempotency-replayed", "retry-after", "ratelimit", "etag"] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
    let evil = [("origin", "https://evil.example")];
    let answer = program.ask(Method::GET, "/accounts", None, &evil).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
