//! Lists of transactions that nobody has asked for before, so that their sums have to be added up.

use std::time::Instant;

use crate::Outcome;
use crate::books::{self, COMMON, OLD};
use crate::browser::{Connection, get};
use crate::program::Program;
use crate::report::{Target, heading, tell};

/// How often each kind of list is asked for.
const TIMES: u32 = 15;

/// A kind of list: its name, its query with a number that makes each one new, and the most milliseconds it may take.
type List = (&'static str, fn(u32) -> String, f64);

const LISTS: [List; 5] = [
    (
        "a month of a category",
        |n| {
            format!(
                "category=FOOD_AND_DRINK&from=2026-{:02}-01&to=2026-{:02}-{:02}",
                n % 11 + 1,
                n % 11 + 1,
                15 + n % 13
            )
        },
        30.0,
    ),
    (
        "a category",
        |n| format!("category=FOOD_AND_DRINK&to=2026-11-{:02}", n % 28 + 1),
        30.0,
    ),
    (
        "everything",
        |n| format!("to=2026-10-{:02}", n % 28 + 1),
        30.0,
    ),
    (
        "a word that a third has",
        |n| format!("q={COMMON}&to=2026-09-{:02}", n % 28 + 1),
        100.0,
    ),
    (
        "a word in old transactions",
        |n| format!("q={OLD}&to=2026-09-{:02}", n % 28 + 1),
        100.0,
    ),
];

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    for rows in [1_000, 100_000, 1_000_000] {
        let books = books::with(rows)?;
        let passbook = Program::passbook(&books.dir)?;
        heading(&format!(
            "Lists and their sums, each for the first time, of {rows} transactions"
        ));
        for (name, query, most) in LISTS {
            let mut connection = Connection::to(passbook.address)?;
            let mut takes = Vec::new();
            for n in 0..TIMES {
                let asked = get(
                    &format!("/transactions?{}", query(n)),
                    &books.cookie,
                    "identity",
                );
                let began = Instant::now();
                let answer = connection.ask(&asked)?;
                takes.push(began.elapsed().as_secs_f64() * 1_000.0);
                let text = String::from_utf8_lossy(&answer.body);
                // Books that are small do not reach back to every month.
                let summed = text.contains("class=\"totals\"") || text.contains("No matches");
                if answer.status != 200 || !summed {
                    return Err(format!("{name}: the list has no sums").into());
                }
            }
            tell(name, "ms", takes, Some(Target::AtMost(most)));
        }
    }
    Ok(())
}
