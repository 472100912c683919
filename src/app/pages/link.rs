//! The page that opens Link: in its pane by script, or on the provider's hosted page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::error::PageError;
use crate::app::forms::linking::{LinkFinished, LinkLeft};
use crate::app::parts::actions;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::scripts;
use crate::app::shell::has_islands;
use crate::app::{opened_from, visitor};
use crate::sync::{self, OpenedLink};
use domain::attempt::{LinkAttempt, LinkPurpose};
use domain::id::LinkId;
use domain::secret::Secret;
use islands::LinkPane;

/// Draws the page of an attempt.
pub fn link() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let id = LinkId::parse(&id).ok_or_else(|| PageError::NotFound.raised())?;
        let attempt = sync::attempt_to_open(&ctx, &user, &id).await?;
        Ok(Page::new(
            "Link a bank",
            view(&attempt, &ctx.config.link_script, false, &later().await?),
        ))
    })
}

/// Draws the page that a bank's OAuth log-in returns to: the newest attempt continues.
pub fn link_resumed() -> AnyView {
    framed(Tab::Accounts, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let attempt = sync::latest_attempt(&ctx, &user).await?;
        Ok(Page::new(
            "Link a bank",
            view(&attempt, &ctx.config.link_script, true, &later().await?),
        ))
    })
}

/// Returns the page for "Not now".
async fn later() -> Result<String, PageError> {
    opened_from::load(&visitor::session().await?).await
}

/// Draws the page. `returned` says that a bank has just sent the person back.
pub fn view(link: &OpenedLink, script: &str, returned: bool, later: &str) -> AnyView {
    let attempt = &link.attempt;
    let title = match attempt.purpose {
        LinkPurpose::NewBank | LinkPurpose::NewBankAnyway => "Link a bank",
        LinkPurpose::AddAccounts(_) => "Choose accounts",
        LinkPurpose::Repair(_) => "Log in to your bank again",
    };
    let way = match (&link.hosted_url, &link.token) {
        (Some(address), _) => hosted(address.expose(), attempt),
        (None, Some(token)) if has_islands() => by_script(link, token, script, returned),
        _ => again(link),
    };
    view! {
        <div class="lead">
            <h1 class="title">{title}</h1>
            <p class="soft">"You’ll log in with your bank. Passbook never sees your password."</p>
        </div>
        {way}
        <p class="actions"><a class="button quiet" href=later.to_owned()>"Not now"</a></p>
    }
    .into_any()
}

fn hosted(address: &str, attempt: &LinkAttempt) -> AnyView {
    let returned = format!("/link/{}/return", attempt.id);
    view! {
        <div class="sheet opens">
            <p>"Next you’ll go to your bank. It will bring you back here."</p>
            <p class="actions">
                <a class="button main" href=address.to_owned()>"Continue to your bank"</a>
                <a class="button" href=returned>"I’ve finished"</a>
            </p>
        </div>
    }
    .into_any()
}

fn by_script(link: &OpenedLink, token: &Secret, script: &str, returned: bool) -> AnyView {
    let id = link.attempt.id.to_string();
    view! {
        <div class="sheet opens">
            {scripts::link(script)}
            <LinkPane token=token.expose().to_owned() returned=returned/>
            {scripts::wake()}
            {again(link)}
        </div>
        <form id="link-finished" method="post" action=LinkFinished::url() hidden>
            <input type="hidden" name="attempt" value=id.clone()/>
            <input type="hidden" name="public_token"/>
            <input type="hidden" name="metadata"/>
        </form>
        <form id="link-left" method="post" action=LinkLeft::url() hidden>
            <input type="hidden" name="attempt" value=id/>
            <input type="hidden" name="error_code"/>
            <input type="hidden" name="institution"/>
            <input type="hidden" name="request_id"/>
        </form>
    }
    .into_any()
}

/// Draws a link that begins the same purpose again on the provider's hosted page.
fn again(link: &OpenedLink) -> AnyView {
    let purpose = match &link.attempt.purpose {
        LinkPurpose::NewBank => "new".to_owned(),
        LinkPurpose::NewBankAnyway => "anyway".to_owned(),
        LinkPurpose::AddAccounts(id) => format!("add:{id}"),
        LinkPurpose::Repair(id) => format!("repair:{id}"),
    };
    let words = format!("Continue on {}’s page instead", link.provider_title);
    view! {
        <div class="soft inline">
            "Window didn’t open? " {actions::link_hosted(words, purpose)}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;
    use domain::id::ConnectionId;

    #[test]
    fn the_banks_own_page_keeps_the_purpose() {
        let id = ConnectionId::generate();
        let purpose = |purpose: LinkPurpose| {
            let attempt = invented::attempt(purpose, None);
            let page = html(|| view(&attempt, "/script.js", false, "/"));
            let words = "Window didn’t open? Continue on Plaid’s page instead";
            assert_eq!(page.text(".inline"), words);
            let purpose = page.one("[name=purpose]").attr("value");
            purpose.map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(purpose(LinkPurpose::NewBank), "new");
        assert_eq!(purpose(LinkPurpose::NewBankAnyway), "anyway");
        let repair = LinkPurpose::Repair(id.clone());
        assert_eq!(purpose(repair), format!("repair:{id}"));
        let add = LinkPurpose::AddAccounts(id.clone());
        assert_eq!(purpose(add), format!("add:{id}"));
    }
}
