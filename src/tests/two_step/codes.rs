//! Each code works once, and guesses are limited.

use super::{CODE, asked, turned_on};
use crate::app::{ADA, TestApp};
use crate::browser::Browser;
use crate::page::{Form, Page};

#[tokio::test]
async fn a_code_and_a_recovery_code_work_once_also_in_parallel() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, codes) = turned_on(&app, &mut ada).await;
    let used = phone.code(&app);
    let mut browser = app.browser();
    let page = asked(&mut browser, &ADA).await;
    let page = browser.send(&page.form(CODE).with("code", &used)).await;
    assert_eq!(page.path, "/log-in/code", "the one that turned it on");

    for code in [phone.next_code(&app), codes[0].clone()] {
        let mut all: Vec<(Browser, Form)> = Vec::new();
        for _ in 0..4 {
            let mut browser = app.browser();
            let page = asked(&mut browser, &ADA).await;
            all.push((browser, page.form(CODE).with("code", &code)));
        }
        let sent = all
            .into_iter()
            .map(|(mut browser, form)| tokio::spawn(async move { browser.send_once(&form).await }));
        let mut let_in = 0;
        for answer in sent.collect::<Vec<_>>() {
            let page: Page = answer.await.expect("an answer");
            let_in += usize::from(page.header("location") == "/");
        }
        assert_eq!(let_in, 1, "{code}");
    }
}

#[tokio::test]
async fn guesses_are_throttled_and_do_not_lock_the_owner_out() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, _) = turned_on(&app, &mut ada).await;
    // A thief with the password, on a device that is not known, at the address of the owner.
    let mut thief = app.browser();
    let page = asked(&mut thief, &ADA).await;
    let code = phone.next_code(&app);
    let mut throttled = false;
    for guess in 0..8 {
        let form = page.form(CODE).with("code", &format!("{guess:06}"));
        let page = thief.send(&form).await;
        throttled = page.text("[role=alert]").starts_with("Too many attempts.");
        if throttled {
            assert!(guess >= 5, "{guess}");
            break;
        }
        assert_eq!(page.count("#code-problem"), 1);
    }
    assert!(throttled, "eight guesses were free");
    // The right code does not help the thief either until the wait is over.
    let form = page.form(CODE).with("code", &code);
    let refused = thief.send(&form).await;
    assert_eq!(refused.path, "/log-in/code");
    // The owner's device is counted for itself.
    let page = ada.get("/settings").await;
    ada.send(&page.form("form[action='/forms/log-out']")).await;
    let page = asked(&mut ada, &ADA).await;
    let page = ada.send(&page.form(CODE).with("code", &code)).await;
    assert_eq!(page.path, "/", "{}", page.body);
}

#[tokio::test]
async fn new_recovery_codes_replace_the_old_ones() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (_, old) = turned_on(&app, &mut ada).await;
    let page = ada.get("/settings/two-step").await;
    let page = ada
        .send(&page.form("form[action='/forms/recovery-codes']"))
        .await;
    let new = page.text("#new-codes");
    let new: Vec<&str> = new.split_whitespace().collect();
    assert!(new.len() == 10 && !new.contains(&old[0].as_str()));
    let mut browser = app.browser();
    let page = asked(&mut browser, &ADA).await;
    let page = browser.send(&page.form(CODE).with("code", &old[0])).await;
    assert_eq!(page.path, "/log-in/code");
    let page = browser.send(&page.form(CODE).with("code", new[0])).await;
    assert_eq!(page.path, "/");
    // With it off there are none to replace.
    let off = browser.get("/settings/two-step").await;
    let off = browser
        .send(&off.form("form[action='/forms/two-step-off']"))
        .await;
    assert!(off.body.contains("Two-step verification is off."));
    let page = browser.post("/forms/recovery-codes", &[("", "")]).await;
    assert_eq!(page.count("#new-codes"), 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM recovery_code").await, 0);
}
