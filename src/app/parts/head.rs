//! The document's head, and escaping for the places where leptos does not escape.
//!
//! leptos escapes text and attributes, with three exceptions: the title that leptos_meta collects, the children of
//! `<textarea>`, `<noscript>`, `<script>` and `<style>`, and `inner_html`. So only this file uses leptos_meta, and a
//! test (`markup.rs`) knows every place of the others.

use leptos::prelude::*;
use leptos_meta::{Meta, MetaTags, Title, provide_meta_context};

/// Begins a document: titles and meta elements are collected from here on.
pub fn begin() {
    provide_meta_context();
}

/// The place in the document's head for the collected elements.
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
pub fn load_again(every: Every) -> AnyView {
    view! { <Meta http_equiv="refresh" content=every.seconds()/> }.into_any()
}

/// The same for a page whose island updates itself: it works only where scripts do not run. It is in the body, where
/// browsers obey it too, because collected head elements cannot depend on scripts.
pub fn load_again_without_scripts(every: Every) -> AnyView {
    view! { <noscript><meta http-equiv="refresh" content=every.seconds()/></noscript> }.into_any()
}

/// Leads on to an address at once, without scripts: an app's that the admin has registered, or an identity provider's.
pub fn lead_on(address: &str) -> AnyView {
    let content = format!("0;url={address}");
    view! { <Meta http_equiv="refresh" content=content/> }.into_any()
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
