//! How fresh an account is: the bank's newest row, when the provider got it, and when Passbook fetched it.

use jiff::civil::Date;

use crate::context::Ctx;
use crate::ledger::view::Freshness;
use crate::ledger::words::{day_label, when};
use domain::connection::Connection;

/// Returns the three times of an account, from the bank to Passbook. `newest` is the day of its newest transaction.
pub(in crate::ledger) fn freshness(
    ctx: &Ctx,
    connection: &Connection,
    newest: Option<Date>,
) -> Vec<Freshness> {
    let told = |whose: &str, at: Option<jiff::Timestamp>, never: &str, meaning: &str| Freshness {
        whose: whose.to_owned(),
        at: at.map(|at| when(&ctx.clock, at)),
        words: if at.is_some() { "" } else { never }.to_owned(),
        meaning: meaning.to_owned(),
    };
    let today = ctx.clock.today();
    vec![
        Freshness {
            whose: "Bank".into(),
            at: None,
            words: newest.map_or_else(|| "nothing so far".into(), |day| day_label(day, today)),
            meaning: "The day of the newest transaction that the bank has told of.".into(),
        },
        told(
            "Provider",
            connection.provider_updated_at,
            "it does not say",
            "The last time that the provider between your bank and Passbook asked the bank and got an answer. \
             What happened at the bank since then is not here yet.",
        ),
        told(
            "Passbook",
            connection.last_synced_at,
            "not yet",
            "The last time that Passbook asked the provider, and so has all that the provider had.",
        ),
    ]
}
