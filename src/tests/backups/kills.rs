//! Kills at random moments of a backup, a restore or a migration: the result is either the old state or the complete
//! new one. `PASSBOOK_BACKUP_KILLS` is the number of kills (9).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::folder::{Keys, contents, done, names, same, told, with_a_bank, with_the_key_of};
use crate::environment::former::database_of;
use crate::model::dice::Dice;
use crate::process::{Process, command, output};

/// A command that migrates the database.
const MIGRATE: [&str; 2] = ["admin", "list"];

/// Runs the program and kills it after a while; returns whether it was still running.
async fn killed(folder: &Path, arguments: &[impl AsRef<str>], after: Duration) -> bool {
    let arguments: Vec<_> = arguments.iter().map(AsRef::as_ref).collect();
    let mut child = command(folder, &arguments).spawn().expect("it starts");
    tokio::time::sleep(after).await;
    let was_running = child.try_wait().expect("it ran").is_none();
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    was_running
}

/// Returns a random duration up to a little over this one.
fn moment(dice: &mut Dice, within: Duration) -> Duration {
    let micros = usize::try_from(within.as_micros()).expect("it fits");
    Duration::from_micros(u64::try_from(dice.below(micros * 11 / 10)).expect("it fits"))
}

/// Creates the database of two versions ago, with a person and two megabytes in it.
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

/// A stopped Passbook, a backup of it, and how long each operation takes when it is not killed.
struct Victim {
    process: Process,
    keys: Keys,
    books: BTreeMap<String, Vec<String>>,
    there: Vec<String>,
    times: [Duration; 3],
}

async fn timed(work: impl Future<Output = String>) -> Duration {
    let begun = Instant::now();
    work.await;
    begun.elapsed()
}

impl Victim {
    async fn prepare() -> Self {
        let mut process = with_a_bank(&[]).await;
        let folder = process.folder().to_owned();
        let keys = Keys::make(&folder);
        assert_eq!(process.terminate().await, Some(0));
        let mut victim = Self {
            books: contents(&process.data().join("passbook.db")).await,
            there: names(&folder),
            times: [Duration::ZERO; 3],
            process,
            keys,
        };
        let (new, old) = (victim.emptied(), former().await);
        victim.times[0] = timed(done(&folder, &victim.backup("whole"), &[])).await;
        victim.times[1] = {
            let restore = victim.restore();
            let restore = restore.each_ref().map(String::as_str);
            timed(done(new.path(), &restore, &[])).await
        };
        victim.times[2] = timed(done(old.path(), &MIGRATE, &[])).await;
        victim
    }

    fn emptied(&self) -> TempDir {
        with_the_key_of(&self.process.data())
    }

    fn backup<'a>(&'a self, name: &'a str) -> [&'a str; 4] {
        ["backup", name, "--recipient", &self.keys.recipient]
    }

    fn restore(&self) -> [String; 4] {
        let whole = self.process.folder().join("whole").display().to_string();
        let [identity, file] = self.keys.opening();
        ["restore".into(), whole, identity, file]
    }

    /// Kills a backup. Returns whether it was still running, and whether the file exists all the same.
    async fn kill_backup(&self, number: usize, after: Duration) -> (bool, bool) {
        let (folder, name) = (self.process.folder(), format!("backup-{number}"));
        let was_running = killed(folder, &self.backup(&name), after).await;
        let came_through = folder.join(&name).exists();
        if came_through {
            let [identity, file] = self.keys.opening();
            let check = ["restore", "--check", &name, &identity, &file];
            done(folder, &check, &[]).await;
        }
        // The next backup removes what was left, and the books have not changed.
        let next = format!("next-{number}");
        done(folder, &self.backup(&next), &[]).await;
        assert_eq!(names(folder), self.there);
        let now = contents(&self.process.data().join("passbook.db")).await;
        same(&now, &self.books);
        (was_running, came_through)
    }

    async fn kill_restore(&self, after: Duration) -> (bool, bool) {
        let (other, restore) = (self.emptied(), self.restore());
        let was_running = killed(other.path(), &restore, after).await;
        let arguments = restore.each_ref().map(String::as_str);
        let again = output(other.path(), &arguments, &[]).await;
        let came_through = again.status.code() != Some(0);
        if came_through {
            assert!(told(&again).contains("is not empty"), "{}", told(&again));
        }
        let all = ["passbook.db", "passbook.key", "sandbox.db"];
        assert_eq!(names(other.path()), all);
        same(
            &contents(&other.path().join("data/passbook.db")).await,
            &self.books,
        );
        (was_running, came_through)
    }

    async fn kill_migration(&self, after: Duration) -> (bool, bool) {
        let old = former().await;
        let was_running = killed(old.path(), &MIGRATE, after).await;
        done(old.path(), &MIGRATE, &[]).await;
        let now = contents(&old.path().join("data/passbook.db")).await;
        assert_eq!((now["person"].len(), now["institution"].len()), (1, 1));
        let run = |books: &BTreeMap<String, Vec<String>>| books["_sqlx_migrations"].len();
        assert_eq!(run(&now), run(&self.books));
        let left = names(old.path());
        assert!(!left.iter().any(|name| name.ends_with(".part")), "{left:?}");
        (was_running, !was_running)
    }
}

#[tokio::test]
async fn a_kill_at_any_moment_leaves_the_old_or_the_new_whole() {
    let kills = std::env::var("PASSBOOK_BACKUP_KILLS").map_or(9, |n| n.parse().expect("a number"));
    let victim = Victim::prepare().await;
    let mut dice = Dice::of(12);
    let (mut cut_off, mut came_through) = ([0; 3], [0; 3]);
    for number in 0..kills {
        let what = number % 3;
        let after = moment(&mut dice, victim.times[what]);
        let (was_running, through) = match what {
            0 => victim.kill_backup(number, after).await,
            1 => victim.kill_restore(after).await,
            _ => victim.kill_migration(after).await,
        };
        cut_off[what] += i32::from(was_running);
        came_through[what] += i32::from(through);
    }
    assert!(cut_off.iter().sum::<i32>() > 0, "{cut_off:?}");
    #[expect(clippy::print_stderr, reason = "a long run is told by its figures")]
    if kills > 9 {
        eprintln!("cut off: {cut_off:?}; done all the same: {came_through:?}");
    }
}
