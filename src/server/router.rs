//! Every route, and the layers in front of it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};
use leptos::prelude::*;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{generate_route_list, handle_server_fns_with_context};
use routes::Routes;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::timeout::TimeoutLayer;

use super::bank::Faces;
use super::hosts::{self, Hosts};
use super::{
    StartError, assets, client_address, cookies, error_pages, guards, headers, health, metrics,
    render, request_id, site,
};
use crate::api::{self, Limits};
use crate::app::{self, App, Assets};
use crate::context::Ctx;
use crate::incoming_webhooks;

/// The largest request body, in bytes. A form is small; a megabyte is a mistake or an attack.
const LARGEST_BODY: usize = 1 << 20;
/// The longest time for a request: more than the slowest call to a bank.
const PATIENCE: Duration = Duration::from_secs(100);

/// Returns the whole program as one service. `faces` are the built-in bank's pages; `subscribers` is how many can
/// receive the rates at a time.
pub(super) fn router(
    ctx: &Ctx,
    faces: Option<Faces>,
    subscribers: usize,
) -> Result<Routes, StartError> {
    let (link, panel) = faces.map(|faces| (faces.link, faces.panel)).unzip();
    let programs = api::router(ctx, assets::stylesheet_href(), subscribers)
        .layer(from_fn_with_state(ctx.clone(), guards::own_sockets_only))
        .layer(from_fn_with_state(
            ctx.clone(),
            client_address::add_client_address,
        ));
    let mut routes = pages(ctx, panel)?
        .merge(programs)
        .merge(assets::router())
        .merge(health::router(ctx))
        .merge(incoming_webhooks::router(ctx));
    if let Some(link) = link {
        routes = routes.nest("/sandbox", link);
    }
    let hosts = Hosts::new(ctx.config.public_url.as_ref(), &ctx.config.network);
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            SizeAbove::new(1024)
                .and(NotForContentType::IMAGES)
                .and(NotForContentType::const_new("application/gzip")),
        );
    let routes = routes
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(hosts, hosts::check))
        .layer(from_fn_with_state(ctx.clone(), headers::add))
        .layer(compression)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            PATIENCE,
        ))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(request_id::number))
        // The inner one's answers are logged with the request's id; this one covers the numbering itself.
        .layer(CatchPanicLayer::new());
    Ok(metrics::around(ctx, routes))
}

/// The pages and forms, rendered by leptos behind the gate, with the built-in bank's panel.
fn pages(ctx: &Ctx, panel: Option<Routes>) -> Result<Routes, StartError> {
    let options = site::options()
        .map_err(|e| StartError::Settings(format!("a LEPTOS_ variable cannot be read: {e}")))?;
    let provided = ctx.clone();
    let context = move || {
        provide_context(provided.clone());
        provide_context(Assets {
            stylesheet: assets::stylesheet_href(),
            islands: assets::has_islands(),
        });
    };
    let shell = move || app::shell(options.clone());
    let page = render::page(context.clone(), shell.clone());
    let missing = render::missing(context.clone(), shell);
    let nothing = Router::new().fallback(missing.clone());
    let favicon = async || Redirect::permanent("/favicon.svg").into_response();
    let mut routes = app::router().get("/favicon.ico", favicon);
    for listed in generate_route_list(App) {
        routes = routes.get(listed.path(), page.clone());
    }
    for (path, method) in server_fn_paths() {
        let context = context.clone();
        let run = move |request| handle_server_fns_with_context(context.clone(), request);
        routes = routes.on(method, path, run);
    }
    if let Some(panel) = panel {
        routes = routes.nest("/sandbox", panel);
    }
    Ok(routes
        .fallback(missing)
        .layer(Extension(ctx.clone()))
        .layer(from_fn_with_state(nothing, guards::operators_only))
        .layer(from_fn(without_last_slash))
        .layer(from_fn(guards::small_anonymous_forms))
        .layer(from_fn_with_state(
            (ctx.clone(), Arc::new(Limits::new(guards::ANONYMOUS_FORMS))),
            guards::count_anonymous_forms,
        ))
        .layer(from_fn_with_state(ctx.clone(), guards::gate))
        .layer(cookies::sessions(ctx))
        .layer(from_fn_with_state(ctx.clone(), cookies::guard))
        .layer(from_fn_with_state(
            ctx.clone(),
            client_address::add_client_address,
        ))
        .layer(from_fn_with_state(ctx.clone(), guards::same_site_only))
        .layer(from_fn_with_state(ctx.clone(), guards::no_plain_log_in))
        .layer(from_fn(error_pages::draw)))
}

/// Redirects `/accounts/` to `/accounts`: the fallback would draw the page with the status of a missing one.
async fn without_last_slash(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let shorter = uri.path().trim_end_matches('/');
    // Two slashes, or a slash and a backslash, begin another site's address.
    let ours = !shorter.is_empty() && !shorter.starts_with("//") && !shorter.contains('\\');
    if shorter == uri.path() || !ours || request.method() != Method::GET {
        return next.run(request).await;
    }
    let query = uri
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    Redirect::permanent(&format!("{shorter}{query}")).into_response()
}
