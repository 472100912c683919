//! The pages that confirm unlinking a bank, removing one that was never linked, and deleting kept data.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::error::PageError;
use crate::app::forms::confirming;
use crate::app::forms::unlinking::Unlink;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::ledger::view::ConnectionCard;

/// Reads the data and draws the page.
pub fn unlink() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |_| async move {
        if let Some(card) = server_functions::ended(id.clone()).await? {
            if card.deleting {
                return Err(PageError::NoLongerLinked.raised());
            }
            let title = format!("Delete {}", card.institution);
            return Ok(Page::new(title, drawn_delete(&card)));
        }
        let cards = server_functions::connections().await?;
        let card = cards.into_iter().find(|card| card.id == id);
        let card = card.ok_or_else(|| PageError::NotFound.raised())?;
        if !confirming::confirmed(&format!("/connections/{id}/unlink")).await? {
            return Ok(Page::new("Unlink", ()));
        }
        let (verb, page) = match card.offers.unlink {
            true => ("Unlink", view(&card)),
            false => ("Remove", drawn_remove(&card)),
        };
        Ok(Page::new(format!("{verb} {}", card.institution), page))
    })
}

/// Draws the page.
pub fn view(card: &ConnectionCard) -> AnyView {
    let connection = format!("/connections/{}", card.id);
    view! {
        <p class="back"><a href=connection>{card.institution.clone()}</a></p>
        <div class="lead">
            <h1 class="title">"Unlink this bank?"</h1>
            <p class="soft">
                "Passbook will stop reading these accounts and delete its access. You’ll need to log in again if you \
                link the bank later."
            </p>
        </div>
        <section class="narrow">
            <form class="sheet" method="post" action=Unlink::url()>
                <input type="hidden" name="connection" value=card.id.clone()/>
                <fieldset>
                    <legend>"Your existing data"</legend>
                    <label class="radio">
                        <input type="radio" name="rows" value="keep" checked/>
                        "Keep my transactions and history"
                    </label>
                    <label class="radio">
                        <input type="radio" name="rows" value="delete"/>
                        "Delete everything from this bank permanently"
                    </label>
                </fieldset>
                <p class="actions">
                    <button class="button danger" type="submit">"Unlink"</button>
                    <a class="button" href="/accounts">"Cancel"</a>
                </p>
            </form>
        </section>
    }
    .into_any()
}

/// Draws the page for a connection that was never linked: there is nothing to choose.
pub fn drawn_remove(card: &ConnectionCard) -> AnyView {
    let connection = format!("/connections/{}", card.id);
    view! {
        <p class="back"><a href=connection>{card.institution.clone()}</a></p>
        <div class="lead">
            <h1 class="title">"Remove this bank?"</h1>
            <p class="soft">"It isn’t linked yet, so you won’t lose anything. You can link it again at any time."</p>
        </div>
        {for_good(card, "Remove", "/accounts".into())}
    }
    .into_any()
}

/// Draws the page for an ended connection, which deletes the kept data.
pub fn drawn_delete(card: &ConnectionCard) -> AnyView {
    let connection = format!("/connections/{}", card.id);
    view! {
        <p class="back"><a href=connection.clone()>{card.institution.clone()}</a></p>
        <div class="lead">
            <h1 class="title">"Delete "{card.institution.clone()}"’s data from Passbook?"</h1>
            <p class="soft">
                "This permanently deletes its accounts, its transactions, your notes and its history, and removes it \
                from your net worth history. Your accounts at the bank aren’t affected."
            </p>
        </div>
        {for_good(card, "Delete", connection)}
    }
    .into_any()
}

/// Draws the form that keeps no data.
fn for_good(card: &ConnectionCard, button: &'static str, back: String) -> AnyView {
    view! {
        <section class="narrow">
            <form class="sheet" method="post" action=Unlink::url()>
                <input type="hidden" name="connection" value=card.id.clone()/>
                <input type="hidden" name="rows" value="delete"/>
                <p class="actions">
                    <button class="button danger" type="submit">{button}</button>
                    <a class="button" href=back>"Cancel"</a>
                </p>
            </form>
        </section>
    }
    .into_any()
}
