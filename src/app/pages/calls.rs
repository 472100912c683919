//! "Requests to your bank": every call made for a connection.

use leptos::prelude::*;

use super::{part_of_path, query};
use crate::app::parts::copy;
use crate::app::parts::events;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::ledger::history::view::{CallEntry, CallPage};

/// Reads the data and draws the page.
pub fn calls() -> AnyView {
    let (id, failed, after) = (part_of_path("id"), query("failed"), query("after"));
    framed(Tab::Accounts, |_| async move {
        let page = server_functions::calls(id, failed == "yes", after).await?;
        let title = format!("Requests · {}", page.institution);
        Ok(Page::new(title, view(&page)))
    })
}

/// Draws the page.
pub fn view(page: &CallPage) -> AnyView {
    let connection = format!("/connections/{}", page.connection_id);
    let here = format!("{connection}/calls");
    let (first, more, other, words) = if page.failed_only {
        let failed = format!("{here}?failed=yes");
        (failed.clone(), format!("{failed}&"), here, "Show all")
    } else {
        let failed = format!("{here}?failed=yes");
        (here.clone(), format!("{here}?"), failed, "Show only failed")
    };
    let newest = (!page.newest).then_some(first);
    let older = page.older.as_ref();
    let older = older.map(|after| format!("{more}after={after}"));
    view! {
        <p class="back"><a href=connection>{page.institution.clone()}</a></p>
        <div class="lead">
            <h1 class="title">"Requests to your bank"</h1>
            <p>"Every request Passbook made for this connection in the last 90 days. Passwords and keys are never recorded."</p>
            <a class="button" href=other>{words}</a>
        </div>
        {page.problem.clone().map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
        {if page.days.is_empty() {
            let none = if page.failed_only { "No failed requests." } else { "No requests yet." };
            view! { <p class="empty-list">{none}</p> }.into_any()
        } else {
            view! { {events::days(&page.days, entry)} {for_support(&page.for_support)} }.into_any()
        }}
        {events::pages(newest, older)}
    }
    .into_any()
}

fn entry(call: &CallEntry) -> AnyView {
    let class = if call.code.is_some() {
        "problem"
    } else {
        "soft"
    };
    let code = call.code.as_ref().map(|code| format!(" ({code})"));
    view! {
        <span class="name">{call.words.clone()} " " <code class="soft">{call.endpoint.clone()}</code></span>
        <span class=class>{call.outcome.clone()}{code} {format!(" · {}", call.took)}</span>
        {call.request_id.as_deref().map(|id| view! {
            <span class="soft">"request " {copy::code(&format!("request-{}", call.id), id, "request ID")}</span>
        })}
    }
    .into_any()
}

/// Draws the calls as plain text, to copy.
fn for_support(text: &str) -> AnyView {
    view! {
        <details class="support">
            <summary>"View as text for the provider’s support"</summary>
            <p>{copy::button("requests", "the requests", "button quiet")}</p>
            <pre id="requests" tabindex="0" aria-label="Requests as text">{text.to_owned()}</pre>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_call_that_failed_has_words_and_its_code() {
        let page = html(|| view(&invented::calls()));
        assert_eq!(
            page.text(".event .problem"),
            "rate limited (TRANSACTIONS_SYNC_LIMIT) · 212 ms"
        );
        assert!(page.text("pre").contains("request_id=Zx81q"));
        assert_eq!(
            page.one("a[rel=next]").attr("href"),
            Some("/connections/01arz3ndektsv4rrffq69g5fab/calls?after=7")
        );
    }
}
