//! Deliberately malformed input.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use super::{APP, PLATYPUS, World, start};

#[tokio::test]
async fn another_persons_session_answers_like_none() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let browser = world.at_bank(&token, PLATYPUS).await;
    let parts: Vec<&str> = browser.path.rsplitn(3, '/').collect();
    let (key, id) = (parts[0], parts[1]);
    let mut stranger = world.browser();
    for path in [
        format!("/sandbox/link/session/{id}/{}", "0".repeat(key.len())),
        format!("/sandbox/link/session/{}/{key}", uuid::Uuid::new_v4()),
        format!(
            "/sandbox/link/session/{id}/{}/version",
            "0".repeat(key.len())
        ),
        format!("/sandbox/oauth/{id}/{}", "0".repeat(key.len())),
        "/sandbox/hosted/nothing".to_owned(),
        "/sandbox/logo/nothing.png".to_owned(),
    ] {
        stranger.get(&path).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(stranger.heading(), "This page is gone", "{path}");
        assert_eq!(
            stranger.attribute("link", "href").expect("a sheet"),
            "/sandbox/link.css"
        );
        assert_eq!(
            stranger.result()["error"]["error_code"],
            "INVALID_LINK_TOKEN",
            "a pane closes"
        );
    }
    stranger.path = format!("/sandbox/link/session/{id}/wrong");
    stranger.send("step=credentials&go=exit".into()).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn html_in_names_stays_text() {
    let world = World::new().await;
    let name = "<img src=x onerror=1>\"'";
    let token = world
        .token(|token| token.client_name = name.to_owned())
        .await;
    let mut browser = world.pane(&token).await;
    assert_eq!(browser.heading(), format!("Link your bank to {name}"));
    assert!(!browser.html.contains("<img src=x"), "{}", browser.html);
    browser.post(&[]).await;
    browser.post(&[("q", "\"><script>alert(1)</script>")]).await;
    assert!(!browser.html.contains("<script>alert"), "{}", browser.html);
    let typed = browser.attribute("#q", "value").expect("a value");
    assert_eq!(typed, "\"><script>alert(1)</script>");
    browser.post(&[("q", "")]).await;
    browser.post(&[("institution", PLATYPUS)]).await;
    browser.log_in("<b>\"me", "wrong").await;
    assert_eq!(
        browser.attribute("#username", "value").expect("a value"),
        "<b>\"me"
    );
    assert!(!browser.html.contains("<b>\"me"));
}

#[tokio::test]
async fn a_name_that_is_too_long_is_not_shown() {
    let world = World::new().await;
    let token = world
        .token(|token| token.client_name = "x".repeat(31))
        .await;
    let browser = world.pane(&token).await;
    assert_eq!(browser.heading(), "Link your bank to This Application");
}

#[tokio::test]
async fn a_very_long_query_is_cut_and_a_huge_form_refused() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.pane(&token).await;
    browser.post(&[]).await;
    browser.post(&[("q", &"ü".repeat(20_000))]).await;
    assert_eq!(
        browser
            .attribute("#q", "value")
            .expect("a value")
            .chars()
            .count(),
        100
    );
    browser.post(&[("q", &"x".repeat(400_000))]).await;
    assert_eq!(browser.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_pane_speaks_only_to_a_web_origin_that_the_browser_does_not_deny() {
    let world = World::new().await;
    let token = world.token(|_| ()).await.token;
    let mut browser = world.browser();
    for origin in ["", "*", "null", "javascript:alert(1)", "file:///etc"] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", &token)
            .append_pair("origin", origin)
            .finish();
        browser.get(&format!("/sandbox/link/start?{query}")).await;
        assert_eq!(browser.status, StatusCode::BAD_REQUEST, "{origin}");
    }
    let request = Request::get(start(&token, None))
        .header(header::REFERER, "http://elsewhere.example/page")
        .body(Body::empty())
        .expect("a request");
    let answer = browser
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_allow_nothing_inline_and_are_not_stored() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let pane = world.pane(&token).await;
    let header = |name: &str| pane.headers[name].to_str().expect("text").to_owned();
    let policy = header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let framed_by = format!("frame-ancestors {APP}");
    assert!(policy.ends_with(&framed_by), "{policy}");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "strict-origin");
    assert!(
        !pane.path.contains(&token.token),
        "the token is not in the page's address"
    );
    assert!(!pane.html.contains("style=") && !pane.html.contains("onclick"));
    let hosted = world.hosted_token(None).await;
    let mut browser = world.browser();
    browser
        .get(&format!(
            "/sandbox/hosted/{}",
            hosted.hosted.expect("hosted").id
        ))
        .await;
    let policy = browser.headers["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn a_way_back_that_is_a_script_is_not_taken() {
    let world = World::new().await;
    let token = world.hosted_token(Some("javascript:alert(1)")).await;
    let mut browser = world.browser();
    browser
        .get(&format!(
            "/sandbox/hosted/{}",
            token.hosted.expect("hosted").id
        ))
        .await;
    browser.post(&[("go", "exit")]).await;
    assert_eq!(browser.heading(), "No bank linked");
    assert!(!browser.html.contains("javascript:"), "{}", browser.html);
}

#[tokio::test]
async fn an_expired_hosted_page_is_gone() {
    let world = World::new().await;
    let token = world.hosted_token(None).await;
    world.clock.advance(jiff::SignedDuration::from_mins(31));
    let mut browser = world.browser();
    browser
        .get(&format!(
            "/sandbox/hosted/{}",
            token.hosted.expect("hosted").id
        ))
        .await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_script_and_the_pictures_are_served() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser
        .get("/sandbox/link/v2/stable/link-initialize.js")
        .await;
    assert!(
        browser.headers["content-type"]
            .to_str()
            .expect("text")
            .starts_with("text/javascript")
    );
    assert!(browser.html.contains("window.Plaid"));
    let request = Request::get(format!("/sandbox/logo/{PLATYPUS}.png")).body(Body::empty());
    let answer = browser
        .router
        .clone()
        .oneshot(request.expect("a request"))
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "image/png");
}
