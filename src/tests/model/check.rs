//! What must hold whenever everything has come to rest, and what must hold at any moment.

use std::collections::BTreeMap;

use domain::own::Edits;
use passbook::ledger::view::Filter;
use passbook::ledger::{self, LedgerError};
use passbook::sync::{self, SyncError};
use serde_json::Value;

use super::bank::{Model, Shown};
use super::tested::{Face, Link, ModelledApp};
use crate::app::eventually;
use crate::mx::named_as_mx_does;
use crate::transactions::totals::{WRONG_TOTALS, WRONG_TRANSFERS};

/// The rows of the books with their ids.
pub type Books = Vec<(Shown, String)>;

/// The rows that were in the books with each cursor so far.
#[derive(Default)]
pub struct Cursors(BTreeMap<String, String>);

impl Cursors {
    /// Asserts that each cursor always comes with the same rows: a cursor is never stored without the rows it stands
    /// for.
    pub async fn sample(&mut self, tested: &ModelledApp, link: &Link) {
        let (cursor, rows): (Option<String>, String) = sqlx::query_as(
            "SELECT cursor, (SELECT COALESCE(group_concat(line, char(10)), '') FROM (
                 SELECT provider_id || ' ' || day || ' ' || amount || ' ' || pending || ' ' || description AS line
                 FROM bank_transaction WHERE connection_id = $1 ORDER BY provider_id))
             FROM connection WHERE id = $1",
        )
        .bind(link.id.as_str())
        .fetch_one(&tested.books.pool)
        .await
        .expect("a connection");
        let Some(cursor) = cursor else { return };
        let before = self.0.entry(cursor).or_insert_with(|| rows.clone());
        assert_eq!(*before, rows, "the same cursor, other rows");
    }
}

/// Compares the books with the model and the bank; returns the books.
pub async fn check(tested: &ModelledApp, link: &Link, model: &mut Model) -> Books {
    let listed = listed(tested, link).await;
    model.hear(&listed);
    let wanted = model.shown(&listed);
    let books = books(tested, link).await;
    let shown: Vec<Shown> = books.iter().map(|(row, _)| row.clone()).collect();
    assert_eq!(
        shown, wanted,
        "the books (left) hold what the bank holds (right)"
    );
    let wrong = tested.books.number(WRONG_TOTALS).await;
    assert_eq!(wrong, 0, "the sums by day are those of the rows");
    let wrong = tested.books.number(WRONG_TRANSFERS).await;
    assert_eq!(wrong, 0, "transfers are what their rows are");
    for (row, id) in &books {
        let thing = model.rows[&row.provider_id].thing;
        let known = model.things[thing].our_id.get_or_insert_with(|| id.clone());
        assert_eq!(known, id, "a thing keeps its id: {row:?}");
    }
    books
}

/// Asserts that another person reaches neither the connection nor a row; returns whether there was a row.
pub async fn check_strangers(tested: &ModelledApp, link: &Link, books: &Books) -> bool {
    let stranger = &tested.people[1 - link.owner];
    let ctx = tested.app.ctx();
    let synced = sync::request_sync(ctx, stranger, &link.id).await;
    assert!(matches!(synced, Err(SyncError::NotFound)));
    let Some((_, id)) = books.first() else {
        return false;
    };
    let read = ledger::transaction(ctx, stranger, id, &Filter::default()).await;
    assert!(matches!(read, Err(LedgerError::NotFound)));
    let edits = Edits {
        name: Some("mine".into()),
        ..Edits::default()
    };
    let edited = ledger::edit_transaction(ctx, stranger, id, edits).await;
    assert!(matches!(edited, Err(LedgerError::NotFound)));
    true
}

/// Asserts that the access token is stored sealed, and not in the clear.
pub async fn check_token(tested: &ModelledApp, link: &Link) {
    let sealed = "SELECT sealed_token FROM connection WHERE id = $1";
    let sealed: Vec<u8> = sqlx::query_scalar(sealed)
        .bind(link.id.as_str())
        .fetch_one(&tested.books.pool)
        .await
        .expect("a connection");
    let token = link.token.as_bytes();
    assert!(sealed.len() > token.len(), "all of it is kept");
    let found = sealed.windows(token.len()).any(|part| part == token);
    assert!(!found, "the token stands in the open");
}

/// Asserts that every forged webhook was delivered and refused, and that none was accepted.
pub async fn check_forgeries(tested: &ModelledApp, link: &Link, sent: usize) {
    let answers = eventually("every forged webhook is answered", || async {
        let answer = tested.ask(tested.face.webhook("list"), link.named()).await;
        let all = answer["webhooks"].as_array().expect("webhooks");
        let forged = all.iter().filter(|one| !one["forgery"].is_null());
        let tried = forged.filter(|one| one["attempts"] != 0);
        let tried: Vec<Value> = tried.map(|one| one["last_status"].clone()).collect();
        (tried.len() == sent).then_some(tried)
    })
    .await;
    let refused = |status: &Value| {
        status
            .as_u64()
            .is_some_and(|code| (400..500).contains(&code))
    };
    assert!(answers.iter().all(refused), "{answers:?}");
    let taken =
        "SELECT COUNT(*) FROM webhook_delivery WHERE instr(CAST(body AS TEXT), '\"forged\"') > 0";
    assert_eq!(
        tested.books.number(taken).await,
        0,
        "a forged one was taken"
    );
}

/// Asserts that a run follows every accepted webhook, and that runs on one connection never overlap.
pub async fn check_runs(tested: &ModelledApp, link: &Link) {
    let unanswered: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM webhook_delivery w WHERE w.connection_id = $1 AND w.caused = 'sync'
         AND NOT EXISTS (SELECT 1 FROM job_run r JOIN job j ON j.id = r.job_id
             WHERE j.subject = $1 AND j.kind = 'sync' AND r.outcome = 'done' AND r.started_at >= w.last_received_at)",
    )
    .bind(link.id.as_str())
    .fetch_one(&tested.books.pool)
    .await
    .expect("a number");
    assert_eq!(unanswered, 0, "webhooks without a run after them");
    let open: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id
         WHERE j.subject = $1 AND r.outcome IS NULL AND r.fence < j.fence",
    )
    .bind(link.id.as_str())
    .fetch_one(&tested.books.pool)
    .await
    .expect("a number");
    assert_eq!(open, 0, "a run that was overtaken is over");
}

pub async fn listed(tested: &ModelledApp, link: &Link) -> Vec<Value> {
    let mut answer = tested
        .ask("/misbehave/transactions/list", link.named())
        .await;
    if tested.face == Face::Mx {
        named_as_mx_does(&mut answer["transactions"]);
    }
    answer["transactions"].as_array().expect("rows").clone()
}

async fn books(tested: &ModelledApp, link: &Link) -> Books {
    type Row = (
        String,
        String,
        String,
        i64,
        String,
        bool,
        Option<String>,
        String,
    );
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT t.provider_id, a.provider_id, t.day, t.amount, t.description, t.pending, t.own_name, t.id
         FROM bank_transaction t JOIN account a ON a.id = t.account_id WHERE t.connection_id = $1",
    )
    .bind(link.id.as_str())
    .fetch_all(&tested.books.pool)
    .await
    .expect("rows");
    let row = |(provider_id, account, day, minor, description, pending, words, id)| {
        let shown = Shown {
            provider_id,
            account,
            day,
            minor,
            description,
            pending,
            words,
        };
        (shown, id)
    };
    let mut all: Books = rows.into_iter().map(row).collect();
    all.sort();
    all
}
