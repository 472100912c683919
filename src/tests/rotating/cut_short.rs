//! Killed between any two steps: what is left starts, opens everything, and is finished by doing it again.

use std::process::Child;
use std::time::{Duration, Instant};

use bank::Pace;
use domain::clock::Clock;

use super::folder::Folder;
use crate::app::{eventually, run};
use crate::model::dice::Dice;
use crate::process::command;

/// How often it is killed at some moment.
const KILLS: u32 = 20;

#[tokio::test]
async fn before_the_first_secret_is_sealed_anew() {
    let folder = Folder::filled().await;
    let (before, old) = (folder.opened().await, folder.key_text());
    // While another holds the database, it waits for its turn to write.
    let pool = folder.pool().await;
    let held = pool.begin_with("BEGIN IMMEDIATE").await.expect("held");
    let mut rotating = start(&folder);
    eventually("the new key in the file", || async {
        (folder.keys() == ["1", "2"]).then_some(())
    })
    .await;
    kill(&mut rotating);
    // Left alone, it gives up waiting, and says how things stand.
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
    let folder = Folder::filled().await;
    let before = folder.opened().await;
    // While another reads, the log beside the database cannot be emptied, for which it waits a while.
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

    // With somebody reading to the end it is finished too, and says what it could not do.
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

/// A kill between the writing of a file and its taking the other's place.
#[tokio::test]
async fn beside_the_key_file() {
    let folder = Folder::filled().await;
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
    let folder = Folder::filled().await;
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

/// Does it again, which finishes it with the key that was new before.
async fn finish(folder: &Folder, before: &Option<Vec<String>>) {
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

fn start(folder: &Folder) -> Child {
    let mut command = command(folder.dir().path(), &["rotate-key"]);
    command.spawn().expect("it starts")
}

fn kill(rotating: &mut Child) {
    // It may have ended by itself.
    let _ = rotating.kill();
    rotating.wait().expect("it ends");
}

/// A transaction that reads. Its pool has to be closed before this process starts a Passbook, which looks into the
/// database's files and so ends the locks that this process holds on them.
async fn reader(pool: &sqlx::SqlitePool) -> sqlx::Transaction<'static, sqlx::Sqlite> {
    let mut reading = pool.begin().await.expect("a transaction");
    let people: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM person")
        .fetch_one(&mut *reading)
        .await
        .expect("a number");
    assert_eq!(people, 1);
    reading
}

async fn it_starts(folder: &Folder) {
    let data = folder.data().display().to_string();
    let settings = [("PASSBOOK_DATA_DIR".to_owned(), data)];
    let running = run(folder.dir(), &settings, &Clock::system(), Pace::at_once()).await;
    running.expect("it starts").stop().await;
}
