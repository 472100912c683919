//! Members whose status is set on demand.

use serde_json::{Value, json};

use super::{Mx, list, text};
use crate::bank::STATUSES;
use crate::tests::TestBank;

/// Calls `/misbehave/…`, which is authenticated as on Plaid's wire.
pub async fn deed(bank: &TestBank, path: &str, body: Value) -> Value {
    let told = bank.post(&format!("/misbehave/{path}"), body).await;
    assert!(
        told["done"].is_string() && told["expect"].is_string(),
        "{told}"
    );
    told
}

#[tokio::test]
async fn a_member_can_stand_in_every_way() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let known = STATUSES.iter().map(|one| Some(one.1));
    for status in known.chain([None, Some("OF_TOMORROW")]) {
        let body = json!({"member_guid": member, "connection_status": status});
        deed(&bank, "member/status", body).await;
        for _ in 0..2 {
            let seen = mx.status(&member).await;
            assert_eq!(seen["connection_status"], json!(status));
            let asks = status == Some("CHALLENGED");
            assert_eq!(seen.get("challenges").is_some(), asks, "{status:?}");
            if !asks {
                assert_eq!(seen["is_being_aggregated"], false, "{status:?}");
            }
        }
        let read = mx
            .good("GET", &format!("/members/{member}"), Value::Null)
            .await;
        let known = STATUSES.iter().any(|one| Some(one.1) == status);
        assert_eq!(
            read["member"]["connection_status_message"].is_string(),
            known,
            "{status:?}"
        );
    }
    let all = bank.post("/misbehave/member/list", json!({})).await;
    assert_eq!(all["members"][0]["connection_status"], "OF_TOMORROW");
}

#[tokio::test]
async fn a_member_is_being_aggregated_for_as_many_looks_as_wanted() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let body = json!({"member_guid": member, "connection_status": "DENIED", "polls": 3});
    deed(&bank, "member/status", body).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let one = mx.status(&member).await;
        assert_eq!(one["connection_status"], "DENIED");
        seen.push(one["is_being_aggregated"].as_bool().expect("a flag"));
    }
    assert_eq!(seen, [true, true, true, false]);
    let body = json!({"member_guid": member, "connection_status": "CONNECTED", "is_being_aggregated": true});
    deed(&bank, "member/status", body).await;
    for _ in 0..5 {
        assert_eq!(
            mx.status(&member).await["is_being_aggregated"],
            true,
            "for good"
        );
    }
}

#[tokio::test]
async fn a_slow_mx_shows_what_was_before() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    deed(&bank, "member/pace", json!({"polls": 1, "stale": 2})).await;
    let states = async |member: &str, looks: usize| {
        let mut all = Vec::new();
        for _ in 0..looks {
            let one = mx.status(member).await;
            let runs = one["is_being_aggregated"].as_bool().expect("a flag");
            all.push((text(&one["connection_status"]), runs));
        }
        all
    };
    let is = |status: &str, runs| (status.to_owned(), runs);
    let member = mx.member("INVALID").await;
    let first = states(&member, 5).await;
    let (created, denied) = (is("CREATED", false), is("DENIED", false));
    assert_eq!(first[..2], [created.clone(), created]);
    assert_eq!(
        first[2..],
        [is("DENIED", true), denied.clone(), denied.clone()]
    );

    let body = json!({"member": {"credentials": mx.typed("mxbank", "mxuser", "challenge").await}});
    mx.good("PUT", &format!("/members/{member}"), body).await;
    let second = states(&member, 3).await;
    assert_eq!(second, [denied.clone(), denied, is("CHALLENGED", true)]);

    assert_eq!(mx.answer(&member, "correct").await.0, 202);
    let third = states(&member, 4).await;
    let challenged = is("CHALLENGED", true);
    assert_eq!(third[..2], [challenged.clone(), challenged]);
    assert_eq!(third[2..], [is("CONNECTED", true), is("CONNECTED", false)]);
}

#[tokio::test]
async fn the_next_run_ends_as_somebody_says() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    deed(
        &bank,
        "member/next",
        json!({"connection_status": "IMPEDED"}),
    )
    .await;
    let member = mx.member("anything").await;
    assert_eq!(mx.settled(&member).await["connection_status"], "IMPEDED");
    let aggregate = format!("/members/{member}/aggregate");
    let body = json!({"member_guid": member, "connection_status": "DEGRADED"});
    deed(&bank, "member/next", body).await;
    for status in ["DEGRADED", "CONNECTED"] {
        mx.good("POST", &aggregate, Value::Null).await;
        assert_eq!(mx.settled(&member).await["connection_status"], status);
    }
}

#[tokio::test]
async fn questions_of_all_kinds_come_at_once_and_in_rounds() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let kinds = ["TEXT", "TOKEN", "OPTIONS", "IMAGE_DATA", "IMAGE_OPTIONS"];
    for (as_numbers, types) in [(false, json!(kinds)), (true, json!([0, 12, 2, 13, 14]))] {
        let body = json!({
            "member_guid": member, "challenges": kinds, "rounds": 2, "as_numbers": as_numbers,
        });
        deed(&bank, "member/challenge", body).await;
        let mut guids = Vec::new();
        for _ in 0..2 {
            let asked = list(&mx.settled(&member).await, "challenges");
            let said: Vec<&Value> = asked.iter().map(|one| &one["type"]).collect();
            assert_eq!(json!(said), types);
            assert!(
                asked[2]["options"]
                    .as_array()
                    .is_some_and(|all| all.len() > 1)
            );
            assert!(
                asked[3]["image_data"]
                    .as_str()
                    .is_some_and(|data| data.starts_with("iVBOR"))
            );
            let first = &asked[4]["image_options"][0];
            assert!(
                first["data_uri"]
                    .as_str()
                    .is_some_and(|uri| uri.starts_with("data:image/png;base64,iVBOR"))
            );
            guids.push(asked[0]["guid"].clone());
            assert_eq!(mx.answer(&member, "correct").await.0, 202);
        }
        assert_ne!(guids[0], guids[1]);
        assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
    }
    let body = json!({"member_guid": member, "challenges": ["RIDDLE"]});
    assert_eq!(
        bank.refused("/misbehave/member/challenge", body).await.0,
        400
    );
}

#[tokio::test]
async fn a_rejected_answer_can_lead_to_another_question() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("challenge").await;
    mx.settled(&member).await;
    deed(
        &bank,
        "member/next",
        json!({"member_guid": member, "challenges": ["TOKEN"]}),
    )
    .await;
    assert_eq!(mx.answer(&member, "wrong").await.0, 202);
    let seen = mx.settled(&member).await;
    assert_eq!(seen["challenges"][0]["type"], "TOKEN");
}

#[tokio::test]
async fn rows_come_change_and_go_at_a_member_too() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let newest = async || {
        let all = mx.good("GET", "/transactions", Value::Null).await;
        list(&all, "transactions")[0].clone()
    };
    let body = json!({"member_guid": member, "amount": "-1234567.89", "description": "A WINDFALL"});
    deed(&bank, "transactions/add", body).await;
    let row = newest().await;
    assert_eq!(
        (&row["type"], &row["original_description"]),
        (&json!("CREDIT"), &json!("A WINDFALL"))
    );
    assert_eq!(row["amount"].to_string(), "1234567.89");
    let body = json!({"member_guid": member, "transaction_id": row["guid"], "amount": "5"});
    deed(&bank, "transactions/modify", body).await;
    let row = newest().await;
    assert_eq!((&row["type"], &row["amount"]), (&json!("DEBIT"), &json!(5)));
    let body = json!({"member_guid": member, "transaction_id": row["guid"]});
    deed(&bank, "transactions/remove", body).await;
    assert_ne!(newest().await["guid"], row["guid"]);
    let body = json!({"member_guid": member, "account_id": row["account_guid"], "pending": true});
    deed(&bank, "transactions/add", body).await;
    let pending = newest().await;
    assert_eq!(
        (&pending["status"], &pending["posted_at"]),
        (&json!("PENDING"), &Value::Null)
    );
    let body = json!({"member_guid": member, "transaction_id": pending["guid"], "amount": "13"});
    deed(&bank, "transactions/settle", body).await;
    let posted = newest().await;
    assert_eq!(
        (&posted["status"], &posted["amount"]),
        (&json!("POSTED"), &json!(13))
    );
    assert_ne!(
        posted["guid"], pending["guid"],
        "the posted one takes its place"
    );
    let body = json!({"member_guid": member, "error_code": "ITEM_LOCKED"});
    assert_eq!(
        bank.refused("/misbehave/item/error", body).await.0,
        400,
        "that is Plaid's"
    );
}
