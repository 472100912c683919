//! Exchange rates on the panel, without scripts.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::{Extension, Router};
use scraper::{Html, Selector};
use serde_json::json;
use tower::ServiceExt;

use super::{alpha, get as ask, rate};
use crate::bank::{FaultKind, RATE_REFUSALS, WRONG_FIGURES};
use crate::panel::Visitor;
use crate::tests::TestBank;

fn panel(bank: &TestBank, visitor: Visitor) -> Router {
    bank.sandbox.panel_router().layer(Extension(visitor)).into()
}

/// Returns the status and the body.
async fn send(router: &Router, request: Request<Body>) -> (u16, String) {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let bytes = to_bytes(answer.into_body(), usize::MAX)
        .await
        .expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

async fn home(router: &Router) -> String {
    let request = Request::get("/").body(Body::empty()).expect("a request");
    let (status, html) = send(router, request).await;
    assert_eq!(status, 200);
    html
}

async fn post(router: &Router, deed: &str, form: &[(&str, &str)]) -> (u16, String) {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(form).finish();
    let request = Request::post(format!("/do/{deed}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body));
    send(router, request.expect("a request")).await
}

fn count(html: &str, selector: &str) -> usize {
    let selector = Selector::parse(selector).expect("a selector");
    Html::parse_document(html).select(&selector).count()
}

/// Returns the first paragraph of the section.
fn said(html: &str) -> String {
    let selector = Selector::parse("#rates > p").expect("a selector");
    let document = Html::parse_document(html);
    let first = document.select(&selector).next().expect("a paragraph");
    first.text().collect()
}

#[tokio::test]
async fn the_rate_is_shown_and_every_form_is_there() {
    let bank = TestBank::ready().await;
    let html = home(&panel(&bank, Visitor::anybody())).await;
    let now = rate(&bank, "BTC", "USD").await.round_dp(2);
    let text = said(&html);
    assert!(text.starts_with(&format!("BTC/USD is {now}")), "{text}");
    assert!(text.ends_with("It changes by itself."), "{text}");
    for deed in [
        "rates/set",
        "rates/move",
        "rates/free",
        "rates/limit",
        "fault/add",
    ] {
        let form = format!("#rates form[method=post][action$='/do/{deed}']");
        assert_eq!(count(&html, &form), 1, "{deed}");
    }
    let codes = RATE_REFUSALS.len() + WRONG_FIGURES.len();
    assert_eq!(count(&html, "#rates select[name=error_code] option"), codes);
    assert_eq!(
        count(&html, "#rates select[name=fault] option"),
        FaultKind::of_rates().count()
    );
    let fields = "input:not([type=hidden]), select";
    let labelled = "label input:not([type=hidden]), label select";
    assert_eq!(count(&html, fields), count(&html, labelled));
    assert_eq!((count(&html, "h1"), count(&html, "script")), (1, 0));
}

#[tokio::test]
async fn a_person_sets_a_rate_moves_it_and_lets_it_go() {
    let bank = TestBank::ready().await;
    let router = panel(&bank, Visitor::anybody());
    let pair = ("pair", "BTC/USD");
    assert_eq!(
        post(&router, "rates/set", &[pair, ("rate", "50000")])
            .await
            .0,
        303
    );
    let html = home(&router).await;
    let text = said(&html);
    assert!(
        text.starts_with("BTC/USD is 50000.00 (bid 49999.00, ask 50001.00)"),
        "{text}"
    );
    assert!(text.ends_with("It’s fixed."), "{text}");
    assert!(html.contains("BTC/USD is now fixed at 50000."));
    assert_eq!(
        post(&router, "rates/move", &[pair, ("per_cent", "-10")])
            .await
            .0,
        303
    );
    assert!(said(&home(&router).await).starts_with("BTC/USD is 45000.00 "));
    assert_eq!(post(&router, "rates/free", &[pair]).await.0, 303);
    let text = said(&home(&router).await);
    assert!(
        text.ends_with("It was moved, and changes normally from there."),
        "{text}"
    );
    assert_eq!(
        post(&router, "rates/free", &[("pair", ""), ("reset", "true")])
            .await
            .0,
        303
    );
    assert!(said(&home(&router).await).ends_with("It changes by itself."));
    for (deed, form) in [
        ("rates/set", &[pair, ("rate", "dear")][..]),
        ("rates/set", &[pair]),
        ("rates/move", &[pair, ("per_cent", "-100")]),
        ("rates/limit", &[("calls", "many")]),
    ] {
        let (status, html) = post(&router, deed, form).await;
        assert_eq!(
            (status, count(&html, "[role=alert]")),
            (422, 1),
            "{deed} {form:?}"
        );
    }
}

#[tokio::test]
async fn a_person_lets_calls_go_wrong_and_limits_them() {
    let bank = TestBank::ready().await;
    let router = panel(&bank, Visitor::anybody());
    let order = [
        ("source", "alphavantage"),
        ("fault", "error"),
        ("error_code", "quota"),
        ("times", "1"),
        ("status", ""),
    ];
    assert_eq!(post(&router, "fault/add", &order).await.0, 303);
    let html = home(&router).await;
    assert!(html.contains("calls to alphavantage, once"), "{html}");
    let told = ask(&bank, &alpha("BTC", "USD")).await.json();
    assert!(told["Information"].is_string(), "{told}");
    assert_eq!(post(&router, "rates/limit", &[("calls", "1")]).await.0, 303);
    assert!(
        home(&router)
            .await
            .contains("s daily call limit per key: 1.")
    );
    for answered in [true, false] {
        let told = ask(&bank, &alpha("BTC", "USD")).await.json();
        assert_eq!(told.get("Information").is_none(), answered);
    }
}

#[tokio::test]
async fn whoever_is_no_operator_neither_sees_nor_moves_rates() {
    let bank = TestBank::ready().await;
    let (_, id) = bank.item("user_good", json!({})).await;
    let visitor = Visitor {
        person: Some("me".to_owned()),
        operator: false,
        back: None,
    };
    let router = panel(&bank, visitor);
    assert_eq!(count(&home(&router).await, "#rates"), 0);
    let before = rate(&bank, "BTC", "USD").await;
    let form = [("pair", "BTC/USD"), ("rate", "1"), ("item_id", &id)];
    for deed in ["rates/set", "rates/move", "rates/free", "rates/limit"] {
        assert_eq!(post(&router, deed, &form).await.0, 404, "{deed}");
        assert_eq!(post(&router, deed, &form[..2]).await.0, 404, "{deed}");
    }
    assert_eq!(rate(&bank, "BTC", "USD").await, before);
}
