//! Tests requests against the names in MX's OpenAPI document of v20250224.

use std::collections::BTreeMap;

use super::*;
use crate::{ReadFrom, WidgetPurpose};

/// Every call with its query and body fields, as the document names them.
fn document() -> BTreeMap<&'static str, (&'static [&'static str], &'static [&'static str])> {
    const NONE: &[&str] = &[];
    const PAGED: &[&str] = &["page", "records_per_page"];
    BTreeMap::from([
        (
            "POST /users",
            (
                NONE,
                &[
                    "/user",
                    "/user/id",
                    "/user/email",
                    "/user/is_disabled",
                    "/user/metadata",
                ][..],
            ),
        ),
        ("GET /users/U", (NONE, NONE)),
        ("DELETE /users/U", (NONE, NONE)),
        (
            "GET /institutions",
            (
                &[
                    "name",
                    "iso_country_code",
                    "page",
                    "records_per_page",
                    "supported_products",
                ][..],
                NONE,
            ),
        ),
        ("GET /institutions/mxbank", (NONE, NONE)),
        ("GET /institutions/mxbank/credentials", (PAGED, NONE)),
        ("GET /users/U/members", (PAGED, NONE)),
        (
            "POST /users/U/members",
            (
                NONE,
                &[
                    "/client_redirect_url",
                    "/data_request",
                    "/data_request/products",
                    "/enable_app2app",
                    "/member",
                    "/member/background_aggregation_is_disabled",
                    "/member/credentials",
                    "/member/credentials/guid",
                    "/member/credentials/value",
                    "/member/id",
                    "/member/institution_code",
                    "/member/is_oauth",
                    "/member/metadata",
                    "/member/use_cases",
                ],
            ),
        ),
        ("GET /users/U/members/M", (NONE, NONE)),
        (
            "PUT /users/U/members/M",
            (
                NONE,
                &[
                    "/member",
                    "/member/background_aggregation_is_disabled",
                    "/member/credentials",
                    "/member/credentials/guid",
                    "/member/credentials/value",
                    "/member/id",
                    "/member/metadata",
                    "/member/use_cases",
                ],
            ),
        ),
        ("DELETE /users/U/members/M", (NONE, NONE)),
        ("GET /users/U/members/M/status", (NONE, NONE)),
        ("GET /users/U/members/M/challenges", (PAGED, NONE)),
        (
            "PUT /users/U/members/M/resume",
            (
                NONE,
                &[
                    "/member",
                    "/member/challenges",
                    "/member/challenges/guid",
                    "/member/challenges/value",
                ],
            ),
        ),
        ("POST /users/U/members/M/aggregate", (NONE, NONE)),
        ("POST /users/U/members/M/extend_history", (NONE, NONE)),
        (
            "GET /users/U/members/M/oauth_window_uri",
            (
                &[
                    "client_redirect_url",
                    "enable_app2app",
                    "referral_source",
                    "skip_aggregation",
                    "ui_message_webview_url_scheme",
                ],
                NONE,
            ),
        ),
        (
            "GET /users/U/members/M/accounts",
            (
                &["member_is_managed_by_user", "page", "records_per_page"],
                NONE,
            ),
        ),
        (
            "GET /users/U/members/M/transactions",
            (
                &[
                    "page",
                    "records_per_page",
                    "from_date",
                    "to_date",
                    "from_created_at",
                    "to_created_at",
                    "from_timestamp",
                    "to_timestamp",
                    "from_updated_at",
                    "to_updated_at",
                    "includes",
                ],
                NONE,
            ),
        ),
        // The only path that accepts nothing but MX's own id of a person.
        (
            "POST /users/USR-1/widget_urls",
            (
                NONE,
                &[
                    "/widget_url",
                    "/widget_url/current_institution_code",
                    "/widget_url/current_member_guid",
                    "/widget_url/data_request",
                    "/widget_url/data_request/products",
                    "/widget_url/ui_message_version",
                    "/widget_url/widget_type",
                    "/widget_url/update_credentials",
                ],
            ),
        ),
    ])
}

/// Collects the names of all fields, without list indices.
fn fields(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(all) => {
            for (name, child) in all {
                let place = format!("{at}/{name}");
                fields(child, &place, found);
                found.push(place);
            }
        }
        Value::Array(all) => all.iter().for_each(|child| fields(child, at, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_call_is_one_that_the_document_has() {
    let loopback = connected().await;
    let connection = ConnectionId::generate();
    let (mx, key) = (&loopback.mx, token());
    let attempt = LinkId::generate();
    let of = Key {
        token: &key,
        connection: &connection,
    };
    loopback.on("POST /users", 409, &json!({}));
    loopback.on(
        &format!("GET /users/{PERSON}"),
        200,
        &json!({"user": {"guid": "USR-1"}}),
    );
    loopback.on(&member("GET", "/status"), 200, &status("CHALLENGED", false));
    // The outcome of these calls does not matter here.
    let _ = begin(mx, &attempt, None).await;
    loopback.on(&format!("POST /users/{PERSON}/members"), 409, &json!({}));
    let _ = begin(mx, &attempt, None).await;
    let _ = begin(mx, &attempt, Some(&key)).await;
    let _ = mx.link_state(&key).await;
    let _ = mx.answer(&key, &[typed("CRD-9", "a")]).await;
    let _ = mx.facts(of).await;
    let _ = mx.accounts(of).await;
    let _ = mx.page(of, ReadFrom::Beginning, None).await;
    let _ = mx.refresh(of, None).await;
    let _ = mx.extend_history(of).await;
    let _ = mx.remove(of).await;
    let _ = mx.remove_user(PERSON).await;
    let _ = mx.institutions("bank", 1).await;
    let _ = mx.institution("mxbank").await;
    let _ = mx.credential_fields("mxbank").await;
    for purpose in [
        WidgetPurpose::NewBank(Some("mxbank")),
        WidgetPurpose::NewLogIn(&key),
    ] {
        let _ = mx.widget_url(PERSON, purpose).await;
    }
    let _ = mx.oauth_window(&key, Some("https://p.example")).await;
    let document = document();
    let mut unmet: Vec<&str> = document.keys().copied().collect();
    for seen in loopback.seen() {
        let what = seen
            .what
            .replace(MEMBER, "M")
            .replace(attempt.as_str(), "M")
            .replace(PERSON, "U");
        let (query, body) = document
            .get(what.as_str())
            .unwrap_or_else(|| panic!("{what}"));
        unmet.retain(|known| *known != what);
        for (name, _) in &seen.query {
            assert!(query.contains(&name.as_str()), "{what}: {name}");
        }
        let mut sent = Vec::new();
        fields(&seen.body, "", &mut sent);
        for field in sent {
            assert!(body.contains(&field.as_str()), "{what}: {field}");
        }
        let has_type = seen
            .headers
            .get("content-type")
            .is_some_and(|it| it == "application/json");
        assert_eq!(has_type, !body.is_empty(), "{what}");
    }
    assert!(unmet.is_empty(), "{unmet:?}");
}
