//! The page of transactions: against the control, and against itself with books of other sizes.

use std::fs;

use crate::Outcome;
use crate::against::{self, LASTING, ROUNDS};
use crate::books::{self, Books};
use crate::browser::{Connection, crowd, get};
use crate::control::pages::PAGES;
use crate::program::Program;
use crate::report::{Target, heading, tell};

/// The `Accept-Encoding` of browsers.
pub const BROWSERS_ACCEPT: &str = "gzip, deflate, br, zstd";

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    against_the_control()?;
    against_other_sizes()
}

fn against_the_control() -> Outcome<()> {
    let books = books::with(100_000)?;
    let passbook = Program::passbook(&books.dir)?;
    keep_pages(&passbook, &books)?;
    let control = Program::control(&books.dir)?;
    heading(
        "The page of transactions with 100,000 transactions, against bare axum with the same queries and bytes",
    );
    for (name, word) in PAGES {
        for browsers in [1, 4, 16] {
            compare(
                &passbook,
                &control,
                &books,
                (name, word),
                browsers,
                "identity",
            )?;
        }
    }
    compare(&passbook, &control, &books, PAGES[0], 4, BROWSERS_ACCEPT)
}

/// Asks both as a browser that is logged in.
fn compare(
    passbook: &Program,
    control: &Program,
    books: &Books,
    (name, word): (&str, &str),
    browsers: usize,
    encoding: &str,
) -> Outcome<()> {
    let asked = get(&path(word), &books.cookie, encoding);
    let control_asked = get(&format!("/page/{name}"), &books.cookie, encoding);
    let name = match encoding {
        "identity" => name.to_owned(),
        _ => format!("{name}, compressed"),
    };
    against::compare(
        &name,
        (passbook, &asked),
        (control, &control_asked),
        browsers,
    )
}

fn against_other_sizes() -> Outcome<()> {
    let small = books::with(1_000)?;
    let large = books::with(1_000_000)?;
    let (of_small, of_large) = (
        Program::passbook(&small.dir)?,
        Program::passbook(&large.dir)?,
    );
    heading("The page of transactions with 1,000,000 transactions, one browser");
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let take = |program: &Program, books: &Books| {
            let asked = get(&path(""), &books.cookie, "identity");
            crowd(program, &asked, 1, LASTING).map(|served| served.typical_ms)
        };
        few.push(take(&of_small, &small)?);
        many.push(take(&of_large, &large)?);
    }
    let ratios = many.iter().zip(&few).map(|(a, b)| a / b).collect();
    tell("newest, of 1,000", "ms", few, None);
    tell("newest, of 1,000,000", "ms", many, None);
    tell(
        "newest, 1,000,000 ÷ 1,000",
        "",
        ratios,
        Some(Target::AtMost(1.2)),
    );
    for (name, word) in &PAGES[1..] {
        let asked = get(&path(word), &large.cookie, "identity");
        let mut takes = Vec::new();
        for _ in 0..ROUNDS {
            takes.push(crowd(&of_large, &asked, 1, LASTING)?.typical_ms);
        }
        let title = format!("search for a word that is {name}, of 1,000,000");
        tell(&title, "ms", takes, Some(Target::AtMost(100.0)));
    }
    Ok(())
}

fn path(word: &str) -> String {
    if word.is_empty() {
        "/transactions".into()
    } else {
        format!("/transactions?q={word}")
    }
}

/// Stores each page's bytes for the control.
fn keep_pages(passbook: &Program, books: &Books) -> Outcome<()> {
    let mut connection = Connection::to(passbook.address)?;
    for (name, word) in PAGES {
        let answer = connection.ask(&get(&path(word), &books.cookie, "identity"))?;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 || !text.contains("class=\"band\"") {
            return Err(format!("the page {name} shows no transactions").into());
        }
        fs::write(books.dir.join(format!("{name}.html")), &answer.body)?;
    }
    Ok(())
}
