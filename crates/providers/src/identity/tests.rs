//! Tests reading profiles, with an issuer on loopback that does what the built-in bank does not.

use axum::routing::get;
use axum::{Json, Router};
use domain::clock::Clock;
use domain::identity::{IdentityProvider, SignInError};
use domain::secret::Secret;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::profile::Found;
use super::{CodeExchange, IdentitySource, Oidc, OidcConfig};

fn found(subject: &str) -> Found<'_> {
    Found {
        subject: Some(subject),
        email: Some("ada@example.org"),
        email_verified: true,
        first_name: Some("Ada"),
        last_name: Some(" "),
        birthday: None,
    }
}

#[test]
fn a_profile_without_a_subject_is_nobodys() {
    let long = "x".repeat(256);
    for subject in ["", "a\u{0}b", &long] {
        let read = found(subject).into_profile(&Map::new());
        assert_eq!(
            read.err(),
            Some(SignInError::InvalidResponse("there is no subject")),
            "{subject:?}"
        );
    }
    let profile = found("1").into_profile(&Map::new()).expect("a profile");
    assert_eq!(
        (profile.subject.as_str(), profile.last_name),
        ("1", None),
        "a name of spaces is none"
    );
}

#[test]
fn a_long_profile_is_kept_without_what_is_not_known() {
    let mut raw = Map::new();
    raw.insert("sub".into(), "1".into());
    raw.insert("groups".into(), json!(vec!["a group"; 1_000]));
    raw.insert("email".into(), "ada@example.org".into());
    raw.insert("picture".into(), "x".repeat(5_000).into());
    let profile = found("1").into_profile(&raw).expect("a profile");
    let kept: Value = serde_json::from_str(&profile.raw).expect("JSON");
    assert_eq!(kept, json!({"sub": "1", "email": "ada@example.org"}));

    raw.remove("groups");
    raw.remove("picture");
    raw.insert("locale".into(), "en".into());
    let profile = found("1").into_profile(&raw).expect("a profile");
    let kept: Value = serde_json::from_str(&profile.raw).expect("JSON");
    assert_eq!(
        kept,
        Value::Object(raw),
        "a short one is kept as it was told"
    );
}

/// Starts an issuer on a loopback address with this discovery document, in which `{at}` stands for that address.
async fn issuer(discovery: Value) -> Oidc {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = format!("http://{}", listener.local_addr().expect("an address"));
    let document: Value =
        serde_json::from_str(&discovery.to_string().replace("{at}", &at)).expect("JSON");
    let answer = move || async move { Json(document) };
    let router = Router::new().route("/.well-known/openid-configuration", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    oidc(&at)
}

fn oidc(address: &str) -> Oidc {
    let config = OidcConfig {
        provider: IdentityProvider::Oidc,
        name: "Example".into(),
        issuer: address.into(),
        address: address.into(),
        client_id: "me".into(),
        client_secret: Secret::new("the-client-s-secret"),
        client_auth: None,
        people: None,
    };
    Oidc::new(config, Clock::system()).expect("a client")
}

fn discovery() -> Value {
    json!({
        "issuer": "{at}", "authorization_endpoint": "{at}/authorize", "token_endpoint": "{at}/token",
        "jwks_uri": "{at}/keys", "authorization_response_iss_parameter_supported": true,
    })
}

#[tokio::test]
async fn discovery_of_another_issuer_or_to_other_than_http_is_refused() {
    for (name, value, why) in [
        (
            "issuer",
            "https://other.example",
            "discovery names another issuer",
        ),
        (
            "token_endpoint",
            "ftp://other.example/token",
            "discovery leads to http",
        ),
    ] {
        let mut document = discovery();
        document[name] = value.into();
        let began = issuer(document)
            .await
            .begin("https://passbook.example/sign-in/oidc")
            .await;
        assert_eq!(
            began.err(),
            Some(SignInError::InvalidResponse(why)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_names_no_issuer_or_another_is_refused_before_anything_is_sent() {
    let oidc = issuer(discovery()).await;
    let (code, nonce, verifier) = (Secret::new("code"), Secret::new("n"), Secret::new("v"));
    for (issuer, why) in [
        (None, "it names no issuer"),
        (Some("https://other.example"), "it names another issuer"),
    ] {
        let call = CodeExchange {
            redirect_uri: "https://passbook.example/sign-in/oidc",
            code: &code,
            issuer,
            nonce: &nonce,
            verifier: &verifier,
        };
        assert_eq!(
            oidc.finish(call).await,
            Err(SignInError::InvalidResponse(why))
        );
    }
}

#[tokio::test]
async fn an_issuer_that_nobody_answers_at_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let began = oidc(&address)
        .begin("https://passbook.example/sign-in/oidc")
        .await;
    assert!(
        matches!(began, Err(SignInError::Unavailable(_))),
        "{began:?}"
    );
}

#[tokio::test]
async fn a_request_and_a_source_tell_no_secret_when_they_are_shown() {
    let oidc = issuer(discovery()).await;
    let request = oidc
        .begin("https://passbook.example/sign-in/oidc")
        .await
        .expect("a request");
    let shown = format!("{request:?} {oidc:?}");
    for secret in [&request.state, &request.nonce, &request.verifier] {
        assert!(
            secret.expose().len() >= 43 && !shown.contains(secret.expose()),
            "{shown}"
        );
    }
    assert!(!shown.contains("the-client-s-secret"), "{shown}");
    assert!(
        request
            .address
            .expose()
            .contains("code_challenge_method=S256")
    );
}
