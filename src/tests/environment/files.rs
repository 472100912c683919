//! Files that others can read, and files that are lost.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::told;
use crate::app::ADA;
use crate::process::{Process, command, output};

const HERE: [(&str, &str); 1] = [("PASSBOOK_LISTEN", "127.0.0.1:0")];

fn mode(path: &Path) -> u32 {
    let found = path.metadata().expect("a file");
    found.permissions().mode() & 0o777
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("set");
}

/// Creates a data directory without people, killed so that SQLite's files remain.
async fn begun() -> Process {
    let mut process = Process::serve(&[]).await;
    process.kill();
    process
}

#[tokio::test]
async fn what_others_can_read_is_closed_whoever_opens_it() {
    let process = begun().await;
    let data = process.data();
    let names = [
        "passbook.db",
        "passbook.db-wal",
        "passbook.db-shm",
        "passbook.key",
        "passbook.lock",
        "sandbox.db",
        "sandbox.db-wal",
    ];
    let commands: [&[&str]; 4] = [&["invite"], &["admin", "list"], &["fsck"], &["rotate-key"]];
    for arguments in commands {
        let there: Vec<_> = names.iter().map(|name| data.join(name)).collect();
        let there: Vec<_> = there.iter().filter(|path| path.exists()).collect();
        for (at, path) in there.iter().enumerate() {
            set(path, [0o644, 0o604, 0o666, 0o660][at % 4]);
        }
        set(&data, 0o755);
        let ended = output(process.folder(), arguments, &[]).await;
        let said = told(&ended);
        assert!(
            said.contains("other users on this machine could access"),
            "{said}"
        );
        assert_eq!(mode(&data), 0o700);
        for path in there.iter().filter(|path| path.exists()) {
            assert_eq!(mode(path), 0o600, "{arguments:?}: {}", path.display());
        }
    }
    // A directory with other files in it keeps its mode, except that others lose write access.
    fs::write(data.join("photo.jpg"), "").expect("written");
    for (before, after) in [(0o755, 0o755), (0o777, 0o775)] {
        set(&data, before);
        output(process.folder(), &["invite"], &[]).await;
        assert_eq!(mode(&data), after);
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_closed_is_refused_with_the_command_that_closes_it() {
    let process = begun().await;
    // No user can change the mode of this file, not even root.
    let others = "/proc/self/mounts";
    let settings = [HERE[0], ("PASSBOOK_KEY_FILE", others)];
    for arguments in [&["serve"][..], &["invite"], &["fsck"]] {
        let ended = output(process.folder(), arguments, &settings).await;
        let said = told(&ended);
        assert_ne!(ended.status.code(), Some(0), "{said}");
        let command = format!("chmod 600 '{others}'");
        assert!(
            said.contains(&command) && said.contains("mode 444"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_key_that_its_group_reads_for_somebody_else_stays_as_it_is() {
    let process = begun().await;
    let (key, data) = (process.data().join("passbook.key"), process.data());
    set(&key, 0o640);
    let given = Command::new("chown").arg("12345:12345").arg(&key).status();
    if !given.expect("chown runs").success() {
        // Only root can change a file's owner.
        return;
    }
    output(process.folder(), &["invite"], &[]).await;
    assert_eq!(mode(&key), 0o640);
    set(&key, 0o644);
    output(process.folder(), &["invite"], &[]).await;
    assert_eq!((mode(&key), mode(&data)), (0o640, 0o700));
}

#[tokio::test]
async fn a_lost_database_beside_its_key_stops_everything_and_nothing_is_made() {
    let mut process = Process::serve(&[]).await;
    let mut browser = process.browser();
    browser.sign_up(&ADA, "").await;
    assert_eq!(process.terminate().await, Some(0));
    let (database, data) = (process.data().join("passbook.db"), process.data());
    let kept = data.join("kept");
    fs::rename(&database, &kept).expect("it is lost");
    for empty in [false, true] {
        if empty {
            fs::write(&database, "").expect("an empty file");
        }
        for arguments in [
            &["serve"][..],
            &["invite"],
            &["admin", "list"],
            &["rotate-key"],
            &["fsck"],
        ] {
            let ended = output(process.folder(), arguments, &HERE).await;
            let said = told(&ended);
            assert!(!ended.status.success(), "{arguments:?}: {said}");
            let told =
                said.contains("is missing or empty") && said.contains("move the key file away");
            assert!(
                told || !empty || arguments == ["fsck"],
                "{arguments:?}: {said}"
            );
            assert_eq!(database.exists(), empty, "{arguments:?}");
            assert!(!empty || fs::metadata(&database).expect("a file").len() == 0);
        }
    }
    // It works once the database is back; with the key gone too, a new Passbook begins.
    fs::rename(&kept, &database).expect("it is put back");
    let mut process = process.again().await;
    assert_eq!(process.terminate().await, Some(0));
    fs::rename(&database, &kept).expect("it is lost again");
    fs::rename(data.join("passbook.key"), data.join("old.key")).expect("the key is moved");
    assert_eq!(process.again().await.terminate().await, Some(0));
}

#[tokio::test]
async fn a_first_start_that_is_killed_at_any_moment_locks_nobody_out() {
    for moment in 0..20 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = command(folder.path(), &["serve"])
            .envs(HERE)
            .spawn()
            .expect("it starts");
        tokio::time::sleep(std::time::Duration::from_millis(moment * 8)).await;
        first.kill().expect("killed");
        first.wait().expect("it ends");
        let ended = output(folder.path(), &["invite"], &[]).await;
        assert_eq!(ended.status.code(), Some(0), "{moment}: {}", told(&ended));
        let mut again = command(folder.path(), &["serve"]);
        let mut again = crate::process::Spawned::start(again.envs(HERE));
        assert!(again.line().await.starts_with("Passbook is at "));
    }
}
