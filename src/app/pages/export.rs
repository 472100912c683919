//! "Export your data".

use leptos::prelude::*;

use crate::app::data_export::{ARCHIVE, PAGE};
use crate::app::forms::confirming;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;

const TITLE: &str = "Export your data";

/// Draws the page, if the person has confirmed that it's them.
pub fn export() -> AnyView {
    framed(Tab::Settings, |_| async move {
        visitor::user().await?;
        let body = match confirming::confirmed(PAGE).await? {
            true => view(),
            // The response leads elsewhere.
            false => ().into_any(),
        };
        Ok(Page::new(TITLE, body))
    })
}

/// Draws the page.
pub fn view() -> AnyView {
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">{TITLE}</h1>
            <p class="soft">"Download your data as one file."</p>
        </div>
        <section class="narrow">
            <ul class="plain">
                <li>"Your profile"</li>
                <li>"Your banks and accounts, with their balances"</li>
                <li>"Your transactions with your own names, categories, notes and tags, also as CSV for a spreadsheet"</li>
                <li>"Your activity"</li>
            </ul>
            <p class="soft">"It holds no passwords, no keys to your banks, and no settings of apps and webhooks. Keep it somewhere safe."</p>
            <p class="actions"><a class="button main" href=ARCHIVE>"Download"</a></p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn the_button_leads_to_the_file() {
        let page = html(view);
        assert_eq!(page.count("a[href='/settings/export/passbook.tar.gz']"), 1);
    }
}
