//! The test bank of MX's documentation, and the banks of the simulated world.

use serde_json::{Value, json};

use super::{Mx, call, list};
use crate::tests::TestBank;

#[tokio::test]
async fn every_password_of_the_test_user_does_what_the_documentation_says() {
    let bank = TestBank::ready().await;
    for (password, status, challenge) in [
        ("anything else", "CONNECTED", None),
        ("correct", "CONNECTED", None),
        ("Challenge", "CONNECTED", None),
        ("locked", "CONNECTED", None),
        ("challenge", "CHALLENGED", Some("TEXT")),
        ("options", "CHALLENGED", Some("OPTIONS")),
        ("image", "CHALLENGED", Some("IMAGE_DATA")),
        ("BAD_REQUEST", "FAILED", None),
        ("UNAUTHORIZED", "DENIED", None),
        ("INVALID", "DENIED", None),
        ("LOCKED", "LOCKED", None),
        ("DISABLED", "DENIED", None),
        ("SERVER_ERROR", "FAILED", None),
        ("UNAVAILABLE", "FAILED", None),
    ] {
        let mx = Mx::new(&bank).await;
        let member = mx.member(password).await;
        let seen = mx.settled(&member).await;
        assert_eq!(seen["connection_status"], status, "{password}");
        let kind = seen["challenges"][0]["type"].as_str();
        assert_eq!(kind, challenge, "{password}");
        let accounts = mx.good("GET", "/accounts", Value::Null).await;
        let any = !list(&accounts, "accounts").is_empty();
        assert_eq!(any, status == "CONNECTED", "{password}");
        let again = mx.settled(&member).await;
        assert_eq!(again["connection_status"], status, "{password} stays");
    }
}

#[tokio::test]
async fn the_people_of_this_world_log_in_at_its_banks() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    for (at, username, password, status) in [
        ("tartan_bank", "user_good", "pass_good", "CONNECTED"),
        ("houndstooth_bank", "user_good", "wrong", "DENIED"),
        ("mxbank", "user_yuppie", "any", "CONNECTED"),
        ("mxbank", "nobody", "any", "DENIED"),
        (
            "windowpane_bank",
            "user_good",
            "error_ITEM_LOCKED",
            "LOCKED",
        ),
        (
            "unhealthy_platypus_bank_down",
            "user_good",
            "pass_good",
            "FAILED",
        ),
    ] {
        let member = mx.member_at(at, username, password).await;
        let seen = mx.settled(&member).await;
        assert_eq!(seen["connection_status"], status, "{username} at {at}");
    }
}

#[tokio::test]
async fn three_wrong_passwords_in_a_row_are_one_too_many() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("INVALID").await;
    let path = format!("/members/{member}");
    let mut seen = vec![mx.settled(&member).await["connection_status"].clone()];
    for password in ["INVALID", "UNAUTHORIZED"] {
        let body = json!({"member": {"credentials": mx.typed("mxbank", "mxuser", password).await}});
        let (status, updated) = mx.call("PUT", &path, body).await;
        assert_eq!(
            (status, &updated["member"]["connection_status"]),
            (200, &json!("UPDATED"))
        );
        seen.push(mx.settled(&member).await["connection_status"].clone());
    }
    assert_eq!(seen, ["DENIED", "DENIED", "PREVENTED"]);
    let aggregate = format!("{path}/aggregate");
    let (status, answer) = mx.call("POST", &aggregate, Value::Null).await;
    assert_eq!(
        (status, &answer["member"]["is_being_aggregated"]),
        (202, &json!(false)),
        "MX has stopped"
    );
    let body = json!({"member": {"credentials": mx.typed("mxbank", "mxuser", "right").await}});
    mx.good("PUT", &path, body).await;
    assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
}

#[tokio::test]
async fn a_second_run_within_three_hours_is_not_done_but_at_the_test_bank() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    for (at, runs) in [("mxbank", true), ("mxcu", false)] {
        let member = mx.member_at(at, "mxuser", "anything").await;
        mx.settled(&member).await;
        let aggregate = format!("/members/{member}/aggregate");
        let (status, answer) = mx.call("POST", &aggregate, Value::Null).await;
        assert_eq!(
            (status, &answer["member"]["is_being_aggregated"]),
            (202, &json!(runs)),
            "{at}"
        );
        mx.settled(&member).await;
        bank.advance_secs(3 * 3600);
        let (_, answer) = mx.call("POST", &aggregate, Value::Null).await;
        assert_eq!(
            answer["member"]["is_being_aggregated"], true,
            "{at}, three hours later"
        );
        let (status, answer) = mx.call("POST", &aggregate, Value::Null).await;
        assert_eq!(
            (status, &answer["member"]["is_being_aggregated"]),
            (202, &json!(true)),
            "it runs"
        );
    }
}

#[tokio::test]
async fn another_run_finds_what_a_new_day_brought() {
    let bank = TestBank::ready().await;
    let mx = Mx::speaking(&bank, "v20111101").await;
    let member = mx.connected().await;
    bank.advance_days(3);
    let path = format!("/members/{member}/transactions?from_date=2026-03-11");
    let before = mx.good("GET", &path, Value::Null).await;
    assert_eq!(before["pagination"]["total_entries"], 0);
    mx.good("POST", &format!("/members/{member}/aggregate"), Value::Null)
        .await;
    mx.settled(&member).await;
    let after = mx.good("GET", &path, Value::Null).await;
    assert!(
        after["pagination"]["total_entries"].as_u64() > Some(0),
        "{after}"
    );
}

#[tokio::test]
async fn a_connected_member_is_fetched_by_itself_unless_that_is_off() {
    let bank = TestBank::ready().await;
    let mx = Mx::speaking(&bank, "v20111101").await;
    let (on, off) = (
        mx.connected().await,
        mx.member_at("mxcu", "mxuser", "x").await,
    );
    mx.settled(&off).await;
    let body = json!({"member": {"background_aggregation_is_disabled": true}});
    mx.good("PUT", &format!("/members/{off}"), body).await;
    bank.advance_days(3);
    bank.sandbox.tick().await.expect("done");
    for (member, any) in [(on, true), (off, false)] {
        let path = format!("/members/{member}/transactions?from_date=2026-03-11");
        let all = mx.good("GET", &path, Value::Null).await;
        assert_eq!(!list(&all, "transactions").is_empty(), any, "{all}");
    }
}

#[tokio::test]
async fn every_bank_has_a_site_of_its_own() {
    let bank = TestBank::ready().await;
    let path = "/institutions?records_per_page=100";
    let (_, all) = call(&bank, "GET", path, Value::Null).await;
    let all = list(&all, "institutions");
    let sites: std::collections::HashSet<_> = all.iter().map(|one| one["url"].as_str()).collect();
    assert_eq!(sites.len(), all.len());
    let mxcu = all.iter().find(|one| one["code"] == "mxcu");
    assert_eq!(mxcu.expect("listed")["url"], "https://mxcu.example");
}
