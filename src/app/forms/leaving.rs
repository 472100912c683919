//! The form that deletes the person's own account.

use leptos::prelude::*;

use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::{self, FieldProblem};
use crate::sync;
use domain::departure::Departure;

/// The path of the page with the form.
pub const PAGE: &str = "/settings/delete-account";

/// Deletes the person who sends it, if they typed their email.
#[server(name = DeleteAccount, prefix = "/forms", endpoint = "delete-account")]
pub async fn delete_account(#[server(default)] email: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(PAGE).await? {
        return Ok(());
    }
    if email.trim().to_lowercase() != user.email.folded() {
        return refused("email", "That isn’t the email of your account.").await;
    }
    match sync::delete_person(&ctx, &user.id).await? {
        Departure::LastAdmin => {
            let message = "You’re this Passbook’s only admin, and other people use it. Make someone else an admin \
                           first, in the terminal with passbook admin grant.";
            refused("", message).await
        }
        Departure::Demo => refused("", "The demo user can’t be deleted.").await,
        // A second click gets the answer of the first.
        Departure::Gone | Departure::Waiting | Departure::Unknown => {
            // The session has ended with the rest, so it cannot hold a notice.
            auth::session::end(&visitor::session().await?).await?;
            visitor::clear_site_data();
            Next::to("/log-in").go().await
        }
    }
}

async fn refused(field: &'static str, message: &str) -> Result<(), PageError> {
    let problem = FieldProblem {
        field,
        message: message.to_owned(),
    };
    Next::saying(PAGE, Flash::for_refused_form(&[], vec![problem]))
        .go()
        .await
}
