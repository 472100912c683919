//! Handles a provider's page in a frame: its messages, and the form that they submit.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::HtmlFormElement;

use super::{by_id, document, property, text, window};

/// The message of MX's page when a bank is linked (docs.mx.com, "Post messages", version 4).
const LINKED: &str = "mx/connect/memberConnected";

/// Starts to listen to the framed page.
pub fn listen() {
    fold();
    let Some(window) = window() else { return };
    let heard = Closure::<dyn FnMut(JsValue)>::new(|message: JsValue| {
        if is_from_frame(&message) && is_linked(&property(&message, "data")) {
            send();
        }
    });
    // Adding a listener cannot fail here. It lives as long as the page.
    let _ = window.add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Whether a message comes from the framed page. Any page can send us messages.
fn is_from_frame(message: &JsValue) -> bool {
    let frame = by_id("bank-frame").map(|frame| property(&frame, "contentWindow"));
    frame.is_some_and(|frame| frame.is_object() && frame == property(message, "source"))
}

/// Whether a message says that a bank is linked. Some of MX's pages send an object, some its JSON text.
fn is_linked(data: &JsValue) -> bool {
    let parsed = match data.as_string() {
        Some(words) => js_sys::JSON::parse(&words).unwrap_or(JsValue::UNDEFINED),
        None => data.clone(),
    };
    parsed.is_object() && text(&parsed, "type") == LINKED
}

fn send() {
    if let Some(form) =
        by_id("bank-linked").and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
    {
        // Fails only when the form has left the page.
        let _ = form.submit();
    }
}

/// Collapses the form below the frame, which is open for people whose scripts do not run.
fn fold() {
    let Some(typed) = by_id("typed-here") else {
        return;
    };
    let here = document().and_then(|document| document.active_element());
    let in_use = here.is_some_and(|element| typed.contains(Some(&element)));
    if !in_use {
        // Fails only for an invalid attribute name.
        let _ = typed.remove_attribute("open");
    }
}
