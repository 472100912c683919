//! "Link a bank": which bank, and how it is reached.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;

use super::query;
use crate::app::forms::typing::log_in_page;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, rows};
use crate::app::visitor;
use crate::ledger;
use crate::ledger::view::Mark;
use crate::sync::{self, Finding, OfferedBank, OfferedBanks, Way};

/// No list is longer: whoever does not find their bank types more of its name.
const MOST_BANKS: usize = 40;
/// Of a logo, in bytes.
const LARGEST_LOGO: usize = 64 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The page.
pub fn new_bank() -> AnyView {
    let (q, from) = (query("q").trim().to_owned(), query("from"));
    framed(Tab::Accounts, |_| async move {
        let ctx = visitor::ctx()?;
        visitor::user().await?;
        let finding = sync::finding(&ctx);
        let found = match finding.searches && !q.is_empty() {
            true => Some(sync::institutions(&ctx, &q).await),
            false => None,
        };
        let from = visitor::within(&from);
        Ok(Page::new(
            "Link a bank",
            drawn(finding, &q, found.as_ref(), from),
        ))
    })
}

/// The page of what was found; `from` is the page that it was opened from.
pub fn drawn(finding: Finding, q: &str, found: Option<&OfferedBanks>, from: &str) -> AnyView {
    view! {
        <div class="lead"><h1 class="title">"Link a bank"</h1></div>
        {finding.searches.then(|| search(q, from))}
        {found.map(|found| results(found, q, from))}
        {finding.window.map(|title| window(title, finding.searches, from))}
        <p class="actions"><a class="button quiet" href=from.to_owned()>"Do it later"</a></p>
    }
    .into_any()
}

fn search(q: &str, from: &str) -> AnyView {
    view! {
        <form class="find" method="get" action="/link/new" role="search">
            <input type="hidden" name="from" value=from.to_owned()/>
            <label for="q">"Your bank’s name"</label>
            <input id="q" type="search" name="q" value=q.to_owned() maxlength="100" autocomplete="off"
                required=true autofocus=q.is_empty()/>
            <button class="button main" type="submit">"Search"</button>
        </form>
    }
    .into_any()
}

fn results(found: &OfferedBanks, q: &str, from: &str) -> AnyView {
    let banks = found.banks.iter().take(MOST_BANKS);
    let more = found.banks.len() > MOST_BANKS;
    view! {
        <section class="narrow banks">
            {(!found.refusals.is_empty()).then(|| view! {
                <p class="notice wrong" role="alert">"Some banks could not be searched just now. Try again in a moment."</p>
            })}
            {match found.banks.is_empty() {
                true => view! { <p class="empty-list">{format!("No bank named “{q}” was found. Check the spelling, or type less of it.")}</p> }.into_any(),
                false => view! { <ul class="rows">{banks.map(|it| bank(it, from)).collect_view()}</ul> }.into_any(),
            }}
            {more.then(|| view! { <p class="soft">"There are more. Type more of the name to see them."</p> })}
        </section>
    }
    .into_any()
}

fn bank(bank: &OfferedBank, from: &str) -> AnyView {
    let (window, typed): (Vec<&Way>, Vec<&Way>) =
        bank.ways.iter().partition(|way| !way.can.credentials);
    let several = bank.ways.len() > 1;
    let names = bank.ways.iter().map(|way| way.title);
    let both = several.then(|| {
        let names = names.collect::<Vec<_>>().join(" and ");
        format!("{names} both reach this bank. Either works.")
    });
    let site = bank
        .url
        .as_deref()
        .map(site)
        .filter(|site| !site.is_empty());
    let words = |way: &Way| match several {
        true => format!("Continue with {}", way.title),
        false => "Continue".to_owned(),
    };
    let window = window.into_iter();
    let window = window.map(|way| actions::link_from(words(way), "new".into(), "button", from));
    let typed = typed.into_iter().map(|way| {
        let page = log_in_page(way.provider, &way.institution_id);
        let name = format!("{}: {}", words(way), bank.name);
        view! { <a class="button" href=page aria-label=name>{words(way)}</a> }
    });
    view! {
        <li class="bank">
            {rows::mark(&mark(bank))}
            <div class="what">
                <strong class="name">{bank.name.clone()}</strong>
                {site.map(|site| view! { <span class="soft">{site}</span> })}
                {both.map(|both| view! { <span class="soft">{both}</span> })}
            </div>
            <div class="actions">{window.collect_view()}{typed.collect_view()}</div>
        </li>
    }
    .into_any()
}

/// The window of a provider that has a search of its own.
fn window(title: &str, beside_search: bool, from: &str) -> AnyView {
    let (said, words) = match beside_search {
        true => (
            format!("Or choose your bank in {title}’s window, and log in there."),
            format!("Continue with {title}"),
        ),
        false => (
            "You choose your bank and log in there. Your password stays there: this Passbook never sees it.".into(),
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

/// A bank's site as people write it.
fn site(address: &str) -> String {
    let url = url::Url::parse(address).ok();
    let host = url
        .as_ref()
        .and_then(url::Url::host_str)
        .unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

fn mark(bank: &OfferedBank) -> Mark {
    let logo = bank.logo.as_ref();
    let logo = logo.filter(|logo| logo.starts_with(PNG) && logo.len() <= LARGEST_LOGO);
    Mark {
        logo: logo.map(|logo| format!("data:image/png;base64,{}", STANDARD.encode(logo))),
        ..ledger::mark(&bank.name, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::invented;
    use crate::app::parts::drawn::{html, html_without_islands};

    #[test]
    fn with_nothing_to_search_there_is_one_button() {
        let finding = Finding {
            searches: false,
            window: Some("Plaid"),
        };
        let page = html_without_islands(|| drawn(finding, "", None, "/accounts"));
        assert_eq!(page.count("input[type=search]"), 0);
        assert_eq!(page.text("button"), "Continue");
        assert_eq!(page.one("[name=purpose]").attr("value"), Some("new"));
        assert_eq!(page.one("[name=back]").attr("value"), Some("/accounts"));
        // Without islands Link is opened on the provider's own page.
        assert_eq!(page.count("form > [name=hosted]"), 1);
    }

    #[test]
    fn a_logo_that_is_no_picture_is_not_shown() {
        let mut found = invented::offered();
        found.banks[1].logo = Some([PNG, b"..."].concat());
        let page = html(|| drawn(invented::finding(), "bank", Some(&found), "/"));
        assert_eq!(page.count("li.bank"), 2);
        let shown = page.one("img").attr("src").map(str::to_owned);
        assert!(shown.is_some_and(|it| it.starts_with("data:image/png;base64,iVBORw0KGgo")));
    }
}
