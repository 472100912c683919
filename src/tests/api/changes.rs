//! The change feed, read by a client that is stopped, restarted and set back at random.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::reading::everything;
use super::{ApiClient, Linked};
use crate::app::{ADA, EVE, eventually};
use crate::books::Books;
use crate::model::dice::Dice;

/// A client that keeps what the feed reports, and its place in the feed.
#[derive(Clone, Default)]
struct FeedReader {
    rows: BTreeMap<String, Value>,
    cursor: String,
}

impl FeedReader {
    /// Reads one page; returns whether there is more.
    async fn read(&mut self, program: &ApiClient, limit: u64) -> bool {
        let answer = program
            .get(&format!("/changes?limit={limit}&cursor={}", self.cursor))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let of = |list: &str| answer.json[list].as_array().expect("rows").clone();
        for row in of("added").into_iter().chain(of("modified")) {
            self.rows
                .insert(row["id"].as_str().expect("an id").to_owned(), row);
        }
        for row in of("removed") {
            self.rows.remove(row["id"].as_str().expect("an id"));
        }
        self.cursor = answer.text_of("next_cursor");
        answer.json["has_more"].as_bool().expect("yes or no")
    }
}

/// Reads at random, with stops and set-backs, while rows change; compares the client with the API at the end.
async fn read_at_random(
    program: &ApiClient,
    dice: &mut Dice,
    rounds: usize,
    mut happen: impl AsyncFnMut(&mut Dice),
) {
    let mut client = FeedReader::default();
    let mut earlier = vec![client.clone()];
    for _ in 0..rounds {
        match dice.below(5) {
            0 => happen(dice).await,
            // Set back to an earlier state: what has changed since is read again.
            1 => client = earlier[dice.below(earlier.len())].clone(),
            2 => earlier.push(client.clone()),
            _ => {
                let limit = 1 + dice.below(80) as u64;
                client.read(program, limit).await;
            }
        }
    }
    while client.read(program, 200).await {}
    let rows = everything(program, "/transactions?limit=500").await;
    let named = |row: Value| (row["id"].as_str().expect("an id").to_owned(), row);
    let rows: BTreeMap<String, Value> = rows.into_iter().map(named).collect();
    assert!(rows.len() > 100, "{} rows say little", rows.len());
    assert_eq!(client.rows.len(), rows.len());
    assert!(client.rows == rows, "the rows differ");
}

#[tokio::test]
async fn a_client_that_is_stopped_started_and_set_back_ends_with_the_server_s_rows() {
    let linked = Linked::start().await;
    let books = linked.app.books().await;
    for seed in [1, 20_261_121] {
        let mut dice = Dice::of(seed);
        let something = async |dice: &mut Dice| happen(&books, dice).await;
        read_at_random(&linked.program, &mut dice, 120, something).await;
    }
}

#[tokio::test]
async fn the_same_holds_of_what_the_bank_and_its_person_do() {
    let linked = Linked::start().await;
    let books = linked.app.books().await;
    let mut deeds = BTreeMap::new();
    for seed in [7, 20_261_122] {
        let mut dice = Dice::of(seed);
        let something = async |dice: &mut Dice| {
            let deed = act(&linked, &books, dice).await;
            *deeds.entry(deed).or_insert(0) += 1;
        };
        read_at_random(&linked.program, &mut dice, 100, something).await;
    }
    assert_eq!(deeds.len(), 5, "each of them was done: {deeds:?}");
}

/// Has the bank add, settle, change or remove a row and syncs it, or edits one as the person.
async fn act(linked: &Linked, books: &Books, dice: &mut Dice) -> &'static str {
    let pick = |rows: Vec<String>, dice: &mut Dice| rows[dice.below(rows.len())].clone();
    let item = books
        .texts("SELECT item_id FROM connection")
        .await
        .remove(0);
    let pending = "SELECT provider_id FROM bank_transaction WHERE pending = 1 ORDER BY seq";
    let pending = books.texts(pending).await;
    let posted = "SELECT provider_id FROM bank_transaction WHERE pending = 0 ORDER BY day DESC, seq LIMIT 40";
    let posted = pick(books.texts(posted).await, dice);
    let cents = format!("{}.{:02}", 1 + dice.below(90), dice.below(100));
    let (deed, wanted) = match dice.below(5) {
        0 => {
            let id = books
                .texts("SELECT id FROM bank_transaction ORDER BY id")
                .await;
            let path = format!("/transactions/{}", pick(id, dice));
            let note = json!({ "note": format!("seen {cents}") });
            let answer = linked
                .program
                .ask(Method::PATCH, &path, Some(&note), &[])
                .await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            return "note";
        }
        1 if !pending.is_empty() => {
            let id = pick(pending, dice);
            (
                "settle",
                json!({ "transaction_id": id, "step": "both", "amount": cents }),
            )
        }
        2 => (
            "modify",
            json!({ "transaction_id": posted, "description": format!("CHANGED {cents}") }),
        ),
        3 => ("remove", json!({ "transaction_id": posted })),
        _ => (
            "add",
            json!({ "amount": cents, "pending": dice.below(2) == 0, "description": "ADDED" }),
        ),
    };
    let mut wanted = wanted;
    wanted["item_id"] = item.into();
    let done = format!("transactions/{deed}");
    linked.app.bank().misbehave(&done, wanted).await;
    let sync = format!("/connections/{}/sync", linked.connection);
    let asked = linked.program.ask(Method::POST, &sync, None, &[]).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let status = format!("/connections/{}/status", linked.connection);
    eventually("the sync", async || {
        linked.app.pass(SignedDuration::from_millis(200));
        let answer = linked.program.get(&status).await;
        (answer.json["syncing"] == false).then_some(())
    })
    .await;
    deed
}

/// Changes, deletes or inserts a few rows as a sync would.
async fn happen(books: &Books, dice: &mut Dice) {
    let (few, from) = (1 + dice.below(10), dice.below(997));
    let some = format!(
        "(SELECT id FROM bank_transaction ORDER BY (seq * 7919 + {from}) % 997 LIMIT {few})"
    );
    let sql = match dice.below(4) {
        0 => format!("UPDATE bank_transaction SET amount = amount - 1 WHERE id IN {some}"),
        1 => format!("UPDATE bank_transaction SET pending = 1 - pending WHERE id IN {some}"),
        2 => format!("DELETE FROM bank_transaction WHERE id IN {some}"),
        _ => {
            let number = dice.below(1_000_000_000);
            format!(
                "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount,
                     currency, exponent, description, pending, details, search)
                 SELECT 'new' || substr('00000000000000000000000' || ({number} * 100 + ROW_NUMBER() OVER (ORDER BY seq)), -23),
                     person_id, connection_id, account_id, 'p{number}-' || seq, day, amount, currency, exponent,
                     description, pending, details, search FROM bank_transaction WHERE id IN {some}"
            )
        }
    };
    write(books, sql).await;
}

async fn write(books: &Books, sql: String) {
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(&books.pool)
        .await;
    done.expect("it is written");
}

#[tokio::test]
async fn the_feed_tells_what_changed_and_what_went_and_nothing_else() {
    let linked = Linked::start().await;
    let program = &linked.program;
    let books = linked.app.books().await;
    let mut client = FeedReader::default();
    while client.read(program, 500).await {}
    let since = format!("/changes?cursor={}", client.cursor);
    let quiet = program.get(&since).await;
    assert_eq!(quiet.json["added"], json!([]));
    assert_eq!(quiet.json["has_more"], false);
    let ids: Vec<&String> = client.rows.keys().take(3).collect();
    let set =
        |what: &str, id: &str| format!("UPDATE bank_transaction SET {what} WHERE id = '{id}'");
    write(&books, set("amount = amount + 1", ids[0])).await;
    write(&books, set("amount = amount", ids[1])).await;
    write(&books, set("own_note = 'mine'", ids[2])).await;
    let answer = program.get(&since).await;
    let modified = answer.json["modified"].as_array().expect("rows").iter();
    let modified: Vec<&Value> = modified.map(|row| &row["id"]).collect();
    assert_eq!(
        modified,
        [ids[0].as_str(), ids[2].as_str()],
        "what is the same is not told"
    );
    assert_eq!(
        (&answer.json["added"], &answer.json["removed"]),
        (&json!([]), &json!([]))
    );
    write(
        &books,
        format!("DELETE FROM bank_transaction WHERE id = '{}'", ids[0]),
    )
    .await;
    let answer = program.get(&since).await;
    assert_eq!(answer.json["removed"][0]["id"], ids[0].as_str());
    assert_eq!(answer.json["modified"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_cursor_is_its_person_s_own() {
    let linked = Linked::start().await;
    let mut client = FeedReader::default();
    while client.read(&linked.program, 500).await {}
    let eve = ApiClient::of(&linked.app, &EVE).await;
    let answer = eve.get(&format!("/changes?cursor={}", client.cursor)).await;
    answer.is_problem(422);
    assert_eq!(answer.wrong(), ["cursor"]);
    for bad in ["x", "MQ", "%00"] {
        linked
            .program
            .get(&format!("/changes?cursor={bad}"))
            .await
            .is_problem(422);
    }
    let both = eve.get("/changes?cursor=x&limit=0").await;
    assert_eq!(both.is_problem(422).wrong(), ["cursor", "limit"]);
    assert_eq!(eve.get("/changes").await.json["added"], json!([]));
    // A cursor ahead of the feed is not reported as too old.
    let ada = linked.app.user(&ADA).await;
    let ahead = passbook::ledger::cursor_at(&ada.id, 1 << 40);
    let ahead = format!("/changes?cursor={ahead}");
    let answer = linked.program.get(&ahead).await;
    answer.is_problem(409);
    let said = answer.text_of("detail");
    assert!(said.contains("newer than the data"), "{said}");
}
