//! "Match accounts": after a bank is linked again, one question for each earlier account about which new one it is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::forms::alerts::MatchAccounts;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::ledger::view::{AccountBefore, Matching};

/// Reads the data and draws the page.
pub fn match_accounts() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |_| async move {
        let found = server_functions::matching(id).await?;
        Ok(Page::new(
            format!("Match accounts · {}", found.institution),
            view(&found),
        ))
    })
}

/// Draws the page.
pub fn view(found: &Matching) -> AnyView {
    let nothing = match (found.ready, found.before.is_empty()) {
        (false, _) => Some("We’re still getting this bank’s history. Come back in a while."),
        (true, true) => Some("There are no earlier accounts to match."),
        (true, false) => None,
    };
    view! {
        <div class="lead">
            <p class="over">{found.institution.clone()}</p>
            <h1 class="title">"Have you linked these accounts before?"</h1>
            <p class="soft">
                "These are your earlier accounts at this bank. If one is the same as an account that you just linked, match them \
                to keep its history and your notes. Transactions found in both are merged."
            </p>
        </div>
        <section class="narrow">
            {match nothing {
                Some(why) => view! {
                    <div class="sheet">
                        <p>{why}</p>
                        <p class="actions"><a class="button" href="/accounts">"See accounts"</a></p>
                    </div>
                }.into_any(),
                None => form(found),
            }}
        </section>
    }
    .into_any()
}

fn form(found: &Matching) -> AnyView {
    view! {
        <form class="sheet" method="post" action=MatchAccounts::url()>
            <input type="hidden" name="connection" value=found.connection_id.clone()/>
            <div class="form">{found.before.iter().map(question).collect_view()}</div>
            <p class="actions">
                <button class="button main" type="submit">"Confirm"</button>
                <a class="button" href="/accounts">"Decide later"</a>
            </p>
        </form>
    }
    .into_any()
}

fn question(before: &AccountBefore) -> AnyView {
    let field = format!("same-{}", before.id);
    let detail = format!("{field}-detail");
    let soft = if before.because.is_empty() {
        before.detail.clone()
    } else {
        format!("{}. {}", before.detail, before.because)
    };
    let options = before.choices.iter().map(|choice| {
        let chosen = choice.value == before.proposed;
        view! { <option value=choice.value.clone() selected=chosen>{format!("is the same as {}", choice.label)}</option> }
    });
    view! {
        <div class="field">
            <label for=field.clone()>{before.name.clone()}</label>
            <select id=field name=format!("same[of-{}]", before.id) aria-describedby=detail.clone()>
                <option value="" selected=before.proposed.is_empty()>"is a different account"</option>
                {options.collect_view()}
            </select>
            <p class="soft" id=detail>{soft}</p>
        </div>
    }
    .into_any()
}
