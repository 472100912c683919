//! Counts every request that is answered, and measures how long it took.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use routes::Routes;

use crate::context::Ctx;
use crate::metrics::{Metrics, Route};

/// The label of every path without a declared route.
const OTHER: &str = "other";

#[derive(Clone)]
struct Measured {
    metrics: Metrics,
    /// Every declared route, so that nothing else becomes a label.
    routes: Arc<HashSet<Route>>,
    other: Route,
}

/// Counts the responses of these routes, whatever produces them. Routes and layers that are added around it later are
/// not counted. When metrics are off, it adds nothing to a request.
pub(in crate::server) fn around(ctx: &Ctx, routes: Routes) -> Routes {
    if !ctx.metrics.is_on() {
        return routes;
    }
    let declared = routes
        .declared()
        .keys()
        .map(|path| Route::from(path.as_str()));
    let measured = Measured {
        metrics: ctx.metrics.clone(),
        routes: Arc::new(declared.collect()),
        other: OTHER.into(),
    };
    routes.layer(from_fn_with_state(measured, measure))
}

async fn measure(State(measured): State<Measured>, request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.and_then(|path| measured.routes.get(path.as_str()));
    let route = route.unwrap_or(&measured.other).clone();
    let method = request.method().clone();
    let began = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status(), began.elapsed());
    measured.metrics.answered(&route, &method, status, took);
    response
}
