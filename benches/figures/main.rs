//! What Passbook promises, measured: `make bench`, or a part of it: `cargo bench -- pages`.
//!
//! Each figure stands beside the machine's load while it was taken: on a busy machine only the ratios say
//! something, because both sides of a ratio are measured in turns.
// The figures are what this program is for.
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
mod weight;

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

/// Whatever went wrong: it ends the run.
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

/// One part of the figures.
type Part = fn() -> Outcome<()>;

fn measure(chosen: &str) -> Outcome<()> {
    let parts: [(&str, Part); 11] = [
        ("pages", pages::measure),
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

/// A runtime like the program's own.
fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    Ok(runtime)
}
