//! Measures what Passbook promises: `make bench`, or one part of it: `cargo bench -- pages`.
//!
//! Each figure is printed with the machine's load at the time. On a busy machine only the ratios are meaningful,
//! because the two sides of a ratio take turns.
// Printing the figures is this program's purpose.
#![allow(clippy::print_stdout)]

mod against;
mod api;
mod backup;
mod books;
mod browser;
mod control;
mod file;
mod flood;
mod pages;
mod program;
mod rates;
mod report;
mod silent;
mod start;
mod subscribers;
mod sync;
mod totals;
mod weight;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

/// Any error ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let chosen = words.next().unwrap_or_default();
    let done = match chosen.as_str() {
        control::WORD => control::run(words),
        chosen => measure(chosen),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("the figures could not be taken: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A part of the figures.
type Part = fn() -> Outcome<()>;

fn measure(chosen: &str) -> Outcome<()> {
    let parts: [(&str, Part); 12] = [
        ("pages", pages::measure),
        ("totals", totals::measure),
        ("file", file::measure),
        ("api", api::measure),
        ("rates", rates::measure),
        ("subscribers", subscribers::measure),
        ("sync", sync::measure),
        ("flood", flood::measure),
        ("backup", backup::measure),
        ("silent", silent::measure),
        ("weight", weight::measure),
        ("start", start::measure),
    ];
    if !chosen.is_empty() && parts.iter().all(|(name, _)| *name != chosen) {
        let known = parts.map(|(name, _)| name).join(", ");
        return Err(format!("there is no part {chosen}: {known}").into());
    }
    let began = Instant::now();
    for (name, part) in parts {
        if chosen.is_empty() || chosen == name {
            part()?;
        }
    }
    println!("\nIt took {} s.", began.elapsed().as_secs());
    Ok(())
}

/// Makes a runtime like the program's own.
fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    Ok(runtime)
}
