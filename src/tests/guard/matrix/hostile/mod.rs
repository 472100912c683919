//! Untrusted text in every field, and every page, file, response and log line that may contain it.

mod inert;
mod poison;

use reqwest::Method;
use serde_json::{Value, json};

use super::owner::{self, Owner};
use crate::api::ApiClient;
use crate::app::{ADA, TestApp};
use crate::browser::Browser;
use crate::guard::routes::{For, of};
use crate::hosted_link::PLATYPUS;
use crate::log;
use crate::page::Page;

/// Breaks out of a title, an attribute, a comment, a script or a text field; opens elements, an island and a refresh.
const MARKUP: &str = "</title></textarea></noscript></style></script>--><x-evil onevil=1><b x-evil>\"'><img src=x onerror=evil()>\
    <leptos-island data-component=\"Evil_1\" data-props='{\"script\":\"http://evil.example/e.js\"}'></leptos-island>\
    <meta http-equiv=refresh content='0;url=http://evil.example'><base href=//evil.example><script>evil()</script>\
    \" onfocus=evil() autofocus x-evil=\"' x-evil='&lt;x-evil&gt;&#x3c;x-evil>\u{0}evil\u{202e}evil\u{2066}\u{1b}[31mevil\r\nevil=line\u{7}";
/// Dangerous as a whole address and, below, as a cell.
const ADDRESS: &str = "javascript:evil()//\u{202e}";
const FORMULA: &str = "=HYPERLINK(\"http://evil.example\";\"evil\")";
/// Must not reach a log line unescaped: a line break, a terminal escape, a text direction override, a NUL.
const IN_NO_LOG: [&str; 4] = [
    "evil\r\nevil",
    "\u{1b}[31mevil",
    "\u{202e}evil",
    "\u{0}evil",
];

#[tokio::test]
async fn no_text_in_the_database_becomes_markup_script_or_a_log_line() {
    let app = TestApp::with(&[("PASSBOOK_RATES", "builtin")]).await;
    IN_NO_LOG.into_iter().for_each(log::keep_out);
    let mut owner = Owner::start(&app).await;
    let mut grace = app.admin().await;
    poison::add_rows(&app).await;
    let key = owner.key(&app).await;
    let long = format!("evil{}{MARKUP}", "W".repeat(10_000));
    for payload in [MARKUP, &long, ADDRESS, FORMULA] {
        let columns = poison::every_text(&app, payload).await;
        assert!(columns > 50, "{columns}");
        let mut carried = Vec::new();
        for (kind, browser) in [
            (For::Person, &mut owner.browser),
            (For::Operator, &mut grace),
            (For::Anybody, &mut app.browser()),
            (For::Guest, &mut app.browser()),
        ] {
            for (method, path) in of(&app, kind) {
                if method == Method::GET {
                    let filled = owner::path(&path, &owner.ids);
                    let page = browser.get_once(&filled).await;
                    carried.extend(look_at(&page).then_some(path));
                }
            }
        }
        // Without the text on these pages, the checks above would prove nothing.
        let missing: Vec<_> = CARRY
            .iter()
            .filter(|path| !carried.iter().any(|it| it == *path))
            .collect();
        assert!(
            missing.is_empty(),
            "{missing:?} do not show it; {carried:?} do"
        );
        of_programs(&app, &key, &owner.ids).await;
    }
    let leaks: Vec<_> = log::heard()
        .1
        .into_iter()
        .filter(|line| line.contains("evil"))
        .collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

/// Pages that must show the text; others may.
const CARRY: &[&str] = &[
    "/",
    "/accounts",
    "/accounts/{id}",
    "/activity",
    "/admin",
    "/admin/apps",
    "/admin/calls",
    "/admin/connections",
    "/admin/jobs",
    "/admin/jobs/{id}",
    "/admin/users",
    "/admin/webhooks",
    "/admin/webhooks/{id}",
    "/connections/{id}",
    "/connections/{id}/calls",
    "/connections/{id}/check",
    "/connections/{id}/unlink",
    "/settings",
    "/settings/profile",
    "/settings/programs",
    "/settings/sessions",
    "/settings/webhooks",
    "/settings/webhooks/{id}",
    "/transactions",
    "/transactions.csv",
    "/transactions/{id}",
];

/// Checks that a response is harmless; returns whether it contains the text.
fn look_at(page: &Page) -> bool {
    let what = format!("{} {}", page.path, page.status);
    // A bank that gets such a token refuses it.
    assert!(
        page.status < 500 || page.status == 502,
        "{what}: {}",
        page.body
    );
    for (name, value) in &page.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(!value.contains("evil"), "{what}: {name}: {value}");
    }
    let kind = page.header("content-type");
    if kind.starts_with("text/html") {
        inert::page(page);
    } else if kind.starts_with("application/json") {
        serde_json::from_str::<Value>(&page.body).expect("JSON");
    } else if kind.starts_with("text/csv") {
        inert::table(page);
    }
    assert!(
        page.status >= 300 || page.header("x-content-type-options") == "nosniff",
        "{what}"
    );
    page.body.contains("evil")
}

/// Checks that the API answers with valid JSON, whatever the text is.
async fn of_programs(app: &TestApp, key: &str, ids: &[String]) {
    let mut carried = 0;
    for (method, path) in of(app, For::Program) {
        if method != Method::GET {
            continue;
        }
        let below = path.strip_prefix("/api/v1").unwrap_or(&path);
        let path = path.replace(below, &owner::path(below, ids));
        let answer = ApiClient::new(app).with(key).get(&path).await;
        assert!(answer.status < 500, "{path}: {}", answer.text);
        let kind = answer
            .headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default();
        assert!(
            matches!(
                kind,
                "application/json" | "application/problem+json" | "image/png" | ""
            ),
            "{path}: {kind}"
        );
        assert_eq!(
            answer.headers["x-content-type-options"], "nosniff",
            "{path}"
        );
        carried += usize::from(answer.text.contains("evil"));
    }
    assert!(carried > 5, "{carried}");
}

/// Names of accounts and rows, and types and codes of webhooks, are stored without control characters.
#[tokio::test]
async fn orders_are_left_out_where_text_comes_in() {
    let app = TestApp::start().await;
    IN_NO_LOG.into_iter().for_each(log::keep_out);
    let mut ada = app.signed_up(&ADA).await;
    let hostile = MARKUP;
    let person = json!({"override_accounts": [{
        "type": "depository", "subtype": "checking",
        "meta": {"name": hostile, "official_name": hostile},
        "transactions": [{
            "date_transacted": "2026-11-20", "date_posted": "2026-11-20", "amount": 12.5, "currency": "USD",
            "description": hostile,
        }],
    }]});
    let id = ada.link(PLATYPUS, "user_custom", &person.to_string()).await;
    app.synced(&mut ada, &id).await;
    send_webhook(&mut ada).await;
    for sql in [
        "SELECT name FROM account",
        "SELECT official_name FROM account",
        "SELECT description FROM bank_transaction",
        "SELECT details FROM bank_transaction",
    ] {
        for text in app.texts(sql).await {
            assert!(text.contains("evil"), "{sql}: {text:?}");
            assert!(
                !text.chars().any(domain::text::is_control),
                "{sql}: {text:?}"
            );
        }
    }
    // A person who types a control character is asked to type it again.
    let row = ada.first("/transactions", "a.row", "href").await;
    let form = ada
        .get(&row)
        .await
        .form("form.own")
        .with("name", "Lunch\u{202e}");
    let page = ada.send(&form).await;
    assert_eq!(page.texts(".problem"), ["Enter a name on one line."]);
    let leaks: Vec<_> = log::heard()
        .1
        .into_iter()
        .filter(|line| line.contains("evil"))
        .collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

async fn send_webhook(ada: &mut Browser) {
    let item = ada.first("/sandbox", "section li a", "href").await;
    let item = item.rsplit('/').next().expect("an id");
    let fields = [
        ("item_id", item),
        ("webhook_type", MARKUP),
        ("webhook_code", MARKUP),
    ];
    let page = ada.post("/sandbox/do/webhook/send", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    inert::page(&page);
}
