//! What an attacker, another user of the machine or bad timing must not cause.

use std::os::unix::fs::PermissionsExt;

use passbook::auth::session_store::Sessions;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::app::{EVE, TestApp};
use crate::hosted_link::PLATYPUS;

#[tokio::test]
async fn a_session_that_has_ended_is_not_brought_back_by_a_request_under_way() {
    let app = TestApp::start().await;
    let sessions = Sessions {
        store: app.ctx().store.clone(),
        clock: app.clock.clone(),
    };
    let mut record = Record {
        id: Id::default(),
        data: Default::default(),
        expiry_date: OffsetDateTime::now_utc(),
    };
    sessions.create(&mut record).await.expect("kept");
    sessions.save(&record).await.expect("saved");
    assert!(sessions.load(&record.id).await.expect("read").is_some());
    sessions.delete(&record.id).await.expect("deleted");
    sessions.save(&record).await.expect("passed over");
    assert!(sessions.load(&record.id).await.expect("read").is_none());
}

#[tokio::test]
async fn the_files_are_their_owner_s_alone() {
    let app = TestApp::start().await;
    for name in [
        "passbook.db",
        "passbook.db-wal",
        "passbook.key",
        "sandbox.db",
    ] {
        let file = app.folder.path().join(name);
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_stranger_s_long_words_are_not_kept_and_neither_is_his_session() {
    let app = TestApp::start().await;
    // About the size limit of a form without a log-in.
    let long = "x".repeat(16_000);
    let mut stranger = app.browser();
    let page = stranger.post("/forms/log-in", &[("name", &long)]).await;
    assert_eq!((page.path.as_str(), page.status), ("/log-in", 200));
    let books = app.books().await;
    let most = books.number("SELECT COALESCE(MAX(LENGTH(data)), 0) FROM browser_session");
    assert!(most.await < 2_000);
    let an_hour = app.clock.now().as_millisecond() + 3_600_000;
    let lasting = format!("SELECT COUNT(*) FROM browser_session WHERE expires_at > {an_hour}");
    assert_eq!(books.count(&lasting).await, 0);
}

#[tokio::test]
async fn sign_ups_from_one_place_slow_down() {
    let app = TestApp::start().await;
    let mut last = None;
    for at in 0..21 {
        let email = format!("person{at}@example.org");
        let fields = [
            ("first_name", "Pat"),
            ("last_name", "Moss"),
            ("email", email.as_str()),
            ("birthday", "1990-02-28"),
            ("password", "seven quiet herons drumming"),
        ];
        last = Some(app.browser().post("/forms/sign-up", &fields).await);
    }
    let page = last.expect("a page");
    assert_eq!(page.path, "/sign-up", "{}", page.body);
    assert!(page.body.contains("Too many attempts"), "{}", page.body);
    let people = "SELECT COUNT(*) FROM person";
    assert_eq!(app.number(people).await, 20);
}

#[tokio::test]
async fn a_logo_does_not_tell_which_banks_others_have() {
    let (app, mut browser, _) = TestApp::linked().await;
    let logo = format!("/logo/{PLATYPUS}");
    // Names and logos are fetched after the rows.
    let mut found = false;
    for _ in 0..200 {
        found = browser.get(&logo).await.status == 200;
        if found {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(found, "its owner sees it");
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.get(&logo).await.status, 404);
}

#[tokio::test]
async fn every_mistake_in_a_filter_is_told() {
    let (_app, mut browser, _) = TestApp::linked().await;
    for mistake in [
        "q=!!",
        "account=zz",
        "category='",
        "pending=maybe",
        "after=x",
        "from=x",
        "max=x",
    ] {
        let page = browser.get(&format!("/transactions?{mistake}")).await;
        assert_eq!(
            page.count("form.filter .problem"),
            1,
            "{mistake}: {}",
            page.body
        );
    }
}
