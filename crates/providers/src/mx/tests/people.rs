//! Tests people, MX's own pages, institutions, and the remaining calls.

use super::*;
use crate::WidgetPurpose;
use domain::problem::Reason;

#[tokio::test]
async fn a_widget_is_asked_for_by_mxs_own_id_of_the_person() {
    let loopback = Loopback::start().await;
    loopback.on("POST /users", 200, &json!({"user": {"guid": "USR-1"}}));
    loopback.on("POST /users", 409, &json!({"error": "exists"}));
    loopback.on(
        &format!("GET /users/{PERSON}"),
        200,
        &json!({"user": {"guid": "USR-1", "id": PERSON}}),
    );
    let url = "https://int-widgets.moneydesktop.com/md/connect/abc";
    let answer = json!({"widget_url": {"type": "connect_widget", "url": url, "user_id": PERSON}});
    loopback.on("POST /users/USR-1/widget_urls", 200, &answer);
    let key = token();
    for (purpose, institution, repaired, asks) in [
        (
            WidgetPurpose::NewBank(None),
            Value::Null,
            Value::Null,
            Value::Null,
        ),
        (
            WidgetPurpose::NewBank(Some("mxbank")),
            json!("mxbank"),
            Value::Null,
            Value::Null,
        ),
        (
            WidgetPurpose::Repair(&key),
            Value::Null,
            json!(MEMBER),
            Value::Null,
        ),
        (
            WidgetPurpose::NewLogIn(&key),
            Value::Null,
            json!(MEMBER),
            json!(true),
        ),
    ] {
        let told = loopback.mx.widget_url(PERSON, purpose).await;
        assert_eq!(told.expect("an address").expose(), url);
        let sent = &loopback.seen().pop().expect("a request").body["widget_url"];
        assert_eq!(sent["current_institution_code"], institution, "{purpose:?}");
        assert_eq!(sent["current_member_guid"], repaired, "{purpose:?}");
        assert_eq!(sent["update_credentials"], asks, "{purpose:?}");
    }
    loopback.off("POST /users/USR-1/widget_urls");
    let answer = json!({"widget_url": {"url": "javascript:alert(1)"}});
    loopback.on("POST /users/USR-1/widget_urls", 200, &answer);
    let refusal = loopback
        .mx
        .widget_url(PERSON, WidgetPurpose::NewBank(None))
        .await
        .expect_err("no address");
    assert_eq!(refusal.reason, Reason::BadAnswer);
}

#[tokio::test]
async fn a_banks_own_log_in_has_an_address() {
    let loopback = Loopback::start().await;
    let uri = "https://mxbank.mx.com/oauth/authorize?state=1";
    let answer = json!({"member": {"guid": MEMBER, "oauth_window_uri": uri}});
    loopback.on(&member("GET", "/oauth_window_uri"), 200, &answer);
    let back = "https://p.example/back?to=1";
    let told = loopback
        .mx
        .oauth_window(&token(), Some(back))
        .await
        .expect("an address");
    assert_eq!(told.expose(), uri);
    let query = loopback.only().query;
    assert_eq!(query[0], ("referral_source".to_owned(), "APP".to_owned()));
    assert_eq!(
        query[1],
        ("client_redirect_url".to_owned(), back.to_owned())
    );
    loopback
        .mx
        .oauth_window(&token(), None)
        .await
        .expect("an address");
    assert!(loopback.only().query.is_empty());
}

#[tokio::test]
async fn a_person_who_is_not_known_is_forgotten() {
    for (status, forgotten) in [(204, true), (404, true), (500, false)] {
        let loopback = Loopback::start().await;
        loopback.on_text(&format!("DELETE /users/{PERSON}"), status, &[], "");
        assert_eq!(
            loopback.mx.remove_user(PERSON).await.is_ok(),
            forgotten,
            "{status}"
        );
    }
}

#[tokio::test]
async fn what_is_only_set_going_needs_no_answer() {
    let connection = ConnectionId::generate();
    let loopback = Loopback::start().await;
    let key = Key {
        token: &token(),
        connection: &connection,
    };
    loopback.on_text(&member("POST", "/aggregate"), 202, &[], "{}");
    loopback.on_text(&member("POST", "/extend_history"), 202, &[], "");
    loopback.on_text(&member("DELETE", ""), 204, &[], "");
    loopback.mx.refresh(key, None).await.expect("asked");
    loopback.mx.extend_history(key).await.expect("asked");
    loopback.mx.remove(key).await.expect("removed");
    loopback.off(&member("DELETE", ""));
    let gone = loopback.mx.remove(key).await.expect_err("gone");
    assert_eq!(gone.reason, Reason::Gone);
    let endpoints: Vec<&str> = loopback.record().iter().map(|call| call.endpoint).collect();
    assert_eq!(
        endpoints,
        [
            "POST /users/{user}/members/{member}/aggregate",
            "POST /users/{user}/members/{member}/extend_history",
            "DELETE /users/{user}/members/{member}",
            "DELETE /users/{user}/members/{member}",
        ]
    );
}

#[tokio::test]
async fn institutions_are_found_by_name_and_page() {
    let loopback = Loopback::start().await;
    let bank = |code: &str, hidden: bool| {
        json!({"code": code, "guid": "INS-1", "name": "MX Bank", "url":
        "https://www.mxbank.com", "supports_oauth": code == "oauth", "is_hidden": hidden})
    };
    let list = json!({"institutions": [bank("mxbank", false), bank("oauth", false), bank("hidden", true), null,
        {"name": "Nameless code"}], "pagination": pages(1, 50, 120)});
    loopback.on("GET /institutions", 200, &list);
    let offered = loopback
        .mx
        .institutions("MX & co", 1)
        .await
        .expect("a page");
    assert!(offered.has_more);
    let told: Vec<_> = offered
        .institutions
        .iter()
        .map(|it| (it.institution.provider_id.as_str(), it.has_own_login))
        .collect();
    assert_eq!(told, [("mxbank", false), ("oauth", true)]);
    assert_eq!(
        loopback.only().query[0],
        ("name".to_owned(), "MX & co".to_owned())
    );

    loopback.on(
        "GET /institutions/mxbank",
        200,
        &json!({"institution": bank("mxbank", false)}),
    );
    let one = loopback
        .mx
        .institution("mxbank")
        .await
        .expect("an institution");
    assert_eq!(
        (one.provider_id.as_str(), one.name.as_str()),
        ("mxbank", "MX Bank")
    );
    for unknown in ["gone", "a/b"] {
        let refusal = loopback.mx.institution(unknown).await.expect_err(unknown);
        assert_eq!(refusal.reason, Reason::NotOffered);
    }
    let refusal = loopback
        .mx
        .credential_fields("gone")
        .await
        .expect_err("gone");
    assert_eq!(refusal.reason, Reason::NotOffered);
}

#[tokio::test]
async fn a_connection_tells_its_bank_and_when_it_was_heard_from() {
    let connection = ConnectionId::generate();
    let loopback = connected().await;
    let key = Key {
        token: &token(),
        connection: &connection,
    };
    let facts = loopback.mx.facts(key).await.expect("facts");
    assert_eq!(facts.institution_id.as_deref(), Some("mxbank"));
    assert_eq!(facts.institution_name.as_deref(), Some("MX Bank"));
    assert_eq!(
        facts.provider_updated_at,
        "2026-11-20T17:57:38Z".parse().ok()
    );
    assert_eq!(facts.problem, None);
    assert!(loopback.mx.capabilities().credentials && !loopback.mx.capabilities().script_link);
    assert_eq!(
        (loopback.mx.name(), loopback.mx.asked(paths::STATUS)),
        ("mx", "Connection status")
    );
}

#[tokio::test]
async fn accounts_are_read_to_their_last_page() {
    let loopback = Loopback::start().await;
    let account = |n: u64| json!({"guid": format!("ACT-{n}"), "type": "CHECKING"});
    for page in 1..=3 {
        let body = json!({"accounts": [account(page)], "pagination": pages(page, 1, 3)});
        loopback.on(&member("GET", "/accounts"), 200, &body);
    }
    let connection = ConnectionId::generate();
    let key = Key {
        token: &token(),
        connection: &connection,
    };
    assert_eq!(loopback.mx.accounts(key).await.expect("accounts").len(), 3);
    // An unreadable account would be shown as closed.
    let body = json!({"accounts": [{"name": "Nobody"}], "pagination": pages(1, 1, 1)});
    loopback.off(&member("GET", "/accounts"));
    loopback.on(&member("GET", "/accounts"), 200, &body);
    let refusal = loopback.mx.accounts(key).await.expect_err("unreadable");
    assert_eq!(refusal.reason, Reason::BadAnswer);
}
