//! The page that confirms the deletion of an account that the bank no longer lists.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::part_of_path;
use crate::app::error::PageError;
use crate::app::forms::alerts::ForgetAccount;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::ledger::view::AccountRow;

/// Reads the data and draws the page.
pub fn forget_account() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |_| async move {
        let found = server_functions::account(id).await?;
        if !found.account.closed {
            return Err(PageError::NotFound.raised());
        }
        Ok(Page::new(
            format!("Delete {}", found.account.name),
            view(&found.account),
        ))
    })
}

/// Draws the page.
pub fn view(account: &AccountRow) -> AnyView {
    let back = format!("/accounts/{}", account.id);
    view! {
        <p class="back"><a href=back.clone()>{account.name.clone()}</a></p>
        <div class="lead">
            <p class="over">{account.institution.clone()}</p>
            <h1 class="title">{format!("Delete {}?", account.name)}</h1>
            <p class="soft">
                "This permanently deletes its transactions, your notes and its history, and removes it from past net \
                worth. Your account at the bank isn’t affected."
            </p>
        </div>
        <section class="narrow">
            <form class="sheet" method="post" action=ForgetAccount::url()>
                <input type="hidden" name="account" value=account.id.clone()/>
                <p class="actions">
                    <button class="button danger" type="submit">"Delete"</button>
                    <a class="button" href=back>"Cancel"</a>
                </p>
            </form>
        </section>
    }
    .into_any()
}
