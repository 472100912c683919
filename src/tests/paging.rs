//! A run applies all its pages or none. A script plays the bank here, because the built-in bank never behaves this
//! badly.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::job::{JobRun, RunOutcome};
use domain::secret::Secret;
use providers::Providers;
use providers::plaid::{Plaid, PlaidConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::jobs::quiet::QuietApp;

/// The most pages of one run (`MOST_PAGES` in src/sync/fetch.rs).
const MOST_PAGES: usize = 2_000;

const MUTATION: &str = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION";

/// Returns the answer to the call with this number and this cursor.
type Script = Box<dyn Fn(usize, Option<&str>) -> Value + Send + Sync>;

struct ScriptedBank {
    script: Script,
    /// The cursors of all calls so far.
    asked: Mutex<Vec<Option<String>>>,
}

/// A Passbook with one connection, whose bank follows a script from now on.
struct ScriptedSync {
    quiet: QuietApp,
    id: ConnectionId,
    bank: Arc<ScriptedBank>,
    _calls: UnboundedReceiver<Call>,
}

#[tokio::test]
async fn data_that_changes_between_two_pages_is_read_anew_from_where_the_run_began() {
    let sync = ScriptedSync::with(|call, _| match call {
        0 => page("kept", "first", false),
        1 => page("void", "second", true),
        2 => json!({ "error_type": "TRANSACTIONS_ERROR", "error_code": MUTATION }),
        3 => page("new", "other", true),
        _ => page("newer", "last", false),
    })
    .await;
    sync.run().await;
    assert_eq!(sync.cursor().await, ["first"]);
    sync.run_again().await;
    // It restarts neither at the page that failed nor at the empty cursor.
    let asked = ["", "first", "second", "first", "other"];
    assert_eq!(sync.asked(), asked);
    assert_eq!(sync.rows().await, ["kept", "new", "newer"]);
    assert_eq!(sync.cursor().await, ["last"]);
    assert_eq!(sync.last_run().await.outcome, RunOutcome::Done);
}

#[tokio::test]
async fn data_that_never_stops_changing_ends_the_run_and_nothing_is_stored() {
    let sync = ScriptedSync::with(|_, cursor| match cursor {
        None => page("void", "second", true),
        Some(_) => json!({ "error_type": "TRANSACTIONS_ERROR", "error_code": MUTATION }),
    })
    .await;
    sync.run().await;
    // Once, and five times more.
    assert_eq!(sync.asked(), ["", "second"].repeat(6));
    sync.failed_and_stored_nothing(MUTATION).await;
}

#[tokio::test]
async fn pages_that_do_not_go_on_are_an_error_and_nothing_is_stored() {
    let sync = ScriptedSync::with(|call, _| page(&call.to_string(), "same", true)).await;
    sync.run().await;
    assert_eq!(sync.asked(), ["", "same"]);
    sync.failed_and_stored_nothing("BAD_ANSWER").await;

    let sync = ScriptedSync::with(|_, _| page("void", "", true)).await;
    sync.run().await;
    assert_eq!(sync.asked(), [""]);
    sync.failed_and_stored_nothing("BAD_ANSWER").await;
}

#[tokio::test]
async fn a_run_from_a_cursor_that_does_not_go_on_keeps_that_cursor() {
    let sync = ScriptedSync::with(|call, _| page(&call.to_string(), "same", call > 0)).await;
    sync.run().await;
    sync.run_again().await;
    assert_eq!(sync.asked(), ["", "same"]);
    assert_eq!(sync.last_run().await.outcome, RunOutcome::Failed);
    assert_eq!(sync.rows().await, ["0"]);
    assert_eq!(sync.cursor().await, ["same"]);
}

#[tokio::test]
async fn pages_without_end_are_an_error_and_nothing_is_stored() {
    let sync =
        ScriptedSync::with(|call, _| page(&call.to_string(), &format!("at {call}"), true)).await;
    sync.run().await;
    assert_eq!(sync.asked().len(), MOST_PAGES);
    sync.failed_and_stored_nothing("BAD_ANSWER").await;
}

/// Null is read as an empty list, but such a list proves nothing.
#[tokio::test]
async fn a_list_that_is_null_takes_no_row_away() {
    for (place, goes) in [("", true), ("added", false), ("has_more", false)] {
        let sync = ScriptedSync::with(move |call, _| match call {
            0 => page("kept", "first", false),
            1 => page("new", "second", true),
            2 => {
                let mut last = page("newer", "third", false);
                if !place.is_empty() {
                    last[place] = Value::Null;
                    last["modified"] = Value::Null;
                }
                last
            }
            _ => page("new", "fourth", false),
        })
        .await;
        sync.run().await;
        let begun = passbook::sync::begin_again(&sync.quiet.ctx, &sync.id).await;
        begun.expect("it is asked for");
        sync.run().await;
        assert_eq!(sync.asked(), ["", "", "second", "first"], "{place}");
        let rows = sync.rows().await;
        assert_eq!(
            rows.contains(&"kept".to_owned()),
            !goes,
            "{place}: {rows:?}"
        );
    }
}

impl ScriptedSync {
    async fn with(script: impl Fn(usize, Option<&str>) -> Value + Send + Sync + 'static) -> Self {
        let mut quiet = QuietApp::start().await;
        let (id, _) = quiet.link().await;
        let bank = Arc::new(ScriptedBank {
            script: Box::new(script),
            asked: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&bank));
        tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        let config = PlaidConfig {
            base_url: url.parse().expect("an address"),
            client_id: "client".into(),
            secret: Secret::new("secret"),
            client_name: "Passbook".into(),
            country_codes: vec!["US".into()],
            language: "en".into(),
            redirect_uri: None,
            webhook: None,
        };
        let (sender, calls) = tokio::sync::mpsc::unbounded_channel();
        let plaid = Plaid::new(config, sender, quiet.clock.clone()).expect("a way");
        // The test makes thousands of calls in a minute that never passes.
        quiet.ctx.providers = Providers::new(vec![Arc::new(plaid.without_limits())]);
        Self {
            quiet,
            id,
            bank,
            _calls: calls,
        }
    }

    /// Does the one run that is due; a failed run is repeated only when time passes, and none does.
    async fn run(&self) {
        self.quiet.work_off().await;
    }

    async fn run_again(&self) {
        let asked = passbook::sync::request_sync(&self.quiet.ctx, &self.quiet.user, &self.id).await;
        asked.expect("it is asked for");
        self.run().await;
    }

    /// Returns the requested cursors, "" where there was none.
    fn asked(&self) -> Vec<String> {
        let asked = self.bank.asked.lock().expect("the calls");
        let text = |cursor: &Option<String>| cursor.clone().unwrap_or_default();
        asked.iter().map(text).collect()
    }

    async fn rows(&self) -> Vec<String> {
        let rows = "SELECT provider_id FROM bank_transaction ORDER BY provider_id";
        self.quiet.books.texts(rows).await
    }

    async fn cursor(&self) -> Vec<String> {
        let cursor = "SELECT cursor FROM connection WHERE cursor IS NOT NULL";
        self.quiet.books.texts(cursor).await
    }

    async fn last_run(&self) -> JobRun {
        let job = self.quiet.sync_of(&self.id).await;
        job.last_run.expect("a run")
    }

    async fn failed_and_stored_nothing(&self, code: &str) {
        let run = self.last_run().await;
        assert_eq!(run.outcome, RunOutcome::Failed);
        assert_eq!(run.error_code.as_deref(), Some(code));
        assert!(self.rows().await.is_empty(), "rows of a run that failed");
        assert!(self.cursor().await.is_empty(), "its cursor");
    }
}

async fn answer(State(bank): State<Arc<ScriptedBank>>, uri: Uri, body: Bytes) -> Response {
    let said = match uri.path() {
        "/item/get" => json!({ "item": {} }),
        "/accounts/get" => json!({ "accounts": [{
            "account_id": "one", "name": "Checking", "type": "depository", "subtype": "checking",
            "balances": { "current": 10.0, "iso_currency_code": "USD" },
        }] }),
        "/transactions/sync" => bank.pages(&body),
        _ => json!({ "error_type": "API_ERROR", "error_code": "INTERNAL_SERVER_ERROR" }),
    };
    let status = match said["error_code"] {
        Value::Null => StatusCode::OK,
        _ => StatusCode::BAD_REQUEST,
    };
    (status, Json(said)).into_response()
}

impl ScriptedBank {
    fn pages(&self, body: &[u8]) -> Value {
        let question: Value = serde_json::from_slice(body).expect("JSON");
        let cursor = question["cursor"].as_str();
        let mut asked = self.asked.lock().expect("the calls");
        let said = (self.script)(asked.len(), cursor);
        asked.push(cursor.map(str::to_owned));
        said
    }
}

/// Returns a page with one row.
fn page(row: &str, next_cursor: &str, has_more: bool) -> Value {
    json!({
        "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE",
        "added": [{
            "transaction_id": row, "account_id": "one", "amount": 1.5, "iso_currency_code": "USD",
            "date": "2026-01-02", "name": row, "pending": false,
        }],
        "modified": [], "removed": [], "next_cursor": next_cursor, "has_more": has_more,
    })
}
