//! What listed transactions add up to: of a whole list, of each month and of each day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::LedgerError;
use super::format::figure;
use super::view::{Figure, ListTotals, Month, Sums};
use domain::money::{Currency, Money};
use domain::wording::{self, counted, grouped};
use store::{MOST_EDITED, Narrowing, Period, Summary, Total, Totals, TransactionRecord};

/// Returns what everything that a filter selects adds up to.
pub(super) async fn of_list(
    summary: &Summary<'_>,
    narrowing: &Narrowing,
) -> Result<ListTotals, LedgerError> {
    let newest = || format!("The newest {} of this list", grouped(MOST_EDITED));
    Ok(match summary.totals(narrowing).await? {
        Totals::MoreThan(most) => ListTotals {
            count: format!("More than {} transactions", grouped(most)),
            editable: newest(),
            transfers: None,
            sums: Vec::new(),
        },
        Totals::Exact(totals) => {
            let all: i64 = totals.iter().map(|total| total.transactions).sum();
            let transfers: i64 = totals.iter().map(|total| total.transfers).sum();
            let between = |count| format!("{} between your accounts", counted(count, "transfer"));
            ListTotals {
                count: counted(all, "transaction"),
                editable: match all > i64::from(MOST_EDITED) {
                    true => newest(),
                    false => "The whole list".to_owned(),
                },
                transfers: (transfers > 0).then(|| between(transfers)),
                sums: sums(Some(&totals)),
            }
        }
    })
}

/// What the days and months of a list add up to.
pub(super) struct Calendar {
    days: BTreeMap<Date, Vec<Total>>,
    /// `None` for a list without months.
    months: Option<BTreeMap<Date, Vec<Total>>>,
}

impl Calendar {
    /// Reads the sums of all days from the first row's to the last row's, as far as a filter selects them.
    pub(super) async fn of_days(
        summary: &Summary<'_>,
        narrowing: &Narrowing,
        rows: &[TransactionRecord],
    ) -> Result<Self, LedgerError> {
        let days = match range(rows) {
            Some(range) => summary.totals_by(narrowing, Period::Day, range).await?,
            None => BTreeMap::new(),
        };
        Ok(Self { days, months: None })
    }

    /// Reads the sums of the months too, for a list with months.
    pub(super) async fn and_months(
        mut self,
        summary: &Summary<'_>,
        narrowing: &Narrowing,
        rows: &[TransactionRecord],
    ) -> Result<Self, LedgerError> {
        if let Some((first, last)) = range(rows) {
            let range = (first.first_of_month(), last.last_of_month());
            let months = summary.totals_by(narrowing, Period::Month, range).await?;
            self.months = Some(months);
        }
        Ok(self)
    }

    /// The difference between what came in and what went out on a day, for each known currency; none where it is zero.
    pub(super) fn day(&self, date: Date) -> Vec<Figure> {
        let known = known(self.days.get(&date));
        known
            .filter_map(|total| {
                let minor = total.incoming?.checked_sub(total.outgoing?)?;
                shown(total, Some(minor))
            })
            .collect()
    }

    /// The heading of the month that begins with this day of a list; `None` for a list without months.
    pub(super) fn month(&self, date: Date) -> Option<Month> {
        let first = date.first_of_month();
        let months = self.months.as_ref()?;
        Some(Month {
            month: first.strftime("%Y-%m").to_string(),
            label: wording::month(first),
            sums: sums(months.get(&first)),
        })
    }
}

/// The first and the last day of rows, which begin with the newest.
fn range(rows: &[TransactionRecord]) -> Option<(Date, Date)> {
    Some((
        rows.last()?.transaction.date,
        rows.first()?.transaction.date,
    ))
}

/// Returns what went out and what came in, for each known currency.
fn sums(totals: Option<&Vec<Total>>) -> Vec<Sums> {
    known(totals)
        .map(|total| Sums {
            outgoing: shown(total, total.outgoing.map(|minor| -minor)),
            incoming: shown(total, total.incoming),
        })
        .collect()
}

/// The sums in known currencies. Amounts of an unknown currency are in no sum.
fn known(totals: Option<&Vec<Total>>) -> impl Iterator<Item = &Total> {
    let totals = totals.into_iter().flatten();
    totals.filter(|of| of.currency != Currency::Unknown)
}

/// Formats a sum; `None` if it is zero or not known.
fn shown(total: &Total, minor: Option<i64>) -> Option<Figure> {
    let minor = minor.filter(|minor| *minor != 0)?;
    Some(figure(&Money::new(minor, total.currency.clone())))
}
