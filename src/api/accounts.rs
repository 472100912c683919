//! The operations on accounts.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Door;
use super::bodies::{AccountJson, present};
use super::error::ApiError;
use super::input::{Body, Path, Sense};
use crate::auth::Caller;
use crate::ledger::{self, records};
use domain::account::OwnAccount;

/// A person's accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accounts {
    accounts: Vec<AccountJson>,
}

/// List all accounts in the person's order, including hidden ones and those that the bank no longer lists.
#[utoipa::path(get, path = "/accounts", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Accounts, description = "All accounts.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Accounts>, ApiError> {
    let accounts = records::accounts(&door.ctx, &caller.user).await?;
    let accounts = accounts.into_iter().map(AccountJson::from).collect();
    Ok(Json(Accounts { accounts }))
}

/// Get an account.
#[utoipa::path(get, path = "/accounts/{id}", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])),
    params(("id" = String, Path, description = "The account's id.")),
    responses((status = 200, body = AccountJson, description = "The account.")))]
pub async fn one(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<AccountJson>, ApiError> {
    let account = records::account(&door.ctx, &caller.user, &id).await?;
    Ok(Json(account.into()))
}

/// What the person says of an account. An absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountEdits {
    /// The person's name for it. Null or empty restores the bank's.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 60, value_type = Option<String>)]
    name: Option<String>,
    /// Whether lists of accounts leave it out.
    #[serde(default)]
    hidden: Option<bool>,
    /// Whether it is left out of net worth.
    #[serde(default)]
    left_out: Option<bool>,
}

impl Sense for AccountEdits {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let name = sent.get("name").and_then(Value::as_str);
        let own = OwnAccount {
            name: name.map(str::to_owned),
            ..OwnAccount::default()
        };
        let mistake = own.checked().err();
        mistake
            .map(|said| ("name".to_owned(), said))
            .into_iter()
            .collect()
    }
}

/// Change the person's name for an account, and whether it is listed and counted.
#[utoipa::path(patch, path = "/accounts/{id}", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    params(("id" = String, Path, description = "The account's id.")), request_body = AccountEdits,
    responses((status = 200, body = AccountJson, description = "The updated account.")))]
pub async fn edit(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(sent): Body<AccountEdits>,
) -> Result<Json<AccountJson>, ApiError> {
    let before = records::account(&door.ctx, &caller.user, &id)
        .await?
        .account
        .own;
    let own = OwnAccount {
        name: sent.name.or(before.name),
        hidden: sent.hidden.unwrap_or(before.hidden),
        left_out: sent.left_out.unwrap_or(before.left_out),
    };
    ledger::edit_account(&door.ctx, &caller.user, &id, own).await?;
    let account = records::account(&door.ctx, &caller.user, &id).await?;
    Ok(Json(account.into()))
}

/// An order of accounts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountOrder {
    /// The ids of the accounts, the first one first. Accounts that are not named come last.
    #[schema(max_items = 1000)]
    accounts: Vec<String>,
}

impl Sense for AccountOrder {}

/// Put the accounts in an order.
#[utoipa::path(put, path = "/account-order", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    request_body = AccountOrder, responses((status = 200, body = Accounts, description = "All accounts, in the new order.")))]
pub async fn order(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Body(sent): Body<AccountOrder>,
) -> Result<Json<Accounts>, ApiError> {
    ledger::order_accounts(&door.ctx, &caller.user, &sent.accounts).await?;
    list(State(door), Extension(caller)).await
}
