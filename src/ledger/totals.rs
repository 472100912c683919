//! What listed transactions add up to: of a whole list, of each month and of each day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::LedgerError;
use super::format::figure;
use super::view::{Day, ListTotals, Month, Sums};
use domain::money::{Currency, Money};
use domain::wording::{counted, grouped};
use store::{Narrowing, Period, Summary, Total, Totals};

/// Returns what everything that a filter selects adds up to.
pub(super) async fn of_list(
    summary: &Summary<'_>,
    narrowing: &Narrowing,
) -> Result<ListTotals, LedgerError> {
    Ok(match summary.totals(narrowing).await? {
        Totals::MoreThan(most) => ListTotals {
            count: format!("More than {} transactions", grouped(most)),
            sums: Vec::new(),
        },
        Totals::Exact(totals) => {
            let all: i64 = totals.iter().map(|total| total.transactions).sum();
            ListTotals {
                count: counted(all, "transaction"),
                sums: sums(&totals),
            }
        }
    })
}

/// Adds to each day of a list what all of the day's transactions add up to, as far as the filter selects them.
pub(super) async fn add_days(
    summary: &Summary<'_>,
    narrowing: &Narrowing,
    days: &mut [Day],
) -> Result<(), LedgerError> {
    let Some(range) = range(days) else {
        return Ok(());
    };
    let totals = summary.totals_by(narrowing, Period::Day, range).await?;
    for day in days {
        let found = day
            .date
            .parse()
            .ok()
            .and_then(|date: Date| totals.get(&date));
        day.sums = found.map_or_else(Vec::new, |totals| nets(totals));
    }
    Ok(())
}

/// Adds a heading to the first day of each month in a list, with what all of the month adds up to.
pub(super) async fn add_months(
    summary: &Summary<'_>,
    narrowing: &Narrowing,
    days: &mut [Day],
) -> Result<(), LedgerError> {
    let Some((first, last)) = range(days) else {
        return Ok(());
    };
    let range = (first.first_of_month(), last.last_of_month());
    let totals = summary.totals_by(narrowing, Period::Month, range).await?;
    let mut before = None;
    for day in days {
        let Ok(date) = day.date.parse::<Date>() else {
            continue;
        };
        let month = date.first_of_month();
        if before.replace(month) != Some(month) {
            day.month = Some(heading(month, &totals));
        }
    }
    Ok(())
}

fn heading(month: Date, totals: &BTreeMap<Date, Vec<Total>>) -> Month {
    Month {
        month: month.strftime("%Y-%m").to_string(),
        label: month.strftime("%B %Y").to_string(),
        sums: totals.get(&month).map_or_else(Vec::new, |of| sums(of)),
    }
}

/// The first and the last day of a list, whose newest day comes first.
fn range(days: &[Day]) -> Option<(Date, Date)> {
    let parsed = |day: &Day| day.date.parse().ok();
    Some((parsed(days.last()?)?, parsed(days.first()?)?))
}

/// Returns what went out and what came in, for each known currency. Amounts of an unknown currency are in no sum.
fn sums(totals: &[Total]) -> Vec<Sums> {
    let known = totals.iter().filter(|of| of.currency != Currency::Unknown);
    known
        .map(|total| {
            let shown = |minor: Option<i64>| {
                let minor = minor.filter(|minor| *minor != 0)?;
                Some(figure(&Money::new(minor, total.currency.clone())))
            };
            Sums {
                outgoing: shown(total.outgoing.map(|minor| -minor)),
                incoming: shown(total.incoming),
            }
        })
        .collect()
}

/// Returns the difference between what came in and what went out, for each known currency; none where it is zero.
fn nets(totals: &[Total]) -> Vec<super::view::Figure> {
    let known = totals.iter().filter(|of| of.currency != Currency::Unknown);
    known
        .filter_map(|total| {
            let minor = total.incoming?.checked_sub(total.outgoing?)?;
            let minor = Some(minor).filter(|minor| *minor != 0)?;
            Some(figure(&Money::new(minor, total.currency.clone())))
        })
        .collect()
}
