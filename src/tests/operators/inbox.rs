//! The inbox: received and refused webhooks, and repeating what a webhook asked for.

use domain::webhook::Refusal;
use jiff::SignedDuration;

use crate::app::{ADA, GRACE, TestApp, eventually};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;

/// Returns the number of a webhook that asked for a sync. A new bank's first webhooks may come before its connection is
/// in the books, so the panel sends one more.
pub async fn first_delivery(app: &TestApp, owner: &mut Browser) -> i64 {
    let panel = owner.get("/sandbox").await;
    let item = panel.attribute("section li a", "href").expect("a bank");
    let item = item.rsplit('/').next().expect("an id");
    let fields = [
        ("item_id", item),
        ("webhook_code", "SYNC_UPDATES_AVAILABLE"),
    ];
    let page = owner.post("/sandbox/do/webhook/send", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let first = "SELECT COALESCE(MIN(id), 0) FROM webhook_delivery WHERE caused = 'sync'";
    eventually("a webhook", || async {
        Some(app.number(first).await).filter(|id| *id > 0)
    })
    .await
}

#[tokio::test]
async fn a_replay_asks_again_and_is_noted_with_who_wanted_it() {
    let (app, mut ada, _) = TestApp::linked().await;
    let delivery = first_delivery(&app, &mut ada).await;
    let mut grace = app.admin().await;

    let page = grace.get("/admin/webhooks").await;
    let link = format!("a[href='/admin/webhooks/{delivery}']");
    assert_eq!(page.count(&link), 1, "{}", page.body);
    assert!(
        page.text("main")
            .contains("First Platypus Bank, Ada@Example.org")
    );
    let path = format!("/admin/webhooks/{delivery}");
    let mut page = grace.get(&path).await;
    assert!(
        page.text("main").contains("Not replayed yet."),
        "{}",
        page.body
    );

    let books = app.books().await;
    let asked = "SELECT requested FROM job WHERE kind = 'sync'";
    let before = books.number(asked).await;
    for n in 1..=2 {
        let form = page.form("form[action='/forms/admin/replay']");
        page = grace.send(&form).await;
        assert_eq!((page.path.as_str(), page.status), (path.as_str(), 200));
        assert_eq!(page.text("[role=status]"), "Replayed. A sync has started.");
        assert_eq!(books.number(asked).await, before + n);
        let noted = page
            .texts("dd")
            .into_iter()
            .filter(|text| text.contains(GRACE.email))
            .count();
        assert_eq!(i64::try_from(noted).ok(), Some(n));
    }
    let listed = grace.get("/admin/webhooks").await;
    assert!(
        listed.text("main").contains("replayed twice"),
        "{}",
        listed.body
    );
    // The sync runs once: requests made while it waited are merged.
    let done = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND lease_until IS NULL AND last_error IS NULL
        AND run_at > 1795255200000";
    eventually("the sync", || async {
        (books.number(done).await == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_replay_for_what_is_over_does_nothing_and_says_so() {
    let (app, mut ada, id) = TestApp::linked().await;
    let delivery = first_delivery(&app, &mut ada).await;
    let unlink = ada.get(&format!("/connections/{id}/unlink")).await;
    ada.send(&unlink.form("form[action='/forms/unlink']")).await;
    let mut grace = app.admin().await;
    let page = grace.get(&format!("/admin/webhooks/{delivery}")).await;
    let page = grace
        .send(&page.form("form[action='/forms/admin/replay']"))
        .await;
    assert!(
        page.text("[role=status]").contains("No action needed"),
        "{}",
        page.body
    );
    let armed = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND run_at IS NOT NULL";
    assert_eq!(app.number(armed).await, 0);
    for unknown in ["0", "999999", "-1", "x", "9999999999999999999999"] {
        let page = grace.get(&format!("/admin/webhooks/{unknown}")).await;
        assert_eq!(page.status, 404, "{unknown}");
        let page = grace
            .post("/forms/admin/replay", &[("delivery", unknown)])
            .await;
        assert_eq!(page.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn bodies_are_shown_without_what_opens_something() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    // The webhook about a session on the bank's own page carries its link token.
    let page = ada.at_the_bank(PLATYPUS).await;
    let page = ada.log_in_at_bank(&page, "user_good", "pass_good").await;
    ada.allow(page).await;
    let books = app.books().await;
    let finished =
        "SELECT COALESCE(MIN(id), 0) FROM webhook_delivery WHERE webhook_code = 'SESSION_FINISHED'";
    let delivery = eventually("the webhook", || async {
        Some(books.number(finished).await).filter(|id| *id > 0)
    })
    .await;
    let mut grace = app.admin().await;
    let page = grace.get(&format!("/admin/webhooks/{delivery}")).await;
    let body = page.text("pre");
    assert!(
        body.contains("SESSION_FINISHED") && body.contains("[hidden]"),
        "{body}"
    );
    let hash = books.texts("SELECT token_hash FROM link_attempt").await;
    for opens in ["link-sandbox", "public-sandbox", &hash[0]] {
        assert!(!page.body.contains(opens), "{opens}: {body}");
    }
    // The replay takes up the attempt, although its token is not shown.
    let page = grace
        .send(&page.form("form[action='/forms/admin/replay']"))
        .await;
    assert!(
        page.text("[role=status]").contains("completing the link"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn refused_ones_are_listed_with_their_reason_and_leafed_through() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let page = grace.get("/admin/webhooks/refused").await;
    assert!(page.text("main").contains("None rejected."));
    let store = &app.ctx().store;
    for n in 0..120 {
        store.record_refusal(
            "plaid",
            Refusal::BadSignature,
            format!("hash-{n}"),
            app.clock.now(),
        );
    }
    store.record_refusal("plaid", Refusal::TooOld, "hash-120".into(), app.clock.now());
    store.write_refusals().await.expect("written");
    let mut path = "/admin/webhooks/refused".to_owned();
    let mut hashes = Vec::new();
    for _ in 0..3 {
        let page = grace.get(&path).await;
        assert!(
            page.text("dl").contains("Invalid signature120"),
            "{}",
            page.text("dl")
        );
        hashes.extend(page.texts("main code"));
        path = page.attribute("a[rel=next]", "href").unwrap_or_default();
    }
    assert_eq!(path, "", "the third page is the last");
    assert_eq!(hashes.len(), 121);
    let wanted: Vec<String> = (0..121).rev().map(|n| format!("hash-{n}")).collect();
    assert_eq!(hashes, wanted);
    let overview = grace.get("/admin").await;
    assert!(
        overview
            .text(".glances")
            .contains("121 rejected in 24 hours"),
        "{}",
        overview.body
    );
    assert!(
        overview
            .text("main")
            .contains("Webhooks rejected in the last 24 hours because of their time: 1.")
    );
    app.pass(SignedDuration::from_hours(25));
    let overview = grace.get("/admin").await;
    assert!(overview.text(".glances").contains("0 rejected in 24 hours"));
}
