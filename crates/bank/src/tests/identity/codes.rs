//! Codes and the token endpoint: every refusal, PKCE, replay and expiry.

use axum::http::Request;

use super::{
    Fields, basic, call, code, encoded, error, exchange, get, post_form, sign_in, text, token,
};
use crate::tests::TestBank;

#[tokio::test]
async fn every_wrong_exchange_is_refused_and_leaves_the_code_as_it_was() {
    let bank = TestBank::ready().await;
    let code = code(&bank, "google", &[], &[]).await;
    for (wrong, expected) in [
        (&[("client_id", "")][..], (401, "invalid_client")),
        (&[("client_secret", "")], (401, "invalid_client")),
        (&[("grant_type", "")], (400, "invalid_request")),
        (
            &[("grant_type", "refresh_token")],
            (400, "unsupported_grant_type"),
        ),
        (
            &[("grant_type", "password")],
            (400, "unsupported_grant_type"),
        ),
        (&[("code", "")], (400, "invalid_request")),
        (&[("redirect_uri", "")], (400, "invalid_request")),
        (&[("code", "4/0Anever")], (400, "invalid_grant")),
        (&[("client_id", "you")], (400, "invalid_grant")),
        (
            &[("redirect_uri", "http://127.0.0.1:3000/sign-in/return")],
            (400, "invalid_grant"),
        ),
        (
            &[(
                "redirect_uri",
                "http://127.0.0.1:3000/sign-in/return?from=here&",
            )],
            (400, "invalid_grant"),
        ),
        (&[("code_verifier", "")], (400, "invalid_grant")),
        (&[("code_verifier", "short")], (400, "invalid_grant")),
        (
            &[(
                "code_verifier",
                "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            )],
            (400, "invalid_grant"),
        ),
        (&[("client_secret", "another")], (401, "invalid_client")),
    ] {
        let answer = token(&bank, "google", &code, wrong).await;
        let (status, name) = error(&answer);
        assert_eq!((status, name.as_str()), expected, "{wrong:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let other = token(&bank, "oidc", &code, &[]).await;
    assert_eq!(error(&other).1, "invalid_grant", "another provider's");
    assert_eq!(token(&bank, "google", &code, &[]).await.status, 200);
}

#[tokio::test]
async fn a_body_must_be_a_form_that_says_nothing_twice() {
    let bank = TestBank::ready().await;
    let code = code(&bank, "oidc", &[], &[]).await;
    let form = encoded(&exchange(&code, &[]));
    for (kind, body) in [
        ("application/json", "{}".to_owned()),
        ("text/plain", form.clone()),
        (
            "application/x-www-form-urlencoded",
            format!("{form}&code=other"),
        ),
        (
            "application/x-www-form-urlencoded",
            format!("{form}&{}", "a=b&".repeat(9)),
        ),
        (
            "application/x-www-form-urlencoded",
            format!("{form}&a={}", "b".repeat(70_000)),
        ),
    ] {
        let request = Request::post("/identity/oidc/token").header("content-type", kind);
        assert_eq!(
            error(&call(&bank, request, body).await),
            (400, "invalid_request".to_owned()),
            "{kind}"
        );
    }
    let kind = "application/x-www-form-urlencoded; charset=UTF-8";
    let request = Request::post("/identity/oidc/token").header("content-type", kind);
    assert_eq!(call(&bank, request, form).await.status, 200);
}

#[tokio::test]
async fn a_client_proves_itself_by_basic_or_by_the_form_and_not_by_both() {
    let bank = TestBank::ready().await;
    // Basic authentication percent-encodes a colon, a plus and a space (RFC 6749, 2.3.1).
    let asked = [("client_id", "my:client+1")];
    let code = code(&bank, "oidc", &asked, &[]).await;
    let send = async |authorization: String, more: Fields<'_>| {
        let request = Request::post("/identity/oidc/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", authorization);
        call(&bank, request, encoded(&exchange(&code, more))).await
    };
    let neither = [("client_id", ""), ("client_secret", "")];
    for wrong in ["Basic !", "Basic bm8tY29sb24=", "Basic Og==", "Bearer x"] {
        let answer = send(wrong.to_owned(), &neither).await;
        assert_eq!(
            error(&answer),
            (401, "invalid_client".to_owned()),
            "{wrong}"
        );
        let is_basic = wrong.starts_with("Basic");
        assert_eq!(
            answer.headers.contains_key("www-authenticate"),
            is_basic,
            "{wrong}"
        );
    }
    let right = basic("my%3Aclient%2B1", "a%20s%2Becret%25");
    let both = send(right.clone(), &[("client_id", "my:client+1")]).await;
    assert_eq!(error(&both), (400, "invalid_request".to_owned()));
    let other = send(
        right.clone(),
        &[("client_id", "other"), ("client_secret", "")],
    )
    .await;
    assert_eq!(error(&other), (401, "invalid_client".to_owned()));
    assert_eq!(send(right, &neither).await.status, 200);
    let again = [
        ("client_id", "my:client+1"),
        ("client_secret", "a s+ecret%"),
    ];
    assert_eq!(
        error(&token(&bank, "oidc", &code, &again).await).1,
        "invalid_grant",
        "the same client"
    );
}

#[tokio::test]
async fn a_code_used_twice_ends_what_it_gave() {
    let bank = TestBank::ready().await;
    for provider in ["google", "oidc"] {
        let code = code(&bank, provider, &[], &[]).await;
        let told = token(&bank, provider, &code, &[]).await.json();
        let other = sign_in(&bank, provider, &[], &[]).await;
        let path = format!("/identity/{provider}/userinfo");
        assert_eq!(
            get(&bank, &path, text(&told, "access_token")).await.status,
            200
        );
        let again = token(&bank, provider, &code, &[]).await;
        assert_eq!(error(&again), (400, "invalid_grant".to_owned()));
        assert_eq!(
            get(&bank, &path, text(&told, "access_token")).await.status,
            401
        );
        assert_eq!(
            get(&bank, &path, text(&other, "access_token")).await.status,
            200
        );
    }
}

#[tokio::test]
async fn a_code_used_twice_at_the_same_moment_is_exchanged_once() {
    let bank = TestBank::ready().await;
    let code = code(&bank, "oidc", &[], &[]).await;
    let (one, two) = tokio::join!(
        token(&bank, "oidc", &code, &[]),
        token(&bank, "oidc", &code, &[])
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn a_code_is_good_for_a_minute_of_the_time_outside() {
    let bank = TestBank::ready().await;
    let early = code(&bank, "google", &[], &[]).await;
    bank.post("/misbehave/time/advance", serde_json::json!({"days": 2}))
        .await;
    bank.advance_secs(59);
    assert_eq!(token(&bank, "google", &early, &[]).await.status, 200);
    let late = code(&bank, "google", &[], &[]).await;
    bank.advance_secs(60);
    assert_eq!(
        error(&token(&bank, "google", &late, &[]).await).1,
        "invalid_grant"
    );
}

#[tokio::test]
async fn pkce_is_checked_when_it_was_begun_and_only_then() {
    let bank = TestBank::ready().await;
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    let plain = code(&bank, "oidc", &none, &[]).await;
    let downgraded = token(&bank, "oidc", &plain, &[]).await;
    assert_eq!(
        error(&downgraded).1,
        "invalid_grant",
        "somebody took the challenge away"
    );
    assert_eq!(
        token(&bank, "oidc", &plain, &[("code_verifier", "")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_code_outlives_a_restart() {
    let bank = TestBank::ready().await;
    let code = code(&bank, "oidc", &[], &[]).await;
    let bank = bank.reopen().await;
    let told = post_form(&bank, "/identity/oidc/token", &exchange(&code, &[])).await;
    assert_eq!(told.status, 200);
    let bank = bank.reopen().await;
    let info = get(
        &bank,
        "/identity/oidc/userinfo",
        text(&told.json(), "access_token"),
    )
    .await;
    assert_eq!(info.status, 200);
}
