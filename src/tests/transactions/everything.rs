//! Everything of a person as one archive.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;

use super::linked;
use crate::app::{EVE, TestApp, browsers};
use crate::browser::Browser;

const PATH: &str = "/settings/export/passbook.tar.gz";

/// Downloads the archive and returns its files by name.
async fn files(app: &TestApp, browser: &Browser) -> BTreeMap<String, String> {
    let cookies = browser.cookies.iter();
    let cookies: Vec<String> = cookies.map(|(n, v)| format!("{n}={v}")).collect();
    let request = browsers().get(format!("http://{}{PATH}", app.address()));
    let answer = request.header("cookie", cookies.join("; ")).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "application/gzip");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let bytes = answer.bytes().await.expect("the whole of it");
    let mut archive = tar::Archive::new(GzDecoder::new(&bytes[..]));
    let mut files = BTreeMap::new();
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        let name = entry.path().expect("a name").display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        files.insert(name, text);
    }
    files
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn the_archive_holds_what_the_books_hold_and_no_token() {
    let (app, mut browser, books) = linked().await;
    let page = browser.get("/settings/export").await;
    assert_eq!(page.attribute("main a.main", "href").as_deref(), Some(PATH));
    let files = files(&app, &browser).await;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "accounts.json",
            "activity.jsonl",
            "connections.json",
            "person.json",
            "transactions.csv",
            "transactions.jsonl"
        ]
    );
    let person: Value = serde_json::from_str(&files["person.json"]).expect("JSON");
    assert_eq!(person["email"], "Ada@Example.org");
    let rows = lines(&files["transactions.jsonl"]);
    let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    let wanted = books
        .texts("SELECT id FROM bank_transaction ORDER BY day DESC, id DESC")
        .await;
    assert_eq!(ids, wanted);
    let spreadsheet = browser.get("/transactions.csv").await;
    assert_eq!(files["transactions.csv"], spreadsheet.body);
    let accounts: Vec<Value> = serde_json::from_str(&files["accounts.json"]).expect("JSON");
    let stored = books.number("SELECT COUNT(*) FROM account").await;
    assert_eq!(i64::try_from(accounts.len()).expect("few"), stored);
    let connections: Vec<Value> = serde_json::from_str(&files["connections.json"]).expect("JSON");
    assert_eq!(connections.len(), 1);
    assert_eq!(connections[0]["institution"], "First Platypus Bank");
    let activity = lines(&files["activity.jsonl"]);
    assert_eq!(activity[0]["event"], "exported");
    assert_eq!(activity[0]["facts"]["what"], "all your data");
    for (name, text) in &files {
        for secret in ["access-sandbox", "$argon2", "password_hash"] {
            assert!(!text.contains(secret), "{name}: {secret}");
        }
    }
}

#[tokio::test]
async fn a_person_without_anything_gets_an_archive_too() {
    let app = TestApp::start().await;
    let eve = app.signed_up(&EVE).await;
    let files = files(&app, &eve).await;
    assert_eq!(files["transactions.jsonl"], "");
    assert_eq!(files["accounts.json"].trim(), "[]");
    assert_eq!(files["transactions.csv"].matches("\r\n").count(), 1);
    let person: Value = serde_json::from_str(&files["person.json"]).expect("JSON");
    assert_eq!(person["username"], Value::Null);
}
