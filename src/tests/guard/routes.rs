//! Every address in the program's router, and who it is for. Those not listed here are for people who are logged in.

use reqwest::Method;

use crate::app::TestApp;

/// Who an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Any visitor.
    Anybody,
    /// A person who is logged in, for their own data.
    Person,
    /// The admin.
    Operator,
    /// Programs with a token: the API, whose operations say themselves who may call them.
    Program,
    /// Apps that are registered here, which authenticate by OAuth (`oauth`).
    App,
    /// Visitors who were sent to the built-in bank: it does not know our people, and its addresses carry a key.
    Guest,
}

/// A valid id that belongs to nothing.
pub const ID: &str = "01m7yce00chpahkrcnyw3y790z";
/// Pages that any visitor may open.
pub const OPEN: &[&str] = &[
    "/data-deletion",
    "/log-in",
    "/rates/history",
    "/rates/live",
    "/reset-password",
    "/reset-password/new",
    "/sign-up",
];
/// Pages in the middle of a sign-in; without one they redirect to the log-in page.
const OPEN_DURING_SIGN_IN: &[&str] = &[
    "/log-in/code",
    "/log-in/connect",
    "/sign-in",
    "/sign-up/complete",
];
/// Forms that any visitor may send.
pub const OPEN_WRITES: &[&str] = &[
    "/forms/complete-profile",
    "/forms/connect-account",
    "/forms/log-in",
    "/forms/log-in-code",
    "/forms/log-in-demo",
    "/forms/new-password",
    "/forms/reset-password",
    "/forms/sign-in",
    "/forms/sign-up",
];
/// Addresses with the same content for every visitor.
const SAME_FOR_ALL: &[&str] = &[
    "/.well-known/oauth-authorization-server",
    "/api/docs",
    "/api/openapi.json",
    "/api/postman.json",
    "/apple-touch-icon.png",
    "/copy.js",
    "/data/live-rates",
    "/data/rate-history",
    "/favicon.svg",
    "/filter.js",
    "/healthz",
    "/icon-192.png",
    "/icon-512.png",
    "/icon-maskable-512.png",
    "/keys.js",
    "/manifest.webmanifest",
    "/readyz",
    "/robots.txt",
    "/ws/rates",
];
/// Where apps ask for and about tokens.
const OF_APPS: &[&str] = &["/oauth/introspect", "/oauth/revoke", "/oauth/token"];
/// Webhooks, which need a signature or a secret.
const WEBHOOKS: &str = "/webhooks/";
/// Prefixes below which other paths are not found, whatever the method: programs get that answer in their own format
/// (`api::errors`).
const NOTHING: &[&str] = &["/.well-known/", "/api/", "/users/auth/"];
/// The built-in bank's own pages, except its panel.
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

/// Returns who a path of the router is for.
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

/// Returns every address for this kind of visitor, with each of its methods.
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

/// Returns every address that shows something in a browser, with ids that belong to nothing.
pub fn pages(app: &TestApp) -> Vec<String> {
    let kinds = [For::Anybody, For::Person, For::Operator, For::Guest];
    let all = kinds.into_iter().flat_map(|kind| of(app, kind));
    let shown = all.filter(|(method, _)| *method == Method::GET);
    shown.map(|(_, path)| concrete(&path)).collect()
}

/// Fills ids that belong to nothing into a path.
pub fn concrete(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { ID } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Returns every form for any visitor, including those of the panel.
pub fn writes(app: &TestApp) -> Vec<String> {
    let kinds = [For::Anybody, For::Person, For::Operator];
    let all = kinds.into_iter().flat_map(|kind| of(app, kind));
    let forms = all.filter(|(method, path)| *method == Method::POST && !path.starts_with(WEBHOOKS));
    forms
        .map(|(_, path)| path.replace("{*deed}", "transactions/add"))
        .collect()
}
