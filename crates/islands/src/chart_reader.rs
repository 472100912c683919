//! Reads a chart under the pointer and by arrow keys.

use leptos::prelude::*;

use crate::browser;

/// Reads the chart with this id, whose figures are in its table.
#[island]
pub fn ChartReader(
    /// The chart's id.
    id: String,
) -> impl IntoView {
    Effect::new(move |_| browser::chart::follow_pointer(&id));
    view! { <div class="reader" hidden><i></i><b></b><output></output></div> }
}
