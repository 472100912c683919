//! "Edit transactions": the list of transactions with a box for each, and the category and tags to give to those chosen.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::editing::EditTransactions;
use crate::app::parts::field::{form_problem, labelled, options};
use crate::app::parts::filter::address;
use crate::app::parts::rows;
use crate::ledger::view::{Filter, TransactionPage};

/// Draws the page. A rejected form shows the typed values again, but not the chosen boxes.
pub fn view(filter: &Filter, page: &TransactionPage, flash: &Flash) -> AnyView {
    let list = address(filter);
    let all = page.totals.as_ref().map(|totals| totals.editable.clone());
    let category = flash.typed("category").to_owned();
    let tags = flash.typed("tags").to_owned();
    let help = "Added to the tags that are there. Separate tags with spaces.";
    view! {
        <p class="back"><a href=list.clone()>"Back to the list"</a></p>
        <h1>"Edit transactions"</h1>
        {form_problem(flash)}
        <form class="bulk" method="post" action=EditTransactions::url()>
            <input type="hidden" name="back" value=list.clone()/>
            <div class="sheet">
                {labelled("category", "Category", "", flash, |described, wrong| view! {
                    <select id="category" name="category" aria-invalid=wrong aria-describedby=described>
                        <option value="">"Leave as it is"</option>
                        {options(&page.own_categories, &category)}
                    </select>
                }.into_any())}
                {labelled("tags", "Add tags", help, flash, |described, wrong| view! {
                    <input id="tags" name="tags" type="text" value=tags autocomplete="off"
                        aria-invalid=wrong aria-describedby=described/>
                }.into_any())}
                {labelled("ids", "Apply to", "", flash, |described, wrong| view! {
                    <select id="ids" name="which" aria-invalid=wrong aria-describedby=described>
                        <option value="">"Checked transactions"</option>
                        {all.map(|words| view! { <option value="all">{words}</option> })}
                    </select>
                }.into_any())}
                <button class="button main" type="submit">"Apply"</button>
            </div>
            {rows::days_to_choose(&page.days, &list)}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn every_row_has_a_box_and_the_whole_list_can_be_chosen() {
        let found = invented::transactions();
        let filter = Filter {
            q: "coffee".into(),
            ..Filter::default()
        };
        let rows: usize = found.days.iter().map(|day| day.rows.len()).sum();
        let page = html(|| view(&filter, &found, &Flash::default()));
        assert_eq!(page.count("input[name='ids[]']"), rows);
        assert_eq!(
            page.one("form [name=back]").attr("value"),
            Some("/transactions?q=coffee")
        );
        assert_eq!(page.count("option[value=all]"), 1);
        assert_eq!(page.count("label a"), 0, "a press on a row checks its box");
    }
}
