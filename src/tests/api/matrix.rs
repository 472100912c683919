//! Who may call what: every operation that the router serves and the description names, times every kind of caller.
//! Pages and forms are in `guard::matrix`.

use std::collections::BTreeSet;

use domain::access::{Scope, Scopes};
use jiff::SignedDuration;
use passbook::api::{Access, Operation, operations};
use passbook::auth::{api_keys, tokens};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, ApiClient, Linked};
use crate::app::{ADA, EVE, TestApp};
use crate::guard::routes::{For, of};
use crate::registered;

/// Ada's ids, by the first segment of the paths that take them.
struct OwnedIds(Value);

impl OwnedIds {
    async fn of(linked: &Linked) -> Self {
        let first = async |list: &str| {
            linked.program.get(&format!("/{list}")).await.json[list][0]["id"].clone()
        };
        let post = async |path: &str, body: Option<&Value>| {
            linked.program.ask(Method::POST, path, body, &[]).await.json
        };
        let webhook = json!({ "url": "https://example.org/hook" });
        let webhook = post("/webhooks", Some(&webhook)).await["webhook"]["id"].clone();
        let id = webhook.as_str().expect("a webhook");
        let delivery = post(&format!("/webhooks/{id}/test"), None).await["delivery_id"].clone();
        let transaction = first("transactions").await;
        let edit = json!({ "transactions": [transaction], "category": "TRAVEL" });
        let edit = post("/bulk-edits", Some(&edit)).await["id"].clone();
        Self(json!({
            "bulk-edits": edit,
            "webhooks": webhook,
            "delivery": delivery,
            "connections": linked.connection,
            "accounts": first("accounts").await,
            "transactions": transaction,
            "jobs": linked.begun.json["job"]["id"],
        }))
    }

    fn fill(&self, path: &str) -> String {
        let path = path
            .replace("{provider}", "mx")
            .replace("{institution_id}", "mxbank");
        let kind = path.split('/').nth(1).expect("a word");
        match self.0[kind].as_str() {
            Some(id) => path.replace("{id}", id).replace(
                "{delivery}",
                self.0["delivery"].as_str().unwrap_or_default(),
            ),
            None => path,
        }
    }
}

/// Returns every operation, with a body if it takes one; operations that delete or log out come last.
fn all() -> Vec<(Method, String, Operation, Value)> {
    let document = passbook::api::description();
    let each = operations(&document).into_iter();
    let mut all: Vec<_> = each
        .map(|((method, path), operation)| {
            let described = &document["paths"][&path][method.as_str().to_lowercase()];
            let body = if described["requestBody"].is_null() {
                Value::Null
            } else {
                json!({})
            };
            (method, path, operation, body)
        })
        .collect();
    // A program that has logged out can delete nothing, so log-out comes last.
    let ends = |method: &Method, path: &str| match method {
        _ if path.ends_with("logout") => 2,
        &Method::DELETE => 1,
        _ => 0,
    };
    all.sort_by_key(|(method, path, ..)| (ends(method, path), path.clone(), method.to_string()));
    all
}

async fn ask(program: &ApiClient, method: &Method, path: &str, body: &Value) -> Answer {
    let body = Some(body).filter(|body| !body.is_null());
    program.ask(method.clone(), path, body, &[]).await
}

#[tokio::test]
async fn every_operation_lets_in_whom_it_says_and_nobody_else() {
    let linked = Linked::start().await;
    let (app, ids) = (&linked.app, OwnedIds::of(&linked).await);
    let nobody = ApiClient::new(app);
    let mut eve = ApiClient::of(app, &EVE).await;
    let mut logged_out = nobody.clone();
    logged_out.log_in(&ADA).await;
    ask(
        &logged_out,
        &Method::POST,
        "/users/auth/logout",
        &Value::Null,
    )
    .await;
    let mut ended = nobody.clone();
    ended.log_in(&ADA).await;
    let families = tokens::revoke_all(app.ctx(), &app.user(&ADA).await).await;
    assert!(families.expect("they end") > 0);
    let expired = eve.clone();
    app.pass(SignedDuration::from_mins(31));
    let mut owner = nobody.clone();
    owner.log_in(&ADA).await;
    eve.log_in(&EVE).await;
    let revoked = key(&linked, Scopes::all()).await;
    revoke_all(&linked).await;
    let all = all();
    assert!(all.len() > 20, "{}", all.len());
    for (method, path, operation, body) in &all {
        let (filled, told) = (ids.fill(path), format!("{method} {path}"));
        if operation.access == Access::Open {
            let answer = ask(&nobody, method, &filled, body).await;
            assert_eq!(answer.status, 422, "{told}: {}", answer.text);
            continue;
        }
        for outsider in [&nobody, &logged_out, &ended, &expired, &revoked] {
            ask(outsider, method, &filled, body).await.is_unauthorized();
        }
        let lacking: Scopes = match operation.access {
            Access::With(scope) => Scope::ALL
                .into_iter()
                .filter(|other| *other != scope)
                .collect(),
            _ => Scopes::all(),
        };
        let lacking = key(&linked, lacking).await;
        ask(&lacking, method, &filled, body).await.is_problem(403);
        if let Access::With(scope) = operation.access {
            let with = key(&linked, [scope].into_iter().collect()).await;
            // A deletion works once and is left to the owner below: here it only gets as far as validation (422).
            let (path, let_in) = match *method {
                Method::GET => (filled.clone(), 200..=200),
                Method::DELETE => (format!("{filled}?x=1"), 422..=422),
                _ => (filled.clone(), 200..=422),
            };
            let answer = ask(&with, method, &path, body).await;
            let refused = matches!(answer.status, 401 | 403 | 404 | 405);
            let told = format!("{told}: {} {}", answer.status, answer.text);
            assert!(let_in.contains(&answer.status) && !refused, "{told}");
        }
        revoke_all(&linked).await;
        if path.contains("{id}") {
            let answer = ask(&eve, method, &filled, body).await;
            answer.is_problem(404);
            let unknown = path.replace("{id}", "01arz3ndektsv4rrffq69g5fav");
            let other = ask(&eve, method, &unknown, body).await;
            assert_eq!(
                answer.json, other.json,
                "{told}: it tells that the id is somebody's"
            );
        }
        let answer = ask(&owner, method, &filled, body).await;
        let let_in = matches!(answer.status, 200..300 | 422);
        assert!(let_in, "{told}: {} {}", answer.status, answer.text);
    }
}

#[tokio::test]
async fn an_app_reaches_what_its_scopes_allow_and_never_what_is_for_own_programs() {
    let linked = Linked::start().await;
    let (app, ids) = (&linked.app, OwnedIds::of(&linked).await);
    let (client, _) = registered::register(app, "Budget").await;
    let mut apps = Vec::new();
    for scope in Scope::ALL {
        let only: Scopes = [scope].into_iter().collect();
        let tokens = registered::allow_only(app, &ADA, client.id.as_str(), only).await;
        apps.push((scope, registered::program(app, &tokens)));
    }
    let (all, mut reached) = (all(), BTreeSet::new());
    for (method, path, operation, body) in &all {
        let (filled, told) = (ids.fill(path), format!("{method} {path}"));
        // An invalid query keeps a deletion from taking effect.
        let filled = match *method {
            Method::DELETE => format!("{filled}?x=1"),
            _ => filled,
        };
        for (scope, program) in &apps {
            let answer = ask(program, method, &filled, body).await;
            let told = format!("{told} with {scope:?}: {} {}", answer.status, answer.text);
            match operation.access {
                Access::Open => assert_eq!(answer.status, 422, "{told}"),
                Access::With(needed) if needed == *scope && !operation.own => {
                    assert!(!matches!(answer.status, 401 | 403 | 404 | 405), "{told}");
                    reached.insert((scope.word(), path));
                }
                Access::With(_) => assert_eq!(answer.status, 403, "{told}"),
                // An app may end its own tokens, as any program may, but no others.
                Access::TokenOnly if path.ends_with("logout") => {}
                Access::TokenOnly => assert_eq!(answer.status, 403, "{told}"),
            }
        }
    }
    for scope in Scope::ALL {
        let of_scope = reached.iter().filter(|(word, _)| *word == scope.word());
        assert!(of_scope.count() > 0, "{scope:?}: {reached:?}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_described_is_not_served() {
    let linked = Linked::start().await;
    let ids = OwnedIds::of(&linked).await;
    let described = operations(&passbook::api::description());
    for (_, path, ..) in all() {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            if !described.contains_key(&(method.clone(), path.clone())) {
                let answer = ask(&linked.program, &method, &ids.fill(&path), &Value::Null).await;
                answer.is_problem(405);
            }
        }
    }
}

#[tokio::test]
async fn every_operation_of_the_router_is_described_and_no_other() {
    let app = TestApp::start().await;
    let served = of(&app, For::Program).into_iter().map(|(method, path)| {
        // The token operations are also served at the root, where programs look for them.
        let path = path.strip_prefix("/api/v1").unwrap_or(&path).to_owned();
        (method.to_string(), path)
    });
    let all = operations(&passbook::api::description()).into_keys();
    let described = all.map(|(method, path)| (method.to_string(), path));
    let (served, described): (BTreeSet<_>, BTreeSet<_>) = (served.collect(), described.collect());
    assert_eq!(served, described);
}

/// Returns a program with a key of Ada's.
async fn key(linked: &Linked, scopes: Scopes) -> ApiClient {
    linked.program.with(&linked.app.key(&ADA, scopes).await)
}

async fn revoke_all(linked: &Linked) {
    let (ctx, ada) = (linked.app.ctx(), linked.app.user(&ADA).await);
    for key in api_keys::list(ctx, &ada).await.expect("keys") {
        let gone = api_keys::revoke(ctx, &ada, key.id.as_str()).await;
        assert!(gone.expect("it is revoked"));
    }
}
