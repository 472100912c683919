//! Live progress: polls, writes each answer into the page, and reloads the page at the end.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

use super::{by_id, property, text, window};

const PAUSE_MILLISECONDS: i32 = 1000;

/// Follows a connection until its sync is done or stopped.
pub fn follow(id: &str) {
    let address = format!("/data/progress?id={id}");
    spawn_local(async move {
        loop {
            pause().await;
            match ask(&address).await {
                Heard::More(progress) => show(&progress),
                // The server is unreachable for a moment, or the machine was asleep: ask again.
                Heard::Nothing => {}
                Heard::Done => break,
            }
        }
        if let Some(window) = window() {
            // Fails only when the page is already going away.
            let _ = window.location().reload();
        }
    });
}

enum Heard {
    More(JsValue),
    Nothing,
    Done,
}

async fn ask(address: &str) -> Heard {
    let Some(asked) = window().map(|window| window.fetch_with_str(address)) else {
        return Heard::Nothing;
    };
    let Ok(response) = JsFuture::from(asked)
        .await
        .and_then(|r| r.dyn_into::<Response>())
    else {
        return Heard::Nothing;
    };
    if !response.ok() {
        // A 4xx does not change by asking again, and the page itself shows the cause.
        return if response.status() < 500 {
            Heard::Done
        } else {
            Heard::Nothing
        };
    }
    let Ok(json) = response.json() else {
        return Heard::Nothing;
    };
    match JsFuture::from(json).await {
        Ok(progress) if is_over(&progress) => Heard::Done,
        Ok(progress) => Heard::More(progress),
        Err(_) => Heard::Nothing,
    }
}

fn is_over(progress: &JsValue) -> bool {
    let attention = property(progress, "attention");
    let waits = ["asking", "retrying"];
    let waits = waits.iter().any(|why| property(progress, why).is_truthy());
    property(progress, "done").is_truthy()
        // The bank has accepted the log-in, so the page needs a progress bar.
        || (!waits && by_id("progress-bar").is_none())
        || (attention.is_object() && property(&attention, "stopped").is_truthy())
}

fn show(progress: &JsValue) {
    for (id, name) in [
        ("progress-heading", "heading"),
        ("progress-sentence", "sentence"),
    ] {
        let said = text(progress, name);
        if let Some(element) = by_id(id).filter(|e| e.text_content().as_deref() != Some(&said)) {
            element.set_text_content(Some(&said));
        }
    }
    let percent = property(progress, "percent").as_f64().unwrap_or(0.0);
    if let Some(bar) = by_id("progress-bar") {
        let _ = bar.set_attribute("value", &format!("{}", percent as u32));
    }
}

async fn pause() {
    let promise = Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(&done, PAUSE_MILLISECONDS);
        }
    });
    let _ = JsFuture::from(promise).await;
}
