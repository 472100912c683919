//! The search results of "Link a bank", each with the providers that reach the bank.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;

use super::wanted::Wanted;
use crate::app::forms::typing::log_in_page;
use crate::app::parts::{actions, rows};
use crate::app::shell::has_islands;
use crate::ledger;
use crate::ledger::view::Mark;
use crate::sync::{OfferedBank, OfferedBanks, Way};

/// The greatest number of results; people whose bank is missing type more of its name.
const MOST_BANKS: usize = 40;
/// The largest logo that is shown, in bytes.
const LARGEST_LOGO: usize = 64 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Draws the results. `linked` are the provider and id of each institution that the person has linked.
pub fn results(found: &OfferedBanks, wanted: &Wanted, linked: &[(String, String)]) -> AnyView {
    let banks = found.banks.iter().take(MOST_BANKS);
    let more = found.banks.len() > MOST_BANKS;
    let all_searched = found.refusals.is_empty();
    view! {
        <section class="narrow banks">
            {(!all_searched).then(|| view! {
                <p class="notice wrong" role="alert">"Some banks couldn’t be searched just now. Try again in a moment."</p>
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

/// Says where a person logs in with each of several providers.
fn ways(ways: &[Way]) -> String {
    let each: Vec<_> = ways.iter().map(place).collect();
    format!("You can link this bank through {}.", each.join(" or "))
}

fn place(way: &Way) -> String {
    let title = way.title;
    match way.can.credentials {
        false => format!("{title} (in {title}’s window)"),
        true if way.has_own_login => format!("{title} (on your bank’s page)"),
        true if way.can.widget && has_islands() => {
            format!("{title} (in {title}’s window or in Passbook)")
        }
        true => format!("{title} (in Passbook)"),
    }
}

/// Returns the host of a bank's site, without `www.`.
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
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_logo_that_is_no_picture_is_not_shown() {
        let mut found = invented::offered();
        found.banks[1].logo = Some([PNG, b"..."].concat());
        let page = html(|| results(&found, &Wanted::from_query("bank", "/"), &[]));
        assert_eq!(page.count("li.bank"), 2);
        let shown = page.one("img").attr("src").map(str::to_owned);
        assert!(shown.is_some_and(|it| it.starts_with("data:image/png;base64,iVBORw0KGgo")));
    }

    #[test]
    fn nothing_is_said_of_banks_that_could_not_be_searched() {
        let found = OfferedBanks {
            banks: Vec::new(),
            ..invented::offered()
        };
        let page = html(|| results(&found, &Wanted::from_query("bank", "/"), &[]));
        assert_eq!(
            (page.count(".notice.wrong"), page.count(".empty-list")),
            (1, 0)
        );
    }

    #[test]
    fn a_bank_says_where_one_logs_in_and_that_it_is_linked() {
        let found = invented::offered();
        let linked = [("mx".to_owned(), "a&b=\"c\"".to_owned())];
        let wanted = Wanted::from_query("a&b", "/accounts");
        let page = html(|| results(&found, &wanted, &linked));
        let both = page.text("li.bank:last-child .what");
        let said = "You can link this bank through Plaid (in Plaid’s window) or MX (in Passbook).";
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

    #[test]
    fn what_was_typed_is_told_short_and_keeps_its_direction_to_itself() {
        let name = "\u{202e}x".repeat(300);
        let wanted = Wanted::from_query(&name, "https://elsewhere.example");
        let none = OfferedBanks::default();
        let page = html(|| results(&none, &wanted, &[]));
        let echo = page.text("p.empty-list bdi");
        assert!(echo.ends_with('…') && echo.chars().count() == 101, "{echo}");
        assert_eq!(wanted.from, "/");
    }
}
