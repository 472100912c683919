//! How fresh an account is: the bank's newest row, when the provider got it, and when Passbook fetched it.

use jiff::civil::Date;

use crate::context::Ctx;
use crate::ledger::format::{day_label, when};
use crate::ledger::view::Freshness;
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
    let provider = ctx.providers.title_of(&connection.provider);
    let today = ctx.clock.today();
    vec![
        Freshness {
            whose: "Newest transaction".into(),
            at: None,
            words: newest.map_or_else(|| "none yet".into(), |day| day_label(day, today)),
            meaning: "The date of the newest transaction from your bank.".into(),
        },
        told(
            &format!("{provider} last checked your bank"),
            connection.provider_updated_at,
            "unknown",
            "What has happened at your bank since then isn’t here yet.",
        ),
        told(
            "Last synced",
            connection.last_synced_at,
            "not yet",
            &format!("When Passbook last got everything that {provider} had."),
        ),
    ]
}
