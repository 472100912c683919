//! OpenID Connect as specified: discovery, the whole flow, ID tokens, and what a person shares.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::forged::verified;
use super::{API, SCOPE, address, call, decide, field, get, part, sign_in, text};
use crate::tests::TestBank;

#[tokio::test]
async fn discovery_names_every_address_as_its_caller_and_a_browser_reach_it() {
    let bank = TestBank::ready().await;
    for name in ["google", "oidc"] {
        let path = format!("/identity/{name}/.well-known/openid-configuration");
        let answer = get(&bank, &path, "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert!(
            answer
                .header("cache-control")
                .starts_with("public, max-age=")
        );
        let told = answer.json();
        let issuer = format!("{API}/identity/{name}");
        assert_eq!(told["issuer"], issuer);
        assert_eq!(told["token_endpoint"], format!("{issuer}/token"));
        assert_eq!(told["userinfo_endpoint"], format!("{issuer}/userinfo"));
        assert_eq!(told["jwks_uri"], format!("{issuer}/jwks"));
        let page = format!("http://127.0.0.1:4000/sandbox/identity/{name}/authorize");
        assert_eq!(told["authorization_endpoint"], page);
        for (field, value) in [
            ("response_types_supported", json!(["code"])),
            ("id_token_signing_alg_values_supported", json!(["RS256"])),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("subject_types_supported", json!(["pairwise"])),
            (
                "token_endpoint_auth_methods_supported",
                json!(["client_secret_post", "client_secret_basic"]),
            ),
        ] {
            assert_eq!(told[field], value, "{field}");
        }
        let request = Request::get(path).header("host", "bank.test:81");
        let router = bank.sandbox.api_router();
        let other = super::send(
            router,
            request.body(axum::body::Body::empty()).expect("a request"),
        )
        .await;
        assert_eq!(
            other.json()["issuer"],
            format!("http://bank.test:81/identity/{name}")
        );
    }
    for (method, path, status) in [
        ("GET", "/identity/google/unheard", 404),
        ("GET", "/identity/google", 404),
        ("GET", "/identity/oidc/v1/people/me", 404),
        ("GET", "/identity/google/authorize", 404),
        ("GET", "/identity/google/token", 405),
        ("POST", "/identity/google/jwks", 405),
        ("DELETE", "/identity/google/userinfo", 405),
    ] {
        let request = Request::builder().method(method).uri(path);
        let answer = call(&bank, request, String::new()).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.json()["error"].is_string());
    }
}

#[tokio::test]
async fn somebody_signs_in_and_the_id_token_says_who() {
    let bank = TestBank::ready().await;
    for name in ["google", "oidc"] {
        let back = decide(&bank, &address(name, &[]), &[]).await.back();
        assert_eq!(field(&back, "state").as_deref(), Some("a state & more"));
        assert_eq!(
            field(&back, "from").as_deref(),
            Some("here"),
            "what was there stays"
        );
        assert_eq!(back.fragment(), None);
        let is_google = name == "google";
        assert_eq!(field(&back, "scope").is_some(), is_google);
        let code = field(&back, "code").expect("a code");
        assert_eq!(code.contains('/'), is_google);

        let answer = super::token(&bank, name, &code, &[]).await;
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, "no-store"),
            "{}",
            answer.html()
        );
        let told = answer.json();
        assert_eq!(told["token_type"], "Bearer");
        assert_eq!(told["expires_in"], if is_google { 3599 } else { 3600 });
        let scope = match is_google {
            true => {
                "openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile"
            }
            false => SCOPE,
        };
        assert_eq!(told["scope"], scope);
        assert_eq!(told.get("refresh_token"), None);

        let id_token = text(&told, "id_token");
        let claims = verified(&bank, name, id_token).await.expect("a good token");
        let now = bank.clock.now().as_second();
        let access_token = text(&told, "access_token");
        let hash = digest(&SHA256, access_token.as_bytes());
        for (claim, value) in [
            ("iss", json!(format!("{API}/identity/{name}"))),
            ("aud", json!("me")),
            ("azp", json!("me")),
            ("nonce", json!("n-1")),
            ("iat", json!(now)),
            ("exp", json!(now + 3600)),
            ("auth_time", json!(now)),
            (
                "at_hash",
                json!(URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])),
            ),
            ("email", json!("amelie.dubois@example.com")),
            ("email_verified", json!(true)),
            ("name", json!("Amélie Dubois")),
            ("given_name", json!("Amélie")),
            ("family_name", json!("Dubois")),
            (
                "picture",
                json!("http://127.0.0.1:4000/sandbox/link-icon.svg"),
            ),
            (
                "birthdate",
                if is_google {
                    Value::Null
                } else {
                    json!("1990-05-14")
                },
            ),
        ] {
            assert_eq!(claims[claim], value, "{claim}");
        }
        let header = part(id_token, 0);
        assert_eq!(
            (text(&header, "alg"), text(&header, "typ")),
            ("RS256", "JWT")
        );

        let info = get(&bank, &format!("/identity/{name}/userinfo"), access_token)
            .await
            .json();
        for claim in [
            "sub",
            "email",
            "email_verified",
            "name",
            "given_name",
            "family_name",
            "picture",
            "birthdate",
        ] {
            assert_eq!(info[claim], claims[claim], "{claim}");
        }
        assert_eq!(info.get("iss"), None);
    }
}

#[tokio::test]
async fn a_person_is_the_same_always_and_another_for_each_program_and_provider() {
    let bank = TestBank::ready().await;
    let subject = async |name: &str, client: &str, form: super::Fields<'_>| {
        let code = super::code(&bank, name, &[("client_id", client)], form).await;
        let told = super::token(&bank, name, &code, &[("client_id", client)])
            .await
            .json();
        text(&part(text(&told, "id_token"), 1), "sub").to_owned()
    };
    let first = subject("google", "me", &[]).await;
    assert_eq!(
        (first.len(), first.bytes().all(|byte| byte.is_ascii_digit())),
        (21, true)
    );
    assert_eq!(
        subject("google", "me", &[("email", "none"), ("names", "none")]).await,
        first
    );
    let typed = [("person", ""), ("typed_email", "AMELIE.dubois@example.com")];
    assert_eq!(
        subject("google", "me", &typed).await,
        first,
        "an address belongs to one person"
    );
    for other in [
        subject("google", "you", &[]).await,
        subject("oidc", "me", &[]).await,
        subject("google", "me", &[("person", "mei")]).await,
        subject("google", "me", &[("typed_email", "new@example.com")]).await,
    ] {
        assert_ne!(other, first);
    }
}

#[tokio::test]
async fn no_more_is_told_than_was_asked_for() {
    let bank = TestBank::ready().await;
    for (scope, expected) in [
        ("openid", &["sub"][..]),
        ("openid email", &["email", "email_verified", "sub"]),
        (
            "openid https://www.googleapis.com/auth/userinfo.email",
            &["email", "email_verified", "sub"],
        ),
        (
            "openid profile",
            &[
                "birthdate",
                "family_name",
                "given_name",
                "name",
                "picture",
                "sub",
            ],
        ),
    ] {
        let told = sign_in(&bank, "oidc", &[("scope", scope)], &[]).await;
        let info = get(
            &bank,
            "/identity/oidc/userinfo",
            text(&told, "access_token"),
        )
        .await
        .json();
        let mut names: Vec<&String> = info.as_object().expect("an object").keys().collect();
        names.sort();
        assert_eq!(names, expected, "{scope}");
    }
    let told = sign_in(&bank, "google", &[("scope", "email")], &[]).await;
    assert_eq!(told.get("id_token"), None, "OAuth 2.0 without openid");
    let told = sign_in(&bank, "google", &[("nonce", "")], &[]).await;
    assert_eq!(part(text(&told, "id_token"), 1).get("nonce"), None);
}

#[tokio::test]
async fn a_person_without_a_name_or_an_address_has_no_such_claims() {
    let bank = TestBank::ready().await;
    for (form, missing, there) in [
        (
            &[("person", "mei")][..],
            &["email", "email_verified"][..],
            &["name"][..],
        ),
        (
            &[("person", "sam")],
            &["name", "given_name", "family_name"],
            &["email"],
        ),
        (
            &[("person", "suharto")],
            &["family_name"],
            &["given_name", "name"],
        ),
        (&[("names", "family")], &["given_name"], &["family_name"]),
        (
            &[("email", "none")],
            &["email", "email_verified"],
            &["name"],
        ),
    ] {
        let told = sign_in(&bank, "google", &[], form).await;
        let claims = part(text(&told, "id_token"), 1);
        for claim in missing {
            assert_eq!(claims.get(claim), None, "{form:?}");
        }
        for claim in there {
            assert!(claims[claim].is_string(), "{form:?}");
        }
    }
    let told = sign_in(&bank, "google", &[], &[("email", "unverified")]).await;
    assert_eq!(part(text(&told, "id_token"), 1)["email_verified"], false);
}

#[tokio::test]
async fn user_info_is_for_its_token_until_it_expires() {
    let bank = TestBank::ready().await;
    let token = sign_in(&bank, "google", &[], &[]).await;
    let token = text(&token, "access_token");
    let path = "/identity/google/userinfo";
    assert_eq!(get(&bank, path, token).await.status, 200);
    let post = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        call(&bank, post, format!("access_token={token}"))
            .await
            .status,
        200
    );
    let none = get(&bank, path, "").await;
    assert_eq!(
        (none.status, none.header("www-authenticate")),
        (401, "Bearer")
    );
    for (path, token) in [(path, "wrong"), ("/identity/oidc/userinfo", token)] {
        let answer = get(&bank, path, token).await;
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (401, "Bearer error=\"invalid_token\"")
        );
    }
    bank.advance_secs(3598);
    assert_eq!(get(&bank, path, token).await.status, 200);
    bank.advance_secs(1);
    assert_eq!(get(&bank, path, token).await.status, 401);
}
