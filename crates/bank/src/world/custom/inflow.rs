//! Monthly income as described by `inflow_model`: the last two years up to today.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::account::Currency;
use super::file::{Account, Inflow};
use super::{CustomError, amount, category};
use crate::world::SeedTransaction;

/// The number of months.
const MONTHS: i32 = 24;

/// Returns the rows of an account's inflow model, oldest first.
pub(super) fn rows(
    account: &str,
    from: &Account,
    balance: Decimal,
    currency: &Currency,
    today: Date,
) -> Result<Vec<SeedTransaction>, CustomError> {
    let Some(model) = &from.inflow_model else {
        return Ok(Vec::new());
    };
    let place = format!("{account}.inflow_model");
    let Some((paid, usual_name)) = paid(&place, model, from, balance)? else {
        return Ok(Vec::new());
    };
    if paid.is_zero() {
        return Ok(Vec::new());
    }
    let day = day_of_month(&place, model)?;
    let name = model.transaction_name.as_deref().unwrap_or(usual_name);
    let row = |date: Date| SeedTransaction {
        key: format!("inflow-{date}"),
        date_transacted: date,
        date_posted: date,
        // With Plaid's sign, incoming money is negative.
        amount: -paid.abs(),
        iso_currency_code: currency.iso.clone(),
        unofficial_currency_code: currency.unofficial.clone(),
        description: name.to_owned(),
        merchant: None,
        category: category::guess(name, -paid.abs()),
        payment_channel: "other",
        place: None,
    };
    let this_month = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    let dates = (this_month - MONTHS..=this_month).filter_map(|month| {
        let year = i16::try_from(month.div_euclid(12)).ok()?;
        let first = Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()?;
        Date::new(year, first.month(), day.min(first.days_in_month())).ok()
    });
    Ok(dates.filter(|date| *date <= today).map(row).collect())
}

/// Returns the monthly amount and its default description. `None` if the model pays nothing.
fn paid(
    place: &str,
    model: &Inflow,
    from: &Account,
    balance: Decimal,
) -> Result<Option<(Decimal, &'static str)>, CustomError> {
    let liability = from.liability.as_ref();
    let rate = liability.and_then(|l| l.purchase_apr.as_ref().or(l.nominal_apr.as_ref()));
    Ok(match model.kind.as_deref().unwrap_or("none") {
        "none" | "" => None,
        "monthly-income" => {
            let field = format!("{place}.income_amount");
            let income = amount::optional(&field, model.income_amount.as_ref())?
                .ok_or_else(|| CustomError::field(field, "is missing"))?;
            Some((income, "Monthly Income"))
        }
        "monthly-balance-payment" => Some((balance, "Balance Payment")),
        "monthly-interest-only-payment" => {
            let percent = amount::optional("liability.purchase_apr", rate)?.unwrap_or(Decimal::TEN);
            let percent = percent.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
            Some((
                (balance * percent / Decimal::from(1_200)).round_dp(2),
                "Interest Payment",
            ))
        }
        _ => {
            let what = "must be none, monthly-income, monthly-balance-payment or \
                        monthly-interest-only-payment";
            return Err(CustomError::field(format!("{place}.type"), what));
        }
    })
}

/// Returns a day from 1 to 28, or 31 for the last day of the month.
fn day_of_month(place: &str, model: &Inflow) -> Result<i8, CustomError> {
    match model.payment_day_of_month.as_ref().map(|day| day.get()) {
        None | Some("null") => Ok(1),
        Some("\"last\"") => Ok(31),
        Some(text) => text
            .trim_matches('"')
            .parse()
            .ok()
            .filter(|day| (1..=28).contains(day))
            .ok_or_else(|| {
                let field = format!("{place}.payment_day_of_month");
                CustomError::field(field, "must be from 1 to 28, or \"last\"")
            }),
    }
}
