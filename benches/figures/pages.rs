//! The page of transactions: against the control, and against itself in books of other sizes.

use std::fs;
use std::time::Duration;

use crate::Outcome;
use crate::books::{self, Books};
use crate::browser::{Connection, Served, crowd, get};
use crate::control::PAGES;
use crate::program::Program;
use crate::report::{Figure, Target, heading};

const LASTING: Duration = Duration::from_millis(1_200);
const ROUNDS: usize = 5;
/// What browsers send.
const BROWSERS_ACCEPT: &str = "gzip, deflate, br, zstd";

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

/// Both in turns, so that whatever else the machine does falls on both.
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
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(crowd(passbook, &asked, browsers, LASTING)?);
        bare.push(crowd(control, &control_asked, browsers, LASTING)?);
    }
    let packed = if encoding == "identity" {
        ""
    } else {
        ", compressed"
    };
    let of = |what: &str| format!("{name}, {browsers} at once{packed}: {what}");
    let rates = |served: &[Served]| served.iter().map(|s| s.rate).collect::<Vec<_>>();
    tell(&of("Passbook"), "pages/s", rates(&ours), None);
    tell(&of("control"), "pages/s", rates(&bare), None);
    let half = Some(Target::AtLeast(0.5));
    let ratios = ours.iter().zip(&bare).map(|(a, b)| a.rate / b.rate);
    tell(&of("Passbook ÷ control"), "", ratios.collect(), half);
    // What a busy machine leaves true: how much of it each page takes.
    let busy = |served: &[Served]| served.iter().map(|s| s.busy_ms).collect::<Vec<_>>();
    tell(&of("Passbook, processor"), "ms/page", busy(&ours), None);
    tell(&of("control, processor"), "ms/page", busy(&bare), None);
    let ratios = ours.iter().zip(&bare).map(|(a, b)| b.busy_ms / a.busy_ms);
    tell(
        &of("Passbook ÷ control, pages a processor second"),
        "",
        ratios.collect(),
        half,
    );
    Ok(())
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

fn tell(name: &str, unit: &str, takes: Vec<f64>, target: Option<Target>) {
    Figure {
        name,
        unit,
        takes,
        target,
    }
    .tell();
}

fn path(word: &str) -> String {
    if word.is_empty() {
        "/transactions".into()
    } else {
        format!("/transactions?q={word}")
    }
}

/// Keeps each page's bytes for the control.
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
