//! A provider's page in a frame: its messages, and the form that they send.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::HtmlFormElement;

use super::{by_id, document, property, text, window};

/// What MX's page says once a bank is linked (docs.mx.com, "Post messages", version 4).
const LINKED: &str = "mx/connect/memberConnected";

/// Listens to the framed page.
pub fn listen() {
    fold();
    let Some(window) = window() else { return };
    let heard = Closure::<dyn FnMut(JsValue)>::new(|message: JsValue| {
        if is_from_frame(&message) && is_linked(&property(&message, "data")) {
            send();
        }
    });
    // Adding a listener cannot fail here; it stays for as long as the page does.
    let _ = window.add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Any page may send us messages: only the framed one is believed.
fn is_from_frame(message: &JsValue) -> bool {
    let frame = by_id("bank-frame").map(|frame| property(&frame, "contentWindow"));
    frame.is_some_and(|frame| frame.is_object() && frame == property(message, "source"))
}

/// Some of MX's pages say it as an object, some as its text.
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
        // It fails only when the form has left the page.
        let _ = form.submit();
    }
}

/// The form below the frame stands open for those whose scripts do not run.
fn fold() {
    let Some(typed) = by_id("typed-here") else {
        return;
    };
    let here = document().and_then(|document| document.active_element());
    let in_use = here.is_some_and(|element| typed.contains(Some(&element)));
    if !in_use {
        // It fails only for a name that no attribute can have.
        let _ = typed.remove_attribute("open");
    }
}
