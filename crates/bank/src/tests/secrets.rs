//! No password that was typed is in the bank's files.

use serde_json::{Value, json};

use super::mx::Mx;
use super::{TestBank, files_with};

/// A text that does not occur by chance.
const TYPED: &str = "9f-Quokka~rides.a_Zeppelin";

#[tokio::test]
async fn no_password_of_an_item_is_kept() {
    let bank = TestBank::ready().await;
    let digits = "918273645546372819";
    let account = json!({"type": "depository", "note": TYPED, "numbers": {"account": digits}});
    let file = json!({"override_accounts": [account], "seed": TYPED, "more": TYPED});
    for (username, password) in [
        ("user_yuppie", TYPED.to_owned()),
        ("user_transactions_dynamic", TYPED.to_owned()),
        ("user_custom", file.to_string()),
        ("user_custom", json!({"more": TYPED}).to_string()),
    ] {
        let options = json!({"override_password": password});
        let (token, _) = bank.item(username, options).await;
        let body = json!({"access_token": token});
        let seen = bank.post("/accounts/get", body).await;
        assert!(!seen["accounts"].as_array().expect("a list").is_empty());
    }
    let (file, list) = (json!(TYPED).to_string(), json!({"mfa": TYPED}).to_string());
    for password in [TYPED, &file, &list] {
        let options = json!({"override_username": "user_custom", "override_password": password});
        let body = json!({"institution_id": "ins_109508", "initial_products": ["transactions"], "options": options});
        let (_, text) = bank
            .post_text("/sandbox/public_token/create", body.to_string())
            .await;
        assert!(
            text.contains("INVALID_CREDENTIALS") && !text.contains(TYPED),
            "{text}"
        );
    }
    bank.advance_days(2);
    bank.sandbox.tick().await.expect("done");
    let bank = bank.reopen().await;
    for text in [TYPED, &digits[..14]] {
        assert_eq!(files_with(bank.folder.path(), text), Vec::<String>::new());
    }
}

#[tokio::test]
async fn no_password_and_no_answer_of_a_member_is_kept() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member(TYPED).await;
    assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
    let path = format!("/members/{member}");
    for (username, password, status) in [
        ("mxuser", "challenge", "CHALLENGED"),
        ("user_good", TYPED, "DENIED"),
        ("user_yuppie", TYPED, "CONNECTED"),
    ] {
        let typed = mx.typed("mxbank", username, password).await;
        let body = json!({"member": {"credentials": typed}});
        mx.good("PUT", &path, body).await;
        let seen = mx.settled(&member).await;
        assert_eq!(seen["connection_status"], status, "{username}");
        if status == "CHALLENGED" {
            assert_eq!(mx.answer(&member, TYPED).await.0, 202);
            assert_eq!(mx.settled(&member).await["connection_status"], "REJECTED");
        }
    }
    assert_eq!(files_with(bank.folder.path(), TYPED), Vec::<String>::new());
    let user = mx.user.clone();
    let bank = bank.reopen().await;
    let mx = Mx {
        bank: &bank,
        user,
        version: "v20250224",
    };
    let again = format!("{path}/aggregate");
    mx.good("POST", &again, Value::Null).await;
    assert_eq!(mx.settled(&member).await["connection_status"], "CONNECTED");
    assert_eq!(files_with(bank.folder.path(), TYPED), Vec::<String>::new());
}
