//! The pages of an institution's own site.

use leptos::prelude::*;
use url::Url;

use super::frame::{Shell, logo, trouble};
use super::{accounts, credentials, ends, icons};
use crate::link::flow::{BankVisit, Step};
use crate::link::oauth_site::returns_through_application;
use crate::link::steps::{self, selectable};
use crate::link::unavailable::Gone;
use crate::link::visit::Visit;
use crate::world::Institution;

/// Renders the current page of the institution's site.
pub(in crate::link) async fn page(visit: &Visit) -> Result<String, Gone> {
    let institution = visit.institution().ok_or(Gone::Unknown)?;
    let onward = match visit.flow.visit {
        BankVisit::Decided { .. } => application(visit),
        _ => None,
    };
    let done = !matches!(
        visit.flow.visit,
        BankVisit::LogIn | BankVisit::Choose | BankVisit::Decided { .. }
    );
    let body = match visit.flow.visit {
        BankVisit::LogIn => log_in(visit, institution),
        BankVisit::Choose => choose(visit, institution).await?,
        BankVisit::Decided { .. } | BankVisit::Returned | BankVisit::None => {
            over(visit, institution, onward.clone())
        }
    };
    let base = visit.link.base();
    let shell = Shell {
        class: "away",
        brand: Some(format!("{base}/brand/{}.css", institution.id)),
        onward,
        done: done && !returns_through_application(visit),
        ..ends::bare(base, institution.name)
    };
    let body = view! {
        <header class="bar">
            <div class="where">{logo(base, institution.id, "")}<span>{institution.name}</span></div>
        </header>
        <main>{body}</main>
    };
    Ok(shell.document(body.into_any()))
}

fn log_in(visit: &Visit, institution: &Institution) -> AnyView {
    view! {
        <form method="post" class="step" autocomplete="off">
            <div class="scroll">
                <h1 tabindex="-1">"Log in to online banking"</h1>
                {trouble(visit)}
                <p class="soft">{format!("{} would like to see your accounts at {}.", visit.client_name(), institution.name)}</p>
                {credentials::fields(visit, true)}
                {credentials::hint(visit)}
            </div>
            <div class="foot">
                <button class="primary" name="go" value="next" data-focus=visit.flow.filled_in.then_some("1")>
                    "Log in"
                </button>
                <button class="second" name="go" value="deny" formnovalidate=true>"Cancel"</button>
            </div>
        </form>
        {credentials::fill_in(visit)}
    }
    .into_any()
}

async fn choose(visit: &Visit, institution: &Institution) -> Result<AnyView, Gone> {
    let offered = selectable(visit).await?;
    let name = visit.client_name().to_owned();
    let list = (steps::signed_in(visit) == Step::Accounts).then(|| accounts::list(offered));
    let page = view! {
        <form method="post" class="step">
            <div class="scroll">
                <h1 tabindex="-1">{format!("Share accounts with {name}?")}</h1>
                {trouble(visit)}
                <p class="soft" id="which">{format!("{} will share only the accounts you select.", institution.name)}</p>
                {list}
            </div>
            <div class="foot">
                {accounts::choose_one()}
                <button class="primary" name="go" value="allow" data-needs-one="1">"Allow"</button>
                <button class="second" name="go" value="deny" formnovalidate=true>"Don’t allow"</button>
            </div>
        </form>
    };
    Ok(page.into_any())
}

fn over(visit: &Visit, institution: &Institution, onward: Option<String>) -> AnyView {
    let name = visit.client_name().to_owned();
    let words = match onward {
        Some(_) => format!("Taking you back to {name}…"),
        None => format!("You can close this window and continue in {name}."),
    };
    let link = onward.map(|to| {
        view! { <div class="foot"><a class="primary" href=to>{format!("Back to {name}")}</a></div> }
    });
    view! {
        <div class="scroll middle">
            <div class="tick">{icons::tick()}</div>
            <h1 tabindex="-1">{format!("You’re done at {}", institution.name)}</h1>
            <p class="soft" role="status">{words}</p>
        </div>
        {link}
    }
    .into_any()
}

/// Returns the application's redirect address with the state id that it sends back.
fn application(visit: &Visit) -> Option<String> {
    let mut to = Url::parse(visit.token.redirect_uri.as_deref()?).ok()?;
    if !matches!(to.scheme(), "http" | "https") {
        return None;
    }
    to.query_pairs_mut()
        .append_pair("oauth_state_id", &visit.record.id);
    Some(to.to_string())
}
