//! Connections that have ended: their kept data, on the lists and on their own page.

use leptos::prelude::*;

use crate::app::parts::{actions, rows};
use crate::ledger::view::ConnectionCard;

/// Draws the section "No longer linked"; `None` if all banks are linked.
pub fn section<'a>(cards: impl Iterator<Item = &'a ConnectionCard>) -> Option<AnyView> {
    let cards: Vec<AnyView> = cards.map(card).collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="no-longer-linked">
                <h2 class="band-title">"No longer linked"</h2>
                <div class="cards">{cards}</div>
            </section>
        }
        .into_any()
    })
}

fn card(card: &ConnectionCard) -> AnyView {
    let page = format!("/connections/{}", card.id);
    view! {
        <section class="connection ended">
            <div class="heading">
                <h3 class="who">{rows::mark(&card.mark)} <a href=page>{card.institution.clone()}</a></h3>
            </div>
            {(!card.accounts.is_empty()).then(|| rows::accounts(&card.accounts))}
            {how(card)}
            {buttons(card)}
        </section>
    }
    .into_any()
}

/// Draws the page of a connection that has ended.
pub fn view(card: &ConnectionCard) -> AnyView {
    view! {
        <p class="back"><a href="/accounts">"All accounts"</a></p>
        <div class="lead">
            <p class="over">{card.institution.clone()}</p>
            <h1 class="title">{heading(card)}</h1>
        </div>
        {how(card)}
        {(!card.accounts.is_empty()).then(|| view! {
            <section>
                <div class="heading"><h2 class="band-title">"Accounts"</h2></div>
                {rows::accounts(&card.accounts)}
            </section>
        })}
        {buttons(card)}
        <p class="actions">
            <a class="button quiet" href=format!("/activity?bank={}", card.id)>"View activity"</a>
        </p>
    }
    .into_any()
}

/// Returns the state of an ended connection, as a heading.
pub fn heading(card: &ConnectionCard) -> &'static str {
    match card.deleting {
        _ if !card.offers.unlink => "Removed",
        true => "Being deleted",
        false => "No longer linked",
    }
}

fn how(card: &ConnectionCard) -> AnyView {
    let matching = card.linked_anew.as_ref().map(|id| {
        let page = format!("/connections/{id}/match");
        view! { " You’ve linked this bank again: " <a href=page>"match accounts"</a> "." }
    });
    view! { <p class="soft">{card.ended.clone()} {matching}</p> }.into_any()
}

/// Draws the buttons; none while the connection is being deleted.
fn buttons(card: &ConnectionCard) -> Option<AnyView> {
    let again = card.linked_anew.is_none();
    (!card.deleting).then(|| {
        view! {
            <div class="actions quiet">
                {again.then(|| actions::new_bank("Link again", "button quiet"))}
                <a class="button quiet" href=format!("/connections/{}/unlink", card.id)>"Delete"</a>
            </div>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn what_is_kept_can_be_read_linked_again_and_deleted_and_nothing_else() {
        let card = invented::ended_card();
        let pages = [
            html(|| view(&invented::ended_card())),
            html(|| section([invented::ended_card()].iter()).into_any()),
        ];
        for page in pages {
            assert_eq!(page.text("a[href^='/link/new']"), "Link again");
            assert_eq!(page.count("form"), 0, "no other button");
            let delete = format!("a[href='/connections/{}/unlink']", card.id);
            assert_eq!(page.text(&delete), "Delete");
            assert_eq!(page.count("a.row"), card.accounts.len());
        }
    }

    #[test]
    fn what_is_being_deleted_offers_nothing() {
        let page = html(|| {
            let mut card = invented::ended_card();
            card.deleting = true;
            card.accounts.clear();
            view(&card)
        });
        assert_eq!(page.text("h1"), "Being deleted");
        assert_eq!((page.count("form"), page.count("a.row")), (0, 0));
    }
}
