//! The scripts of a page. Each is drawn beside what needs it, so that a page loads no others. What was drawn decides
//! what the content security policy allows.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use leptos::hydration::HydrationScripts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// The scripts of one page; the document provides it as context.
#[derive(Clone, Debug)]
pub struct Scripts {
    options: LeptosOptions,
    islands: Arc<AtomicBool>,
    link: Arc<AtomicBool>,
    files: Arc<Mutex<BTreeSet<&'static str>>>,
    frame: Arc<OnceLock<String>>,
}

impl Scripts {
    /// Returns the scripts of a new page.
    pub fn new(options: LeptosOptions) -> Self {
        Self {
            options,
            islands: Arc::default(),
            link: Arc::default(),
            files: Arc::default(),
            frame: Arc::default(),
        }
    }

    /// Returns whether an island was drawn; valid once the page is complete.
    #[must_use]
    pub fn has_islands(&self) -> bool {
        self.islands.load(Ordering::Relaxed)
    }

    /// Returns whether Link's script was drawn; valid once the page is complete.
    #[must_use]
    pub fn has_link(&self) -> bool {
        self.link.load(Ordering::Relaxed)
    }

    /// Returns whether any script was drawn; valid once the page is complete.
    #[must_use]
    pub fn has_any(&self) -> bool {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        self.has_islands() || self.has_link() || !files.is_empty()
    }

    /// Returns the origin of the framed page, if there is one; valid once the page is complete.
    #[must_use]
    pub fn framed(&self) -> Option<&str> {
        self.frame.get().map(String::as_str)
    }
}

/// A script file of ours, in `public/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// Copies text.
    Copy,
    /// Lets the selects of a filter apply themselves.
    Filter,
    /// Single-key shortcuts.
    Keys,
}

impl File {
    const fn path(self) -> &'static str {
        match self {
            Self::Copy => "/copy.js",
            Self::Filter => "/filter.js",
            Self::Keys => "/keys.js",
        }
    }
}

/// Draws a script file of ours the first time that a page needs it; nothing after that.
pub fn file(file: File) -> Option<AnyView> {
    let scripts: Scripts = use_context()?;
    let mut files = scripts.files.lock().unwrap_or_else(PoisonError::into_inner);
    let (path, nonce) = (file.path(), use_nonce());
    let first = files.insert(path);
    first.then(|| view! { <script src=path nonce=nonce defer=true></script> }.into_any())
}

/// Draws the islands' loader beside the page's first island; nothing beside the others.
pub fn wake() -> Option<AnyView> {
    let Scripts {
        options, islands, ..
    } = use_context()?;
    let first = !islands.swap(true, Ordering::Relaxed);
    first.then(|| view! { <HydrationScripts options islands=true/> }.into_any())
}

/// Draws Link's script, from the address in the configuration. It comes before the islands' loader: both are deferred
/// and run in document order, so an island that finds no `window.Plaid` knows that the script failed.
pub fn link(address: &str) -> Option<AnyView> {
    let scripts: Scripts = use_context()?;
    scripts.link.store(true, Ordering::Relaxed);
    let (address, nonce) = (address.to_owned(), use_nonce());
    Some(view! { <script src=address nonce=nonce defer=true></script> }.into_any())
}

/// Allows this page to frame a page of this origin.
pub fn frame(origin: String) {
    if let Some(scripts) = use_context::<Scripts>() {
        // A page has one frame at most.
        let _ = scripts.frame.set(origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    fn provided() -> Scripts {
        let scripts = Scripts::new(LeptosOptions::builder().output_name("it").build());
        provide_context(scripts.clone());
        scripts
    }

    #[test]
    fn two_islands_are_woken_by_one_script() {
        let page = html(|| {
            let scripts = provided();
            let page = view! { {wake()} {wake()} }.into_any();
            assert!(scripts.has_islands() && !scripts.has_link());
            page
        });
        assert_eq!(page.count("script"), 1);
        assert_eq!(page.count("link[rel=modulepreload]"), 1);
        assert_eq!(html(|| wake().into_any()).count("script"), 0);
    }

    #[test]
    fn a_file_is_loaded_once_and_counts_as_a_script_but_not_as_an_island() {
        let page = html(|| {
            let scripts = provided();
            assert!(!scripts.has_any());
            let page =
                view! { {file(File::Keys)} {file(File::Copy)} {file(File::Keys)} }.into_any();
            assert!(scripts.has_any() && !scripts.has_islands() && !scripts.has_link());
            page
        });
        let sources = page.all("script[defer]").into_iter();
        let sources: Vec<_> = sources.filter_map(|it| it.attr("src")).collect();
        assert_eq!(sources, ["/keys.js", "/copy.js"]);
    }

    #[test]
    fn links_script_runs_before_the_loader() {
        let page = html(|| {
            let scripts = provided();
            let page = view! { {link("/link.js")} {wake()} }.into_any();
            assert!(scripts.has_link());
            page
        });
        let scripts = page.all("script");
        assert_eq!(scripts[0].attr("src"), Some("/link.js"));
        assert!(scripts[0].attr("defer").is_some());
        assert_eq!(scripts[1].attr("type"), Some("module"));
    }
}
