//! Converts MX's words and signs to ours.
//!
//! In MX, amounts have no sign, a type gives the direction, and what is owed on credit or loan is positive. In ours,
//! money that comes in is positive and what is owed is negative.

mod account;
mod details;
mod transaction;

pub(super) use account::account;
pub(super) use transaction::{set_aside, transaction};

use super::wire;
use domain::text::{maybe_one_line, one_line};

/// Converts an institution. `None` without an id or a name.
pub(super) fn institution(
    it: wire::Institution,
    asked: Option<&str>,
) -> Option<domain::feed::Institution> {
    let known = [it.code.as_deref(), it.guid.as_deref()];
    let known = asked.into_iter().chain(known.into_iter().flatten());
    Some(domain::feed::Institution {
        provider_id: known.into_iter().find(|id| !id.is_empty())?.to_owned(),
        name: one_line(it.name.as_deref().filter(|name| !name.trim().is_empty())?),
        logo: None,
        color: None,
        url: maybe_one_line(it.url),
    })
}
