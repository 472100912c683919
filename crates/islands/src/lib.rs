//! The islands: the few things that HTML cannot do. The only crate that is built for the browser too, and this is
//! the only file that asks for the platform.

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

/// Where the browser begins: the islands on the page come alive.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
