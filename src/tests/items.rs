//! Items that are made at a bank on its own origin, linked without a browser, and whose webhooks reach Passbook.

use domain::attempt::LinkPurpose;
use domain::id::{ConnectionId, LinkId};
use domain::link::LinkResult;
use domain::secret::Secret;
use passbook::sync::{self, LinkOutcome};
use serde_json::json;

use crate::app::{ADA, TestApp};

/// Returns the address for Plaid's webhooks.
pub fn plaid_door(app: &TestApp) -> String {
    format!("http://{}/webhooks/plaid", app.address())
}

/// Creates an Item whose webhooks reach us; returns its public token.
pub async fn new_item(app: &TestApp, institution: &str, user_name: &str) -> String {
    let wanted = json!({
        "institution_id": institution,
        "initial_products": ["transactions"],
        "options": {
            "webhook": plaid_door(app),
            "override_username": user_name,
            "transactions": {"days_requested": 730},
        },
    });
    let bank = app.bank();
    let created = bank.ask("/sandbox/public_token/create", wanted).await;
    let token = created["public_token"].as_str();
    token.expect("a token").to_owned()
}

/// Begins a link attempt of Ada's.
pub async fn begin_attempt(app: &TestApp, purpose: LinkPurpose) -> LinkId {
    let user = app.user(&ADA).await;
    let attempt = sync::begin_link(app.ctx(), &user, purpose, None).await;
    attempt.expect("an attempt").attempt.id
}

/// Finishes a link attempt of Ada's with this result.
pub async fn finish_attempt(app: &TestApp, attempt: &LinkId, result: LinkResult) -> LinkOutcome {
    let user = app.user(&ADA).await;
    let outcome = sync::finish_link(app.ctx(), &user, attempt, result).await;
    outcome.expect("an outcome")
}

/// Links a new Item for Ada; returns its connection and access token.
pub async fn link_item(
    app: &TestApp,
    institution: &str,
    user_name: &str,
) -> (ConnectionId, String) {
    let result = LinkResult {
        public_token: Secret::new(new_item(app, institution, user_name).await),
        ..LinkResult::default()
    };
    let attempt = begin_attempt(app, LinkPurpose::NewBank).await;
    let outcome = finish_attempt(app, &attempt, result).await;
    let LinkOutcome::Linked(id) = outcome else {
        panic!("{outcome:?}");
    };
    let token = access_token(app, &id).await;
    (id, token)
}

/// Returns the access token of a connection.
pub async fn access_token(app: &TestApp, id: &ConnectionId) -> String {
    let ctx = app.ctx();
    let found = ctx.store.connection_to_sync(id).await;
    let (connection, sealed, _) = found.expect("the database answers").expect("it is there");
    let owner = connection.user_id.as_str().to_owned();
    let token = ctx.vault.unseal(&sealed, id.as_str(), &owner);
    token.expect("our own key").expose().to_owned()
}

/// Has the bank send a webhook about an Item.
pub async fn fire_webhook(app: &TestApp, access_token: &str, code: &str) {
    let wanted = json!({"access_token": access_token, "webhook_code": code});
    let fired = app.bank().ask("/sandbox/item/fire_webhook", wanted).await;
    assert_eq!(fired["webhook_fired"], true, "{fired}");
}
