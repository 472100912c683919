//! A full disk.

use std::path::Path;
use std::process::{Command, Output};

use super::folder::{Keys, contents, done, names, same, told, with_a_bank, with_the_key_of};
use crate::process::PASSBOOK;

/// Runs the program with a file size limit, which looks to it like a full disk.
fn with_room_for(folder: &Path, bytes: u64, arguments: &[&str]) -> Output {
    Command::new("prlimit")
        .arg(format!("--fsize={bytes}:unlimited"))
        .arg(PASSBOOK)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("prlimit runs")
}

#[tokio::test]
async fn a_full_disk_fails_a_backup_and_a_restore_and_nothing_is_left_or_lost() {
    let mut process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    let keys = Keys::make(&folder);
    assert_eq!(process.terminate().await, Some(0));
    let database = process.data().join("passbook.db");
    let before = contents(&database).await;
    let there = names(&folder);
    let size = database.metadata().expect("it").len();

    // No room for the copy.
    let to = ["backup", "b", "--recipient", &keys.recipient];
    let ended = with_room_for(&folder, size / 2, &to);
    assert_eq!(ended.status.code(), Some(1), "{}", told(&ended));
    assert!(
        told(&ended).contains("free as much space there as the database takes"),
        "{}",
        told(&ended)
    );
    assert!(!folder.join("b").exists() && !folder.join("b.part").exists());
    assert_eq!(names(&folder), there);
    same(&contents(&database).await, &before);
    done(&folder, &to, &[]).await;

    let other = with_the_key_of(&process.data());
    let backup = folder.join("b").display().to_string();
    let [identity, file] = keys.opening();
    let restore = ["restore", &backup, &identity, &file];
    let ended = with_room_for(other.path(), size / 2, &restore);
    assert_eq!(ended.status.code(), Some(1), "{}", told(&ended));
    assert!(
        told(&ended).contains("Nothing was restored"),
        "{}",
        told(&ended)
    );
    assert!(
        told(&ended).contains("Check that there is free space"),
        "{}",
        told(&ended)
    );
    assert_eq!(names(other.path()), ["passbook.key"]);
    done(other.path(), &restore, &[]).await;
    same(
        &contents(&other.path().join("data/passbook.db")).await,
        &before,
    );
}
