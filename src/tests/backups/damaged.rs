//! Truncated, altered and forged backups: each is reported, and nothing of it is restored.

use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::folder::{Keys, done, names, refused, with_a_bank, with_the_key_of};
use crate::process::Process;

/// A stopped Passbook with an unencrypted and an encrypted backup.
struct Backed {
    process: Process,
    keys: Keys,
}

impl Backed {
    async fn up() -> Self {
        let mut process = with_a_bank(&[]).await;
        let keys = Keys::make(process.folder());
        let folder = process.folder();
        done(folder, &["backup", "plain", "--unencrypted"], &[]).await;
        let to = ["backup", "sealed", "--recipient", &keys.recipient];
        done(folder, &to, &[]).await;
        assert_eq!(process.terminate().await, Some(0));
        Self { process, keys }
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.process.folder().join(name)).expect("a backup")
    }

    /// Returns the files of the unencrypted backup, in order.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let plain = self.read("plain");
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(plain.as_slice()));
        let entries = archive.entries().expect("an archive");
        let file = |entry: std::io::Result<tar::Entry<'_, _>>| {
            let mut entry = entry.expect("an entry");
            let name = entry.path().expect("a name").display().to_string();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).expect("its bytes");
            (name, bytes)
        };
        entries.map(file).collect()
    }

    /// Asserts that restore and check refuse this file and leave the folder unchanged.
    async fn refuses(&self, bytes: &[u8], words: &str) {
        let folder = with_the_key_of(&self.process.data());
        let file = folder.path().join("backup");
        std::fs::write(&file, bytes).expect("written");
        let [identity, key] = self.keys.opening();
        for check in [&["restore", "--check"][..], &["restore"]] {
            let arguments = [check, &["backup", &identity, &key]].concat();
            let said = refused(folder.path(), &arguments, &[]).await;
            assert!(said.contains(words), "{words} is not in: {said}");
        }
        assert_eq!(names(folder.path()), ["passbook.key"]);
    }
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        // Written directly: the library refuses to write a path that leads out of the folder.
        let field = &mut header.as_gnu_mut().expect("a header").name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, bytes.as_slice()).expect("packed");
    }
    let compressed = archive.into_inner().expect("an archive");
    compressed.finish().expect("compressed")
}

#[tokio::test]
async fn a_backup_that_is_cut_short_or_changed_anywhere_is_refused() {
    let backed = Backed::up().await;
    let sealed = backed.read("sealed");
    let length = sealed.len();
    for end in [0, 10, 150, 400, length / 2, length - 65_536, length - 1] {
        let words = match end {
            0 | 10 => "is not a backup",
            _ => "is damaged or incomplete",
        };
        backed.refuses(&sealed[..end], words).await;
    }
    for at in [30, 120, 300, length / 3, length - 20] {
        let mut changed = sealed.clone();
        changed[at] ^= 0x20;
        let words = match at {
            30 | 120 => "backup",
            _ => "is damaged or incomplete",
        };
        backed.refuses(&changed, words).await;
    }
    let plain = backed.read("plain");
    for end in [20, plain.len() / 2, plain.len() - 1] {
        backed
            .refuses(&plain[..end], "is damaged or incomplete")
            .await;
    }
    let mut changed = plain.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    backed.refuses(&changed, "is damaged").await;
}

#[tokio::test]
async fn a_backup_that_somebody_made_up_writes_nothing_outside_and_is_refused() {
    let backed = Backed::up().await;
    let files = backed.files();
    let order: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(order, ["manifest.json", "passbook.db", "sandbox.db"]);
    let outside = TempDir::new().expect("a folder");
    let outside = outside.path().join("evil").display().to_string();
    for name in ["../evil", "passbook.lock", "data/passbook.db", &outside] {
        let mut more = files.clone();
        more.push((name.to_owned(), b"evil".to_vec()));
        backed.refuses(&packed(&more), "it contains").await;
        assert!(!Path::new(&outside).exists());
    }
    // A file twice, no manifest, the manifest last, no database, nothing.
    let twice = [&files[..], &files[1..2]].concat();
    backed
        .refuses(&packed(&twice), "passbook.db cannot be written")
        .await;
    backed
        .refuses(&packed(&files[1..]), "it contains passbook.db")
        .await;
    let last = [&files[1..], &files[..1]].concat();
    backed
        .refuses(&packed(&last), "it contains passbook.db")
        .await;
    backed
        .refuses(&packed(&files[..1]), "passbook.db is missing")
        .await;
    backed.refuses(&packed(&[]), "it is empty").await;
    backed
        .refuses(b"PK\x03\x04 another archive", "is not a backup")
        .await;
}

#[tokio::test]
async fn a_manifest_or_a_database_that_does_not_fit_is_told() {
    let backed = Backed::up().await;
    let files = backed.files();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = files.clone();
        let mut manifest: Value = serde_json::from_slice(&changed[0].1).expect("JSON");
        change(&mut manifest);
        changed[0].1 = manifest.to_string().into_bytes();
        packed(&changed)
    };
    backed
        .refuses(
            &with(&|m| m["format"] = json!(2)),
            "a newer version of Passbook made it",
        )
        .await;
    backed
        .refuses(&with(&|m| m["format"] = Value::Null), "has no format")
        .await;
    backed
        .refuses(&with(&|m| m["made_at"] = json!("noon")), "is not a backup")
        .await;
    let rows = "/databases/passbook.db/rows";
    let one_less = |m: &mut Value| {
        let count = &mut m.pointer_mut(rows).expect("counts")["bank_transaction"];
        *count = json!(count.as_i64().expect("a count") - 1);
    };
    backed
        .refuses(&with(&one_less), "says bank_transaction has")
        .await;
    let one_more = |m: &mut Value| m.pointer_mut(rows).expect("counts")["account2"] = json!(1);
    backed.refuses(&with(&one_more), "says account2 has").await;
    let no_bank = |m: &mut Value| {
        let databases = m["databases"].as_object_mut().expect("databases");
        databases.remove("sandbox.db");
    };
    backed
        .refuses(&with(&no_bank), "sandbox.db has a different size")
        .await;

    // Text from an untrusted file reaches the terminal escaped, and never more than a line of it.
    let strange = format!(
        "</title><b>\u{1b}]0;mine\u{7}\u{202e}{}",
        "x".repeat(10_000)
    );
    for change in [
        &(|m: &mut Value| m.pointer_mut(rows).expect("counts")[&strange] = json!(1))
            as &dyn Fn(&mut Value),
        &|m: &mut Value| m["made_at"] = json!(strange),
        &|m: &mut Value| m["databases"] = json!({ "passbook.db": strange }),
    ] {
        let folder = with_the_key_of(&backed.process.data());
        std::fs::write(folder.path().join("backup"), with(change)).expect("written");
        let said = refused(folder.path(), &["restore", "backup"], &[]).await;
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
        assert!(said.len() < 3_000, "{}", said.len());
    }
    let smaller = |m: &mut Value| {
        let bytes = &mut m.pointer_mut("/databases/passbook.db").expect("it")["bytes"];
        *bytes = json!(4_096);
    };
    backed
        .refuses(&with(&smaller), "a different size than its manifest says")
        .await;
    let newer = |m: &mut Value| m["databases"]["passbook.db"]["schema"] = json!(1);
    // The schema number in the manifest is informational: the database has its own.
    let folder = with_the_key_of(&backed.process.data());
    std::fs::write(folder.path().join("backup"), with(&newer)).expect("written");
    done(folder.path(), &["restore", "--check", "backup"], &[]).await;

    // A database that is damaged inside an intact archive.
    let mut changed = files.clone();
    let database = &mut changed[1].1;
    let middle = database.len() / 2;
    database[middle..middle + 4_096].fill(0x5a);
    backed.refuses(&packed(&changed), "backup is damaged").await;
    let mut changed = files.clone();
    let size = changed[1].1.len();
    changed[1].1 = b"x".repeat(size);
    backed.refuses(&packed(&changed), "backup is damaged").await;
    // The database of another program.
    let mut changed = files.clone();
    changed[1].1 = changed[2].1.clone();
    let mut manifest: Value = serde_json::from_slice(&changed[0].1).expect("JSON");
    manifest["databases"]["passbook.db"] = manifest["databases"]["sandbox.db"].clone();
    changed[0].1 = manifest.to_string().into_bytes();
    backed
        .refuses(&packed(&changed), "not one that Passbook made")
        .await;

    // The database of a newer Passbook.
    let mut changed = files.clone();
    let file = backed.process.folder().join("newer.db");
    std::fs::write(&file, &changed[1].1).expect("written");
    let pool = crate::environment::former::opened(&file).await;
    for sql in [
        "PRAGMA journal_mode = DELETE",
        "INSERT INTO _sqlx_migrations VALUES (9000, 'later', 0, 1, X'00', 1)",
    ] {
        sqlx::query(sql).execute(&pool).await.expect("written");
    }
    pool.close().await;
    changed[1].1 = std::fs::read(&file).expect("it");
    let mut manifest: Value = serde_json::from_slice(&changed[0].1).expect("JSON");
    let said = &mut manifest["databases"]["passbook.db"];
    said["bytes"] = json!(changed[1].1.len());
    let migrations = &mut said["rows"]["_sqlx_migrations"];
    *migrations = json!(migrations.as_i64().expect("a count") + 1);
    changed[0].1 = manifest.to_string().into_bytes();
    backed
        .refuses(&packed(&changed), "newer version of Passbook")
        .await;
}
