//! The result of a comparison with the bank, in words: for the page, and as a table for a terminal.

use std::fmt::Write as _;

use super::view::{CheckReport, CheckRow};
use crate::context::Ctx;
use crate::ledger::LedgerError;
use crate::ledger::format::{day_label, figure, when};
use domain::check::{Check, Finding, Found};
use domain::connection::Connection;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::text;
use domain::user::User;
use domain::wording::counted;

/// Returns the result of a connection's last comparison.
///
/// # Errors
/// [`LedgerError::NotFound`] when the connection is not this person's, or is unlinked.
pub async fn check(ctx: &Ctx, user: &User, id: &str) -> Result<CheckReport, LedgerError> {
    let id = ConnectionId::parse(id).ok_or(LedgerError::NotFound)?;
    let connection = ctx.store.connection(&user.id, &id).await?;
    let connection = connection
        .filter(|connection| connection.unlink_asked_at.is_none())
        .ok_or(LedgerError::NotFound)?;
    let mut running = false;
    for kind in [JobKind::Check, JobKind::PutRight] {
        let busy = ctx.store.is_busy(kind, id.as_str(), ctx.clock.now());
        running |= busy.await?;
    }
    let check = ctx.store.last_check(&user.id, &id).await?;
    Ok(report(ctx, &connection, check.as_ref(), running))
}

fn report(ctx: &Ctx, connection: &Connection, check: Option<&Check>, running: bool) -> CheckReport {
    let shown = check.map_or(0, |check| check.rows.len());
    let all = check.map_or(0, |check| check.missing + check.extra + check.different);
    CheckReport {
        connection_id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        running,
        at: check.map(|check| when(&ctx.clock, check.checked_at)),
        made: check.is_some_and(|check| check.problem.is_none()),
        differs: check.is_some_and(Check::differs),
        heading: check.map_or_else(
            || "Not compared yet".to_owned(),
            |check| heading(check).to_owned(),
        ),
        sentences: check.map_or_else(Vec::new, |check| {
            sentences(&connection.institution_name, check)
        }),
        rows: check.map_or_else(Vec::new, |check| {
            check.rows.iter().map(|found| row(ctx, found)).collect()
        }),
        more: all.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX)),
    }
}

fn heading(check: &Check) -> &'static str {
    match (&check.problem, check.differs()) {
        (Some(_), _) => "Couldn’t compare",
        (None, false) => "Everything matches",
        (None, true) => "Some transactions differ",
    }
}

/// Says what was compared, what was found, and what isn't counted as a difference.
fn sentences(institution: &str, check: &Check) -> Vec<String> {
    if let Some(problem) = &check.problem {
        return vec![format!("{institution} {problem}")];
    }
    let compared = counted(check.compared, "transaction");
    let mut told = vec![match (check.differs(), check.compared) {
        (false, 0) => "The bank has no transactions to compare.".to_owned(),
        (false, 1) => "The only transaction matches.".to_owned(),
        (false, _) => format!("All {compared} match."),
        (true, _) => format!("{compared} compared."),
    }];
    let mut tell = |number: u64, one: &str, many: &str| {
        let transactions = counted(number, "transaction");
        match number {
            0 => {}
            1 => told.push(format!("{transactions} {one}")),
            _ => told.push(format!("{transactions} {many}")),
        }
    };
    tell(check.missing, "is missing here.", "are missing here.");
    tell(
        check.extra,
        "here isn’t at the bank.",
        "here aren’t at the bank.",
    );
    tell(
        check.different,
        "has different details.",
        "have different details.",
    );
    tell(
        check.older,
        "is older than the bank’s history goes back. That’s fine: banks usually list two years, and Passbook keeps older transactions.",
        "are older than the bank’s history goes back. That’s fine: banks usually list two years, and Passbook keeps older transactions.",
    );
    tell(
        check.former,
        "is in an account the bank no longer lists. That’s fine: Passbook keeps it.",
        "are in accounts the bank no longer lists. That’s fine: Passbook keeps them.",
    );
    told.extend(unreadable(check.unreadable));
    told.extend(waiting(check.waiting));
    told
}

/// Says how many of the bank's transactions could not be read.
fn unreadable(number: u64) -> Option<String> {
    let transactions = counted(number, "transaction");
    let outcome = match number {
        0 => return None,
        1 => "it wasn’t compared",
        _ => "they weren’t compared",
    };
    Some(format!(
        "Couldn’t read {transactions} from the bank, so {outcome}."
    ))
}

/// Says how many changes the next sync will bring.
fn waiting(number: u64) -> Option<String> {
    let changes = counted(number, "change");
    let (counts, them) = match number {
        0 => return None,
        1 => ("isn’t counted as a difference", "it"),
        _ => ("aren’t counted as differences", "them"),
    };
    Some(format!(
        "{changes} at the bank since the last sync {counts}. The next sync will get {them}."
    ))
}

fn row(ctx: &Ctx, found: &Found) -> CheckRow {
    CheckRow {
        finding: match found.finding {
            Finding::Missing => "Missing here",
            Finding::Extra => "Not at the bank",
            Finding::Different => "Different",
        }
        .to_owned(),
        day: day_label(found.day, ctx.clock.today()),
        description: match found.description.trim() {
            "" => "No description".to_owned(),
            text => text.to_owned(),
        },
        account: found.account.clone(),
        amount: figure(&found.amount),
        told: found.told.clone(),
    }
}

/// Formats a comparison for a terminal.
#[must_use]
pub fn check_in_words(ctx: &Ctx, institution: &str, id: &str, check: &Check) -> String {
    let mut text = format!(
        "\n{institution} ({id}): {}\n",
        heading(check).to_lowercase()
    );
    for sentence in sentences(institution, check) {
        let _ = writeln!(text, "  {sentence}");
    }
    for found in &check.rows {
        let shown = row(ctx, found);
        let _ = writeln!(
            text,
            "  {:<16} {} {:>14}  {}, {}",
            shown.finding,
            found.day,
            shown.amount.text,
            plain_text(&shown.description),
            plain_text(&shown.account),
        );
        for line in &shown.told {
            let _ = writeln!(text, "  {:<16} {}", "", plain_text(line));
        }
    }
    text
}

/// Formats SQLite's findings about the database file for a terminal.
#[must_use]
pub fn file_in_words(faults: &[String]) -> String {
    if faults.is_empty() {
        return "The database file is intact.\n".to_owned();
    }
    let mut text = "The database file is damaged. Restore a backup.\n".to_owned();
    for fault in faults {
        let _ = writeln!(text, "  {}", plain_text(fault));
    }
    text
}

/// Removes control characters, so that text from a bank can't inject terminal escape sequences.
fn plain_text(text: &str) -> String {
    let readable = |c: char| if text::is_control(c) { ' ' } else { c };
    text.chars().map(readable).take(120).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn what_is_expected_is_no_difference() {
        let mut check = Check::not_made(Timestamp::UNIX_EPOCH, String::new());
        check.problem = None;
        check.compared = 1_486;
        check.waiting = 1;
        check.older = 3;
        let told = sentences("Tartan Bank", &check);
        assert_eq!(heading(&check), "Everything matches");
        assert_eq!(told[0], "All 1,486 transactions match.");
        assert!(told[1].starts_with("3 transactions are older than"));
        assert!(told[2].starts_with("1 change at the bank since"));
        assert_eq!(told.len(), 3);
    }

    #[test]
    fn sentences_have_their_singular_and_plural() {
        let mut check = Check::not_made(Timestamp::UNIX_EPOCH, String::new());
        check.problem = None;
        let mut said = |number: u64| {
            (check.missing, check.extra, check.different) = (number, number, number);
            (check.older, check.former) = (number, number);
            (check.unreadable, check.waiting) = (number, number);
            sentences("Tartan Bank", &check).split_off(1)
        };
        assert_eq!(
            said(1),
            [
                "1 transaction is missing here.",
                "1 transaction here isn’t at the bank.",
                "1 transaction has different details.",
                "1 transaction is older than the bank’s history goes back. That’s fine: banks usually list two years, and Passbook keeps older transactions.",
                "1 transaction is in an account the bank no longer lists. That’s fine: Passbook keeps it.",
                "Couldn’t read 1 transaction from the bank, so it wasn’t compared.",
                "1 change at the bank since the last sync isn’t counted as a difference. The next sync will get it.",
            ]
        );
        assert_eq!(
            said(5),
            [
                "5 transactions are missing here.",
                "5 transactions here aren’t at the bank.",
                "5 transactions have different details.",
                "5 transactions are older than the bank’s history goes back. That’s fine: banks usually list two years, and Passbook keeps older transactions.",
                "5 transactions are in accounts the bank no longer lists. That’s fine: Passbook keeps them.",
                "Couldn’t read 5 transactions from the bank, so they weren’t compared.",
                "5 changes at the bank since the last sync aren’t counted as differences. The next sync will get them.",
            ]
        );
        assert!(said(0).is_empty());
    }

    #[test]
    fn text_from_a_bank_controls_no_terminal() {
        assert_eq!(plain_text("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
