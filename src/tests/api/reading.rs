//! Linking through the API, and reading what the bank holds.

use domain::own::{LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS};
use domain::search;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{link, public_token};
use super::{ApiClient, Linked};
use crate::app::{ADA, EVE};
use crate::books::Entry;
use crate::hosted_link::PLATYPUS;

#[tokio::test]
async fn what_is_linked_through_the_api_is_what_the_books_hold() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let books = linked.app.books().await;
    let accounts = program.get("/accounts").await.json["accounts"].clone();
    let accounts = accounts.as_array().expect("accounts");
    let balances = books.balances(&linked.connection).await;
    assert_eq!(accounts.len(), balances.len());
    for account in accounts {
        let (minor, currency) = &balances[text(account, "name")];
        assert_eq!(account["balances"]["currency"], currency.as_str());
        let current = account["balances"]["current"].as_str();
        assert_eq!(current.map(minor_units), *minor, "{account}");
        let path = format!("/accounts/{}", text(account, "id"));
        assert_eq!(program.get(&path).await.json, *account);
    }
    let rows = everything(program, "/transactions?limit=100").await;
    let days: Vec<&str> = rows.iter().map(|row| text(row, "date")).collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "newest first");
    let name_of = |id: &Value| {
        let account = accounts.iter().find(|account| account["id"] == *id);
        text(account.expect("an account"), "name").to_owned()
    };
    let mut entries: Vec<Entry> = rows
        .iter()
        .map(|row| Entry {
            account: name_of(&row["account_id"]),
            day: text(row, "date").to_owned(),
            minor: minor_units(text(row, "amount")),
            currency: text(row, "currency").to_owned(),
            description: text(row, "description").to_owned(),
            pending: row["pending"].as_bool().expect("yes or no"),
        })
        .collect();
    entries.sort();
    assert!(entries.len() > 150, "{} rows say little", entries.len());
    assert_eq!(entries, books.entries(&linked.connection).await);
    let one = program
        .get(&format!("/transactions/{}", text(&rows[0], "id")))
        .await;
    assert!(one.json["details"].is_object(), "{}", one.text);
    let institutions = program.get("/institutions").await;
    assert_eq!(institutions.json["institutions"][0]["id"], PLATYPUS);
    let activity = program.get("/activity").await.json["activity"].clone();
    let events = activity.as_array().expect("entries").iter();
    assert!(
        events.clone().any(|entry| entry["event"] == "linked"),
        "{activity}"
    );
}

#[tokio::test]
async fn the_job_of_a_link_is_told_and_ends_with_what_it_did() {
    let linked = Linked::start().await;
    let job = &linked.begun.json["job"];
    assert_eq!(job["kind"], "sync");
    assert_eq!(job["connection_id"], linked.connection.as_str());
    let answer = linked
        .program
        .get(&format!("/jobs/{}", text(job, "id")))
        .await;
    assert_eq!(
        answer.json["last_run"]["outcome"], "done",
        "{}",
        answer.text
    );
    assert_eq!(answer.json["runs"][0], answer.json["last_run"]);
    let all = linked.program.get("/jobs?limit=100").await.json["jobs"].clone();
    let mut all = all.as_array().expect("jobs").iter();
    assert!(all.any(|other| other["id"] == job["id"]));
    let none = linked.program.get("/jobs?status=retrying").await;
    assert_eq!(none.json["jobs"], json!([]));
}

#[tokio::test]
async fn every_kind_of_work_for_a_person_is_told_to_them_alone() {
    let linked = Linked::start().await;
    let (app, program) = (&linked.app, &linked.program);
    let hook = json!({ "url": "https://example.org/hook" });
    let hook = program.post("/webhooks", &hook).await.json["webhook"]["id"].clone();
    let test = format!("/webhooks/{}/test", hook.as_str().expect("an id"));
    let sent = program.ask(Method::POST, &test, None, &[]).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let mut browser = app.logged_in(&ADA).await;
    let fields = [("connection", linked.connection.as_str())];
    for form in ["/forms/check", "/forms/put-right"] {
        assert_eq!(browser.post(form, &fields).await.status, 200);
    }
    let eve = ApiClient::of(app, &EVE).await;
    for kind in ["sync", "notify", "check", "put_right"] {
        let jobs = program.get("/jobs?limit=100").await.json["jobs"].clone();
        let mut jobs = jobs.as_array().expect("jobs").iter();
        let job = jobs
            .find(|job| job["kind"] == kind)
            .unwrap_or_else(|| panic!("no {kind}"));
        let about = ["connection_id", "webhook_id"].map(|name| job[name].clone());
        let expected = match kind {
            "notify" => [Value::Null, hook.clone()],
            _ => [json!(linked.connection), Value::Null],
        };
        assert_eq!(about, expected, "{kind}");
        let path = format!("/jobs/{}", text(job, "id"));
        assert_eq!(program.get(&path).await.status, 200, "{kind}");
        eve.get(&path).await.is_problem(404);
    }
    assert_eq!(eve.get("/jobs").await.json["jobs"], json!([]));
}

#[tokio::test]
async fn filters_narrow_as_they_do_on_the_page() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let all = everything(program, "/transactions").await;
    let one = &all[all.len() / 2];
    let narrowed = async |query: String| {
        everything(program, &format!("/transactions?limit=500&{query}"))
            .await
            .len()
    };
    let count = |fits: &dyn Fn(&Value) -> bool| all.iter().filter(|row| fits(row)).count();
    let day = text(one, "date");
    assert_eq!(
        narrowed(format!("start_date={day}&end_date={day}")).await,
        count(&|row| row["date"] == day)
    );
    let account = text(one, "account_id");
    assert_eq!(
        narrowed(format!("account={account}")).await,
        count(&|row| row["account_id"] == account)
    );
    assert_eq!(
        narrowed("pending=true".into()).await,
        count(&|row| row["pending"] == true)
    );
    let category = all
        .iter()
        .find_map(|row| row["category"]["primary"].as_str())
        .expect("one");
    assert_eq!(
        narrowed(format!("category={category}")).await,
        count(&|row| row["category"]["primary"] == category)
    );
    let units = |row: &Value| minor_units(text(row, "amount")).abs();
    assert_eq!(
        narrowed("min_amount=1000".into()).await,
        count(&|row| units(row) >= 100_000)
    );
    assert_eq!(
        narrowed("max_amount=20.5".into()).await,
        count(&|row| units(row) <= 2_050)
    );
    assert_eq!(
        narrowed("min_amount=20&max_amount=100".into()).await,
        count(&|row| (2_000..=10_000).contains(&units(row)))
    );
    assert_eq!(
        narrowed("pending=false".into()).await,
        count(&|row| row["pending"] == false)
    );
    let searched = |row: &Value| {
        let merchant = row["merchant"].as_str().unwrap_or_default();
        search::indexed(&format!("{merchant} {}", text(row, "description")))
    };
    let word = search::words(&searched(one)).remove(0);
    let start: String = word.chars().take(3).collect();
    for q in [word, start] {
        let found = count(&|row| search::finds(&searched(row), std::slice::from_ref(&q)));
        assert!(found > 0, "{q}");
        assert_eq!(narrowed(format!("q={q}")).await, found, "{q}");
    }
    assert_eq!(
        narrowed("account=01arz3ndektsv4rrffq69g5fav".into()).await,
        0
    );
}

#[tokio::test]
async fn a_status_is_cheap_to_ask_again() {
    let linked = Linked::start().await;
    let path = format!("/connections/{}/status", linked.connection);
    let first = linked.program.get(&path).await;
    assert_eq!(first.json["link_status"], "success");
    assert_eq!(first.json["transactions_status"], "complete");
    assert!(first.json["reason"].is_null() && first.json["challenges"].is_null());
    assert_eq!(first.json["progress"]["percent"], 100);
    assert!(text(&first.json, "last_synced").ends_with('Z'));
    let known = [("if-none-match", first.header("etag"))];
    let again = linked.program.ask(Method::GET, &path, None, &known).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("etag"), first.header("etag"));
    let sync = format!("/connections/{}/sync", linked.connection);
    let asked = linked.program.ask(Method::POST, &sync, None, &[]).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    // A sync is running, or has ended later than the one before.
    let later = linked.program.ask(Method::GET, &path, None, &known).await;
    assert_eq!(later.status, 200, "{}", later.text);
    assert_ne!(later.json, first.json);
    assert_ne!(later.header("etag"), first.header("etag"));
    let other = [("if-none-match", "\"another\"")];
    assert_eq!(
        linked
            .program
            .ask(Method::GET, &path, None, &other)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_person_s_own_words_are_kept_and_cleared() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let row = program.get("/transactions?limit=1").await.json["transactions"][0].clone();
    let path = format!("/transactions/{}", text(&row, "id"));
    let patch = async |body: Value| program.ask(Method::PATCH, &path, Some(&body), &[]).await;
    let answer = patch(json!({ "name": "Lunch", "category": "TRAVEL", "note": "with Bo", "tags": ["#Work", "2026"] })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json["name"], "Lunch", "{}", answer.text);
    assert_eq!(answer.json["own"]["tags"], json!(["work", "2026"]));
    assert_eq!(answer.json["description"], row["description"]);
    assert_eq!(program.get(&path).await.json, answer.json);
    let answer = patch(json!({ "name": null, "note": "", "tags": null })).await;
    let own = json!({ "name": null, "category": "TRAVEL", "note": null, "tags": [] });
    assert_eq!(answer.json["own"], own);
    assert_eq!(
        patch(json!({ "amount": "1", "note": 5 })).await.wrong(),
        ["amount", "note"]
    );
    let answer = patch(json!({ "name": "a\nb", "category": "<b>", "tags": ["a/b"] })).await;
    assert_eq!(answer.wrong(), ["category", "name", "tags"]);
    let answer = patch(json!({ "name": "a\nb", "category": "zz", "amount": 1 })).await;
    assert_eq!(answer.wrong(), ["amount", "category", "name"]);
}

#[tokio::test]
async fn a_person_s_own_words_are_as_long_as_the_description_says() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let row = program.get("/transactions?limit=1").await.json["transactions"][0].clone();
    let path = format!("/transactions/{}", text(&row, "id"));
    let patch = async |body: Value| program.ask(Method::PATCH, &path, Some(&body), &[]).await;
    let edits = &passbook::api::description()["components"]["schemas"]["Edits"]["properties"];
    assert_eq!(edits["name"]["maxLength"], LONGEST_NAME);
    assert_eq!(edits["note"]["maxLength"], LONGEST_NOTE);
    assert_eq!(edits["tags"]["items"]["maxLength"], LONGEST_TAG);
    assert_eq!(edits["tags"]["maxItems"], MOST_TAGS);
    let of = |more: usize| {
        let tag = |i: usize| format!("{i:0>0$}", LONGEST_TAG + more);
        let tags: Vec<String> = (0..MOST_TAGS).map(tag).collect();
        json!({ "name": "é".repeat(LONGEST_NAME + more), "note": "é".repeat(LONGEST_NOTE + more), "tags": tags })
    };
    let answer = patch(of(0)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = patch(of(1)).await;
    assert_eq!(answer.is_problem(422).wrong().len(), 2 + MOST_TAGS);
    let many: Vec<String> = (0..=MOST_TAGS).map(|i| i.to_string()).collect();
    let answer = patch(json!({ "tags": many })).await;
    assert_eq!(answer.is_problem(422).wrong(), ["tags"]);
}

#[tokio::test]
async fn jobs_and_activity_come_in_pages() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let sync = format!("/connections/{}/sync", linked.connection);
    let asked = program.ask(Method::POST, &sync, None, &[]).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    // A person with many log-ins.
    let books = linked.app.books().await;
    let copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
        INSERT INTO activity (person_id, happened_at, event, facts)
        SELECT person_id, happened_at, event, facts FROM n,
        (SELECT * FROM activity WHERE event = 'signed_up' LIMIT 1)";
    let copied = sqlx::query(copies).execute(&books.pool).await;
    copied.expect("entries");
    for (list, limit) in [("jobs", "limit=1&"), ("activity", "")] {
        let (mut ids, mut pages, mut cursor) = (Vec::new(), 0, String::new());
        loop {
            let answer = program
                .get(&format!("/{list}?{limit}cursor={cursor}"))
                .await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let page = answer.json[list].as_array().expect("a list");
            ids.extend(page.iter().map(|one| text(one, "id").to_owned()));
            pages += 1;
            match answer.json["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert!(pages > 1, "{list}: {pages}");
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{list}: none comes twice");
        let all = match list {
            "jobs" => program.get("/jobs?limit=100").await.json["jobs"]
                .as_array()
                .map(Vec::len),
            _ => {
                let mine = "SELECT COUNT(*) FROM activity WHERE person_id IS NOT NULL";
                usize::try_from(books.number(mine).await).ok()
            }
        };
        assert_eq!(Some(ids.len()), all, "{list}");
    }
}

#[tokio::test]
async fn a_bank_that_is_linked_is_noticed_and_an_unknown_token_refused() {
    let linked = Linked::start().await;
    let account = linked.program.get("/accounts").await.json["accounts"][0].clone();
    let body = json!({
        "public_token": public_token(&linked.app, PLATYPUS).await,
        "metadata": {
            "institution": { "institution_id": PLATYPUS, "name": "First Platypus Bank" },
            "accounts": [{ "id": "x", "name": account["name"], "mask": account["mask"],
                "type": account["kind"], "subtype": account["subtype"] }],
        },
    });
    let answer = linked.program.post("/connections", &body).await;
    answer.is_problem(409);
    assert_eq!(answer.json["connection_id"], linked.connection.as_str());
    let answer = linked
        .program
        .post(
            "/connections",
            &json!({ "public_token": "public-sandbox-none" }),
        )
        .await;
    answer.is_problem(422);
    assert_eq!(answer.wrong(), ["public_token"]);
}

#[tokio::test]
async fn a_link_token_opens_link_for_its_person() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let answer = program.post("/link-tokens", &json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert!(answer.text_of("link_token").starts_with("link-"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.json["hosted_url"], Value::Null);
    let body = json!({ "connection_id": linked.connection, "hosted": true });
    let answer = program.post("/link-tokens", &body).await;
    assert!(answer.text_of("hosted_url").starts_with("http"));
    let eve = ApiClient::of(&linked.app, &EVE).await;
    eve.post("/link-tokens", &body).await.is_problem(404);
}

#[tokio::test]
async fn a_sync_is_asked_for_and_a_connection_ended() {
    let linked = Linked::start().await;
    let (program, id) = (&linked.program, &linked.connection);
    let answer = program
        .ask(Method::POST, &format!("/connections/{id}/sync"), None, &[])
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json["job"]["kind"], "sync");
    let path = format!("/connections/{id}?keep_transactions=false");
    let answer = program.ask(Method::DELETE, &path, None, &[]).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json["job"]["kind"], "unlink");
    program
        .ask(Method::DELETE, &path, None, &[])
        .await
        .is_problem(404);
    // Another person's link reveals nothing.
    let eve = ApiClient::of(&linked.app, &EVE).await;
    assert_eq!(link(&linked.app, &eve).await.status, 202);
    let ours = program.get("/connections").await.json["connections"].clone();
    assert!(
        ours.as_array()
            .is_some_and(|ours| ours.iter().all(|one| one["id"] == id.as_str()))
    );
}

#[tokio::test]
async fn the_description_the_page_and_the_collection_are_there_for_anybody() {
    let app = crate::app::TestApp::start().await;
    let nobody = ApiClient::new(&app);
    let described = nobody.get("/api/openapi.json").await;
    assert_eq!(described.json["openapi"], "3.1.0");
    assert_eq!(described.json, passbook::api::description());
    let paths = described.json["paths"].as_object().expect("paths");
    let items = paths.values().filter_map(Value::as_object);
    let operations: usize = items.map(serde_json::Map::len).sum();
    let page = app.browser().get("/api/docs").await;
    assert_eq!(
        (page.status, page.text("h1").as_str()),
        (200, "API reference")
    );
    assert_eq!(page.count(".operation"), operations);
    // The first example shows how to authenticate.
    assert_eq!(page.count("pre"), operations + 1);
    assert!(page.text("pre").contains("Authorization: Bearer"));
    let links = page.attributes("nav a", "href");
    assert!(links.len() > operations);
    for link in links {
        assert_eq!(page.count(&format!("[id=\"{}\"]", &link[1..])), 1, "{link}");
    }
    assert_eq!(page.attribute(".back a", "href").as_deref(), Some("/"));
    assert_eq!(page.count("script") + page.count("[style]"), 0);
    assert!(
        page.header("content-security-policy")
            .contains("style-src 'self'")
    );
    let collection = nobody.get("/api/postman.json").await;
    let folders = collection.json["item"].as_array().expect("folders");
    let requests = folders
        .iter()
        .filter_map(|folder| folder["item"].as_array());
    assert_eq!(requests.map(Vec::len).sum::<usize>(), operations);
}

/// Returns every row, page after page.
pub async fn everything(program: &ApiClient, path: &str) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), path.to_owned());
    loop {
        let answer = program.get(&next).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        rows.extend(
            answer.json["transactions"]
                .as_array()
                .expect("rows")
                .clone(),
        );
        let Some(cursor) = answer.json["next_cursor"].as_str() else {
            return rows;
        };
        let sign = if path.contains('?') { '&' } else { '?' };
        next = format!("{path}{sign}cursor={cursor}");
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    let text = value[name].as_str();
    text.unwrap_or_else(|| panic!("no {name}: {value}"))
}

/// Converts an amount with two decimals to cents.
fn minor_units(amount: &str) -> i64 {
    let (_, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    assert_eq!(decimals.len(), 2, "{amount}");
    amount.replace('.', "").parse().expect("digits")
}
