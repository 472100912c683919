//! The person's names.

use leptos::prelude::*;

use super::people::problems;
use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::{self, NewNames};

/// Changes the person's names.
#[server(name = SaveNames, prefix = "/forms", endpoint = "profile")]
pub async fn save_names(
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] user_name: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let names = NewNames {
        first_name,
        last_name,
        user_name,
    };
    let typed = [
        ("first_name", names.first_name.as_str()),
        ("last_name", &names.last_name),
        ("user_name", &names.user_name),
    ];
    let user_name = user.user_name.as_ref().map_or("", |name| name.as_str());
    // The username is for logging in.
    if names.user_name.trim() != user_name && !confirming::confirmed("/settings/profile").await? {
        return confirming::hold(&typed).await;
    }
    let visit = visitor::visit().await;
    let next = match auth::change_names(&ctx, &user, &names, &visit).await {
        Ok(_) => Next::saying("/settings", Flash::notice("Saved.")),
        Err(error) => {
            let flash = Flash::for_refused_form(&typed, problems(error)?);
            Next::saying("/settings/profile", flash)
        }
    };
    next.go().await
}
