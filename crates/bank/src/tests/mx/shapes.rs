//! Responses have the fields that MX's description names, each with its type.
//!
//! A field is written `name:type`: `s` is a string, `n` a number, `i` an integer, `b` a boolean and `a` an array. A `?`
//! allows null.

use serde_json::Value;

use super::{Mx, call, list, text};
use crate::tests::TestBank;

const USER: &str = "email:s guid:s? id:s? is_disabled:b? metadata:s?";
const INSTITUTION: &str = "code:s? created_at:s forgot_password_url:s? forgot_username_url:s? guid:s instructional_text:s? \
    instructional_text_steps:a? is_disabled_by_client:b? is_hidden:b iso_country_code:s \
    medium_logo_url:s? name:s? small_logo_url:s? supported_products:a supports_oauth:b? \
    supports_tax_document:b? trouble_signing_in_url:s? url:s?";
const OLD_INSTITUTION: &str = "code:s? forgot_password_url:s? forgot_username_url:s? instructional_text:s? \
    instructional_text_steps:a? is_disabled_by_client:b? iso_country_code:s medium_logo_url:s? name:s? \
    small_logo_url:s? supports_account_identification:b? supports_account_statement:b? \
    supports_account_verification:b? supports_oauth:b? supports_tax_document:b? \
    supports_transaction_history:b? trouble_signing_in_url:s? url:s?";
const CREDENTIAL: &str = "display_order:i? field_name:s? field_type:s? guid:s? label:s? type:s?";
const MEMBER: &str = "aggregated_at:s? background_aggregation_is_disabled:b connection_status:s? \
    connection_status_message:s? guid:s? id:s? institution_code:s? institution_guid:s \
    is_being_aggregated:b? is_managed_by_user:b? is_manual:b? is_oauth:b? metadata:s? \
    most_recent_job_detail_code:i? most_recent_job_detail_text:b? most_recent_job_guid:s? name:s? \
    needs_updated_credentials:b? oauth_window_uri:s? successfully_aggregated_at:s? use_cases:a \
    user_guid:s? user_id:s?";
const STATUS: &str = "aggregated_at:s? challenges:a connection_status:s? guid:s? has_processed_account_numbers:b? \
    has_processed_accounts:b? has_processed_transactions:b? is_authenticated:b? is_being_aggregated:b? \
    successfully_aggregated_at:s?";
const CHALLENGE: &str =
    "field_name:s? guid:s? image_data:s? image_options:a label:s? options:a type:s?";
const ACCOUNT: &str = "account_number:s? account_ownership:s? annuity_policy_to_date:s? annuity_provider:s? \
    annuity_term_year:i? apr:n? apy:n? available_balance:n? available_credit:n? balance:n? \
    cash_balance:n? cash_surrender_value:n? created_at:s credit_limit:n? currency_code:s? \
    day_payment_is_due:i? death_benefit:i? federal_insurance_status:s? guid:s? id:s? imported_at:s? \
    interest_rate:n? institution_code:s? insured_name:s? is_closed:b is_hidden:b? is_manual:b? \
    last_payment:n? last_payment_at:s? loan_amount:n? margin_balance:n? matures_on:s? member_guid:s? \
    member_id:s? member_is_managed_by_user:b? metadata:s? minimum_balance:n? minimum_payment:n? name:s? \
    nickname:s? original_balance:n? pay_out_amount:n? payment_due_at:s? payoff_balance:n? \
    premium_amount:n? property_type:s? routing_number:s? started_on:s? statement_balance:n? subtype:s? \
    today_ugl_amount:n? today_ugl_percentage:n? total_account_value:n? total_account_value_ugl:n? \
    type:s? updated_at:s? user_guid:s? user_id:s?";
const TRANSACTION: &str = "account_guid:s account_id:s? amount:n? category:s? category_guid:s? check_number_string:s? \
    created_at:s? currency_code:s? date:s? description:s? extended_transaction_type:s? guid:s? id:s? \
    is_bill_pay:b? is_direct_deposit:b? is_expense:b? is_fee:b? is_income:b? is_international:b \
    is_manual:b? is_overdraft_fee:b? is_payroll_advance:b? is_recurring:b? is_subscription:b? \
    latitude:n? localized_description:s? localized_memo:s? longitude:n? member_guid:s? \
    member_is_managed_by_user:b? memo:s? merchant_category_code:i? merchant_guid:s? \
    merchant_location_guid:s? metadata:s? original_description:s? posted_at:s? status:s? \
    top_level_category:s? transacted_at:s? type:s? updated_at:s? user_guid:s? user_id:s?";
/// The names of an institution's capabilities (`SupportedProducts`). Queries call the fourth `history`.
const PRODUCTS: [&str; 7] = [
    "account_verification",
    "identity_verification",
    "transactions",
    "transaction_history",
    "statements",
    "investments",
    "rewards",
];
const PAGINATION: &str = "current_page:i per_page:i total_entries:i total_pages:i";

/// Checks that an object has all fields of a list and no others, each with its type. The fields in `sometimes` are
/// optional.
fn check(what: &str, object: &Value, fields: &str, sometimes: &[&str]) {
    let object = object
        .as_object()
        .unwrap_or_else(|| panic!("{what}: {object}"));
    let mut known = Vec::new();
    for field in fields.split_whitespace() {
        let (name, kind) = field.split_once(':').expect("a type");
        known.push(name);
        let Some(value) = object.get(name) else {
            assert!(sometimes.contains(&name), "{what} has no {name}");
            continue;
        };
        let right = match kind.trim_end_matches('?') {
            "s" => value.is_string(),
            "n" => value.is_number(),
            "i" => value.is_i64(),
            "b" => value.is_boolean(),
            _ => value.is_array(),
        };
        let may_be_null = kind.ends_with('?') && value.is_null();
        assert!(right || may_be_null, "{what}: {name} is {value}");
    }
    for name in object.keys() {
        assert!(known.contains(&name.as_str()), "{what}: MX knows no {name}");
    }
}

#[tokio::test]
async fn answers_have_the_fields_of_the_newer_description() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let (_, user) = call(&bank, "GET", &format!("/users/{}", mx.user), Value::Null).await;
    check("user", &user["user"], USER, &["email"]);
    let (_, all) = call(&bank, "GET", "/institutions", Value::Null).await;
    check("pagination", &all["pagination"], PAGINATION, &[]);
    for one in list(&all, "institutions") {
        check("institution", &one, INSTITUTION, &[]);
        for product in list(&one, "supported_products") {
            let product = text(&product);
            assert!(PRODUCTS.contains(&product.as_str()), "{product}");
        }
    }
    let (_, all) = call(
        &bank,
        "GET",
        "/institutions/mxbank/credentials",
        Value::Null,
    )
    .await;
    for one in list(&all, "credentials") {
        check("credential", &one, CREDENTIAL, &[]);
    }
    let member = mx.connected().await;
    check("status", &mx.status(&member).await, STATUS, &["challenges"]);
    let read = mx
        .good("GET", &format!("/members/{member}"), Value::Null)
        .await;
    check("member", &read["member"], MEMBER, &[]);
    let all = mx
        .good("GET", "/accounts?records_per_page=1000", Value::Null)
        .await;
    let accounts = list(&all, "accounts");
    for one in &accounts {
        check("account", one, ACCOUNT, &[]);
    }
    let plan = |one: &Value| one["subtype"] == "PLAN_401_K";
    assert!(accounts.iter().any(plan), "not Plaid's word for it");
    let all = mx
        .good("GET", "/transactions?records_per_page=1000", Value::Null)
        .await;
    for one in list(&all, "transactions") {
        check("transaction", &one, TRANSACTION, &[]);
    }
    for password in ["challenge", "options", "image"] {
        let mx = Mx::new(&bank).await;
        let member = mx.member(password).await;
        let seen = mx.settled(&member).await;
        check("status", &seen, STATUS, &[]);
        for one in list(&seen, "challenges") {
            let sometimes = ["options", "image_data", "image_options"];
            check("challenge", &one, CHALLENGE, &sometimes);
        }
    }
}

#[tokio::test]
async fn the_older_version_has_fields_of_its_own() {
    let bank = TestBank::ready().await;
    let mx = Mx::speaking(&bank, "v20111101").await;
    let (_, read) = super::call_in(
        &bank,
        mx.version,
        "GET",
        "/institutions/mxbank",
        Value::Null,
    )
    .await;
    check("institution", &read["institution"], OLD_INSTITUTION, &[]);
    let member = mx.connected().await;
    let read = mx
        .good("GET", &format!("/members/{member}"), Value::Null)
        .await;
    check("member", &read["member"], MEMBER, &[]);
    assert_eq!(
        read["member"]["most_recent_job_guid"],
        Value::Null,
        "a boolean by the older description, which MX's own clients believe"
    );
    let all = mx.good("GET", "/accounts", Value::Null).await;
    let account = &list(&all, "accounts")[0];
    let newer = format!(
        "/members/{member}/accounts/{}/transactions",
        text(&account["guid"])
    );
    assert_eq!(mx.call("GET", &newer, Value::Null).await.0, 404);
    assert_eq!(account["feed_balance"], account["balance"]);
    let all = mx.good("GET", "/transactions", Value::Null).await;
    check(
        "transaction",
        &list(&all, "transactions")[0],
        &TRANSACTION.replace("account_id:s ", ""),
        &[],
    );
}
