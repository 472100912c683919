//! The whole life of a user: linking, reading transactions, and deletion.

use serde_json::{Value, json};

use super::{Mx, call, list, text};
use crate::tests::TestBank;

#[tokio::test]
async fn a_user_links_a_bank_and_reads_its_money() {
    let bank = TestBank::ready().await;
    for version in ["v20250224", "v20111101"] {
        let mx = Mx::speaking(&bank, version).await;
        let member = mx.member("anything").await;
        let (status, none) = mx
            .call("GET", &format!("/members/{member}/accounts"), Value::Null)
            .await;
        assert_eq!((status, &none["accounts"]), (200, &json!([])));
        let seen = mx.settled(&member).await;
        assert_eq!(seen["connection_status"], "CONNECTED");
        for done in [
            "is_authenticated",
            "has_processed_accounts",
            "has_processed_transactions",
        ] {
            assert_eq!(seen[done], true, "{done}");
        }
        let accounts = mx
            .good("GET", &format!("/members/{member}/accounts"), Value::Null)
            .await;
        let accounts = list(&accounts, "accounts");
        assert!(accounts.iter().any(|one| one["type"] == "CHECKING"));
        let rows = mx
            .good(
                "GET",
                &format!("/members/{member}/transactions"),
                Value::Null,
            )
            .await;
        let rows = list(&rows, "transactions");
        assert_eq!(rows.len(), 25);
        for row in &rows {
            assert!(
                row["amount"].as_f64().is_some_and(|amount| amount >= 0.0),
                "{row}"
            );
            assert!(
                accounts
                    .iter()
                    .any(|one| one["guid"] == row["account_guid"]),
                "{row}"
            );
        }
    }
}

#[tokio::test]
async fn the_same_people_have_the_same_money_on_both_wires() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let body = json!({
        "access_token": token, "start_date": "2026-02-01", "end_date": "2026-02-28", "options": {"count": 500},
    });
    let plaid = bank.post("/transactions/get", body).await;
    let mut theirs: Vec<(String, bool, String)> = list(&plaid, "transactions")
        .iter()
        .map(|row| {
            let amount = row["amount"].as_f64().expect("an amount");
            (
                text(&row["date"]),
                amount < 0.0,
                format!("{:.2}", amount.abs()),
            )
        })
        .collect();
    let mx = Mx::speaking(&bank, "v20111101").await;
    let member = mx.connected().await;
    let path = format!(
        "/members/{member}/transactions?from_date=2026-02-01&to_date=2026-02-28&records_per_page=1000"
    );
    let all = mx.good("GET", &path, Value::Null).await;
    let mut ours: Vec<(String, bool, String)> = list(&all, "transactions")
        .iter()
        .map(|row| {
            let amount = row["amount"].as_f64().expect("an amount");
            (
                text(&row["date"]),
                row["type"] == "CREDIT",
                format!("{amount:.2}"),
            )
        })
        .collect();
    theirs.sort();
    ours.sort();
    assert!(ours.len() > 10);
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn a_run_is_seen_step_by_step() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let credentials = mx.typed("mxbank", "mxuser", "anything").await;
    let body = json!({"member": {"institution_code": "mxbank", "credentials": credentials}});
    let (status, made) = mx.call("POST", "/members", body).await;
    assert_eq!(status, 202);
    let made = &made["member"];
    assert_eq!(made["connection_status"], "CREATED");
    assert_eq!(made["is_being_aggregated"], true);
    let member = text(&made["guid"]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        let one = mx.status(&member).await;
        let flag = |name: &str| one[name].as_bool().expect("a flag");
        seen.push((
            text(&one["connection_status"]),
            flag("is_being_aggregated"),
            flag("has_processed_accounts"),
            flag("has_processed_transactions"),
        ));
    }
    let state = |status: &str, runs, accounts, rows| (status.to_owned(), runs, accounts, rows);
    let done = state("CONNECTED", false, true, true);
    assert_eq!(
        seen,
        [
            state("CREATED", true, false, false),
            state("CONNECTED", true, true, false),
            done.clone(),
            done,
        ]
    );
}

#[tokio::test]
async fn a_run_that_nobody_looks_at_ends_by_itself() {
    let bank = TestBank::with(|_| {}).await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("anything").await;
    bank.sandbox.tick().await.expect("done");
    let rows = format!("/members/{member}/transactions");
    let none = mx.good("GET", &rows, Value::Null).await;
    assert_eq!(none["pagination"]["total_entries"], 0, "too soon");
    bank.advance_secs(5);
    bank.sandbox.tick().await.expect("done");
    let some = mx.good("GET", &rows, Value::Null).await;
    assert!(
        some["pagination"]["total_entries"].as_u64() > Some(50),
        "{some}"
    );
}

#[tokio::test]
async fn users_and_members_outlive_a_restart() {
    let bank = TestBank::ready().await;
    let (user, member) = {
        let mx = Mx::new(&bank).await;
        let member = mx.connected().await;
        (mx.user, member)
    };
    let bank = bank.reopen().await;
    let mx = Mx {
        bank: &bank,
        user,
        version: "v20250224",
    };
    assert_eq!(mx.status(&member).await["connection_status"], "CONNECTED");
    let rows = mx.good("GET", "/transactions", Value::Null).await;
    assert!(rows["pagination"]["total_entries"].as_u64() > Some(50));
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let (first, second) = (
        mx.connected().await,
        mx.member_at("mxcu", "mxuser", "x").await,
    );
    mx.settled(&second).await;
    let path = format!("/members/{first}");
    assert_eq!(mx.call("DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(mx.call("GET", &path, Value::Null).await.0, 404);
    assert_eq!(mx.call("DELETE", &path, Value::Null).await.0, 404);
    let left = mx
        .good("GET", "/accounts?records_per_page=1000", Value::Null)
        .await;
    let left = list(&left, "accounts");
    assert!(!left.is_empty() && left.iter().all(|one| one["member_guid"] == second.as_str()));
    let user = format!("/users/{}", mx.user);
    assert_eq!(call(&bank, "DELETE", &user, Value::Null).await.0, 204);
    assert_eq!(call(&bank, "GET", &user, Value::Null).await.0, 404);
    let items = bank.post("/misbehave/item/list", json!({})).await;
    assert_eq!(items["items"], json!([]), "their money is gone too");
}

#[tokio::test]
async fn extended_history_goes_back_two_years() {
    let bank = TestBank::ready().await;
    let mx = Mx::speaking(&bank, "v20111101").await;
    let member = mx.connected().await;
    let path = format!("/members/{member}/transactions?from_date=2000-01-01&records_per_page=1000");
    let oldest = async || {
        let (mut page, mut dates) = (1, Vec::new());
        loop {
            let all = mx
                .good("GET", &format!("{path}&page={page}"), Value::Null)
                .await;
            dates.extend(
                list(&all, "transactions")
                    .iter()
                    .map(|row| text(&row["date"])),
            );
            if all["pagination"]["total_pages"] == page {
                return dates.into_iter().min().expect("rows");
            }
            page += 1;
        }
    };
    let before = oldest().await;
    assert!(
        before.as_str() >= "2025-12-09" && before.as_str() < "2026-01-01",
        "{before}"
    );
    let extend = format!("/members/{member}/extend_history");
    assert_eq!(mx.call("POST", &extend, Value::Null).await.0, 202);
    let aggregate = format!("/members/{member}/aggregate");
    assert_eq!(
        mx.call("POST", &aggregate, Value::Null).await.0,
        409,
        "another job runs"
    );
    mx.settled(&member).await;
    let after = oldest().await;
    assert!(after.as_str() < "2024-04-01", "{after}");
}
