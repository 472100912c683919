//! Accounts in MX's format.

use rust_decimal::Decimal;
use serde_json::json;

use super::answer::Reply;
use super::call::{Call, Version};
use super::paging::{MOST, page};
use super::writing::{unknown, with_amounts};
use crate::bank::{Bank, BankError, MemberAccount, MemberView, guid_of, no, wire_moment_full};

pub(super) async fn of_user(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    let views = bank.members(user).await?;
    let all = if call.query_flag("is_manual") == Some(true) {
        Vec::new()
    } else {
        bank.accounts_of(&views).await?
    };
    Ok(listed(call, &all))
}

pub(super) async fn of_member(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: &str,
) -> Result<Reply, BankError> {
    let view = bank.member(user, member).await?;
    Ok(listed(call, &bank.accounts_of(&[view]).await?))
}

pub(super) async fn get_account(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: Option<&str>,
    account: &str,
) -> Result<Reply, BankError> {
    let views = views(bank, user, member).await?;
    let one = find(bank, &views, account).await?;
    Ok(Reply::wrapping("account", &written(&one, call.version)))
}

/// Returns the members that a path names.
pub(super) async fn views(
    bank: &Bank,
    user: &str,
    member: Option<&str>,
) -> Result<Vec<MemberView>, BankError> {
    match member {
        Some(member) => Ok(vec![bank.member(user, member).await?]),
        None => bank.members(user).await,
    }
}

/// Returns the account with a guid or id.
pub(super) async fn find(
    bank: &Bank,
    views: &[MemberView],
    name: &str,
) -> Result<MemberAccount, BankError> {
    let all = bank.accounts_of(views).await?;
    let found = all
        .into_iter()
        .find(|one| one.account.id == name || guid_of("ACT", &one.account.id) == name);
    Ok(found.ok_or_else(|| no(404, "The requested account was not found."))?)
}

fn listed(call: &Call, all: &[MemberAccount]) -> Reply {
    page(call, "accounts", MOST, all, |one| {
        written(one, call.version)
    })
}

/// Returns MX's account type.
fn kind(one: &MemberAccount) -> &'static str {
    let record = &one.account.record;
    match (
        record.kind.as_str(),
        record.subtype.as_deref().unwrap_or(""),
    ) {
        ("depository", "savings" | "money market" | "cd" | "hsa") => "SAVINGS",
        ("depository", "prepaid") => "PREPAID",
        ("depository", "cash management") => "CASH",
        ("credit" | "loan", "line of credit" | "home equity") => "LINE_OF_CREDIT",
        ("credit", _) => "CREDIT_CARD",
        ("loan", "mortgage") => "MORTGAGE",
        ("loan", _) => "LOAN",
        ("investment" | "brokerage", _) => "INVESTMENT",
        _ => "CHECKING",
    }
}

/// Returns MX's account subtype.
fn finer(subtype: &str) -> String {
    match subtype {
        "401k" => "PLAN_401_K".to_owned(),
        "403b" => "PLAN_403_B".to_owned(),
        "529" => "PLAN_529".to_owned(),
        other => other.to_uppercase().replace([' ', '-'], "_"),
    }
}

/// MX's `AccountResponse`. Fields that no bank here has are null.
fn written(one: &MemberAccount, version: Version) -> String {
    let record = &one.account.record;
    let member = &one.view.member;
    let moment = wire_moment_full(member.record.succeeded_at.unwrap_or(one.created_at));
    let subtype = record.subtype.as_deref().map(finer);
    let currency = record
        .iso_currency_code
        .as_ref()
        .or(record.unofficial_currency_code.as_ref());
    let mut object = json!({
        "account_number": record.mask, "account_ownership": "INDIVIDUAL", "created_at": wire_moment_full(one.created_at),
        "currency_code": currency, "federal_insurance_status": null, "guid": guid_of("ACT", &one.account.id),
        "id": one.account.id, "imported_at": null, "institution_code": member.institution_code, "is_closed": false,
        "is_hidden": false, "is_manual": false, "member_guid": member.guid, "member_id": member.id,
        "member_is_managed_by_user": true, "metadata": null, "name": record.name, "nickname": record.official_name,
        "property_type": null, "routing_number": null, "subtype": subtype, "type": kind(one), "updated_at": moment,
        "user_guid": one.view.user.guid, "user_id": one.view.user.id,
    });
    unknown(&mut object, &UNKNOWN);
    if version == Version::Old {
        unknown(&mut object, &UNKNOWN_OF_OLD);
        object["institution_guid"] = guid_of("INS", &member.institution_code).into();
        object["feed_name"] = record.name.clone().into();
        object["feed_currency_code"] = object["currency_code"].clone();
    }
    let credit = matches!(kind(one), "CREDIT_CARD" | "LINE_OF_CREDIT");
    let left = credit
        .then(|| left(record.limit.as_deref(), record.current.as_deref()))
        .flatten();
    let mut amounts = vec![
        (
            "available_balance",
            record.available.as_deref().filter(|_| !credit),
        ),
        ("available_credit", left.as_deref()),
        ("balance", record.current.as_deref()),
        ("credit_limit", record.limit.as_deref()),
    ];
    if version == Version::Old {
        amounts.push(("feed_balance", record.current.as_deref()));
        amounts.push(("feed_credit_limit", record.limit.as_deref()));
    }
    with_amounts(&object, &amounts)
}

fn left(limit: Option<&str>, owed: Option<&str>) -> Option<String> {
    let (limit, owed): (Decimal, Decimal) = (limit?.parse().ok()?, owed?.parse().ok()?);
    limit.checked_sub(owed).map(|left| left.to_string())
}

/// Fields that MX may have for an account and no bank here does.
const UNKNOWN: [&str; 29] = [
    "annuity_policy_to_date",
    "annuity_provider",
    "annuity_term_year",
    "apr",
    "apy",
    "cash_balance",
    "cash_surrender_value",
    "day_payment_is_due",
    "death_benefit",
    "insured_name",
    "interest_rate",
    "last_payment",
    "last_payment_at",
    "loan_amount",
    "margin_balance",
    "matures_on",
    "minimum_balance",
    "minimum_payment",
    "original_balance",
    "pay_out_amount",
    "payment_due_at",
    "payoff_balance",
    "premium_amount",
    "started_on",
    "statement_balance",
    "today_ugl_amount",
    "today_ugl_percentage",
    "total_account_value",
    "total_account_value_ugl",
];

/// Further such fields of the older version.
const UNKNOWN_OF_OLD: [&str; 4] = [
    "calculated_apr",
    "feed_account_number",
    "feed_nickname",
    "holdings_value",
];
