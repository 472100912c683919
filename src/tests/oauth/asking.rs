//! What an app may request from a person, and where the person's answer goes.

use domain::access::Scope;
use passbook::auth::oauth;
use reqwest::Method;

use super::{BACK, Budget, STATE, answer, leads_to, only, parameter};
use crate::app::{ADA, EVE, TestApp};
use crate::registered;

#[tokio::test]
async fn a_person_is_asked_and_the_app_gets_a_code_or_a_no() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    let mut ada = app.signed_up(&ADA).await;
    let page = ada.get(&budget.asks(&[])).await;
    assert_eq!(page.text("h1"), "Allow Budget to use your account?");
    assert_eq!(page.texts("ul.may li").len(), 2, "{}", page.body);
    assert!(page.body.contains(ADA.email), "{}", page.body);
    for (said, expected) in [("allow", "code"), ("deny", "error"), ("", "error")] {
        let back = answer(&mut ada, &page, said).await;
        assert!(back.as_str().starts_with(BACK), "{back}");
        assert_eq!(parameter(&back, "from").as_deref(), Some("passbook"));
        assert_eq!(parameter(&back, "state").as_deref(), Some(STATE));
        assert_eq!(parameter(&back, "iss"), Some(app.ctx().config.base_url()));
        assert!(parameter(&back, expected).is_some(), "{back}");
    }
    let denied = answer(&mut ada, &page, "deny").await;
    assert_eq!(
        parameter(&denied, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(&denied, "code"), None);
    // The answer is shown once.
    let again = ada.get("/oauth/answered").await;
    assert_eq!(again.text("h1"), "You’ve already answered");
}

#[tokio::test]
async fn who_is_not_logged_in_logs_in_or_signs_up_first_and_comes_back_to_the_question() {
    let app = TestApp::start().await;
    let budget = Budget::in_a_browser(&app).await;
    let asked = budget.asks(&[]);
    let mut ada = app.browser();
    let log_in = ada.get(&asked).await;
    assert_eq!(log_in.text("h1"), "Log in");
    let sign_up = log_in
        .attributes("main a[href^='/sign-up']", "href")
        .remove(0);
    let form = ada
        .get(&sign_up)
        .await
        .form("form[action='/forms/sign-up']");
    let form = form
        .with("first_name", ADA.first_name)
        .with("last_name", ADA.last_name)
        .with("email", ADA.email)
        .with("birthday", ADA.birthday)
        .with("password", ADA.password);
    let page = ada.send(&form).await;
    assert_eq!(
        page.text("h1"),
        "Allow Budget to use your account?",
        "{}",
        page.body
    );
    let mut again = app.browser();
    let form = again.get(&asked).await.form("form[action='/forms/log-in']");
    let wrong = form
        .clone()
        .with("name", ADA.email)
        .with("password", "not this one");
    let form = again
        .send(&wrong)
        .await
        .form("form[action='/forms/log-in']");
    let right = form.with("name", ADA.email).with("password", ADA.password);
    let page = again.send(&right).await;
    let back = answer(&mut again, &page, "allow").await;
    assert!(parameter(&back, "code").is_some());
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    let mut ada = app.signed_up(&ADA).await;
    for address in [
        "",
        "https://evil.example/back",
        "https://budget.example/back",
        "https://budget.example/back?from=passbook&x=1",
        "https://budget.example/back?from=passbook#x",
        "https://budget.example/back?from=PASSBOOK",
        "https://BUDGET.example/back?from=passbook",
        "https://budget.example:443/back?from=passbook",
        "https://budget.example.evil.example/back?from=passbook",
        "https://budget.example@evil.example/back?from=passbook",
        "http://budget.example/back?from=passbook",
        "//budget.example/back?from=passbook",
        "javascript:alert(1)",
    ] {
        let page = ada.get(&budget.asks(&[("redirect_uri", address)])).await;
        assert_eq!(page.status, 400, "{address}");
        assert_eq!(
            page.count("meta[http-equiv=refresh], form[action='/forms/consent']"),
            0
        );
        assert!(!page.body.contains("evil.example"), "{address}");
        // Nor is it accepted when the form itself contains the address.
        let query = budget.asks(&[("redirect_uri", address)]);
        let request = query.trim_start_matches("/oauth/authorize?").to_owned();
        let fields = [("request", request), ("answer", "allow".to_owned())];
        let page = ada.post("/forms/consent", &fields).await;
        assert_eq!(page.status, 400, "{address}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM oauth_code").await, 0);
    let twice = budget.asks(&[]) + "&redirect_uri=https%3A%2F%2Fevil.example";
    assert_eq!(ada.get(&twice).await.status, 400);
    for client in ["", "x", "01arz3ndektsv4rrffq69g5fav"] {
        let page = ada.get(&budget.asks(&[("client_id", client)])).await;
        assert_eq!(page.status, 400, "{client}");
    }
    // On the same machine the port may differ.
    let page = ada
        .get(&budget.asks(&[("redirect_uri", "http://127.0.0.1:4711/back")]))
        .await;
    let back = answer(&mut ada, &page, "allow").await;
    assert_eq!(back.port(), Some(4711));
    // An app that is switched off is treated as unknown.
    assert!(
        oauth::switch(app.ctx(), &budget.id, false)
            .await
            .expect("off")
    );
    assert_eq!(ada.get(&budget.asks(&[])).await.status, 400);
}

#[tokio::test]
async fn everything_else_that_is_wrong_is_told_to_the_app() {
    let app = TestApp::start().await;
    let budget = Budget::register(&app, only(Scope::Read), false).await;
    let mut ada = app.signed_up(&ADA).await;
    let long = "x".repeat(4_001);
    let short = "x".repeat(42);
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code token", "unsupported_response_type"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", short.as_str(), "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "s256", "invalid_request"),
        ("scope", "read manage", "invalid_scope"),
        ("scope", "read everything", "invalid_scope"),
        ("scope", "READ", "invalid_scope"),
        ("scope", " ", "invalid_scope"),
        ("state", &long, "invalid_request"),
    ] {
        let scope = if name == "scope" { value } else { "read" };
        let page = ada
            .get(&budget.asks(&[("scope", scope), (name, value)]))
            .await;
        let back = leads_to(&page);
        assert!(back.as_str().starts_with(BACK), "{name} {value}: {back}");
        assert_eq!(
            parameter(&back, "error").as_deref(),
            Some(error),
            "{name} {value}"
        );
        assert!(parameter(&back, "iss").is_some() && parameter(&back, "code").is_none());
        if name != "state" {
            assert_eq!(parameter(&back, "state").as_deref(), Some(STATE));
        }
    }
    // Without a scope it requests every scope that it is registered for.
    let page = ada.get(&budget.asks(&[("scope", ""), ("state", "")])).await;
    assert_eq!(
        page.texts("ul.may li"),
        ["See your name and email, and your accounts, balances and transactions"]
    );
    let back = answer(&mut ada, &page, "allow").await;
    assert_eq!(parameter(&back, "state"), None);
}

#[tokio::test]
async fn another_site_cannot_answer_for_a_person() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    let mut ada = app.signed_up(&ADA).await;
    let request = budget.asks(&[]);
    let request = request.trim_start_matches("/oauth/authorize?");
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("request", request), ("answer", "allow")])
        .finish();
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://budget.example")],
        &[("origin", "null")],
    ] {
        let page = ada
            .ask(Method::POST, "/forms/consent", Some(form.clone()), headers)
            .await;
        assert_eq!(page.status, 403, "{headers:?}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM oauth_code").await, 0);
    // Nor can a page of another site show the question in a frame.
    let page = ada.get(&budget.asks(&[])).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    // An answer belongs to its person's session: Ada's waits while Eve looks.
    let mut eve = app.signed_up(&EVE).await;
    let form = page.form("form[action='/forms/consent']");
    let sent = ada.send_once(&form.with("answer", "allow")).await;
    assert_eq!(sent.header("location"), "/oauth/answered");
    let of_eve = eve.get("/oauth/answered").await;
    assert_eq!(of_eve.text("h1"), "You’ve already answered");
    leads_to(&ada.get("/oauth/answered").await);
}

#[tokio::test]
async fn a_state_that_is_too_long_for_the_log_in_is_refused_at_once() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    let mut ada = app.signed_up(&ADA).await;
    let longest = "{".repeat(1_333);
    let wanted = budget.asks(&[("state", &longest)]);
    let page = ada.get(&wanted).await;
    assert_eq!(page.status, 200, "{}", page.body);
    // The request survives the log-in unchanged.
    let mut stranger = app.browser();
    let page = stranger.get(&wanted).await;
    let form = page
        .form("form[action='/forms/log-in']")
        .with("name", ADA.email);
    let page = stranger.send(&form.with("password", ADA.password)).await;
    assert_eq!(page.path, wanted);
    let longer = "{".repeat(1_334);
    let page = ada.get(&budget.asks(&[("state", &longer)])).await;
    let back = page.attribute("#back", "href").expect("a way back");
    assert!(back.contains("error=invalid_request"), "{back}");
}

#[tokio::test]
async fn who_is_somebody_else_logs_in_as_themselves_and_comes_back_to_the_question() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    app.signed_up(&EVE).await;
    let mut browser = app.signed_up(&ADA).await;
    let wanted = budget.asks(&[]);
    let page = browser.get(&wanted).await;
    assert!(
        page.text("main")
            .contains("You’ll then go back to budget.example."),
        "{}",
        page.body
    );
    let page = browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await;
    let form = page
        .form("form[action='/forms/log-in']")
        .with("name", EVE.email);
    let page = browser.send(&form.with("password", EVE.password)).await;
    assert_eq!(page.path, wanted);
    assert!(page.text("main").contains(EVE.email), "{}", page.body);
}

#[tokio::test]
async fn an_address_that_programs_look_for_and_that_is_not_there_is_404() {
    let app = TestApp::start().await;
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/",
        "/.well-known/a/b",
    ] {
        let page = app.browser().get_once(path).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_app_learns_who_it_acts_for() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let (client, _) = registered::register(&app, "Budget").await;
    let tokens = registered::allow(&app, &ADA, client.id.as_str()).await;
    let answer = registered::program(&app, &tokens).get("/me").await;
    let ada = app.user(&ADA).await;
    assert_eq!(
        (answer.status, answer.json["id"].as_str()),
        (200, Some(ada.id.as_str()))
    );
    assert_eq!(answer.json["email"], ADA.email);
    let told = answer.json.as_object().expect("an object").keys();
    let told: Vec<&str> = told.map(String::as_str).collect();
    assert_eq!(told, ["email", "first_name", "id", "last_name", "username"]);
}
