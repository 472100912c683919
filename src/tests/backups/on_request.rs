//! `passbook backup` and `passbook restore`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::folder::{Keys, contents, done, names, refused, told, with_a_bank, with_the_key_of};
use crate::app::{ADA, eventually};
use crate::books::Books;
use crate::process::{Process, command, output};

#[tokio::test]
async fn everything_comes_back_from_a_backup_that_was_made_while_it_ran() {
    let mut process = with_a_bank(&[]).await;
    let keys = Keys::make(process.folder());
    let to = ["backup", "all.age", "--recipient", &keys.recipient];
    let said = done(process.folder(), &to, &[]).await;
    assert!(said.contains("1 person, 1 connection, "), "{said}");
    assert!(
        said.contains("The key is not included: keep a separate copy of"),
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
    // No requests came in meanwhile, so the books are those of the backup. Background work (jobs, calls) may have gone
    // on.
    for table in ["person", "bank_transaction", "token_key"] {
        assert_eq!(after[table], before[table], "{table}");
    }

    // It starts, and the bank accepts it: the person logs in and syncs.
    let process = Process::in_folder(other, &[]).await;
    let mut browser = process.browser();
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
        told(&ended).contains("The key is included"),
        "{}",
        told(&ended)
    );
    std::fs::write(folder.join("piped.age"), &ended.stdout).expect("written");
    assert_eq!(process.terminate().await, Some(0));

    // From standard input, into a new folder whose key is somewhere else.
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
    let mut browser = process.browser();
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
async fn a_key_that_is_there_is_never_overwritten() {
    let mut process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    std::fs::write(folder.join("words"), "four words make one").expect("written");
    for (name, with_key) in [("plain", None), ("keyed", Some("--with-key"))] {
        let to = ["backup", name, "--passphrase-file", "words"];
        done(&folder, &[&to[..], with_key.as_slice()].concat(), &[]).await;
    }
    assert_eq!(process.terminate().await, Some(0));
    let of = |name: &str| folder.join(name).display().to_string();
    let (words, key) = (of("words"), of("data/passbook.key"));
    let other = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(other.path().join("data")).expect("a folder");
    let place = other.path().join("data/passbook.key");
    let strange = "1 rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU=\n";
    std::fs::write(&place, strange).expect("written");
    for (name, named) in [("plain", &["--key-file", key.as_str()][..]), ("keyed", &[])] {
        let backup = of(name);
        let restore = ["restore", &backup, "--passphrase-file", &words];
        let said = refused(other.path(), &[&restore[..], named].concat(), &[]).await;
        assert!(
            said.contains("holds a different key than the backup needs"),
            "{said}"
        );
        assert_eq!(std::fs::read_to_string(&place).expect("it"), strange);
        assert_eq!(names(other.path()), ["passbook.key"]);
    }
    // Only the named key file is tried.
    let backup = of("keyed");
    let check = ["restore", "--check", &backup, "--passphrase-file", &words];
    done(other.path(), &check, &[]).await;
    let typo = [&check[..], &["--key-file", "typo.key"]].concat();
    let said = refused(other.path(), &typo, &[]).await;
    assert!(said.contains("typo.key cannot be used"), "{said}");

    // When the key cannot be written, nothing is restored.
    let settings = [("PASSBOOK_KEY_FILE", "missing/passbook.key")];
    let new = tempfile::tempdir().expect("a folder");
    let restore = ["restore", &backup, "--passphrase-file", &words];
    let said = refused(new.path(), &restore, &settings).await;
    assert!(
        said.contains("Create its folder, or set a different path"),
        "{said}"
    );
    assert!(names(new.path()).is_empty(), "{:?}", names(new.path()));
}

#[tokio::test]
async fn a_restore_keeps_all_other_commands_out() {
    let mut process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    let to = ["backup", "plain", "--unencrypted"];
    done(&folder, &to, &[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let other = with_the_key_of(&process.data());
    let mut restore = command(other.path(), &["restore", "-"]);
    restore.stdin(std::process::Stdio::piped());
    let mut restoring = restore.spawn().expect("it starts");
    let under_way = other.path().join("data/passbook-restoring");
    eventually("a restore", || {
        std::future::ready(under_way.exists().then_some(()))
    })
    .await;
    let said = refused(other.path(), &["invite"], &[]).await;
    assert!(said.contains("a backup is being restored"), "{said}");
    let mut pipe = restoring.stdin.take().expect("its input");
    let backup = std::fs::read(folder.join("plain")).expect("the backup");
    std::io::Write::write_all(&mut pipe, &backup).expect("written");
    drop(pipe);
    assert!(restoring.wait().expect("it ends").success());
    done(other.path(), &["admin", "list"], &[]).await;
}

#[tokio::test]
async fn a_backup_that_is_stopped_leaves_nothing() {
    let process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    done(&folder, &["backup", "plain", "--unencrypted"], &[]).await;
    let temporary = tempfile::tempdir().expect("a folder");
    let temporary = temporary.path().display().to_string();
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    // A check that waits for the rest of its input, then is terminated.
    let mut check = command(&folder, &["restore", "--check", "-"]);
    check
        .env("TMPDIR", &temporary)
        .stdin(std::process::Stdio::piped());
    let mut checking = check.spawn().expect("it starts");
    let folders = || std::fs::read_dir(&temporary).expect("a folder").count();
    eventually("a check", || {
        std::future::ready((folders() == 1).then_some(()))
    })
    .await;
    let backup = std::fs::read(folder.join("plain")).expect("the backup");
    let mut input = checking.stdin.take().expect("its input");
    std::io::Write::write_all(&mut input, &backup[..backup.len() / 2]).expect("written");
    let id = checking.id().to_string();
    let told = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(told.expect("kill runs").success());
    drop(input);
    let ended = eventually("the end", || {
        std::future::ready(checking.try_wait().expect("it ran"))
    });
    assert!(!ended.await.success());
    assert_eq!(folders(), 0, "nothing is left");
    // The folder left by a killed check is removed by the next.
    let left = Path::new(&temporary).join("passbook-check-left");
    std::fs::create_dir(&left).expect("a folder");
    std::fs::write(left.join("passbook.db"), "books").expect("written");
    let old = std::process::Command::new("touch")
        .args(["-d", "1 hour ago"])
        .arg(&left)
        .status();
    assert!(old.expect("touch runs").success());
    let here = [("TMPDIR", temporary.as_str())];
    done(&folder, &["restore", "--check", "plain"], &here).await;
    assert_eq!(folders(), 0, "nothing is left");
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_told_for_what_it_is() {
    let mut process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    assert_eq!(process.terminate().await, Some(0));
    let database = process.data().join("passbook.db");
    let whole = std::fs::read(&database).expect("it");
    let to = ["backup", "b", "--unencrypted"];
    let pool = Books::open(&process.data()).await.pool;
    let newer = "INSERT INTO _sqlx_migrations VALUES (9000, 'later', 0, 1, X'00', 1)";
    sqlx::query(newer).execute(&pool).await.expect("written");
    pool.close().await;
    let said = refused(&folder, &to, &[]).await;
    assert!(
        said.contains("cannot be backed up by this program"),
        "{said}"
    );
    assert!(said.contains("newer version of Passbook"), "{said}");

    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 20_000].fill(0x5a);
    std::fs::write(&database, &damaged).expect("written");
    let said = refused(&folder, &to, &[]).await;
    assert!(
        said.contains("the database is damaged, so no backup"),
        "{said}"
    );
    std::fs::write(
        &database,
        "no database at all, and much longer than a header is".repeat(9),
    )
    .expect("written");
    let said = refused(&folder, &to, &[]).await;
    assert!(
        said.contains("the database is damaged, so no backup"),
        "{said}"
    );
    std::fs::copy(process.data().join("sandbox.db"), &database).expect("copied");
    let said = refused(&folder, &to, &[]).await;
    assert!(said.contains("not one that Passbook made"), "{said}");
    assert!(!folder.join("b").exists());
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
    assert!(
        said.contains("already exists and will not be overwritten"),
        "{said}"
    );
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
        (&["backup", "b"][..], "choose how to encrypt the backup"),
        (
            &["backup", "b", "--recipient", "age1nobody"],
            "age1nobody is not an age public key",
        ),
        (
            &["backup", "b", "--passphrase-file", "none"],
            "cannot be read from none",
        ),
        (&["backup", "--unencrypted"], "set PASSBOOK_BACKUP_DIR"),
        (
            &["backup", "no/such/b", "--unencrypted"],
            "no/such/b cannot be written",
        ),
        (&["restore", "--check"], "set PASSBOOK_BACKUP_DIR"),
        (&["restore", "--check", "none"], "none cannot be read"),
    ] {
        let said = refused(folder, arguments, &[]).await;
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(!folder.join("b").exists() && !folder.join("b.part").exists());
    let ended = output(folder, &["backup", "b", "--unencrypted", "--with-key"], &[]).await;
    assert_eq!(ended.status.code(), Some(2), "{}", told(&ended));

    // Unencrypted: only the archive is checked. Encrypted: only with the key or passphrase it was encrypted for.
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
    assert!(said.contains("gone.txt cannot be read"), "{said}");
    let other = tempfile::tempdir().expect("a folder");
    let others = Keys::make(other.path()).opening();
    let strange = ["restore", "--check", "keyed", &others[0], &others[1]];
    let said = refused(folder, &strange, &[]).await;
    assert!(said.contains("cannot be decrypted"), "{said}");

    std::fs::write(folder.join("short"), "short words").expect("written");
    let short = ["backup", "b", "--passphrase-file", "short"];
    let said = refused(folder, &short, &[]).await;
    assert!(said.contains("use 12 characters or more"), "{said}");
    let said = refused(
        folder,
        &["restore", "--check", "keyed", "--identity", "short"],
        &[],
    )
    .await;
    assert!(said.contains("not a file with age private keys"), "{said}");
    let dir = [
        ("PASSBOOK_BACKUP_DIR", "."),
        ("PASSBOOK_BACKUP_RECIPIENTS", keys.recipient.as_str()),
    ];
    for more in ["--unencrypted", "--with-key"] {
        let said = refused(folder, &["backup", more], &dir).await;
        assert!(said.contains("name the file to write to"), "{more}: {said}");
    }
    done(folder, &["backup"], &dir).await;
    let [identity, file] = keys.opening();
    let check = ["restore", "--check", &identity, &file];
    done(folder, &check, &dir).await;
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    let made = paths.find(|path| path.to_string_lossy().ends_with(".tar.gz.age"));
    let old = folder.join("passbook-0123abcd-20200101T000000Z.tar.gz.age");
    std::fs::rename(made.expect("a backup"), old).expect("renamed");
    let said = refused(folder, &check, &dir).await;
    assert!(
        said.contains("hours old, and one should be made every 24 hours"),
        "{said}"
    );

    std::fs::write(folder.join("right"), "a right passphrase").expect("written");
    std::fs::write(folder.join("wrong"), "a wrong passphrase").expect("written");
    let right = [("PASSBOOK_BACKUP_PASSPHRASE_FILE", "right")];
    done(folder, &["backup", "worded"], &right).await;
    let said = refused(folder, &["restore", "--check", "worded"], &[]).await;
    assert!(said.contains("with --passphrase-file"), "{said}");
    let wrong = ["restore", "--check", "worded", "--passphrase-file", "wrong"];
    let said = refused(folder, &wrong, &[]).await;
    assert!(said.contains("cannot be decrypted"), "{said}");
    done(folder, &["restore", "--check", "worded"], &right).await;
}
