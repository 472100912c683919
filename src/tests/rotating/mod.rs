//! A new key for everything that is sealed: the program keeps working, the old key opens nothing any more, and no kill
//! or refusal leaves a secret that does not open.

mod cut_short;
mod folder;
mod refusing;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use domain::attempt::LinkPurpose;
use domain::secret::Secret;
use jiff::SignedDuration;
use passbook::sync;
use serde_json::json;
use store::Intent;

use folder::KeyedFolder;

use crate::activity::{request_sync, token_of};
use crate::api::ApiClient;
use crate::app::{ADA, TestApp, eventually};
use crate::hosted_link::{PLATYPUS, TARTAN};
use crate::outgoing_webhooks::receiver::WebhookReceiver;
use crate::outgoing_webhooks::{add, called, press};
use crate::process::output;

const SYNCED: &str =
    "SELECT COUNT(*) FROM connection WHERE problem_code IS NULL AND last_synced_at >=";

#[tokio::test]
async fn everything_goes_on_with_the_new_key_and_the_old_one_opens_nothing() {
    let more = [
        ("PASSBOOK_SIGNUP", "open"),
        ("PASSBOOK_WEBHOOKS_TO_PRIVATE", "on"),
    ];
    let app = TestApp::build().plaid().settings(&more).start().await;
    let receiver = WebhookReceiver::open().await;
    let program = ApiClient::of(&app, &ADA).await;
    let mut browser = app.logged_in(&ADA).await;
    let linked = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &linked).await;
    let token = token_of(&app).await;
    let (hook, before) = add(&mut browser, &receiver.url("/hook")).await;
    let page = press(&mut browser, &hook, "webhook-rotate").await;
    let newest = page.text("code#new-secret");
    begin_to_link(&app).await;
    let sealed = app.ctx().store.sealed_values().await.expect("it answers");
    let kinds: BTreeSet<_> = sealed.iter().map(|value| value.column.words[0]).collect();
    assert_eq!((sealed.len(), kinds.len()), (8, 7), "every kind");

    let folder = app.folder.path().to_owned();
    let app = app
        .restarted_after(rotate(&folder, &sealed_in(&sealed)))
        .await;

    browser = browser.moved_to(app.browser());
    assert_eq!(
        browser.get("/accounts").await.status,
        200,
        "nobody is logged out"
    );
    assert_eq!(token_of(&app).await, token);
    let bearer = program.bearer.clone();
    let program = ApiClient {
        bearer,
        ..ApiClient::new(&app)
    };
    assert_eq!(program.get("/accounts").await.status, 200);
    let now = app.clock.now().as_millisecond();
    request_sync(&app, &mut browser, &linked).await;
    let books = app.books().await;
    // The link that was begun may have become a second connection by now.
    let synced = format!("{SYNCED} {now} AND id = '{linked}'");
    assert_eq!(books.count(&synced).await, 1);
    press(&mut browser, &hook, "webhook-test").await;
    for call in called(&app, &receiver, "ping", 1).await {
        assert_eq!((call.signed_by(&newest), call.signed_by(&before)), (1, 1));
    }
    app.pass(SignedDuration::from_hours(2));
    eventually("the link that was not finished", || async {
        let linked = "SELECT COUNT(*) FROM link_attempt l JOIN connection c ON c.id = l.result_id WHERE c.institution_id = 'ins_109511'";
        (books.number(linked).await == 1).then_some(())
    })
    .await;
}

/// A row that grows is moved, and deleted data is only marked as deleted: both leave copies in the file.
#[tokio::test]
async fn no_copy_is_left_that_the_old_key_opens() {
    let folder = KeyedFolder::filled().await;
    let sealed = sealed_in(&folder.sealed().await);
    for sql in [
        "UPDATE connection SET institution_name = hex(zeroblob(200))",
        "DELETE FROM connection WHERE id LIKE '%5'",
    ] {
        folder.write(sql).await;
    }
    let left = || {
        let bytes = std::fs::read(folder.data().join("passbook.db")).expect("the database");
        let left = |one: &&Vec<u8>| bytes.windows(one.len()).any(|part| part == *one);
        sealed.iter().filter(left).count()
    };
    let kept = folder.sealed().await.len();
    assert!(
        left() > kept,
        "deleted ones are there still: {} {kept}",
        left()
    );
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(left(), 0);
}

/// Changes the key as the admin does, and checks what is left.
async fn rotate(folder: &Path, before: &[Vec<u8>]) {
    let (key, old) = (folder.join("passbook.key"), folder.join("old.key"));
    let was = std::fs::read_to_string(&key).expect("the key");
    let data = folder.display().to_string();
    let here = [("PASSBOOK_DATA_DIR", data.as_str())];
    let keep = ["rotate-key", "--keep-old", "old.key"];
    let done = output(folder, &keep, &here).await;
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    assert_eq!(done.status.code(), Some(0), "{said}");
    for word in [
        "key 2",
        "1 access token of a bank, 1 token of a link that is not finished, 2 link tokens, 1 address of a hosted link, 1 secret of a webhook, 1 earlier secret of a webhook, 1 key that signs",
        &format!("{data}/passbook.key. Back it up"),
        "which is in old.key",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains("may still contain"), "{said}");
    let is = std::fs::read_to_string(&key).expect("the key");
    assert!(is.starts_with("2 ") && is.lines().count() == 1);
    assert_eq!(std::fs::read_to_string(&old).expect("kept"), was);
    for file in [&key, &old] {
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    for name in ["passbook.db", "passbook.db-wal"] {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        let left = |one: &Vec<u8>| bytes.windows(one.len()).any(|part| part == one);
        assert!(
            !before.iter().any(left),
            "sealed with the old key, in {name}"
        );
    }
    let old = old.display().to_string();
    let settings = [
        here[0],
        ("PASSBOOK_KEY_FILE", &old),
        ("PASSBOOK_LISTEN", "127.0.0.1:0"),
    ];
    let refused = output(folder, &["serve"], &settings).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("put that key file back"), "{said}");
}

fn sealed_in(values: &[store::SealedValue]) -> Vec<Vec<u8>> {
    values.iter().map(|value| value.sealed.clone()).collect()
}

/// Simulates a stop right after the intent to exchange was stored; the attempt is resumed a minute later.
async fn begin_to_link(app: &TestApp) {
    let wanted = json!({"institution_id": TARTAN, "initial_products": ["transactions"]});
    let public = app.bank().ask("/sandbox/public_token/create", wanted).await;
    let public = Secret::new(public["public_token"].as_str().expect("a token"));
    let (ctx, ada) = (app.ctx(), app.user(&ADA).await);
    let attempt = sync::begin_link(ctx, &ada, LinkPurpose::NewBank, None).await;
    let attempt = attempt.expect("an attempt").attempt.id;
    let sealed = ctx.vault.seal(&public, attempt.as_str(), ada.id.as_str());
    let intent = Intent {
        link: &attempt,
        token_hash: "its-hash",
        sealed_public_token: &sealed.expect("it seals"),
        institution_id: Some(TARTAN),
        institution_name: Some("Tartan Bank"),
        links_anyway: false,
    };
    let written = ctx.store.intend_exchange(&intent, ctx.clock.now()).await;
    assert!(written.expect("it is written"), "the attempt is free");
}
