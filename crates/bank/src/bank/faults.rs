//! Simulated failures of API calls: a queue in memory, which a restart empties.

use std::sync::Mutex;
use std::sync::PoisonError;

use super::identity::IdentityProvider;
use super::ids;
use super::rates::Source;

/// The most faults that can wait. The oldest is dropped beyond that.
const MOST: usize = 500;

/// The way in which a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 429, with or without `Retry-After`.
    RateLimit,
    /// 500 with Plaid's error object.
    ServerError,
    /// 502 with a page of HTML, like that of a proxy.
    BadGateway,
    /// No response.
    Hang,
    /// The right response, late.
    Slow,
    /// The call is executed, but its response body is cut off.
    Truncated,
    /// The call is executed, but the connection breaks in the middle of the response.
    Cut,
    /// The call is executed, but the response is a 500.
    Lost,
    /// JSON whose fields have wrong types.
    WrongTypes,
    /// JSON with impossible amounts and dates.
    AbsurdValues,
    /// JSON with null in every field except ids, amounts, dates and cursors.
    Nulls,
    /// 200 with HTML.
    Html,
    /// 200 with an empty body.
    Empty,
    /// The data changes between two pages of `/transactions/sync`, or of a member's transactions.
    Mutation,
    /// An error code: Plaid's, or an unknown one.
    Error,
    /// The figures of a rate are wrong, in one of the ways in `WRONG_FIGURES`.
    Figures,
    /// The ID token is invalid, in one of the ways in `FALSE_TOKENS`.
    IdToken,
}

impl FaultKind {
    /// Every kind of fault with its name in the API and its description.
    pub const ALL: [(Self, &str, &str); 17] = [
        (Self::RateLimit, "rate_limit", "too many calls (429)"),
        (Self::ServerError, "server_error", "the bank fails (500)"),
        (Self::BadGateway, "bad_gateway", "a proxy fails (502, HTML)"),
        (Self::Hang, "hang", "no response"),
        (Self::Slow, "slow", "a slow response"),
        (Self::Truncated, "truncated", "JSON cut off halfway"),
        (Self::Cut, "cut", "the connection drops mid-response"),
        (Self::Lost, "lost", "the call succeeds but returns 500"),
        (Self::WrongTypes, "wrong_types", "JSON with the wrong types"),
        (
            Self::AbsurdValues,
            "absurd_values",
            "impossible amounts and dates",
        ),
        (Self::Nulls, "nulls", "null for text, lists and balances"),
        (Self::Html, "html", "HTML instead of JSON"),
        (Self::Empty, "empty", "an empty response"),
        (
            Self::Mutation,
            "mutation",
            "the data changes between two pages",
        ),
        (Self::Error, "error", "an error code"),
        (Self::Figures, "figures", "wrong rate values"),
        (Self::IdToken, "id_token", "a bad ID token"),
    ];

    /// Name and description of the failures for calls about Items and members.
    pub fn of_banks() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = Self::ALL.into_iter();
        all.filter(|one| !matches!(one.0, Self::Figures | Self::IdToken))
            .map(|one| (one.1, one.2))
    }

    /// Name and description of the failures for calls about rates.
    pub fn of_rates() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = Self::ALL.into_iter();
        all.filter(|one| !matches!(one.0, Self::Mutation | Self::AbsurdValues | Self::IdToken))
            .map(|one| (one.1, one.2))
    }

    /// Name and description of the failures for calls to identity providers.
    pub fn of_identity() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = Self::ALL.into_iter();
        all.filter(|one| !matches!(one.0, Self::Mutation | Self::AbsurdValues | Self::Figures))
            .map(|one| (one.1, one.2))
    }

    /// Returns the kind of fault with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|one| one.1 == name).map(|one| one.0)
    }

    /// Its name in the API and its description.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        let one = Self::ALL.iter().find(|one| one.0 == self);
        one.map_or(("", ""), |one| (one.1, one.2))
    }
}

/// An instruction that makes matching calls fail.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The id of the fault.
    pub id: String,
    /// Only calls of this path. `None` matches all paths except the bank's own `/misbehave/…` and `/sandbox/…`.
    pub endpoint: Option<String>,
    /// Only calls to this source of rates, or to `any`. `None` matches no call to a source, unless its path is named.
    pub source: Option<String>,
    /// Only calls to this identity provider, or to `any`. `None` matches no call to a provider, unless its path is
    /// named.
    pub identity: Option<String>,
    /// Only calls for this Item or member.
    pub item_id: Option<String>,
    /// Only calls for accounts and transactions at this institution.
    pub institution_id: Option<String>,
    /// How the calls fail.
    pub kind: FaultKind,
    /// The code of `FaultKind::Error`, `FaultKind::Figures` and `FaultKind::IdToken`.
    pub code: Option<String>,
    /// The `error_type` of the code, if it is not the usual one.
    pub error_type: Option<String>,
    /// The HTTP status of `FaultKind::Error` on MX's wire and those of sources of rates and identity providers.
    pub status: Option<u16>,
    /// The body of `FaultKind::Error` on those wires: `text`, `html` or `empty`. `None` for the usual one.
    pub body: Option<String>,
    /// The value of `Retry-After`, in seconds.
    pub retry_after: Option<u16>,
    /// The delay of `Hang` and `Slow`, in milliseconds.
    pub delay_ms: Option<u64>,
    /// The number of matching calls that succeed first.
    pub skip: u16,
    /// The number of calls that fail. `None` means all, until the fault is cleared.
    pub left: Option<u16>,
}

impl Fault {
    /// A fault for the next call, whatever it is.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self {
            id: ids::request(),
            endpoint: None,
            source: None,
            identity: None,
            item_id: None,
            institution_id: None,
            kind,
            code: None,
            error_type: None,
            status: None,
            body: None,
            retry_after: None,
            delay_ms: None,
            skip: 0,
            left: Some(1),
        }
    }

    /// Whether it matches a path only, at any source or provider that has it.
    fn names_path(&self) -> bool {
        self.source.is_none() && self.identity.is_none() && self.endpoint.is_some()
    }

    fn fits(&self, called: &Called<'_>) -> bool {
        let below = |folder: &str| called.path.starts_with(folder);
        let path = match &self.endpoint {
            Some(endpoint) => is_at(endpoint, called),
            // Plaid itself answers while an institution is down; only accounts and transactions are unavailable.
            None if self.institution_id.is_some() => {
                below("/accounts/") || below("/transactions/") || below("/users/")
            }
            None => !below("/misbehave/") && !below("/sandbox/"),
        };
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == is)
        };
        let of = |wanted: &Option<String>, is: Option<&str>| match (wanted.as_deref(), is) {
            (wanted, Some(is)) => wanted == Some("any") || wanted == Some(is) || self.names_path(),
            (wanted, None) => wanted.is_none(),
        };
        let can_lie = self.kind != FaultKind::IdToken
            || self
                .code
                .as_deref()
                .is_some_and(|code| called.false_tokens.contains(&code));
        path && of(&self.source, called.source.map(Source::name))
            && of(&self.identity, called.identity.map(IdentityProvider::name))
            && can_lie
            && same(&self.item_id, called.item_id)
            && same(&self.institution_id, called.institution_id)
            && (self.kind != FaultKind::Mutation || called.in_a_run)
    }
}

/// Whether a call matches an endpoint: a path with an optional method before it. `{…}` matches any path segment.
fn is_at(endpoint: &str, called: &Called<'_>) -> bool {
    let (method, path) = match endpoint.split_once(' ') {
        Some((method, path)) => (Some(method), path),
        None => (None, endpoint),
    };
    let mut parts = called.path.split('/');
    let same = path.split('/').all(|wanted| {
        parts
            .next()
            .is_some_and(|part| wanted.starts_with('{') || wanted == part)
    });
    method.is_none_or(|method| method == called.method) && same && parts.next().is_none()
}

/// The properties of a call that faults can match.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// The HTTP method, such as `POST`.
    pub method: &'a str,
    /// The path, such as `/transactions/sync`.
    pub path: &'a str,
    /// The source of rates, if the call is to one.
    pub source: Option<Source>,
    /// The identity provider, if the call is to one.
    pub identity: Option<IdentityProvider>,
    /// The codes of `FALSE_TOKENS` that apply to the response.
    pub false_tokens: &'a [&'static str],
    /// The Item or member of the call.
    pub item_id: Option<&'a str>,
    /// The institution of the call.
    pub institution_id: Option<&'a str>,
    /// Whether it asks for a later page of a run.
    pub in_a_run: bool,
}

/// The active faults, oldest first. The first one that matches a call applies.
#[derive(Debug, Default)]
pub struct Faults {
    orders: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Adds a fault. Drops the oldest when there are too many.
    pub fn add(&self, fault: Fault) {
        self.with(|orders| {
            if orders.len() >= MOST {
                orders.remove(0);
            }
            orders.push(fault);
        });
    }

    /// Returns the active faults.
    #[must_use]
    pub fn all(&self) -> Vec<Fault> {
        self.with(|orders| orders.clone())
    }

    /// Removes the faults that match a predicate and returns their number.
    pub fn clear(&self, which: impl Fn(&Fault) -> bool) -> usize {
        self.with(|orders| {
            let before = orders.len();
            orders.retain(|fault| !which(fault));
            before - orders.len()
        })
    }

    /// Whether there are no active faults.
    #[must_use]
    pub fn none(&self) -> bool {
        self.with(|orders| orders.is_empty())
    }

    /// Returns the code of a fault that takes a whole institution down, if there is one.
    #[must_use]
    pub fn of_institution(&self, id: &str) -> Option<String> {
        self.with(|orders| {
            let down = |fault: &&Fault| {
                fault.kind == FaultKind::Error
                    && fault.endpoint.is_none()
                    && fault.item_id.is_none()
                    && fault.institution_id.as_deref() == Some(id)
            };
            orders.iter().find(down)?.code.clone()
        })
    }

    /// Returns the fault for a call, if one applies, and counts the call.
    pub fn take(&self, called: &Called<'_>) -> Option<Fault> {
        self.with(|orders| {
            let at = orders.iter().position(|fault| fault.fits(called))?;
            let fault = orders.get_mut(at)?;
            if fault.skip > 0 {
                fault.skip -= 1;
                return None;
            }
            let taken = fault.clone();
            if let Some(left) = &mut fault.left {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    orders.remove(at);
                }
            }
            Some(taken)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Fault>) -> T) -> T {
        act(&mut self.orders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
