//! Settings that are wrong, unusual or too large.

use std::fs;
use std::os::unix::fs::MetadataExt;

use super::{doctor, set, stopped};
use crate::process::{PASSBOOK, empty_handed};

#[tokio::test]
async fn bad_settings_are_told_and_the_rest_is_looked_at() {
    let process = stopped().await;
    let bad = [
        ("PASSBOOK_LISTEN", "somewhere"),
        ("PLAID_ENV", "development"),
        ("RUST_LOG", "[[["),
        ("PASSBOOK_PORT", "3000"),
    ];
    let said = doctor(process.folder(), &bad).await;
    let told = said.wrong("Settings");
    for part in [
        "PASSBOOK_LISTEN must be an address and port like 127.0.0.1:3000.",
        "PLAID_ENV must be",
        "RUST_LOG must be",
        "PASSBOOK_PORT is set, but Passbook has no such setting",
        "This report ignores it.",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    for what in ["Database", "Sealed secrets", "Public URL", "Clock"] {
        said.of("Good", what);
    }
    let strange = [("PASSBOOK_PORT", "3000")];
    let said = doctor(process.folder(), &strange).await;
    assert!(said.warns("Settings").contains("PASSBOOK_PORT"));
    assert_eq!(said.code, Some(0), "{}", said.text);
}

#[tokio::test]
async fn a_bad_env_file_is_told_without_its_value() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(".env"), "PLAID_SECRET=hush hush\n").expect("written");
    let said = doctor(folder.path(), &[]).await;
    let told = said.wrong("Settings");
    assert!(told.contains(".env, line 1 (PLAID_SECRET)"), "{told}");
    assert!(!said.text.contains("hush"), "{}", said.text);
}

#[tokio::test]
async fn what_others_reach_in_the_clear_is_told_with_the_setting() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = [
        ("PASSBOOK_LISTEN", "0.0.0.0:3000"),
        ("PASSBOOK_PUBLIC_URL", "http://money.example.org"),
    ];
    let said = doctor(folder.path(), &open).await;
    let told = said.wrong("HTTPS");
    assert!(
        told.ends_with("PASSBOOK_PUBLIC_URL=https://money.example.org"),
        "{told}"
    );
    assert!(said.warns("Sign-up").ends_with("PASSBOOK_SIGNUP=invite"));
}

#[tokio::test]
async fn a_time_zone_that_is_none_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = doctor(folder.path(), &[("TZ", "Berlin Time")]).await;
    let told = said.warns("Time zone");
    assert!(
        told.contains("TZ=Berlin Time is not a time zone, so dates use UTC"),
        "{told}"
    );
    let said = doctor(folder.path(), &[("TZ", "Europe/Berlin")]).await;
    assert!(said.of("Good", "Time zone").contains("Europe/Berlin"));
}

#[test]
fn more_connections_than_files_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = format!("ulimit -n 300 && exec {PASSBOOK} doctor");
    let mut command = empty_handed("/bin/sh", folder.path(), &["-c", &script]);
    let mut said = |most: &str| {
        let ended = command.env("PASSBOOK_MAX_CONNECTIONS", most).output();
        let ended = ended.expect("it runs");
        (
            ended.status.code(),
            String::from_utf8_lossy(&ended.stdout).into_owned(),
        )
    };
    let (code, told) = said("1000");
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("Needs attention: Open files\n  PASSBOOK_MAX_CONNECTIONS is 1000"),
        "{told}"
    );
    let (code, told) = said("100");
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("Up to 300 open files, enough for 100 connections."),
        "{told}"
    );
}

#[test]
fn files_of_somebody_else_are_told_with_their_owner_and_the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    if folder.path().metadata().expect("a folder").uid() != 0 {
        // Only root can run a program as another user.
        return;
    }
    let (program, data) = (folder.path().join("passbook"), folder.path().join("data"));
    fs::copy(PASSBOOK, &program).expect("a copy");
    fs::create_dir(&data).expect("a folder");
    fs::write(data.join("passbook.db"), "").expect("written");
    for path in [folder.path(), &program] {
        set(path, 0o755);
    }
    set(&data, 0o700);
    let program = program.to_str().expect("a path");
    let arguments = ["--reuid=12345", "--clear-groups", program, "doctor"];
    let ended = empty_handed("setpriv", folder.path(), &arguments).output();
    let ended = ended.expect("setpriv runs");
    let said = String::from_utf8_lossy(&ended.stdout);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ended.status.code(), Some(1), "{said}");
    for part in [
        "Needs attention: File access data cannot be used: permission denied.",
        "chown 12345 'data' && chmod u+rwx 'data'",
        "Check this: Key file data/passbook.key can’t be checked: permission denied.",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}
