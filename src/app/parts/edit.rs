//! The forms of a transaction's page: own values, with the bank's value beside each field, the same values for others of
//! its name, and whether it is a transfer.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::editing::{EditOthers, EditTransaction, SetTransfer};
use crate::app::parts::field::{labelled, options};
use crate::app::parts::{head, origin};
use crate::ledger::view::{Others, OwnWords, TransactionDetail, Transfer};
use domain::own::{LONGEST_NAME, LONGEST_NOTE};

/// Draws the form. A rejected form shows the typed values again. `back` is kept for the next page.
pub fn form(id: &str, own: &OwnWords, flash: &Flash, back: &str) -> AnyView {
    let refused = !flash.problems.is_empty();
    let value = |field: &str, kept: &str| {
        if refused {
            flash.typed(field).to_owned()
        } else {
            kept.to_owned()
        }
    };
    let (name, note, tags) = (
        value("name", &own.name),
        value("note", &own.note),
        value("tags", &own.tags),
    );
    let category = value("category", &own.category);
    // An empty name shows the bank's in its place.
    let banks_name = match name.is_empty() {
        true => String::new(),
        false => format!("Name from the bank: {}", own.banks_name),
    };
    let banks_category = match own.banks_category.as_str() {
        "" => "No category".to_owned(),
        words => format!("{words} (from the bank)"),
    };
    let tags_help = "Separate tags with spaces, like work holiday.";
    view! {
        <section aria-label="Your changes">
            <form class="sheet own" method="post" action=EditTransaction::url()>
                <input type="hidden" name="id" value=id.to_owned()/>
                <input type="hidden" name="back" value=back.to_owned()/>
                {labelled("name", "Name", &banks_name, flash, |described, wrong| view! {
                    <input id="name" name="name" type="text" value=name maxlength=LONGEST_NAME placeholder=own.banks_name.clone()
                        autocomplete="off" aria-invalid=wrong aria-describedby=described/>
                }.into_any())}
                {labelled("category", "Category", "", flash, |described, wrong| view! {
                    <select id="category" name="category" aria-invalid=wrong aria-describedby=described>
                        <option value="">{banks_category}</option>
                        {options(&own.categories, &category)}
                    </select>
                }.into_any())}
                {labelled("note", "Note", "", flash, |described, wrong| view! {
                    <textarea id="note" name="note" rows="3" maxlength=LONGEST_NOTE
                        aria-invalid=wrong aria-describedby=described>{head::escaped(&note)}</textarea>
                }.into_any())}
                {labelled("tags", "Tags", tags_help, flash, |described, wrong| view! {
                    <input id="tags" name="tags" type="text" value=tags
                        autocomplete="off" aria-invalid=wrong aria-describedby=described/>
                }.into_any())}
                <button class="button main" type="submit">"Save"</button>
            </form>
        </section>
    }
    .into_any()
}

/// Draws the button that gives the person's name and category to the others of the same name.
pub fn others(id: &str, others: &Others, back: &str) -> AnyView {
    let words = format!("Also for {} from {}", others.count, others.name);
    view! {
        <form class="for-others" method="post" action=EditOthers::url()>
            <input type="hidden" name="id" value=id.to_owned()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class="button" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// Draws that it is a transfer between the person's accounts, with the button to say that it is none, or the other way
/// round; nothing if it does not look like one.
pub fn transfer(found: &TransactionDetail, back: &str) -> Option<AnyView> {
    let (said, value, words) = match &found.transfer {
        Transfer::No => return None,
        Transfer::Yes(other) => {
            let to = found.row.transfer.clone().unwrap_or_default();
            let link = origin::transaction(other, back);
            let said = view! {
                <a href=link>{format!("Transfer {to}")}</a> ". It counts neither as money in nor as money out."
            };
            (said.into_any(), "no", "Not a transfer")
        }
        Transfer::Denied => {
            let said = "You said that this is not a transfer between your accounts.".into_any();
            (said, "yes", "It is a transfer")
        }
    };
    let form = view! {
        <form class="transfer" method="post" action=SetTransfer::url()>
            <input type="hidden" name="id" value=found.row.id.clone()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <input type="hidden" name="transfer" value=value/>
            <p>{said} " " <button class="as-link" type="submit">{words}</button></p>
        </form>
    };
    Some(form.into_any())
}
