//! The declared routes, which the other tests iterate over, are exactly those that the program serves.

use reqwest::Method;

use super::routes::concrete;
use crate::app::TestApp;

/// No route is declared with this method, so the `allow` header of the answer names the methods that are.
const UNDECLARED: Method = Method::TRACE;

#[tokio::test]
async fn every_address_takes_the_methods_that_it_is_declared_with_and_no_other() {
    let app = TestApp::start().await;
    let mut browser = app.admin().await;
    for (path, methods) in app.routes() {
        assert!(!methods.contains(&UNDECLARED), "{path}");
        let answer = browser.ask(UNDECLARED, &concrete(path), None, &[]).await;
        let mut declared: Vec<&str> = methods.iter().map(Method::as_str).collect();
        if methods.contains(&Method::GET) {
            declared.push("HEAD");
        }
        let mut allowed: Vec<&str> = answer.header("allow").split(',').collect();
        allowed.retain(|method| !method.is_empty());
        declared.sort_unstable();
        allowed.sort_unstable();
        assert_eq!(allowed, declared, "{path}");
        let status = if declared.is_empty() { 404 } else { 405 };
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    for nowhere in [
        "/nothing",
        "/forms/nothing",
        "/sandbox/nothing",
        "/api/v1/nothing",
    ] {
        let answer = browser.ask(UNDECLARED, nowhere, None, &[]).await;
        assert_eq!(answer.status, 404, "{nowhere}");
        assert_eq!(answer.header("allow"), "", "{nowhere}");
    }
}
