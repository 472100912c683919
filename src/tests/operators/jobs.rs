//! Background work on the admin's pages: failures are shown, retried and cancelled.

use crate::app::{ADA, GRACE, TestApp, eventually};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;

const SYNC: &str = "SELECT id FROM job WHERE kind = 'sync'";

/// Returns the browsers of Ada, whose bank is linked and synced, and of Grace, the admin.
async fn synced(app: &TestApp) -> (Browser, Browser) {
    let mut ada = app.signed_up(&ADA).await;
    let id = ada.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut ada, &id).await;
    (ada, app.admin().await)
}

/// Waits until the page of a job contains this text, and returns it.
async fn until(browser: &Browser, path: &str, wanted: &str) -> Page {
    eventually(wanted, || {
        let mut browser = browser.clone();
        async move {
            let page = browser.get(path).await;
            page.text("main").contains(wanted).then_some(page)
        }
    })
    .await
}

#[tokio::test]
async fn a_job_that_failed_is_done_again_when_the_operator_wants() {
    let app = TestApp::build().plaid().open_to_all().start().await;
    let (mut ada, mut grace) = synced(&app).await;
    let job = app.texts(SYNC).await.remove(0);
    let path = format!("/admin/jobs/{job}");
    app.bank()
        .away_during(async {
            let page = grace.get(&path).await;
            let page = grace
                .send(&page.form("form[action='/forms/admin/retry']"))
                .await;
            assert!(
                page.text("[role=status]").starts_with("Queued."),
                "{}",
                page.body
            );
            until(&grace, &path, "Failed once").await;
        })
        .await;
    let listed = grace.get("/admin/jobs?state=retrying").await;
    assert_eq!(listed.texts("main li a.name"), ["Sync"]);
    let line = listed.text("main li.line");
    for part in [
        "First Platypus Bank, Ada@Example.org",
        "Failed once",
        "UNREACHABLE",
        "due in",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let page = grace.get(&path).await;
    assert!(
        page.text("li .trouble").contains("UNREACHABLE"),
        "{}",
        page.body
    );

    // The clock stands still, so only the admin restarts it.
    let page = grace
        .send(&page.form("form[action='/forms/admin/retry']"))
        .await;
    assert_eq!(page.path, path);
    let page = until(&grace, &path, "Scheduled").await;
    assert_eq!(
        page.texts("li .state").first().map(String::as_str),
        Some("Done")
    );
    let listed = grace.get("/admin/jobs?state=retrying").await;
    assert!(listed.text("main").contains("No jobs here."));
    let told = ada.get("/activity").await;
    assert!(
        told.text("main")
            .contains("Grace Hill retried a job for First Platypus Bank"),
        "{}",
        told.body
    );
}

#[tokio::test]
async fn a_job_is_called_off_and_an_unlinking_is_not() {
    let app = TestApp::build().plaid().open_to_all().start().await;
    let (mut ada, mut grace) = synced(&app).await;
    let books = app.books().await;
    let job = books.texts(SYNC).await.remove(0);
    let path = format!("/admin/jobs/{job}");
    let page = until(&grace, &path, "Scheduled").await;
    let page = grace
        .send(&page.form("form[action='/forms/admin/cancel']"))
        .await;
    assert_eq!(
        page.text("[role=status]"),
        "Cancelled. It will run again when it’s next needed."
    );
    assert!(page.text("main").contains("Idle"), "{}", page.body);
    assert_eq!(page.count("form[action='/forms/admin/cancel']"), 0);

    let connection = books.texts("SELECT id FROM connection").await.remove(0);
    app.bank()
        .away_during(async {
            let unlink = ada.get(&format!("/connections/{connection}/unlink")).await;
            ada.send(&unlink.form("form[action='/forms/unlink']")).await;
            let id = books
                .texts("SELECT id FROM job WHERE kind = 'unlink'")
                .await
                .remove(0);
            let path = format!("/admin/jobs/{id}");
            let page = until(&grace, &path, "Failed").await;
            assert_eq!(page.count("form[action='/forms/admin/cancel']"), 0);
            let fields = [("job", id.as_str()), ("back", &path)];
            let page = grace.post("/forms/admin/cancel", &fields).await;
            let said = page.text("[role=alert]");
            assert!(
                said.contains("until the provider has confirmed it"),
                "{said}"
            );
        })
        .await;
    for unknown in ["", "x", "01aaaaaaaaaaaaaaaaaaaaaaaa"] {
        for form in ["/forms/admin/retry", "/forms/admin/cancel"] {
            assert_eq!(
                grace.post(form, &[("job", unknown)]).await.status,
                404,
                "{form} {unknown}"
            );
        }
        assert_eq!(
            grace.get(&format!("/admin/jobs/{unknown}x")).await.status,
            404
        );
    }
}

#[tokio::test]
async fn calls_are_narrowed_and_usage_is_told() {
    let app = TestApp::start().await;
    let (_, mut grace) = synced(&app).await;
    let books = app.books().await;
    let calls = "SELECT COUNT(*) FROM provider_call WHERE endpoint = '/item/get'";
    eventually("the record", || async {
        (books.number(calls).await > 0).then_some(())
    })
    .await;
    let page = grace.get("/admin/calls").await;
    assert!(page.texts("li .name").len() > 2, "{}", page.body);
    let form = page.form("form[action='/admin/calls']");
    let page = grace.send(&form.with("endpoint", "/item/get")).await;
    let asked = page.texts("main li .what .soft:not(.told)");
    assert!(
        !asked.is_empty()
            && asked
                .iter()
                .step_by(2)
                .all(|text| text.starts_with("/item/get")),
        "{asked:?}"
    );
    assert_eq!(
        page.attribute("option[selected]", "value").as_deref(),
        Some("/item/get")
    );
    let failed = grace.get("/admin/calls?failed=yes").await;
    assert!(
        failed.text("main").contains("No calls yet."),
        "{}",
        failed.body
    );
    let connection = books.texts("SELECT id FROM connection").await.remove(0);
    let of_one = grace
        .get(&format!("/admin/calls?connection={connection}"))
        .await;
    assert!(of_one.texts("li .name").len() > 1);
    assert_eq!(
        of_one.attribute("[name=connection]", "value"),
        Some(connection)
    );

    let usage = grace.get("/admin/usage").await;
    assert!(usage.text("main").contains("The demo bank has no limits"));
    assert!(usage.texts("li .name").len() > 3, "{}", usage.body);
    assert!(usage.text("main").contains(ADA.email) && !usage.text("main").contains(GRACE.email));
}
