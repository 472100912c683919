//! The bar that shows what a net worth is made of.

use leptos::prelude::*;

use super::figure;
use crate::ledger::view::{Composition, Figure};

/// The width of the drawing; shares are thousandths.
const WIDTH: u32 = 1000;

/// Draws the bar of one currency with its legend. What is owed is paler, because the bar shows sizes only.
pub fn bar(of: &Composition) -> AnyView {
    let mut x = 0;
    let parts = of.parts.iter().enumerate().map(|(at, (_, sum, share))| {
        let (from, class) = (x, class(at, sum));
        x += share;
        view! { <rect class=class x=from y="0" width=share.saturating_sub(4).max(2) height="10"/> }
    });
    let parts = parts.collect_view();
    let legend = of.parts.iter().enumerate().map(|(at, (label, sum, _))| {
        view! {
            <li>
                <svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class=class(at, sum) width="10" height="10"/></svg>
                <span>{label.clone()}</span> " " {figure::balance(sum)}
            </li>
        }
    });
    view! {
        <div class="composition">
            <svg class="bar" viewBox=format!("0 0 {WIDTH} 10") preserveAspectRatio="none" aria-hidden="true">{parts}</svg>
            <ul>{legend.collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn class(at: usize, sum: &Figure) -> String {
    let owed = if sum.minor < 0 { " owed" } else { "" };
    format!("part-{}{owed}", at % 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn each_part_is_drawn_and_named() {
        let of = invented::accounts().composition.swap_remove(0);
        let page = html(|| bar(&of));
        assert_eq!(page.count(".bar rect"), of.parts.len());
        assert_eq!(page.count("li"), of.parts.len());
        assert_eq!(page.count(".bar .owed"), 1);
    }
}
