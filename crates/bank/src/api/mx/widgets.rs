//! Addresses of the Connect widget.

use serde_json::json;

use super::answer::Reply;
use super::call::{Call, Fields, Version};
use crate::bank::{Bank, BankError, WindowRecord, mx_institution, no};

/// Answers `POST /users/{user}/widget_urls`.
pub(super) async fn create(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    let fields = call.object("widget_url")?;
    let kind = fields.text("widget_type")?.ok_or_else(|| {
        no(
            400,
            "The request is missing a required parameter: widget_type.",
        )
    })?;
    if kind != "connect_widget" {
        return Err(no(403, "This widget is not enabled for this client.").into());
    }
    // Unlike most paths, this one does not take the client's own id.
    let user = Some(user).filter(|name| name.starts_with("USR-"));
    let user = user.ok_or_else(|| no(404, "The requested user was not found."))?;
    let user = bank.user(user).await?;
    let record = wanted(bank, &user.guid, fields).await?;
    let url = bank.new_window(&user.guid, record).await?;
    let object = json!({"type": kind, "url": url, "user_id": user.id});
    Ok(Reply::wrapping("widget_url", &object.to_string()))
}

/// Answers `POST /users/{user}/connect_widget_url`, which the newer version no longer has.
pub(super) async fn create_old(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    if call.version == Version::New {
        return Err(no(404, "The requested resource was not found.").into());
    }
    let user = bank.user(user).await?;
    // The whole configuration is optional.
    let record = match call.object("config") {
        Ok(fields) => wanted(bank, &user.guid, fields).await?,
        Err(_) => WindowRecord {
            is_widget: true,
            ..WindowRecord::default()
        },
    };
    let url = bank.new_window(&user.guid, record).await?;
    let object = json!({"connect_widget_url": url, "guid": user.guid});
    Ok(Reply::wrapping("user", &object.to_string()))
}

async fn wanted(bank: &Bank, user: &str, fields: Fields<'_>) -> Result<WindowRecord, BankError> {
    let member = fields.text("current_member_guid")?;
    if let Some(member) = &member {
        bank.member(user, member).await?;
    }
    let institution = match fields.text("current_institution_code")? {
        Some(code) => Some(code),
        None => fields.text("current_institution_guid")?,
    };
    let institution = match institution {
        Some(name) => Some(
            mx_institution(&name)
                .ok_or_else(|| no(404, "The requested institution was not found."))?
                .code
                .clone(),
        ),
        None => None,
    };
    Ok(WindowRecord {
        is_widget: true,
        is_fixed: fields.flag("disable_institution_search")?.unwrap_or(false),
        updates: fields.flag("update_credentials")?.unwrap_or(false),
        member,
        institution,
        ..WindowRecord::default()
    })
}
