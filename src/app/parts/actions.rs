//! Buttons, each a plain form that works with scripts off.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::forms::alerts::NotNow;
use crate::app::forms::linking::{BeginLink, LinkAnyway};
use crate::app::forms::syncing::{AskBank, SyncNow};
use crate::app::shell::has_islands;
use crate::app::visitor;

/// A button that opens Link; a person who leaves Link returns to this page. `purpose` is `new`, `anyway`, `repair:ID`
/// or `add:ID`.
pub fn link(words: &'static str, purpose: String, class: &'static str) -> AnyView {
    link_from(words.to_owned(), purpose, class, &visitor::here())
}

/// A link to "Link a bank", which leads back to this page.
pub fn new_bank(words: &'static str, class: &'static str) -> AnyView {
    let here: String = url::form_urlencoded::byte_serialize(visitor::here().as_bytes()).collect();
    view! { <a class=class href=format!("/link/new?from={here}")>{words}</a> }.into_any()
}

/// A button that opens Link; a person who leaves Link returns to the page `back`.
pub fn link_from(words: String, purpose: String, class: &'static str, back: &str) -> AnyView {
    let hosted = || view! { <input type="hidden" name="hosted" value="yes"/> };
    let hosted = if has_islands() {
        view! { <noscript>{hosted()}</noscript> }.into_any()
    } else {
        hosted().into_any()
    };
    view! {
        <form method="post" action=BeginLink::url()>
            <input type="hidden" name="purpose" value=purpose/>
            <input type="hidden" name="back" value=back.to_owned()/>
            {hosted}
            <button class=class type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// A button that links a bank although it looks already linked. It continues the attempt that waits for this decision,
/// or opens Link again if there is none.
pub fn link_anyway(waiting: Option<&str>) -> AnyView {
    let words = "They’re different accounts: link anyway";
    let Some(attempt) = waiting else {
        return link(words, "anyway".into(), "button");
    };
    view! {
        <form method="post" action=LinkAnyway::url()>
            <input type="hidden" name="attempt" value=attempt.to_owned()/>
            <button class="button" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// A button that opens the provider's hosted page instead of the pane.
pub fn link_hosted(words: String, purpose: String) -> AnyView {
    view! {
        <form method="post" action=BeginLink::url()>
            <input type="hidden" name="purpose" value=purpose/>
            <input type="hidden" name="back" value=visitor::here()/>
            <input type="hidden" name="hosted" value="yes"/>
            <button class="as-link" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// A button that requests a sync of one connection, or of all if the id is empty.
pub fn sync(connection: &str, back: &str, words: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action=SyncNow::url()>
            <input type="hidden" name="connection" value=connection.to_owned()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class=class type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// A button that dismisses a note about a connection.
pub fn not_now(connection: &str, note: &str, back: &str, words: &'static str) -> AnyView {
    view! {
        <form method="post" action=NotNow::url()>
            <input type="hidden" name="connection" value=connection.to_owned()/>
            <input type="hidden" name="what" value=note.to_owned()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class="as-link" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// A button that has the provider fetch from the bank now, which costs money.
pub fn ask_bank(connection: &str, back: &str) -> AnyView {
    view! {
        <form method="post" action=AskBank::url()>
            <input type="hidden" name="connection" value=connection.to_owned()/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class="button quiet" type="submit">"Refresh from the bank (paid)"</button>
        </form>
    }
    .into_any()
}
