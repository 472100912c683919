//! The identity providers on the panel, without scripts.

use axum::body::Body;
use axum::http::Request;
use axum::{Extension, Router};
use serde_json::json;

use super::{Answer, Fields, encoded, get, send, with};
use crate::bank::{FALSE_TOKENS, FaultKind};
use crate::panel::Visitor;
use crate::tests::TestBank;

fn panel(bank: &TestBank, visitor: Visitor) -> Router {
    bank.sandbox.panel_router().layer(Extension(visitor)).into()
}

async fn home(router: &Router) -> Answer {
    let request = Request::get("/").body(Body::empty()).expect("a request");
    send(router.clone(), request).await
}

async fn post(router: &Router, deed: &str, form: Fields<'_>) -> Answer {
    let request = Request::post(format!("/do/{deed}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(encoded(&with(form, &[]))));
    send(router.clone(), request.expect("a request")).await
}

#[tokio::test]
async fn an_operator_lets_providers_go_wrong_and_changes_their_keys() {
    let bank = TestBank::ready().await;
    let router = panel(&bank, Visitor::anybody());
    let page = home(&router).await;
    for deed in ["fault/add", "identity/key/rotate"] {
        let form = format!("#identity form[method=post][action$='/do/{deed}']");
        assert_eq!(page.select(&form).len(), 1, "{deed}");
    }
    assert_eq!(
        page.select("#identity select[name=fault] option").len(),
        FaultKind::of_identity().count()
    );
    assert_eq!(
        page.select("#identity select[name=error_code] option")
            .len(),
        FALSE_TOKENS.len() + 1
    );
    assert_eq!(page.select("h1").len(), 1);

    let order = [
        ("identity", "google"),
        ("fault", "server_error"),
        ("times", "1"),
    ];
    assert_eq!(post(&router, "fault/add", &order).await.status, 303);
    assert!(home(&router).await.html().contains("calls to google, once"));
    assert_eq!(get(&bank, "/identity/google/jwks", "").await.status, 500);
    let before = get(&bank, "/identity/google/jwks", "").await.json();
    assert_eq!(
        post(&router, "identity/key/rotate", &[("identity", "google")])
            .await
            .status,
        303
    );
    assert!(
        home(&router)
            .await
            .html()
            .contains("ID tokens from Google are now signed with new keys.")
    );
    assert_ne!(get(&bank, "/identity/google/jwks", "").await.json(), before);
    let form = [
        ("url", "http://127.0.0.1:1/"),
        ("client_secret", "s"),
        ("user_id", "1"),
    ];
    let refused = post(&router, "identity/deletion", &form).await;
    assert_eq!(refused.status, 422, "no form says where to send something");
}

#[tokio::test]
async fn whoever_is_no_operator_neither_sees_nor_touches_providers() {
    let bank = TestBank::ready().await;
    let (_, id) = bank.item("user_good", json!({})).await;
    let visitor = Visitor {
        person: Some("me".to_owned()),
        operator: false,
        back: None,
    };
    let router = panel(&bank, visitor);
    assert!(home(&router).await.select("#identity").is_empty());
    for deed in ["identity/key/rotate", "identity/deletion", "fault/add"] {
        let form = [("identity", "google"), ("fault", "empty"), ("item_id", &id)];
        assert_eq!(post(&router, deed, &form).await.status, 404, "{deed}");
        assert_eq!(post(&router, deed, &form[..2]).await.status, 404, "{deed}");
    }
}
