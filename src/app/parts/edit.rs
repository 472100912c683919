//! The form for a transaction's own values, with the bank's value beside each field.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::editing::EditTransaction;
use crate::app::parts::field::labelled;
use crate::app::parts::head;
use crate::ledger::view::{Choice, OwnWords};
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
    let banks_name = format!("Name from the bank: {}", own.banks_name);
    let banks_category = match own.banks_category.as_str() {
        "" => "No category from the bank.".to_owned(),
        words => format!("Category from the bank: {words}"),
    };
    let tags_help = "Separate tags with spaces, like work holiday.";
    view! {
        <section>
            <h2 class="band-title">"Your changes"</h2>
            <form class="sheet own" method="post" action=EditTransaction::url()>
                <input type="hidden" name="id" value=id.to_owned()/>
                <input type="hidden" name="back" value=back.to_owned()/>
                {labelled("name", "Name", &banks_name, flash, |described, wrong| view! {
                    <input id="name" name="name" type="text" value=name maxlength=LONGEST_NAME
                        autocomplete="off" aria-invalid=wrong aria-describedby=described/>
                }.into_any())}
                {labelled("category", "Category", &banks_category, flash, |described, wrong| view! {
                    <select id="category" name="category" aria-invalid=wrong aria-describedby=described>
                        <option value="">"Use the bank’s category"</option>
                        {own.categories.iter().map(|choice| option(choice, &category)).collect_view()}
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
                <button class="button" type="submit">"Save"</button>
            </form>
        </section>
    }
    .into_any()
}

fn option(choice: &Choice, chosen: &str) -> AnyView {
    let selected = choice.value == chosen;
    view! { <option value=choice.value.clone() selected=selected>{choice.label.clone()}</option> }
        .into_any()
}
