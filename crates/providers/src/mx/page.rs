//! One page of a window of transactions, and the place of the next one.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::feed::Listed;
use super::problems::bad_answer;
use super::wire::Pagination;
use super::{convert, wire};
use domain::feed::{FeedPage, FeedTransaction, SetAside, UpdateStatus};
use domain::money::Currency;
use domain::problem::{Problem, Reason};

/// More pages than anyone has. A list that does not end must not be followed forever.
const MOST_PAGES: u64 = 2_000;

/// A page's place: its number, and the total number of rows when the first page was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub page: u64,
    total: Option<u64>,
}

impl At {
    pub(super) const FIRST: Self = Self {
        page: 1,
        total: None,
    };

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (page, total) = text.split_once('/')?;
        Some(Self {
            page: page
                .parse()
                .ok()
                .filter(|page| (2..=MOST_PAGES).contains(page))?,
            total: if total.is_empty() {
                None
            } else {
                Some(total.parse().ok()?)
            },
        })
    }

    fn text(self) -> String {
        let total = self
            .total
            .map_or_else(String::new, |total| total.to_string());
        format!("{}/{total}", self.page)
    }
}

/// Converts a page of a window. A row that cannot be read is set aside and does not hold up the others.
pub(super) fn page(
    answer: wire::TransactionsAnswer,
    at: At,
    accounts: Vec<Listed>,
    status: UpdateStatus,
) -> Result<FeedPage, Problem> {
    let Pagination {
        current_page,
        total_entries,
        total_pages,
        ..
    } = answer.pagination;
    if current_page.is_some_and(|page| page != at.page) {
        return Err(bad_answer("another page than the one that was asked for"));
    }
    // Rows have moved between pages, so one may have been missed and would be taken for removed.
    if at.total.is_some() && total_entries.is_some() && at.total != total_entries {
        return Err(Problem::ours(Reason::ChangedMeanwhile));
    }
    let rows = answer.transactions.as_deref();
    let has_more =
        total_pages.is_some_and(|pages| at.page < pages) && rows.is_some_and(|r| !r.is_empty());
    if has_more && at.page >= MOST_PAGES {
        return Err(bad_answer("pages that do not end"));
    }
    let (added, set_aside) = read_rows(rows.unwrap_or_default(), &accounts);
    let next = At {
        page: at.page + 1,
        total: total_entries,
    };
    Ok(FeedPage {
        incomplete: !is_whole(answer.pagination, at, rows),
        added,
        set_aside,
        modified: Vec::new(),
        removed: Vec::new(),
        accounts: accounts.into_iter().map(|listed| listed.account).collect(),
        next_cursor: has_more.then(|| next.text()),
        has_more,
        status,
    })
}

fn read_rows(rows: &[Box<RawValue>], accounts: &[Listed]) -> (Vec<FeedTransaction>, Vec<SetAside>) {
    let currencies: HashMap<&str, &Currency> = accounts
        .iter()
        .map(|listed| (listed.account.provider_id.as_str(), &listed.currency))
        .collect();
    let mut set_aside = Vec::new();
    let read = rows.iter().filter_map(|raw| {
        let row = convert::transaction(raw, |account| currencies.get(account).copied().cloned());
        row.map_err(|reason| set_aside.push(convert::set_aside(raw, reason)))
            .ok()
    });
    let added = read.collect();
    (added, set_aside)
}

/// Whether a page has all the rows that the totals say it should have.
fn is_whole(told: Pagination, at: At, rows: Option<&[Box<RawValue>]>) -> bool {
    let (Some(rows), Some(total), Some(pages)) = (rows, told.total_entries, told.total_pages)
    else {
        return false;
    };
    let Some(size) = told.per_page.filter(|size| *size > 0) else {
        return false;
    };
    let before = (at.page - 1).saturating_mul(size);
    let here = total.saturating_sub(before).min(size);
    let ends_in_time = pages >= total.div_ceil(size);
    ends_in_time && u64::try_from(rows.len()).is_ok_and(|count| count >= here)
}
