//! A person's answer to an app's authorization request.

use leptos::prelude::*;

use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::oauth::{self, Denied, Request};

/// Grants or denies an app's request. The request came back from the browser, so it is validated again.
#[server(name = Consent, prefix = "/forms", endpoint = "consent")]
pub async fn consent(
    #[server(default)] request: String,
    #[server(default)] answer: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let here = visitor::reached_at(&ctx);
    let address = match oauth::check_request(&ctx, &here, &Request::parse(&request)).await? {
        // The page says why.
        Err(Denied::Here(_)) => return Next::to(format!("/oauth/authorize?{request}")).go().await,
        Err(Denied::Back(address)) => address,
        Ok(asked) if answer == "allow" => {
            // An app's access is worth as much as a key.
            if !confirming::confirmed(&format!("/oauth/authorize?{request}")).await? {
                return Ok(());
            }
            let address = oauth::allow(&ctx, &here, &user, &asked).await?;
            address.expose().to_owned()
        }
        Ok(asked) => oauth::deny(&here, &asked),
    };
    let flash = Flash {
        leads_to: Some(address),
        ..Flash::default()
    };
    Next::saying("/oauth/answered", flash).go().await
}
