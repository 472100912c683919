//! What stays in the program.

use std::path::Path;

use crate::activity::token_of;
use crate::app::{ADA, EVE, Person, TestApp};
use crate::hosted_link::{PLATYPUS, connection_of};
use crate::log;

#[tokio::test]
async fn access_tokens_and_passwords_leave_the_program_nowhere() {
    for secret in [ADA.password, EVE.password, "pass-typed-wrong-at-log-in"] {
        log::keep_out(secret);
    }
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    app.browser()
        .log_in(ADA.email, "pass-typed-wrong-at-log-in")
        .await;
    let twice = Person {
        user_name: "",
        ..ADA
    };
    app.browser().sign_up(&twice, "").await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let repair = browser
        .get("/accounts")
        .await
        .form_of_purpose(&format!("repair:{id}"));
    let page = browser.send(&repair.with("hosted", "yes")).await;
    let page = browser.on_to_the_bank(&page).await;
    let page = browser.leave(&page).await;
    browser.come_back(&page).await;
    for path in [
        "/",
        "/accounts",
        "/transactions",
        "/settings",
        "/data/overview",
        "/data/connections",
        "/data/transactions",
    ] {
        browser.get(path).await;
    }
    let row = browser
        .get("/transactions")
        .await
        .attribute("a.row", "href")
        .expect("a row");
    browser.get(&row).await;
    connection_of(&browser.get(&format!("/connections/{id}")).await);

    let token = token_of(&app).await;
    assert!(
        token.starts_with("access-sandbox-"),
        "what is looked for exists"
    );
    let secrets = [
        "access-sandbox-",
        "public-sandbox-",
        ADA.password,
        "pass_good",
        "pass-typed-wrong-at-log-in",
    ];
    assert!(browser.seen.len() > 25);
    for page in &browser.seen {
        let headers = format!("{:?}", page.headers);
        for secret in secrets {
            // The built-in bank's own pages tell everybody how to log in there.
            if secret == "pass_good" && page.path.starts_with("/sandbox/") {
                continue;
            }
            assert!(
                !page.body.contains(secret),
                "{secret} in the page {}",
                page.path
            );
            assert!(
                !headers.contains(secret) && !page.path.contains(secret),
                "{secret} in a header of {}",
                page.path
            );
        }
    }
    let encoded = ADA.password.replace(' ', "+");
    for name in ["passbook.db", "passbook.db-wal"] {
        let bytes = file(&app.folder.path().join(name));
        for secret in secrets.iter().copied().chain([token.as_str(), &encoded]) {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {name}");
        }
    }
    let (lines, leaks) = log::heard();
    assert!(lines > 50, "the log is listened to");
    assert!(leaks.is_empty(), "{leaks:?}");
}

fn file(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).expect("a file");
    assert!(!bytes.is_empty(), "{}", path.display());
    bytes
}
