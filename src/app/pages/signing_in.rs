//! The pages on the way to an identity provider and back.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::{part_of_path, query};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::people::leading_on;
use crate::app::forms::signing_in::{COMPLETE, CONNECT, EXPIRED, METHODS, logged_in, sentence};
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::parts::head;
use crate::app::visitor;
use crate::auth::FieldProblem;
use crate::auth::identity::{self, CallbackParams, IdentityError, SignInFailure, SignInOutcome};
use domain::secret::Secret;

/// Draws the page that redirects to a provider, because a form must not redirect to another site.
pub fn leaving() -> AnyView {
    let next = query("next");
    Suspend::new(async move {
        match on_the_way(&next).await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn on_the_way(next: &str) -> Result<Page, PageError> {
    let ctx = visitor::ctx()?;
    let flash = Flash::take(&ctx, &visitor::session().await?).await?;
    let Some(address) = flash.leads_to else {
        visitor::go(&leading_on("/log-in", next));
        return Ok(Page::new("Log in", ()));
    };
    let body = view! {
        {head::lead_on(&address)}
        <h1 class="title">"One moment"</h1>
        <p>"You’re on your way to the log-in page."</p>
        <p><a class="button main" id="on" href=address>"Continue"</a></p>
    };
    Ok(Page::new("One moment", body))
}

/// Handles the return from a provider. It redirects; a page is drawn only for a browser without a pending sign-in.
pub fn callback() -> AnyView {
    let provider = part_of_path("provider");
    let params = CallbackParams {
        state: Secret::new(query("state")),
        code: Secret::new(query("code")),
        error: query("error"),
        issuer: query("iss"),
    };
    Suspend::new(async move {
        match lead_on(&provider, &params).await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn lead_on(provider: &str, params: &CallbackParams) -> Result<Page, PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let (viewer, visit) = (visitor::user_if_any().await, visitor::visit().await);
    let device = visitor::device(&ctx);
    let outcome = identity::finish(
        &ctx,
        &session,
        provider,
        params,
        viewer.as_ref(),
        &visit,
        device.as_ref(),
    );
    match outcome.await {
        Ok(SignInOutcome::LogIn(user, next)) => logged_in(&user, &next).await?,
        Ok(SignInOutcome::AlreadyLoggedIn(next)) => visitor::go(&next),
        Ok(SignInOutcome::HasAccount) => visitor::go(CONNECT),
        Ok(SignInOutcome::New) => visitor::go(COMPLETE),
        Ok(SignInOutcome::Connected(name)) => {
            let said = format!("{name} is connected. You can log in with it from now on.");
            Flash::notice(said).leave(&ctx, &session).await?;
            visitor::go(METHODS);
        }
        // Any site can send a browser here, so nothing is stored for it.
        Err(SignInFailure {
            error: IdentityError::Stray,
            connecting: false,
            ..
        }) => return Ok(stray()),
        Err(failure) => {
            let message = sentence(failure.error, failure.connecting)?;
            let (page, flash) = match viewer {
                Some(_) => (METHODS.to_owned(), Flash::trouble(message)),
                None => {
                    let problems = vec![FieldProblem::new("", message)];
                    let flash = Flash::refused_to_stranger(&[], problems);
                    (leading_on("/log-in", &failure.next), flash)
                }
            };
            flash.leave(&ctx, &session).await?;
            visitor::go(&page);
        }
    }
    Ok(Page::new("Log in", ()))
}

fn stray() -> Page {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::BAD_REQUEST);
    }
    let body = view! {
        <h1 class="title">"Log in again"</h1>
        <p role="alert">{EXPIRED}</p>
        <p><a class="button main" href="/log-in">"Log in"</a></p>
    };
    Page::new("Log in again", body)
}

/// Draws the page that Facebook shows to people who have asked for the deletion of their data.
pub fn deleted() -> AnyView {
    centered(Page::new("Your Facebook data", drawn_deleted()))
}

/// Draws the page. It is the same for everyone: when Facebook gives its address, the deletion has been done.
pub fn drawn_deleted() -> AnyView {
    view! {
        <h1 class="title">"Your Facebook data"</h1>
        <p>
            "When you ask Facebook to delete this app’s data, Passbook immediately deletes everything Facebook shared about \
            you. If Facebook gave you a confirmation code, your data has been deleted."
        </p>
        <p class="soft">
            "Your Passbook account is still here, with the name, email and birthday in it. If Facebook is your only way to \
            log in, Passbook keeps your Facebook ID so that you still can. To delete the account, ask this Passbook’s admin."
        </p>
    }
    .into_any()
}
