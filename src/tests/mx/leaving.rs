//! The end of a connection at MX: the member goes, and with the person's last one MX's user.

use domain::id::ConnectionId;
use jiff::SignedDuration;
use passbook::sync;
use serde_json::json;

use super::Pair;
use crate::app::eventually;

const MEMBER: &str = "DELETE /users/{user}/members/{member}";
const USER: &str = "DELETE /users/{user}";

impl Pair {
    async fn unlink(&self, id: &ConnectionId) {
        let asked = sync::unlink(self.app.ctx(), &self.ada, id, true).await;
        asked.expect("it is asked for");
    }

    /// Waits until MX has confirmed the end.
    async fn ended(&self, id: &ConnectionId) {
        eventually("the end", || async {
            self.pass(SignedDuration::from_mins(10)).await;
            let ended = self.connection(id).await.unlinked_at.is_some();
            ended.then_some(())
        })
        .await;
    }

    async fn called(&self, endpoint: &str, times: i64) {
        eventually("the record of calls", || async {
            let calls = self.calls(endpoint).await;
            assert!(calls <= times, "{endpoint}: {calls}");
            (calls == times).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn the_member_goes_however_often_mx_has_to_be_told_and_the_user_with_the_last() {
    let pair = Pair::start().await;
    let first = pair.linked().await;
    let second = pair.link_at("mxcu", "anything").await;
    pair.complete(&second).await;
    assert_eq!(pair.members().await.len(), 2);
    let busy = json!({"fault": "error", "status": 503, "times": 2, "endpoint": MEMBER});
    pair.deed("fault/add", busy).await;
    pair.unlink(&first).await;
    pair.ended(&first).await;
    assert_eq!(pair.members().await.len(), 1);
    pair.called(MEMBER, 3).await;
    pair.called(USER, 0).await;
    // Both answers are lost: MX has deleted it, and is asked again.
    for endpoint in [MEMBER, USER] {
        pair.deed("fault/add", json!({"fault": "lost", "endpoint": endpoint}))
            .await;
    }
    pair.unlink(&second).await;
    pair.ended(&second).await;
    assert!(pair.members().await.is_empty());
    pair.called(USER, 2).await;
    // A person who comes back gets a new MX user.
    let again = pair.link("anything").await;
    pair.complete(&again).await;
    pair.member().await;
}

#[tokio::test]
async fn a_connection_that_is_being_asked_keeps_the_user_known() {
    let pair = Pair::start().await;
    let first = pair.linked().await;
    let second = pair.link_at("mxcu", "challenge").await;
    pair.unlink(&first).await;
    pair.ended(&first).await;
    pair.called(USER, 0).await;
    pair.unlink(&second).await;
    // It was never linked, so none of it stays.
    eventually("the end", || async {
        pair.pass(SignedDuration::from_mins(10)).await;
        let left = pair
            .books
            .number("SELECT COUNT(*) FROM connection WHERE unlinked_at IS NULL");
        (left.await == 0).then_some(())
    })
    .await;
    pair.called(USER, 1).await;
}
