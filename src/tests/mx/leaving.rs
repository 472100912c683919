//! The end of a connection at MX: the member goes, and with the person's last one MX's user.

use domain::id::ConnectionId;
use jiff::SignedDuration;
use passbook::sync;
use serde_json::json;

use super::own_bank::{all_members, calls_of, link_whole, only_member, rest_and_pass, start};
use super::{completes, link, link_at, read_connection};
use crate::app::{ADA, TestApp, eventually};

const MEMBER: &str = "DELETE /users/{user}/members/{member}";
const USER: &str = "DELETE /users/{user}";

async fn unlink(app: &TestApp, id: &ConnectionId) {
    let asked = sync::unlink(app.ctx(), &app.user(&ADA).await, id, true).await;
    asked.expect("it is asked for");
}

/// Waits until MX has confirmed the end.
async fn ended(app: &TestApp, id: &ConnectionId) {
    eventually("the end", || async {
        rest_and_pass(app, SignedDuration::from_mins(10)).await;
        let ended = read_connection(app, id).await.unlinked_at.is_some();
        ended.then_some(())
    })
    .await;
}

async fn called(app: &TestApp, endpoint: &str, times: i64) {
    eventually("the record of calls", || async {
        let calls = calls_of(app, endpoint).await;
        assert!(calls <= times, "{endpoint}: {calls}");
        (calls == times).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_member_goes_however_often_mx_has_to_be_told_and_the_user_with_the_last() {
    let app = start().await;
    let first = link_whole(&app).await;
    let second = link_at(&app, "mxcu", "anything").await;
    completes(&app, &second).await;
    assert_eq!(all_members(&app).await.len(), 2);
    let busy = json!({"fault": "error", "status": 503, "times": 2, "endpoint": MEMBER});
    app.bank().misbehave("fault/add", busy).await;
    unlink(&app, &first).await;
    ended(&app, &first).await;
    assert_eq!(all_members(&app).await.len(), 1);
    called(&app, MEMBER, 3).await;
    called(&app, USER, 0).await;
    // Both answers are lost: MX has deleted it, and is asked again.
    for endpoint in [MEMBER, USER] {
        app.bank()
            .misbehave("fault/add", json!({"fault": "lost", "endpoint": endpoint}))
            .await;
    }
    unlink(&app, &second).await;
    ended(&app, &second).await;
    assert!(all_members(&app).await.is_empty());
    called(&app, USER, 2).await;
    // A person who comes back gets a new MX user.
    let again = link(&app, "anything").await;
    completes(&app, &again).await;
    only_member(&app).await;
}

#[tokio::test]
async fn a_connection_that_is_being_asked_keeps_the_user_known() {
    let app = start().await;
    let first = link_whole(&app).await;
    let second = link_at(&app, "mxcu", "challenge").await;
    unlink(&app, &first).await;
    ended(&app, &first).await;
    called(&app, USER, 0).await;
    unlink(&app, &second).await;
    // It was never linked, so none of it stays.
    eventually("the end", || async {
        rest_and_pass(&app, SignedDuration::from_mins(10)).await;
        let left = app.number("SELECT COUNT(*) FROM connection WHERE unlinked_at IS NULL");
        (left.await == 0).then_some(())
    })
    .await;
    called(&app, USER, 1).await;
}
