//! The addresses that a router answers, for whoever must look at each of them. axum keeps them to itself and
//! shows them only when a router is printed for debugging (`fmt::Debug` of axum 0.8's `PathRouter`, which has a
//! `MethodRouter` and a path for each `RouteId`), so they are read from there.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::Method;

/// Before the number of a route.
const ROUTE: &str = "RouteId(";
/// Before the methods of one.
const ALLOWED: &str = "allow_header: Bytes(b\"";

/// Each path with the methods that somebody answers; none where any method is let in.
pub(super) fn of(router: &Router) -> BTreeMap<String, Vec<Method>> {
    let printed = format!("{router:?}");
    // What answers when no route fits is printed behind the routes, in the same way.
    let (routes, _) = printed
        .split_once("fallback_router:")
        .unwrap_or((&printed, ""));
    let (endpoints, paths) = routes.split_once("paths: {").unwrap_or((routes, ""));
    let endpoints: BTreeMap<&str, &str> = numbered(endpoints).collect();
    let methods = |number| {
        endpoints
            .get(number)
            .map_or_else(Vec::new, |said| allowed(said))
    };
    let path = |said: &str| Some(said.split('"').nth(1)?.to_owned());
    numbered(paths)
        .filter_map(|(number, said)| Some((path(said)?, methods(number))))
        .collect()
}

/// The methods that an endpoint answers with when it refuses another. HEAD goes with GET, unsaid.
fn allowed(endpoint: &str) -> Vec<Method> {
    let list = endpoint.split_once(ALLOWED).map_or("", |(_, list)| list);
    let list = list.split('"').next().unwrap_or_default();
    let methods = list.split(',').filter_map(|name| name.parse().ok());
    methods.filter(|method| *method != Method::HEAD).collect()
}

/// What is said of each route, by its number.
fn numbered(printed: &str) -> impl Iterator<Item = (&str, &str)> {
    let each = printed.split(ROUTE).skip(1);
    each.filter_map(|said| said.split_once("): "))
}

#[cfg(test)]
mod tests {
    use axum::middleware::{Next, from_fn};
    use axum::routing::{get, post};

    use super::*;

    #[test]
    fn every_way_to_add_a_route_is_seen() {
        let nested = Router::new().route("/{id}", get(async || "").delete(async || ""));
        let router = Router::new()
            .route("/", get(async || ""))
            .route("/form", post(async || ""))
            .route_service("/any", get(async || ""))
            .nest("/things", nested)
            .merge(Router::new().route("/merged", get(async || "")))
            .fallback(async || "nothing")
            .layer(from_fn(async |request, next: Next| next.run(request).await));
        let got = vec![Method::GET];
        let expected = [
            ("/", got.clone()),
            ("/any", Vec::new()),
            ("/form", vec![Method::POST]),
            ("/merged", got),
            ("/things/{id}", vec![Method::GET, Method::DELETE]),
        ];
        let expected = expected.map(|(path, methods)| (path.to_owned(), methods));
        assert_eq!(of(&router), BTreeMap::from(expected));
    }
}
