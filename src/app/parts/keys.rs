//! The overview of the keyboard's shortcuts. `public/keys.js` opens it and obeys the keys; without scripts there are
//! none, and nothing here is shown.

use leptos::prelude::*;

use super::scripts::{self, File};

/// The keys and what they do.
const KEYS: [(&str, &str); 5] = [
    ("/", "Search transactions"),
    ("j", "Next row of a list"),
    ("k", "Previous row"),
    ("e", "Edit this transaction, or open the row"),
    ("?", "Show this overview"),
];

/// Draws the overview, closed, and the script. Every page in the frame has it once.
pub fn overview() -> AnyView {
    let keys = KEYS.map(|(key, does)| view! { <dt><kbd>{key}</kbd></dt><dd>{does}</dd> });
    view! {
        <dialog class="keys" id="keys-overview" aria-labelledby="keys-title">
            <h2 class="band-title" id="keys-title">"Keyboard shortcuts"</h2>
            <dl>{keys}</dl>
            <label class="radio" for="keys-on">
                <input type="checkbox" id="keys-on" checked/>
                "Use these keys in this browser"
            </label>
            <button class="button" type="button" data-close>"Close"</button>
        </dialog>
        {scripts::file(File::Keys)}
    }
    .into_any()
}

/// Draws a button that opens the overview; hidden until the script shows it.
pub fn opener(class: &'static str) -> AnyView {
    view! { <button class=class type="button" data-keys hidden>"Keyboard shortcuts"</button> }
        .into_any()
}
