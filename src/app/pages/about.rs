//! "About this Passbook": its version, where its data is, its license and what to read.

use leptos::prelude::*;

use super::transaction::facts;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::keys;
use crate::app::visitor;
use crate::version;

/// Reads the data and draws the page.
pub fn about() -> AnyView {
    framed(Tab::Settings, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let folder = &ctx.config.data_dir;
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        let folder = user.is_operator().then(|| folder.display().to_string());
        Ok(Page::new("About this Passbook", view(folder)))
    })
}

/// Draws the page. `data_folder` is where the data is, which only admins are told.
pub fn view(data_folder: Option<String>) -> AnyView {
    let mut program = vec![("Version".to_owned(), version::VERSION.to_owned())];
    let commit = version::commit();
    program.extend(commit.map(|commit| ("Commit".to_owned(), commit.to_owned())));
    program.push(("Database schema".to_owned(), version::schema().to_string()));
    program.extend(data_folder.map(|folder| ("Data folder".to_owned(), folder)));
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"About this Passbook"</h1>
            <p class="soft">
                "Passbook runs on your own server or on that of someone you know. Your data stays in its database."
            </p>
        </div>
        <section class="narrow">
            <h2 class="band-title">"Program"</h2>
            {facts(&program)}
        </section>
        <section class="narrow">
            <h2 class="band-title">"License"</h2>
            <p>
                "Passbook is free software. You may use, change and share it under the MIT License or the \
                Apache License 2.0, whichever you prefer. It comes without a warranty."
            </p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Documentation"</h2>
            <p>"How to install, set up and run Passbook is in its README and the docs folder next to it."</p>
            <ul class="plain">
                <li><a href="/api/docs">"API reference"</a></li>
                <li><a href="/api/openapi.json">"OpenAPI description"</a></li>
                <li><a href="/api/postman.json">"Postman collection"</a></li>
            </ul>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Keyboard"</h2>
            <p>"In lists, j and k move from row to row. Press ? on any page to see all keys."</p>
            <div class="actions">{keys::opener("button")}</div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn only_an_admin_is_told_where_the_data_is() {
        let page = html(|| view(Some("/srv/<b>passbook".into())));
        assert!(page.text("dl").contains("/srv/<b>passbook"));
        assert_eq!(page.count("b"), 0);
        let page = html(|| view(None));
        assert!(!page.text("dl").contains("Data folder"));
        assert!(page.text("dl").contains(version::VERSION));
    }
}
