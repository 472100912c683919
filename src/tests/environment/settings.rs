//! Wrong settings and unusable files: the messages they cause.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use jiff::tz::TimeZoneDatabase;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::told;
use crate::process::{PASSBOOK, Process, Spawned, empty_handed, output};

const HERE: [(&str, &str); 1] = [("PASSBOOK_LISTEN", "127.0.0.1:0")];
const COMMANDS: [&[&str]; 4] = [&["serve"], &["invite"], &["admin", "list"], &["fsck"]];

#[tokio::test]
async fn a_bad_line_of_the_env_file_is_told_and_its_value_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = "PASSBOOK_LISTEN=127.0.0.1:0\n# a comment\nPLAID_SECRET=hush hush\n";
    fs::write(folder.path().join(".env"), lines).expect("written");
    for arguments in COMMANDS {
        let ended = output(folder.path(), arguments, &[]).await;
        let said = told(&ended);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("/.env, line 3 (PLAID_SECRET)"), "{said}");
        assert!(!said.contains("hush"), "{said}");
    }
}

#[tokio::test]
async fn an_env_file_from_above_is_named_and_its_dollars_are_dollars() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    let file = folder.path().join(".env");
    fs::write(&file, "PASSBOOK_DATA_DIR=a$PATH\n").expect("written");
    let ended = output(&inner, &["admin", "list"], &[]).await;
    let said = told(&ended);
    assert_eq!(ended.status.code(), Some(0), "{said}");
    assert!(said.contains("settings were read from") && said.contains("/.env"));
    assert!(inner.join("a$PATH/passbook.db").exists(), "{said}");
    fs::rename(&file, inner.join(".env")).expect("moved");
    let said = told(&output(&inner, &["admin", "list"], &[]).await);
    assert!(!said.contains("settings were read from"), "{said}");
}

#[tokio::test]
async fn a_time_zone_that_does_not_exist_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for (zone, good) in [
        ("America/Los_Angelos", false),
        ("Berlin Time", false),
        ("America/Los_Angeles", true),
        ("UTC", true),
        ("EST5EDT,M3.2.0,M11.1.0", true),
    ] {
        let ended = output(folder.path(), &["invite"], &[("TZ", zone)]).await;
        let said = told(&ended);
        assert_eq!(ended.status.code(), Some(0), "{said}");
        let told = said.contains(&format!("TZ={zone} is not a time zone"));
        assert_eq!(told, !good, "{said}");
    }
    let bundled = TimeZoneDatabase::bundled();
    bundled.get("America/Los_Angeles").expect("it is bundled");
}

#[tokio::test]
async fn a_listener_for_other_machines_without_a_public_url_is_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = ("PASSBOOK_PUBLIC_URL", "http://passbook.lan");
    let anywhere = ("PASSBOOK_LISTEN", "0.0.0.0:0");
    for (settings, warned) in [
        (vec![anywhere], true),
        (vec![anywhere, url], false),
        (vec![HERE[0]], false),
    ] {
        let script = format!("exec {PASSBOOK} serve 2>said");
        let mut serve = empty_handed("/bin/sh", folder.path(), &["-c", &script]);
        let mut serve = Spawned::start(serve.envs(settings.iter().copied()));
        let first = serve.line().await;
        assert!(!first.contains("0.0.0.0"), "{first}");
        let said = fs::read_to_string(folder.path().join("said")).expect("a log");
        let told = said.contains("PASSBOOK_PUBLIC_URL is not set");
        assert_eq!(told, warned, "{said}");
    }
}

#[tokio::test]
async fn metrics_for_other_machines_are_warned_of() {
    for (address, warned) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let folder = tempfile::tempdir().expect("a folder");
        let script = format!("exec {PASSBOOK} serve 2>said");
        let mut serve = empty_handed("/bin/sh", folder.path(), &["-c", &script]);
        let settings = [HERE[0], ("PASSBOOK_METRICS_LISTEN", address)];
        let mut serve = Spawned::start(serve.envs(settings));
        serve.line().await;
        let said = fs::read_to_string(folder.path().join("said")).expect("a log");
        let told = said.contains("other machines can reach the metrics at 0.0.0.0:");
        assert_eq!(told, warned, "{said}");
    }
}

#[tokio::test]
async fn an_address_for_metrics_that_is_in_use_stops_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let settings = [HERE[0], ("PASSBOOK_METRICS_LISTEN", address.as_str())];
    let ended = output(folder.path(), &["serve"], &settings).await;
    let said = told(&ended);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&address) && said.contains("Set PASSBOOK_METRICS_LISTEN"),
        "{said}"
    );
}

#[tokio::test]
async fn a_damaged_a_foreign_and_a_newer_database_are_told_apart_and_left_alone() {
    let mut process = Process::serve(&[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let database = process.data().join("passbook.db");
    let good = fs::read(&database).expect("a file");
    let options = || SqliteConnectOptions::new().filename(&database);
    let run = async |sql: &'static str| {
        let options = options().create_if_missing(true);
        let mut connection = options.connect().await.expect("a database");
        let done = sqlx::raw_sql(sql).execute(&mut connection).await;
        done.expect("it is done");
        connection.close().await.expect("closed");
    };
    let foreign = "CREATE TABLE photo (name TEXT)";
    let other_sqlx = "CREATE TABLE photo (name TEXT);
        CREATE TABLE _sqlx_migrations (version INTEGER, checksum BLOB, success INTEGER);
        INSERT INTO _sqlx_migrations VALUES (1, x'00', 1)";
    let newer = "INSERT INTO _sqlx_migrations SELECT 9999, 'later', installed_on, success, checksum, execution_time
        FROM _sqlx_migrations WHERE version = 1";
    let mut broken = good.clone();
    broken[100..4096].fill(0xff);
    let cases: [(&[u8], &'static str, &str); 5] = [
        (
            b"this is a letter, and no database at all",
            "",
            "is not a database",
        ),
        (&broken, "", "is not a database, or is damaged"),
        (b"", foreign, "not one that Passbook made"),
        (b"", other_sqlx, "not one that Passbook made"),
        (&good, newer, "newer version of Passbook (migration 9999)"),
    ];
    for (bytes, sql, words) in cases {
        fs::write(&database, bytes).expect("written");
        if !sql.is_empty() {
            run(sql).await;
        }
        let before = fs::read(&database).expect("a file");
        for arguments in COMMANDS {
            let ended = output(process.folder(), arguments, &HERE).await;
            let said = told(&ended);
            assert!(!ended.status.success(), "{arguments:?}: {said}");
            assert!(said.contains(words), "{arguments:?}: {said}");
            let named = said.contains("data/passbook.db");
            assert!(named, "{arguments:?}: {said}");
            let after = fs::read(&database).expect("a file");
            assert!(before == after, "{words}: nothing was changed");
        }
    }
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("set");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_told_with_its_owner_and_the_remedy() {
    let process = Process::serve(&[]).await;
    let (folder, data) = (process.folder().to_owned(), process.data());
    let mut process = process;
    assert_eq!(process.terminate().await, Some(0));
    if fs::metadata(&folder).expect("a folder").uid() != 0 {
        // Only root can give files away and run a program as another user.
        return;
    }
    let program = folder.join("passbook");
    fs::copy(PASSBOOK, &program).expect("a copy");
    for path in [&folder, &program] {
        set(path, 0o755);
    }
    let as_another = || {
        let program = program.to_str().expect("a path");
        let arguments = ["--reuid=12345", "--clear-groups", program, "admin", "list"];
        let ended = empty_handed("setpriv", &folder, &arguments).output();
        let ended = ended.expect("setpriv runs");
        (ended.status.code(), told(&ended))
    };
    let all = [
        "",
        "passbook.db",
        "passbook.key",
        "passbook.lock",
        "sandbox.db",
    ];
    for closed in all {
        let inside = fs::read_dir(&data).expect("a folder");
        let inside = inside.map(|entry| entry.expect("a file").path());
        for path in inside.chain([data.clone()]) {
            chown(&path, Some(12345), Some(12345)).expect("given away");
            set(&path, if path == data { 0o700 } else { 0o600 });
        }
        assert_eq!(as_another().0, Some(0), "{}", as_another().1);
        let path = if closed.is_empty() {
            data.clone()
        } else {
            data.join(closed)
        };
        chown(&path, Some(0), Some(0)).expect("taken back");
        let (code, said) = as_another();
        assert_eq!(code, Some(1), "{said}");
        let path = Path::new("data").join(closed);
        let path = path.to_str().expect("a path").trim_end_matches('/');
        for words in [
            "belongs to root (user 0)",
            "runs as user 12345",
            "chown 12345 '",
            path,
        ] {
            assert!(said.contains(words), "{closed}: {said}");
        }
    }
    fs::remove_dir_all(&data).expect("removed");
    let (_, said) = as_another();
    assert!(
        said.contains("cannot be created") && said.contains("install -d -m 700 -o 12345"),
        "{said}"
    );
    fs::write(folder.join(".env"), "").expect("written");
    set(&folder.join(".env"), 0o600);
    let (_, said) = as_another();
    assert!(
        said.contains("/.env cannot be used") && said.contains("chown 12345"),
        "{said}"
    );
}
