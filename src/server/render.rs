//! Renders a page as a whole before its first byte is sent, so that the content security policy can follow what was
//! drawn.
//!
//! leptos_axum appends two inline scripts to every page: data for resources and error boundaries in the browser. No
//! island has either, so `whole` leaves them out; leptos 0.8 has no option for it.
//! island has either, so `whole` leaves them out; leptos 0.8 has no option for it.

use std::pin::Pin;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use futures_util::stream::{Stream, StreamExt, once};
use leptos::prelude::*;
use leptos_axum::handle_response_inner;

use super::headers;

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Html = Pin<Box<dyn Stream<Item = String> + Send>>;

/// Returns a handler that answers with a page.
pub(super) fn page<View: IntoView + 'static>(
    context: impl Fn() + Clone + Send + Sync + 'static,
    document: impl Fn() -> View + Clone + Send + Sync + 'static,
) -> impl Fn(Request<Body>) -> Later<Response<Body>> + Clone + Send + Sync + 'static {
    move |request| handle_response_inner(context.clone(), document.clone(), request, whole)
}

/// Returns a handler that answers with the page for addresses that do not exist.
pub(super) fn missing<View: IntoView + 'static>(
    context: impl Fn() + Clone + Send + Sync + 'static,
    document: impl Fn() -> View + Clone + Send + Sync + 'static,
) -> impl Fn(Request<Body>) -> Later<Response<Body>> + Clone + Send + Sync + 'static {
    let page = page(context, document);
    move |request| {
        let answer = page(request);
        Box::pin(async move {
            let mut response = answer.await;
            if response.status() == StatusCode::OK {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            response
        })
    }
}

/// Renders a document; its policy is then known.
fn whole<View: IntoView + 'static>(
    document: View,
    _data_for_hydration: Box<dyn FnOnce() -> Html + Send>,
    _out_of_order: bool,
) -> Later<Html> {
    let policy = headers::policy_to_set();
    Box::pin(async move {
        let html: String = document.to_html_stream_in_order().collect().await;
        policy();
        Box::pin(once(async move { html })) as Html
    })
}
