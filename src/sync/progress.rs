//! How far a connection is, in words.

use super::SyncError;
use crate::context::Ctx;
use crate::domain::connection::Connection;
use crate::domain::feed::UpdateStatus;
use crate::domain::id::ConnectionId;
use crate::domain::user::User;
use crate::ledger;
use crate::ledger::view::Progress;

/// The history that is asked for, in days: what the bar measures against.
const ALL_DAYS: i32 = 730;

/// How far a connection is.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn progress(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<Progress, SyncError> {
    let connection = ctx
        .store
        .connection(&user.id, id)
        .await?
        .filter(|connection| connection.unlink_asked_at.is_none())
        .ok_or(SyncError::NotFound)?;
    let accounts = ctx.store.accounts(&user.id).await?;
    let accounts = accounts
        .iter()
        .filter(|a| a.account.connection_id == *id && a.account.closed_at.is_none())
        .count();
    let oldest = ctx.store.oldest_day(id).await?;
    let done = connection.history_complete_at.is_some();
    let attention = ledger::attention(ctx, &connection);
    let covered = oldest.map_or(0, |day| {
        ctx.clock
            .today()
            .since(day)
            .map_or(0, |span| span.get_days())
    });
    Ok(Progress {
        connection_id: id.to_string(),
        institution: connection.institution_name.clone(),
        heading: heading(&connection, done, attention.is_some()),
        sentence: sentence(accounts, connection.seen_rows, oldest, done),
        percent: percent(&connection, done, covered),
        done,
        attention,
    })
}

fn heading(connection: &Connection, done: bool, stopped: bool) -> String {
    match (done, stopped, connection.status) {
        (true, ..) => "All your transactions are here".into(),
        (false, true, _) => "Waiting".into(),
        (false, false, UpdateStatus::NotReady) => "Asking your bank".into(),
        (false, false, _) => "Fetching your transactions".into(),
    }
}

fn sentence(accounts: usize, rows: i64, oldest: Option<jiff::civil::Date>, done: bool) -> String {
    if accounts == 0 && rows == 0 {
        return "Your bank has been reached; its accounts come next.".into();
    }
    let counted = |n: i64, noun: &str| {
        format!(
            "{} {noun}{}",
            ledger::grouped(n),
            if n == 1 { "" } else { "s" }
        )
    };
    let accounts = counted(i64::try_from(accounts).unwrap_or(i64::MAX), "account");
    let rows = counted(rows, "transaction");
    let back = oldest.map_or(String::new(), |day| {
        format!(", back to {}", day.strftime("%B %Y"))
    });
    if done {
        return format!("{accounts} and {rows}{back}.");
    }
    format!("{accounts} found. {rows} so far{back}.")
}

/// The bar never stands still at nothing and reaches the end only at the end.
fn percent(connection: &Connection, done: bool, covered: i32) -> u8 {
    let part = covered.clamp(0, ALL_DAYS) * 60 / ALL_DAYS;
    match (done, connection.status) {
        (true, _) => 100,
        (false, UpdateStatus::NotReady) => 8,
        (false, _) => 35 + u8::try_from(part).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_counts_as_people_do() {
        let march = Some(jiff::civil::date(2025, 3, 9));
        assert_eq!(
            sentence(4, 1_240, march, false),
            "4 accounts found. 1,240 transactions so far, back to March 2025."
        );
        assert_eq!(
            sentence(1, 1, march, true),
            "1 account and 1 transaction, back to March 2025."
        );
        assert!(sentence(0, 0, None, false).contains("come next"));
    }
}
