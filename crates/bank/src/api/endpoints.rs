//! Every endpoint that Plaid has. What this bank has no data for is refused in Plaid's order: the client's id and
//! secret, then the access token where the endpoint takes one, then the product, which is not enabled.

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use super::call::{Call, Reply};
use super::fields::missing_fields;
use crate::bank::{Bank, BankError, Refusal};
use crate::world::PRODUCTS;

/// A method, a path and the field of the access token a line. Written by `end2end/clients/endpoints.mjs` from
/// Plaid's npm package; a client check compares the two.
const LIST: &str = include_str!("endpoints.txt");

static ENDPOINTS: LazyLock<Vec<Endpoint>> =
    LazyLock::new(|| LIST.lines().filter_map(Endpoint::read).collect());

/// Endpoints whose product is not called what their path begins with; the first that fits counts.
const OTHER_NAMES: [(&str, &str); 9] = [
    ("/asset_report/", "assets"),
    ("/credit/", "income_verification"),
    ("/employers/", "employment"),
    ("/identity/match", "identity_match"),
    ("/income/", "income_verification"),
    ("/investments/auth/", "investments_auth"),
    ("/payment_profile/", "transfer"),
    ("/transactions/recurring/", "recurring_transactions"),
    ("/wallet/", "payment_initiation"),
];

/// An endpoint of Plaid's.
pub struct Endpoint {
    method: &'static str,
    path: &'static str,
    token: Token,
}

/// The access token that an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    None,
    Optional,
    Required,
    /// A list of them, which may be left out.
    List,
}

/// The endpoint of a method and a path, when Plaid has it.
pub fn find(method: &Method, path: &str) -> Option<&'static Endpoint> {
    ENDPOINTS
        .iter()
        .find(|endpoint| endpoint.method == method.as_str() && endpoint.is_at(path))
}

/// All of them, for tests.
#[cfg(test)]
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    ENDPOINTS.iter().map(|endpoint| {
        (
            endpoint.method,
            endpoint.path,
            endpoint.token == Token::Required,
        )
    })
}

impl Endpoint {
    fn read(line: &'static str) -> Option<Self> {
        let mut parts = line.split(' ');
        let (method, path) = (parts.next()?, parts.next()?);
        let token = match parts.next()? {
            "access_token" => Token::Required,
            "access_token?" => Token::Optional,
            "access_tokens?" => Token::List,
            _ => Token::None,
        };
        Some(Self {
            method,
            path,
            token,
        })
    }

    /// Whether this is its path; `{consentId}` in it stands for any word.
    fn is_at(&self, path: &str) -> bool {
        self.path.split('/').count() == path.split('/').count()
            && self
                .path
                .split('/')
                .zip(path.split('/'))
                .all(|(own, given)| own == given || (own.starts_with('{') && !given.is_empty()))
    }

    /// Refuses a call whose caller has been let in.
    pub async fn refuse(&self, bank: &Bank, call: &Call) -> Result<Reply, BankError> {
        for token in self.tokens(call)? {
            bank.item(token).await?;
        }
        Err(not_authorized(self.product()).into())
    }

    fn tokens<'a>(&self, call: &'a Call) -> Result<Vec<&'a str>, Refusal> {
        let text = |value: &'a Value, name: &str| {
            value
                .as_str()
                .filter(|text| !text.is_empty())
                .ok_or_else(|| {
                    Refusal::invalid_field(format!(
                        "{name} must be a properly formatted, non-empty string"
                    ))
                })
        };
        let name = match self.token {
            Token::None => return Ok(Vec::new()),
            Token::Optional | Token::Required => "access_token",
            Token::List => "access_tokens",
        };
        match call.get(name).filter(|value| !value.is_null()) {
            None if self.token == Token::Required => Err(missing_fields(&[name.to_owned()])),
            None => Ok(Vec::new()),
            Some(Value::Array(all)) if self.token == Token::List => {
                all.iter().map(|value| text(value, name)).collect()
            }
            Some(value) => Ok(vec![text(value, name)?]),
        }
    }

    /// The product that it belongs to, in Plaid's word where there is one.
    fn product(&self) -> &'static str {
        let other = OTHER_NAMES
            .iter()
            .find(|(start, _)| self.path.starts_with(start));
        let first = self.path.split('/').nth(1).unwrap_or_default();
        match other {
            Some((_, product)) => product,
            None => PRODUCTS
                .iter()
                .find(|product| **product == first)
                .unwrap_or(&first),
        }
    }
}

fn not_authorized(product: &str) -> Refusal {
    Refusal::new(
        "INVALID_INPUT",
        "INVALID_PRODUCT",
        format!("client is not authorized to access the following products: [{product:?}]"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_whole_and_paths_with_parts_are_found() {
        assert_eq!(ENDPOINTS.len(), LIST.lines().count());
        let found = |method, path| find(&method, path).map(|endpoint| endpoint.path);
        assert_eq!(found(Method::POST, "/auth/get"), Some("/auth/get"));
        assert_eq!(found(Method::GET, "/auth/get"), None);
        assert_eq!(found(Method::POST, "/auth/got"), None);
        assert_eq!(found(Method::POST, "/auth/get/"), None);
        assert_eq!(
            found(Method::GET, "/fdx/consents/c1"),
            Some("/fdx/consents/{consentId}")
        );
        assert_eq!(found(Method::GET, "/fdx/consents/"), None);
    }

    #[test]
    fn a_refusal_names_the_product() {
        let product = |path| find(&Method::POST, path).expect("an endpoint").product();
        assert_eq!(product("/auth/get"), "auth");
        assert_eq!(product("/identity/get"), "identity");
        assert_eq!(product("/identity/match"), "identity_match");
        assert_eq!(product("/asset_report/create"), "assets");
        assert_eq!(
            product("/transactions/recurring/get"),
            "recurring_transactions"
        );
        assert_eq!(
            product("/watchlist_screening/entity/get"),
            "watchlist_screening"
        );
    }
}
