//! MX's wire: the Platform API in `v20250224` and in the older `v20111101`, which MX's official clients use.

mod accounts;
mod answer;
mod call;
mod categories;
mod door;
mod institutions;
mod members;
mod oauth;
mod paging;
mod status;
mod transactions;
mod users;
mod widgets;
mod writing;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;

use crate::bank::{Bank, BankError, FaultKind, no};
use answer::Reply;
use call::Call;

/// Whether a call belongs to MX's wire. Plaid's calls about institutions are all `POST`, MX's are `GET`.
pub(super) fn is_for(method: &Method, path: &str) -> bool {
    let below = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    below("/users") || (method == Method::GET && below("/institutions"))
}

/// Answers a call, applying a fault where one matches.
pub(super) async fn serve(bank: &Bank, request: Request) -> Response {
    let call = match Call::parse(bank, request).await {
        Ok(call) => call,
        Err(refusal) => return answer::refuse(&refusal, call::Version::New),
    };
    let version = call.version;
    let (parts, later) = (call.parts(), call.is_later_page());
    let fault =
        super::misbehave::trouble_for_mx(bank, &call.method, &call.path, &parts, later).await;
    let Some(fault) = fault else {
        return answer::answer(Box::pin(route(bank, &call)).await, version);
    };
    fault.wait(bank).await;
    if fault.instead() {
        return fault.spoil(answer::failed(&fault, version)).await;
    }
    let answer = answer::answer(Box::pin(route(bank, &call)).await, version);
    if fault.kind == FaultKind::Lost {
        return answer::refuse(&no(500, "Something went wrong."), version);
    }
    fault.spoil(answer).await
}

async fn route(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let parts = call.parts();
    match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["institutions"]) => institutions::list(bank, call),
        ("GET", ["institutions", name]) => institutions::get_institution(bank, call, name),
        ("GET", ["institutions", name, "credentials"]) => institutions::credentials(call, name),
        ("POST", ["users"]) => users::create(bank, call).await,
        ("GET", ["users"]) => users::list(bank, call).await,
        ("GET", ["users", user]) => users::get_user(bank, call, user).await,
        ("PUT", ["users", user]) => users::update(bank, call, user).await,
        ("DELETE", ["users", user]) => users::delete(bank, user).await,
        (_, ["users", user, "members", ..]) => members::route(bank, call, user, &parts[3..]).await,
        ("POST", ["users", user, "widget_urls"]) => widgets::create(bank, call, user).await,
        ("POST", ["users", user, "connect_widget_url"]) => {
            widgets::create_old(bank, call, user).await
        }
        ("GET", ["users", user, "accounts"]) => accounts::of_user(bank, call, user).await,
        ("GET", ["users", user, "accounts", account]) => {
            accounts::get_account(bank, call, user, None, account).await
        }
        ("GET", ["users", user, "accounts", account, "transactions"]) => {
            transactions::of_account(bank, call, user, None, account).await
        }
        ("GET", ["users", user, "transactions"]) => transactions::of_user(bank, call, user).await,
        ("GET", ["users", user, "transactions", row]) => {
            transactions::get_transaction(bank, call, user, row).await
        }
        _ => Err(no(404, "The requested resource was not found.").into()),
    }
}
