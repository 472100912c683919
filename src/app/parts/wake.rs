//! The scripts that wake a page's islands. They are drawn beside an island, so that a page loads them only when
//! there is one on it, whatever was read for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::hydration::HydrationScripts;
use leptos::prelude::*;

/// How a page's islands are woken; the document provides it to its pages.
#[derive(Clone)]
pub struct Waker {
    options: LeptosOptions,
    drawn: Arc<AtomicBool>,
}

impl Waker {
    /// For one page.
    pub fn new(options: LeptosOptions) -> Self {
        Self {
            options,
            drawn: Arc::default(),
        }
    }
}

/// The scripts, beside the page's first island; nothing beside the others.
pub fn wake() -> Option<AnyView> {
    let Waker { options, drawn } = use_context()?;
    let first = !drawn.swap(true, Ordering::Relaxed);
    first.then(|| view! { <HydrationScripts options islands=true/> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::parts::drawn::html;

    #[test]
    fn two_islands_are_woken_by_one_script() {
        let page = html(|| {
            provide_context(Waker::new(
                LeptosOptions::builder().output_name("it").build(),
            ));
            view! { {wake()} {wake()} }.into_any()
        });
        assert_eq!(page.count("script"), 1);
        assert_eq!(page.count("link[rel=modulepreload]"), 1);
        assert_eq!(html(|| wake().into_any()).count("script"), 0);
    }
}
