//! What the doctor says about a running or stopped Passbook, and that it changes nothing.

use super::{doctor, everything, set, stopped};
use crate::app::{browsers, eventually};
use crate::books::Books;
use crate::process::Process;

#[tokio::test]
async fn beside_one_that_runs_all_is_well_in_lines_of_eighty_columns() {
    let (mut process, _, _) = Process::linked(&[]).await;
    let folder = process.folder().to_owned();
    let said = doctor(&folder, &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.text);
    for (what, words) in [
        ("Database", "No damage found"),
        ("Sealed secrets", "The key opens all "),
        ("SQLite", "Version 3."),
        ("Provider keys", "None needed"),
        ("Key file", "can only be read by its owner"),
        ("Database files", "by their owner"),
        ("Disk space", " free"),
        ("Open files", "open files, enough for "),
        ("Settings", "All settings are valid."),
        ("Time zone", "Dates use "),
    ] {
        let line = said.of("Good", what);
        assert!(line.contains(words), "{line}");
    }
    let note = said.of("Note", "Key backup");
    assert!(note.contains("separately from the database"), "{note}");
    // The path of the data directory can be long; a single word is not broken.
    let long = |line: &&str| line.chars().count() > 80 && line.contains(' ');
    let long: Vec<&str> = said.text.lines().filter(long).collect();
    assert!(long.is_empty(), "{long:?}");
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn nothing_is_written_whether_it_was_stopped_or_killed_or_is_damaged() {
    let process = stopped().await;
    let before = everything(&process.data());
    let said = doctor(process.folder(), &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.text);
    assert_eq!(everything(&process.data()), before, "stopped");

    let mut process = process.again().await;
    process.kill();
    let log = process.data().join("passbook.db-wal");
    assert!(log.metadata().expect("a log").len() > 0);
    let but_the_index = |folder: &std::path::Path| {
        let mut all = everything(folder);
        // Readers of the write-ahead log record their positions in this file.
        all.retain(|name, _| !name.ends_with("-shm"));
        all
    };
    let before = but_the_index(&process.data());
    let said = doctor(process.folder(), &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.text);
    assert_eq!(but_the_index(&process.data()), before, "killed");

    for name in ["passbook.db", "passbook.key", "passbook.lock"] {
        set(&process.data().join(name), 0o644);
    }
    std::fs::write(process.data().join("passbook.db-wal"), "").expect("emptied");
    let file = process.data().join("passbook.db");
    std::fs::write(&file, "no database at all").expect("written");
    let before = everything(&process.data());
    assert_eq!(doctor(process.folder(), &[]).await.code, Some(1));
    assert_eq!(
        everything(&process.data()),
        before,
        "damaged and open to others"
    );
}

#[tokio::test]
async fn a_new_folder_is_looked_at_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = doctor(folder.path(), &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.text);
    let database = said.warns("Database");
    for part in ["does not exist", "PASSBOOK_DATA_DIR", "create a new one"] {
        assert!(database.contains(part), "{database}");
    }
    assert!(said.of("Note", "Key file").contains("The first start"));
    said.of("Good", "Clock");
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[tokio::test]
async fn files_that_others_can_read_come_first_with_the_command_that_closes_them() {
    let process = stopped().await;
    let data = process.data();
    for name in ["passbook.db", "passbook.key"] {
        set(&data.join(name), 0o644);
    }
    set(&data, 0o755);
    let said = doctor(process.folder(), &[]).await;
    assert!(said.text.starts_with("Needs attention: "), "{}", said.text);
    assert!(said.text.contains("\n3 problems, "), "{}", said.text);
    for (what, command) in [
        ("Key file", "chmod 600 data/passbook.key"),
        ("Database files", "chmod 600 data/passbook.db"),
        ("Data directory", "chmod 700 data"),
    ] {
        let told = said.wrong(what);
        assert!(told.ends_with(command), "{told}");
    }
    for name in ["passbook.db", "passbook.key", "."] {
        let mode = std::os::unix::fs::MetadataExt::mode(&data.join(name).metadata().expect("it"));
        assert_ne!(mode & 0o077, 0, "{name} is left as it is");
    }
}

#[tokio::test]
async fn a_proxy_that_one_saw_that_runs_is_told_by_another_process_and_after_its_stop() {
    let (mut process, _, _) = Process::linked(&[]).await;
    let folder = process.folder().to_owned();
    doctor(&folder, &[]).await.of("Good", "Proxy");
    let asked = browsers().get(format!("{}/log-in", process.url));
    let asked = asked.header("x-forwarded-for", "203.0.113.9").send().await;
    asked.expect("an answer");
    let books = Books::open(&process.data()).await;
    let kept = || async {
        let all = books.number("SELECT COUNT(*) FROM sighting").await;
        (all == 1).then_some(())
    };
    eventually("a sighting in the database", kept).await;
    for stops in [true, false] {
        let told = doctor(&folder, &[]).await.warns("Proxy");
        assert!(told.contains("came from 127.0.0.1"), "{told}");
        assert!(
            told.ends_with("PASSBOOK_TRUSTED_PROXIES=127.0.0.1"),
            "{told}"
        );
        if stops {
            assert_eq!(process.terminate().await, Some(0));
        }
    }
    let trusted = [("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")];
    doctor(&folder, &trusted).await.of("Good", "Proxy");
}
