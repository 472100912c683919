//! Line icons of the broad categories, each on its own quiet colour.

use leptos::prelude::*;

use super::icon;
use domain::category::Category;

/// Each broad category with its colour and its icon, in a 24-unit view box.
const ICONS: [(&str, &str, &str); 16] = [
    (
        "BANK_FEES",
        "mark hue-grey",
        "M6 3h12v18l-3-2-3 2-3-2-3 2ZM9 8h6M9 12h6",
    ),
    (
        "ENTERTAINMENT",
        "mark hue-violet",
        "M4 5h16v14H4ZM10 9l5 3-5 3Z",
    ),
    (
        "FOOD_AND_DRINK",
        "mark hue-orange",
        "M8 3v18M5 3v5a3 3 0 0 0 6 0V3M17 21v-7c-2 0-3-2-3-5s1-6 3-6v11",
    ),
    (
        "GENERAL_MERCHANDISE",
        "mark hue-pink",
        "M5 8h14l1 13H4ZM9 11V7a3 3 0 0 1 6 0v4",
    ),
    (
        "GENERAL_SERVICES",
        "mark hue-blue",
        "M4 8h16v12H4ZM9 8V5h6v3M4 13h16M12 12v2",
    ),
    (
        "GOVERNMENT_AND_NON_PROFIT",
        "mark hue-grey",
        "M4 10h16L12 4ZM6 10v8M12 10v8M18 10v8M3 20h18",
    ),
    (
        "HOME_IMPROVEMENT",
        "mark hue-gold",
        "M5 4h12v5H5ZM17 6h3v6h-8v3M10 15h4v6h-4Z",
    ),
    (
        "INCOME",
        "mark hue-green",
        "M3 7h18v11H3ZM12 10a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M6 10v0M18 15v0",
    ),
    (
        "LOAN_PAYMENTS",
        "mark hue-grey",
        "M19 5 5 19M7.5 5.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M16.5 14.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
    ),
    ("MEDICAL", "mark hue-red", "M9 4h6v5h5v6h-5v5H9v-5H4V9h5Z"),
    (
        "PERSONAL_CARE",
        "mark hue-red",
        "M12 20S4 15 4 9.5A4 4 0 0 1 12 8a4 4 0 0 1 8 1.5C20 15 12 20 12 20Z",
    ),
    (
        "RENT_AND_UTILITIES",
        "mark hue-gold",
        "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
    ),
    ("TRANSFER_IN", "mark hue-green", "M18 6 7 17M7 8v9h9"),
    ("TRANSFER_OUT", "mark hue-grey", "M6 18 17 7M8 7h9v9"),
    (
        "TRANSPORTATION",
        "mark hue-blue",
        "M4 17v-5l2-6h12l2 6v5ZM4 12h16M7 17v2M17 17v2M7.5 14.5v0M16.5 14.5v0",
    ),
    (
        "TRAVEL",
        "mark hue-teal",
        "M10.5 9V4.5a1.5 1.5 0 0 1 3 0V9l7.5 5v2l-7.5-2.5V18l2 1.5V21L12 20l-3.5 1v-1.5l2-1.5v-4.5L3 16v-2Z",
    ),
];

/// Draws the icon of a category, broad or fine; `None` if the category has none.
pub fn mark(category: &str) -> Option<AnyView> {
    let broad = Category::of_code(category).primary;
    let (_, class, path) = *ICONS.iter().find(|(code, _, _)| *code == broad)?;
    Some(view! { <span class=class aria-hidden="true">{icon::line(path)}</span> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn every_category_that_people_can_choose_has_an_icon_of_its_own() {
        for Category { primary: code, .. } in Category::choices() {
            let page = html(|| mark(&code).into_any());
            assert_eq!(page.count(".mark[aria-hidden] svg path"), 1, "{code}");
        }
        let paths: std::collections::BTreeSet<_> = ICONS.iter().map(|(_, _, path)| path).collect();
        assert_eq!(paths.len(), ICONS.len());
    }

    #[test]
    fn a_fine_category_has_the_icon_of_its_broad_one_and_an_unknown_one_has_none() {
        let of = |code: &str| html(|| mark(code).into_any()).source;
        assert_eq!(of("FOOD_AND_DRINK_COFFEE"), of("FOOD_AND_DRINK"));
        for unknown in ["", "OTHER", "FOOD", "TRAVELS"] {
            assert!(mark(unknown).is_none(), "{unknown}");
        }
    }
}
