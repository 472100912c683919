//! Google's People API, limited to birthdays (developers.google.com/people/api/rest/v1/people/get).

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{self, challenge};
use super::asked::Asked;
use crate::bank::{Bank, BankError, Birthday, IdentityProvider};

/// The scopes that give access to birthdays.
const SCOPES: [&str; 1] = ["user.birthday.read"];
/// All valid fields of `personFields`. This bank has data for one of them.
const FIELDS: [&str; 29] = [
    "addresses",
    "ageRanges",
    "biographies",
    "birthdays",
    "calendarUrls",
    "clientData",
    "coverPhotos",
    "emailAddresses",
    "events",
    "externalIds",
    "genders",
    "imClients",
    "interests",
    "locales",
    "locations",
    "memberships",
    "metadata",
    "miscKeywords",
    "names",
    "nicknames",
    "occupations",
    "organizations",
    "phoneNumbers",
    "photos",
    "relations",
    "sipAddresses",
    "skills",
    "urls",
    "userDefined",
];

/// Answers a call.
pub(super) async fn answer(bank: &Bank, asked: &Asked) -> Result<Response, BankError> {
    let provider = IdentityProvider::Google;
    let token = asked.bearer().or_else(|| asked.query("access_token"));
    let grant = match token {
        Some(token) => bank.grant_of(provider, token, None).await?.ok(),
        None => None,
    };
    let Some(grant) = grant else {
        let words = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other \
             valid authentication credential.";
        let refusal = refuse(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", words);
        return Ok(challenge(
            refusal,
            "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"",
        ));
    };
    let Some(fields) = asked.query("personFields") else {
        let words = "personFields mask is required. Please specify one or more valid paths.";
        return Ok(refuse(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", words));
    };
    let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
    if let Some(unknown) = fields.iter().find(|field| !FIELDS.contains(field)) {
        let words = format!("Invalid personFields mask path: \"{unknown}\".");
        return Ok(refuse(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", &words));
    }
    let mut told = json!({
        "resourceName": format!("people/{}", grant.subject(provider)), "etag": "%EgMBBy43GgQBAgUH",
    });
    if fields.contains(&"birthdays") {
        if !SCOPES.iter().any(|scope| grant.has(scope)) {
            let words = "Request had insufficient authentication scopes.";
            return Ok(refuse(StatusCode::FORBIDDEN, "PERMISSION_DENIED", words));
        }
        if let Some(birthday) = grant.profile.birthday {
            told["birthdays"] = birthdays(birthday).into();
        }
    }
    Ok(answer::json(StatusCode::OK, &told))
}

/// Returns the birthday twice, as Google does: a `PROFILE` entry without the year and an `ACCOUNT` entry with the whole
/// date. Callers must not rely on the order.
fn birthdays(birthday: Birthday) -> Vec<Value> {
    let date = |birthday: Birthday| {
        let mut date = json!({});
        if let Some(year) = birthday.year {
            date["year"] = year.into();
        }
        if let Some((month, day)) = birthday.day {
            date["month"] = month.into();
            date["day"] = day.into();
        }
        date
    };
    let entry = |source: &str, is_primary: bool, birthday: Birthday| {
        let mut metadata = json!({"source": {"type": source, "id": "0"}});
        if is_primary {
            metadata["primary"] = true.into();
        }
        json!({"metadata": metadata, "date": date(birthday)})
    };
    let mut all = Vec::new();
    if birthday.day.is_some() {
        all.push(entry(
            "PROFILE",
            true,
            Birthday {
                year: None,
                ..birthday
            },
        ));
    }
    if birthday.year.is_some() {
        all.push(entry("ACCOUNT", false, birthday));
    }
    all
}

fn refuse(status: StatusCode, name: &str, words: &str) -> Response {
    let error = json!({"error": {"code": status.as_u16(), "message": words, "status": name}});
    answer::json(status, &error)
}
