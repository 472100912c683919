//! Bank credentials and the credentials for MX are kept only in memory.

use domain::connection::LinkStatus;
use passbook::sync;

use super::own_bank::{give_answers, listen, start};
use super::{MXBANK, comes_to, completes, filled, link};
use crate::app::ADA;
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
    let app = start().await;
    let kept_nowhere = || {
        for secret in [PASSWORD, ANSWER, SECRET, WEBHOOK_PASSWORD] {
            assert!(!app.is_kept(secret), "{secret} is in a file");
        }
    };
    let id = link(&app, "challenge").await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    give_answers(&app, &id, ANSWER)
        .await
        .expect("it is passed on");
    kept_nowhere();
    comes_to(&app, &id, LinkStatus::OtherError).await;
    let typed = filled(&app, MXBANK, ["mxuser", PASSWORD]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    again.expect("it is begun");
    kept_nowhere();
    comes_to(&app, &id, LinkStatus::Success).await;
    completes(&app, &id).await;
    let typed = filled(&app, MXBANK, ["mxuser", WRONG_PASSWORD]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    again.expect("it is begun");
    comes_to(&app, &id, LinkStatus::WrongCredentials).await;
    listen(&app).await;
    kept_nowhere();
    assert!(!format!("{:?}", app.ctx()).contains(SECRET));
    let app = app.restarted().await;
    assert!(app.is_kept("MX Bank"), "what is looked for is found");
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
