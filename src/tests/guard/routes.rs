//! Every address that the program answers, as its router has them, and for whom it is. Whatever is not named
//! here is for people who are logged in.

use reqwest::Method;

use crate::app::TestApp;

/// For whom an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Whoever comes.
    Anybody,
    /// Whoever is logged in: their own.
    Person,
    /// Whoever runs this Passbook.
    Operator,
    /// Programs with a token: the API, which says itself whom an operation is for.
    Program,
    /// Apps that are registered here, which prove themselves by OAuth (`oauth`).
    App,
    /// Whoever has been sent to the built-in bank: it does not know our people, and its addresses carry a key.
    Guest,
}

/// Of the right form, and nobody's.
pub const ID: &str = "01m7yce00chpahkrcnyw3y790z";
/// Pages that anybody may open.
pub const OPEN: &[&str] = &[
    "/data-deletion",
    "/log-in",
    "/rates/history",
    "/rates/live",
    "/sign-up",
];
/// Pages in the middle of a sign-in, which lead to the log-in without one.
const OPEN_DURING_SIGN_IN: &[&str] = &["/log-in/connect", "/sign-in", "/sign-up/complete"];
/// Forms that anybody may send.
pub const OPEN_WRITES: &[&str] = &[
    "/forms/complete-profile",
    "/forms/connect-account",
    "/forms/log-in",
    "/forms/sign-in",
    "/forms/sign-up",
];
/// What is the same for everybody.
const SAME_FOR_ALL: &[&str] = &[
    "/.well-known/oauth-authorization-server",
    "/api/docs",
    "/api/openapi.json",
    "/api/postman.json",
    "/data/live-rates",
    "/data/rate-history",
    "/favicon.svg",
    "/healthz",
    "/readyz",
    "/ws/rates",
];
/// What apps ask for tokens.
const OF_APPS: &[&str] = &["/oauth/introspect", "/oauth/revoke", "/oauth/token"];
/// The door for webhooks, which asks for a signature or a secret.
const WEBHOOKS: &str = "/webhooks/";
/// Where nothing is, whatever the method: programs are told so in their own terms (`api::errors`).
const NOTHING: &[&str] = &["/.well-known/", "/api/", "/users/auth/"];
/// The built-in bank's own pages, its panel apart.
const OF_THE_BANK: &[&str] = &[
    "/sandbox/brand/",
    "/sandbox/hosted/",
    "/sandbox/identity.css",
    "/sandbox/identity/",
    "/sandbox/link-icon.svg",
    "/sandbox/link-pane.js",
    "/sandbox/link.css",
    "/sandbox/link/",
    "/sandbox/logo/",
    "/sandbox/mx/",
    "/sandbox/oauth/",
];

/// For whom a path of the router is.
pub fn whom(path: &str) -> For {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    let open = [OPEN, OPEN_DURING_SIGN_IN, OPEN_WRITES, SAME_FOR_ALL].concat();
    if open.contains(&path) || begins(&["/assets/", "/pkg/", WEBHOOKS]) {
        For::Anybody
    } else if begins(&["/api/v1/", "/users/auth/"]) {
        For::Program
    } else if OF_APPS.contains(&path) {
        For::App
    } else if path == "/admin" || begins(&["/admin/", "/forms/admin/", "/data/admin/"]) {
        For::Operator
    } else if begins(OF_THE_BANK) {
        For::Guest
    } else {
        For::Person
    }
}

/// Every address that is for somebody of a kind, with each of its methods.
pub fn of(app: &TestApp, kind: For) -> Vec<(Method, String)> {
    let routes = app.routes();
    assert!(routes.len() > 100, "{routes:?}");
    let ours = routes
        .iter()
        .filter(|(path, _)| whom(path) == kind && !NOTHING.contains(&path.as_str()));
    let each = ours.flat_map(|(path, methods)| {
        assert!(!methods.is_empty(), "{path} takes any method");
        let each = methods.iter().cloned();
        each.map(move |method| (method, path.clone()))
    });
    each.collect()
}

/// Every address that shows something to somebody in a browser, with ids that are nobody's.
pub fn pages(app: &TestApp) -> Vec<String> {
    let kinds = [For::Anybody, For::Person, For::Operator, For::Guest];
    let all = kinds.into_iter().flat_map(|kind| of(app, kind));
    let shown = all.filter(|(method, _)| *method == Method::GET);
    shown.map(|(_, path)| concrete(&path)).collect()
}

/// A path with ids that are nobody's.
pub fn concrete(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { ID } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Every form, whoever may send it; those of the panel too.
pub fn writes(app: &TestApp) -> Vec<String> {
    let kinds = [For::Anybody, For::Person, For::Operator];
    let all = kinds.into_iter().flat_map(|kind| of(app, kind));
    let forms = all.filter(|(method, path)| *method == Method::POST && !path.starts_with(WEBHOOKS));
    forms
        .map(|(_, path)| path.replace("{*deed}", "transactions/add"))
        .collect()
}
