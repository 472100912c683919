//! Transactions as a file for a spreadsheet.

use std::collections::HashMap;

use super::transactions::{listed_at_most, position};
use super::{LedgerError, filter};
use crate::context::Ctx;
use crate::domain::activity::Event;
use crate::domain::id::AccountId;
use crate::domain::user::User;
use crate::ledger::view::Filter;
use crate::store::TransactionRecord;

/// Rows read at once.
const LOT: u32 = 1_000;

const COLUMNS: &str = "date,amount,currency,name,description,merchant,category,note,tags,pending,account,institution,id";

/// Every transaction that a filter lets through, newest first, as CSV (RFC 4180): amounts as decimals with a
/// point, positive into the account, each beside its currency.
///
/// # Errors
/// [`LedgerError::Form`] when the filter cannot be read; when the database fails.
pub async fn export(ctx: &Ctx, user: &User, filter: &Filter) -> Result<String, LedgerError> {
    let mistakes = |problems: Vec<(String, String)>| {
        LedgerError::Form(
            problems
                .into_iter()
                .map(|(_, said)| ("filter", said))
                .collect(),
        )
    };
    let (narrowing, _) = filter::read(filter).map_err(mistakes)?;
    let accounts = ctx.store.accounts(&user.id).await?.into_iter();
    let institutions: HashMap<AccountId, String> = accounts
        .map(|of| (of.account.id, of.institution_name))
        .collect();
    let mut file = format!("{COLUMNS}\r\n");
    let mut after = None;
    loop {
        let rows = ctx
            .store
            .page_of_transactions(&user.id, &narrowing, after.as_ref(), LOT + 1)
            .await?;
        let (rows, more) = listed_at_most(rows, LOT);
        for row in &rows {
            let institution = institutions.get(&row.transaction.account_id);
            file.push_str(&line(row, institution.map_or("", String::as_str)));
        }
        match (more, rows.last()) {
            (Some(_), Some(last)) => after = Some(position(&last.transaction)),
            _ => break,
        }
    }
    let event = Event::Exported {
        what: "transactions as CSV".into(),
    };
    ctx.store.note(&user.id, &event, ctx.clock.now()).await?;
    Ok(file)
}

fn line(row: &TransactionRecord, institution: &str) -> String {
    let it = &row.transaction;
    let name = it.own.name.as_deref().or(it.merchant.as_deref());
    let cells = [
        it.date.to_string(),
        it.amount.to_decimal().to_string(),
        it.amount.currency.code().to_owned(),
        text(name.unwrap_or(&it.description)),
        text(&it.description),
        text(it.merchant.as_deref().unwrap_or_default()),
        text(&it.category_words().unwrap_or_default()),
        text(it.own.note.as_deref().unwrap_or_default()),
        text(&it.own.tags.join(" ")),
        if it.pending { "yes" } else { "no" }.to_owned(),
        text(&row.account_name),
        text(institution),
        it.id.to_string(),
    ];
    cells.join(",") + "\r\n"
}

/// Text in quotes. A spreadsheet takes what begins like a formula for one, and banks' texts are strangers'
/// words: such a text gets an apostrophe before it (owasp.org/www-community/attacks/CSV_Injection).
fn text(said: &str) -> String {
    let guard = if said.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", said.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_in_their_cell_and_are_no_formulas() {
        assert_eq!(
            text("Caf\u{e9}, \"Bo\"\nnew"),
            "\"Caf\u{e9}, \"\"Bo\"\"\nnew\""
        );
        assert_eq!(text("=1+1"), "\"'=1+1\"");
        assert_eq!(text(""), "\"\"");
    }
}
