//! Ending a connection: what that means, and what becomes of its rows.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::data;
use crate::app::error::PageError;
use crate::app::forms::unlinking::Unlink;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::ledger::view::ConnectionCard;

/// The page.
pub fn unlink() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |_| async move {
        let cards = data::connections().await?;
        let card = cards
            .into_iter()
            .find(|card| card.id == id && card.ended.is_none());
        let card = card.ok_or_else(|| PageError::NotFound.raised())?;
        Ok(Page::new(
            format!("Unlink {}", card.institution),
            drawn(&card),
        ))
    })
}

/// The page of what was read.
pub fn drawn(card: &ConnectionCard) -> AnyView {
    let connection = format!("/connections/{}", card.id);
    view! {
        <p class="back"><a href=connection>{card.institution.clone()}</a></p>
        <div class="lead">
            <h1 class="title">"Unlink this bank?"</h1>
            <p class="soft">
                "Passbook tells the bank’s side that it may no longer read these accounts, and forgets its key to \
                them. Linking the bank again later takes a new log-in there."
            </p>
        </div>
        <section class="narrow">
            <form class="sheet" method="post" action=Unlink::url()>
                <input type="hidden" name="connection" value=card.id.clone()/>
                <fieldset>
                    <legend>"What was fetched so far"</legend>
                    <label class="radio">
                        <input type="radio" name="rows" value="keep" checked/>
                        "Keep it, to be read and searched"
                    </label>
                    <label class="radio">
                        <input type="radio" name="rows" value="delete"/>
                        "Delete it for good: accounts, transactions and the line over time"
                    </label>
                </fieldset>
                <p class="actions">
                    <button class="button danger" type="submit">"Unlink"</button>
                    <a class="button" href="/accounts">"Leave it linked"</a>
                </p>
            </form>
        </section>
    }
    .into_any()
}
