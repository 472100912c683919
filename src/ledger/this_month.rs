//! What came in and went out this month so far, compared with the same part of last month.

use jiff::ToSpan;
use jiff::civil::Date;

use super::LedgerError;
use super::format::figure;
use super::view::{SpentIn, ThisMonth};
use domain::category::Category;
use domain::money::{Currency, Money};
use store::{Narrowing, Period, Spent, Summary, Total};

/// How many categories are shown.
const CATEGORIES: usize = 4;

/// The days of a month up to one of them.
type Range = (Date, Date);

/// Returns what came in and went out this month, one for each currency, the one with the most transactions first. Empty
/// if nothing did.
pub(super) async fn this_month(
    summary: &Summary<'_>,
    today: Date,
) -> Result<Vec<ThisMonth>, LedgerError> {
    let (now, before) = ranges(today);
    let totals = of_range(summary, now).await?;
    if totals.is_empty() {
        return Ok(Vec::new());
    }
    let earlier = of_range(summary, before).await?;
    let (spent, spent_before) = (
        summary.spending(now).await?,
        summary.spending(before).await?,
    );
    let month = |total: &Total| {
        let of = |minor| figure(&Money::new(minor, total.currency.clone()));
        let then = earlier.iter().find(|one| one.currency == total.currency);
        let categories = spent.iter().filter(|one| one.currency == total.currency);
        let (incoming, outgoing) = (total.incoming?, total.outgoing?);
        Some(ThisMonth {
            incoming: of(incoming),
            outgoing: of(outgoing),
            compared: compared(outgoing, then, before.1),
            categories: top(categories, &spent_before),
            from: now.0.to_string(),
            to: now.1.to_string(),
        })
    };
    let moved = |total: &&Total| {
        total.currency != Currency::Unknown
            && (total.incoming, total.outgoing) != (Some(0), Some(0))
    };
    Ok(totals.iter().filter(moved).filter_map(month).collect())
}

/// This month up to today, and last month up to the same day, or to its end if it is shorter.
fn ranges(today: Date) -> (Range, Range) {
    let same_day = today.checked_sub(1.month()).unwrap_or(today);
    (
        (today.first_of_month(), today),
        (same_day.first_of_month(), same_day),
    )
}

async fn of_range(summary: &Summary<'_>, (first, last): Range) -> Result<Vec<Total>, LedgerError> {
    let all = Narrowing::default();
    let months = summary
        .totals_by(&all, Period::Month, (first, last))
        .await?;
    Ok(months.into_values().next().unwrap_or_default())
}

/// Says how much more or less went out than by the same day of last month.
fn compared(outgoing: i64, then: Option<&Total>, day: Date) -> String {
    let known = then.and_then(|total| Some((total.outgoing?, &total.currency)));
    let Some((before, currency)) = known.filter(|(before, _)| *before > 0) else {
        return String::new();
    };
    let difference = outgoing.saturating_sub(before);
    let amount = Money::new(difference.saturating_abs(), currency.clone()).text();
    let day = day.strftime("%-d %b");
    match difference {
        0 => format!("as much as by {day}"),
        1.. => format!("{amount} more than by {day}"),
        _ => format!("{amount} less than by {day}"),
    }
}

fn top<'a>(spent: impl Iterator<Item = &'a Spent>, before: &[Spent]) -> Vec<SpentIn> {
    let spent: Vec<&Spent> = spent.collect();
    let (most, others) = spent.split_at(spent.len().min(CATEGORIES));
    let largest = most.first().map_or(1, |one| one.minor.max(1));
    let share = |minor: i64| i128::from(minor) * 1000 / i128::from(largest);
    let shown = |one: &&Spent| {
        let of = |minor| figure(&Money::new(minor, one.currency.clone()));
        let then = before
            .iter()
            .find(|other| other.category == one.category && other.currency == one.currency);
        let words = |code: &String| Category::of_code(code).primary_words();
        SpentIn {
            label: one
                .category
                .as_ref()
                .map_or_else(|| "No category".to_owned(), words),
            code: one.category.clone().unwrap_or_default(),
            figure: of(one.minor),
            share: u32::try_from(share(one.minor)).unwrap_or(1000),
            before: then.map(|then| of(then.minor)),
        }
    };
    most.iter().map(shown).chain(rest(others, share)).collect()
}

/// Adds up the categories that are not shown.
fn rest(others: &[&Spent], share: impl Fn(i64) -> i128) -> Option<SpentIn> {
    let currency = others.first()?.currency.clone();
    let minor = others
        .iter()
        .fold(0_i64, |sum, one| sum.saturating_add(one.minor));
    Some(SpentIn {
        label: "Everything else".to_owned(),
        code: String::new(),
        share: u32::try_from(share(minor).min(1000)).unwrap_or(1000),
        figure: figure(&Money::new(minor, currency)),
        before: None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_shorter_month_is_compared_to_its_end() {
        let (now, before) = ranges(date(2026, 3, 31));
        assert_eq!(now, (date(2026, 3, 1), date(2026, 3, 31)));
        assert_eq!(before, (date(2026, 2, 1), date(2026, 2, 28)));
    }

    #[test]
    fn more_and_less_are_told_from_last_month() {
        let usd = Currency::from_codes(Some("USD"), None);
        let then = Total {
            currency: usd,
            transactions: 3,
            transfers: 0,
            incoming: Some(0),
            outgoing: Some(10_000),
        };
        let day = date(2026, 10, 28);
        let said = |outgoing| compared(outgoing, Some(&then), day);
        assert_eq!(said(24_000), "$140.00 more than by 28 Oct");
        assert_eq!(said(4_000), "$60.00 less than by 28 Oct");
        assert_eq!(said(10_000), "as much as by 28 Oct");
        assert_eq!(compared(10_000, None, day), "");
    }
}
