//! A router that knows what it answers. axum's keeps that to itself, so a test that has to look at every address
//! would need a list of its own, which a new route is soon missing from. Here a route is in the list because it is
//! declared: there is no other way in.

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

/// Each path with the methods that it is declared with; none where any method is let in. HEAD goes with GET, unsaid.
pub type Declared = BTreeMap<String, Vec<Method>>;

/// axum's router, and what was declared on it. Where nothing is said of a method here, it does what axum's does.
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
    /// No route.
    #[must_use]
    pub fn new() -> Self {
        Self::listed(Router::new(), [])
    }

    /// A router that came with its list, from what has its own way to declare routes.
    #[must_use]
    pub fn listed(router: Router<S>, list: impl IntoIterator<Item = (Method, String)>) -> Self {
        let mut declared = Declared::new();
        for (method, path) in list {
            declared.entry(path).or_default().push(method);
        }
        Self { router, declared }
    }

    /// A route. A path may have one for each method.
    ///
    /// # Panics
    /// When the method is none that HTTP has by itself.
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

    /// A route for GET.
    #[must_use]
    pub fn get<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.on(Method::GET, path, handler)
    }

    /// A route for POST.
    #[must_use]
    pub fn post<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.on(Method::POST, path, handler)
    }

    /// A route for whatever method.
    #[must_use]
    pub fn any<H: Handler<T, S>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.declare(path);
        self.through(|router| router.route(path, any(handler)))
    }

    /// These routes and others.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (path, methods) in other.declared {
            self.declare(&path).extend(methods);
        }
        self.through(|router| router.merge(other.router))
    }

    /// These routes, and others below a path.
    #[must_use]
    pub fn nest(mut self, prefix: &str, below: Self) -> Self {
        for (path, methods) in below.declared {
            // The root of what is nested is the path itself, without a slash.
            let path = format!("{prefix}{}", if path == "/" { "" } else { &path });
            self.declare(&path).extend(methods);
        }
        self.through(|router| router.nest(prefix, below.router))
    }

    /// Puts a layer around the routes that are there.
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

    /// What answers where no route is.
    #[must_use]
    pub fn fallback<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        self.through(|router| router.fallback(handler))
    }

    /// What answers a method that a route is not declared with.
    #[must_use]
    pub fn method_not_allowed_fallback<H: Handler<T, S>, T: 'static>(self, handler: H) -> Self {
        self.through(|router| router.method_not_allowed_fallback(handler))
    }

    /// Gives the handlers their state.
    pub fn with_state<Other>(self, state: S) -> Routes<Other> {
        self.through(|router| router.with_state(state))
    }

    /// What is declared.
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

/// What serves requests, which needs the list no more.
impl<S> From<Routes<S>> for Router<S> {
    fn from(routes: Routes<S>) -> Self {
        routes.router
    }
}
