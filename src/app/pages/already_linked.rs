//! "Already linked": the page after a person tried to link a bank twice.

use leptos::prelude::*;

use crate::app::flash::AlreadyLinked;
use crate::app::parts::actions;
use crate::app::parts::frame::{Page, Tab, framed};

/// Reads the data and draws the page.
pub fn already_linked() -> AnyView {
    framed(Tab::Accounts, |flash| async move {
        Ok(Page::new(
            "Already linked",
            view(flash.already_linked.as_ref()),
        ))
    })
}

/// Draws the page. The flash holds the bank only once, so a reload has `None`.
pub fn view(found: Option<&AlreadyLinked>) -> AnyView {
    let Some(found) = found else {
        return view! {
            <div class="lead">
                <h1 class="title">"Nothing was linked"</h1>
                <p>"You’ve already linked that bank. Its accounts are unchanged."</p>
                <p><a class="button" href="/accounts">"See accounts"</a></p>
            </div>
        }
        .into_any();
    };
    let id = &found.connection_id;
    let names = found
        .accounts
        .iter()
        .map(|name| view! { <li>{name.clone()}</li> });
    view! {
        <div class="lead">
            <h1 class="title">{found.institution.clone()} " is already linked"</h1>
            <p>
                "You’ve already linked this bank, and linking it twice would count its balances twice. Nothing was added. These accounts look the same:"
            </p>
            <ul class="plain">{names.collect_view()}</ul>
        </div>
        <div class="actions">
            {actions::link("Log in again", format!("repair:{id}"), "button main")}
            {actions::link("Add or remove accounts", format!("add:{id}"), "button")}
            {actions::link_anyway(found.waiting.as_deref())}
            <a class="button quiet" href="/accounts">"Done"</a>
        </div>
    }
    .into_any()
}
