//! The listener of its own: off by default, and serving only metrics.

use reqwest::{Method, StatusCode};

use super::{ON, address, scrape};
use crate::app::{ADA, TestApp, browsers};

#[tokio::test]
async fn it_is_off_by_default_and_never_where_people_are() {
    let app = TestApp::start().await;
    assert!(!app.ctx().metrics.is_on());
    assert_eq!(app.ctx().config.metrics_listen, None);
    assert_eq!(app.ctx().metrics.text(Default::default()), "");
    let app_with = TestApp::with(&[ON]).await;
    for app in [&app, &app_with] {
        let mut browser = app.signed_up(&ADA).await;
        assert_eq!(browser.get("/metrics").await.status, 404);
    }
}

#[tokio::test]
async fn only_get_metrics_is_answered() {
    let app = TestApp::with(&[ON]).await;
    let metrics = address(&app);
    let root = metrics.strip_suffix("/metrics").expect("its path");
    let status = async |method: Method, url: String| {
        let answer = browsers().request(method, url).send().await;
        answer.expect("an answer").status()
    };
    assert_eq!(status(Method::GET, metrics.clone()).await, StatusCode::OK);
    assert_eq!(
        status(Method::GET, format!("{metrics}?a=b")).await,
        StatusCode::OK
    );
    for method in [
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        assert_eq!(status(method, metrics.clone()).await, StatusCode::NOT_FOUND);
    }
    for path in [
        "",
        "/",
        "/metrics/",
        "/metrics/x",
        "/METRICS",
        "/log-in",
        "/healthz",
        "/admin",
    ] {
        let url = format!("{root}{path}");
        assert_eq!(
            status(Method::GET, url).await,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let foreign = browsers().get(&metrics).header("host", "evil.example");
    let foreign = foreign.send().await.expect("an answer");
    assert_eq!(foreign.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn without_its_database_it_tells_the_rest() {
    let app = TestApp::with(&[ON]).await;
    app.signed_up(&ADA).await;
    app.ctx().store.close().await;
    let scrape = scrape(&app).await;
    assert_eq!(scrape.get("passbook_database_up", &[]), Some(0.0));
    for absent in ["passbook_jobs_waiting", "passbook_sessions"] {
        assert_eq!(scrape.get(absent, &[]), None, "{absent}");
    }
    let sign_up = [("route", "/forms/sign-up"), ("method", "POST")];
    assert_eq!(
        scrape.get("passbook_http_requests_total", &sign_up),
        Some(1.0)
    );
    assert!(scrape.get("passbook_database_size_bytes", &[]) > Some(0.0));
}

#[tokio::test]
async fn many_who_ask_at_once_are_all_answered() {
    let app = TestApp::with(&[ON]).await;
    let all = futures_util::future::join_all((0..12).map(|_| scrape(&app)));
    for scrape in all.await {
        assert_eq!(
            scrape
                .families
                .get("passbook_database_up")
                .map(String::as_str),
            Some("gauge")
        );
    }
}
