//! A person with a linked bank.

use jiff::SignedDuration;

use super::{ADA, Builder, TestApp};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;

impl Builder {
    /// Starts the program, signs Ada up and links her bank, all of whose rows are there. Returns the program, her
    /// browser and the connection's id.
    pub async fn linked(self) -> (TestApp, Browser, String) {
        let app = self.start().await;
        let mut browser = app.signed_up(&ADA).await;
        let connection = browser.link(PLATYPUS, "user_good", "pass_good").await;
        app.synced(&mut browser, &connection).await;
        (app, browser, connection)
    }
}

impl TestApp {
    /// Starts with the default settings, signs Ada up and links her bank. Returns the program, her browser and the
    /// connection's id.
    pub async fn linked() -> (Self, Browser, String) {
        Self::build().linked().await
    }

    /// Follows a connection's page until it says that all rows are there.
    pub async fn synced(&self, browser: &mut Browser, connection: &str) -> Page {
        let path = format!("/connections/{connection}");
        for _ in 0..100 {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            if page.text("h1") == "You’re all set" {
                return page;
            }
            self.pass(SignedDuration::from_millis(200));
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the first sync of {connection} does not end");
    }
}
