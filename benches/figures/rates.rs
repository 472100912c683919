//! Exchange rates: a page deep in a week and in a year of minutes, and the whole year at once.

use std::fs;
use std::path::Path;

use domain::clock::Clock;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _};

use crate::Outcome;
use crate::against::{LASTING, ROUNDS, compare};
use crate::books::{self, Books};
use crate::browser::{Connection, call, crowd};
use crate::program::Program;
use crate::report::{Target, heading, tell};

/// The pairs, and the number of quotes of each. No source has the second one, so nothing is added to it.
pub const PAIRS: [(&str, i64); 2] = [("YEAR/USD", 525_600), ("WEEK/USD", 10_001)];
/// The page that is read.
pub const PAGE: i64 = 500;
/// The quotes on that page.
pub const PER_PAGE: i64 = 10;

/// Returns the name of the file with a page's bytes.
pub fn file(pair: &str) -> String {
    format!("quotes-{}.json", pair.replace('/', "-"))
}

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    let books = books::with(1_000)?;
    crate::runtime()?.block_on(fill(&books.dir))?;
    let pairs = PAIRS.map(|(pair, _)| pair).join(",");
    let set = [("PASSBOOK_RATE_PAIRS", pairs.as_str())];
    let passbook = Program::passbook_with(&books.dir, &set)?;
    for (pair, quotes) in PAIRS {
        let answer = Connection::to(passbook.address)?.ask(&page(pair, &books, "identity"))?;
        let read: Value = serde_json::from_slice(&answer.body)?;
        let pages = (quotes + PER_PAGE - 1) / PER_PAGE;
        if read["total_pages"] != pages || read["data"].as_array().map(Vec::len) != Some(10) {
            return Err(format!("the page of {pair} is not what it should be: {read}").into());
        }
        fs::write(books.dir.join(file(pair)), answer.body)?;
    }
    let control = Program::control(&books.dir)?;
    heading(&format!(
        "Page {PAGE} of {PER_PAGE} quotes, against bare axum with the same queries and bytes and no key"
    ));
    for (pair, quotes) in PAIRS {
        let control_asked = call(&format!("/quotes/{}", dashed(pair)), "", "identity");
        for browsers in [1, 4, 16] {
            let asked = page(pair, &books, "identity");
            let name = format!("of {quotes}");
            compare(
                &name,
                (&passbook, &asked),
                (&control, &control_asked),
                browsers,
            )?;
        }
    }
    drop(control);
    equal(&passbook, &books)?;
    whole(&passbook, &books)
}

fn dashed(pair: &str) -> String {
    pair.replace('/', "-")
}

fn page(pair: &str, books: &Books, encoding: &str) -> Vec<u8> {
    let pair = dashed(pair);
    let path = format!("/api/v1/quotes?pair={pair}&per_page={PER_PAGE}&page={PAGE}");
    call(&path, &books.key, encoding)
}

/// Reads the same page of the year and of the week, in turns.
fn equal(passbook: &Program, books: &Books) -> Outcome<()> {
    heading("The same page of a year of minutes and of a week");
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (i, (pair, _)) in PAIRS.into_iter().enumerate() {
            let asked = page(pair, books, "identity");
            rates[i].push(crowd(passbook, &asked, 16, LASTING)?.rate);
        }
    }
    let [year, week] = rates;
    let apart = year.iter().zip(&week).map(|(year, week)| week / year);
    let apart = apart.collect();
    let many = Some(Target::AtLeast(2_000.0));
    tell("year, 16 at once", "pages/s", year, many);
    tell("week, 16 at once", "pages/s", week, many);
    tell("week ÷ year", "", apart, Some(Target::AtMost(1.2)));
    Ok(())
}

/// Reads all quotes of the year as one list, and measures how the program's memory grows meanwhile.
fn whole(passbook: &Program, books: &Books) -> Outcome<()> {
    let (pair, quotes) = PAIRS[0];
    heading(&format!("All {quotes} quotes of a year as one list"));
    let asked = call(
        &format!("/api/v1/quotes?pair={}", dashed(pair)),
        &books.key,
        "identity",
    );
    passbook.forget_peak()?;
    let before = passbook.memory()?;
    let mut times = Vec::new();
    let mut megabytes = 0.0;
    for _ in 0..3 {
        let began = std::time::Instant::now();
        let answer = Connection::to(passbook.address)?.ask(&asked)?;
        times.push(began.elapsed().as_secs_f64());
        megabytes = answer.body.len() as f64 / 1e6;
        let rows: Vec<serde::de::IgnoredAny> = serde_json::from_slice(&answer.body)?;
        if answer.status != 200 || rows.len() as i64 != quotes {
            return Err(format!("{} quotes were answered", rows.len()).into());
        }
    }
    tell("the list", "MB", vec![megabytes], None);
    tell("until its end", "s", times, None);
    let grown = passbook.peak()? - before;
    tell(
        "memory, more than before at most",
        "MB",
        vec![grown],
        Some(Target::AtMost(20.0)),
    );
    Ok(())
}

/// Writes the quotes, once: one a minute, the last of them a minute ago.
async fn fill(dir: &Path) -> Outcome<()> {
    let options = SqliteConnectOptions::new().filename(dir.join("passbook.db"));
    let mut database = options.connect().await?;
    let now = Clock::system().now().as_millisecond();
    for (pair, quotes) in PAIRS {
        sqlx::query(
            "WITH RECURSIVE n(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM n WHERE place < $2)
             INSERT INTO quote (pair, place, source, source_at, rate, bid, ask, kept_at, fetched_at)
             SELECT $1, place, 'coinbase', $3 + (place - $2) * 60000, (60000 + place % 9973) || '.12345678',
                 (60000 + place % 9973) || '.11', (60000 + place % 9973) || '.13',
                 $3 + (place - $2) * 60000, $3 + (place - $2) * 60000
             FROM n WHERE NOT EXISTS (SELECT 1 FROM quote WHERE pair = $1)",
        )
        .bind(pair)
        .bind(quotes)
        .bind(now)
        .execute(&mut database)
        .await?;
    }
    database.close().await?;
    Ok(())
}
