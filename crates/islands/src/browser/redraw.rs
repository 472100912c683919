//! Takes the chart, and what is to be said of the sources, from the page as the server draws it now.

use js_sys::{Math, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CustomEvent, Document, DomParser, RequestCredentials, RequestInit, Response, SupportedType,
};

use super::{by_id, window};

/// The page is fetched within so many milliseconds, not by everybody at once.
const SPREAD: f64 = 2_000.0;
/// The parts of the chart that are exchanged; what reads it stays.
const DRAWN: [&str; 4] = ["svg", ".rules", ".dates", "tbody"];

/// Exchanges them. When the server does not answer they stay as they are until the next time.
pub async fn redraw() {
    pause(Math::random() * SPREAD).await;
    if let Some(drawn) = page_anew().await {
        exchange(&drawn);
    }
}

/// This page, as anybody gets it: an open page keeps nobody logged in.
async fn page_anew() -> Option<Document> {
    let window = window()?;
    let asked = RequestInit::new();
    asked.set_credentials(RequestCredentials::Omit);
    let address = window.location().href().ok()?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(&address, &asked))
        .await
        .ok()?;
    let answer: Response = answer.dyn_into().ok().filter(Response::ok)?;
    let html = JsFuture::from(answer.text().ok()?)
        .await
        .ok()?
        .as_string()?;
    // No script of a document runs that is only read.
    DomParser::new()
        .ok()?
        .parse_from_string(&html, SupportedType::TextHtml)
        .ok()
}

fn exchange(drawn: &Document) {
    // A figure begins with the first rate and a line with the second: then the page is another one.
    let begins = |id: &&str| by_id(id).is_none() && drawn.get_element_by_id(id).is_some();
    if ["rate-whole", "chart-rate"].iter().any(begins) {
        if let Some(window) = window() {
            // It fails only when the page is going away already.
            let _ = window.location().reload();
        }
        return;
    }
    exchange_note(drawn);
    let (Some(chart), Some(new)) = (by_id("chart-rate"), drawn.get_element_by_id("chart-rate"))
    else {
        return;
    };
    for part in DRAWN {
        let pair = (chart.query_selector(part), new.query_selector(part));
        if let (Ok(Some(old)), Ok(Some(new))) = pair {
            let _ = old.replace_with_with_node_1(&new);
        }
    }
    if let Ok(event) = CustomEvent::new("redrawn") {
        let _ = chart.dispatch_event(&event);
    }
}

/// Exchanges what is said of the sources, when that has changed: it is read out then.
fn exchange_note(drawn: &Document) {
    let (Some(note), Some(new)) = (by_id("rate-note"), drawn.get_element_by_id("rate-note")) else {
        return;
    };
    if note.text_content() == new.text_content() {
        return;
    }
    note.set_text_content(None);
    while let Some(child) = new.first_child() {
        if note.append_child(&child).is_err() {
            break;
        }
    }
}

async fn pause(milliseconds: f64) {
    let promise = Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds as i32);
        }
    });
    let _ = JsFuture::from(promise).await;
}
