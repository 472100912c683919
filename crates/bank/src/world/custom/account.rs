//! An account of a `user_custom` file.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::file::{Account, Meta, Transaction};
use super::{CustomError, amount, category, dice, inflow};
use crate::world::{SeedAccount, SeedTransaction};

/// A currency code in one of Plaid's two fields.
#[derive(Clone)]
pub(super) struct Currency {
    pub iso: Option<String>,
    pub unofficial: Option<String>,
}

/// Converts one account.
pub(super) fn account(
    index: usize,
    from: &Account,
    seed: &str,
    today: Date,
) -> Result<SeedAccount, CustomError> {
    let place = format!("override_accounts[{index}]");
    let (kind, subtype) = kind(&place, from)?;
    let currency = currency(
        &format!("{place}.currency"),
        from.currency.as_deref().unwrap_or("USD"),
    )?;
    let none = Meta::default();
    let meta = from.meta.as_ref().unwrap_or(&none);
    let limit = amount::optional(&format!("{place}.meta.limit"), meta.limit.as_ref())?;
    let current = balance(
        &place,
        from,
        &kind,
        dice(seed, index, "balance").between(40_000, 900_000),
    )?;
    let mut transactions = Vec::new();
    for (number, row) in from.transactions.iter().flatten().enumerate() {
        transactions.push(transaction(&place, number, row, &currency)?);
    }
    transactions.extend(inflow::rows(&place, from, current, &currency, today)?);
    transactions.sort_by_key(|row| (row.date_posted, row.date_transacted));
    let name = as_written(meta.name.as_deref()).unwrap_or_else(|| usual_name(&kind, &subtype));
    Ok(SeedAccount {
        key: format!("custom-{index}"),
        name,
        official_name: as_written(meta.official_name.as_deref()),
        mask: mask(&place, from, meta, seed, index)?,
        available: available(&place, from, &kind, (current, limit), &transactions, today)?,
        kind,
        subtype: Some(subtype),
        current: Some(current),
        limit,
        iso_currency_code: currency.iso,
        unofficial_currency_code: currency.unofficial,
        transactions,
    })
}

/// Returns type and subtype. A missing type is `depository`; a missing subtype is the usual one of the type.
fn kind(place: &str, from: &Account) -> Result<(String, String), CustomError> {
    let kind = from
        .kind
        .as_deref()
        .map_or("depository", str::trim)
        .to_lowercase();
    let (kind, usual) = match kind.as_str() {
        "" | "depository" => ("depository", "checking"),
        "credit" => ("credit", "credit card"),
        "loan" => ("loan", "student"),
        "investment" | "brokerage" => ("investment", "brokerage"),
        // Plaid has no account type `payroll`; it is a subtype of `other`.
        "payroll" => ("other", "payroll"),
        "other" => ("other", "other"),
        _ => {
            let what = "must be investment, credit, depository, loan, payroll or other";
            return Err(CustomError::field(format!("{place}.type"), what));
        }
    };
    let subtype = named(from.subtype.as_deref()).unwrap_or_else(|| usual.to_owned());
    if subtype.chars().count() > 60 {
        return Err(CustomError::field(
            format!("{place}.subtype"),
            "is too long",
        ));
    }
    Ok((kind.to_owned(), subtype))
}

fn balance(place: &str, from: &Account, kind: &str, thrown: i64) -> Result<Decimal, CustomError> {
    let given = format!("{place}.starting_balance");
    if let Some(balance) = amount::optional(&given, from.starting_balance.as_ref())? {
        return Ok(balance);
    }
    let principal = from
        .liability
        .as_ref()
        .and_then(|liability| liability.principal.as_ref());
    let principal = amount::optional(&format!("{place}.liability.principal"), principal)?;
    Ok(principal
        .filter(|_| kind == "loan")
        .unwrap_or_else(|| Decimal::new(thrown, 2)))
}

/// Returns the available balance: the forced one, or else the balance less pending rows, or the rest of the limit.
fn available(
    place: &str,
    from: &Account,
    kind: &str,
    (current, limit): (Decimal, Option<Decimal>),
    rows: &[SeedTransaction],
    today: Date,
) -> Result<Option<Decimal>, CustomError> {
    let field = format!("{place}.force_available_balance");
    let forced = amount::optional(&field, from.force_available_balance.as_ref())?;
    let nothing = from.has_null_available_balance.unwrap_or(false);
    if forced.is_some() && nothing {
        return Err(CustomError::field(
            field,
            "and has_null_available_balance cannot both be given",
        ));
    }
    if forced.is_some() || nothing {
        return Ok(forced);
    }
    let pending: Decimal = rows
        .iter()
        .filter(|row| row.date_posted > today && row.amount.is_sign_positive())
        .map(|row| row.amount)
        .sum();
    Ok(match kind {
        "depository" => Some(current - pending),
        "credit" => limit.map(|limit| limit - current),
        _ => None,
    })
}

fn transaction(
    account: &str,
    number: usize,
    row: &Transaction,
    own: &Currency,
) -> Result<SeedTransaction, CustomError> {
    let place = format!("{account}.transactions[{number}]");
    let day = |name: &str, text: &Option<String>| {
        let place = format!("{place}.{name}");
        text.as_deref()
            .map(|text| amount::date(&place, text))
            .transpose()
    };
    let made = day("date_transacted", &row.date_transacted)?;
    let posted = day("date_posted", &row.date_posted)?;
    let missing = || CustomError::field(&place, "has neither date_transacted nor date_posted");
    let field = format!("{place}.amount");
    let value = amount::optional(&field, row.amount.as_ref())?
        .ok_or_else(|| CustomError::field(&field, "is missing"))?;
    let currency = match named(row.currency.as_deref()) {
        Some(code) => currency(&format!("{place}.currency"), &code)?,
        None => own.clone(),
    };
    let description =
        as_written(row.description.as_deref()).unwrap_or_else(|| "Transaction".into());
    Ok(SeedTransaction {
        // Rows are named by their position in the file, because two rows may otherwise be equal.
        key: format!("row-{number:04}"),
        date_transacted: made.or(posted).ok_or_else(missing)?,
        date_posted: posted.or(made).ok_or_else(missing)?,
        amount: value,
        iso_currency_code: currency.iso,
        unofficial_currency_code: currency.unofficial,
        category: category::guess(&description, value),
        description,
        merchant: None,
        payment_channel: "other",
        place: None,
    })
}

/// Puts a code that ISO 4217 lists into one field, and any other into the other.
fn currency(place: &str, code: &str) -> Result<Currency, CustomError> {
    let code = code.trim().to_uppercase();
    if !(2..=10).contains(&code.len()) || !code.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(CustomError::field(place, "is not a currency code"));
    }
    let listed = iso_currency::Currency::from_code(&code).is_some();
    let (iso, unofficial) = if listed {
        (Some(code), None)
    } else {
        (None, Some(code))
    };
    Ok(Currency { iso, unofficial })
}

/// Returns the given last digits, or those of the account number, or random ones. An empty mask means none.
fn mask(
    place: &str,
    from: &Account,
    meta: &Meta,
    seed: &str,
    index: usize,
) -> Result<Option<String>, CustomError> {
    if let Some(mask) = meta.mask.as_deref() {
        let proper =
            (2..=4).contains(&mask.len()) && mask.chars().all(|c| c.is_ascii_alphanumeric());
        if !(mask.is_empty() || proper) {
            let what = "must be empty, or two to four letters or digits";
            return Err(CustomError::field(format!("{place}.meta.mask"), what));
        }
        return Ok(named(Some(mask)));
    }
    let number = from.numbers.as_ref();
    let number = number.and_then(|numbers| numbers.account.as_deref());
    let thrown = || format!("{:04}", dice(seed, index, "mask").below(10_000));
    Ok(Some(number.and_then(last_digits).unwrap_or_else(thrown)))
}

/// Returns the last four letters or digits of an account number, or `None` if it is shorter.
pub(super) fn last_digits(number: &str) -> Option<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let first = digits.len().checked_sub(4)?;
    digits.get(first..).map(|last| last.iter().collect())
}

/// Keeps a text of the bank with leading and trailing blanks. A blank text is `None`.
fn as_written(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

/// Trims a code or a word. An empty one is `None`.
fn named(text: Option<&str>) -> Option<String> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Returns the name of an account without one.
fn usual_name(kind: &str, subtype: &str) -> String {
    let name = title(subtype);
    if kind == "loan" && !subtype.contains("loan") {
        format!("{name} Loan")
    } else {
        name
    }
}

/// Turns `credit card` into `Credit Card`.
fn title(words: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
    };
    words
        .split_whitespace()
        .filter_map(word)
        .collect::<Vec<_>>()
        .join(" ")
}
