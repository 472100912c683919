//! The worked example of the README, run as it is written.

use std::process::Command;
use std::time::Duration;

use domain::clock::Clock;
use jiff::SignedDuration;

use crate::app::{START, TestApp};
use crate::bank::{CLIENT_ID, OwnBank, SECRET};

#[tokio::test(flavor = "multi_thread")]
async fn the_example_runs_as_written() {
    let readme = std::fs::read_to_string("README.md").expect("the page");
    let (_, after) = readme
        .split_once("<!-- example -->\n```sh\n")
        .expect("the example");
    let (example, _) = after.split_once("```").expect("its end");
    let clock = Clock::settable(START.parse().expect("a moment"));
    let bank = OwnBank::open(&clock).await;
    let app = TestApp::with(&bank.settings()).await;
    // The addresses and the keys are this test's; the rest is run as it is.
    let ours = format!("http://{}", app.address());
    let script = example
        .replace("http://127.0.0.1:3000", &ours)
        .replace("http://127.0.0.1:4000", &bank.url)
        .replace(
            "\"client_id\":\"me\"",
            &format!("\"client_id\":\"{CLIENT_ID}\""),
        )
        .replace("\"secret\":\"hush\"", &format!("\"secret\":\"{SECRET}\""));
    assert_ne!(script, example);
    let (clock, ctx) = (app.clock.clone(), app.ctx().clone());
    let passing = tokio::spawn(async move {
        loop {
            clock.advance(SignedDuration::from_millis(200));
            ctx.work.notify_waiters();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let run = tokio::task::spawn_blocking(move || {
        let mut bash = Command::new("bash");
        bash.args(["-xeuo", "pipefail", "-c", &script]).output()
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
