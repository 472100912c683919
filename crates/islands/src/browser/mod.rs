//! What the islands do in the browser, by hand and small: no JSON library, no framework's fetch.

pub mod chart;
pub mod frame;
pub mod link;
pub mod progress;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Window};

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

fn set(on: &JsValue, name: &str, value: &JsValue) {
    // Setting fails on frozen objects only, and these are our own.
    let _ = Reflect::set(on, &JsValue::from_str(name), value);
}
