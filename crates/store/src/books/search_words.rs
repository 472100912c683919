//! Updates the search words of rows from an earlier version, in batches between which others can write.

use crate::books::edits::{EditedRow, edited_columns};
use crate::{Store, StoreError, jobs};
use domain::connection::Lease;

impl Store {
    /// Whether rows still need new search words.
    pub async fn search_words_wait(&self) -> Result<bool, StoreError> {
        let waits: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM search_rebuild)")
            .fetch_one(&self.read)
            .await?;
        Ok(waits == 1)
    }

    /// Updates the search words of the next rows, at most `lot`, and records the progress in the same transaction.
    /// Returns the number of rows; `None` if none were left.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`].
    pub async fn rebuild_search_words(
        &self,
        lease: &Lease,
        lot: u32,
    ) -> Result<Option<u64>, StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, lease).await?;
        let rows: Vec<EditedRow> = sqlx::query_as(concat!(
            "SELECT ",
            edited_columns!(),
            " FROM bank_transaction t WHERE t.seq > (SELECT done_seq FROM search_rebuild)
                 AND t.seq <= (SELECT last_seq FROM search_rebuild)
             ORDER BY t.seq LIMIT $1",
        ))
        .bind(lot)
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = rows.last().map(|row| row.seq) else {
            sqlx::query("DELETE FROM search_rebuild")
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            return Ok(None);
        };
        let count = rows.len();
        for row in rows {
            row.write(&mut tx, &row.own()).await?;
        }
        sqlx::query("UPDATE search_rebuild SET done_seq = $1")
            .bind(last)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Some(u64::try_from(count).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::{SignedDuration, Timestamp};
    use sqlx::migrate::Migrator;

    use super::*;
    use crate::Place;
    use crate::{Narrowing, options, pool, upgrade};
    use domain::id::UserId;
    use domain::job::JobKind;
    use domain::search;

    /// The migration that marks the rows.
    const MARKS: i64 = 19;
    const PERSON: &str = "01arz3ndektsv4rrffq69g5fab";
    const ROWS: &str = "
        INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
            VALUES ('01arz3ndektsv4rrffq69g5fab', 'a@b.example', 'a@b.example', 'A', 'B', 'x', 1);
        INSERT INTO connection (id, person_id, provider, item_id, institution_name, sealed_token, created_at)
            SELECT '01arz3ndektsv4rrffq69g5fac', id, 'plaid', 'i', 'Bank', X'', 1 FROM person;
        INSERT INTO account (id, person_id, connection_id, provider_id, position, name, kind, currency, balance_at)
            SELECT '01arz3ndektsv4rrffq69g5fad', person_id, id, 'a', 0, 'Checking', 'depository', 'USD', 1
            FROM connection;
        INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency,
            exponent, description, pending, details, own_note, own_search, search)
        SELECT '01arz3ndektsv4rrffq69g5f' || n.key, a.person_id, a.connection_id, a.id, n.key, '2026-11-21', 1, 'USD',
            2, n.value, 0, '{}', 'Straße', ' straße ', ' ' || lower(n.value) || '  straße '
        FROM account a, (SELECT '11' AS key, 'Łódź' AS value UNION ALL SELECT '12', 'Café' UNION ALL SELECT '13', 'Smør') n;";

    /// Makes a database of the previous version with rows in it.
    async fn of_the_version_before(file: &Path, folder: &Path) {
        let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        for entry in std::fs::read_dir(known).expect("migrations") {
            let path = entry.expect("a file").path();
            let name = path.file_name().unwrap_or_default().to_owned();
            let version = name.to_string_lossy().split('_').next().map(str::parse);
            if matches!(version, Some(Ok(version)) if i64::lt(&version, &MARKS)) {
                std::fs::copy(&path, folder.join(name)).expect("a copy");
            }
        }
        let migrations = Migrator::new(folder.to_owned()).await;
        let options = options(file).create_if_missing(true);
        let pool = pool(1).connect_with(options).await.expect("a database");
        let made = upgrade::upgrade(&pool, file, &migrations.expect("migrations")).await;
        made.expect("it is made");
        let rows = sqlx::raw_sql(ROWS).execute(&pool).await;
        rows.expect("written");
        pool.close().await;
    }

    async fn found(store: &Store, query: &str) -> usize {
        let narrowing = Narrowing {
            words: search::words(query),
            ..Narrowing::default()
        };
        let person = UserId::parse(PERSON).expect("an id");
        let rows = store.page_of_transactions(&person, &narrowing, &Place::First, 50);
        rows.await.expect("rows").len()
    }

    async fn lease(store: &Store) -> Lease {
        let now = Timestamp::from_second(1_800_000_000).expect("a moment");
        let request = store.request_job(JobKind::SearchWords, "rows", now);
        request.await.expect("asked");
        let later = now.checked_add(SignedDuration::from_hours(1));
        let lease = store.claim_due(now, later.expect("a moment")).await;
        lease.expect("it answers").expect("work")
    }

    #[tokio::test]
    async fn rows_of_the_version_before_are_found_and_get_their_words_across_restarts() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("books.db");
        let sql = tempfile::tempdir().expect("a folder");
        of_the_version_before(&file, sql.path()).await;

        let store = Store::open(&file).await.expect("brought up to date");
        assert!(store.search_words_wait().await.expect("it answers"));
        assert_eq!(found(&store, "caf").await, 1, "found as before meanwhile");
        assert_eq!(found(&store, "lodz").await, 0);
        let held = lease(&store).await;
        let step = store.rebuild_search_words(&held, 1).await;
        assert_eq!(step.expect("a step"), Some(1));
        assert_eq!(found(&store, "lodz").await, 1);
        assert_eq!(found(&store, "smor").await, 0, "the third row waits");
        store.close().await;

        // The program was stopped: another run continues from there, and the old one can write nothing more.
        let store = Store::open(&file).await.expect("opened");
        let stolen = "UPDATE job SET fence = fence + 1";
        sqlx::query(stolen)
            .execute(&store.write)
            .await
            .expect("stolen");
        let late = store.rebuild_search_words(&held, 1).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        let held = Lease {
            fence: held.fence + 1,
            ..held
        };
        let mut steps = Vec::new();
        while let Some(rows) = store.rebuild_search_words(&held, 1).await.expect("a step") {
            steps.push(rows);
        }
        assert_eq!(steps, [1, 1], "nothing is done twice");
        assert!(!store.search_words_wait().await.expect("it answers"));
        for (query, count) in [("lodz", 1), ("smor", 1), ("cafe", 1), ("strasse", 3)] {
            assert_eq!(found(&store, query).await, count, "{query}");
        }
        let whole =
            "INSERT INTO transaction_words (transaction_words, rank) VALUES ('integrity-check', 1)";
        sqlx::query(whole)
            .execute(&store.write)
            .await
            .expect("whole");
        store.close().await;
    }
}
