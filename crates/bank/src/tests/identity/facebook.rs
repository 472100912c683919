//! Facebook: codes, access tokens and the Graph API.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::{
    Fields, address, code, decide, encoded, exchange, field, get, sign_in, text, token, with,
};
use crate::tests::TestBank;

const ME: &str = "/identity/facebook/v26.0/me";
const ALL: &str = "id,first_name,last_name,name,email,birthday";

fn proof(secret: &str, token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, token.as_bytes());
    tag.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn me(bank: &TestBank, token: &str, more: Fields<'_>) -> (u16, Value) {
    let proof = proof("my-secret", token);
    let usual = [
        ("access_token", token),
        ("appsecret_proof", &proof),
        ("fields", ALL),
    ];
    let answer = get(bank, &format!("{ME}?{}", encoded(&with(&usual, more))), "").await;
    (answer.status, answer.json())
}

/// Whether this is an error of the Graph API with a code and the beginning of a message.
fn is_error(told: &Value, code: i64, words: &str) -> bool {
    let error = &told["error"];
    let is_whole = error["type"].is_string() && error["fbtrace_id"].is_string();
    is_whole
        && error["code"] == code
        && error["message"]
            .as_str()
            .is_some_and(|text| text.starts_with(words))
}

#[tokio::test]
async fn somebody_signs_in_and_the_graph_says_who() {
    let bank = TestBank::ready().await;
    let asked = [
        ("scope", "email,public_profile,user_birthday"),
        ("response_type", ""),
    ];
    let back = decide(&bank, &address("facebook", &asked), &[])
        .await
        .back();
    assert_eq!(back.fragment(), Some("_=_"));
    assert_eq!(field(&back, "state").as_deref(), Some("a state & more"));
    let code = field(&back, "code").expect("a code");
    let path = "/identity/facebook/v25.0/oauth/access_token";
    let answer = get(
        &bank,
        &format!(
            "{path}?{}",
            encoded(&exchange(&code, &[("grant_type", "")]))
        ),
        "",
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store")
    );
    let told = answer.json();
    assert_eq!(
        (&told["token_type"], &told["expires_in"]),
        (&json!("bearer"), &json!(5_184_000))
    );
    assert_eq!(told.get("id_token"), None);
    let token = text(&told, "access_token");
    let (status, told) = me(&bank, token, &[]).await;
    assert_eq!(status, 200, "{told}");
    let id = text(&told, "id").to_owned();
    assert_eq!(
        (id.len(), id.bytes().all(|byte| byte.is_ascii_digit())),
        (17, true)
    );
    assert_eq!(
        told,
        json!({
            "id": id, "first_name": "Amélie", "last_name": "Dubois", "name": "Amélie Dubois",
            "email": "amelie.dubois@example.com", "birthday": "05/14/1990",
        })
    );
    assert_eq!(
        me(&bank, token, &[("fields", "")]).await.1,
        json!({"id": id, "name": "Amélie Dubois"})
    );
    assert_eq!(
        me(&bank, token, &[("fields", "last_name")]).await.1,
        json!({"id": id, "last_name": "Dubois"})
    );
    let (_, picture) = me(&bank, token, &[("fields", "picture")]).await;
    assert!(picture["picture"]["data"]["url"].is_string());
    let again = sign_in(&bank, "facebook", &[], &[("names", "none")]).await;
    let (_, again) = me(&bank, text(&again, "access_token"), &[]).await;
    assert_eq!(text(&again, "id"), id);
}

#[tokio::test]
async fn what_is_not_there_or_not_permitted_is_left_out() {
    let bank = TestBank::ready().await;
    for (scope, form, missing) in [
        ("", &[][..], &["email", "birthday"][..]),
        ("public_profile email", &[], &["birthday"]),
        ("email,user_birthday", &[("person", "mei")], &["email"]),
        (
            "email,user_birthday",
            &[("person", "suharto")],
            &["last_name"],
        ),
        (
            "email,user_birthday",
            &[("names", "none"), ("birthday", "none")],
            &["name", "first_name", "last_name", "birthday"],
        ),
    ] {
        let told = sign_in(&bank, "facebook", &[("scope", scope)], form).await;
        let (status, told) = me(&bank, text(&told, "access_token"), &[]).await;
        assert_eq!(status, 200);
        for name in ALL.split(',') {
            assert_eq!(
                told.get(name).is_none(),
                missing.contains(&name),
                "{scope} {form:?}: {told}"
            );
        }
    }
    for (choice, birthday) in [
        ("no_year", "05/14"),
        ("year", "1990"),
        ("impossible", "02/30/1990"),
    ] {
        let asked = [("scope", "user_birthday")];
        let told = sign_in(&bank, "facebook", &asked, &[("birthday", choice)]).await;
        let (_, told) = me(&bank, text(&told, "access_token"), &[]).await;
        assert_eq!(told["birthday"], birthday);
    }
}

#[tokio::test]
async fn every_wrong_exchange_is_refused_in_the_graphs_form() {
    let bank = TestBank::ready().await;
    let given = code(&bank, "facebook", &[], &[]).await;
    let codes = "This authorization code has been";
    for (wrong, number, words) in [
        (
            &[("client_id", "")][..],
            101,
            "Missing client_id parameter.",
        ),
        (
            &[("redirect_uri", "")],
            191,
            "Missing redirect_uri parameter.",
        ),
        (
            &[("client_secret", "")],
            1,
            "Missing client_secret parameter.",
        ),
        (&[("code", "")], 1, "Missing authorization code"),
        (
            &[("code", "AQnever")],
            100,
            "Invalid verification code format.",
        ),
        (
            &[("client_id", "you")],
            100,
            "Invalid verification code format.",
        ),
        (
            &[("redirect_uri", "http://127.0.0.1:3000/")],
            100,
            "Error validating verification code.",
        ),
        (&[("code_verifier", "")], 100, "Invalid code verifier."),
        (
            &[("client_secret", "other")],
            1,
            "Error validating client secret.",
        ),
    ] {
        let answer = token(&bank, "facebook", &given, wrong).await;
        let told = answer.json();
        assert_eq!(answer.status, 400);
        assert!(is_error(&told, number, words), "{wrong:?}: {told}");
    }
    let good = token(&bank, "facebook", &given, &[]).await;
    assert_eq!(good.status, 200);
    let again = token(&bank, "facebook", &given, &[]).await.json();
    assert!(
        is_error(&again, 100, codes) && again["error"]["error_subcode"] == 36009,
        "{again}"
    );
    let (status, told) = me(&bank, text(&good.json(), "access_token"), &[]).await;
    assert!(
        status == 400 && is_error(&told, 190, "Invalid OAuth access token"),
        "{told}"
    );
    let late = code(&bank, "facebook", &[], &[]).await;
    bank.advance_secs(60);
    let told = token(&bank, "facebook", &late, &[]).await.json();
    assert!(
        is_error(&told, 100, "This authorization code has expired."),
        "{told}"
    );
}

#[tokio::test]
async fn the_graph_wants_a_token_a_right_proof_and_fields_that_exist() {
    let bank = TestBank::ready().await;
    let told = sign_in(&bank, "facebook", &[], &[]).await;
    let token = text(&told, "access_token");
    let wrong = proof("other", token);
    let of_other = proof("my-secret", "other");
    let needed = "API calls from the server require an appsecret_proof";
    for (wrong, code, words) in [
        (
            &[("access_token", "")][..],
            2500,
            "An active access token must be used",
        ),
        (
            &[("access_token", "EAAwrong")],
            190,
            "Invalid OAuth access token",
        ),
        (&[("appsecret_proof", "")], 100, needed),
        (
            &[("appsecret_proof", &wrong)],
            100,
            "Invalid appsecret_proof",
        ),
        (
            &[("appsecret_proof", &of_other)],
            100,
            "Invalid appsecret_proof",
        ),
        (
            &[("fields", "id,shoe_size")],
            100,
            "(#100) Tried accessing nonexisting field (shoe_size)",
        ),
    ] {
        let (status, told) = me(&bank, token, wrong).await;
        assert!(
            status == 400 && is_error(&told, code, words),
            "{wrong:?}: {told}"
        );
    }
    let upper = proof("my-secret", token).to_uppercase();
    assert_eq!(
        me(&bank, token, &[("appsecret_proof", &upper)]).await.0,
        200
    );
    for path in [
        "/identity/facebook/me",
        "/identity/facebook/26.0/me",
        "/identity/facebook/v26/me",
        "/identity/facebook/v26.0/you",
    ] {
        let answer = get(&bank, path, "").await;
        assert!(
            answer.status == 400 && is_error(&answer.json(), 2500, "Unknown path"),
            "{path}"
        );
    }
    bank.advance_days(60);
    let (_, told) = me(&bank, token, &[]).await;
    assert!(
        is_error(&told, 190, "Error validating access token")
            && told["error"]["error_subcode"] == 463,
        "{told}"
    );
}
