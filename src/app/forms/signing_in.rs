//! Forms to log in or sign up with an identity provider, and to connect or disconnect one.

use leptos::prelude::*;

use super::people::{leading_on, problems, typed};
use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::identity::{self, Begin, Connected, IdentityError};
use crate::auth::{self, FieldProblem, Proof, two_step};
use domain::activity::Visit;
use domain::identity::SignInError;
use domain::secret::Secret;
use domain::user::User;
use tower_sessions::Session;

/// The path of the page that lists a person's log-in methods.
pub const METHODS: &str = "/settings/log-in-methods";
/// The path of the page that redirects to a provider.
pub const LEAVING: &str = "/sign-in";
/// The path of the page that asks for profile data that the provider did not give.
pub const COMPLETE: &str = "/sign-up/complete";
/// The path of the page that asks for the password of the account to connect an identity to.
pub const CONNECT: &str = "/log-in/connect";
/// The path of the page that asks for the code of two-step verification.
pub const CODE: &str = "/log-in/code";

/// Redirects to a provider to log in or sign up.
#[server(name = SignIn, prefix = "/forms", endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] provider: String,
    #[server(default)] next: String,
    #[server(default)] signing_up: String,
) -> Result<(), PageError> {
    let (ctx, next) = (visitor::ctx()?, visitor::within(&next));
    if visitor::user_if_any().await.is_some() {
        return Next::to(next).go().await;
    }
    let (session, base_url) = (visitor::session().await?, visitor::reached_at(&ctx));
    let wanted = Begin {
        provider: &provider,
        base_url: &base_url,
        next,
        signing_up: !signing_up.is_empty(),
    };
    match identity::begin(&ctx, &session, wanted).await {
        Ok(address) => leaving(address, next).go().await,
        Err(error) => {
            sign_in_refusal(leading_on("/log-in", next), error)?
                .go()
                .await
        }
    }
}

/// Signs a person up with a pending identity and the profile that they completed.
#[server(name = CompleteProfile, prefix = "/forms", endpoint = "complete-profile")]
#[allow(clippy::too_many_arguments, reason = "a form's fields")]
pub async fn complete_profile(
    #[server(default)] identity: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] email: String,
    #[server(default)] birthday: String,
    #[server(default)] invitation: String,
    #[server(default)] next: String,
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
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let visit = visitor::visit().await;
    match identity::complete(&ctx, &session, &identity, form.clone(), &visit).await {
        Ok(Some((user, next))) => logged_in(&user, &next).await,
        Ok(None) => expired(&next).go().await,
        Err(error) => {
            let flash = Flash::refused_to_stranger(&typed(&form), problems(error)?);
            Next::saying(COMPLETE, flash).go().await
        }
    }
}

/// Logs a person in to the account that the identity's email belongs to, and connects the identity to it.
#[server(name = ConnectAccount, prefix = "/forms", endpoint = "connect-account")]
pub async fn connect_account(
    #[server(default)] identity: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), PageError> {
    let (ctx, asks) = (visitor::ctx()?, Typed::with(password).await?);
    match identity::connect_after_log_in(&ctx, &identity, asks.proof()).await {
        Ok(Some(Connected {
            user,
            next,
            problem: None,
        })) => logged_in(&user, &next).await,
        Ok(Some(Connected { user, problem, .. })) => {
            // People with two-step verification are never here.
            visitor::begin_session(&ctx, &user).await?;
            let flash = Flash::trouble(problem.unwrap_or_default());
            Next::saying(METHODS, flash).go().await
        }
        Ok(None) => expired(&next).go().await,
        Err(error) => {
            let flash = Flash::refused_to_stranger(&[], problems(error)?);
            Next::saying(CONNECT, flash).go().await
        }
    }
}

/// Redirects a logged-in person to a provider to connect an identity.
#[server(name = Connect, prefix = "/forms", endpoint = "connect")]
pub async fn connect(#[server(default)] provider: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(&method(&provider)).await? {
        return Ok(());
    }
    let (session, base_url) = (visitor::session().await?, visitor::reached_at(&ctx));
    let wanted = Begin {
        provider: &provider,
        base_url: &base_url,
        next: METHODS,
        signing_up: false,
    };
    match identity::begin_connecting(&ctx, &session, &user, wanted).await {
        Ok(address) => leaving(address, METHODS).go().await,
        Err(error) => sign_in_refusal(method(&provider), error)?.go().await,
    }
}

/// Disconnects a provider.
#[server(name = Disconnect, prefix = "/forms", endpoint = "disconnect")]
pub async fn disconnect(#[server(default)] provider: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(&method(&provider)).await? {
        return Ok(());
    }
    let (visit, device) = (visitor::visit().await, visitor::device(&ctx));
    match identity::disconnect(&ctx, &user, &provider, &visit, device.as_ref()).await {
        Ok(Some((name, user))) => {
            visitor::begin_session(&ctx, &user).await?;
            let said = format!("{name} is disconnected. You’ve been logged out everywhere else.");
            Next::saying(METHODS, Flash::notice(said)).go().await
        }
        Ok(None) => Err(PageError::NotFound.raised()),
        Err(error) => sign_in_refusal(method(&provider), error)?.go().await,
    }
}

/// The browser of a request, and the password or code that its person typed.
pub(super) struct Typed {
    session: Session,
    typed: Secret,
    visit: Visit,
    device: Option<Secret>,
}

impl Typed {
    pub(super) async fn with(typed: String) -> Result<Self, PageError> {
        Ok(Self {
            session: visitor::session().await?,
            typed: Secret::new(typed),
            visit: visitor::visit().await,
            device: visitor::device(&visitor::ctx()?),
        })
    }

    pub(super) fn proof(&self) -> Proof<'_> {
        Proof {
            session: &self.session,
            typed: &self.typed,
            visit: &self.visit,
            device: self.device.as_ref(),
        }
    }
}

/// Returns the message for a failed sign-in, or with `connecting` for an identity that was not connected.
pub fn sentence(error: IdentityError, connecting: bool) -> Result<String, PageError> {
    Ok(match (error, connecting) {
        (IdentityError::Rejected(sentence), _) => sentence,
        (IdentityError::Stray, _) => EXPIRED.into(),
        (IdentityError::Provider(name, SignInError::Unavailable(_)), _) => {
            format!("{name} isn’t responding. Try again in a few minutes.")
        }
        (IdentityError::Provider(name, SignInError::CodeRejected(_)), _) => {
            format!("{name} didn’t accept that; it may have taken too long. Please try again.")
        }
        (IdentityError::Provider(name, SignInError::Misconfigured(_)), _) => {
            format!("Logging in with {name} isn’t set up correctly. Tell this Passbook’s admin.")
        }
        (IdentityError::Provider(name, SignInError::InvalidResponse(_)), connecting) => {
            let outcome = match connecting {
                true => "it wasn’t connected",
                false => "you weren’t logged in",
            };
            format!(
                "We couldn’t verify {name}’s response, so {outcome}. Try again; if it keeps happening, tell this \
                 Passbook’s admin."
            )
        }
        (IdentityError::Auth(error), _) => {
            let mut problems = problems(error)?.into_iter();
            problems
                .next()
                .map_or_else(String::new, |first| first.message)
        }
    })
}

/// The message for a sign-in that is unknown: it expired or was used.
pub const EXPIRED: &str = "That log-in attempt expired or was already used. Please try again.";

/// Returns the path of a provider's page in Settings.
fn method(provider: &str) -> String {
    let provider: String = url::form_urlencoded::byte_serialize(provider.as_bytes()).collect();
    format!("{METHODS}/{provider}")
}

/// Redirects to a page with the error, beside its field or above the form.
fn sign_in_refusal(page: String, error: IdentityError) -> Result<Next, PageError> {
    let problems = match error {
        IdentityError::Auth(error) => problems(error)?,
        error => vec![FieldProblem::new("", sentence(error, false)?)],
    };
    Ok(Next::saying(
        page,
        Flash::refused_to_stranger(&[], problems),
    ))
}

/// Logs a person in on this browser, and redirects to the page that they wanted; with two-step verification first to the
/// page that asks for the code.
pub async fn logged_in(user: &User, next: &str) -> Result<(), PageError> {
    let ctx = visitor::ctx()?;
    if user.two_step {
        let session = visitor::session().await?;
        two_step::begin_log_in(&ctx, &session, user, visitor::within(next)).await?;
        visitor::go(CODE);
    } else {
        visitor::begin_session(&ctx, user).await?;
        visitor::go(next);
    }
    Ok(())
}

/// Redirects to our page that redirects to the provider, because a form must not redirect to another site.
fn leaving(address: Secret, next: &str) -> Next {
    let flash = Flash {
        leads_to: Some(address.expose().to_owned()),
        ..Flash::default()
    };
    Next::saying(leading_on(LEAVING, next), flash)
}

fn expired(next: &str) -> Next {
    let problems = vec![FieldProblem::new("", EXPIRED)];
    let flash = Flash::refused_to_stranger(&[], problems);
    Next::saying(leading_on("/log-in", next), flash)
}
