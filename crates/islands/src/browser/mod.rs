//! What the islands do in the browser, by hand and small: no JSON library, no framework's fetch.

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

/// A property of an object; undefined where there is none.
fn property(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(of: &JsValue, name: &str) -> String {
    property(of, name).as_string().unwrap_or_default()
}

/// Calls for as long as the page is there.
fn on<E: FromWasmAbi + 'static>(target: &EventTarget, event: &str, act: impl FnMut(E) + 'static) {
    // Adding a listener cannot fail here.
    let _ = target.add_event_listener_with_callback(event, &function(act));
}

/// A function that the browser may call.
fn function<E: FromWasmAbi + 'static>(act: impl FnMut(E) + 'static) -> Function {
    Closure::<dyn FnMut(E)>::new(act)
        .into_js_value()
        .unchecked_into()
}

fn set(on: &JsValue, name: &str, value: &JsValue) {
    // Setting fails on frozen objects only, and these are our own.
    let _ = Reflect::set(on, &JsValue::from_str(name), value);
}
