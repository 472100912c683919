//! Kills between any two steps: the program starts on what is left, opens everything, and a second run finishes.

use std::process::Child;
use std::time::{Duration, Instant};

use domain::clock::Clock;

use super::folder::KeyedFolder;
use crate::app::{TestApp, eventually};
use crate::model::dice::Dice;
use crate::process::command;

/// The number of kills at random moments.
const KILLS: u32 = 20;

#[tokio::test]
async fn before_the_first_secret_is_sealed_anew() {
    let folder = KeyedFolder::filled().await;
    let (before, old) = (folder.opened().await, folder.key_text());
    // While another connection holds the database, the rotation waits to write.
    let pool = folder.pool().await;
    let held = pool.begin_with("BEGIN IMMEDIATE").await.expect("held");
    let mut rotating = start(&folder);
    eventually("the new key in the file", || async {
        (folder.keys() == ["1", "2"]).then_some(())
    })
    .await;
    kill(&mut rotating);
    // Not killed, it gives up waiting and reports the state.
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("database is locked") && said.contains("Run `passbook rotate-key` again."),
        "{said}"
    );
    held.rollback().await.expect("let go");
    pool.close().await;
    assert!(folder.key_text().starts_with(&old), "the old key is there");
    assert_eq!(folder.key_mode(), 0o600);
    assert_eq!(folder.sealed_with().await, [1]);
    assert_eq!(folder.opened().await, before);
    it_starts(&folder).await;
    let new = folder.key_text().replace(&old, "");
    finish(&folder, &before).await;
    assert_eq!(folder.key_text(), new, "the key that was made first");
}

#[tokio::test]
async fn after_the_last_secret_is_sealed_anew() {
    let folder = KeyedFolder::filled().await;
    let before = folder.opened().await;
    // While another connection reads, the write-ahead log cannot be emptied, which the rotation waits for.
    let pool = folder.pool().await;
    let reading = reader(&pool).await;
    let mut rotating = start(&folder);
    let other = folder.pool().await;
    eventually("the secrets, sealed anew", || async {
        let number = "SELECT hex(substr(sealed_key, 1, 4)) FROM token_key LIMIT 1";
        let number: String = sqlx::query_scalar(number).fetch_one(&other).await.ok()?;
        (number == "00000002").then_some(())
    })
    .await;
    kill(&mut rotating);
    assert_eq!(folder.keys(), ["1", "2"], "the old key has not gone yet");
    assert_eq!(folder.key_mode(), 0o600);
    assert_eq!(folder.sealed_with().await, [2]);
    assert_eq!(folder.opened().await, before);
    reading.rollback().await.expect("read");
    pool.close().await;
    other.close().await;
    it_starts(&folder).await;

    // With a reader that stays to the end it finishes too, and reports what it could not do.
    let pool = folder.pool().await;
    let reading = reader(&pool).await;
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("another program is reading it"), "{said}");
    reading.rollback().await.expect("read");
    pool.close().await;
    assert_eq!(folder.keys(), ["2"]);
    assert_eq!(folder.opened().await, before);
    it_starts(&folder).await;
}

/// A kill between writing the new file and renaming it.
#[tokio::test]
async fn beside_the_key_file() {
    let folder = KeyedFolder::filled().await;
    let before = folder.opened().await;
    std::fs::write(folder.data().join("passbook.key.new"), "2 half a k").expect("written");
    it_starts(&folder).await;
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        (folder.keys(), folder.key_mode()),
        (vec!["2".to_owned()], 0o600)
    );
    assert_eq!(folder.opened().await, before);
    let names = folder.names();
    assert!(
        !names.iter().any(|name| name.ends_with(".new")),
        "{names:?}"
    );
}

#[tokio::test]
async fn at_any_moment() {
    let folder = KeyedFolder::filled().await;
    let before = folder.opened().await;
    let began = Instant::now();
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(0), "{said}");
    let takes = usize::try_from(began.elapsed().as_micros()).expect("it fits");
    let (mut dice, mut met) = (Dice::of(1), 0);
    for kill in 0..KILLS {
        let mut rotating = start(&folder);
        let moment = u64::try_from(dice.below(takes)).expect("it fits");
        tokio::time::sleep(Duration::from_micros(moment)).await;
        met += u32::from(rotating.try_wait().expect("it ran").is_none());
        self::kill(&mut rotating);
        assert_eq!(folder.opened().await, before, "after kill {kill}");
        assert_eq!(folder.key_mode(), 0o600, "after kill {kill}");
    }
    assert!(met > 0, "no kill met it, so that this shows nothing");
    it_starts(&folder).await;
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(folder.keys().len(), 1);
    assert_eq!(folder.opened().await, before);
}

/// Runs the rotation again, which finishes with the key that was new before.
async fn finish(folder: &KeyedFolder, before: &Option<Vec<String>>) {
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("An earlier change to key 2 was interrupted"),
        "{said}"
    );
    assert_eq!(
        (folder.keys(), folder.key_mode()),
        (vec!["2".to_owned()], 0o600)
    );
    assert_eq!(folder.sealed_with().await, [2]);
    assert_eq!(&folder.opened().await, before);
    it_starts(folder).await;
}

fn start(folder: &KeyedFolder) -> Child {
    let mut command = command(folder.dir().path(), &["rotate-key"]);
    command.spawn().expect("it starts")
}

fn kill(rotating: &mut Child) {
    // It may already have ended.
    let _ = rotating.kill();
    rotating.wait().expect("it ends");
}

/// Begins a transaction that reads. Its pool must be closed before this process starts a Passbook: opening the
/// database's files here releases the locks that this process holds on them.
async fn reader(pool: &sqlx::SqlitePool) -> sqlx::Transaction<'static, sqlx::Sqlite> {
    let mut reading = pool.begin().await.expect("a transaction");
    let people: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM person")
        .fetch_one(&mut *reading)
        .await
        .expect("a number");
    assert_eq!(people, 1);
    reading
}

async fn it_starts(folder: &KeyedFolder) {
    let data = folder.data().display().to_string();
    let built = TestApp::build().setting("PASSBOOK_DATA_DIR", &data);
    let running = built.clock(&Clock::system()).run(folder.dir()).await;
    running.expect("it starts").stop().await;
}
