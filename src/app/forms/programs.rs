//! API keys, tokens, apps with access, and the password.

use leptos::prelude::*;

use super::people::problems;
use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::parts::scopes;
use crate::app::visitor;
use crate::auth::{self, AlsoEnds, api_keys, oauth, tokens};
use domain::access::KeyLifetime;
use domain::secret::Secret;

const PAGE: &str = "/settings/programs";

/// Creates an API key. The next page shows it once.
#[server(name = MakeKey, prefix = "/forms", endpoint = "key")]
pub async fn make_key(
    #[server(default)] name: String,
    #[server(default)] read: String,
    #[server(default)] sync: String,
    #[server(default)] manage: String,
    #[server(default)] lasts: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let scopes = scopes::ticked(&read, &sync, &manage);
    let lifetime = KeyLifetime::from_word(&lasts);
    let words = scopes.words();
    let typed = [
        ("name", name.as_str()),
        ("scopes", &words),
        ("lasts", &lasts),
    ];
    if !confirming::confirmed(PAGE).await? {
        return confirming::hold(&typed).await;
    }
    let flash = match api_keys::make(&ctx, &user, &name, scopes, lifetime).await {
        Ok(key) => Flash {
            shown_once: Some(key.expose().to_owned()),
            ..Flash::default()
        },
        Err(error) => Flash::for_refused_form(&typed, problems(error)?),
    };
    Next::saying(PAGE, flash).go().await
}

/// Deletes an API key.
#[server(name = RevokeKey, prefix = "/forms", endpoint = "key-revoked")]
pub async fn revoke_key(#[server(default)] key: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !api_keys::revoke(&ctx, &user, &key).await? {
        return Err(PageError::NotFound.raised());
    }
    let said = "Key deleted.";
    Next::saying(PAGE, Flash::notice(said)).go().await
}

/// Ends all tokens that apps got with the password.
#[server(name = EndTokens, prefix = "/forms", endpoint = "tokens-ended")]
pub async fn end_tokens() -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    tokens::revoke_all(&ctx, &user).await?;
    let said = "All apps have been logged out.";
    Next::saying(PAGE, Flash::notice(said)).go().await
}

/// Ends an app's access.
#[server(name = RemoveAccess, prefix = "/forms", endpoint = "app-revoked")]
pub async fn remove_access(#[server(default)] client: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !oauth::revoke_app(&ctx, &user, &client).await? {
        return Err(PageError::NotFound.raised());
    }
    let said = "Access removed. The app will have to ask you again.";
    Next::saying(PAGE, Flash::notice(said)).go().await
}

/// Changes the password, or sets one for a person who has none.
#[server(name = ChangePassword, prefix = "/forms", endpoint = "password")]
pub async fn change_password(
    #[server(default)] present: String,
    #[server(default)] new: String,
    #[server(default)] keys: String,
    #[server(default)] identities: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if user.two_step && !confirming::confirmed("/settings/password").await? {
        return Ok(());
    }
    let (present, new) = (Secret::new(present), Secret::new(new));
    let visit = visitor::visit().await;
    let device = visitor::device(&ctx);
    let also = AlsoEnds {
        keys: !keys.is_empty(),
        identities: !identities.is_empty(),
    };
    let device = device.as_ref();
    let changed = if auth::has_password(&ctx, &user).await? {
        auth::change_password(&ctx, &user, &present, &new, also, &visit, device).await
    } else {
        let session = visitor::session().await?;
        auth::set_password(&ctx, &session, &user, &new, &visit, device).await
    };
    let next = match changed {
        Ok(user) => {
            visitor::begin_session(&ctx, &user).await?;
            let said = "Your new password is set. You’ve been logged out everywhere else.";
            Next::saying("/settings", Flash::notice(said))
        }
        Err(error) => Next::saying(
            "/settings/password",
            Flash::for_refused_form(&[], problems(error)?),
        ),
    };
    next.go().await
}
