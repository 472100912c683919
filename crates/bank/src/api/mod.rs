//! The bank's HTTP API. Plaid's wire takes `POST` with JSON in and out; MX's (`mx`), exchange-rate sources' (`rates`)
//! and identity providers' (`identity`) have paths of their own beside it.

mod accounts;
mod address;
pub(super) mod call;
pub(super) mod endpoints;
pub(super) mod fields;
mod identity;
mod institutions;
mod items;
mod limits;
mod link_token;
pub(super) mod misbehave;
mod mx;
mod rates;
mod sandbox_only;
mod transactions;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;

use super::bank::{Bank, BankError, FaultKind, Refusal, request_id};
use call::{Call, Reply};
use endpoints::Endpoint;
use fields::Field;
use limits::Limits;

/// The largest body in bytes; a `user_custom` file has 55 kB at most.
const BODY_LIMIT: usize = 1 << 20;

/// Returns the router for every path of the API.
pub fn router(bank: Bank) -> Router {
    let limits = bank.config().enforce_rate_limits.then(Limits::default);
    let api = Api {
        bank,
        limits: limits.map(Arc::new),
    };
    Router::new().fallback(serve).with_state(api)
}

#[derive(Clone)]
struct Api {
    bank: Bank,
    limits: Option<Arc<Limits>>,
}

/// The target of a call.
struct Asked {
    path: String,
    /// Plaid's endpoint, when this bank has no data for it.
    refused: Option<&'static Endpoint>,
}

async fn serve(State(api): State<Api>, request: Request) -> Response {
    if mx::is_for(request.method(), request.uri().path()) {
        return Box::pin(mx::serve(&api.bank, request)).await;
    }
    if let Some(source) = rates::is_for(request.method(), request.uri().path()) {
        return Box::pin(rates::serve(&api.bank, source, request)).await;
    }
    if let Some(provider) = identity::is_for(request.uri().path()) {
        return Box::pin(identity::serve(&api.bank, provider, request)).await;
    }
    let id = request_id();
    // The call's future is large; boxing it keeps the connection's future small.
    Box::pin(api.serve(request, &id)).await
}

impl Api {
    /// Answers a call, applying a fault where one matches.
    async fn serve(&self, request: Request, id: &str) -> Response {
        let (asked, call) = match self.authorize_call(request).await {
            Ok(read) => read,
            Err(error) => return call::answer(Err(error), id),
        };
        let path = asked.path.as_str();
        let fault = misbehave::trouble_for(&self.bank, path, &call).await;
        let Some(fault) = fault else {
            return call::answer(Box::pin(self.route(&asked, &call)).await, id);
        };
        fault.wait(&self.bank).await;
        let result = if fault.instead() {
            Err(fault.refusal().into())
        } else {
            Box::pin(self.route(&asked, &call)).await
        };
        let result = match fault.kind {
            FaultKind::Lost => Err(fault.refusal().into()),
            _ => result,
        };
        fault.spoil(call::answer(result, id)).await
    }

    /// Parses, authenticates, validates and counts a call.
    async fn authorize_call(&self, request: Request) -> Result<(Asked, Call), BankError> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let fields = fields_of(&path).filter(|_| parts.method == Method::POST);
        let refused = match fields {
            Some(_) => None,
            None => Some(
                endpoints::find(&parts.method, &path)
                    .ok_or_else(|| Refusal::from_code("NOT_FOUND"))?,
            ),
        };
        let mut call = Call::parse(bytes(body).await?, &parts.headers)?;
        if path == "/categories/get" {
            call.ignore_credentials();
        } else {
            call.let_in(self.bank.config().credentials.as_ref())?;
        }
        if let Some(fields) = fields {
            call.check(fields)?;
        }
        if let Some(limits) = &self.limits {
            limits.count(&path, &call, self.bank.wire_clock().now())?;
        }
        Ok((Asked { path, refused }, call))
    }

    async fn route(&self, asked: &Asked, call: &Call) -> Result<Reply, BankError> {
        let bank = &self.bank;
        if let Some(endpoint) = asked.refused {
            return endpoint.refuse(bank, call).await;
        }
        match asked.path.as_str() {
            "/link/token/create" => link_token::create(bank, call).await,
            "/link/token/get" => link_token::get(bank, call).await,
            "/item/public_token/exchange" => items::exchange(bank, call).await,
            "/item/public_token/create" => items::create_public_token(bank, call).await,
            "/item/get" => items::get(bank, call).await,
            "/item/remove" => items::remove(bank, call).await,
            "/item/webhook/update" => items::update_webhook(bank, call).await,
            "/item/access_token/invalidate" => items::invalidate(bank, call).await,
            "/accounts/get" => accounts::get(bank, call).await,
            "/accounts/balance/get" => accounts::balances(bank, call).await,
            "/transactions/sync" => transactions::sync(bank, call).await,
            "/transactions/get" => transactions::get(bank, call).await,
            "/transactions/refresh" => transactions::refresh(bank, call).await,
            "/institutions/get" => institutions::list(bank, call),
            "/institutions/get_by_id" => institutions::by_id(bank, call),
            "/institutions/search" => institutions::search(bank, call),
            "/categories/get" => institutions::categories(),
            "/webhook_verification_key/get" => items::verification_key(bank, call).await,
            "/sandbox/public_token/create" => sandbox_only::public_token(bank, call).await,
            "/sandbox/item/fire_webhook" => sandbox_only::fire_webhook(bank, call).await,
            "/sandbox/item/reset_login" => sandbox_only::reset_login(bank, call).await,
            "/sandbox/transactions/create" => sandbox_only::create_transactions(bank, call).await,
            path => misbehave::route(bank, path, call).await,
        }
    }
}

/// Returns the fields of a call; `None` when this bank does not serve it.
fn fields_of(path: &str) -> Option<&'static [Field]> {
    Some(match path {
        "/link/token/create" => link_token::CREATE,
        "/link/token/get" => link_token::GET,
        "/item/public_token/exchange" => items::EXCHANGE,
        "/item/get" | "/item/public_token/create" | "/item/access_token/invalidate" => items::TOKEN,
        "/transactions/refresh" | "/sandbox/item/reset_login" => items::TOKEN,
        "/item/remove" => items::REMOVE,
        "/item/webhook/update" => items::WEBHOOK,
        "/accounts/get" | "/accounts/balance/get" => accounts::GET,
        "/transactions/sync" => transactions::SYNC,
        "/transactions/get" => transactions::GET,
        "/institutions/get" => institutions::LIST,
        "/institutions/get_by_id" => institutions::BY_ID,
        "/institutions/search" => institutions::SEARCH,
        "/categories/get" => &[],
        "/webhook_verification_key/get" => items::KEY,
        "/sandbox/public_token/create" => sandbox_only::PUBLIC_TOKEN,
        "/sandbox/item/fire_webhook" => sandbox_only::FIRE,
        "/sandbox/transactions/create" => sandbox_only::TRANSACTIONS,
        _ => return misbehave::fields_of(path),
    })
}

async fn bytes(body: Body) -> Result<axum::body::Bytes, Refusal> {
    to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| Refusal::from_code("INVALID_BODY"))
}
