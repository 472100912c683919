//! Killed at any moment of a backup, a restore or a migration: what was there before is there, or all that should be.
//! `PASSBOOK_BACKUP_KILLS` is how often (9).

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::folder::{Keys, contents, done, names, same, told, with_a_bank, with_the_key_of};
use crate::environment::former::database_of;
use crate::model::dice::Dice;
use crate::process::{command, output};

/// Runs the program and kills it after a while, if it has not ended by then.
async fn killed(folder: &Path, arguments: &[&str], after: Duration) -> bool {
    let mut child = command(folder, arguments).spawn().expect("it starts");
    tokio::time::sleep(after).await;
    let was_running = child.try_wait().expect("it ran").is_none();
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    was_running
}

/// A moment within a time, or a little later.
fn moment(dice: &mut Dice, within: Duration) -> Duration {
    let micros = usize::try_from(within.as_micros()).expect("it fits");
    Duration::from_micros(u64::try_from(dice.below(micros * 11 / 10)).expect("it fits"))
}

/// The database of two versions ago, with somebody and two megabytes in it.
async fn former() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    let pool = database_of(&folder.path().join("data/passbook.db"), "0020").await;
    for sql in [
        "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
            VALUES ('ada', 'a@b.c', 'a@b.c', 'Ada', 'Byron', 'none', 0)",
        "INSERT INTO institution (provider, provider_id, name, logo, fetched_at)
            VALUES ('plaid', '1', 'Bank', zeroblob(2000000), 0)",
    ] {
        sqlx::query(sql).execute(&pool).await.expect("a row");
    }
    pool.close().await;
    folder
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_the_old_or_the_new_whole() {
    let kills = std::env::var("PASSBOOK_BACKUP_KILLS").map_or(9, |n| n.parse().expect("a number"));
    let mut process = with_a_bank(&[]).await;
    let folder = process.folder().to_owned();
    let keys = Keys::make(&folder);
    assert_eq!(process.terminate().await, Some(0));
    let database = process.data().join("passbook.db");
    let (books, there) = (contents(&database).await, names(&folder));
    let [identity, file] = keys.opening();
    let mut dice = Dice::of(12);
    let begun = Instant::now();
    done(
        &folder,
        &["backup", "whole", "--recipient", &keys.recipient],
        &[],
    )
    .await;
    let of_backup = begun.elapsed();
    let whole = folder.join("whole").display().to_string();
    let restore = ["restore", &whole, &identity, &file];
    let begun = Instant::now();
    done(with_the_key_of(&process.data()).path(), &restore, &[]).await;
    let of_restore = begun.elapsed();
    let old = former().await;
    let begun = Instant::now();
    done(old.path(), &["admin", "list"], &[]).await;
    let of_migration = begun.elapsed();
    let (mut cut_off, mut came_through) = ([0; 3], [0; 3]);
    for kill in 0..kills {
        let what = kill % 3;
        let was_running = match what {
            0 => {
                let name = format!("backup-{kill}");
                let to = ["backup", &name, "--recipient", &keys.recipient];
                let was_running = killed(&folder, &to, moment(&mut dice, of_backup)).await;
                if folder.join(&name).exists() {
                    done(
                        &folder,
                        &["restore", "--check", &name, &identity, &file],
                        &[],
                    )
                    .await;
                    came_through[what] += 1;
                }
                // What was left is gone with the next one, and the books are what they were.
                let next = format!("next-{kill}");
                done(
                    &folder,
                    &["backup", &next, "--recipient", &keys.recipient],
                    &[],
                )
                .await;
                assert_eq!(names(&folder), there);
                same(&contents(&database).await, &books);
                was_running
            }
            1 => {
                let other = with_the_key_of(&process.data());
                let time = moment(&mut dice, of_restore);
                let was_running = killed(other.path(), &restore, time).await;
                let again = output(other.path(), &restore, &[]).await;
                match again.status.code() {
                    Some(0) => {}
                    _ => {
                        assert!(told(&again).contains("is not empty"), "{}", told(&again));
                        came_through[what] += 1;
                    }
                }
                let all = ["passbook.db", "passbook.key", "sandbox.db"];
                assert_eq!(names(other.path()), all);
                let restored = other.path().join("data/passbook.db");
                same(&contents(&restored).await, &books);
                was_running
            }
            _ => {
                let old = former().await;
                let list = ["admin", "list"];
                let was_running = killed(old.path(), &list, moment(&mut dice, of_migration)).await;
                done(old.path(), &list, &[]).await;
                let now = contents(&old.path().join("data/passbook.db")).await;
                assert_eq!((now["person"].len(), now["institution"].len()), (1, 1));
                assert_eq!(
                    now["_sqlx_migrations"].len(),
                    books["_sqlx_migrations"].len()
                );
                let left = names(old.path());
                assert!(!left.iter().any(|name| name.ends_with(".part")), "{left:?}");
                was_running
            }
        };
        cut_off[what] += i32::from(was_running);
    }
    eprintln!("cut off: {cut_off:?}; done all the same: {came_through:?}");
    assert!(cut_off.iter().sum::<i32>() > 0, "{cut_off:?}");
}
