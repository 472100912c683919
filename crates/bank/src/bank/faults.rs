//! Calls that are to go wrong: a queue in memory, which a restart empties.

use std::sync::Mutex;
use std::sync::PoisonError;

use super::identity::IdentityProvider;
use super::ids;
use super::rates::Source;

/// More orders than anybody can keep in mind.
const MOST: usize = 500;

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ailment {
    /// 429, with or without `Retry-After`.
    RateLimit,
    /// 500 in Plaid's words.
    ServerError,
    /// 502 with a page of HTML, as of a proxy.
    BadGateway,
    /// No answer at all.
    Hang,
    /// The right answer, late.
    Slow,
    /// The call is done, but its answer ends in the middle.
    Truncated,
    /// The call is done, but the connection breaks in the middle of the answer.
    Cut,
    /// The call is done, but the answer is a 500.
    Lost,
    /// JSON whose fields are of other types.
    WrongTypes,
    /// JSON whose amounts and days cannot be.
    AbsurdValues,
    /// JSON with null in place of all that is no id, amount, day or cursor.
    Nulls,
    /// 200 with HTML.
    Html,
    /// 200 with nothing.
    Empty,
    /// The data changes between two pages of `/transactions/sync`, or of a member's transactions.
    Mutation,
    /// A code of Plaid's, or one that nobody knows.
    Error,
    /// The figures of a rate are wrong, as one of `WRONG_FIGURES` says.
    Figures,
    /// The ID token is false, as one of `FALSE_TOKENS` says.
    IdToken,
}

impl Ailment {
    /// Every ailment: its name in the API, and what it does.
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

    /// What can go wrong with calls for Items and members: name and words.
    pub fn of_banks() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = Self::ALL.into_iter();
        all.filter(|one| !matches!(one.0, Self::Figures | Self::IdToken))
            .map(|one| (one.1, one.2))
    }

    /// What can go wrong with calls for rates: name and words.
    pub fn of_rates() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = Self::ALL.into_iter();
        all.filter(|one| !matches!(one.0, Self::Mutation | Self::AbsurdValues | Self::IdToken))
            .map(|one| (one.1, one.2))
    }

    /// What can go wrong with calls to identity providers: name and words.
    pub fn of_identity() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = Self::ALL.into_iter();
        all.filter(|one| !matches!(one.0, Self::Mutation | Self::AbsurdValues | Self::Figures))
            .map(|one| (one.1, one.2))
    }

    /// The ailment of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|one| one.1 == name).map(|one| one.0)
    }

    /// Its name and what it does.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        let one = Self::ALL.iter().find(|one| one.0 == self);
        one.map_or(("", ""), |one| (one.1, one.2))
    }
}

/// An order for calls to go wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Names the order.
    pub id: String,
    /// Only calls of this path; else of any but the bank's own `/misbehave/…` and `/sandbox/…`.
    pub endpoint: Option<String>,
    /// Only calls to this source of rates, or to `any`; else no call to one, unless its path is named.
    pub source: Option<String>,
    /// Only calls to this identity provider, or to `any`; else no call to one, unless its path is named.
    pub identity: Option<String>,
    /// Only calls for this Item or member.
    pub item_id: Option<String>,
    /// Only calls for the money at this institution.
    pub institution_id: Option<String>,
    /// How they go wrong.
    pub ailment: Ailment,
    /// The code of `Ailment::Error`, `Ailment::Figures` and `Ailment::IdToken`.
    pub code: Option<String>,
    /// Its type, if not the usual one.
    pub error_type: Option<String>,
    /// The HTTP status of `Ailment::Error` on MX's wire and those of sources of rates and identity providers.
    pub status: Option<u16>,
    /// What is in the body of `Ailment::Error` on those wires, if not the usual: `text`, `html` or `empty`.
    pub body: Option<String>,
    /// Seconds in `Retry-After`.
    pub retry_after: Option<u16>,
    /// How long `Hang` and `Slow` take.
    pub delay_ms: Option<u64>,
    /// How many calls pass before.
    pub skip: u16,
    /// How many calls go wrong; nothing is all, until it is cleared.
    pub left: Option<u16>,
}

impl Fault {
    /// One call of anything.
    #[must_use]
    pub fn new(ailment: Ailment) -> Self {
        Self {
            id: ids::request(),
            endpoint: None,
            source: None,
            identity: None,
            item_id: None,
            institution_id: None,
            ailment,
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

    /// Whether it is for one path of whatever has it.
    fn names_path(&self) -> bool {
        self.source.is_none() && self.identity.is_none() && self.endpoint.is_some()
    }

    fn fits(&self, called: &Called<'_>) -> bool {
        let below = |folder: &str| called.path.starts_with(folder);
        let path = match &self.endpoint {
            Some(endpoint) => is_at(endpoint, called),
            // Plaid answers for an institution that is down; only its money cannot be had.
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
        let can_lie = self.ailment != Ailment::IdToken
            || self
                .code
                .as_deref()
                .is_some_and(|code| called.false_tokens.contains(&code));
        path && of(&self.source, called.source.map(Source::name))
            && of(&self.identity, called.identity.map(IdentityProvider::name))
            && can_lie
            && same(&self.item_id, called.item_id)
            && same(&self.institution_id, called.institution_id)
            && (self.ailment != Ailment::Mutation || called.in_a_run)
    }
}

/// Whether a call is of an endpoint: a path, in which `{…}` stands for any part, with or without a method before it.
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

/// A call, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// `POST`.
    pub method: &'a str,
    /// `/transactions/sync`.
    pub path: &'a str,
    /// The source of rates that is called.
    pub source: Option<Source>,
    /// The identity provider that is called.
    pub identity: Option<IdentityProvider>,
    /// What can be false in what the call is answered with.
    pub false_tokens: &'a [&'static str],
    /// The Item or member it is for.
    pub item_id: Option<&'a str>,
    /// The institution it is about.
    pub institution_id: Option<&'a str>,
    /// Whether it asks for a later page of a run.
    pub in_a_run: bool,
}

/// The orders, oldest first. A call gets the first that fits.
#[derive(Debug, Default)]
pub struct Faults {
    orders: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Adds an order; when too many wait, the oldest is forgotten.
    pub fn add(&self, fault: Fault) {
        self.with(|orders| {
            if orders.len() >= MOST {
                orders.remove(0);
            }
            orders.push(fault);
        });
    }

    /// The orders that are left.
    #[must_use]
    pub fn all(&self) -> Vec<Fault> {
        self.with(|orders| orders.clone())
    }

    /// Forgets those that a person points at; how many.
    pub fn clear(&self, which: impl Fn(&Fault) -> bool) -> usize {
        self.with(|orders| {
            let before = orders.len();
            orders.retain(|fault| !which(fault));
            before - orders.len()
        })
    }

    /// Whether no call goes wrong.
    #[must_use]
    pub fn none(&self) -> bool {
        self.with(|orders| orders.is_empty())
    }

    /// The code with which an institution refuses all that is asked of it now, if it does.
    #[must_use]
    pub fn of_institution(&self, id: &str) -> Option<String> {
        self.with(|orders| {
            let down = |fault: &&Fault| {
                fault.ailment == Ailment::Error
                    && fault.endpoint.is_none()
                    && fault.item_id.is_none()
                    && fault.institution_id.as_deref() == Some(id)
            };
            orders.iter().find(down)?.code.clone()
        })
    }

    /// What is wrong with a call; counts it.
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
