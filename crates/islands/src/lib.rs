//! The islands: the few things that HTML cannot do, such as live progress, live rates, reading a chart and opening a
//! provider's pane.
//!
//! `app/` puts them into its pages. This is the only crate that is also built for the browser; only this file checks
//! the target platform. On the server the islands render and do nothing.

mod bank_frame;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
#[path = "no_browser.rs"]
mod browser;
mod chart_reader;
mod link_pane;
mod live_progress;
mod live_rates;
pub mod words;

pub use bank_frame::BankFrame;
pub use chart_reader::ChartReader;
pub use link_pane::LinkPane;
pub use live_progress::LiveProgress;
pub use live_rates::LiveRates;

/// The entry point in the browser: hydrates the islands of the page.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
