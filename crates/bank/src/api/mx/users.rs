//! Users.

use serde_json::json;

use super::answer::Reply;
use super::call::{Call, Fields, Version};
use super::paging::{MOST, page};
use crate::bank::{Bank, BankError, Refusal, UserChange, UserFilter, no};
use crate::store::users::UserRow;

pub(super) async fn create(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let change = change(call.object("user")?)?;
    Ok(reply(call, &bank.create_user(change).await?))
}

pub(super) async fn list(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let filter = UserFilter {
        id: call.query("id").map(str::to_owned),
        email: call.query("email").map(str::to_owned),
        is_disabled: call.query_flag("is_disabled"),
    };
    let all = bank.users(&filter).await?;
    Ok(page(call, "users", MOST, &all, |one| {
        written(one, call.version)
    }))
}

pub(super) async fn get_user(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    Ok(reply(call, &bank.user(user).await?))
}

pub(super) async fn update(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    let change = change(call.object("user")?)?;
    Ok(reply(call, &bank.change_user(user, change).await?))
}

pub(super) async fn delete(bank: &Bank, user: &str) -> Result<Reply, BankError> {
    bank.delete_user(user).await?;
    Ok(Reply::Nothing)
}

fn change(fields: Fields<'_>) -> Result<UserChange, Refusal> {
    let id = fields.text("id")?;
    // Paths take the guid or the client's id, so the two must be distinguishable.
    if id
        .as_ref()
        .is_some_and(|id| id.is_empty() || id.starts_with("USR-"))
    {
        return Err(no(422, "id must not be empty or begin with USR-."));
    }
    Ok(UserChange {
        id,
        email: fields.text("email")?,
        metadata: fields.text("metadata")?,
        is_disabled: fields.flag("is_disabled")?,
    })
}

fn reply(call: &Call, user: &UserRow) -> Reply {
    Reply::wrapping("user", &written(user, call.version))
}

/// MX's `UserResponse`. In the newer version an email address is a string or absent, never null.
fn written(user: &UserRow, version: Version) -> String {
    let mut object = json!({
        "email": user.email, "guid": user.guid, "id": user.id, "is_disabled": user.is_disabled,
        "metadata": user.metadata,
    });
    if let (None, Version::New, Some(fields)) = (&user.email, version, object.as_object_mut()) {
        fields.remove("email");
    }
    object.to_string()
}
