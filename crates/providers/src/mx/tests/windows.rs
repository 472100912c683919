//! Tests windows of transactions, page by page.

use super::*;
use crate::ReadFrom;
use domain::feed::{FeedPage, UpdateStatus};
use domain::problem::Reason;

const LIST: &str = "/transactions";

fn row(n: u64) -> Value {
    json!({"guid": format!("TRN-{n}"), "account_guid": "ACT-1", "amount": 1.5, "type": "DEBIT", "date": "2026-11-20",
        "status": "POSTED"})
}

fn list(page: u64, size: u64, total: u64) -> Value {
    let before = (page - 1) * size;
    let rows: Vec<Value> = (before..total.min(before + size)).map(row).collect();
    json!({"transactions": rows, "pagination": pages(page, size, total)})
}

async fn ready() -> Loopback {
    let loopback = connected().await;
    loopback.on(&member("GET", "/status"), 200, &status("CONNECTED", false));
    loopback
}

async fn read(
    loopback: &Loopback,
    from: ReadFrom<'_>,
    at: Option<&str>,
) -> Result<FeedPage, Problem> {
    let connection = ConnectionId::generate();
    let key = Key {
        token: &token(),
        connection: &connection,
    };
    loopback.mx.page(key, from, at).await
}

#[tokio::test]
async fn no_page_one_page_and_three_pages_give_every_row_once() {
    for (total, wanted) in [(0, 1), (1, 1), (25, 1), (26, 2), (75, 3), (76, 4)] {
        let loopback = ready().await;
        // MX treats an invalid page size as 25.
        for page in 1..=wanted {
            loopback.on(&member("GET", LIST), 200, &list(page, 25, total));
        }
        let (mut ids, mut at, mut count) = (Vec::new(), None, 0);
        loop {
            let page = read(&loopback, ReadFrom::Beginning, at.as_deref())
                .await
                .expect("a page");
            assert!(!page.incomplete, "{total}");
            assert_eq!(page.status, UpdateStatus::Historical);
            assert_eq!(page.next_cursor.is_some(), page.has_more);
            ids.extend(page.added.into_iter().map(|row| row.provider_id));
            count += 1;
            at = page.next_cursor;
            if at.is_none() {
                break;
            }
        }
        let all: Vec<String> = (0..total).map(|n| format!("TRN-{n}")).collect();
        assert_eq!((count, ids), (wanted, all));
        let asked = loopback
            .seen()
            .into_iter()
            .filter(|it| it.what == member("GET", LIST));
        let numbers: Vec<String> = asked.map(|it| it.query[0].1.clone()).collect();
        let wanted: Vec<String> = (1..=wanted).map(|n| n.to_string()).collect();
        assert_eq!(numbers, wanted);
    }
}

#[tokio::test]
async fn a_window_begins_with_its_day_and_the_beginning_long_ago() {
    let loopback = ready().await;
    loopback.on(&member("GET", LIST), 200, &list(1, 1000, 1));
    for (from, seconds) in [
        (
            ReadFrom::Day("2022-10-28".parse().expect("a day")),
            "1666915200",
        ),
        (ReadFrom::Beginning, "946684800"),
    ] {
        read(&loopback, from, None).await.expect("a page");
        let asked = loopback.seen().pop().expect("a request").query;
        let wanted = [
            ("page", "1"),
            ("records_per_page", "1000"),
            ("from_date", seconds),
        ];
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        assert_eq!(asked, wanted);
    }
    let cursor = read(&loopback, ReadFrom::Cursor("c"), None)
        .await
        .expect_err("no cursors");
    assert_eq!(cursor.reason, Reason::CursorRefused);
    for odd in ["", "1/5", "x", "2", "-1/", "9999999/1", "2/x"] {
        let refusal = read(&loopback, ReadFrom::Beginning, Some(odd))
            .await
            .expect_err(odd);
        assert_eq!(refusal.reason, Reason::CursorRefused, "{odd}");
    }
}

#[tokio::test]
async fn what_cannot_add_up_is_incomplete() {
    for (case, body) in [
        (
            "fewer rows than there are",
            json!({"transactions": [row(1)], "pagination": pages(1, 25, 2)}),
        ),
        ("no list", json!({"pagination": pages(1, 25, 0)})),
        (
            "null for a list",
            json!({"transactions": null, "pagination": pages(1, 25, 0)}),
        ),
        ("no paging", json!({"transactions": [row(1)]})),
        (
            "null for paging",
            json!({"transactions": [row(1)], "pagination": null}),
        ),
        (
            "no number of rows",
            json!({"transactions": [row(1)], "pagination": {"total_pages": 1, "per_page": 25}}),
        ),
        (
            "an empty page before the last",
            json!({"transactions": [], "pagination": pages(1, 25, 60)}),
        ),
        (
            "fewer pages than rows need",
            json!({"transactions": (0..25).map(row).collect::<Vec<_>>(),
            "pagination": {"current_page": 1, "per_page": 25, "total_entries": 60, "total_pages": 1}}),
        ),
    ] {
        let loopback = ready().await;
        loopback.on(&member("GET", LIST), 200, &body);
        let page = read(&loopback, ReadFrom::Beginning, None)
            .await
            .expect(case);
        assert!(page.incomplete, "{case}");
        assert!(!page.has_more && page.next_cursor.is_none(), "{case}");
    }
}

#[tokio::test]
async fn rows_that_move_between_two_pages_are_read_from_the_beginning() {
    let loopback = ready().await;
    loopback.on(&member("GET", LIST), 200, &list(1, 25, 60));
    loopback.on(&member("GET", LIST), 200, &list(2, 25, 61));
    let first = read(&loopback, ReadFrom::Beginning, None)
        .await
        .expect("a page");
    let second = read(&loopback, ReadFrom::Beginning, first.next_cursor.as_deref()).await;
    assert_eq!(second.expect_err("moved").reason, Reason::ChangedMeanwhile);
    // A wrong page would come again and again.
    let other = read(&loopback, ReadFrom::Beginning, Some("3/61")).await;
    assert_eq!(other.expect_err("another").reason, Reason::BadAnswer);
}

#[tokio::test]
async fn how_far_mx_has_got_is_told_with_the_rows() {
    for (running, processed, wanted) in [
        (true, json!(false), UpdateStatus::NotReady),
        (true, json!(null), UpdateStatus::NotReady),
        (true, json!(true), UpdateStatus::Initial),
        (false, json!(false), UpdateStatus::Historical),
    ] {
        let loopback = connected().await;
        let mut told = status("CONNECTED", running);
        told["member"]["has_processed_transactions"] = processed;
        loopback.on(&member("GET", "/status"), 200, &told);
        loopback.on(&member("GET", LIST), 200, &list(1, 1000, 1));
        let page = read(&loopback, ReadFrom::Beginning, None)
            .await
            .expect("a page");
        assert_eq!(page.status, wanted);
    }
}

#[tokio::test]
async fn pages_tell_of_closed_accounts_and_the_list_of_accounts_does_not() {
    let loopback = ready().await;
    let mut rows = list(1, 1000, 1);
    rows["transactions"][0]["account_guid"] = json!("ACT-2");
    loopback.on(&member("GET", LIST), 200, &rows);
    let page = read(&loopback, ReadFrom::Beginning, None)
        .await
        .expect("a page");
    let told: Vec<&str> = page
        .accounts
        .iter()
        .map(|a| a.provider_id.as_str())
        .collect();
    assert_eq!(told, ["ACT-1", "ACT-2"]);
    // A row without a currency has its account's.
    assert_eq!(page.added[0].amount.currency.code(), "CAD");
    let connection = ConnectionId::generate();
    let key = Key {
        token: &token(),
        connection: &connection,
    };
    let open = loopback.mx.accounts(key).await.expect("accounts");
    assert_eq!(open.len(), 1);
}
