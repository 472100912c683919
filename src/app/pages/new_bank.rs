//! "Link a bank": a search for banks, and the providers' windows.

use leptos::prelude::*;

use super::found_banks::results;
use super::query;
use super::wanted::Wanted;
use crate::app::error::PageError;
use crate::app::parts::actions;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::context::Ctx;
use crate::ledger::records;
use crate::sync::{self, Finding, OfferedBanks};
use domain::user::User;

/// Reads the data and draws the page.
pub fn new_bank() -> AnyView {
    let wanted = Wanted::from_query(&query("q"), &query("from"));
    framed(Tab::Accounts, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let finding = sync::finding(&ctx);
        let found = match finding.searches && wanted.is_name() {
            true => Some(sync::institutions(&ctx, &wanted.q).await),
            false => None,
        };
        let linked = match &found {
            Some(_) => linked(&ctx, &user).await?,
            None => Vec::new(),
        };
        Ok(Page::new(
            "Link a bank",
            view(finding, &wanted, found.as_ref(), &linked),
        ))
    })
}

/// Returns the provider and id of each institution that a person has linked.
async fn linked(ctx: &Ctx, user: &User) -> Result<Vec<(String, String)>, PageError> {
    let known = records::connections(ctx, user).await?.into_iter();
    let known = known.map(|record| record.connection);
    let linked = known.filter(|it| it.linked_at.is_some() && it.unlink_asked_at.is_none());
    Ok(linked
        .filter_map(|it| Some((it.provider, it.institution_id?)))
        .collect())
}

/// The page of what was found; `linked` are the institutions that the person has linked, each with its provider's word.
pub fn view(
    finding: Finding,
    wanted: &Wanted,
    found: Option<&OfferedBanks>,
    linked: &[(String, String)],
) -> AnyView {
    let only_signs = finding.searches && !wanted.q.is_empty() && !wanted.is_name();
    view! {
        <div class="lead"><h1 class="title">"Link a bank"</h1></div>
        {finding.searches.then(|| search(wanted))}
        {only_signs.then(|| view! {
            <section class="narrow"><p class="empty-list">"Type your bank’s name, or the beginning of it."</p></section>
        })}
        {found.map(|found| results(found, wanted, linked))}
        {finding.window.map(|title| window(title, finding.searches, &wanted.from))}
        <p class="actions"><a class="button quiet" href=wanted.from.clone()>"Not now"</a></p>
    }
    .into_any()
}

fn search(wanted: &Wanted) -> AnyView {
    let Wanted { q, from, .. } = wanted.clone();
    view! {
        <form class="find" method="get" action="/link/new" role="search">
            <input type="hidden" name="from" value=from/>
            <label for="q">"Your bank’s name"</label>
            <input id="q" type="search" name="q" maxlength="100" autocomplete="off" required=true
                autofocus=q.is_empty() value=q/>
            <button class="button main" type="submit">"Search"</button>
        </form>
    }
    .into_any()
}

/// Draws the button for the window of a provider that has its own search. Beside a list of banks the button is not
/// called "Continue", because it belongs to none of them.
fn window(title: &str, beside_search: bool, from: &str) -> AnyView {
    let (said, words) = match beside_search {
        true => (
            format!("Or find your bank in {title}’s window and log in there."),
            format!("Open {title}’s window"),
        ),
        false => (
            "You’ll choose your bank and log in there. Passbook never sees your password.".into(),
            "Continue".into(),
        ),
    };
    let class = if beside_search {
        "button"
    } else {
        "button main"
    };
    view! {
        <section class="narrow">
            <p class="soft">{said}</p>
            <div class="actions">{actions::link_from(words, "new".into(), class, from)}</div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::{html, html_without_islands};
    use crate::app::tests::invented;

    #[test]
    fn with_nothing_to_search_there_is_one_button() {
        let finding = Finding {
            searches: false,
            window: Some("Plaid"),
        };
        let page =
            html_without_islands(|| view(finding, &Wanted::from_query("", "/accounts"), None, &[]));
        assert_eq!(page.count("input[type=search]"), 0);
        assert_eq!(page.text("button"), "Continue");
        assert_eq!(page.one("[name=purpose]").attr("value"), Some("new"));
        assert_eq!(page.one("[name=back]").attr("value"), Some("/accounts"));
        // Without islands Link is opened on the provider's own page.
        assert_eq!(page.count("form > [name=hosted]"), 1);
    }

    #[test]
    fn signs_alone_are_no_name() {
        for (q, is_name) in [("--- ’ .", false), ("", false), ("ü", true), ("1st", true)] {
            assert_eq!(Wanted::from_query(q, "/").is_name(), is_name, "{q}");
        }
        let page = html(|| {
            view(
                invented::finding(),
                &Wanted::from_query("-", "/"),
                None,
                &[],
            )
        });
        assert!(
            page.text("p.empty-list")
                .starts_with("Type your bank’s name")
        );
    }
}
