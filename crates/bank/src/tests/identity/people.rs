//! Google's People API, which is the only source of birthdays there.

use serde_json::{Value, json};

use super::{API, get, sign_in, text};
use crate::tests::TestBank;

const PATH: &str = "/identity/google/v1/people/me?personFields=birthdays";
const SCOPE: &str = "openid https://www.googleapis.com/auth/user.birthday.read";

async fn birthdays(bank: &TestBank, form: super::Fields<'_>) -> Value {
    let told = sign_in(bank, "google", &[("scope", SCOPE)], form).await;
    let answer = get(bank, &format!("{API}{PATH}"), text(&told, "access_token")).await;
    assert_eq!(answer.status, 200, "{}", answer.html());
    let person = answer.json();
    assert!(
        text(&person, "resourceName").starts_with("people/1"),
        "{person}"
    );
    person["birthdays"].clone()
}

#[tokio::test]
async fn a_birthday_is_told_in_parts_and_its_year_comes_last() {
    let bank = TestBank::ready().await;
    let full = birthdays(&bank, &[]).await;
    assert_eq!(
        full,
        json!([
            {"metadata": {"primary": true, "source": {"type": "PROFILE", "id": "0"}}, "date": {"month": 5, "day": 14}},
            {"metadata": {"source": {"type": "ACCOUNT", "id": "0"}}, "date": {"year": 1990, "month": 5, "day": 14}},
        ])
    );
    let without = birthdays(&bank, &[("birthday", "no_year")]).await;
    assert_eq!(without.as_array().map(Vec::len), Some(1));
    assert_eq!(without[0]["date"], json!({"month": 5, "day": 14}));
    let year = birthdays(&bank, &[("birthday", "year")]).await;
    assert_eq!(year[0]["date"], json!({"year": 1990}));
    let impossible = birthdays(&bank, &[("birthday", "impossible")]).await;
    assert_eq!(
        impossible[1]["date"],
        json!({"year": 1990, "month": 2, "day": 30})
    );
    assert_eq!(birthdays(&bank, &[("birthday", "none")]).await, Value::Null);
    assert_eq!(birthdays(&bank, &[("person", "nadia")]).await, Value::Null);
}

#[tokio::test]
async fn every_refusal_is_in_googles_form() {
    let bank = TestBank::ready().await;
    let told = sign_in(&bank, "google", &[("scope", SCOPE)], &[]).await;
    let good = text(&told, "access_token").to_owned();
    let told = sign_in(&bank, "google", &[], &[]).await;
    let narrow = text(&told, "access_token").to_owned();
    let plain = "/identity/google/v1/people/me";
    for (path, token, code, status) in [
        (PATH.to_owned(), "", 401, "UNAUTHENTICATED"),
        (PATH.to_owned(), "wrong", 401, "UNAUTHENTICATED"),
        (PATH.to_owned(), &narrow, 403, "PERMISSION_DENIED"),
        (plain.to_owned(), &good, 400, "INVALID_ARGUMENT"),
        (
            format!("{plain}?personFields=birthdays,shoes"),
            &good,
            400,
            "INVALID_ARGUMENT",
        ),
    ] {
        let answer = get(&bank, &path, token).await;
        let error = &answer.json()["error"];
        assert_eq!(
            (answer.status, &error["code"], &error["status"]),
            (code, &json!(code), &json!(status)),
            "{path}"
        );
        assert!(error["message"].is_string());
        assert_eq!(answer.headers.contains_key("www-authenticate"), code == 401);
    }
    let names = get(
        &bank,
        &format!("{plain}?personFields=names,birthdays"),
        &good,
    )
    .await
    .json();
    assert_eq!(
        (
            names.get("names"),
            names["birthdays"].as_array().map(Vec::len)
        ),
        (None, Some(2))
    );
}
