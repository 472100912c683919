//! Replaces every text in the database with a hostile one: pages may not rely on checks made on input.

use serde_json::json;

use crate::app::TestApp;

/// Columns that hold ids, words of the program, days or whole documents. Every other column, including future ones,
/// counts as untrusted text.
const NOT_TEXT: &[&str] = &[
    "account.kind",
    "activity.event",
    "activity.facts",
    "api_key.scopes",
    "bank_transaction.details",
    "browser_session.data",
    "connection.cursor",
    "identity.provider",
    "connection.link_phase",
    "connection.problem_reason",
    "connection.problem_remedy",
    "connection.update_status",
    "connection.webhook_url",
    "connection_check_row.finding",
    "connection_event.kind",
    "connection_event.problem_reason",
    "connection_event.problem_remedy",
    "connection_note.kind",
    "connection_note.subject",
    // Triggers copy them from the transactions.
    "daily_total.category",
    "daily_total.currency",
    "daily_total.detailed",
    "gone_transaction.details",
    "idempotent_write.body",
    "idempotent_write.fingerprint",
    "job.kind",
    "job.subject",
    "job_run.outcome",
    "job_run.reason",
    "known_origin.kind",
    "link_attempt.hosted_url",
    "link_attempt.state",
    "link_attempt.webhook_url",
    "oauth_client.scopes",
    "oauth_code.scopes",
    "outbound_endpoint.disabled_for",
    "outbound_message.body",
    "outbound_message.kind",
    "outbound_message.state",
    "outgoing_mail.facts",
    "outgoing_mail.kind",
    "outgoing_mail.last_error",
    "person.birthday",
    "person.email",
    "person.user_name",
    "provider_call.outcome",
    "provider_call.reason",
    "quote.ask",
    "quote.bid",
    "quote.pair",
    "quote.rate",
    "rate_source.source",
    "set_aside_row.row_key",
    "sighting.kind",
    "token_family.revoked_for",
    "token_family.scopes",
    "transfer_side.category",
    "transfer_side.currency",
    "transfer_side.detailed",
    "webhook_delivery.caused",
    "webhook_refusal_count.reason",
    "webhook_replay.caused",
];

/// Replaces every text with this one; returns the number of columns.
pub async fn every_text(app: &TestApp, text: &str) -> usize {
    let pool = app.books().await.pool;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p
         WHERE m.type = 'table' AND p.type = 'TEXT' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE '\\_%' ESCAPE '\\'",
    )
    .fetch_all(&pool)
    .await
    .expect("columns");
    let texts: Vec<_> = columns
        .iter()
        .filter(|(table, column)| is_text(table, column))
        .collect();
    for (table, column) in &texts {
        let value = match column.as_str() {
            "currency" => format!("~{text}"),
            _ => text.to_owned(),
        };
        // A long text in each of a thousand rows would only test the machine's speed.
        let which = match table.as_str() {
            "bank_transaction" if text.len() > 2_000 => {
                "WHERE seq > (SELECT MAX(seq) - 20 FROM bank_transaction)"
            }
            // Two sources may have a rate of the same moment, and must not become one.
            "quote" if column == "source" => {
                "WHERE place = (SELECT MAX(newest.place) FROM quote newest WHERE newest.pair = quote.pair)"
            }
            _ => "",
        };
        let sql = format!("UPDATE {table} SET {column} = $1 {which}");
        let done = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(value)
            .execute(&pool)
            .await;
        done.unwrap_or_else(|error| panic!("{table}.{column}: {error}"));
    }
    let details = json!({"website": text, text: text, "location": {"city": text, text: [text, {text: text}]}});
    for (sql, value) in [
        (
            "UPDATE bank_transaction SET details = $1 WHERE LENGTH($1) < 20000",
            details.to_string(),
        ),
        (
            "UPDATE activity SET facts = $1 WHERE person_id IS NOT NULL",
            facts(text),
        ),
        (
            "UPDATE webhook_delivery SET body = CAST($1 AS BLOB)",
            text.to_owned(),
        ),
        (
            "UPDATE link_attempt SET sealed_hosted_url = NULL WHERE $1 <> ''",
            text.to_owned(),
        ),
    ] {
        let done = sqlx::query(sql).bind(value).execute(&pool).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    texts.len()
}

fn is_text(table: &str, column: &str) -> bool {
    let named = |end| column == end || column.ends_with(&format!("_{end}"));
    let ours = [
        "id", "hash", "folded", "day", "key", "search", "by", "provider",
    ];
    !ours.into_iter().any(named) && !NOT_TEXT.contains(&format!("{table}.{column}").as_str())
}

/// Adds one entry of every event, and rows to tables that are usually empty.
pub async fn add_rows(app: &TestApp) {
    let pool = app.books().await.pool;
    let events = "signed_in not_let_in wrong_current_password api_key_created api_key_deleted webhook_added \
        webhook_deleted problem_began problem_cleared unlinked exported edited job_retried \
        job_cancelled checked put_right synced first_sync_complete app_allowed app_revoked \
        identity_connected identity_disconnected identity_forgotten browser_logged_out an_unknown_one";
    for event in events.split_whitespace() {
        let sql = "INSERT INTO activity (person_id, connection_id, institution_name, happened_at, event, facts)
            SELECT person_id, id, institution_name, 0, $1, '{}' FROM connection";
        sqlx::query(sql)
            .bind(event)
            .execute(&pool)
            .await
            .expect("an entry");
    }
}

fn facts(text: &str) -> String {
    let names = "name address browser code message what kind by rows added modified removed kept result heading";
    let facts: serde_json::Map<_, _> = names
        .split_whitespace()
        .map(|name| (name.to_owned(), json!(text)))
        .collect();
    serde_json::Value::Object(facts).to_string()
}
