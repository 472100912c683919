//! Transactions as a CSV file.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use passbook::ledger::view::Filter;
use passbook::ledger::{self, LedgerError, Pace};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::{linked, wanted};
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::books::Books;
use crate::browser::Browser;

const BOM: &str = "\u{feff}";

#[tokio::test]
async fn what_a_filter_lets_through_is_saved_as_a_file_and_noted() {
    let (app, mut browser, books) = linked().await;
    let everything = "SELECT id FROM bank_transaction ORDER BY day DESC, id DESC";
    let everything = wanted(&books, everything).await;
    assert!(everything.len() > 1000, "more than one page");
    let page = browser.get("/transactions").await;
    let href = page.attribute("a[download]", "href").expect("a link");
    assert_eq!(href, "/transactions.csv");
    let file = browser.get(&href).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let start = format!("{BOM}date,amount,currency,name,");
    assert!(file.body.starts_with(&start), "{:.60}", file.body);
    assert_eq!(file.body.matches(BOM).count(), 1);
    let lines = records(&file.body);
    let ids: Vec<&str> = lines.iter().map(|line| line["id"].as_str()).collect();
    assert_eq!(ids, everything);
    for line in &lines {
        assert_eq!(line["institution"], "First Platypus Bank");
    }

    let page = browser.get("/transactions?pending=yes&q=").await;
    let href = page.attribute("a[download]", "href").expect("a link");
    let pending = "SELECT COUNT(*) FROM bank_transaction WHERE pending = 1";
    let file = browser.get(&href).await;
    let lines = i64::try_from(records(&file.body).len()).expect("a number");
    assert_eq!(lines, books.number(pending).await);
    let activity = browser.get("/activity").await;
    assert!(
        activity.body.contains("You exported transactions as CSV"),
        "{}",
        activity.body
    );

    let wrong = browser.get("/transactions.csv?from=2026-13-40").await;
    assert_eq!(
        wrong.path, "/transactions?from=2026-13-40",
        "the list says what is wrong"
    );
    let mut eve = app.signed_up(&EVE).await;
    let empty = eve.get("/transactions.csv").await;
    assert_eq!(empty.body.matches("\r\n").count(), 1, "nobody else's rows");
}

#[tokio::test]
async fn a_strangers_words_stay_in_their_cells_and_are_no_formulas() {
    let (_app, mut browser, books) = linked().await;
    let words = [
        "=HYPERLINK(\"http://evil.example\",\"x\")",
        "＝1+1",
        "rent;=1+1",
        "two\r\n@lines, \"quoted\"",
        "</title><b>",
        "\u{202e}=1",
        "x;\"=1+1;y",
    ];
    let newest = "SELECT id FROM bank_transaction ORDER BY day DESC, id DESC";
    let newest = wanted(&books, newest).await;
    for (id, said) in newest.iter().zip(words) {
        let sql = "UPDATE bank_transaction SET description = $1, merchant = $1, own_note = $1, category_primary = $1,
            category_detailed = $1, currency = '~' || $1 WHERE id = $2";
        let done = sqlx::query(sql).bind(said).bind(id).execute(&books.pool);
        done.await.expect("written");
    }
    // A sync in progress would restore the accounts' own names.
    let renamed = "UPDATE account SET name = '=1+1';
        CREATE TRIGGER keep_name AFTER UPDATE OF name ON account WHEN NEW.name <> '=1+1'
            BEGIN UPDATE account SET name = '=1+1' WHERE id = NEW.id; END";
    sqlx::raw_sql(renamed)
        .execute(&books.pool)
        .await
        .expect("written");
    let file = browser.get("/transactions.csv").await;
    let lines = records(&file.body);
    assert_eq!(lines.len(), newest.len());
    for (line, said) in lines.iter().zip(words) {
        for column in ["name", "description", "merchant", "note"] {
            let cell = &line[column];
            assert_eq!(cell.replace('\'', ""), said, "{column}");
            assert!(!cell.starts_with(['=', '＝', '@', '\u{202e}']), "{cell}");
            assert!(
                !cell.contains(";=") && !cell.contains(";\"=") && !cell.contains("\n@"),
                "{cell}"
            );
        }
        let code = &line["currency"];
        assert!(code.chars().all(|c| c.is_ascii_alphanumeric()), "{code}");
        assert_eq!(line["account"], "'=1+1");
    }
    let amounts = lines.iter().filter(|line| line["amount"].starts_with('-'));
    assert!(amounts.count() > 100, "a number is no formula");
}

#[tokio::test]
async fn a_person_has_one_download_at_a_time_and_who_does_not_read_holds_little() {
    let (app, mut browser, books) = linked().await;
    // More than the sockets' buffers hold, so a reader that stalls also stalls the writer.
    make_longer(&books, 20_000).await;
    let stalled = download(&app, &browser, "identity").await;

    let second = browser.get("/transactions.csv").await;
    assert_eq!(second.status, 429, "{:.200}", second.body);
    assert_eq!(second.text("h1"), "Only one download at a time");
    assert!(second.text("main").contains("still being downloaded"));
    assert_eq!(second.header("retry-after"), "30");
    let mut elsewhere = app.logged_in(&ADA).await;
    assert_eq!(elsewhere.get("/transactions.csv").await.status, 429);
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.get("/transactions.csv").await.status, 200);

    drop(stalled);
    eventually("the turn ends with its connection", || {
        let mut browser = browser.clone();
        async move { (browser.get("/transactions.csv").await.status == 200).then_some(()) }
    })
    .await;
    assert_eq!(browser.get("/transactions.csv").await.status, 200);
}

#[tokio::test]
async fn a_download_that_fails_on_its_way_is_cut_and_not_ended() {
    let (app, browser, books) = linked().await;
    for encoding in ["identity", "gzip", "br"] {
        let whole = rest(download(&app, &browser, encoding).await).await;
        assert!(
            whole.ends_with(b"\r\n0\r\n\r\n"),
            "{encoding}: the end of a whole one"
        );
    }
    // This day sorts last, so the rows before it have been sent by then. The row is one that the bank does not know,
    // because a sync in progress would repair a row of the bank's.
    multiply(&books, 1).await;
    let broken =
        "UPDATE bank_transaction SET day = '0' WHERE seq = (SELECT MAX(seq) FROM bank_transaction)";
    sqlx::query(broken)
        .execute(&books.pool)
        .await
        .expect("broken");
    for encoding in ["identity", "gzip", "br"] {
        let part = rest(download(&app, &browser, encoding).await).await;
        assert!(!part.ends_with(b"0\r\n\r\n"), "{encoding}");
        assert!(part.len() > 1_000, "{encoding}: {} bytes", part.len());
    }
}

#[tokio::test]
async fn a_page_takes_the_same_memory_however_long_the_file() {
    let (app, _browser, books) = linked().await;
    let (few, rows) = pages(&app).await;
    multiply(&books, 15).await;
    let (many, more) = pages(&app).await;
    assert!(more > 15 * rows, "{more} rows");
    assert!(many.len() > 10 * few.len(), "{} pages", many.len());
    let largest = |pages: &[usize]| *pages.iter().max().expect("a page");
    let (before, after) = (largest(&few), largest(&many));
    assert!(
        after < before * 3 / 2,
        "{after} bytes at once, and not {before}"
    );
    assert!(after < 200_000, "{after} bytes at once");
}

#[tokio::test]
async fn rows_that_come_go_and_change_between_two_pages_hide_and_repeat_none() {
    let (app, _browser, books) = linked().await;
    let everything = "SELECT id FROM bank_transaction ORDER BY day DESC, id DESC";
    let everything = wanted(&books, everything).await;
    let ada = app.user(&ADA).await;
    let export = ledger::export(app.ctx(), &ada, &Filter::default()).await;
    let mut export = export.expect("an export");
    let (mut file, mut round, mut gone) = (Vec::new(), 0, BTreeSet::new());
    while let Some(page) = export.page().await.expect("a page") {
        file.extend(page);
        for (add, sql) in [
            ("new", ADDED),
            (
                "edited",
                "UPDATE bank_transaction SET own_note = 'edited' || $1 WHERE seq % 3 = 0",
            ),
        ] {
            let done = sqlx::query(sql).bind(format!("{add}{round}"));
            done.execute(&books.pool).await.expect("written");
        }
        let oldest = "DELETE FROM bank_transaction WHERE id = (SELECT id FROM bank_transaction ORDER BY day, id LIMIT 1)
            RETURNING id";
        let oldest: String = sqlx::query_scalar(oldest)
            .fetch_one(&books.pool)
            .await
            .expect("one");
        gone.insert(oldest);
        round += 1;
    }
    assert!(round > 2, "{round} pages");
    let file = String::from_utf8(file).expect("text");
    let ids: Vec<String> = records(&file)
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "no row twice");
    let stayed: Vec<&String> = everything.iter().filter(|id| !gone.contains(*id)).collect();
    let sent: Vec<&String> = ids.iter().filter(|id| !gone.contains(*id)).collect();
    assert_eq!(sent, stayed, "every other row is there, in order");
}

#[tokio::test]
async fn a_reader_that_keeps_no_pace_is_cut_and_the_next_one_is_served() {
    let (app, _browser, _books) = linked().await;
    let ada = app.user(&ADA).await;
    let (long, none) = (Duration::from_secs(600), Duration::ZERO);
    for (page, whole) in [(none, long), (long, none)] {
        let export = ledger::export(app.ctx(), &ada, &Filter::default()).await;
        let mut export = export.expect("an export").at(Pace { page, whole });
        let cut = export.page().await;
        assert!(matches!(cut, Err(LedgerError::TooSlow)), "{cut:?}");
        let second = ledger::export(app.ctx(), &ada, &Filter::default()).await;
        assert!(matches!(second.err(), Some(LedgerError::ExportUnderWay)));
    }
    assert!(pages(&app).await.0.len() > 1);
}

const ADDED: &str = "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency, exponent,
    description, pending, details, search)
    SELECT 'zz' || substr(id, 3), person_id, connection_id, account_id, $1 || id, '2026-11-22', amount, currency, exponent,
    description, pending, details, search FROM bank_transaction WHERE id NOT LIKE 'zz%'
    AND 'zz' || substr(id, 3) NOT IN (SELECT id FROM bank_transaction) ORDER BY seq LIMIT 5";

/// Returns the lines of a file, each by column name.
fn records(file: &str) -> Vec<BTreeMap<String, String>> {
    let file = file.trim_start_matches(BOM);
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let lines: Result<_, _> = reader.deserialize().collect();
    lines.expect("CSV")
}

/// Returns the sizes of all pages of a whole file, and its number of rows.
async fn pages(app: &TestApp) -> (Vec<usize>, usize) {
    let ada = app.user(&ADA).await;
    let export = ledger::export(app.ctx(), &ada, &Filter::default()).await;
    let mut export = export.expect("an export");
    let (mut sizes, mut rows) = (Vec::new(), 0);
    while let Some(page) = export.page().await.expect("a page") {
        sizes.push(page.len());
        rows += page.iter().filter(|byte| **byte == b'\n').count();
    }
    (sizes, rows)
}

/// Begins a download on a connection with a small buffer, and reads only its status.
async fn download(app: &TestApp, browser: &Browser, encoding: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small one");
    let mut stream = socket.connect(app.address()).await.expect("a connection");
    let cookies: Vec<String> = browser
        .cookies
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let request = format!(
        "GET /transactions.csv HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\naccept: text/html\r\n\
         accept-encoding: {encoding}\r\nconnection: close\r\n\r\n",
        app.address(),
        cookies.join("; ")
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 200");
    stream
}

/// Returns everything until the server closes the connection.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A connection that was reset counts as closed too.
    let _ = stream.read_to_end(&mut bytes).await;
    bytes
}

/// Gives every row a note of this many characters.
async fn make_longer(books: &Books, characters: i64) {
    let sql = "UPDATE bank_transaction SET own_note = hex(zeroblob($1))";
    let done = sqlx::query(sql).bind(characters / 2).execute(&books.pool);
    done.await.expect("written");
}

/// Adds this many copies of every row.
async fn multiply(books: &Books, times: i64) {
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, day, amount, currency, exponent,
            description, merchant, pending, details, search)
        SELECT (10 + i) || substr(id, 3), person_id, connection_id, account_id, i || provider_id, day, amount, currency,
            exponent, description, merchant, pending, details, search FROM bank_transaction, n";
    sqlx::query(sql)
        .bind(times)
        .execute(&books.pool)
        .await
        .expect("written");
}
