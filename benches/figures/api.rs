//! The API's page of transactions against the control, and the cost of checking a token.

use std::fs;

use domain::clock::Clock;
use jiff::ToSpan;
use serde_json::{Value, json};

use crate::Outcome;
use crate::against::{LASTING, ROUNDS, compare};
use crate::books::{self, Books};
use crate::browser::{Connection, call, crowd, post_json};
use crate::control::api::{DEEP, PAGES, PLACE, file};
use crate::pages::BROWSERS_ACCEPT;
use crate::program::Program;
use crate::report::{heading, tell};

const LIST: &str = "/api/v1/transactions";

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    for (rows, many) in [(100_000, "100,000"), (1_000_000, "1,000,000")] {
        let books = books::with(rows)?;
        let passbook = Program::passbook(&books.dir)?;
        let token = token(&passbook)?;
        let pages = keep_pages(&passbook, &books, &token)?;
        let control = Program::control(&books.dir)?;
        heading(&format!(
            "The API's page of 50 of {many} transactions, against bare axum with the same query and bytes and no token"
        ));
        lists(&passbook, &control, &pages, [&token, &books.key])?;
        heading(&format!(
            "The check of a token or a key alone, with {many} transactions: bare axum that answers a word, with the check and without"
        ));
        checks(&control, [&token, &books.key])?;
    }
    Ok(())
}

/// Gets an access token, as a program does.
fn token(passbook: &Program) -> Outcome<String> {
    let who = json!({ "username": books::EMAIL, "password": books::PASSWORD });
    let request = post_json("/users/auth/token", &who.to_string());
    let answer = Connection::to(passbook.address)?.ask(&request)?;
    let tokens: Value = serde_json::from_slice(&answer.body)?;
    let token = tokens["access"].as_str();
    Ok(token.ok_or("no token was given")?.to_owned())
}

/// A page's name and its path in the API.
type Page = (&'static str, String);

/// Stores each page's bytes for the control.
fn keep_pages(passbook: &Program, books: &Books, token: &str) -> Outcome<Vec<Page>> {
    let mut connection = Connection::to(passbook.address)?;
    let mut read = |path: &str| -> Outcome<(Vec<u8>, Value)> {
        let answer = connection.ask(&call(path, token, "identity"))?;
        let page: Value = serde_json::from_slice(&answer.body)?;
        Ok((answer.body, page))
    };
    // A cursor from the middle: the one row of a page that ends there gives it.
    let middle = Clock::system().today().checked_sub(5.years())?;
    let (_, one) = read(&format!("{LIST}?end_date={middle}&limit=1"))?;
    let (before, cursor) = (&one["transactions"][0], one["next_cursor"].as_str());
    let word = |name: &str| before[name].as_str().ok_or("the middle has no rows");
    fs::write(
        books.dir.join(PLACE),
        format!("{} {}", word("date")?, word("id")?),
    )?;
    let mut pages = Vec::new();
    for (name, word) in PAGES {
        let path = match (name, word) {
            (DEEP, _) => format!("{LIST}?cursor={}", cursor.ok_or("no cursor was given")?),
            (_, "") => LIST.to_owned(),
            (_, word) => format!("{LIST}?q={word}"),
        };
        let (body, page) = read(&path)?;
        let rows = page["transactions"].as_array().map_or(0, Vec::len);
        // Ten rows have the rare word.
        if rows != 50 && (name, rows) != ("rare", 10) {
            return Err(format!("the page {name} has {rows} transactions").into());
        }
        fs::write(books.dir.join(file(name)), body)?;
        pages.push((name, path));
    }
    Ok(pages)
}

fn lists(
    passbook: &Program,
    control: &Program,
    pages: &[Page],
    [token, key]: [&str; 2],
) -> Outcome<()> {
    let take = |title: &str, (name, path): &Page, bearer: &str, browsers, encoding: &str| {
        let asked = call(path, bearer, encoding);
        let control_asked = call(&format!("/api/{name}"), bearer, encoding);
        compare(
            title,
            (passbook, &asked),
            (control, &control_asked),
            browsers,
        )
    };
    let newest = pages.first().ok_or("no pages")?;
    for browsers in [1, 4, 16] {
        take("newest", newest, token, browsers, "identity")?;
    }
    take("newest, compressed", newest, token, 4, BROWSERS_ACCEPT)?;
    take("newest, with a key", newest, key, 4, "identity")?;
    for page in &pages[1..] {
        take(page.0, page, token, 4, "identity")?;
    }
    Ok(())
}

/// Compares the same program with and without the check, so that nothing else differs. The check reads the person from
/// the token's signature or the key's hash, and from one row whether it is still valid.
fn checks(control: &Program, [token, key]: [&str; 2]) -> Outcome<()> {
    for browsers in [1, 4] {
        let (mut waits, mut works) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3]);
        for _ in 0..ROUNDS {
            let asked = [
                ("/nothing", token),
                ("/nothing/checked", token),
                ("/nothing/checked", key),
            ];
            for (i, (path, bearer)) in asked.into_iter().enumerate() {
                let asked = call(path, bearer, "identity");
                let served = crowd(control, &asked, browsers, LASTING)?;
                waits[i].push(served.typical_ms * 1_000.0);
                works[i].push(served.busy_ms * 1_000.0);
            }
        }
        for (i, what) in [(1, "a token"), (2, "a key")] {
            let more = |takes: &[Vec<f64>; 3]| -> Vec<f64> {
                takes[i].iter().zip(&takes[0]).map(|(a, b)| a - b).collect()
            };
            let of = |figure: &str| format!("check of {what}, {browsers} at once: {figure}");
            tell(&of("time to the answer"), "µs more", more(&waits), None);
            tell(&of("processor"), "µs more", more(&works), None);
        }
        let [wait, ..] = waits;
        let [work, ..] = works;
        let of = |figure: &str| format!("no check, {browsers} at once: {figure}");
        tell(&of("time to the answer"), "µs", wait, None);
        tell(&of("processor"), "µs", work, None);
    }
    Ok(())
}
