//! The activity log in words.

use super::view::{ActivityEntry, ActivityFilter, ActivityPage, Dated, DayOf};
use super::{dated, place};
use crate::context::Ctx;
use crate::ledger::format::{access, day_label};
use crate::ledger::view::Choice;
use crate::ledger::{LedgerError, PAGE};
use domain::activity::{Event, Visit};
use domain::id::ConnectionId;
use domain::page::cut;
use domain::text::isolated;
use domain::user::User;
use domain::wording::{self, counted};
use store::ActivityRecord;

/// Returns a page of a person's activity log, the newest first.
///
/// # Errors
/// When the database fails. An invalid filter is not an error: the page says what is wrong with it.
pub async fn activity(
    ctx: &Ctx,
    user: &User,
    filter: &ActivityFilter,
) -> Result<ActivityPage, LedgerError> {
    let connections = ctx.store.connections(&user.id).await?;
    let banks: Vec<Choice> = connections
        .iter()
        .map(|connection| Choice {
            value: connection.id.to_string(),
            label: connection.institution_name.clone(),
        })
        .collect();
    let read = parse_filter(filter, &banks);
    let records = match &read {
        Ok((bank, before)) => {
            let store = &ctx.store;
            store
                .page_of_activity(&user.id, bank.as_ref(), *before, PAGE + 1)
                .await?
        }
        Err(_) => Vec::new(),
    };
    let (records, older) = cut(records, PAGE, |last| last.id.to_string());
    Ok(ActivityPage {
        older,
        days: by_day(
            ctx,
            records.iter().map(|r| dated(ctx, r.happened_at, entry(r))),
        ),
        newest: filter.after.trim().is_empty(),
        problem: read.err().map(str::to_owned),
        banks,
    })
}

type Read = (Option<ConnectionId>, Option<i64>);

fn parse_filter(filter: &ActivityFilter, banks: &[Choice]) -> Result<Read, &'static str> {
    let bank = match filter.bank.trim() {
        "" => None,
        id if banks.iter().any(|bank| bank.value == id) => ConnectionId::parse(id),
        _ => return Err("Choose one of your banks."),
    };
    Ok((bank, place(&filter.after)?))
}

/// Groups entries by day, keeping their order.
pub(super) fn by_day<T: Clone>(
    ctx: &Ctx,
    entries: impl Iterator<Item = Dated<T>>,
) -> Vec<DayOf<T>> {
    let entries: Vec<Dated<T>> = entries.collect();
    let days = entries.chunk_by(|a, b| a.date == b.date);
    days.map(|day| {
        let date = day[0].date.clone();
        let label = date.parse().map_or_else(
            |_| date.clone(),
            |parsed| day_label(parsed, ctx.clock.today()),
        );
        DayOf {
            date,
            label,
            entries: day.to_vec(),
        }
    })
    .collect()
}

fn entry(record: &ActivityRecord) -> ActivityEntry {
    let bank = record.institution_name.as_deref().unwrap_or("your bank");
    let (sentence, detail) = words(&record.event, &isolated(bank));
    let wrong = match &record.event {
        Event::LoginFailed(_)
        | Event::WrongCurrentPassword(_)
        | Event::Throttled(_)
        | Event::ProblemBegan { .. } => true,
        Event::Checked {
            missing,
            extra,
            different,
        } => missing + extra + different > 0,
        _ => false,
    };
    ActivityEntry {
        id: record.id.to_string(),
        event: record.event.word().to_owned(),
        sentence,
        detail,
        connection_id: record.connection_id.as_ref().map(ToString::to_string),
        wrong,
    }
}

/// Returns what happened, and a secondary line.
fn words(event: &Event, bank: &str) -> (String, String) {
    let plain = |sentence: &str| (sentence.to_owned(), String::new());
    match event {
        Event::SignedUp(visit) => ("You signed up".into(), from(visit)),
        Event::SignedIn(visit) => ("You logged in".into(), from(visit)),
        Event::LoginFailed(visit) => ("Failed log-in attempt: wrong password".into(), from(visit)),
        Event::WrongCurrentPassword(visit) => (
            "Someone who was logged in as you entered a wrong password in Settings".into(),
            from(visit),
        ),
        Event::KeyCreated { name } => plain(&format!("You created the API key {}", named(name))),
        Event::AppAllowed { name } => {
            plain(&format!("You gave {} access to your account", named(name)))
        }
        Event::AppRevoked { name } => plain(&format!("You removed {}’s access", named(name))),
        Event::IdentityConnected { name } => {
            plain(&format!("You can now log in with {}", isolated(name)))
        }
        Event::IdentityDisconnected { name } => {
            plain(&format!("You disconnected {}", isolated(name)))
        }
        Event::IdentityForgotten { name } => plain(&format!(
            "{} asked us to delete the profile data it had shared, and we did",
            isolated(name)
        )),
        Event::KeyDeleted { name } => plain(&format!("You deleted the API key {}", named(name))),
        Event::WebhookAdded { name } => plain(&format!("You added the webhook {}", named(name))),
        Event::WebhookDeleted { name } => {
            plain(&format!("You deleted the webhook {}", named(name)))
        }
        Event::Throttled(visit) => (
            "Log-in attempts were blocked: too many tries".into(),
            from(visit),
        ),
        Event::SignedOut => plain("You logged out"),
        Event::BrowserLoggedOut { browser } if browser.is_empty() => {
            plain("You logged out another browser")
        }
        Event::BrowserLoggedOut { browser } => plain(&format!("You logged out {browser}")),
        Event::ProgramLoggedOut => plain("You logged out an app that used your password"),
        Event::OthersLoggedOut { ended } => (
            "You logged out everywhere else".into(),
            format!("Ended: {}", access(ended)),
        ),
        Event::NamesChanged => plain("You changed your name or username"),
        Event::PasswordChanged => plain("Your password was changed"),
        Event::TwoStepOn => plain("You turned on two-step verification"),
        Event::TwoStepOff => plain("You turned off two-step verification"),
        Event::TwoStepReset => plain("The admin turned off your two-step verification"),
        Event::RecoveryCodesMade => plain("You created new recovery codes"),
        Event::RecoveryCodeUsed(visit) => ("A recovery code was used".into(), from(visit)),
        Event::WrongCode(visit) => (
            "Wrong code entered, after the right password".into(),
            from(visit),
        ),
        Event::LoggedOutEverywhere { by, ended } => (
            format!("{by} logged you out everywhere"),
            format!("Ended: {}", access(ended)),
        ),
        Event::Suspended { by } => plain(&format!("{by} suspended your access")),
        Event::Unsuspended { by } => plain(&format!("{by} ended your suspension")),
        Event::OperatorGranted => plain("You became an admin of this Passbook"),
        Event::Exported { what } => plain(&format!("You exported {what}")),
        Event::Edited { what } => plain(&format!("You changed {what}")),
        Event::Unknown(word) => (
            "Something that this version of Passbook doesn’t recognize".into(),
            word.clone(),
        ),
        about_a_bank => bank_words(about_a_bank, bank),
    }
}

/// Quotes a name that the person gave; its text direction stays inside the quotation marks.
fn named(name: &str) -> String {
    format!("“{}”", isolated(name))
}

fn bank_words(event: &Event, bank: &str) -> (String, String) {
    let (sentence, detail) = match event {
        Event::Linked => (format!("You linked {bank}"), String::new()),
        Event::FirstSyncComplete { rows } => (
            format!(
                "{bank} finished importing: {}",
                counted(*rows, "transaction")
            ),
            String::new(),
        ),
        Event::Synced {
            added,
            modified,
            removed,
        } => (
            format!("{bank}: {}", changed(*added, *modified, *removed)),
            String::new(),
        ),
        Event::Repaired => (format!("You logged in at {bank} again"), String::new()),
        Event::AccountsChosen => (
            format!("You changed which accounts {bank} shares"),
            String::new(),
        ),
        Event::ProblemBegan { code, message } => (format!("{bank} {message}"), reference(code)),
        Event::ProblemCleared { code } => (format!("{bank} is working again"), reference(code)),
        Event::Unlinked { kept: true } => (
            format!("You unlinked {bank}"),
            "Its accounts and transactions are kept".into(),
        ),
        Event::Unlinked { kept: false } => (
            format!("You unlinked {bank}"),
            "Its data was deleted".into(),
        ),
        Event::KeptDataDeleted => (format!("You deleted your data from {bank}"), String::new()),
        Event::EndConfirmed => (
            format!("{bank} confirmed that it’s unlinked"),
            String::new(),
        ),
        Event::JobRetried { kind, by } => (format!("{by} retried a job for {bank}"), kind.clone()),
        Event::JobCancelled { kind, by } => {
            (format!("{by} cancelled a job for {bank}"), kind.clone())
        }
        Event::Checked {
            missing: 0,
            extra: 0,
            different: 0,
        } => (
            format!("Compared with {bank}: everything matches"),
            String::new(),
        ),
        Event::Checked {
            missing,
            extra,
            different,
        } => (
            format!("Compared with {bank}: some transactions differ"),
            found(*missing, *extra, *different),
        ),
        Event::PutRight {
            missing,
            extra,
            different,
        } => (
            format!("Differences at {bank} were fixed"),
            found(*missing, *extra, *different),
        ),
        _ => (String::new(), String::new()),
    };
    (sentence, detail)
}

/// The provider's code, for people who contact its support.
fn reference(code: &str) -> String {
    format!("Reference: {code}")
}

/// "12 new, 3 changed, 1 removed".
fn changed(added: u64, modified: u64, removed: u64) -> String {
    some(&[(added, "new"), (modified, "changed"), (removed, "removed")])
}

/// "1 missing here, 2 not at the bank, 3 different".
fn found(missing: u64, extra: u64, different: u64) -> String {
    some(&[
        (missing, "missing here"),
        (extra, "not at the bank"),
        (different, "different"),
    ])
}

fn some(counts: &[(u64, &str)]) -> String {
    let told = counts.iter().filter(|(count, _)| *count > 0);
    let told = told.map(|(count, what)| {
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        format!("{} {what}", wording::grouped(count))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn from(visit: &Visit) -> String {
    match (visit.browser.as_str(), visit.address.as_str()) {
        ("", address) => format!("from {address}"),
        (browser, "") => browser.to_owned(),
        (browser, address) => format!("{browser}, from {address}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_is_told_by_what_it_changed() {
        let synced = |added, modified, removed| {
            let event = Event::Synced {
                added,
                modified,
                removed,
            };
            words(&event, "Tartan Bank").0
        };
        assert_eq!(
            synced(1_212, 3, 1),
            "Tartan Bank: 1,212 new, 3 changed, 1 removed"
        );
        assert_eq!(synced(0, 0, 2), "Tartan Bank: 2 removed");
    }

    #[test]
    fn every_event_has_words() {
        let visit = Visit {
            address: "192.0.2.7".into(),
            browser: "Firefox on Linux".into(),
        };
        let facts = visit.clone();
        for word in [
            "signed_up",
            "signed_in",
            "not_let_in",
            "wrong_current_password",
            "api_key_created",
            "api_key_deleted",
            "app_allowed",
            "app_revoked",
            "identity_connected",
            "identity_disconnected",
            "identity_forgotten",
            "webhook_added",
            "webhook_deleted",
            "log_in_throttled",
            "signed_out",
            "browser_logged_out",
            "program_logged_out",
            "others_logged_out",
            "names_changed",
            "password_changed",
            "logged_out_everywhere",
            "linked",
            "first_sync_complete",
            "synced",
            "repaired",
            "accounts_chosen",
            "problem_began",
            "problem_cleared",
            "unlinked",
            "kept_data_deleted",
            "end_confirmed",
            "exported",
            "edited",
            "operator_granted",
            "job_retried",
            "job_cancelled",
            "checked",
            "put_right",
            "of_tomorrow",
        ] {
            let event = Event::from_stored(word, |name| match name {
                "address" => Some(facts.address.clone()),
                "browser" => Some(facts.browser.clone()),
                _ => None,
            });
            let (sentence, _) = words(&event, "Tartan Bank");
            assert!(sentence.len() > 8, "{word}: {sentence}");
        }
        assert_eq!(
            words(&Event::SignedIn(visit), "").1,
            "Firefox on Linux, from 192.0.2.7"
        );
    }
}
