//! A router that can list its routes. axum's router cannot, so a test that visits every address would need a separate
//! list, which a new route would soon be missing from. Here declaring a route lists it, and there is no other way to
//! add one.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, Route, any, on};
use tower::{Layer, Service};

/// Each path with its declared methods; empty if it accepts any method. GET includes HEAD without listing it.
pub type Declared = BTreeMap<String, Vec<Method>>;

/// axum's router with a list of its declared routes. Methods without further notes here behave as axum's.
#[derive(Clone, Debug)]
pub struct Routes<S = ()> {
    router: Router<S>,
    declared: Declared,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Makes a router without routes.
    #[must_use]
    pub fn new() -> Self {
        Self::listed(Router::new(), [])
    }

    /// Wraps a router whose routes were declared elsewhere, with the list of them.
    #[must_use]
    pub fn listed(router: Router<S>, list: impl IntoIterator<Item = (Method, String)>) -> Self {
        let mut declared = Declared::new();
        for (method, path) in list {
            declared.entry(path).or_default().push(method);
        }
        Self { router, declared }
    }

    /// Adds a route. A path may have one for each method.
    ///
    /// # Panics
    /// If the method is not a standard HTTP method.
    #[must_use]
    pub fn on<H: Handler<T, S>, T: 'static>(
        mut self,
        method: Method,
        path: &str,
        handler: H,
    ) -> Self {
        let filter = MethodFilter::try_from(method.clone()).expect("a method of HTTP");
        self.declare(path).push(method);
        self.through(|router| router.route(path, on(filter, handler)))
    }

    /// Adds a GET route.
    #[must_use]
    pub fn get<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.on(Method::GET, path, handler)
    }

    /// Adds a POST route.
    #[must_use]
    pub fn post<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.on(Method::POST, path, handler)
    }

    /// Adds a route for every method.
    #[must_use]
    pub fn any<H: Handler<T, S>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.declare(path);
        self.through(|router| router.route(path, any(handler)))
    }

    /// Adds the routes of another router.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (path, methods) in other.declared {
            self.declare(&path).extend(methods);
        }
        self.through(|router| router.merge(other.router))
    }

    /// Adds the routes of another router below a path.
    #[must_use]
    pub fn nest(mut self, prefix: &str, below: Self) -> Self {
        for (path, methods) in below.declared {
            // axum serves the root of a nested router at the prefix itself, without a trailing slash.
            let path = format!("{prefix}{}", if path == "/" { "" } else { &path });
            self.declare(&path).extend(methods);
        }
        self.through(|router| router.nest(prefix, below.router))
    }

    /// Wraps the existing routes in a layer.
    #[must_use]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.through(|router| router.layer(layer))
    }

    /// Sets the handler for paths without a route.
    #[must_use]
    pub fn fallback<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        self.through(|router| router.fallback(handler))
    }

    /// Sets the handler for methods that a route does not declare.
    #[must_use]
    pub fn method_not_allowed_fallback<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        self.through(|router| router.method_not_allowed_fallback(handler))
    }

    /// Provides the handlers' state.
    pub fn with_state<Other>(self, state: S) -> Routes<Other> {
        self.through(|router| router.with_state(state))
    }

    /// The declared routes.
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    fn declare(&mut self, path: &str) -> &mut Vec<Method> {
        self.declared.entry(path.to_owned()).or_default()
    }

    fn through<Other>(self, change: impl FnOnce(Router<S>) -> Router<Other>) -> Routes<Other> {
        Routes {
            router: change(self.router),
            declared: self.declared,
        }
    }
}

/// The plain router to serve, without the list.
impl<S> From<Routes<S>> for Router<S> {
    fn from(routes: Routes<S>) -> Self {
        routes.router
    }
}
