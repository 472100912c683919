//! Loans that are repaid month by month.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Life;
use super::accounts::Purse;
use super::calendar::{day_in, month_of};
use super::kind::Kind;
use super::rows::Row;

/// The terms of a loan.
struct Terms {
    /// The month of the first payment, counted from the year 0.
    first_month: i32,
    /// The yearly interest rate in hundredths of a percent.
    rate: i64,
    /// The monthly payment in US cents.
    payment: i64,
    day: i8,
}

fn terms(purse: Purse) -> Option<Terms> {
    let (year, rate, payment, day) = match purse {
        Purse::StudentLoan => (2021, 480, 38_640, 7),
        Purse::CarLoan => (2024, 615, 35_820, 12),
        Purse::Mortgage => (2019, 395, 148_055, 3),
        _ => return None,
    };
    Some(Terms {
        first_month: year * 12,
        rate,
        payment,
        day,
    })
}

/// Returns the amount owed on a loan on a day.
pub(super) fn owed(life: &Life<'_>, purse: Purse, today: Date) -> Decimal {
    let opening = Decimal::new(purse.describe(life.locale).opening, 2);
    schedule(life, purse, today)
        .iter()
        .fold(opening, |owed, row| owed + row.effect)
}

/// Returns the rows of all loans, and those of the account that pays them, between two days.
pub(super) fn rows(life: &Life<'_>, from: Date, to: Date) -> Vec<Row> {
    let mut rows = Vec::new();
    for purse in life.purses {
        let mut own = schedule(life, *purse, to);
        own.retain(|row| row.made >= from);
        if let Some(payer) = life.pays_from(Purse::Everyday) {
            let key = purse.describe(life.locale).key;
            rows.extend(
                own.iter()
                    .filter(|row| row.kind == Kind::LoanPayment)
                    .map(|row| {
                        let words = format!(
                            "{} PAYMENT",
                            purse.describe(life.locale).name.to_uppercase()
                        );
                        let amount = (-row.amount, row.currency);
                        Row::plain(payer, Kind::LoanPayment, (key, row.made), amount, &words)
                    }),
            );
        }
        rows.append(&mut own);
    }
    rows
}

/// Returns every charge and payment of a loan up to a day. They end when the loan is repaid.
fn schedule(life: &Life<'_>, purse: Purse, to: Date) -> Vec<Row> {
    let Some(terms) = terms(purse) else {
        return Vec::new();
    };
    let about = purse.describe(life.locale);
    let payment = terms.payment * life.locale.scale / 100;
    let mut owed = about.opening;
    let mut rows = Vec::new();
    for month in terms.first_month..=month_of(to) {
        let Some(day) = day_in(month, terms.day).filter(|day| *day <= to && owed > 0) else {
            break;
        };
        let interest = owed * terms.rate / 120_000;
        let paid = payment.min(owed + interest);
        owed += interest - paid;
        for (name, kind, minor, words) in [
            ("interest", Kind::LoanInterest, interest, "INTEREST CHARGED"),
            (
                "payment",
                Kind::LoanPayment,
                -paid,
                "PAYMENT RECEIVED THANK YOU",
            ),
        ] {
            let amount = (Decimal::new(minor, 2), about.currency);
            rows.push(Row::plain(purse, kind, (name, day), amount, words));
        }
    }
    rows
}
