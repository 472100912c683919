//! Rendered HTML for tests.

use leptos::prelude::*;
use scraper::{ElementRef, Html, Selector};

use crate::app::Assets;

/// Rendered HTML with queries by selector.
pub struct Drawn {
    html: Html,
    /// The HTML as text.
    pub source: String,
}

/// Renders with islands built in.
pub fn html(draw: impl FnOnce() -> AnyView) -> Drawn {
    drawn(true, draw)
}

/// Renders without islands.
pub fn html_without_islands(draw: impl FnOnce() -> AnyView) -> Drawn {
    drawn(false, draw)
}

impl Drawn {
    /// Returns the only element that matches; panics if there is not exactly one.
    pub fn one(&self, selector: &str) -> ElementRef<'_> {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector} in {}", self.source);
        found[0]
    }

    /// Returns how many elements match.
    pub fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// Returns the text of the only element that matches.
    pub fn text(&self, selector: &str) -> String {
        self.one(selector)
            .text()
            .collect::<String>()
            .trim()
            .to_owned()
    }

    /// Returns all elements that match.
    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let selector = Selector::parse(selector).expect("a selector");
        self.html.select(&selector).collect()
    }
}

fn drawn(islands: bool, draw: impl FnOnce() -> AnyView) -> Drawn {
    let owner = Owner::new_root(None);
    let owner = &owner;
    let source = owner.with(|| {
        provide_context(Assets {
            stylesheet: "/style.css",
            islands,
        });
        crate::app::parts::head::begin();
        draw().to_html()
    });
    Drawn {
        html: Html::parse_fragment(&source),
        source,
    }
}
