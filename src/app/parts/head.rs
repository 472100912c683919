//! What a page puts into the document's head, and the text that leptos would write there as it is.
//!
//! leptos escapes texts and attributes, with three exceptions: the title that leptos_meta collects, the children of
//! `<textarea>`, `<noscript>`, `<script>` and `<style>`, and `inner_html`. So leptos_meta is named in this file only,
//! and a test (`markup.rs`) knows every place of the others.

use leptos::prelude::*;
use leptos_meta::{Meta, MetaTags, Title, provide_meta_context};

/// Begins a document: what its pages say later is collected from here on.
pub fn begin() {
    provide_meta_context();
}

/// Where the document's head takes what its pages have said.
pub fn collected() -> AnyView {
    view! { <MetaTags/> }.into_any()
}

/// The form of every page's title. A title carries the words of banks and people.
pub fn titles() -> AnyView {
    let formatter = |title: String| match title.as_str() {
        "" => "Passbook".to_owned(),
        title => escaped(&format!("{title} · Passbook")),
    };
    view! { <Title formatter/> }.into_any()
}

/// This page's title.
pub fn title(text: String) -> AnyView {
    view! { <Title text/> }.into_any()
}

/// Loads the page again so often, without a script.
pub fn load_again(every: Every) -> AnyView {
    view! { <Meta http_equiv="refresh" content=every.seconds()/> }.into_any()
}

/// The same for a page whose island does better: it is only for those whose scripts do not run. It stands in the body,
/// where browsers obey it too; what is collected for the head cannot be told apart by scripts.
pub fn load_again_without_scripts(every: Every) -> AnyView {
    view! { <noscript><meta http-equiv="refresh" content=every.seconds()/></noscript> }.into_any()
}

/// Leads on to an address at once, without a script: one that an operator has registered, or an identity provider's.
pub fn lead_on(address: &str) -> AnyView {
    let content = format!("0;url={address}");
    view! { <Meta http_equiv="refresh" content=content/> }.into_any()
}

/// How often a page is loaded again.
#[derive(Clone, Copy, Debug)]
pub enum Every {
    /// While somebody waits.
    TwoSeconds,
    /// As often as rates come.
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

/// Text as HTML, for the places where leptos does not escape.
pub fn escaped(text: &str) -> String {
    match text {
        // leptos would make it a space, for its own book-keeping.
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
