//! Icons as inline SVG.

use leptos::prelude::*;

/// Passbook's own mark.
pub fn passbook() -> AnyView {
    view! {
        <svg class="mark-own" viewBox="0 0 18 22" aria-hidden="true" focusable="false">
            <rect class="cover" x="0" y="0" width="18" height="22" rx="2.5"/>
            <path class="spine" d="M2.500 0H4v22H2.500A2.500 2.500 0 0 1 0 19.500v-17A2.500 2.500 0 0 1 2.500 0Z"/>
        </svg>
    }
    .into_any()
}

/// A line icon in a 24-unit view box, for the navigation.
pub fn line(path: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path/>
        </svg>
    }
    .into_any()
}
