//! Reads accounts, and transactions by date window.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::asking::Asked;
use super::page::{At, page};
use super::problems::bad_answer;
use super::token::Token;
use super::{Mx, convert, paths, wire};
use crate::{Key, ReadFrom};
use domain::feed::{FeedAccount, FeedPage, UpdateStatus};
use domain::id::ConnectionId;
use domain::money::Currency;
use domain::problem::{Problem, Reason};

/// The largest page that MX gives; it treats a larger number as 25. Fewer pages mean fewer chances that the data
/// changes between two of them.
const AT_ONCE: u64 = 1000;
/// More pages than any bank has accounts for one person.
const MOST_PAGES_OF_ACCOUNTS: u64 = 10;
/// The first day of a full read. Without a day MX gives four months, and no bank has rows from before this one.
const BEGINNING: Date = jiff::civil::date(2000, 1, 1);

/// An account in MX's list.
pub(super) struct Listed {
    pub account: FeedAccount,
    pub is_closed: bool,
    /// The currency of its rows that do not give their own.
    pub currency: Currency,
}

impl Mx {
    pub(super) async fn window(
        &self,
        key: Key<'_>,
        from: ReadFrom<'_>,
        at: Option<&str>,
    ) -> Result<FeedPage, Problem> {
        let day = match from {
            ReadFrom::Beginning => BEGINNING,
            ReadFrom::Day(day) => day,
            ReadFrom::Cursor(_) => return Err(Problem::ours(Reason::CursorRefused)),
        };
        let at = at.map_or(Some(At::FIRST), At::parse);
        let at = at.ok_or_else(|| Problem::ours(Reason::CursorRefused))?;
        let token = Token::parse(key.token)?;
        // Must be asked before the rows: while MX is busy, rows may be missing.
        let status = self.progress(token, key.connection).await?;
        let accounts = self.all_accounts(token, Some(key.connection)).await?;
        let asked = Asked::new(paths::TRANSACTIONS, &token.ids())
            .about(Some(key.connection))
            .with("page", at.page)
            .with("records_per_page", AT_ONCE)
            .with("from_date", seconds(day)?);
        let answer: wire::TransactionsAnswer = self.fetch(asked).await?;
        page(answer, at, accounts, status)
    }

    async fn progress(
        &self,
        token: Token<'_>,
        connection: &ConnectionId,
    ) -> Result<UpdateStatus, Problem> {
        let asked = Asked::new(paths::STATUS, &token.ids()).about(Some(connection));
        let answer: wire::StatusAnswer = self.fetch(asked).await?;
        let member = answer.member;
        Ok(
            match (
                member.is_being_aggregated,
                member.has_processed_transactions,
            ) {
                (false, _) => UpdateStatus::Historical,
                (true, true) => UpdateStatus::Initial,
                (true, false) => UpdateStatus::NotReady,
            },
        )
    }

    /// Returns every account. An account that is missing would be shown as closed, so an unreadable account or an
    /// incomplete list is an error.
    pub(super) async fn all_accounts(
        &self,
        token: Token<'_>,
        connection: Option<&ConnectionId>,
    ) -> Result<Vec<Listed>, Problem> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES_OF_ACCOUNTS {
            let asked = Asked::new(paths::ACCOUNTS, &token.ids())
                .about(connection)
                .with("page", page)
                .with("records_per_page", AT_ONCE);
            let answer: wire::AccountsAnswer = self.fetch(asked).await?;
            let rows = answer.accounts.unwrap_or_default();
            for raw in &rows {
                let read = serde_json::from_str::<wire::Account>(raw.get());
                let read = read.map_err(|_| bad_answer("an account that cannot be read"))?;
                all.push(Listed {
                    is_closed: read.is_closed,
                    currency: Currency::from_codes(read.currency_code.as_deref(), None),
                    account: convert::account(read),
                });
            }
            if rows.is_empty() || page >= answer.pagination.total_pages.unwrap_or(1) {
                break;
            }
        }
        Ok(all)
    }
}

fn seconds(day: Date) -> Result<i64, Problem> {
    let moment = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0));
    let moment = moment.map_err(|_| Problem::ours(Reason::Unclear))?;
    Ok(moment.as_second())
}
