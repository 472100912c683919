//! A full password queue.

use std::time::Duration;

use domain::secret::Secret;
use passbook::auth::password;
use tokio::task::JoinSet;

use super::post_from;
use crate::app::TestApp;

/// A network that no other test uses: each network has a line of its own.
const CROWDED: &str = "203.0.113.77";

/// Keeps the line full until the returned set is dropped.
fn crowd() -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    for _ in 0..20 {
        crowd.spawn(async {
            loop {
                let guess = Secret::new("somebody's guess");
                if password::verify(&guess, None, CROWDED, false)
                    .await
                    .is_err()
                {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
    }
    crowd
}

#[tokio::test]
async fn an_attempt_that_is_turned_away_is_not_counted() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let counted = || app.number("SELECT COALESCE(SUM(attempts), 0) FROM login_throttle");
    let _crowd = crowd();
    // Fewer than an address may guess.
    for n in 0..25 {
        let before = counted().await;
        let name = format!("name{n}");
        let fields = [("name", name.as_str()), ("password", "wrong")];
        let page = post_from(&mut app.browser(), CROWDED, "/forms/log-in", &fields).await;
        if page
            .text("[role=alert]")
            .starts_with("It’s busy right now.")
        {
            assert_eq!(counted().await, before);
            return;
        }
        assert!(
            counted().await > before,
            "who is not turned away is counted"
        );
    }
    panic!("the queue never was full");
}
