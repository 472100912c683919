//! The same bank through Plaid and through MX.

use domain::connection::{Alert, AlertKind, LinkStatus};
use domain::id::ConnectionId;
use jiff::SignedDuration;
use passbook::sync::{self, TypedLink};

use super::{comes_to, completes, filled, read_connection, start};
use crate::app::{ADA, TestApp, eventually};
use crate::hosted_link::{PLATYPUS, TARTAN};

/// Links a bank of the simulated world through MX.
async fn link_world(app: &TestApp, institution: &str, name: &str) -> ConnectionId {
    let typed = filled(app, institution, ["user_good", "pass_good"]).await;
    let wanted = TypedLink {
        provider: "mx",
        institution_id: institution,
        institution_name: name,
        typed: &typed,
    };
    let linked = sync::link_typed(app.ctx(), &app.user(&ADA).await, wanted).await;
    let id = linked.expect("it stands").connection().clone();
    comes_to(app, &id, LinkStatus::Success).await;
    completes(app, &id).await;
    id
}

async fn alerts_of(app: &TestApp, id: &ConnectionId) -> Vec<AlertKind> {
    let alerts = read_connection(app, id).await.alerts;
    alerts.into_iter().map(|alert: Alert| alert.kind).collect()
}

#[tokio::test]
async fn a_bank_that_is_linked_through_both_is_noted_at_the_newer_connection() {
    let app = start().await;
    let mut browser = app.logged_in(&ADA).await;
    let plaid = browser.link(TARTAN, "user_good", "pass_good").await;
    app.synced(&mut browser, &plaid).await;
    let plaid = ConnectionId::parse(&plaid).expect("an id");
    app.pass(SignedDuration::from_secs(1));
    let newer = link_world(&app, "tartan_bank", "Tartan Bank").await;
    assert_eq!(alerts_of(&app, &newer).await, [AlertKind::OtherProvider]);
    assert!(alerts_of(&app, &plaid).await.is_empty());
    let page = browser.get("/accounts").await;
    assert!(
        page.body.contains("through another provider"),
        "{}",
        page.body
    );
    // It is not reported a second time, and an alert that was put off stays so.
    let ctx = app.ctx();
    sync::put_off(ctx, &app.user(&ADA).await, &newer, AlertKind::OtherProvider)
        .await
        .expect("done");
    let asked = sync::request_sync(ctx, &app.user(&ADA).await, &newer).await;
    asked.expect("it is asked for");
    let third = link_world(&app, "houndstooth_bank", "Houndstooth Bank").await;
    assert!(alerts_of(&app, &newer).await.is_empty(), "it was put off");
    assert!(alerts_of(&app, &third).await.is_empty(), "another bank");
}

#[tokio::test]
async fn the_note_goes_when_one_of_the_two_is_unlinked() {
    let app = start().await;
    let older = link_world(&app, "tartan_bank", "Tartan Bank").await;
    let mut browser = app.logged_in(&ADA).await;
    app.pass(SignedDuration::from_secs(1));
    let newer = browser.link(TARTAN, "user_good", "pass_good").await;
    app.synced(&mut browser, &newer).await;
    let newer = ConnectionId::parse(&newer).expect("an id");
    assert_eq!(alerts_of(&app, &newer).await, [AlertKind::OtherProvider]);
    sync::unlink(app.ctx(), &app.user(&ADA).await, &older, true)
        .await
        .expect("asked");
    assert!(alerts_of(&app, &newer).await.is_empty());
    eventually("the end", || async {
        app.pass(SignedDuration::from_secs(30));
        read_connection(&app, &older).await.unlinked_at
    })
    .await;
}

#[tokio::test]
async fn another_bank_through_the_other_provider_is_no_duplicate() {
    let app = start().await;
    let mut browser = app.logged_in(&ADA).await;
    let plaid = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &plaid).await;
    let other = link_world(&app, "tartan_bank", "Tartan Bank").await;
    assert!(alerts_of(&app, &other).await.is_empty());
}
