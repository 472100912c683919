//! The HTML document around every page.

use leptos::prelude::*;

use super::parts::head;
use super::parts::scripts::Scripts;
use super::{App, visitor};
use crate::auth::cookies;
use crate::document;

/// The assets that the server offers besides the pages; provided as context.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    /// The stylesheet's path, with its version in the name.
    pub stylesheet: &'static str,
    /// Whether the islands' WebAssembly module was built in.
    pub islands: bool,
}

/// Returns whether the islands' WebAssembly module is available.
#[must_use]
pub fn has_islands() -> bool {
    use_context::<Assets>().is_some_and(|assets| assets.islands)
}

/// Returns the document, around the page that the router renders.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    head::begin();
    let assets = use_context::<Assets>();
    let stylesheet = assets.map_or("/style.css", |assets| assets.stylesheet);
    provide_context(Scripts::new(options));
    let appearance = Appearance::chosen();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-appearance=appearance.word()>
            <head>
                {document::head(Some(stylesheet), appearance.scheme())}
                <link rel="manifest" href="/manifest.webmanifest"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf8f3"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14161a"/>
                {head::collected()}
            </head>
            <body>
                {head::titles()}
                <App/>
            </body>
        </html>
    }
}

/// The colour scheme of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appearance {
    /// The device's scheme.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Appearance {
    /// Every appearance, in the form's order.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Returns this browser's choice; `System` if there is none or it is unknown.
    #[must_use]
    pub fn chosen() -> Self {
        let word = visitor::cookie(cookies::APPEARANCE);
        word.and_then(|word| Self::from_word(&word))
            .unwrap_or(Self::System)
    }

    /// Returns the word for cookies and forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The inverse of [`Appearance::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.word() == word)
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
