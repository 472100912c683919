//! Tests null in every place of every response: it may cost an object only if it hides what identifies that object.

use serde::de::DeserializeOwned;

use super::*;
use crate::ReadFrom;

/// A row with every field of MX's schema.
fn transaction(id: &str) -> Value {
    json!({
        "guid": id, "account_guid": "ACT-1", "account_id": "a", "amount": 61.11, "category": "Paycheck",
        "category_guid": "CAT-1", "check_number_string": "1041", "created_at": "2026-11-20T18:08:00+00:00",
        "currency_code": "USD", "date": "2026-11-20", "description": "MX Payroll", "extended_transaction_type": "ach",
        "id": "own-1", "is_bill_pay": false, "is_direct_deposit": true, "is_expense": false, "is_fee": false,
        "is_income": true, "is_international": false, "is_manual": false, "is_overdraft_fee": false,
        "is_payroll_advance": false, "is_recurring": true, "is_subscription": false, "latitude": -22.9,
        "localized_description": "x", "localized_memo": "y", "longitude": -43.2, "member_guid": MEMBER,
        "member_is_managed_by_user": true, "memo": "m", "merchant_category_code": 5411, "merchant_guid": "MCH-1",
        "merchant_location_guid": "MCL-1", "metadata": "d", "original_description": "MX PAYMENT",
        "posted_at": "2026-11-20T12:00:00Z", "status": "POSTED", "top_level_category": "Income",
        "transacted_at": "2026-11-19T12:00:00Z", "type": "CREDIT", "updated_at": "2026-11-20T18:09:00+00:00",
        "user_guid": "USR-1", "user_id": PERSON, "merchant": {"name": "MX", "guid": "MCH-1"}
    })
}

fn rows() -> Value {
    json!({"transactions": [transaction("TRN-1"), transaction("TRN-2")], "pagination": pages(1, 1000, 2)})
}

fn accounts() -> Value {
    json!({"accounts": [{"guid": "ACT-1", "name": "Checking", "nickname": "Mine", "type": "CHECKING", "subtype":
        "NONE", "account_number": "3331261", "balance": 1000.1, "available_balance": 900, "available_credit": 1,
        "credit_limit": 2, "currency_code": "USD", "is_closed": false, "is_hidden": false, "apr": 1.5, "apy": 2.35,
        "member_guid": MEMBER, "institution_code": "mxbank", "updated_at": "2026-11-20T18:09:00+00:00"}],
        "pagination": pages(1, 1000, 1)})
}

fn member_told() -> Value {
    json!({"member": {"guid": MEMBER, "id": "x", "name": "MX Bank", "institution_code": "mxbank",
        "connection_status": "CONNECTED", "is_being_aggregated": false, "successfully_aggregated_at":
        "2026-11-20T17:57:38.000Z", "oauth_window_uri": "https://bank.example", "use_cases": ["PFM"]}})
}

fn challenged() -> Value {
    let mut told = status("CHALLENGED", true);
    told["member"]["challenges"] = json!([{"guid": "CRD-1", "label": "Which?", "field_name": "f", "type": "OPTIONS",
        "image_data": "x", "options": [{"label": "A", "value": "a", "guid": "CRD-2"}], "image_options":
        [{"label": "B", "value": "b", "guid": "CRD-3", "data_uri": "data:image/png;base64,iVBORw0KGgo="}]}]);
    told
}

/// Returns every place of a value as a JSON pointer, except the value itself.
fn places(value: &Value) -> Vec<String> {
    fn below(value: &Value, at: &str, places: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
            Value::Array(all) => all
                .iter()
                .enumerate()
                .map(|(i, v)| (i.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (name, child) in children {
            let place = format!("{at}/{name}");
            below(child, &place, places);
            places.push(place);
        }
    }
    let mut all = Vec::new();
    below(value, "", &mut all);
    all
}

fn without(answer: &Value, place: &str) -> Value {
    let mut answer = answer.clone();
    *answer.pointer_mut(place).expect("a place") = Value::Null;
    answer
}

fn read<A: DeserializeOwned>(answer: &Value, place: &str) -> Result<A, serde_json::Error> {
    serde_json::from_str(&without(answer, place).to_string())
}

#[tokio::test]
async fn a_page_is_read_whatever_is_null_and_only_identity_sets_a_row_aside() {
    let connection = ConnectionId::generate();
    let loopback = connected().await.lifted();
    let list = member("GET", "/transactions");
    loopback.on(&member("GET", "/status"), 200, &status("CONNECTED", false));
    for place in places(&rows()) {
        loopback.off(&list);
        loopback.on(&list, 200, &without(&rows(), &place));
        let key = Key {
            token: &token(),
            connection: &connection,
        };
        let page = loopback
            .mx
            .page(key, ReadFrom::Beginning, None)
            .await
            .expect(&place);
        let fields = ["/guid", "/account_guid", "/amount", "/type"];
        let is_row = place.matches('/').count() == 2 && !place.starts_with("/pagination");
        let named =
            place.matches('/').count() == 3 && fields.iter().any(|field| place.ends_with(field));
        let aside = usize::from(is_row || named);
        assert_eq!(page.set_aside.len(), aside, "{place}: {:?}", page.set_aside);
        let kept = if place == "/transactions" {
            0
        } else {
            2 - aside
        };
        assert_eq!(page.added.len(), kept, "{place}");
        let paging = place.starts_with("/pagination") && place != "/pagination/current_page";
        assert_eq!(
            page.incomplete,
            paging || place == "/transactions",
            "{place}"
        );
    }
}

#[test]
fn accounts_are_read_unless_nobody_can_tell_which_they_are() {
    let account = &accounts()["accounts"][0];
    for place in places(account) {
        let read = read::<wire::Account>(account, &place);
        assert_eq!(read.is_err(), place == "/guid", "{place}");
        let Ok(read) = read else { continue };
        let silent = place == "/balance" || place == "/type";
        assert_eq!(convert::account(read).current.is_none(), silent, "{place}");
    }
    for place in places(&accounts())
        .into_iter()
        .filter(|place| place.matches('/').count() < 3)
    {
        assert!(
            read::<wire::AccountsAnswer>(&accounts(), &place).is_ok() || place == "/accounts/0"
        );
    }
}

#[test]
fn a_member_is_read_unless_it_has_no_name() {
    for place in places(&member_told()) {
        let lost = place == "/member" || place == "/member/guid";
        assert_eq!(
            read::<wire::MemberAnswer>(&member_told(), &place).is_err(),
            lost,
            "{place}"
        );
    }
    let list = json!({"members": [member_told()["member"]]});
    assert!(read::<wire::MembersAnswer>(&list, "/members").is_ok());
    assert!(read::<wire::MembersAnswer>(&list, "/members/0").is_ok());
}

#[test]
fn a_status_and_what_is_asked_are_read_whatever_is_null() {
    for place in places(&challenged()) {
        let told = read::<wire::StatusAnswer>(&challenged(), &place).expect(&place);
        let asked = challenges::challenges(told.member.challenges);
        let lost = [
            "/member",
            "/member/challenges",
            "/member/challenges/0",
            "/member/challenges/0/guid",
        ];
        assert_eq!(asked.is_empty(), lost.contains(&place.as_str()), "{place}");
    }
}

#[test]
fn other_answers_are_read_unless_their_subject_is_null() {
    let institution = json!({"institution": {"code": "mxbank", "guid": "INS-1", "name": "MX Bank", "url":
        "https://b.example", "supports_oauth": true, "is_hidden": false, "is_disabled_by_client": false,
        "supported_products": ["transactions"], "small_logo_url": "https://l.example"}});
    for place in places(&institution) {
        let answer = read::<wire::InstitutionAnswer>(&institution, &place);
        assert_eq!(answer.is_err(), place == "/institution", "{place}");
        let Ok(answer) = answer else { continue };
        let found = convert::institution(answer.institution, None);
        assert_eq!(found.is_none(), place == "/institution/name", "{place}");
    }
    let user = json!({"user": {"guid": "USR-1", "id": PERSON, "email": "a@b.example", "is_disabled": false}});
    for place in places(&user) {
        let lost = place == "/user" || place == "/user/guid";
        assert_eq!(
            read::<wire::UserAnswer>(&user, &place).is_err(),
            lost,
            "{place}"
        );
    }
    let widget = json!({"widget_url": {"type": "connect_widget", "url": "https://w.example", "user_id": PERSON}});
    for place in places(&widget) {
        let lost = place == "/widget_url" || place == "/widget_url/url";
        assert_eq!(
            read::<wire::WidgetAnswer>(&widget, &place).is_err(),
            lost,
            "{place}"
        );
    }
    let fields = json!({"credentials": [{"guid": "CRD-1", "label": "Username", "field_name": "LOGIN", "field_type":
        "TEXT", "type": "TEXT", "display_order": 1}], "pagination": pages(1, 25, 1)});
    for place in places(&fields) {
        let answer = read::<wire::CredentialsAnswer>(&fields, &place);
        // A log-in that lacks one of its fields would be sent and refused.
        assert_eq!(answer.is_err(), place == "/credentials/0/guid", "{place}");
    }
    let webhook = json!({"type": "CONNECTION_STATUS", "action": "CHANGED", "member_guid": MEMBER,
        "connection_status": "CHALLENGED", "connection_status_id": 3, "user_guid": "USR-1"});
    for place in places(&webhook) {
        let notice = read_webhook(without(&webhook, &place).to_string().as_bytes());
        assert_eq!(notice.item_id.is_none(), place == "/member_guid", "{place}");
    }
}
