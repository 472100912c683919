//! Describes a connection's progress in words.

use jiff::SignedDuration;

use super::SyncError;
use super::pace::POLL;
use crate::context::Ctx;
use crate::ledger;
use crate::ledger::view::{Asking, AttentionAction, Progress};
use domain::connection::Connection;
use domain::feed::UpdateStatus;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::user::User;
use domain::wording::{ago, counted, month};

/// The history that is requested, in days. The progress bar measures against it.
const ALL_DAYS: i32 = 730;

/// The heading and sentence while a bank checks a log-in.
pub const BEING_CHECKED: (&str, &str) = (
    "Connecting to your bank",
    "Your bank is checking your log-in. This can take a minute.",
);

/// Returns the progress of a connection.
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
    let last = ctx.store.last_webhook_at(id).await?;
    let now = ctx.clock.now();
    let listens = ctx.config.webhook_url(&connection.provider).is_some();
    let news = news(listens, last.map(|at| now.duration_since(at)));
    let complete = connection.history_complete_at.is_some();
    let attention = ledger::attention(ctx, &connection);
    let stopped = attention.as_ref().is_some_and(|what| what.stopped);
    let asking = ledger::asking(ctx, user, &connection).await?;
    let retrying = stopped
        && connection.link_phase.is_none()
        && ctx.store.is_busy(JobKind::Sync, id.as_str(), now).await?;
    // The cause may be gone in a moment. Until then the problem is neither shown nor called solved.
    let attention = attention.filter(|_| !retrying);
    let rows = match complete {
        true => ctx.store.stored_rows(id).await?,
        false => connection.seen_rows,
    };
    let standing = match (asking, &attention) {
        (Some(who), _) => Standing::Asking(who),
        (_, Some(what)) if what.stopped && is_not_linked(&connection) => Standing::NotLinked,
        (_, Some(what)) if what.stopped => Standing::Stopped(what.action),
        _ if retrying && complete => Standing::Retrying,
        _ if complete => Standing::Complete,
        _ => Standing::FirstSync(connection.status),
    };
    let covered = oldest.map_or(0, |day| {
        ctx.clock
            .today()
            .since(day)
            .map_or(0, |span| span.get_days())
    });
    Ok(Progress {
        connection_id: id.to_string(),
        institution: connection.institution_name.clone(),
        heading: heading(standing).to_owned(),
        sentence: match standing {
            Standing::Asking(Asking::Bank) => BEING_CHECKED.1.into(),
            Standing::Asking(Asking::Person) => {
                "Log in on your bank’s own page to continue.".into()
            }
            Standing::Stopped(AttentionAction::Answer) => {
                "We pass your answer to your bank and don’t keep it.".into()
            }
            Standing::NotLinked | Standing::Stopped(AttentionAction::LogIn) => {
                "We pass what you type to your bank and don’t keep it.".into()
            }
            _ => sentence(accounts, rows, oldest, complete),
        },
        percent: percent(&connection, complete, covered),
        done: complete && !retrying && connection.link_phase.is_none(),
        attention,
        offers: ledger::offers(ctx, &connection),
        retrying,
        asking: asking.is_some(),
        news: if stopped || asking.is_some() {
            String::new()
        } else {
            news
        },
    })
}

/// The state of a connection, exactly one of these.
#[derive(Clone, Copy)]
enum Standing {
    /// The bank is checking a log-in that was typed here, or waits for the person on its own page.
    Asking(Asking),
    FirstSync(UpdateStatus),
    Complete,
    /// It was stopped, and a sync is on its way.
    Retrying,
    /// The bank has never accepted a log-in.
    NotLinked,
    /// No news comes until the person does something.
    Stopped(AttentionAction),
}

/// Whether the bank has never accepted a log-in and asks nothing at the moment.
fn is_not_linked(connection: &Connection) -> bool {
    connection.linked_at.is_none() && connection.link_phase.is_none()
}

fn heading(standing: Standing) -> &'static str {
    match standing {
        Standing::Asking(Asking::Bank) | Standing::FirstSync(UpdateStatus::NotReady) => {
            BEING_CHECKED.0
        }
        Standing::Asking(Asking::Person) => "Waiting for you at your bank",
        Standing::FirstSync(_) => "Getting your transactions",
        Standing::Complete => "You’re all set",
        Standing::Retrying => "Checking with your bank",
        Standing::Stopped(AttentionAction::Repair | AttentionAction::LogIn) => "Log-in needed",
        Standing::NotLinked => "Not linked yet",
        Standing::Stopped(AttentionAction::Answer) => "Your bank has a question",
        Standing::Stopped(AttentionAction::LinkAgain) => "No longer linked",
        Standing::Stopped(AttentionAction::ChooseAccounts) => "No accounts shared",
        Standing::Stopped(_) => "Can’t update right now",
    }
}

fn sentence(accounts: usize, rows: i64, oldest: Option<jiff::civil::Date>, done: bool) -> String {
    if accounts == 0 && rows == 0 {
        return "Connected. Getting your accounts…".into();
    }
    let accounts = counted(accounts, "account");
    let rows = counted(rows, "transaction");
    let back = oldest.map_or(String::new(), |day| format!(", back to {}", month(day)));
    if done {
        return format!("{accounts} and {rows}{back}.");
    }
    format!("{accounts} found. {rows} so far{back}.")
}

/// Silence that is worth mentioning: most banks have something new every day or two.
const QUIET: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Says how news reaches Passbook. A gap is described as what it is: at worst a delay, never a loss.
fn news(listens: bool, since: Option<SignedDuration>) -> String {
    let poll = format!("Checks automatically every {} hours", POLL.as_hours());
    if !listens {
        return format!("{poll}, because the provider can’t notify this Passbook.");
    }
    match since {
        None => format!("No notifications from the provider yet. {poll}."),
        Some(since) if since >= QUIET => format!(
            "No notifications from the provider for {} days. Maybe nothing happened, or maybe they’re blocked. {poll}, \
             so nothing is missed.",
            since.as_hours() / 24
        ),
        Some(since) => format!("Updated {}. {poll}.", ago(since.as_secs())),
    }
}

/// Returns the bar's length in percent. It never stays at zero, and reaches 100 only when the sync is done.
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
    fn a_gap_in_the_news_is_told_in_words() {
        let hours = SignedDuration::from_hours;
        assert_eq!(
            news(true, Some(hours(2))),
            "Updated 2 hours ago. Checks automatically every 6 hours."
        );
        assert!(
            news(true, Some(hours(9 * 24)))
                .starts_with("No notifications from the provider for 9 days.")
        );
        assert!(news(true, None).starts_with("No notifications from the provider yet."));
        assert_eq!(
            news(false, None),
            "Checks automatically every 6 hours, because the provider can’t notify this Passbook."
        );
    }

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
        assert!(sentence(0, 0, None, false).contains("Getting your accounts"));
    }
}
