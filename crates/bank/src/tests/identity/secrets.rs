//! No code, token or secret is in the bank's files, and repeated sign-ins do not fill them.

use super::{code, get, sign_in, text, token};
use crate::tests::{TestBank, files_with};

const SECRET: &str = "9f-Quokka~rides.a_Zeppelin";

#[tokio::test]
async fn no_code_token_or_secret_is_kept() {
    let bank = TestBank::ready().await;
    let mut all = vec![SECRET.to_owned()];
    for provider in ["google", "oidc", "facebook"] {
        let given = code(&bank, provider, &[], &[]).await;
        let told = token(&bank, provider, &given, &[("client_secret", SECRET)]).await;
        assert_eq!(told.status, 200);
        all.push(text(&told.json(), "access_token").to_owned());
        all.push(given);
    }
    let bank = bank.reopen().await;
    for text in &all {
        assert_eq!(files_with(bank.folder.path(), text), Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_newest_five_hundred_sign_ins_are_kept() {
    let bank = TestBank::ready().await;
    let first = sign_in(&bank, "facebook", &[], &[]).await;
    let early = code(&bank, "facebook", &[], &[]).await;
    for _ in 0..500 {
        code(&bank, "facebook", &[], &[("names", "hostile")]).await;
    }
    assert_eq!(
        token(&bank, "facebook", &early, &[]).await.status,
        400,
        "forgotten"
    );
    let path = format!(
        "/identity/facebook/v26.0/me?access_token={}",
        text(&first, "access_token")
    );
    let told = get(&bank, &path, "").await.json();
    assert_eq!(
        told["error"]["type"], "GraphMethodException",
        "the token is known: {told}"
    );
}
