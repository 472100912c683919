//! Restoring a copy of the database in its place.

use std::fs;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::told;
use crate::app::ADA;
use crate::process::{Process, Spawned, command, output};

const HERE: [(&str, &str); 1] = [("PASSBOOK_LISTEN", "127.0.0.1:0")];
const COMMANDS: [&[&str]; 5] = [
    &["serve"],
    &["invite"],
    &["admin", "list"],
    &["fsck"],
    &["rotate-key"],
];

/// Makes a copy of the database while Passbook runs.
async fn copy(database: &Path, to: &Path) {
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = options.connect().await.expect("a database");
    sqlx::query("VACUUM INTO $1")
        .bind(to.to_str())
        .execute(&mut connection)
        .await
        .expect("a copy");
    connection.close().await.expect("closed");
}

async fn people(database: &Path) -> i64 {
    let options = SqliteConnectOptions::new().filename(database);
    let mut connection = options.connect().await.expect("a database");
    let people = sqlx::query_scalar("SELECT COUNT(*) FROM person");
    let people = people.fetch_one(&mut connection).await.expect("a number");
    connection.close().await.expect("closed");
    people
}

/// Asserts that every command refuses and changes nothing, and that running the suggested command is enough.
async fn is_refused_until_the_log_is_gone(process: Process, copy: &Path) {
    let (data, folder) = (process.data(), process.folder().to_owned());
    let database = data.join("passbook.db");
    fs::copy(copy, &database).expect("the copy is put in its place");
    let restored = fs::read(&database).expect("a file");
    let mut last = String::new();
    for arguments in COMMANDS {
        let ended = output(&folder, arguments, &HERE).await;
        last = told(&ended);
        assert!(!ended.status.success(), "{arguments:?}: {last}");
        assert!(
            last.contains("was left by another database"),
            "{arguments:?}: {last}"
        );
        assert!(fs::read(&database).expect("a file") == restored);
    }
    let (_, advice) = last
        .split_once("the other database left: ")
        .expect("advice");
    let (advice, _) = advice.split_once(". If").expect("a command");
    let ran = std::process::Command::new("sh")
        .args(["-c", advice])
        .current_dir(&folder)
        .status();
    assert!(ran.expect("sh runs").success());
    let mut process = process.again().await;
    assert_eq!(people(&database).await, 0, "it is the copy");
    assert_eq!(process.terminate().await, Some(0));
}

async fn with_somebody(process: &Process) {
    let mut browser = process.browser();
    assert_eq!(browser.sign_up(&ADA, "").await.path, "/");
}

#[tokio::test]
async fn a_copy_from_before_the_start_is_not_mixed_with_the_log_of_a_crash() {
    let mut process = Process::serve(&[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let kept = process.folder().join("kept.db");
    fs::copy(process.data().join("passbook.db"), &kept).expect("a copy");
    let mut process = process.again().await;
    with_somebody(&process).await;
    process.kill();
    is_refused_until_the_log_is_gone(process, &kept).await;
}

#[tokio::test]
async fn a_copy_that_sqlite_made_while_it_ran_is_not_mixed_with_the_log_of_a_crash() {
    let mut process = Process::serve(&[]).await;
    let kept = process.folder().join("kept.db");
    copy(&process.data().join("passbook.db"), &kept).await;
    with_somebody(&process).await;
    process.kill();
    is_refused_until_the_log_is_gone(process, &kept).await;
}

#[tokio::test]
async fn a_copy_of_the_whole_folder_is_not_mixed_with_the_log_of_a_crash() {
    let mut process = Process::serve(&[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let data = process.data();
    assert!(!data.join("passbook.db-mark").exists(), "not in the copy");
    let kept = process.folder().join("kept");
    let copied = |from: &Path, to: &Path| {
        let copied = std::process::Command::new("cp")
            .arg("-a")
            .arg(from.join("."))
            .arg(to)
            .status();
        assert!(copied.expect("cp runs").success());
    };
    fs::create_dir(&kept).expect("a folder");
    copied(&data, &kept);
    let mut process = process.again().await;
    with_somebody(&process).await;
    process.kill();
    copied(&kept, &data);
    is_refused_until_the_log_is_gone(process, &kept.join("passbook.db")).await;
}

/// A copy made with `cp` has the same mark as the log left by the crash, so only reading all of it reveals the
/// mismatch.
#[tokio::test]
async fn a_copy_of_the_file_while_it_ran_is_not_served_when_the_log_does_not_fit() {
    let mut process = Process::serve(&[]).await;
    with_somebody(&process).await;
    let data = process.data();
    let (database, log) = (data.join("passbook.db"), data.join("passbook.db-wal"));
    process.kill();
    // A log whose pages belong to a larger database than this one.
    let mut copied = fs::read(&database).expect("a file");
    copied.truncate(copied.len() / 4096 / 2 * 4096);
    fs::write(&database, &copied).expect("the copy is put in its place");
    let kept = fs::read(&log).expect("a log");
    let ended = output(process.folder(), &["serve"], &HERE).await;
    let said = told(&ended);
    assert!(!ended.status.success(), "{said}");
    assert!(
        said.contains("are damaged when they are read together") && said.contains("rm -f"),
        "{said}"
    );
    assert!(
        fs::read(&database).expect("a file") == copied,
        "nothing was changed"
    );
    assert!(
        fs::read(&log).expect("a log") == kept,
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_copy_after_an_orderly_stop_is_taken() {
    let mut process = Process::serve(&[]).await;
    let kept = process.folder().join("kept.db");
    copy(&process.data().join("passbook.db"), &kept).await;
    with_somebody(&process).await;
    assert_eq!(process.terminate().await, Some(0));
    let database = process.data().join("passbook.db");
    fs::copy(&kept, &database).expect("the copy is put in its place");
    let mut process = process.again().await;
    assert_eq!(people(&database).await, 0);
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn a_kill_alone_is_never_refused_and_loses_nothing() {
    let mut process = Process::serve(&[]).await;
    with_somebody(&process).await;
    let database = process.data().join("passbook.db");
    for round in 0..3 {
        process.kill();
        let folder = process.folder();
        assert!(database.with_extension("db-mark").exists());
        // Also after another command, whose log the next start finds.
        let arguments = COMMANDS[[1, 2, 4][round]];
        let ended = output(folder, arguments, &HERE).await;
        assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
        process = process.again().await;
    }
    process.kill();
    // The whole folder on another machine, as the crash left it.
    let other = tempfile::tempdir().expect("a folder");
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .arg(process.data())
        .arg(other.path())
        .status();
    assert!(copied.expect("cp runs").success());
    let mut moved = command(other.path(), &["serve"]);
    let mut moved = Spawned::start(moved.envs(HERE));
    assert!(moved.line().await.starts_with("Passbook is at "));
    assert_eq!(people(&other.path().join("data/passbook.db")).await, 1);
}

/// Kills at every moment of the start, while the mark changes.
#[tokio::test]
async fn a_kill_while_it_starts_is_never_refused() {
    let mut process = Process::serve(&[]).await;
    process.kill();
    for moment in 0..30 {
        let mut starting = command(process.folder(), &["serve"]);
        let mut starting = starting.envs(HERE).spawn().expect("it starts");
        tokio::time::sleep(std::time::Duration::from_millis(moment * 5)).await;
        starting.kill().expect("killed");
        starting.wait().expect("it ends");
        if let Err(refused) = store::Store::inspect(&process.data().join("passbook.db")) {
            panic!("{moment}: {refused}");
        }
    }
    assert_eq!(process.again().await.terminate().await, Some(0));
}
