//! The same bank through Plaid and through MX.

use domain::connection::{LinkStatus, Note, NoteKind};
use domain::id::ConnectionId;
use jiff::SignedDuration;
use passbook::sync::{self, TypedLink};

use super::Mx;
use crate::app::{ADA, eventually};
use crate::hosted_link::{PLATYPUS, TARTAN};

impl Mx {
    /// Links a bank of the simulated world through MX.
    async fn link_world(&self, institution: &str, name: &str) -> ConnectionId {
        let typed = self.typed(institution, ["user_good", "pass_good"]).await;
        let wanted = TypedLink {
            provider: "mx",
            institution_id: institution,
            institution_name: name,
            typed: &typed,
        };
        let linked = sync::link_typed(self.app.ctx(), &self.ada, wanted).await;
        let id = linked.expect("it stands").connection().clone();
        self.comes_to(&id, LinkStatus::Success).await;
        self.complete(&id).await;
        id
    }

    async fn notes(&self, id: &ConnectionId) -> Vec<NoteKind> {
        let notes = self.connection(id).await.notes;
        notes.into_iter().map(|note: Note| note.kind).collect()
    }
}

#[tokio::test]
async fn a_bank_that_is_linked_through_both_is_noted_at_the_newer_connection() {
    let mx = Mx::start().await;
    let mut browser = mx.app.logged_in(&ADA).await;
    let plaid = browser.link(TARTAN, "user_good", "pass_good").await;
    mx.app.synced(&mut browser, &plaid).await;
    let plaid = ConnectionId::parse(&plaid).expect("an id");
    mx.app.pass(SignedDuration::from_secs(1));
    let newer = mx.link_world("tartan_bank", "Tartan Bank").await;
    assert_eq!(mx.notes(&newer).await, [NoteKind::OtherProvider]);
    assert!(mx.notes(&plaid).await.is_empty());
    let page = browser.get("/accounts").await;
    assert!(
        page.body.contains("through another provider"),
        "{}",
        page.body
    );
    // It is not reported a second time, and a note that was put off stays so.
    let ctx = mx.app.ctx();
    sync::put_off(ctx, &mx.ada, &newer, NoteKind::OtherProvider)
        .await
        .expect("done");
    let asked = sync::request_sync(ctx, &mx.ada, &newer).await;
    asked.expect("it is asked for");
    let third = mx.link_world("houndstooth_bank", "Houndstooth Bank").await;
    assert!(mx.notes(&newer).await.is_empty(), "it was put off");
    assert!(mx.notes(&third).await.is_empty(), "another bank");
}

#[tokio::test]
async fn the_note_goes_when_one_of_the_two_is_unlinked() {
    let mx = Mx::start().await;
    let older = mx.link_world("tartan_bank", "Tartan Bank").await;
    let mut browser = mx.app.logged_in(&ADA).await;
    mx.app.pass(SignedDuration::from_secs(1));
    let newer = browser.link(TARTAN, "user_good", "pass_good").await;
    mx.app.synced(&mut browser, &newer).await;
    let newer = ConnectionId::parse(&newer).expect("an id");
    assert_eq!(mx.notes(&newer).await, [NoteKind::OtherProvider]);
    sync::unlink(mx.app.ctx(), &mx.ada, &older, true)
        .await
        .expect("asked");
    assert!(mx.notes(&newer).await.is_empty());
    eventually("the end", || async {
        mx.app.pass(SignedDuration::from_secs(30));
        mx.connection(&older).await.unlinked_at
    })
    .await;
}

#[tokio::test]
async fn another_bank_through_the_other_provider_is_no_duplicate() {
    let mx = Mx::start().await;
    let mut browser = mx.app.logged_in(&ADA).await;
    let plaid = browser.link(PLATYPUS, "user_good", "pass_good").await;
    mx.app.synced(&mut browser, &plaid).await;
    let other = mx.link_world("tartan_bank", "Tartan Bank").await;
    assert!(mx.notes(&other).await.is_empty());
}
