//! Exports transactions as a CSV file for a spreadsheet. The file is read and written page by page while it is sent, so
//! memory use does not depend on its length, and no database transaction is open while the reader takes a page.
//! `app/csv_export.rs` sends the file and names it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::transactions::position;
use super::{LedgerError, filter};
use crate::context::Ctx;
use crate::ledger::view::Filter;
use domain::activity::Event;
use domain::id::{AccountId, UserId};
use domain::page::cut;
use domain::user::User;
use store::{Narrowing, Position, TransactionRecord};

/// Rows a page.
const LOT: u32 = 500;

const COLUMNS: [&str; 13] = [
    "date",
    "amount",
    "currency",
    "name",
    "description",
    "merchant",
    "category",
    "note",
    "tags",
    "pending",
    "account",
    "institution",
    "id",
];

/// The people who are being sent a file now. One process has the database to itself, so memory is enough.
static UNDER_WAY: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// How long a reader may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From one page to the next.
    pub page: Duration,
    /// Over the whole file.
    pub whole: Duration,
}

/// A page is about 70 kB, so this is the speed of a dial-up line; no one waits longer than an hour for a file.
pub(super) const PACE: Pace = Pace {
    page: Duration::from_secs(60),
    whole: Duration::from_secs(60 * 60),
};

/// A file that is being sent.
///
/// Each page holds the rows as they are at that moment, from the last row of the previous page on. A row appears once,
/// unless it is moved to another day meanwhile.
pub struct Export {
    ctx: Ctx,
    user: UserId,
    narrowing: Narrowing,
    institutions: HashMap<AccountId, String>,
    place: Place,
    pace: Pace,
    begun: Instant,
    asked: Instant,
    _turn: Option<Turn>,
}

/// Where the next page begins.
enum Place {
    Beginning,
    After(Position),
    End,
}

/// Begins a file with every transaction that a filter matches, newest first. It is CSV (RFC 4180) in UTF-8 with a byte
/// order mark; amounts are decimals with a point, positive into the account, each beside its currency.
///
/// # Errors
/// [`LedgerError::Form`] when the filter is invalid; [`LedgerError::ExportUnderWay`] while another file is sent to the
/// same person.
pub async fn export(ctx: &Ctx, user: &User, filter: &Filter) -> Result<Export, LedgerError> {
    let mistakes = |problems: Vec<(String, String)>| {
        LedgerError::Form(
            problems
                .into_iter()
                .map(|(_, said)| ("filter", said))
                .collect(),
        )
    };
    let (narrowing, _) = filter::parse_filter(filter).map_err(mistakes)?;
    let turn = Turn::take(&user.id).ok_or(LedgerError::ExportUnderWay)?;
    let event = Event::Exported {
        what: "transactions as CSV".into(),
    };
    ctx.store
        .record_activity(&user.id, &event, ctx.clock.now())
        .await?;
    begun(ctx, user, narrowing, Some(turn)).await
}

/// Begins a file with all of a person's transactions, as a part of another export, which has the person's turn.
pub(super) async fn all_of(ctx: &Ctx, user: &User) -> Result<Export, LedgerError> {
    begun(ctx, user, Narrowing::default(), None).await
}

async fn begun(
    ctx: &Ctx,
    user: &User,
    narrowing: Narrowing,
    turn: Option<Turn>,
) -> Result<Export, LedgerError> {
    let accounts = ctx.store.accounts(&user.id).await?.into_iter();
    let institutions = accounts
        .map(|of| (of.account.id, of.institution_name))
        .collect();
    let now = Instant::now();
    Ok(Export {
        ctx: ctx.clone(),
        user: user.id.clone(),
        narrowing,
        institutions,
        place: Place::Beginning,
        pace: PACE,
        begun: now,
        asked: now,
        _turn: turn,
    })
}

impl Export {
    /// Sets how long the reader may take.
    #[must_use]
    pub fn at(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Returns the next page, to be called when the reader has room for it; `None` after the last page. The first page
    /// holds the column names.
    ///
    /// # Errors
    /// [`LedgerError::TooSlow`]; when the database fails. In both cases the file sent so far is incomplete.
    pub async fn page(&mut self) -> Result<Option<Vec<u8>>, LedgerError> {
        let is_late = self.asked.elapsed() > self.pace.page;
        if is_late || self.begun.elapsed() > self.pace.whole {
            return Err(LedgerError::TooSlow);
        }
        let after = match &self.place {
            Place::Beginning => None,
            Place::After(position) => Some(position),
            Place::End => return Ok(None),
        };
        let rows = self
            .ctx
            .store
            .page_of_transactions(
                &self.user,
                &self.narrowing,
                &store::Place::after(after),
                LOT + 1,
            )
            .await?;
        let (rows, next) = cut(rows, LOT, |row| position(&row.transaction));
        let page = self.written(&rows, after.is_none())?;
        self.place = next.map_or(Place::End, Place::After);
        self.asked = Instant::now();
        Ok(Some(page))
    }

    fn written(&self, rows: &[TransactionRecord], first: bool) -> Result<Vec<u8>, csv::Error> {
        // Without the mark, spreadsheets read the file in the machine's legacy character set.
        let start = if first { "\u{feff}" } else { "" };
        let mut file = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(start.as_bytes().to_vec());
        if first {
            file.write_record(COLUMNS)?;
        }
        for row in rows {
            let institution = self.institutions.get(&row.transaction.account_id);
            file.write_record(cells(row, institution.map_or("", String::as_str)))?;
        }
        file.into_inner().map_err(|error| error.into_error().into())
    }
}

fn cells(row: &TransactionRecord, institution: &str) -> [String; COLUMNS.len()] {
    let it = &row.transaction;
    let name = it.own.name.as_deref().or(it.merchant.as_deref());
    [
        it.date.to_string(),
        it.amount.to_decimal().to_string(),
        text(it.amount.currency.code()),
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
    ]
}

/// Escapes text so that no spreadsheet reads it as a formula: text that begins like one gets an apostrophe in front
/// (owasp.org/www-community/attacks/CSV_Injection), because banks' texts are untrusted. A text also counts as beginning
/// after any character that another reader takes for the end of a cell; where the decimal comma is used, that is a
/// semicolon.
fn text(said: &str) -> String {
    const ENDS: [char; 4] = [';', '\t', '\r', '\n'];
    const BEGINS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    // A quote opens a cell where a file is split at semicolons.
    let is_passed_over =
        |c: char| c == '"' || c.is_whitespace() || c.is_control() || is_invisible(c);
    let mut guarded = String::with_capacity(said.len());
    if said.starts_with(ENDS) {
        guarded.push('\'');
    }
    for part in said.split_inclusive(ENDS) {
        if part.trim_start_matches(is_passed_over).starts_with(BEGINS) {
            guarded.push('\'');
        }
        guarded.push_str(part);
    }
    guarded
}

/// Whether a character only sets direction or width: people cannot see it, and some programs drop it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// One person's turn to export. It ends when this is dropped, and so with the HTTP connection.
pub(super) struct Turn(String);

impl Turn {
    pub(super) fn take(user: &UserId) -> Option<Self> {
        let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        let id = user.to_string();
        // Created only if the insert succeeded: dropping a turn ends it.
        under_way.insert(id.clone()).then(|| Self(id))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.remove(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_gets_an_apostrophe() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM",
            "\t=1",
            "\r=1",
            "\n=1",
            "\tplain",
            "\rplain",
            " =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}\u{202e}=1",
            "\0=1",
        ] {
            let guarded = text(formula);
            assert!(guarded.starts_with('\''), "{formula:?}: {guarded:?}");
            assert_eq!(guarded.replace('\'', ""), formula, "nothing is lost");
        }
        // Where a semicolon ends a cell, quotes in the middle of a line have no meaning.
        assert_eq!(text("rent;=1+1"), "rent;'=1+1");
        assert_eq!(text("rent\n=1+1"), "rent\n'=1+1");
        assert_eq!(text("rent\r\n ＝1"), "rent\r\n' ＝1");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for plain in [
            "",
            "Café, \"Bo\"",
            "a-b = c",
            "1+1",
            "it's",
            "rent; food",
            "#1",
        ] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn a_turn_is_one_persons_and_ends_with_its_value() {
        let (ada, eve) = (UserId::generate(), UserId::generate());
        let turn = Turn::take(&ada).expect("hers");
        assert!(Turn::take(&ada).is_none());
        assert!(Turn::take(&eve).is_some());
        drop(turn);
        assert!(Turn::take(&ada).is_some());
    }
}
