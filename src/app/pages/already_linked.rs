//! The page that says that a bank is linked already.

use leptos::prelude::*;

use crate::app::flash::AlreadyLinked;
use crate::app::parts::actions;
use crate::app::parts::frame::{Page, Tab, framed};

/// The page.
pub fn already_linked() -> AnyView {
    framed(Tab::Accounts, |flash| async move {
        Ok(Page::new(
            "Linked already",
            drawn(flash.already_linked.as_ref()),
        ))
    })
}

/// The page of what the form said; it says it once, so a reload has nothing to show.
pub fn drawn(found: Option<&AlreadyLinked>) -> AnyView {
    let Some(found) = found else {
        return view! {
            <div class="lead">
                <h1 class="title">"Nothing was linked"</h1>
                <p>"That bank was linked already. Its accounts are where they were."</p>
                <p><a class="button" href="/accounts">"See the accounts"</a></p>
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
            <h1 class="title">{found.institution.clone()} " is linked already"</h1>
            <p>
                "Linking it twice would count its money twice, so nothing was added. These accounts look the same:"
            </p>
            <ul class="plain">{names.collect_view()}</ul>
        </div>
        <div class="actions">
            {actions::link("Log in again", format!("repair:{id}"), "button main")}
            {actions::link("Add or remove accounts", format!("add:{id}"), "button")}
            {actions::link_anyway(found.waiting.as_deref())}
            <a class="button quiet" href="/accounts">"Leave it"</a>
        </div>
    }
    .into_any()
}
