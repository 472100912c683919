//! The clean-up: expired data goes, all other data stays.

use domain::job::{JobKind, RunOutcome};
use passbook::sync;
use serde_json::Value;

use super::quiet::QuietApp;

const DAY: i64 = 24 * 3_600_000;

impl QuietApp {
    async fn write(&self, sql: String) {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&self.books.pool)
            .await
            .expect("written");
    }
}

#[tokio::test]
async fn what_has_run_out_is_forgotten_and_nothing_else() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    let (now, ada) = (quiet.clock.now().as_millisecond(), &quiet.user.id);
    let (old, young) = (now - 91 * DAY, now - 89 * DAY);
    for (name, expires) in [("gone", now - 1), ("stays", now + 1)] {
        quiet
            .write(format!(
                "INSERT INTO browser_session (id_hash, data, expires_at) VALUES ('{name}', '{{}}', {expires})"
            ))
            .await;
    }
    for (name, at) in [("gone", now - 3 * DAY), ("stays", now - DAY / 2)] {
        quiet
            .write(format!(
                "INSERT INTO login_throttle VALUES ('{name}', 3, {at})"
            ))
            .await;
    }
    for (name, expires, finished) in [
        ("ended", now + DAY, format!("{now}")),
        ("expired", now - 2 * DAY, "NULL".into()),
        ("open", now + DAY, "NULL".into()),
        ("late", now - DAY / 2, "NULL".into()),
    ] {
        quiet.write(format!(
            "INSERT INTO link_attempt (id, person_id, chooses_accounts, sealed_token, sealed_hosted_url, created_at, expires_at, finished_at)
             VALUES ('{name}', '{ada}', FALSE, X'01', X'02', 1, {expires}, {finished})"
        )).await;
    }
    for (name, at) in [("gone", old), ("stays", young)] {
        quiet.write(format!("INSERT INTO provider_call (provider, endpoint, started_at, duration_ms, outcome) VALUES ('plaid', '/{name}', {at}, 1, 'ok')")).await;
        quiet.write(format!("INSERT INTO webhook_refusal (provider, body_hash, reason, received_at) VALUES ('plaid', '{name}', 'x', {at})")).await;
        quiet.write(format!("INSERT INTO webhook_delivery (provider, body_hash, body, webhook_type, webhook_code, received_at, latency_ms, caused, last_received_at) VALUES ('plaid', '{name}', X'', 'T', 'C', 1, 1, 'nothing', {at})")).await;
        quiet.write(format!("INSERT INTO job (id, kind, subject, finished_at) VALUES ('{name}', 'link', '{name}', {at})")).await;
    }
    let sync_job = quiet.sync_of(&id).await;
    for (fence, at) in [(-3, old), (-2, old), (-1, young)] {
        quiet.write(format!("INSERT INTO job_run (job_id, fence, started_at, finished_at, outcome) VALUES ('{}', {fence}, {at}, {at}, 'done')", sync_job.id)).await;
    }
    // A job's only run is kept, however old: it shows the job's outcome.
    quiet
        .write(
            "INSERT INTO job (id, kind, subject, run_at) VALUES ('lone', 'optimize', 'once', NULL)"
                .into(),
        )
        .await;
    quiet.write(format!("INSERT INTO job_run (job_id, fence, started_at, finished_at, outcome) VALUES ('lone', 1, {old}, {old}, 'done')")).await;

    sync::request_clean_up(&quiet.ctx).await.expect("asked");
    quiet.work_off().await;

    for (table, column) in [
        ("browser_session", "id_hash"),
        ("login_throttle", "key_hash"),
        ("webhook_refusal", "body_hash"),
        ("webhook_delivery", "body_hash"),
        ("job", "id"),
    ] {
        let left = |name: &str| format!("SELECT COUNT(*) FROM {table} WHERE {column} = '{name}'");
        assert_eq!(quiet.books.count(&left("gone")).await, 0, "{table}");
        assert_eq!(quiet.books.count(&left("stays")).await, 1, "{table}");
    }
    let calls = "SELECT endpoint FROM provider_call WHERE endpoint IN ('/gone', '/stays')";
    assert_eq!(quiet.books.texts(calls).await, ["/stays"]);
    let kept = "SELECT id FROM link_attempt WHERE sealed_token = X'01' AND sealed_hosted_url = X'02' ORDER BY id";
    assert_eq!(quiet.books.texts(kept).await, ["late", "open"]);
    let wiped =
        "SELECT COUNT(*) FROM link_attempt WHERE sealed_token IS NULL AND sealed_hosted_url IS NULL
        AND id IN ('ended', 'expired')";
    assert_eq!(quiet.books.number(wiped).await, 2);
    let fences: Vec<_> = quiet
        .runs(&sync_job.id)
        .await
        .iter()
        .map(|run| run.fence)
        .collect();
    assert_eq!(fences, [1, -1]);
    assert_eq!(
        quiet
            .books
            .number("SELECT COUNT(*) FROM job_run WHERE job_id = 'lone'")
            .await,
        1
    );

    let run = quiet
        .job(JobKind::CleanUp, "history")
        .await
        .expect("it")
        .last_run
        .expect("a run");
    assert_eq!(run.outcome, RunOutcome::Done);
    let result: Value = serde_json::from_str(&run.result.expect("a result")).expect("JSON");
    assert_eq!(
        (&result["runs"], &result["link_tokens"]),
        (&2.into(), &2.into()),
        "{result}"
    );
}

#[tokio::test]
async fn many_rows_go_in_lots() {
    let quiet = QuietApp::start().await;
    let old = quiet.clock.now().as_millisecond() - 91 * DAY;
    quiet
        .write(format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7000)
         INSERT INTO provider_call (provider, endpoint, started_at, duration_ms, outcome)
         SELECT 'plaid', '/old', {old}, 1, 'ok' FROM n"
        ))
        .await;
    sync::request_clean_up(&quiet.ctx).await.expect("asked");
    quiet.work_off().await;
    assert_eq!(
        quiet
            .books
            .number("SELECT COUNT(*) FROM provider_call")
            .await,
        0
    );
}

#[tokio::test]
async fn the_database_looks_after_itself() {
    let quiet = QuietApp::start().await;
    sync::request_optimize(&quiet.ctx).await.expect("asked");
    quiet.work_off().await;
    let run = quiet
        .job(JobKind::Optimize, "database")
        .await
        .expect("it")
        .last_run;
    assert_eq!(run.expect("a run").outcome, RunOutcome::Done);
}
