//! "Link a bank": which bank, and how it is reached.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;

use super::query;
use crate::app::error::PageError;
use crate::app::forms::typing::log_in_page;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, rows};
use crate::app::shell::has_islands;
use crate::app::visitor;
use crate::context::Ctx;
use crate::ledger::view::Mark;
use crate::ledger::{self, records};
use crate::sync::{self, Finding, OfferedBank, OfferedBanks, Way};
use domain::search::fold;
use domain::text::one_line;
use domain::user::User;

/// No list is longer: whoever does not find their bank types more of its name.
const MOST_BANKS: usize = 40;
/// No bank has a longer name.
const LONGEST_NAME: usize = 100;
/// Of a logo, in bytes.
const LARGEST_LOGO: usize = 64 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What is looked for, and the page that this one was opened from.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The name, or a part of it, on one line and no longer than a name is.
    pub q: String,
    /// Whether more was typed than that.
    cut: bool,
    /// A page of ours.
    pub from: String,
}

impl Wanted {
    /// Reads what an address says.
    #[must_use]
    pub fn of(q: &str, from: &str) -> Self {
        let typed = one_line(q);
        let q: String = typed.trim().chars().take(LONGEST_NAME).collect();
        Self {
            cut: typed.trim().chars().count() > LONGEST_NAME,
            q,
            from: visitor::within(from).to_owned(),
        }
    }

    /// The address of the page that looks for it.
    #[must_use]
    pub fn page(&self) -> String {
        format!("/link/new?{}", self.query())
    }

    /// For the pages that lead back to this one.
    fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &self.q)
            .append_pair("from", &self.from)
            .finish()
    }

    /// Whether a bank can be found by it: signs alone are in every name.
    fn is_name(&self) -> bool {
        !fold(&self.q).is_empty()
    }
}

/// The page.
pub fn new_bank() -> AnyView {
    let wanted = Wanted::of(&query("q"), &query("from"));
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
            drawn(finding, &wanted, found.as_ref(), &linked),
        ))
    })
}

/// The institutions that a person has linked, each with its provider's word.
async fn linked(ctx: &Ctx, user: &User) -> Result<Vec<(String, String)>, PageError> {
    let known = records::connections(ctx, user).await?.into_iter();
    let known = known.map(|record| record.connection);
    let linked = known.filter(|it| it.linked_at.is_some() && it.unlink_asked_at.is_none());
    Ok(linked
        .filter_map(|it| Some((it.provider, it.institution_id?)))
        .collect())
}

/// The page of what was found; `linked` are the institutions that the person has linked, each with its provider's word.
pub fn drawn(
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

fn results(found: &OfferedBanks, wanted: &Wanted, linked: &[(String, String)]) -> AnyView {
    let banks = found.banks.iter().take(MOST_BANKS);
    let more = found.banks.len() > MOST_BANKS;
    let all_searched = found.refusals.is_empty();
    view! {
        <section class="narrow banks">
            {(!all_searched).then(|| view! {
                <p class="notice wrong" role="alert">"Some banks could not be searched just now. Try again in a moment."</p>
            })}
            {match found.banks.is_empty() {
                true => all_searched.then(|| nothing(wanted)),
                false => Some(view! { <ul class="rows">{banks.map(|it| bank(it, wanted, linked)).collect_view()}</ul> }.into_any()),
            }}
            {more.then(|| view! { <p class="soft">"There are more. Type more of the name to see them."</p> })}
        </section>
    }
    .into_any()
}

fn nothing(wanted: &Wanted) -> AnyView {
    let mut echo = wanted.q.clone();
    if wanted.cut {
        echo.push('…');
    }
    view! {
        <p class="empty-list">
            "No bank named “"<bdi>{echo}</bdi>"” was found. Check the spelling, or try fewer letters."
        </p>
    }
    .into_any()
}

fn bank(bank: &OfferedBank, wanted: &Wanted, linked: &[(String, String)]) -> AnyView {
    let (window, typed): (Vec<&Way>, Vec<&Way>) =
        bank.ways.iter().partition(|way| !way.can.credentials);
    let several = bank.ways.len() > 1;
    let site = bank
        .url
        .as_deref()
        .map(site)
        .filter(|site| !site.is_empty());
    let words = |way: &Way| match several {
        true => format!("Continue with {}", way.title),
        false => "Continue".to_owned(),
    };
    let from = &wanted.from;
    let window = window.into_iter();
    let window = window.map(|way| actions::link_from(words(way), "new".into(), "button", from));
    let typed = typed.into_iter().map(|way| {
        let page = log_in_page(way.provider, &way.institution_id);
        let page = format!("{page}&{}", wanted.query());
        let name = format!("{}: {}", words(way), bank.name);
        view! { <a class="button" href=page aria-label=name>{words(way)}</a> }
    });
    view! {
        <li class="bank">
            {rows::mark(&mark(bank))}
            <div class="what">
                <strong class="name">{bank.name.clone()}</strong>
                {site.map(|site| view! { <span class="soft">{site}</span> })}
                {is_linked(bank, linked).then(|| view! { <span class="soft">"Already linked"</span> })}
                {several.then(|| view! { <span class="soft">{ways(&bank.ways)}</span> })}
            </div>
            <div class="actions">{window.collect_view()}{typed.collect_view()}</div>
        </li>
    }
    .into_any()
}

fn is_linked(bank: &OfferedBank, linked: &[(String, String)]) -> bool {
    bank.ways.iter().any(|way| {
        let mut linked = linked.iter();
        linked.any(|(provider, id)| provider == way.provider && *id == way.institution_id)
    })
}

/// Where a person logs in, by each of several ways.
fn ways(ways: &[Way]) -> String {
    let names: Vec<_> = ways.iter().map(|way| way.title).collect();
    let each: Vec<_> = ways.iter().map(place).collect();
    format!(
        "{} both reach this bank. Log in {}.",
        names.join(" and "),
        each.join(", or ")
    )
}

fn place(way: &Way) -> String {
    let title = way.title;
    match way.can.credentials {
        false => format!("with {title} in its own window"),
        true if way.has_own_login => format!("with {title} on your bank’s own page"),
        true if way.can.widget && has_islands() => {
            format!("with {title} in its window or in a form here")
        }
        true => format!("with {title} in a form here"),
    }
}

/// The window of a provider that has a search of its own. Beside the list it is no way to one of the banks there, and is
/// not called as one.
fn window(title: &str, beside_search: bool, from: &str) -> AnyView {
    let (said, words) = match beside_search {
        true => (
            format!("Or choose your bank in {title}’s window, and log in there."),
            format!("Open {title}’s window"),
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
        let page = html_without_islands(|| drawn(finding, &Wanted::of("", "/accounts"), None, &[]));
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
        let page = html(|| {
            drawn(
                invented::finding(),
                &Wanted::of("bank", "/"),
                Some(&found),
                &[],
            )
        });
        assert_eq!(page.count("li.bank"), 2);
        let shown = page.one("img").attr("src").map(str::to_owned);
        assert!(shown.is_some_and(|it| it.starts_with("data:image/png;base64,iVBORw0KGgo")));
    }

    #[test]
    fn what_was_typed_is_told_short_and_keeps_its_direction_to_itself() {
        let name = "\u{202e}x".repeat(300);
        let wanted = Wanted::of(&name, "https://elsewhere.example");
        let none = OfferedBanks::default();
        let page = html(|| drawn(invented::finding(), &wanted, Some(&none), &[]));
        let echo = page.text("p.empty-list bdi");
        assert!(echo.ends_with('…') && echo.chars().count() == 101, "{echo}");
        assert_eq!(page.text("p.actions a"), "Not now");
        assert_eq!(page.one("p.actions a").attr("href"), Some("/"));
    }

    #[test]
    fn signs_alone_are_no_name() {
        for (q, is_name) in [("--- ’ .", false), ("", false), ("ü", true), ("1st", true)] {
            assert_eq!(Wanted::of(q, "/").is_name(), is_name, "{q}");
        }
        let page = html(|| drawn(invented::finding(), &Wanted::of("-", "/"), None, &[]));
        assert!(
            page.text("p.empty-list")
                .starts_with("Type your bank’s name")
        );
    }

    #[test]
    fn nothing_is_said_of_banks_that_could_not_be_searched() {
        let found = OfferedBanks {
            banks: Vec::new(),
            ..invented::offered()
        };
        let page = html(|| {
            drawn(
                invented::finding(),
                &Wanted::of("bank", "/"),
                Some(&found),
                &[],
            )
        });
        assert_eq!(
            (page.count(".notice.wrong"), page.count(".empty-list")),
            (1, 0)
        );
    }

    #[test]
    fn a_bank_says_where_one_logs_in_and_that_it_is_linked() {
        let found = invented::offered();
        let linked = [("mx".to_owned(), "a&b=\"c\"".to_owned())];
        let wanted = Wanted::of("a&b", "/accounts");
        let page = html(|| drawn(invented::finding(), &wanted, Some(&found), &linked));
        let both = page.text("li.bank:last-child .what");
        let said = "Log in with Plaid in its own window, or with MX in a form here.";
        assert!(
            both.contains(said) && both.contains("Already linked"),
            "{both}"
        );
        let typed = page.all("li.bank a.button")[0]
            .attr("href")
            .unwrap_or_default();
        assert!(typed.ends_with("&q=a%26b&from=%2Faccounts"), "{typed}");
        let buttons = page.all("button").into_iter();
        let buttons = buttons.filter(|it| it.text().any(|words| words == "Continue with Plaid"));
        assert_eq!(buttons.count(), 1);
    }
}
