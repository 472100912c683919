//! Challenges after the password.

use serde_json::{Value, json};

use super::{Mx, list, text};
use crate::tests::TestBank;

#[tokio::test]
async fn the_right_answer_goes_on_and_a_wrong_one_is_rejected() {
    let bank = TestBank::ready().await;
    for (answer, status) in [
        ("correct", "CONNECTED"),
        ("wrong", "REJECTED"),
        ("Correct", "REJECTED"),
        ("DISABLED", "DENIED"),
        ("SERVER_ERROR", "FAILED"),
        ("UNAVAILABLE", "FAILED"),
    ] {
        let mx = Mx::new(&bank).await;
        let member = mx.member("challenge").await;
        let asked = mx.settled(&member).await;
        assert_eq!(
            asked["is_being_aggregated"], true,
            "it waits for the answer"
        );
        let (code, resumed) = mx.answer(&member, answer).await;
        assert_eq!(code, 202);
        assert_eq!(resumed["member"]["connection_status"], "RESUMED");
        let seen = mx.settled(&member).await;
        assert_eq!(seen["connection_status"], status, "{answer}");
        assert_eq!(seen["is_being_aggregated"], false);
    }
}

#[tokio::test]
async fn an_option_is_chosen_by_its_value_or_its_guid() {
    let bank = TestBank::ready().await;
    for key in ["value", "guid"] {
        let mx = Mx::new(&bank).await;
        let member = mx.member("options").await;
        let seen = mx.settled(&member).await;
        let options = list(&seen["challenges"][0], "options");
        let right = options.iter().find(|one| one["value"] == "correct");
        let (code, _) = mx
            .answer(&member, &text(&right.expect("one is right")[key]))
            .await;
        assert_eq!(code, 202);
        assert_eq!(
            mx.settled(&member).await["connection_status"],
            "CONNECTED",
            "{key}"
        );
    }
}

#[tokio::test]
async fn an_answer_can_raise_another_challenge_with_new_guids() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("challenge").await;
    let first = mx.settled(&member).await["challenges"][0]["guid"].clone();
    assert_eq!(mx.answer(&member, "challenge").await.0, 202);
    let asked = mx.settled(&member).await;
    assert_eq!(asked["connection_status"], "CHALLENGED");
    assert_ne!(asked["challenges"][0]["guid"], first);
    let old = json!({"member": {"challenges": [{"guid": first, "value": "correct"}]}});
    let resume = format!("/members/{member}/resume");
    assert_eq!(
        mx.call("PUT", &resume, old).await.0,
        400,
        "of the first round"
    );
    assert_eq!(mx.answer(&member, "correct").await.0, 202);
    assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
}

#[tokio::test]
async fn nobody_is_challenged_unless_they_are() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let path = format!("/members/{member}/challenges");
    assert_eq!(mx.call("GET", &path, Value::Null).await, (204, Value::Null));
    let body = json!({"member": {"challenges": [{"guid": "CRD-1", "value": "correct"}]}});
    let resume = format!("/members/{member}/resume");
    assert_eq!(mx.call("PUT", &resume, body).await.0, 409);
}

#[tokio::test]
async fn a_challenge_waits_ten_minutes() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let (looked_at, left_alone) = (
        mx.member("challenge").await,
        mx.member_at("mxcu", "mxuser", "challenge").await,
    );
    for member in [&looked_at, &left_alone] {
        assert_eq!(mx.settled(member).await["connection_status"], "CHALLENGED");
    }
    bank.advance_secs(599);
    assert_eq!(
        mx.settled(&looked_at).await["connection_status"],
        "CHALLENGED"
    );
    bank.advance_secs(1);
    let seen = mx.settled(&looked_at).await;
    assert_eq!(seen["connection_status"], "EXPIRED");
    assert_eq!(seen["is_being_aggregated"], false);
    let path = format!("/members/{looked_at}/challenges");
    assert_eq!(mx.call("GET", &path, Value::Null).await.0, 204);
    bank.sandbox.tick().await.expect("done");
    let (_, all) = mx.call("GET", "/members", Value::Null).await;
    let all = list(&all, "members");
    let other = all.iter().find(|one| one["guid"] == left_alone.as_str());
    assert_eq!(other.expect("listed")["connection_status"], "EXPIRED");
    mx.good(
        "POST",
        &format!("/members/{looked_at}/aggregate"),
        Value::Null,
    )
    .await;
    let seen = mx.settled(&looked_at).await;
    assert_eq!(seen["connection_status"], "CHALLENGED", "it asks anew");
}

#[tokio::test]
async fn this_worlds_people_are_asked_what_they_are_asked_in_plaids_words() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let device = mx.member_at("tartan_bank", "user_good", "mfa_device").await;
    let seen = mx.settled(&device).await;
    assert_eq!(seen["challenges"][0]["type"], "OPTIONS");
    mx.answer(&device, "text").await;
    let seen = mx.settled(&device).await;
    assert_eq!(seen["challenges"][0]["type"], "TOKEN");
    mx.answer(&device, "1234").await;
    assert_eq!(mx.settled(&device).await["connection_status"], "CONNECTED");

    let questions = mx
        .member_at("houndstooth_bank", "user_good", "mfa_questions_2_2")
        .await;
    for round in 0..2 {
        let asked = list(&mx.settled(&questions).await, "challenges");
        assert_eq!(asked.len(), 2, "all at once");
        let answers: Vec<Value> = (0..)
            .zip(&asked)
            .map(|(n, one)| json!({"guid": one["guid"], "value": format!("answer_{round}_{n}")}))
            .collect();
        let body = json!({"member": {"challenges": answers}});
        mx.good("PUT", &format!("/members/{questions}/resume"), body)
            .await;
    }
    assert_eq!(
        mx.settled(&questions).await["connection_status"],
        "CONNECTED"
    );
}

#[tokio::test]
async fn every_question_of_a_round_must_be_answered() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx
        .member_at("tartan_bank", "user_good", "mfa_questions_1_2")
        .await;
    let asked = list(&mx.settled(&member).await, "challenges");
    let body =
        json!({"member": {"challenges": [{"guid": asked[0]["guid"], "value": "answer_0_0"}]}});
    mx.good("PUT", &format!("/members/{member}/resume"), body)
        .await;
    assert_eq!(mx.settled(&member).await["connection_status"], "REJECTED");
}

#[tokio::test]
async fn a_challenge_that_is_over_does_not_hold_up_the_next_run() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("challenge").await;
    mx.settled(&member).await;
    bank.advance_secs(600);
    let (code, _) = mx.answer(&member, "correct").await;
    assert_eq!(code, 409, "too late");
    let path = format!("/members/{member}/aggregate");
    mx.good("POST", &path, Value::Null).await;
    let seen = mx.settled(&member).await;
    assert_eq!(seen["connection_status"], "CHALLENGED");
    assert_eq!(mx.answer(&member, "correct").await.0, 202);
    assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
}
