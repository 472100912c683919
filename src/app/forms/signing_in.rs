//! Logging in and signing up with an identity provider, and connecting one.
// A form's fields are its function's arguments, as many as there are.
#![allow(clippy::too_many_arguments)]

use leptos::prelude::*;

use super::Next;
use super::people::{leading_on, problems};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::identity::{self, IdentityError, Proof};
use crate::auth::{self, FieldProblem};
use domain::identity::SignInError;
use domain::secret::Secret;
use domain::user::User;

/// The page from which identities are connected and disconnected.
pub const WAYS: &str = "/settings/log-in";
/// The page that leads on to a provider.
pub const LEAVING: &str = "/sign-in";
/// The page that asks for what a provider has not told.
pub const COMPLETE: &str = "/sign-up/complete";
/// The page that asks for the password of the account that an identity is to be connected to.
pub const CONNECT: &str = "/log-in/connect";

/// Sends somebody to a provider to log in or sign up there.
#[server(name = SignIn, prefix = "/forms", endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] provider: String,
    #[server(default)] next: String,
) -> Result<(), PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let here = visitor::reached_at(&ctx);
    let next = visitor::within(&next);
    match identity::begin(&ctx, &session, &here, &provider, next).await {
        Ok(address) => leaving(address).go().await,
        Err(error) => refused(leading_on("/log-in", next), error)?.go().await,
    }
}

/// Signs somebody up who comes from a provider, with what they have completed.
#[server(name = CompleteProfile, prefix = "/forms", endpoint = "complete-profile")]
pub async fn complete_profile(
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] email: String,
    #[server(default)] birthday: String,
    #[server(default)] invitation: String,
) -> Result<(), PageError> {
    let form = auth::SignUp {
        first_name,
        last_name,
        email,
        birthday,
        user_name: String::new(),
        password: Secret::default(),
        invitation: Secret::new(invitation),
    };
    let (ctx, session, visit) = (
        visitor::ctx()?,
        visitor::session().await?,
        visitor::visit().await,
    );
    match identity::complete(&ctx, &session, form.clone(), &visit).await {
        Ok(Some((user, next))) => logged_in(&user, &next).await,
        Ok(None) => too_late().go().await,
        Err(error) => {
            let typed = [
                ("first_name", form.first_name.as_str()),
                ("last_name", &form.last_name),
                ("email", &form.email),
                ("birthday", &form.birthday),
            ];
            let flash = Flash::refused_to_stranger(&typed, problems(error)?);
            Next::saying(COMPLETE, flash).go().await
        }
    }
}

/// Logs somebody in to the account that the identity's address belongs to, and connects the identity to it.
#[server(name = ConnectAccount, prefix = "/forms", endpoint = "connect-account")]
pub async fn connect_account(#[server(default)] password: String) -> Result<(), PageError> {
    let (ctx, session, visit) = (
        visitor::ctx()?,
        visitor::session().await?,
        visitor::visit().await,
    );
    let (password, device) = (Secret::new(password), visitor::device(&ctx));
    let connected =
        identity::connect_after_log_in(&ctx, &session, &password, &visit, device.as_ref()).await;
    match connected {
        Ok(Some((user, next))) => logged_in(&user, &next).await,
        Ok(None) => too_late().go().await,
        Err(error) => {
            let flash = Flash::refused_to_stranger(&[], problems(error)?);
            Next::saying(CONNECT, flash).go().await
        }
    }
}

/// Sends a person to a provider to connect an identity there.
#[server(name = Connect, prefix = "/forms", endpoint = "connect")]
pub async fn connect(
    #[server(default)] provider: String,
    #[server(default)] password: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let (session, visit) = (visitor::session().await?, visitor::visit().await);
    let (password, device) = (Secret::new(password), visitor::device(&ctx));
    let proof = Proof {
        password: &password,
        visit: &visit,
        device: device.as_ref(),
    };
    let here = visitor::reached_at(&ctx);
    match identity::begin_connecting(&ctx, &session, &here, &provider, &user, proof).await {
        Ok(address) => leaving(address).go().await,
        Err(error) => refused(WAYS.to_owned(), error)?.go().await,
    }
}

/// Takes an identity away.
#[server(name = Disconnect, prefix = "/forms", endpoint = "disconnect")]
pub async fn disconnect(#[server(default)] issuer: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let session = visitor::session().await?;
    match identity::disconnect(&ctx, &session, &user, &issuer).await {
        Ok(Some(name)) => {
            let said = format!("{name} is disconnected. Your other browsers are logged out.");
            Next::saying(WAYS, Flash::notice(said)).go().await
        }
        Ok(None) => Err(PageError::NotFound.raised()),
        Err(error) => {
            Next::saying(WAYS, Flash::trouble(sentence(error)?))
                .go()
                .await
        }
    }
}

/// What is said of a sign-in that came to nothing.
pub fn sentence(error: IdentityError) -> Result<String, PageError> {
    Ok(match error {
        IdentityError::Rejected(sentence) => sentence,
        IdentityError::Provider(name, SignInError::Unavailable(_)) => {
            format!(
                "{name} doesn’t answer as it should. Try again in a few minutes, or log in another way."
            )
        }
        IdentityError::Provider(name, SignInError::CodeRejected(_)) => {
            format!("{name} didn’t accept the log-in. It may have taken too long: try again.")
        }
        IdentityError::Provider(name, SignInError::InvalidResponse(_)) => format!(
            "What {name} sent could not be verified, so nobody was logged in. Try again; if it happens again, tell \
             whoever runs this Passbook."
        ),
        IdentityError::Auth(error) => {
            let mut problems = problems(error)?.into_iter();
            problems
                .next()
                .map_or_else(String::new, |first| first.message)
        }
    })
}

/// A page that says what went wrong: by its field, or above the form.
fn refused(page: String, error: IdentityError) -> Result<Next, PageError> {
    let problems = match error {
        IdentityError::Auth(error) => problems(error)?,
        error => vec![FieldProblem {
            field: "",
            message: sentence(error)?,
        }],
    };
    Ok(Next::saying(
        page,
        Flash::refused_to_stranger(&[], problems),
    ))
}

/// Logs a person in on this browser, and on to the page that they wanted.
pub async fn logged_in(user: &User, next: &str) -> Result<(), PageError> {
    visitor::begin_session(&visitor::ctx()?, user).await?;
    visitor::go(next);
    Ok(())
}

/// To the page of ours that leads to the provider: a form may not lead to another site itself.
fn leaving(address: String) -> Next {
    let flash = Flash {
        leads_to: Some(address),
        ..Flash::default()
    };
    Next::saying(LEAVING, flash)
}

fn too_late() -> Next {
    let problems = vec![FieldProblem {
        field: "",
        message: "That took too long, or it has ended already. Start again.".into(),
    }];
    Next::saying("/log-in", Flash::refused_to_stranger(&[], problems))
}
