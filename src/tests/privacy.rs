//! What stays with its person, and what stays in the program.

use crate::app::{EVE, TestApp};
use crate::books::Books;
use crate::page::Page;

const UNKNOWN: &str = "01aaaaaaaaaaaaaaaaaaaaaaaa";

/// Returns the addresses that contain a person's ids, each with a version of unknown ids.
fn addresses(ids: &Ids) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |pattern: &str, id: &str| {
        all.push((pattern.replace("ID", id), pattern.replace("ID", UNKNOWN)))
    };
    add("/connections/ID", &ids.connection);
    add("/connections/ID/unlink", &ids.connection);
    add("/data/progress?id=ID", &ids.connection);
    for account in &ids.accounts {
        add("/accounts/ID", account);
        add("/data/account?id=ID", account);
        add("/transactions?account=ID", account);
        add("/data/transactions?filter[account]=ID", account);
    }
    for row in &ids.rows {
        add("/transactions/ID", row);
        add("/data/transaction?id=ID", row);
        add("/transactions?after=2026-11-01.ID", row);
    }
    for attempt in &ids.attempts {
        add("/link/ID", attempt);
        add("/link/ID/return", attempt);
    }
    all
}

struct Ids {
    connection: String,
    accounts: Vec<String>,
    rows: Vec<String>,
    attempts: Vec<String>,
}

async fn of(books: &Books, connection: String) -> Ids {
    Ids {
        connection,
        accounts: books.texts("SELECT id FROM account").await,
        rows: books
            .texts("SELECT id FROM bank_transaction ORDER BY day DESC LIMIT 5")
            .await,
        attempts: books.texts("SELECT id FROM link_attempt").await,
    }
}

#[tokio::test]
async fn another_person_s_ids_answer_exactly_as_ids_that_nobody_has() {
    let (app, mut ada, id) = TestApp::linked().await;
    ada.begin_to_link().await;
    let books = app.books().await;
    let ids = of(&books, id).await;
    assert!(ids.accounts.len() > 3 && ids.rows.len() == 5 && ids.attempts.len() == 2);
    let mut eve = app.signed_up(&EVE).await;
    let mut refused = 0;
    for (hers, nobodys) in addresses(&ids) {
        let (theirs, none) = (eve.get_once(&hers).await, eve.get_once(&nobodys).await);
        let id = hers
            .split(['/', '=', '.', '?'])
            .find(|part| part.len() == 26)
            .expect("an id");
        assert_eq!(plain(&theirs, id), plain(&none, UNKNOWN), "{hers}");
        refused += usize::from(theirs.status == 404);
        let own = ada.get_once(&hers).await;
        assert!(own.status < 400, "{hers}: {}", own.status);
    }
    assert!(refused > 20, "{refused}");
}

#[tokio::test]
async fn another_person_s_ids_in_forms_change_nothing() {
    let (app, mut ada, id) = TestApp::linked().await;
    let attempt = ada
        .begin_to_link()
        .await
        .path
        .trim_start_matches("/link/")
        .to_owned();
    let mut eve = app.signed_up(&EVE).await;
    let books = app.books().await;
    let state = "SELECT 'job' || requested || subject FROM job UNION ALL SELECT 'link' || id || coalesce(finished_at, 0) FROM link_attempt
        UNION ALL SELECT 'connection' || id || person_id || coalesce(problem_code, '') FROM connection ORDER BY 1";
    let before = books.texts(state).await;
    let forms = [
        ("/forms/sync", "connection=ID&back=/", &id),
        ("/forms/ask-bank", "connection=ID&back=/", &id),
        ("/forms/unlink", "connection=ID&rows=delete", &id),
        ("/forms/link", "purpose=repair:ID&hosted=yes", &id),
        ("/forms/link", "purpose=add:ID&hosted=yes", &id),
        (
            "/forms/link-finished",
            "attempt=ID&public_token=x&metadata={}",
            &attempt,
        ),
        (
            "/forms/link-left",
            "attempt=ID&error_code=ITEM_LOCKED",
            &attempt,
        ),
    ];
    for (path, body, id) in forms {
        let theirs = eve.post_once(path, body.replace("ID", id)).await;
        let none = eve.post_once(path, body.replace("ID", UNKNOWN)).await;
        assert_eq!(theirs.status, 404, "{path} {body}");
        assert_eq!(plain(&theirs, id), plain(&none, UNKNOWN), "{path} {body}");
    }
    // Syncs all of her own connections, of which there are none.
    eve.post("/forms/sync", &[("connection", ""), ("back", "/")])
        .await;
    assert_eq!(books.texts(state).await, before);
    for path in [
        "/",
        "/accounts",
        "/transactions",
        "/data/overview",
        "/data/connections",
        "/data/transactions",
    ] {
        let page = eve.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(
            !page.body.contains("Platypus") && !page.body.contains(&id),
            "{path}"
        );
    }
}

/// Returns a response without what naturally differs: the requested id, the nonce, the request's number and the time.
fn plain(page: &Page, id: &str) -> (u16, String, Vec<String>) {
    let nonce = page
        .attribute("script[nonce]", "nonce")
        .unwrap_or_else(|| "no nonce".into());
    let clean = |text: &str| text.replace(id, "ID").replace(&nonce, "NONCE");
    let differing = ["date", "x-request-id", "set-cookie", "content-length"];
    let headers = page
        .headers
        .iter()
        .filter(|(name, _)| !differing.contains(&name.as_str()));
    let mut headers: Vec<String> = headers
        .map(|(name, value)| clean(&format!("{name}: {value:?}")))
        .collect();
    headers.sort();
    (page.status, clean(&page.body), headers)
}
