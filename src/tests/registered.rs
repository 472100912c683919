//! Registering and allowing apps without going through the pages.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Scopes;
use domain::client::Client;
use domain::secret::Secret;
use passbook::auth::SigningKeys;
use passbook::auth::oauth::{self, NewClient, Request, Tokens};

use crate::api::ApiClient;
use crate::app::{Person, TestApp};

pub const BACK: &str = "https://app.example.org/back";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";

/// Registers an app that has a secret.
pub async fn register(app: &TestApp, name: &str) -> (Client, Secret) {
    let new = NewClient {
        name: name.to_owned(),
        redirect_uris: vec![BACK.to_owned()],
        scopes: Scopes::all(),
        confidential: true,
    };
    let registered = oauth::register(app.ctx(), new).await;
    let (client, secret) = registered.expect("it is registered");
    (client, secret.expect("a secret"))
}

/// Has a person allow an app every scope, and exchanges the code; returns the tokens.
pub async fn allow(app: &TestApp, person: &Person, client: &str) -> Tokens {
    allow_only(app, person, client, Scopes::all()).await
}

/// Has a person allow an app these scopes only; returns the tokens.
pub async fn allow_only(app: &TestApp, person: &Person, client: &str, scopes: Scopes) -> Tokens {
    let scope = scopes.words().replace(' ', "%20");
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let query = format!(
        "client_id={client}&redirect_uri={BACK}&response_type=code&code_challenge_method=S256&code_challenge={challenge}&scope={scope}"
    );
    let (ctx, user) = (app.ctx(), app.user(person).await);
    let asked = oauth::check_request(ctx, &ctx.config.base_url(), &Request::parse(&query)).await;
    let asked = asked.expect("it answers").expect("it may be asked");
    let back = oauth::allow(ctx, &ctx.config.base_url(), &user, &asked)
        .await
        .expect("it is allowed");
    let back = url::Url::parse(back.expose()).expect("an address");
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let code = Secret::new(code.expect("a code").1.into_owned());
    let (keys, verifier) = (SigningKeys::default(), Secret::new(VERIFIER));
    let tokens = oauth::exchange(ctx, &keys, &asked.client, &code, BACK, &verifier).await;
    tokens.expect("tokens")
}

/// Returns the app as a program with these tokens.
pub fn program(app: &TestApp, tokens: &Tokens) -> ApiClient {
    ApiClient::new(app).with(tokens.pair.access.expose())
}
