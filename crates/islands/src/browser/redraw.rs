//! Redraws the chart and the note about the sources from a fresh copy of the page.

use js_sys::{Math, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CustomEvent, Document, DomParser, RequestCredentials, RequestInit, Response, SupportedType,
};

use super::{by_id, window};

/// The page is fetched after a random delay of at most this many milliseconds, so that not all browsers fetch it at
/// once.
const SPREAD: f64 = 2_000.0;
/// The parts of the chart that are replaced. The reader stays.
const DRAWN: [&str; 4] = ["svg", ".rules", ".dates", "tbody"];

/// Replaces those parts. If the server does not answer, they stay until the next time.
pub async fn redraw() {
    pause(Math::random() * SPREAD).await;
    if let Some(drawn) = page_anew().await {
        exchange(&drawn);
    }
}

/// Fetches this page without cookies: an open page must not keep its person logged in.
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
    // Scripts of a parsed document do not run.
    DomParser::new()
        .ok()?
        .parse_from_string(&html, SupportedType::TextHtml)
        .ok()
}

fn exchange(drawn: &Document) {
    // The figure appears with the first rate and the line with the second. Either changes the page, so it is reloaded.
    let begins = |id: &&str| by_id(id).is_none() && drawn.get_element_by_id(id).is_some();
    if ["rate-whole", "chart-rate"].iter().any(begins) {
        if let Some(window) = window() {
            // Fails only when the page is already going away.
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

/// Replaces the note about the sources only if it has changed, because a change is read out.
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
