//! A drawn piece of a page, as a test reads it.

use leptos::prelude::*;
use scraper::{ElementRef, Html, Selector};

use crate::app::Assets;

/// HTML that can be asked.
pub struct Drawn {
    html: Html,
    /// The text of it.
    pub source: String,
}

/// Draws with islands built in.
pub fn html(draw: impl FnOnce() -> AnyView) -> Drawn {
    drawn(true, draw)
}

/// Draws without them.
pub fn html_without_islands(draw: impl FnOnce() -> AnyView) -> Drawn {
    drawn(false, draw)
}

impl Drawn {
    /// The one element that fits.
    pub fn one(&self, selector: &str) -> ElementRef<'_> {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector} in {}", self.source);
        found[0]
    }

    /// How many elements fit.
    pub fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// The text of the one element that fits.
    pub fn text(&self, selector: &str) -> String {
        self.one(selector)
            .text()
            .collect::<String>()
            .trim()
            .to_owned()
    }

    /// All elements that fit.
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
