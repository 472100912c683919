//! What the islands do in the browser. Written by hand to keep the module small: no JSON library, no framework's fetch.

pub mod chart;
pub mod frame;
pub mod link;
pub mod progress;
pub mod rates;
mod redraw;
mod socket;

use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, EventTarget, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Returns a property of an object, or undefined if there is none.
fn property(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(of: &JsValue, name: &str) -> String {
    property(of, name).as_string().unwrap_or_default()
}

/// Adds an event listener for the life of the page.
fn on<E: FromWasmAbi + 'static>(target: &EventTarget, event: &str, act: impl FnMut(E) + 'static) {
    // Adding a listener cannot fail here.
    let _ = target.add_event_listener_with_callback(event, &function(act));
}

/// Wraps a closure in a function that the browser can call.
fn function<E: FromWasmAbi + 'static>(act: impl FnMut(E) + 'static) -> Function {
    Closure::<dyn FnMut(E)>::new(act)
        .into_js_value()
        .unchecked_into()
}

fn set(on: &JsValue, name: &str, value: &JsValue) {
    // Setting fails only on frozen objects, and these are our own.
    let _ = Reflect::set(on, &JsValue::from_str(name), value);
}
