//! Two-step verification and confirmations, as people and programs meet them.

mod codes;
mod confirming;
mod log_in;
mod programs;

use jiff::SignedDuration;
use totp_rs::{Builder, Secret};

use crate::app::{Person, TestApp};
use crate::browser::Browser;
use crate::page::Page;

const SET_UP: &str = "form[action='/forms/two-step-set-up']";
const TURN_ON: &str = "form[action='/forms/two-step-on']";
const CODE: &str = "form[action='/forms/log-in-code']";
const CONFIRM: &str = "form[action='/forms/confirm']";

/// A phone with an authenticator app.
pub struct Phone {
    secret: String,
}

impl Phone {
    /// Returns the code that the app shows now.
    pub fn code(&self, app: &TestApp) -> String {
        let key = Secret::try_from_base32(&self.secret).expect("base32");
        let totp = Builder::new().with_secret(key).build().expect("a key");
        let now = u64::try_from(app.clock.now().as_second()).expect("a time");
        totp.generate(now).to_string()
    }

    /// Waits for the next code, and returns it.
    pub fn next_code(&self, app: &TestApp) -> String {
        app.clock.advance(SignedDuration::from_secs(30));
        self.code(app)
    }
}

/// Turns two-step verification on. Returns the phone and the recovery codes.
pub async fn turned_on(app: &TestApp, browser: &mut Browser) -> (Phone, Vec<String>) {
    let page = browser.get("/settings/two-step").await;
    let page = browser.send(&page.form(SET_UP)).await;
    assert_eq!(page.path, "/settings/two-step/set-up", "{}", page.body);
    let phone = Phone {
        secret: page.text("#authenticator-key").replace(' ', ""),
    };
    let form = page.form(TURN_ON).with("code", &phone.code(app));
    let page = browser.send(&form).await;
    assert_eq!(page.path, "/settings/two-step", "{}", page.body);
    let codes = page.text("#new-codes");
    let codes: Vec<String> = codes.split_whitespace().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    (phone, codes)
}

/// Begins a log-in with the password. Returns the page that asks for a code.
async fn asked(browser: &mut Browser, person: &Person) -> Page {
    let page = browser.log_in(person.email, person.password).await;
    assert_eq!(page.path, "/log-in/code", "{}", page.body);
    page
}
