//! The panel, without scripts.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::{Extension, Router};
use scraper::{Html, Selector};
use serde_json::json;
use tower::ServiceExt;

use super::TestBank;
use crate::bank::{FaultKind, Forgery, WEBHOOK_CODES};
use crate::panel::Visitor;

fn panel(bank: &TestBank, visitor: Visitor) -> Router {
    let panel = bank.sandbox.panel_router().layer(Extension(visitor));
    Router::new().nest("/sandbox", panel.into())
}

async fn get(router: &Router, path: &str) -> (u16, String) {
    send(
        router,
        Request::get(path).body(Body::empty()).expect("a request"),
    )
    .await
}

async fn post(router: &Router, path: &str, form: &[(&str, &str)]) -> (u16, String) {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body));
    send(router, request.expect("a request")).await
}

/// Returns the status, and the location of a redirect or else the body.
async fn send(router: &Router, request: Request<Body>) -> (u16, String) {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    if let Some(to) = answer.headers().get("location") {
        return (status, to.to_str().expect("text").to_owned());
    }
    let bytes = to_bytes(answer.into_body(), usize::MAX)
        .await
        .expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

fn count(html: &str, selector: &str) -> usize {
    let selector = Selector::parse(selector).expect("a selector");
    Html::parse_document(html).select(&selector).count()
}

#[tokio::test]
async fn without_a_visitor_there_is_no_panel() {
    let bank = TestBank::ready().await;
    let (_, id) = bank.item("user_good", json!({})).await;
    let router = bank.sandbox.panel_router().into();
    assert_eq!(get(&router, "/").await.0, 404);
    assert_eq!(get(&router, &format!("/items/{id}")).await.0, 404);
    assert_eq!(
        post(&router, "/do/item/error", &[("item_id", &id)]).await.0,
        404
    );
    let nobody = panel(&bank, Visitor::default());
    assert_eq!(get(&nobody, &format!("/sandbox/items/{id}")).await.0, 404);
    assert_eq!(count(&get(&nobody, "/sandbox").await.1, "li a"), 0);
}

#[tokio::test]
async fn every_form_of_an_item_is_there_and_every_field_has_a_label() {
    let bank = TestBank::ready().await;
    let (token, id) = bank.item("user_good", json!({})).await;
    let new = json!({"access_token": token, "pending": true});
    bank.post("/misbehave/transactions/add", new).await;
    let router = panel(&bank, Visitor::anybody());
    let (status, html) = get(&router, &format!("/sandbox/items/{id}")).await;
    assert_eq!(status, 200);
    for deed in [
        "transactions/add",
        "transactions/settle",
        "transactions/modify",
        "transactions/remove",
        "account/add",
        "account/select",
        "account/close",
        "item/error",
        "item/revoke",
        "item/repair",
        "item/forget-cursors",
        "webhook/send",
        "webhook/hold",
        "fault/add",
    ] {
        assert!(
            count(
                &html,
                &format!("form[method=post][action='/sandbox/do/{deed}']")
            ) > 0,
            "{deed}"
        );
    }
    let fields = "input:not([type=hidden]), select";
    let labelled = "label input:not([type=hidden]), label select";
    assert_eq!(count(&html, fields), count(&html, labelled));
    assert_eq!(
        count(&html, "select[name=webhook_code] option"),
        WEBHOOK_CODES.len()
    );
    assert_eq!(
        count(&html, "select[name=forgery] option"),
        Forgery::ALL.len() + 1
    );
    assert_eq!(
        count(&html, "select[name=fault] option"),
        FaultKind::of_banks().count()
    );
    assert_eq!(
        (
            count(&html, "h1"),
            count(&html, "script"),
            count(&html, "[style]")
        ),
        (1, 0, 0)
    );
    let (_, home) = get(&router, "/sandbox").await;
    // One form adds faults for all calls; the others are for exchange rates and identity providers.
    for (deed, times) in [
        ("time/advance", 1),
        ("webhook/key/rotate", 1),
        ("fault/add", 3),
    ] {
        let form = format!("form[action='/sandbox/do/{deed}']");
        assert_eq!(count(&home, &form), times, "{deed}");
    }
}

#[tokio::test]
async fn a_form_is_done_leads_back_and_says_what_should_follow() {
    let bank = TestBank::ready().await;
    let (token, id) = bank.item("user_good", json!({})).await;
    let router = panel(&bank, Visitor::anybody());
    let page = format!("/sandbox/items/{id}");
    let form = [
        ("item_id", id.as_str()),
        ("error_code", "ITEM_LOCKED"),
        ("quiet", "true"),
    ];
    assert_eq!(
        post(&router, "/sandbox/do/item/error", &form).await,
        (303, page.clone())
    );
    let refused = bank
        .refused("/accounts/get", json!({"access_token": token}))
        .await;
    assert_eq!(refused.2, "ITEM_LOCKED");
    let html = get(&router, &page).await.1;
    assert_eq!(count(&html, "[role=status]"), 1);
    assert!(html.contains("Every call for this connection now fails with ITEM_LOCKED."));
    let form = [("days", "2")];
    assert_eq!(
        post(&router, "/sandbox/do/time/advance", &form).await,
        (303, "/sandbox".into())
    );
    assert!(get(&router, "/sandbox").await.1.contains("2 days ahead"));
    let fault = [
        ("fault", "error"),
        ("error_code", "INSTITUTION_DOWN"),
        ("until_cleared", "true"),
    ];
    assert_eq!(post(&router, "/sandbox/do/fault/add", &fault).await.0, 303);
    assert!(get(&router, "/sandbox").await.1.contains("until cleared"));
}

#[tokio::test]
async fn what_cannot_be_done_is_said_and_nothing_is_noted() {
    let bank = TestBank::ready().await;
    let (_, id) = bank.item("user_good", json!({})).await;
    let router = panel(&bank, Visitor::anybody());
    for (deed, form) in [
        ("time/advance", &[("days", "-3")][..]),
        ("time/advance", &[("days", "soon")]),
        ("fault/add", &[("fault", "rain")]),
        (
            "webhook/send",
            &[("item_id", &id), ("webhook_code", "LOGIN_REPAIRED")],
        ),
        ("transactions/add", &[("item_id", &id), ("<b>", "x")]),
    ] {
        let (status, html) = post(&router, &format!("/sandbox/do/{deed}"), form).await;
        assert_eq!(status, 422, "{deed} {form:?}");
        assert_eq!(count(&html, "[role=alert]"), 1, "{deed}");
        assert_eq!(count(&html, "[role=status], [role=alert] b"), 0, "{deed}");
    }
    assert_eq!(post(&router, "/sandbox/do/nothing", &[]).await.0, 404);
}

#[tokio::test]
async fn no_form_names_an_item_by_token_or_sends_a_webhook_elsewhere() {
    let bank = TestBank::ready().await;
    let (_, id) = bank.item("user_good", json!({})).await;
    let (other, _) = bank.item("user_good", json!({})).await;
    let router = panel(&bank, Visitor::anybody());
    let form = [("item_id", id.as_str()), ("access_token", &other)];
    assert_eq!(post(&router, "/sandbox/do/item/error", &form).await.0, 303);
    bank.post("/accounts/get", json!({"access_token": other}))
        .await;
    let form = [
        ("item_id", id.as_str()),
        ("webhook_code", "LOGIN_REPAIRED"),
        ("url", "http://127.0.0.1:9/"),
    ];
    let (status, html) = post(&router, "/sandbox/do/webhook/send", &form).await;
    assert_eq!(status, 422, "the Item itself has no address");
    assert!(html.contains("SANDBOX_WEBHOOK_INVALID"));
}

#[tokio::test]
async fn what_somebody_made_up_gives_no_orders_to_whoever_reads_it() {
    let bank = TestBank::ready().await;
    let (token, id) = bank.item("user_good", json!({})).await;
    let hostile = "evil\u{0}\u{1b}[31m\u{202e}\u{2066}\u{9b}\u{feff}caf\u{e9}";
    let new = json!({"access_token": token, "description": hostile, "merchant_name": hostile});
    bank.post("/misbehave/transactions/add", new).await;
    let new = json!({"access_token": token, "name": hostile, "selected": true});
    bank.post("/misbehave/account/add", new).await;
    let router = panel(&bank, Visitor::anybody());
    let (_, html) = get(&router, &format!("/sandbox/items/{id}")).await;
    assert!(html.matches("evil[31mcaf\u{e9}").count() >= 2, "{html}");
    for order in hostile
        .chars()
        .filter(|c| !c.is_ascii_graphic() && *c != '\u{e9}')
    {
        assert!(!html.contains(order), "{order:?}");
    }
}
