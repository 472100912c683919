//! The document's head, and escaping for the places where leptos does not escape.
//!
//! leptos escapes text and attributes, with three exceptions: the title that leptos_meta collects, the children of
//! `<textarea>`, `<noscript>`, `<script>` and `<style>`, and `inner_html`. So only this file uses leptos_meta, and a
//! test (`markup.rs`) knows every place of the others.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};

/// Begins a document: titles are collected from here on.
pub fn begin() {
    provide_meta_context();
}

/// The place in the document's head for the collected title.
pub fn collected() -> AnyView {
    view! { <MetaTags/> }.into_any()
}

/// The format of every page's title, escaped: titles contain text of banks and people.
pub fn titles() -> AnyView {
    let formatter = |title: String| match title.as_str() {
        "" => "Passbook".to_owned(),
        title => escaped(&format!("{title} · Passbook")),
    };
    view! { <Title formatter/> }.into_any()
}

/// Sets this page's title.
pub fn title(text: String) -> AnyView {
    view! { <Title text/> }.into_any()
}

/// Reloads the page at an interval, without scripts.
///
/// Browsers obey it in the body too. leptos_meta would put it into the head, but loses it at times: it looks for the
/// document when the element is written, and an asynchronous page is not always written where it was made.
pub fn load_again(every: Every) -> AnyView {
    refresh(every.seconds().to_owned())
}

/// The same for a page whose island updates itself: it works only where scripts do not run.
pub fn load_again_without_scripts(every: Every) -> AnyView {
    view! { <noscript><meta http-equiv="refresh" content=every.seconds()/></noscript> }.into_any()
}

/// Leads on to an address at once, without scripts: an app's that the admin has registered, or an identity provider's.
pub fn lead_on(address: &str) -> AnyView {
    refresh(format!("0;url={address}"))
}

fn refresh(content: String) -> AnyView {
    view! { <meta http-equiv="refresh" content=content/> }.into_any()
}

/// How often a page reloads.
#[derive(Clone, Copy, Debug)]
pub enum Every {
    /// While a person waits for a result.
    TwoSeconds,
    /// As often as rates arrive.
    Minute,
}

impl Every {
    fn seconds(self) -> &'static str {
        match self {
            Self::TwoSeconds => "2",
            Self::Minute => "60",
        }
    }
}

/// Escapes text for the places where leptos does not.
pub fn escaped(text: &str) -> String {
    match text {
        // leptos renders an empty text as a space for hydration.
        "" => String::new(),
        text => text.to_html(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn a_refresh_is_part_of_the_page_itself() {
        let page = html(|| lead_on("https://app.example/?a=1&b=\"2\""));
        let refresh = page.one("meta[http-equiv=refresh]").attr("content");
        assert_eq!(refresh, Some("0;url=https://app.example/?a=1&b=\"2\""));
        let page = html(|| load_again(Every::Minute));
        let refresh = page.one("meta[http-equiv=refresh]").attr("content");
        assert_eq!(refresh, Some("60"));
    }

    #[test]
    fn text_stays_text() {
        let hostile = "</title></textarea><b a=\"1\">&amp; it\u{2019}s";
        let html = escaped(hostile);
        assert!(!html.contains('<') && html.contains("&amp;amp;"), "{html}");
        let page = scraper::Html::parse_document(&format!("<title>{html}</title>"));
        let title = scraper::Selector::parse("title").expect("a selector");
        let title = page.select(&title).next().expect("a title");
        assert_eq!(title.text().collect::<String>(), hostile);
    }
}
