//! The consent page: an app sends a person here, who reads what it asks for and allows or denies it.

use axum::http::StatusCode;
use axum::http::request::Parts;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_axum::ResponseOptions;

use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::consent::Consent;
use crate::app::forms::people::LogOut;
use crate::app::parts::frame::{Page, centered, error_page};
use crate::app::parts::{head, scopes};
use crate::app::visitor;
use crate::auth::oauth::{self, Asked, Denied, Request};
use domain::access::Scope;
use domain::user::User;

/// Draws the page that apps send people to (`/oauth/authorize`).
pub fn authorize() -> AnyView {
    Suspend::new(async move {
        match asked().await {
            Ok(page) => centered(page),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn asked() -> Result<Page, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let parts = use_context::<Parts>();
    let query = parts.as_ref().and_then(|parts| parts.uri.query());
    let query = query.unwrap_or_default();
    Ok(
        match oauth::check_request(&ctx, &visitor::reached_at(&ctx), &Request::parse(query)).await?
        {
            Ok(asked) => Page::new("Allow an app", view(&asked, &user, query)),
            Err(Denied::Back(address)) => leaving(&address),
            Err(Denied::Here(why)) => {
                if let Some(response) = use_context::<ResponseOptions>() {
                    response.set_status(StatusCode::BAD_REQUEST);
                }
                Page::new("This app can’t be used", refusal_view(why))
            }
        },
    )
}

/// Draws what an app asks for. `query` is its request, which the form sends back.
pub fn view(asked: &Asked, user: &User, query: &str) -> AnyView {
    let (name, here) = (
        asked.client.name.clone(),
        format!("/oauth/authorize?{query}"),
    );
    let may = Scope::ALL
        .into_iter()
        .filter(|scope| asked.scopes.has(*scope));
    view! {
        <h1 class="title">"Allow " <strong>{name.clone()}</strong> " to use your account?"</h1>
        <p>"You’re logged in as " <strong>{user.email.as_str().to_owned()}</strong> ". " {name.clone()} " will be able to:"</p>
        <ul class="may">{may.map(|scope| view! { <li>{scopes::words(scope)}</li> }).collect_view()}</ul>
        <p class="soft">
            {name.clone()} " never sees your password. You can remove its access at any time in Settings › Apps and keys."
        </p>
        <p class="soft">"You’ll then go back to " <strong>{asked.site()}</strong> "."</p>
        <form class="actions" method="post" action=Consent::url()>
            <input type="hidden" name="request" value=query.to_owned()/>
            <button class="button main" type="submit" name="answer" value="allow">"Allow"</button>
            <button class="button" type="submit" name="answer" value="deny">"Don’t allow"</button>
        </form>
        <form class="soft" method="post" action=LogOut::url()>
            <input type="hidden" name="next" value=here/>
            "Not you? " <button class="as-link" type="submit">"Log in as someone else"</button>
        </form>
    }
    .into_any()
}

fn refusal_view(why: &'static str) -> AnyView {
    view! {
        <h1 class="title">"This app can’t be used here"</h1>
        <p>{why}</p>
        <p class="soft">"Nothing was shared with it. If you’re building this app, check its client ID and redirect address."</p>
        <p><a class="button" href="/">"Go to overview"</a></p>
    }
    .into_any()
}

/// Draws the page after the answer, which redirects to the app, because a form must not redirect to another site.
pub fn answered() -> AnyView {
    Suspend::new(async move {
        match back().await {
            Ok(Some(address)) => centered(leaving(&address)),
            Ok(None) => centered(Page::new("You’ve already answered", already())),
            Err(error) => error_page(None, error),
        }
    })
    .into_any()
}

async fn back() -> Result<Option<String>, PageError> {
    let ctx = visitor::ctx()?;
    visitor::user().await?;
    let flash = Flash::take(&ctx, &visitor::session().await?).await?;
    Ok(flash.leads_to)
}

fn already() -> AnyView {
    view! {
        <h1 class="title">"You’ve already answered"</h1>
        <p>"Go back to the app. If it’s still waiting for you, start again from there."</p>
        <p><a class="button" href="/">"Go to overview"</a></p>
    }
    .into_any()
}

fn leaving(address: &str) -> Page {
    let body = view! {
        {head::lead_on(address)}
        <h1 class="title">"Going back to the app"</h1>
        <p><a class="button main" id="back" href=address.to_owned()>"Continue"</a></p>
    };
    Page::new("Going back to the app", body)
}
