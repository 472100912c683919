//! A disk that fills up and is freed while people write.

use std::collections::BTreeMap;

use reqwest::StatusCode;

use super::{limit_files, told, with_small_files};
use crate::app::{browsers, eventually};
use crate::books::Books;
use crate::browser::Browser;
use crate::process::Process;

/// How often the disk fills, and how many writes succeed in between.
const TIMES: u64 = 10;
const WRITES: u64 = 100;
/// The most writes until the disk must be full.
const AT_MOST: u64 = 5_000;

struct FullDisk {
    process: Process,
    browser: Browser,
    books: Books,
    rows: Vec<String>,
    /// The number of writes tried; each writes its own number.
    tried: u64,
    /// The last acknowledged number, by row.
    acknowledged: BTreeMap<String, u64>,
    /// The number of acknowledged writes.
    saved: u64,
}

impl FullDisk {
    async fn open(settings: &[(&str, &str)]) -> Self {
        let (process, browser, _) = Process::linked(settings).await;
        let books = Books::open(&process.data()).await;
        let rows = eventually("rows", || async {
            let rows = books.texts("SELECT id FROM bank_transaction ORDER BY id LIMIT 50");
            let rows = rows.await;
            (rows.len() == 50).then_some(rows)
        });
        Self {
            rows: rows.await,
            process,
            browser,
            books,
            tried: 0,
            acknowledged: BTreeMap::new(),
            saved: 0,
        }
    }

    /// Writes the next number to the next row; returns whether it was acknowledged.
    async fn write(&mut self) -> bool {
        self.tried += 1;
        let row = usize::try_from(self.tried).expect("it fits") % self.rows.len();
        let row = self.rows[row].clone();
        let body = format!("id={row}&note={}", self.tried);
        let answer = self.browser.post_once("/forms/transaction", body).await;
        let saved = (300..400).contains(&answer.status);
        if saved {
            self.saved += 1;
            self.acknowledged.insert(row, self.tried);
        } else {
            assert_eq!(answer.status, 500, "{}", answer.body);
        }
        saved
    }

    async fn is_ready(&self, wanted: StatusCode) {
        let http = browsers();
        let url = format!("{}/readyz", self.process.url);
        let asked = || async {
            let answer = http.get(&url).send().await.ok()?;
            (answer.status() == wanted).then_some(())
        };
        eventually("that it says whether it can write", asked).await;
    }

    /// Asserts that no acknowledged write is lost. An unacknowledged one may be there: only its response may have
    /// failed.
    async fn compare(&self) {
        let kept = "SELECT id || ' ' || own_note FROM bank_transaction WHERE own_note IS NOT NULL";
        let kept = self.books.texts(kept).await;
        let kept: BTreeMap<&str, u64> = kept
            .iter()
            .filter_map(|row| row.split_once(' '))
            .map(|(row, number)| (row, number.parse().expect("a number")))
            .collect();
        for (row, number) in &self.acknowledged {
            let there = kept.get(row.as_str());
            assert!(
                there >= Some(number),
                "{row}: {there:?} instead of {number}"
            );
        }
        let whole = self.books.texts("PRAGMA integrity_check").await;
        assert_eq!(whole, ["ok"]);
    }
}

/// The largest file, in bytes, on a "full" disk. SQLite would restart its log after 4 MB.
const ROOM: [u64; 3] = [0, 300_000, 1_000_000];

#[tokio::test]
async fn a_thousand_writes_on_a_disk_that_fills_and_empties_ten_times() {
    let mut disk = FullDisk::open(&[]).await;
    let id = disk.process.id();
    for (time, room) in (0..TIMES).zip(ROOM.into_iter().cycle()) {
        limit_files(id, &room.to_string());
        let mut failed = 0;
        for _ in 0..AT_MOST {
            if !disk.write().await {
                failed += 1;
            }
            if failed == 10 {
                break;
            }
        }
        assert_eq!(failed, 10, "the disk never was full");
        disk.is_ready(StatusCode::SERVICE_UNAVAILABLE).await;
        limit_files(id, "unlimited");
        let wanted = disk.saved.max(time * WRITES) + WRITES;
        while disk.saved < wanted {
            assert!(disk.write().await, "the disk has room again");
        }
        disk.is_ready(StatusCode::OK).await;
    }
    assert!(disk.saved >= TIMES * WRITES);
    assert_eq!(disk.process.id(), id);
    disk.compare().await;
    disk.process.kill();
    disk.process = disk.process.again().await;
    disk.compare().await;
}

#[tokio::test]
async fn a_file_size_limit_fails_the_start_and_no_signal_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for bytes in [0, 100, 4096, 50_000] {
        let ended = with_small_files(folder.path(), bytes, &["serve"]);
        let said = told(&ended);
        assert_eq!(ended.status.code(), Some(1), "{bytes}: {said}");
        assert!(said.contains("passbook: "), "{said}");
    }
    let mut command = crate::process::command(folder.path(), &["serve"]);
    command.env("PASSBOOK_LISTEN", "127.0.0.1:0");
    let mut running = crate::process::Spawned::start(&mut command);
    assert!(running.line().await.starts_with("Passbook is at "));
}
