//! The CSV export: its speed, and the memory that it takes.

use std::time::Instant;

use crate::Outcome;
use crate::against::ROUNDS;
use crate::books;
use crate::browser::{Connection, get};
use crate::program::Program;
use crate::report::{Target, heading, tell};

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    heading("The CSV file of 1,000,000 transactions");
    let books = books::with(1_000_000)?;
    let asked = get("/transactions.csv", &books.cookie, "identity");
    let (mut rates, mut grown) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let program = Program::passbook(&books.dir)?;
        let mut connection = Connection::to(program.address)?;
        // The first page that is requested fills caches that stay.
        connection.ask(&get("/transactions", &books.cookie, "identity"))?;
        let (before, began) = (program.peak()?, Instant::now());
        let answer = connection.ask(&asked)?;
        if answer.status != 200 {
            return Err(format!("answered {}", answer.status).into());
        }
        #[expect(clippy::cast_precision_loss, reason = "a file's size is small")]
        let megabytes = answer.body.len() as f64 / 1_048_576.0;
        rates.push(megabytes / began.elapsed().as_secs_f64());
        grown.push(program.peak()? - before);
    }
    tell("as quickly as it is read", "MB a second", rates, None);
    // Two database connections for reading fill a cache of 16 MB each.
    let most = Some(Target::AtMost(48.0));
    tell(
        "what the program's memory grows by at most",
        "MB",
        grown,
        most,
    );
    Ok(())
}
