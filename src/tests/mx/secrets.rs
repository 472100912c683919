//! Bank credentials and the credentials for MX are kept only in memory.

use domain::connection::LinkStatus;
use passbook::sync;

use super::{MXBANK, Pair};
use crate::bank::{SECRET, WEBHOOK_PASSWORD};
use crate::log;

const PASSWORD: &str = "a-canary-that-opens-the-bank";
const WRONG_PASSWORD: &str = "INVALID";
const ANSWER: &str = "a canary that answers the bank wrongly";

#[tokio::test]
async fn what_is_typed_for_a_bank_is_in_no_file_and_in_no_line_of_the_log() {
    for secret in [PASSWORD, ANSWER, SECRET, WEBHOOK_PASSWORD] {
        log::keep_out(secret);
    }
    let pair = Pair::start().await;
    let kept_nowhere = || {
        for secret in [PASSWORD, ANSWER, SECRET, WEBHOOK_PASSWORD] {
            assert!(!pair.app.is_kept(secret), "{secret} is in a file");
        }
    };
    let id = pair.link("challenge").await;
    pair.comes_to(&id, LinkStatus::Challenged).await;
    pair.answer(&id, ANSWER).await.expect("it is passed on");
    kept_nowhere();
    pair.comes_to(&id, LinkStatus::OtherError).await;
    let typed = pair.typed(MXBANK, ["mxuser", PASSWORD]).await;
    let again = sync::log_in_again(pair.app.ctx(), &pair.ada, &id, &typed).await;
    again.expect("it is begun");
    kept_nowhere();
    pair.comes_to(&id, LinkStatus::Success).await;
    pair.complete(&id).await;
    let typed = pair.typed(MXBANK, ["mxuser", WRONG_PASSWORD]).await;
    let again = sync::log_in_again(pair.app.ctx(), &pair.ada, &id, &typed).await;
    again.expect("it is begun");
    pair.comes_to(&id, LinkStatus::WrongCredentials).await;
    pair.listen().await;
    kept_nowhere();
    assert!(!format!("{:?}", pair.app.ctx()).contains(SECRET));
    let pair = pair.restarted().await;
    assert!(pair.app.is_kept("MX Bank"), "what is looked for is found");
    let (lines, leaks) = log::heard();
    assert!(lines > 50, "the log is listened to");
    let ours = |line: &&String| {
        [PASSWORD, ANSWER, SECRET, WEBHOOK_PASSWORD]
            .iter()
            .any(|secret| line.contains(secret))
    };
    let leaks: Vec<&String> = leaks.iter().filter(ours).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}
