//! Tests that writing goes on after a write has failed in every way that SQLite can fail.

use sqlx::{Executor, SqlitePool};

use crate::{Store, StoreError, Tx};

/// More than the free space of a page, so that SQLite needs another.
const LARGE: &str = "INSERT INTO note VALUES (hex(randomblob(40000)))";
/// The same in a statement that SQLite undoes alone, so that the transaction stays open.
const SEVERAL: &str =
    "INSERT INTO note SELECT hex(randomblob(20000)) FROM (SELECT 1 UNION SELECT 2) RETURNING 1";
const SMALL: &str = "INSERT INTO note VALUES ('small')";

struct Desk {
    folder: tempfile::TempDir,
    store: Store,
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("passbook.db")).await;
        let store = store.expect("a database");
        let made = store
            .write
            .execute("CREATE TABLE note (text TEXT CHECK (text <> 'bad'))");
        made.await.expect("a table");
        Self { folder, store }
    }

    /// Leaves the database no further page. The limit ends with the writer's connection.
    async fn fill(&self) {
        // Removes free pages inside the file too: a probe for room leaves some.
        self.store
            .write
            .execute("VACUUM")
            .await
            .expect("written anew");
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(&self.store.write)
            .await
            .expect("a number");
        let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        self.store.write.execute(limit).await.expect("a limit");
    }

    async fn empty(&self) {
        let none = "PRAGMA max_page_count = 4294967294";
        self.store.write.execute(none).await.expect("no limit");
    }

    async fn number(&self, sql: &'static str) -> i64 {
        let number = sqlx::query_scalar(sql).fetch_one(&self.store.read);
        number.await.expect("a number")
    }

    /// Checks that the writer works, with and without a transaction, and that the table has only `rows` and what this
    /// adds.
    async fn goes_on(&self, rows: &mut i64, after: &str) {
        self.store.write.execute(SMALL).await.expect(after);
        let mut tx = self.store.begin().await.expect(after);
        tx.execute(SMALL).await.expect(after);
        tx.commit().await.expect(after);
        self.store.prove_writable().await.expect(after);
        *rows += 2;
        for pool in [&self.store.write, &self.store.read] {
            assert_eq!(count(pool).await, *rows, "{after}");
        }
    }
}

async fn count(pool: &SqlitePool) -> i64 {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM note");
    count.fetch_one(pool).await.expect("a number")
}

/// Makes SQLite roll back on commit, as it does when the disk is full by then.
async fn fail_to_commit(tx: &mut Tx) {
    let mut handle = tx.lock_handle().await.expect("SQLite");
    handle.set_commit_hook(|| false);
}

#[tokio::test]
async fn a_full_disk_fails_a_statement_and_no_later_one() {
    let desk = Desk::open().await;
    let (store, mut rows) = (&desk.store, 0);
    for statement in [LARGE, SEVERAL] {
        desk.fill().await;
        let failed = store.write.execute(statement).await;
        assert!(failed.is_err(), "{statement}");
        desk.empty().await;
        desk.goes_on(&mut rows, "after a statement alone").await;

        desk.fill().await;
        let mut tx = store.begin().await.expect("a transaction");
        tx.execute(SMALL).await.expect("room for it");
        assert!(tx.execute(statement).await.is_err(), "{statement}");
        drop(tx);
        desk.empty().await;
        desk.goes_on(&mut rows, "after a statement of a transaction")
            .await;

        desk.fill().await;
        let mut tx = store.begin().await.expect("a transaction");
        let failed = sqlx::query(statement).fetch_optional(&mut *tx).await;
        assert!(failed.is_err(), "{statement}");
        assert!(
            tx.commit().await.is_err() || statement == SEVERAL,
            "nothing is left to commit"
        );
        desk.empty().await;
        desk.goes_on(&mut rows, "after a statement whose failure was passed over")
            .await;
    }
}

#[tokio::test]
async fn a_commit_that_fails_fails_alone() {
    let desk = Desk::open().await;
    let mut rows = 0;
    for drops in [false, true] {
        let mut tx = desk.store.begin().await.expect("a transaction");
        tx.execute(SMALL).await.expect("written");
        fail_to_commit(&mut tx).await;
        if drops {
            // The caller drops the future in the middle of the commit.
            let commit = tx.commit();
            let _ = tokio::time::timeout(std::time::Duration::ZERO, commit).await;
        } else {
            assert!(tx.commit().await.is_err());
        }
        desk.goes_on(&mut rows, "after a COMMIT").await;
    }
}

#[tokio::test]
async fn whoever_goes_away_leaves_nothing_open() {
    let desk = Desk::open().await;
    let mut rows = 0;
    for moment in 0..50 {
        let work = async {
            let mut tx = desk.store.begin().await?;
            tx.execute(SMALL).await?;
            tx.execute("INSERT INTO note VALUES ('bad')").await?;
            tx.commit().await?;
            Ok::<_, StoreError>(())
        };
        let mut work = Box::pin(work);
        for _ in 0..moment {
            let step = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(work.as_mut().poll(cx).is_ready())
            });
            if step.await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(work);
        desk.goes_on(&mut rows, "after somebody went away").await;
    }
}

#[tokio::test]
async fn readers_see_what_is_written_afterwards() {
    let desk = Desk::open().await;
    let (reader, mut rows) = (&desk.store.read, 0);
    for _ in 0..20 {
        let mut tx = reader.begin().await.expect("a transaction");
        // SQLite does the same automatically when it cannot read the file.
        tx.execute("ROLLBACK").await.expect("rolled back");
        drop(tx);
        let mut tx = reader.begin().await.expect("the next transaction");
        tx.execute("SELECT * FROM note").await.expect("read");
        drop(tx);
        desk.goes_on(&mut rows, "after a reader's transaction")
            .await;
    }
}

#[tokio::test]
async fn after_a_write_without_room_a_small_one_proves_nothing() {
    let desk = Desk::open().await;
    let store = &desk.store;
    desk.fill().await;
    let failed = store.write.execute(LARGE).await.map_err(StoreError::from);
    assert!(failed.is_err());
    store.write.execute(SMALL).await.expect("room for it");
    for _ in 0..2 {
        assert!(store.prove_writable().await.is_err(), "room for more");
        // The failed connection is gone, and its limit with it.
        desk.fill().await;
    }
    desk.empty().await;
    let schema = desk.number("PRAGMA schema_version").await;
    store.prove_writable().await.expect("room again");
    let log = desk.folder.path().join("passbook.db-wal");
    let log = std::fs::metadata(log).expect("a log").len();
    assert!(log > 4 << 20, "{log} bytes");
    desk.goes_on(&mut 1, "after room was found").await;
    let left = desk.number("SELECT COUNT(*) FROM institution").await;
    assert_eq!(left, 0);
    assert_eq!(desk.number("PRAGMA schema_version").await, schema);
}
