//! On the way to an identity provider, and back from it.

use leptos::prelude::*;

use super::{part_of_path, query};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::signing_in::{COMPLETE, CONNECT, WAYS, logged_in, sentence};
use crate::app::parts::frame::{Page, alone, troubled};
use crate::app::parts::head;
use crate::app::visitor;
use crate::auth::FieldProblem;
use crate::auth::identity::{self, CallbackParams, SignInOutcome};
use domain::secret::Secret;

/// The page that leads on to a provider. A form may not lead to another site itself.
pub fn leaving() -> AnyView {
    Suspend::new(async move {
        match on_the_way().await {
            Ok(page) => alone(page),
            Err(error) => troubled(None, error),
        }
    })
    .into_any()
}

async fn on_the_way() -> Result<Page, PageError> {
    let ctx = visitor::ctx()?;
    let flash = Flash::take(&ctx, &visitor::session().await?).await?;
    let Some(address) = flash.leads_to else {
        visitor::go("/log-in");
        return Ok(Page::new("Log in", ()));
    };
    let body = view! {
        {head::lead_on(&address)}
        <h1 class="title">"On to the log-in"</h1>
        <p><a class="button main" id="on" href=address>"Continue"</a></p>
    };
    Ok(Page::new("On to the log-in", body))
}

/// Where somebody comes back from a provider. Nothing is drawn here: it leads on.
pub fn arrived() -> AnyView {
    let provider = part_of_path("provider");
    let brought = CallbackParams {
        state: query("state"),
        code: Secret::new(query("code")),
        error: query("error"),
        issuer: query("iss"),
    };
    Suspend::new(async move {
        match lead_on(&provider, &brought).await {
            Ok(()) => alone(Page::new("Log in", ())),
            Err(error) => troubled(None, error),
        }
    })
    .into_any()
}

async fn lead_on(provider: &str, brought: &CallbackParams) -> Result<(), PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let (viewer, visit) = (visitor::user_if_any().await, visitor::visit().await);
    let arrival = identity::arrive(&ctx, &session, provider, brought, viewer.as_ref(), &visit);
    match arrival.await {
        Ok(SignInOutcome::Known(user, next)) => return logged_in(&user, &next).await,
        Ok(SignInOutcome::HasAccount) => visitor::go(CONNECT),
        Ok(SignInOutcome::New) => visitor::go(COMPLETE),
        Ok(SignInOutcome::Connected(name)) => {
            let said = format!("{name} is connected. You can log in with it from now on.");
            Flash::notice(said).leave(&ctx, &session).await?;
            visitor::go(WAYS);
        }
        Err(error) => {
            let message = sentence(error)?;
            let (page, flash) = match viewer {
                Some(_) => (WAYS, Flash::trouble(message)),
                None => {
                    let problem = FieldProblem { field: "", message };
                    ("/log-in", Flash::refused_to_stranger(&[], vec![problem]))
                }
            };
            flash.leave(&ctx, &session).await?;
            visitor::go(page);
        }
    }
    Ok(())
}

/// Facebook leads people here who want to see that what it told of them is deleted.
pub fn deleted() -> AnyView {
    let code = query("code");
    Suspend::new(async move {
        match visitor::ctx() {
            Ok(ctx) => alone(Page::new(
                "Deleting your data",
                drawn_deleted(&code, identity::confirms(&ctx, &code)),
            )),
            Err(error) => troubled(None, error),
        }
    })
    .into_any()
}

/// What the page says of a code.
pub fn drawn_deleted(code: &str, known: bool) -> AnyView {
    if !known {
        return view! {
            <h1 class="title">"No such deletion"</h1>
            <p>"No request to delete data has this code. Check the address that Facebook gave you."</p>
        }
        .into_any();
    }
    view! {
        <h1 class="title">"Your data is deleted"</h1>
        <p>"What Facebook told Passbook about you was deleted when you asked for it. Confirmation code: " <code>{code.to_owned()}</code></p>
        <p class="soft">"Your Passbook account and your banks are still here. If Facebook is the only way you log in, Passbook keeps its number for your account, so that you aren’t locked out."</p>
    }
    .into_any()
}
