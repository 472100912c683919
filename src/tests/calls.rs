//! The record of calls: what it shows, to whom, and what it never contains.

use crate::activity::{request_sync, token_of};
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::bank::SECRET;

#[tokio::test]
async fn every_call_for_a_connection_is_shown_to_its_person() {
    let (app, mut browser, id) = TestApp::build().plaid().open_to_all().linked().await;
    app.bank()
        .away_during(async {
            request_sync(&app, &mut browser.clone(), &id).await;
        })
        .await;

    let path = format!("/connections/{id}/calls");
    let failed = format!("{path}?failed=yes");
    let page = eventually("the record", || {
        let (mut browser, failed) = (browser.clone(), failed.clone());
        async move {
            let page = browser.get(&failed).await;
            (page.count(".event") > 0).then_some(page)
        }
    })
    .await;
    for outcome in page.texts(".event .what > .problem") {
        assert!(
            outcome.starts_with("couldn’t be reached (UNREACHABLE)"),
            "{outcome}"
        );
    }
    let all = browser.get(&path).await;
    assert!(all.count(".event") > page.count(".event"));
    assert!(
        all.texts(".event .name")
            .iter()
            .any(|n| n == "Transaction updates /transactions/sync")
    );
    // A call that never reached the bank has no request id there.
    let numbers = app.texts("SELECT request_id FROM provider_call WHERE connection_id IS NOT NULL AND outcome = 'ok'")
        .await;
    assert!(numbers.len() > 3);
    for number in &numbers {
        assert!(
            all.text("pre").contains(&format!("request_id={number}")),
            "{number}"
        );
    }
    let item = app.texts("SELECT item_id FROM connection").await;
    assert!(
        all.text("pre")
            .starts_with(&format!("Item {} at First Platypus Bank", item[0]))
    );
    // The connection's page links to it.
    let connection = browser.get(&format!("/connections/{id}")).await;
    assert!(connection.attributes("a", "href").contains(&path));

    let mut eve = app.signed_up(&EVE).await;
    for path in [
        path.as_str(),
        "/connections/01m7yce00chpahkrcnyw3y790z/calls",
    ] {
        let page = eve.get(path).await;
        assert_eq!(
            (page.status, page.text("h1").as_str()),
            (404, "Page not found")
        );
    }
    let page = browser.get(&format!("{path}?after=nonsense")).await;
    assert_eq!(
        page.text("[role=alert]"),
        "This page is gone. Start from the first page."
    );
}

#[tokio::test]
async fn no_token_of_the_run_is_in_the_database_file() {
    let (app, mut browser, id) = TestApp::build().plaid().linked().await;
    let access = token_of(&app).await;
    request_sync(&app, &mut browser, &id).await;
    // A failed call is recorded too.
    app.bank()
        .away_during(async {
            request_sync(&app, &mut browser.clone(), &id).await;
        })
        .await;
    let books = app.books().await;
    eventually("the record of the refusal", || async {
        let refused = "SELECT COUNT(*) FROM provider_call WHERE outcome <> 'ok'";
        (books.number(refused).await > 0).then_some(())
    })
    .await;
    let session = browser.cookies.values().next().expect("a session").clone();

    assert!(
        access.starts_with("access-sandbox-"),
        "what is looked for exists"
    );
    let secrets = [
        access.as_str(),
        "access-sandbox-",
        "public-sandbox-",
        SECRET,
        ADA.password,
        "pass_good",
        &session,
    ];
    let mut looked_at = 0;
    for entry in std::fs::read_dir(app.folder.path()).expect("the folder") {
        let path = entry.expect("a file").path();
        if !path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("passbook.db"))
        {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        looked_at += bytes.len();
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {}", path.display());
        }
        let needle = b"/transactions/sync";
        if path.extension().is_some_and(|e| e == "db-wal") {
            assert!(
                bytes.windows(needle.len()).any(|w| w == needle),
                "the record is looked at"
            );
        }
    }
    assert!(looked_at > 100_000, "{looked_at}");
}
