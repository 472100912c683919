//! Small drawings in the colour of the surrounding text.

use leptos::prelude::*;

pub(crate) fn back() -> AnyView {
    stroke("M15 5l-7 7 7 7")
}

pub(super) fn close() -> AnyView {
    stroke("M6 6l12 12M18 6L6 18")
}

pub(super) fn lock() -> AnyView {
    stroke("M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11M12 14.5v2")
}

pub(super) fn eye() -> AnyView {
    stroke(
        "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
    )
}

pub(super) fn hand() -> AnyView {
    stroke("M12 3l7.5 3v5.5c0 4.6-3.1 7.9-7.5 9.5-4.4-1.6-7.5-4.9-7.5-9.5V6zM9 12l2.2 2.2L15.2 10")
}

pub(crate) fn bank() -> AnyView {
    stroke("M3.5 9.5L12 4l8.5 5.5zM5.5 10v7M10 10v7M14 10v7M18.5 10v7M3.5 20h17M4.5 17h15")
}

pub(crate) fn tick() -> AnyView {
    stroke("M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19zM7.5 12.3l3 3 6-6.3")
}

/// The book of Passbook's icon, in its own colours.
pub(super) fn book() -> AnyView {
    view! {
        <svg class="book" viewBox="0 0 32 32" aria-hidden="true">
            <path fill="#0b6b5d" d="M9 2h15a3 3 0 0 1 3 3v22a3 3 0 0 1-3 3H9z"></path>
            <path fill="#08483f" d="M8 2h2v28H8a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z"></path>
            <path stroke="#fffefb" stroke-width="2" stroke-linecap="round" d="M14 11h9M14 16h9M14 21h5"></path>
        </svg>
    }
    .into_any()
}

fn stroke(path: &'static str) -> AnyView {
    view! {
        <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.7"
            stroke-linecap="round" stroke-linejoin="round">
            <path d=path></path>
        </svg>
    }
    .into_any()
}
