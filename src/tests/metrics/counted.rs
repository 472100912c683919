//! Real use, and its counts.

use jiff::SignedDuration;

use super::{ON, scrape};
use crate::app::{ADA, TestApp, browsers, eventually};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;

/// Starts a Passbook with a person whose bank is fully synced; returns the person's browser and the connection's id.
async fn used() -> (TestApp, Browser, String) {
    let (app, browser, id) = TestApp::build().settings(&[ON]).linked().await;
    // Calls and runs are counted when they are recorded, a moment later.
    eventually("the counts", || async {
        let scrape = scrape(&app).await;
        let done = [("kind", "sync"), ("outcome", "done")];
        let run = scrape.get("passbook_job_runs_total", &done);
        let hook = scrape.get("passbook_webhooks_accepted_total", &[("provider", "plaid")]);
        let call = scrape.get(
            "passbook_provider_calls_total",
            &[("provider", "plaid"), ("outcome", "ok")],
        );
        run.and(hook).and(call)
    })
    .await;
    (app, browser, id)
}

#[tokio::test]
async fn requests_are_counted_by_route_method_and_status_refusals_too() {
    let (app, mut browser, _) = used().await;
    app.logged_in(&ADA).await;
    let before = scrape(&app).await;
    let mut stranger = app.browser();
    for (path, status) in [
        ("/", 303),
        ("/no/such/page", 303),
        ("/api/v1/connections", 401),
        ("/sandbox/link.css", 200),
        ("/healthz", 200),
    ] {
        assert_eq!(stranger.get_once(path).await.status, status, "{path}");
    }
    assert_eq!(browser.get("/no/such/page").await.status, 404);
    let hook = stranger.post_once("/webhooks/plaid", "{}".into()).await;
    assert_eq!(hook.status, 401);
    let elsewhere = [("host", "evil.example")];
    let foreign = stranger
        .ask(reqwest::Method::GET, "/rates/live", None, &elsewhere)
        .await;
    assert_eq!(foreign.status, 421);

    let after = scrape(&app).await;
    let more = |route: &str, method: &str, status: &str| {
        let labels = [("route", route), ("method", method), ("status", status)];
        let of = |scrape: &super::Scrape| {
            let count = scrape.get("passbook_http_requests_total", &labels);
            count.unwrap_or_default()
        };
        of(&after) - of(&before)
    };
    for (route, method, status) in [
        ("/", "GET", "303"),
        ("other", "GET", "303"),
        ("other", "GET", "404"),
        ("/api/v1/connections", "GET", "401"),
        ("/sandbox/link.css", "GET", "200"),
        ("/healthz", "GET", "200"),
        ("/webhooks/{provider}", "POST", "401"),
        ("/rates/live", "GET", "421"),
    ] {
        assert_eq!(
            more(route, method, status),
            1.0,
            "{method} {route} {status}: {}",
            after.text
        );
    }
    let log_in = [
        ("route", "/forms/log-in"),
        ("method", "POST"),
        ("status", "303"),
    ];
    assert_eq!(
        before.get("passbook_http_requests_total", &log_in),
        Some(1.0)
    );
    let time = "passbook_http_request_duration_seconds_count";
    for route in ["/", "other", "/api/v1/connections"] {
        let route = [("route", route)];
        assert_eq!(
            after.get(time, &route),
            after.get("passbook_http_requests_total", &route)
        );
    }
}

#[tokio::test]
async fn work_calls_webhooks_and_syncs_are_counted_once_each() {
    let (app, _, _) = used().await;
    let forged = browsers().post(format!("http://{}/webhooks/plaid", app.address()));
    forged.body("{}").send().await.expect("an answer");
    let nobody = browsers().post(format!("http://{}/webhooks/nobody", app.address()));
    nobody.body("{}").send().await.expect("an answer");
    // The clock stands still, so no further work begins: the records must match the counts.
    let runs = "SELECT COUNT(*) FROM job_run WHERE outcome = 'done'";
    let scrape = eventually("everything is written down", || async {
        let scrape = scrape(&app).await;
        let counted = scrape.get("passbook_job_runs_total", &[("outcome", "done")]);
        let calls = scrape.get("passbook_provider_calls_total", &[]);
        let kept = app.number("SELECT COUNT(*) FROM provider_call").await;
        let equal = counted == Some(app.number(runs).await as f64) && calls == Some(kept as f64);
        equal.then_some(scrape)
    })
    .await;
    let get = |name, labels: &[(&str, &str)]| scrape.get(name, labels).unwrap_or_default();
    let begun = app.number(
        "SELECT COUNT(*) FROM job_run WHERE job_id IN (SELECT id FROM job WHERE kind = 'sync')",
    );
    let lateness = get("passbook_job_lateness_seconds_count", &[("kind", "sync")]);
    assert_eq!(lateness, begun.await as f64);
    let timed = get("passbook_provider_call_duration_seconds_count", &[]);
    assert_eq!(timed, get("passbook_provider_calls_total", &[]));

    let plaid = ("provider", "plaid");
    let refused = get(
        "passbook_webhooks_refused_total",
        &[plaid, ("reason", "no_signature")],
    );
    assert_eq!(refused, 1.0);
    assert_eq!(
        get("passbook_webhooks_refused_total", &[]),
        1.0,
        "nobody has no webhooks"
    );
    let taken = app.number("SELECT SUM(times) FROM webhook_delivery WHERE provider = 'plaid'");
    assert_eq!(
        get("passbook_webhooks_accepted_total", &[plaid]),
        taken.await as f64
    );

    let syncs = get("passbook_syncs_total", &[plaid, ("outcome", "done")]);
    let done = [("kind", "sync"), ("outcome", "done")];
    assert_eq!(syncs, get("passbook_job_runs_total", &done));
    let rows = |change| get("passbook_sync_rows_total", &[plaid, ("change", change)]);
    let kept = app.number("SELECT COUNT(*) FROM bank_transaction").await;
    assert_eq!(rows("added") - rows("removed"), kept as f64);
    assert!(kept > 100 && rows("added") >= kept as f64, "{kept}");
}

#[tokio::test]
async fn what_stands_is_read_at_the_moment() {
    let (app, _, _) = used().await;
    app.logged_in(&ADA).await;
    app.browser().get("/log-in").await;
    let it = scrape(&app).await;
    let get = |name| {
        it.get(name, &[])
            .unwrap_or_else(|| panic!("{name}: {}", it.text))
    };
    assert_eq!(get("passbook_database_up"), 1.0);
    let waiting = app
        .number("SELECT COUNT(*) FROM job WHERE run_at IS NOT NULL")
        .await;
    assert_eq!(get("passbook_jobs_waiting"), waiting as f64);
    for none in [
        "passbook_jobs_overdue",
        "passbook_jobs_failing",
        "passbook_websocket_subscribers",
    ] {
        assert_eq!(get(none), 0.0, "{none}");
    }
    let logged_in = it.get("passbook_sessions", &[("kind", "logged_in")]);
    assert_eq!(logged_in, Some(2.0));
    let file = app.folder.path().join("passbook.db").metadata();
    assert_eq!(
        get("passbook_database_size_bytes"),
        file.expect("a file").len() as f64
    );
    assert!(get("passbook_database_wal_size_bytes") > 0.0);
    assert!(
        get("passbook_http_connections") >= 1.0,
        "a browser keeps its own"
    );
    // A running program uses some megabytes, and no test uses a terabyte.
    assert!((1e6..1e12).contains(&get("passbook_process_resident_memory_bytes")));
    let began = crate::app::START
        .parse::<jiff::Timestamp>()
        .expect("a time")
        .as_second();
    let started = get("passbook_process_start_time_seconds");
    assert_eq!(started, began as f64);
    let schema = store::schema().to_string();
    let build = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("schema", schema.as_str()),
    ];
    assert_eq!(it.get("passbook_build_info", &build), Some(1.0));

    app.clock.advance(SignedDuration::from_hours(24 * 400));
    let sessions = scrape(&app).await.get("passbook_sessions", &[]);
    assert_eq!(sessions, Some(0.0), "they have all expired");
}

#[tokio::test]
async fn what_is_left_of_a_provider_s_limits_is_told_where_limits_are_kept() {
    let (app, _, _) = used().await;
    let left = "passbook_provider_calls_remaining";
    assert_eq!(
        scrape(&app).await.get(left, &[]),
        None,
        "the built-in bank has none"
    );

    let built = TestApp::build().plaid().settings(&[ON]);
    let app = built.start().await;
    let labels = |scope| {
        [
            ("provider", "plaid"),
            ("endpoint", "/institutions/get_by_id"),
            ("scope", scope),
            ("period", "60s"),
        ]
    };
    // Four fifths of 400.
    let it = scrape(&app).await;
    assert_eq!(it.get(left, &labels("all")), Some(320.0), "{}", it.text);
    let plaid = app.ctx().providers.named("plaid").expect("it is set up");
    plaid.institution(PLATYPUS).await.expect("an answer");
    let it = scrape(&app).await;
    assert_eq!(it.get(left, &labels("all")), Some(319.0), "{}", it.text);
}
