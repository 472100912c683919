//! Transactions in MX's format: amounts are positive, and the type gives the direction.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::accounts::{find, views};
use super::answer::Reply;
use super::call::{Call, Version};
use super::categories;
use super::paging::{MOST, page};
use super::writing::{merged, unknown, with_amounts};
use crate::bank::{Bank, BankError, MemberRow, MemberView, Refusal, guid_of, no, wire_moment_full};
use crate::store::rows::RowRecord;

/// How many days back a list goes by default.
const BACK: i64 = 120;
/// How many days ahead it goes, because of pending rows.
const AHEAD: i64 = 5;

pub(super) async fn of_user(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    let views = bank.members(user).await?;
    listed(bank, call, &views, None).await
}

pub(super) async fn of_member(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: &str,
) -> Result<Reply, BankError> {
    let view = bank.member(user, member).await?;
    listed(bank, call, &[view], None).await
}

pub(super) async fn of_account(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: Option<&str>,
    account: &str,
) -> Result<Reply, BankError> {
    let views = views(bank, user, member).await?;
    let account = find(bank, &views, account).await?;
    listed(bank, call, &views, Some(&account.account.id)).await
}

pub(super) async fn get_transaction(
    bank: &Bank,
    call: &Call,
    user: &str,
    name: &str,
) -> Result<Reply, BankError> {
    let views = bank.members(user).await?;
    let all = bank.rows_of(&views, "0000-00-00", "9999-12-31").await?;
    let found = all
        .iter()
        .find(|one| one.row.id == name || guid_of("TRN", &one.row.id) == name)
        .ok_or_else(|| no(404, "The requested transaction was not found."))?;
    Ok(Reply::wrapping(
        "transaction",
        &written(found, call.version),
    ))
}

async fn listed(
    bank: &Bank,
    call: &Call,
    views: &[MemberView],
    account: Option<&str>,
) -> Result<Reply, BankError> {
    let today = bank.clock().today();
    let from = day(call, "from_date")?.unwrap_or(today.saturating_sub(BACK.days()));
    let to = day(call, "to_date")?.unwrap_or(today.saturating_add(AHEAD.days()));
    let mut rows = bank
        .rows_of(views, &from.to_string(), &to.to_string())
        .await?;
    rows.retain(|one| account.is_none_or(|account| account == one.row.account_id));
    for (name, later) in [
        ("from_created_at", true),
        ("from_timestamp", true),
        ("from_updated_at", true),
        ("to_created_at", false),
        ("to_timestamp", false),
        ("to_updated_at", false),
    ] {
        if let Some(bound) = day(call, name)? {
            rows.retain(|one| {
                let date = moment(one).to_zoned(jiff::tz::TimeZone::UTC).date();
                if later { date >= bound } else { date <= bound }
            });
        }
    }
    Ok(page(call, "transactions", MOST, &rows, |one| {
        written(one, call.version)
    }))
}

/// Parses a date of the query: Unix seconds in the newer version, ISO 8601 in the older one.
fn day(call: &Call, name: &str) -> Result<Option<Date>, Refusal> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    let (day, form) = match call.version {
        Version::New => {
            let moment = text
                .parse()
                .ok()
                .and_then(|at| Timestamp::from_second(at).ok());
            let day = moment.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
            (day, "a unix timestamp")
        }
        Version::Old => (text.parse().ok(), "a date as YYYY-MM-DD"),
    };
    day.map(Some)
        .ok_or_else(|| no(400, format!("{name} must be {form}.")))
}

/// Returns when a row appeared: with its account or when it was posted, whichever is later.
fn moment(one: &MemberRow) -> Timestamp {
    let came = Timestamp::from_millisecond(one.created_at).unwrap_or(Timestamp::MIN);
    let noon: Option<Timestamp> = noon(&one.row.date).parse().ok();
    noon.map_or(came, |noon| noon.max(came))
}

fn noon(day: &str) -> String {
    format!("{day}T12:00:00Z")
}

/// MX's `TransactionResponse`. Fields that no bank here has are null.
fn written(one: &MemberRow, version: Version) -> String {
    let (row, record, view) = (&one.row, &one.row.record, &one.view);
    let incoming = record.amount.starts_with('-');
    let currency = record
        .iso_currency_code
        .as_ref()
        .or(record.unofficial_currency_code.as_ref());
    let moment = wire_moment_full(moment(one).as_millisecond());
    let object = json!({
        "account_guid": guid_of("ACT", &row.account_id),
        "account_id": (version == Version::New).then_some(&row.account_id),
        "created_at": moment,
        "currency_code": currency,
        "date": row.date,
        "description": record.merchant.as_ref().unwrap_or(&record.description),
        "guid": guid_of("TRN", &row.id),
        "id": row.id,
        "member_guid": view.member.guid,
        "member_is_managed_by_user": true,
        "merchant_guid": record.merchant.as_ref().map(|name| guid_of("MCH", name)),
        "original_description": record.description,
        "posted_at": (!row.pending).then(|| noon(&record.date_posted)),
        "status": if row.pending { "PENDING" } else { "POSTED" },
        "transacted_at": noon(&record.date_transacted),
        "type": if incoming { "CREDIT" } else { "DEBIT" },
        "updated_at": moment,
        "user_guid": view.user.guid,
        "user_id": view.user.id,
    });
    let mut object = merged(object, kind(record, incoming));
    unknown(&mut object, &UNKNOWN);
    let amount = record.amount.trim_start_matches('-');
    with_amounts(&object, &[("amount", Some(amount))])
}

/// Returns the classification of a payment.
fn kind(record: &RowRecord, incoming: bool) -> Value {
    let (top_level, category) = categories::mx_category(record.category.as_ref(), incoming);
    let is = |primary: &str| record.category.as_ref().is_some_and(|one| one.0 == primary);
    let country = record.place.as_ref().map_or("", |place| place.2.as_str());
    json!({
        "category": category,
        "category_guid": guid_of("CAT", category),
        "is_bill_pay": false,
        "is_direct_deposit": is("INCOME") && incoming,
        "is_expense": !incoming,
        "is_fee": is("BANK_FEES"),
        "is_income": is("INCOME"),
        "is_international": !matches!(country, "" | "US" | "CA"),
        "is_manual": false,
        "is_overdraft_fee": false,
        "is_payroll_advance": false,
        "is_subscription": false,
        "top_level_category": top_level,
    })
}

/// Fields that MX may have for a row and no bank here does.
const UNKNOWN: [&str; 11] = [
    "check_number_string",
    "extended_transaction_type",
    "is_recurring",
    "latitude",
    "localized_description",
    "localized_memo",
    "longitude",
    "memo",
    "merchant_category_code",
    "merchant_location_guid",
    "metadata",
];
