//! How quickly the program is ready, and the memory that it holds.

use std::time::{Duration, Instant};

use crate::Outcome;
use crate::books::{self, Books};
use crate::browser::{crowd, get};
use crate::program::Program;
use crate::report::{Figure, Target, heading};

const STARTS: usize = 10;
const IDLE: Duration = Duration::from_secs(30);

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    let (empty, large) = (books::with(0)?, books::with(1_000_000)?);
    heading("From the start of the process to /readyz, its file in the system's cache");
    let new = || -> Outcome<f64> {
        let nowhere = tempfile::tempdir()?;
        Ok(millis(Program::passbook(nowhere.path())?.took))
    };
    let again = |books: &Books| -> Outcome<f64> { Ok(millis(Program::passbook(&books.dir)?.took)) };
    let ready = |name, take: &dyn Fn() -> Outcome<f64>| -> Outcome<()> {
        Figure {
            name,
            unit: "ms",
            takes: (0..STARTS).map(|_| take()).collect::<Outcome<_>>()?,
            target: Some(Target::AtMost(150.0)),
        }
        .tell();
        Ok(())
    };
    ready("in an empty folder, which it fills", &new)?;
    ready("with books that hold a person", &|| again(&empty))?;
    ready("with 1,000,000 transactions", &|| again(&large))?;
    heading("Memory that it holds");
    memory(&[("1 person", &empty), ("1,000,000 transactions", &large)])
}

/// Measures all programs at once, because each has to be left alone for a while.
fn memory(all: &[(&str, &Books)]) -> Outcome<()> {
    let mut programs = Vec::new();
    for (name, books) in all {
        programs.push((*name, *books, Program::passbook(&books.dir)?));
    }
    let tell = |name: &str, when: &str, program: &Program| -> Outcome<()> {
        Figure {
            name: &format!("{name}, {when}"),
            unit: "MB",
            takes: vec![program.memory()?],
            target: Some(Target::AtMost(60.0)),
        }
        .tell();
        Ok(())
    };
    for (name, _, program) in &programs {
        tell(name, "just started", program)?;
    }
    let began = Instant::now();
    while let Some(left) = IDLE.checked_sub(began.elapsed()) {
        std::thread::park_timeout(left);
    }
    for (name, _, program) in &programs {
        tell(name, "after 30 s", program)?;
    }
    for (name, books, program) in &programs {
        for path in ["/", "/transactions", "/transactions?q=market"] {
            let request = get(path, &books.cookie, "gzip, br");
            crowd(program, &request, 8, Duration::from_secs(2))?;
        }
        tell(name, "after 6 s of 8 busy browsers", program)?;
    }
    Ok(())
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
