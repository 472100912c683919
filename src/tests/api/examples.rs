//! The worked examples of docs/api.md, run as they are written.

use std::process::Command;
use std::time::Duration;

use jiff::SignedDuration;

use crate::app::TestApp;
use crate::bank::{CLIENT_ID, SECRET};

/// An example, by the mark before it.
fn example(mark: &str) -> String {
    let page = std::fs::read_to_string("docs/api.md").expect("the page");
    let begins = format!("<!-- {mark} -->\n```sh\n");
    let (_, after) = page.split_once(&begins).expect("the example");
    let (example, _) = after.split_once("```").expect("its end");
    example.to_owned()
}

/// Runs a script to its end, while time passes. The last that it says is a transaction.
async fn ends_with_a_transaction(app: &TestApp, script: &str) {
    // The address is this test's; the rest is run as it is.
    let ours = format!("http://{}", app.address());
    let script = script.replace("http://127.0.0.1:3000", &ours);
    let (clock, ctx) = (app.clock.clone(), app.ctx().clone());
    let passing = tokio::spawn(async move {
        loop {
            clock.advance(SignedDuration::from_millis(200));
            ctx.work.notify_waiters();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let run = tokio::task::spawn_blocking(move || {
        // An example that waits for what does not come is a mistake in it.
        let bash = ["120", "bash", "-xeuo", "pipefail", "-c", &script];
        Command::new("timeout").args(bash).output()
    });
    let output = run.await.expect("it runs").expect("bash is there");
    passing.abort();
    let said = String::from_utf8_lossy(&output.stdout);
    let told = format!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
    let last = said.rfind("{\"transactions\":").expect(&told);
    let answer: serde_json::Value = serde_json::from_str(&said[last..]).expect(&told);
    let row = &answer["transactions"][0];
    assert!(
        row["amount"].is_string() && row["date"].is_string(),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_runs_as_written() {
    let example = example("example");
    let app = TestApp::build().plaid().start().await;
    // The bank's address and keys are this test's too.
    let script = example
        .replace("http://127.0.0.1:4000", &app.bank().url)
        .replace(
            "\"client_id\":\"me\"",
            &format!("\"client_id\":\"{CLIENT_ID}\""),
        )
        .replace("\"secret\":\"hush\"", &format!("\"secret\":\"{SECRET}\""));
    assert_ne!(script, example);
    ends_with_a_transaction(&app, &script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_with_credentials_runs_as_written() {
    let first = example("example");
    let (person, _) = first.split_once("# What Link").expect("its beginning");
    let app = TestApp::start().await;
    let script = format!("{person}{}", example("example: credentials"));
    ends_with_a_transaction(&app, &script).await;
}
