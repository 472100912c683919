use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use tower::ServiceExt as _;

use super::*;

/// Declares a route in every possible way.
fn routes() -> Routes {
    let below = Routes::new()
        .get("/", async || "")
        .get("/{id}", async || "")
        .on(Method::DELETE, "/{id}", async || "");
    let listed = Router::new().route("/listed", get(async || ""));
    let listed = Routes::listed(listed, [(Method::GET, "/listed".to_owned())]);
    Routes::new()
        .get("/", async || "")
        .post("/form", async || "")
        .any("/any", async || "")
        .nest("/things", below)
        .merge(Routes::new().get("/form", async || "").merge(listed))
        .fallback(async || (StatusCode::IM_A_TEAPOT, "nothing"))
        .layer(from_fn(async |request, next: Next| next.run(request).await))
}

async fn ask(routes: Routes, method: &Method, path: &str) -> Response<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).expect("a request");
    Router::from(routes)
        .oneshot(request)
        .await
        .expect("an answer")
}

#[test]
fn every_way_to_add_a_route_declares_it() {
    let expected = [
        ("/", vec![Method::GET]),
        ("/any", vec![]),
        ("/form", vec![Method::POST, Method::GET]),
        ("/listed", vec![Method::GET]),
        ("/things", vec![Method::GET]),
        ("/things/{id}", vec![Method::GET, Method::DELETE]),
    ];
    let expected = expected.map(|(path, methods)| (path.to_owned(), methods));
    assert_eq!(routes().declared(), &Declared::from(expected));
}

#[tokio::test]
async fn what_is_declared_is_answered_and_nothing_else() {
    for (path, methods) in routes().declared() {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let answer = ask(routes(), &method, path).await;
            let declared = methods.is_empty() || methods.contains(&method);
            let expected = if declared {
                StatusCode::OK
            } else {
                StatusCode::METHOD_NOT_ALLOWED
            };
            assert_eq!(answer.status(), expected, "{method} {path}");
        }
    }
    let nowhere = ask(routes(), &Method::GET, "/things/").await;
    assert_eq!(nowhere.status(), StatusCode::IM_A_TEAPOT);
}

#[tokio::test]
async fn a_state_changes_nothing_about_what_is_declared() {
    let wrong_method = async || StatusCode::METHOD_NOT_ALLOWED;
    let with_state: Routes = Routes::<u8>::new()
        .get("/", async || "")
        .method_not_allowed_fallback(wrong_method)
        .with_state(7);
    assert_eq!(with_state.declared()["/"], [Method::GET]);
    let refused = ask(with_state, &Method::PATCH, "/").await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(refused.headers()[header::ALLOW], "GET,HEAD");
}
