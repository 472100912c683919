//! Opens Link's pane and sends its result through the page's own forms.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, JSON, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

use super::{by_id, property, set, text, window};

/// Opens the pane. The page loads Link's script before the islands start, so a missing script has failed to load.
pub fn open(token: &str, returned: bool) {
    if is_loaded() {
        start(token, returned);
    } else {
        say(
            "Your bank’s window couldn’t be loaded. Check your connection and try again, or use the link below.",
        );
    }
}

/// Opens the pane again, or reloads the page when Link's script is missing.
pub fn open_again(token: &str, returned: bool) {
    match window() {
        // Fails only when the page is already going away.
        Some(window) if !is_loaded() => drop(window.location().reload()),
        _ => start(token, returned),
    }
}

fn is_loaded() -> bool {
    plaid().is_object()
}

fn plaid() -> JsValue {
    window().map_or(JsValue::UNDEFINED, |window| property(&window, "Plaid"))
}

/// `Plaid.create({…}).open()` (plaid.com/docs/link/web).
fn start(token: &str, returned: bool) {
    let settings = Object::new();
    let over = Rc::new(Cell::new(false));
    set(&settings, "token", &JsValue::from_str(token));
    set(&settings, "onSuccess", &first_of(&over, succeeded));
    set(&settings, "onExit", &first_of(&over, left));
    if returned && let Some(here) = window().and_then(|window| window.location().href().ok()) {
        set(&settings, "receivedRedirectUri", &JsValue::from_str(&here));
    }
    let plaid = plaid();
    let handler = call(&plaid, "create", &[settings.into()]);
    if handler
        .and_then(|handler| call(&handler, "open", &[]))
        .is_none()
    {
        say("Your bank’s window didn’t open. Try again, or use the link below.");
    }
}

/// Returns a callback that does nothing once another one with the same flag has run. Link may call `onExit` right after
/// `onSuccess`, and the second form would cancel the first one's navigation.
fn first_of(over: &Rc<Cell<bool>>, callback: fn(JsValue, JsValue)) -> JsValue {
    let over = Rc::clone(over);
    let once = move |result, metadata| {
        if !over.replace(true) {
            callback(result, metadata);
        }
    };
    Closure::<dyn FnMut(JsValue, JsValue)>::new(once).into_js_value()
}

fn call(on: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function = property(on, name).dyn_into::<Function>().ok()?;
    let arguments = arguments.iter().collect::<js_sys::Array>();
    Reflect::apply(&function, on, &arguments).ok()
}

fn succeeded(public_token: JsValue, metadata: JsValue) {
    let metadata = JSON::stringify(&metadata)
        .map(String::from)
        .unwrap_or_default();
    send(
        "link-finished",
        &[
            ("public_token", public_token.as_string().unwrap_or_default()),
            ("metadata", metadata),
        ],
    );
}

fn left(error: JsValue, metadata: JsValue) {
    let institution = property(&metadata, "institution");
    let institution = if institution.is_object() {
        text(&institution, "name")
    } else {
        String::new()
    };
    let error_code = if error.is_object() {
        text(&error, "error_code")
    } else {
        String::new()
    };
    let request_id = if metadata.is_object() {
        text(&metadata, "request_id")
    } else {
        String::new()
    };
    send(
        "link-left",
        &[
            ("error_code", error_code),
            ("institution", institution),
            ("request_id", request_id),
        ],
    );
}

/// Fills one of the page's hidden forms and submits it.
fn send(form: &str, values: &[(&str, String)]) {
    let Some(form) = by_id(form) else { return };
    for (name, value) in values {
        let input = form
            .query_selector(&format!("[name={name}]"))
            .ok()
            .flatten();
        if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
            input.set_value(value);
        }
    }
    say("One moment…");
    if let Ok(form) = form.dyn_into::<HtmlFormElement>() {
        // Fails only when the form has left the page.
        let _ = form.submit();
    }
}

fn say(words: &str) {
    if let Some(status) = by_id("link-status").and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        status.set_text_content(Some(words));
    }
}
