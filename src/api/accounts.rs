//! The operations on accounts.

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::Door;
use super::bodies::AccountJson;
use super::error::ApiError;
use super::input::Path;
use crate::auth::Caller;
use crate::ledger::records;

/// A person's accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accounts {
    accounts: Vec<AccountJson>,
}

/// List all accounts, including those that the bank no longer lists.
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
