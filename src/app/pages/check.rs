//! "Comparison with the bank": the result of the last comparison, and the buttons to repeat it or fix differences.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::forms::checking::{CheckBank, PutRight};
use crate::app::parts::figure;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::head::{self, Every};
use crate::app::server_functions;
use crate::ledger::history::view::{CheckReport, CheckRow};

/// Reads the data and draws the page.
pub fn check() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |_| async move {
        let report = server_functions::check(id).await?;
        let title = format!("Comparison with the bank · {}", report.institution);
        Ok(Page::new(title, view(&report)))
    })
}

/// Draws the page.
pub fn view(report: &CheckReport) -> AnyView {
    let connection = format!("/connections/{}", report.connection_id);
    view! {
        <p class="back"><a href=connection>{report.institution.clone()}</a></p>
        <div class="lead">
            <p class="over">"Comparison with the bank"</p>
            <h1 class="title">{if report.running { "Comparing".to_owned() } else { report.heading.clone() }}</h1>
            {if report.running { waiting() } else { came_of_it(report) }}
        </div>
        {(!report.running).then(|| buttons(report))}
        {(!report.running && !report.rows.is_empty()).then(|| rows(report))}
        <section class="narrow">
            <h2 class="band-title">"How it works"</h2>
            <p>"Passbook gets all transactions from the bank and compares each one with the copy stored here. Comparing doesn’t change anything, and what’s new at the bank since the last sync isn’t counted as a difference."</p>
            <p>"Fixing adds what’s missing, removes what the bank no longer has and corrects the rest, all at once. Your notes and categories stay."</p>
        </section>
    }
    .into_any()
}

fn waiting() -> AnyView {
    view! {
        {head::load_again(Every::TwoSeconds)}
        <p role="status">"Getting everything that the bank has. You can leave this page; we’ll keep going."</p>
    }
    .into_any()
}

fn came_of_it(report: &CheckReport) -> AnyView {
    let sentences = report.sentences.iter();
    view! {
        {report.at.as_ref().map(|at| view! { <p class="soft">"Compared " {figure::moment(at)}</p> })}
        {sentences.map(|sentence| view! { <p>{sentence.clone()}</p> }).collect_view()}
    }
    .into_any()
}

fn buttons(report: &CheckReport) -> AnyView {
    let words = if report.at.is_some() {
        "Compare again"
    } else {
        "Compare with the bank"
    };
    view! {
        <div class="actions">
            {report.differs.then(|| button(PutRight::url(), report, "Fix differences", "button main"))}
            {button(CheckBank::url(), report, words, "button")}
        </div>
    }
    .into_any()
}

fn button(
    action: &'static str,
    report: &CheckReport,
    words: &'static str,
    class: &'static str,
) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="connection" value=report.connection_id.clone()/>
            <button class=class type="submit">{words}</button>
        </form>
    }
    .into_any()
}

fn rows(report: &CheckReport) -> AnyView {
    view! {
        <section class="found">
            <h2 class="band-title">"Differences"</h2>
            <ul class="rows">{report.rows.iter().map(row).collect_view()}</ul>
            {(report.more > 0).then(|| view! {
                <p class="soft">{format!("And {} more.", domain::wording::grouped(report.more))}</p>
            })}
        </section>
    }
    .into_any()
}

fn row(row: &CheckRow) -> AnyView {
    let told = row.told.iter();
    view! {
        <li class="row unmarked">
            <div class="what">
                <span class="name">{row.description.clone()}</span>
                <span class="soft">{format!("{} · {} · {}", row.finding, row.day, row.account)}</span>
                {told.map(|line| view! { <span class="soft">{line.clone()}</span> }).collect_view()}
            </div>
            <span class="amount">{figure::movement(&row.amount)}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_difference_can_be_put_right_and_equality_cannot() {
        let page = html(|| view(&invented::check(true)));
        assert_eq!(page.count("form[action='/forms/put-right']"), 1);
        assert_eq!(page.count(".row"), 3);
        assert!(page.text(".found > p").contains("And 12 more."));
        let page = html(|| view(&invented::check(false)));
        assert_eq!(page.count("form[action='/forms/put-right']"), 0);
        assert_eq!(page.count("form[action='/forms/check']"), 1);
    }

    #[test]
    fn while_it_runs_nothing_can_be_asked_and_the_page_reloads() {
        let running = CheckReport {
            running: true,
            ..invented::check(true)
        };
        let page = html(|| view(&running));
        assert_eq!(page.text("h1"), "Comparing");
        assert_eq!(page.count("form"), 0);
        assert_eq!(
            page.one("meta[http-equiv=refresh]").attr("content"),
            Some("2")
        );
    }
}
