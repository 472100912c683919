//! Counting every request that is answered, and how long it took.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use routes::Routes;

use crate::context::Ctx;
use crate::metrics::{Metrics, Route};

/// Stands for every path that no route was declared for.
const OTHER: &str = "other";

#[derive(Clone)]
struct Measured {
    metrics: Metrics,
    /// Every route that is declared, so that nothing else becomes a label.
    routes: Arc<HashSet<Route>>,
    other: Route,
}

/// Counts what these routes answer, whatever it is that answers. Routes that are put around it later, or layers, are
/// not counted. When metrics are switched off nothing stands in the way of a request.
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
