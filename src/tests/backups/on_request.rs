//! `passbook backup` and `passbook restore`.

use std::os::unix::fs::PermissionsExt;

use super::folder::{Keys, contents, done, names, refused, told, with_a_bank, with_the_key_of};
use crate::app::{ADA, browsers};
use crate::browser::Browser;
use crate::process::{Process, command, output};

#[tokio::test]
async fn everything_comes_back_from_a_backup_that_was_made_while_it_ran() {
    let mut process = with_a_bank(&[]).await;
    let keys = Keys::make(process.folder());
    let to = ["backup", "all.age", "--recipient", &keys.recipient];
    let said = done(process.folder(), &to, &[]).await;
    assert!(said.contains("1 person, 1 connection, "), "{said}");
    assert!(
        said.contains("The key is not in it: keep a copy of"),
        "{said}"
    );
    let backup = process.folder().join("all.age");
    let mode = backup.metadata().expect("the backup").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(process.terminate().await, Some(0));
    let before = contents(&process.data().join("passbook.db")).await;

    let other = with_the_key_of(&process.data());
    let backup = backup.display().to_string();
    let [identity, file] = keys.opening();
    let check = ["restore", "--check", &backup, &identity, &file];
    let said = done(other.path(), &check, &[]).await;
    assert!(said.contains("is good: 1 person, 1 connection"), "{said}");
    assert_eq!(
        names(other.path()),
        ["passbook.key"],
        "nothing was restored"
    );
    let restore = ["restore", &backup, &identity, &file];
    let said = done(other.path(), &restore, &[]).await;
    assert!(said.contains("opens all "), "{said}");
    let all = ["passbook.db", "passbook.key", "sandbox.db"];
    assert_eq!(names(other.path()), all);
    let after = contents(&other.path().join("data/passbook.db")).await;
    // Nobody was there meanwhile, so that the books are those of the moment of the backup; what is looked after by
    // itself (jobs, calls) may have gone on.
    for table in ["person", "account", "bank_transaction", "token_key"] {
        assert_eq!(after[table], before[table], "{table}");
    }

    // It runs, and the bank answers it: the person logs in and syncs.
    let process = Process::in_folder(other, &[]).await;
    let mut browser = Browser::new(browsers(), process.address, &process.url);
    let page = browser.log_in(ADA.email, ADA.password).await;
    assert_eq!(page.status, 200);
    let page = browser.get("/transactions").await;
    assert!(page.count("main li") > 10, "{}", page.text("main"));
}

#[tokio::test]
async fn with_the_key_in_it_a_backup_is_all_that_is_needed() {
    let mut process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    std::fs::write(folder.join("words"), "four words make one\nand no more").expect("written");
    let with_key = ["backup", "-", "--with-key", "--passphrase-file", "words"];
    let ended = output(&folder, &with_key, &[]).await;
    assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
    assert!(
        told(&ended).contains("The key is in it"),
        "{}",
        told(&ended)
    );
    std::fs::write(folder.join("piped.age"), &ended.stdout).expect("written");
    assert_eq!(process.terminate().await, Some(0));

    // From standard input, into a new folder whose key has a place of its own.
    let other = tempfile::tempdir().expect("a folder");
    let key = other.path().join("elsewhere.key");
    let settings = [("PASSBOOK_KEY_FILE", key.to_str().expect("a path"))];
    let words = folder.join("words").display().to_string();
    let restore = ["restore", "-", "--passphrase-file", &words];
    let mut restore = command(other.path(), &restore);
    restore.envs(settings);
    let piped = std::fs::File::open(folder.join("piped.age")).expect("the backup");
    let ended = restore.stdin(piped).output().expect("it runs");
    assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
    assert_eq!(names(other.path()), ["passbook.db", "sandbox.db"]);
    let mode = key.metadata().expect("the key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let same = std::fs::read(folder.join("data/passbook.key")).expect("the key");
    assert_eq!(std::fs::read(&key).expect("the key"), same);
    let process = Process::in_folder(other, &settings).await;
    let mut browser = Browser::new(browsers(), process.address, &process.url);
    assert_eq!(browser.log_in(ADA.email, ADA.password).await.status, 200);
}

#[tokio::test]
async fn a_key_that_is_kept_elsewhere_is_named_and_put_in_its_place() {
    let mut process = with_a_bank(&[]).await;
    let keys = Keys::make(process.folder());
    let to = ["backup", "all.age", "--recipient", &keys.recipient];
    done(process.folder(), &to, &[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let backup = process.folder().join("all.age").display().to_string();
    let key = process.data().join("passbook.key").display().to_string();
    let [identity, file] = keys.opening();
    let other = tempfile::tempdir().expect("a folder");

    let restore = ["restore", &backup, &identity, &file];
    let said = refused(other.path(), &restore, &[]).await;
    assert!(said.contains("name it with --key-file"), "{said}");
    assert!(said.contains("Nothing was restored"), "{said}");
    let strange = other.path().join("strange.key");
    let line = "1 rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU=\n";
    std::fs::write(&strange, line).expect("written");
    let strange = strange.display().to_string();
    let said = refused(
        other.path(),
        &[&restore[..], &["--key-file", &strange]].concat(),
        &[],
    )
    .await;
    assert!(said.contains("is not the key that sealed them"), "{said}");
    assert!(names(other.path()).is_empty(), "{:?}", names(other.path()));

    done(
        other.path(),
        &[&restore[..], &["--key-file", &key]].concat(),
        &[],
    )
    .await;
    let all = ["passbook.db", "passbook.key", "sandbox.db"];
    assert_eq!(names(other.path()), all);
}

#[tokio::test]
async fn nothing_is_overwritten_and_a_running_passbook_is_left_alone() {
    let process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    let keys = Keys::make(&folder);
    let to = ["backup", "all.age", "--recipient", &keys.recipient];
    done(&folder, &to, &[]).await;
    let whole = std::fs::read(folder.join("all.age")).expect("the backup");
    let said = refused(&folder, &to, &[]).await;
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(std::fs::read(folder.join("all.age")).expect("it"), whole);

    let [identity, file] = keys.opening();
    let restore = ["restore", "all.age", &identity, &file];
    let said = refused(&folder, &restore, &[]).await;
    assert!(said.contains("another Passbook is running"), "{said}");
    let mut process = process;
    assert_eq!(process.terminate().await, Some(0));
    let said = refused(&folder, &restore, &[]).await;
    assert!(said.contains("is not empty"), "{said}");
    assert!(said.contains("PASSBOOK_DATA_DIR"), "{said}");
}

#[tokio::test]
async fn how_it_is_encrypted_has_to_be_said_and_is_told_when_it_does_not_fit() {
    let process = Process::serve(&[]).await;
    let folder = process.folder();
    let keys = Keys::make(folder);
    for (arguments, words) in [
        (&["backup", "b"][..], "say how the backup is encrypted"),
        (&["backup", "b", "--recipient", "age1nobody"], "public key"),
        (
            &["backup", "b", "--passphrase-file", "none"],
            "none cannot be used",
        ),
        (&["backup", "--unencrypted"], "set PASSBOOK_BACKUP_DIR"),
        (
            &["backup", "no/such/b", "--unencrypted"],
            "no/such/b cannot be used",
        ),
        (&["restore", "--check"], "set PASSBOOK_BACKUP_DIR"),
        (&["restore", "--check", "none"], "none cannot be used"),
    ] {
        let said = refused(folder, arguments, &[]).await;
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(!folder.join("b").exists() && !folder.join("b.part").exists());
    let ended = output(folder, &["backup", "b", "--unencrypted", "--with-key"], &[]).await;
    assert_eq!(ended.status.code(), Some(2), "{}", told(&ended));

    // Not encrypted: only the archive is checked. Encrypted: with what it was encrypted for, and nothing else.
    done(folder, &["backup", "plain", "--unencrypted"], &[]).await;
    done(folder, &["restore", "--check", "plain"], &[]).await;
    done(
        folder,
        &["backup", "keyed", "--recipient", &keys.recipient],
        &[],
    )
    .await;
    let said = refused(folder, &["restore", "--check", "keyed"], &[]).await;
    assert!(said.contains("with --identity"), "{said}");
    let gone = ["restore", "--check", "keyed", "--identity", "gone.txt"];
    let said = refused(folder, &gone, &[]).await;
    assert!(said.contains("gone.txt cannot be used"), "{said}");
    let other = tempfile::tempdir().expect("a folder");
    let others = Keys::make(other.path()).opening();
    let strange = ["restore", "--check", "keyed", &others[0], &others[1]];
    let said = refused(folder, &strange, &[]).await;
    assert!(said.contains("does not open"), "{said}");

    std::fs::write(folder.join("right"), "a right passphrase").expect("written");
    std::fs::write(folder.join("wrong"), "a wrong passphrase").expect("written");
    let right = [("PASSBOOK_BACKUP_PASSPHRASE_FILE", "right")];
    done(folder, &["backup", "worded"], &right).await;
    let said = refused(folder, &["restore", "--check", "worded"], &[]).await;
    assert!(said.contains("with --passphrase-file"), "{said}");
    let wrong = ["restore", "--check", "worded", "--passphrase-file", "wrong"];
    let said = refused(folder, &wrong, &[]).await;
    assert!(said.contains("does not open"), "{said}");
    done(folder, &["restore", "--check", "worded"], &right).await;
}
