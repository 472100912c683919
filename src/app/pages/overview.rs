//! The overview: net worth, what needs attention, connections and recent transactions.

use leptos::prelude::*;

use super::{ended, this_month, try_this};
use crate::app::parts::attention::attention;
use crate::app::parts::chart::chart;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::rates::LIVE;
use crate::app::parts::{actions, composition, figure, rows};
use crate::app::server_functions;
use crate::app::visitor;
use crate::ledger::view::{
    Asking, Attention, AttentionAction, ConnectionCard, Figure, NetWorth, Overview,
};
use crate::rates;
use crate::sync::TryThis;
use domain::wording;

/// Reads the data and draws the page.
pub fn overview() -> AnyView {
    framed(Tab::Overview, |_| async move {
        let ctx = visitor::ctx()?;
        let offered = Offered {
            tries: try_this::load().await?,
            rates: rates::is_on(&ctx),
        };
        Ok(Page::new(
            "Overview",
            view(&server_functions::overview().await?, offered),
        ))
    })
}

/// What this Passbook offers besides a person's money.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// What the person can try with the demo bank.
    pub tries: Option<TryThis>,
    /// Whether there are exchange rates.
    pub rates: bool,
}

/// Draws the page.
pub fn view(overview: &Overview, offered: Offered) -> AnyView {
    let rates = offered.rates.then(|| {
        view! { <p class="actions"><a class="button quiet" href=LIVE>"Exchange rates"</a></p> }
    });
    let needs = overview.attention.iter().map(|what| attention(what, "/"));
    if overview.connections.is_empty() && overview.ended.is_empty() {
        return view! { {needs.collect_view()} {empty(rates)} }.into_any();
    }
    view! {
        {if overview.connections.is_empty() { nothing_linked() } else { worth(overview) }}
        {needs.collect_view()}
        {offered.tries.as_ref().map(try_this::card)}
        {overview.net_worth.first().map(|first| line(first, "tall"))}
        {overview.composition.first().map(composition::bar)}
        {others(overview.net_worth.get(1..).unwrap_or_default())}
        {this_month::cards(&overview.this_month)}
        <div class="columns recent-first">
            <div class="column">
                {overview.connections.iter().map(connection).collect_view()}
                {unsummed(overview)}
                {ended::section(overview.ended.iter())}
                {rates}
            </div>
            <div class="column">{newest(overview)}</div>
        </div>
    }
    .into_any()
}

/// Draws the heading when no bank is linked but kept data is shown below.
fn nothing_linked() -> AnyView {
    view! {
        <div class="top">
            <div>
                <h1>"No banks linked"</h1>
                <p class="soft">"Your earlier data is still here. Link a bank to see your balances and new transactions."</p>
            </div>
            <div class="actions">{actions::new_bank("Link a bank", "button main")}</div>
        </div>
    }
    .into_any()
}

fn worth(overview: &Overview) -> AnyView {
    let first = overview.net_worth.first();
    let syncs = |card: &ConnectionCard| {
        let needs = card.attention.as_ref();
        card.offers.sync && !needs.is_some_and(Attention::is_the_only_way)
    };
    let syncs = overview.connections.iter().any(syncs);
    view! {
        <div class="top">
            <div class="worth">
                <h1>"Net worth"</h1>
                {first.map(|worth| figure::big(&worth.total, "figure"))}
                {first.map(change)}
                {first.and_then(halves)}
                {first.and_then(old)}
            </div>
            <div class="actions">
                {syncs.then(|| actions::sync("", "/", "Sync now", "button"))}
                {actions::new_bank("Link a bank", "button main")}
            </div>
        </div>
    }
    .into_any()
}

/// Draws how much net worth changed, if there is an earlier value to compare with.
fn change(worth: &NetWorth) -> Option<AnyView> {
    let change = worth.change.as_ref()?;
    let amount = unsigned(change);
    let (class, words) = match change.minor {
        0 => ("ink", "No change".to_owned()),
        1.. => ("in", format!("Up {amount}")),
        _ => ("ink", format!("Down {amount}")),
    };
    let line = view! {
        <p class="soft change"><strong class=class>{words}</strong> " " {worth.change_since.clone()}</p>
    };
    Some(line.into_any())
}

/// A figure without its minus, for words that say the same: "Down", "Debts".
fn unsigned(figure: &Figure) -> &str {
    figure.text.trim_start_matches('\u{2212}')
}

/// Draws assets and debts, if there are debts.
fn halves(worth: &NetWorth) -> Option<AnyView> {
    let debts = unsigned(&worth.debts).to_owned();
    (worth.debts.minor != 0).then(|| {
        view! {
            <p class="soft halves">
                "Assets " {worth.assets.text.clone()} " · Debts " {debts}
            </p>
        }
        .into_any()
    })
}

/// Draws the date of the oldest balance, if that is not current.
fn old(worth: &NetWorth) -> Option<AnyView> {
    let old = || view! { <p class="soft halves">{worth.as_of.clone()}</p> }.into_any();
    (!worth.as_of.is_empty()).then(old)
}

fn line(worth: &NetWorth, class: &'static str) -> AnyView {
    let currency = &worth.total.currency;
    let id: String = currency
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    chart(
        &format!("chart-{id}"),
        &format!("Net worth in {currency} by day"),
        "Net worth",
        &worth.line,
        class,
    )
}

/// Returns a currency's name for people, or "In" with its code if it has no name here.
fn in_words(code: &str) -> String {
    let name = match code {
        "AUD" => "Australian dollars",
        "CAD" => "Canadian dollars",
        "CHF" => "Swiss francs",
        "DKK" => "Danish kroner",
        "EUR" => "Euros",
        "GBP" => "British pounds",
        "JPY" => "Japanese yen",
        "NOK" => "Norwegian kroner",
        "NZD" => "New Zealand dollars",
        "PLN" => "Polish złoty",
        "SEK" => "Swedish kronor",
        "USD" => "US dollars",
        other => return format!("In {other}"),
    };
    name.to_owned()
}

/// Draws the other currencies, smaller; sums never mix currencies.
fn others(others: &[NetWorth]) -> Option<AnyView> {
    let block = |worth: &NetWorth| {
        view! {
            <section class="other">
                <div class="side-by-side">
                    <div>
                        <h2 class="band-title">{in_words(&worth.total.currency)}</h2>
                        {figure::big(&worth.total, "figure small")}
                        {change(worth)}
                        {halves(worth)}
                        {old(worth)}
                    </div>
                    {(worth.line.len() > 1).then(|| line(worth, "low"))}
                </div>
            </section>
        }
    };
    let blocks = || view! { <div class="others">{others.iter().map(block).collect_view()}</div> };
    (!others.is_empty()).then(|| blocks().into_any())
}

fn connection(card: &ConnectionCard) -> AnyView {
    view! {
        <section class="bank-accounts">
            <div class="heading">
                <h2 class="band-title">{card.institution.clone()}</h2>
                {freshness(card)}
            </div>
            {(!card.accounts.is_empty()).then(|| folded(card))}
            {(!card.accounts.is_empty()).then(|| rows::accounts(&card.accounts))}
        </section>
    }
    .into_any()
}

/// Draws what a bank's accounts add up to, in place of their rows on a narrow screen.
fn folded(card: &ConnectionCard) -> AnyView {
    let count = wording::counted(card.accounts.len(), "account");
    view! {
        <a class="folded" href="/accounts"><span>{count}</span> <span class="sums">{figure::sums(&card.sums)}</span></a>
    }
    .into_any()
}

/// Returns whether a connection is stopped: it gets nothing new until a person acts.
pub fn stopped(card: &ConnectionCard) -> bool {
    card.attention.as_ref().is_some_and(|what| what.stopped)
}

/// Draws "synced 2 minutes ago", or the connection's state if it is stopped or busy.
pub fn freshness(card: &ConnectionCard) -> AnyView {
    if let Some(what) = card.attention.as_ref().filter(|what| what.stopped) {
        return view! { <p class="soft">{how_it_stands(card, what.action)}</p> }.into_any();
    }
    let waits = match card.asking {
        Some(Asking::Bank) => Some("checking your log-in…"),
        Some(Asking::Person) => Some("waiting for you at your bank"),
        None => card.first_sync.then_some("getting your transactions…"),
    };
    if let Some(waits) = waits {
        let href = format!("/connections/{}", card.id);
        return view! { <a class="soft" href=href>{waits}</a> }.into_any();
    }
    let words = match &card.synced {
        _ if card.syncing => "syncing…".into_any(),
        Some(when) => view! { "synced " {figure::moment(when)} }.into_any(),
        None => "not synced yet".into_any(),
    };
    view! { <p class="soft">{words}</p> }.into_any()
}

fn how_it_stands(card: &ConnectionCard, action: AttentionAction) -> &'static str {
    match action {
        _ if card.syncing => "syncing…",
        AttentionAction::Answer => "your bank has a question",
        _ if !card.offers.unlink => "not linked yet",
        AttentionAction::Repair | AttentionAction::LogIn => "log-in needed",
        AttentionAction::LinkAgain => "no longer linked",
        _ => "not up to date",
    }
}

fn unsummed(overview: &Overview) -> Option<AnyView> {
    (!overview.unsummed.is_empty()).then(|| {
        view! {
            <section>
                <div class="heading">
                    <h2 class="band-title">"Unknown currency"</h2>
                    <p class="soft">"not included in totals"</p>
                </div>
                {rows::accounts(&overview.unsummed)}
            </section>
        }
        .into_any()
    })
}

fn newest(overview: &Overview) -> AnyView {
    let list = if overview.newest.is_empty() {
        view! { <p class="empty-list">"Your latest transactions will appear here."</p> }.into_any()
    } else {
        rows::days(&overview.newest, "/")
    };
    view! {
        <section>
            <div class="heading">
                <h2 class="band-title">"Recent transactions"</h2>
                <a class="soft" href="/transactions">"See all"</a>
            </div>
            {list}
        </section>
    }
    .into_any()
}

fn empty(rates: Option<impl IntoView + 'static>) -> AnyView {
    view! {
        <div class="empty">
            <h1 class="title">"Your passbook is empty"</h1>
            <p>
                "Link a bank to see your balances and up to two years of transactions here, always up to date."
            </p>
            {actions::new_bank("Link a bank", "button main")}
            {rates}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::{html, html_without_islands};
    use crate::app::tests::invented;

    fn everything() -> Offered {
        Offered {
            tries: Some(invented::tries()),
            rates: true,
        }
    }

    #[test]
    fn the_way_to_exchange_rates_is_there_where_there_are_any() {
        let way = "a[href='/rates/live']";
        for overview in [invented::overview, invented::empty_overview] {
            assert_eq!(
                html(|| view(&overview(), everything())).text(way),
                "Exchange rates"
            );
            assert_eq!(html(|| view(&overview(), Offered::default())).count(way), 0);
        }
    }

    #[test]
    fn every_currency_has_its_own_figure_and_line_and_nothing_is_summed() {
        let page = html(|| view(&invented::overview(), Offered::default()));
        assert_eq!(page.text(".worth .figure"), "$148,302.17");
        assert_eq!(page.text(".other .figure"), "£3,481.05");
        assert_eq!(page.count("figure.chart svg"), 2);
        assert_eq!(page.count("#chart-USD tbody tr"), 90);
        assert_eq!(page.count(".tries"), 0);
    }

    #[test]
    fn a_banks_text_never_becomes_markup() {
        let page = html(|| view(&invented::overview(), everything()));
        assert_eq!(page.count("script, b:not(.reader b)"), 0);
        assert!(
            page.source
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        );
    }

    #[test]
    fn what_was_kept_is_not_called_empty() {
        let page = html(|| {
            let mut overview = invented::empty_overview();
            overview.ended = vec![invented::ended_card()];
            overview.newest = invented::overview().newest;
            view(&overview, Offered::default())
        });
        assert_eq!(page.text("h1"), "No banks linked");
        assert_eq!(page.text(".no-longer-linked > h2"), "No longer linked");
        assert_eq!(page.count("form[action='/forms/sync']"), 0);
        assert!(page.count(".days a.row") > 0);
    }

    #[test]
    fn an_empty_passbook_says_what_to_do() {
        let page = html(|| view(&invented::empty_overview(), everything()));
        assert_eq!(page.text("a[href^='/link/new']"), "Link a bank");
        assert_eq!(page.count(".tries"), 0);
        let page = html_without_islands(|| view(&invented::empty_overview(), everything()));
        assert_eq!(page.text("a[href^='/link/new']"), "Link a bank");
    }
}
