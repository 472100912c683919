//! The islands: the few things that HTML cannot do. The only room that is built for the browser too.

mod chart_reader;
mod link_pane;
mod live_progress;

pub use chart_reader::ChartReader;
pub use link_pane::LinkPane;
pub use live_progress::LiveProgress;
