//! The other commands.

use crate::app::{ADA, browsers};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::process::{Process, Running, command, output};

#[tokio::test]
async fn help_and_invite_and_the_bank_alone_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = output(folder.path(), &["--help"], &[]).await;
    let said = String::from_utf8_lossy(&help.stdout).into_owned();
    assert_eq!(help.status.code(), Some(0));
    for word in [
        "serve",
        "sandbox",
        "invite",
        "PASSBOOK_LISTEN",
        "PLAID_SECRET",
        "RUST_LOG",
    ] {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
    assert_eq!(
        output(folder.path(), &["--nonsense"], &[])
            .await
            .status
            .code(),
        Some(2)
    );

    let invite = output(
        folder.path(),
        &["invite"],
        &[("PASSBOOK_PUBLIC_URL", "https://money.example.org")],
    )
    .await;
    let said = String::from_utf8_lossy(&invite.stdout).into_owned();
    assert_eq!(
        invite.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&invite.stderr)
    );
    assert!(
        said.starts_with("https://money.example.org/sign-up?invitation="),
        "{said}"
    );

    let mut bank = command(folder.path(), &["sandbox", "--listen", "127.0.0.1:0"]);
    let mut bank = Running::start(&mut bank);
    let first = bank.line().await;
    let url = first
        .strip_prefix("Sandbox bank is at ")
        .expect("its address")
        .to_owned();
    let question = serde_json::json!({"client_id": "a", "secret": "b", "institution_id": PLATYPUS, "country_codes": ["US"]});
    let answer = browsers()
        .post(format!("{url}/institutions/get_by_id"))
        .json(&question)
        .send()
        .await
        .expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(answer["institution"]["name"], "First Platypus Bank");
}

#[tokio::test]
async fn an_invitation_is_made_while_it_runs_and_lets_one_in() {
    let mut process = Process::serve(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let made = output(process.folder(), &["invite"], &[]).await;
    let link = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let (_, code) = link.split_once("?invitation=").expect("a code");
    let mut browser = Browser::new(browsers(), process.address, &process.url);
    assert_eq!(browser.sign_up(&ADA, code).await.path, "/");
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn the_demo_person_has_no_place_where_others_can_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused: [&[(&str, &str)]; 3] = [
        &[("PASSBOOK_LISTEN", "0.0.0.0:0")],
        &[
            ("PASSBOOK_LISTEN", "127.0.0.1:0"),
            ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
        ],
        &[
            ("PASSBOOK_LISTEN", "127.0.0.1:0"),
            ("PLAID_CLIENT_ID", "a"),
            ("PLAID_SECRET", "b"),
        ],
    ];
    for settings in refused {
        let ended = output(folder.path(), &["serve", "--demo"], settings).await;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{settings:?}: {said}");
        assert!(said.contains("--demo"), "{said}");
    }
}
