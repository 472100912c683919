//! Pages and writes while one backup after the other is made.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::books::{self, Books};
use crate::browser::{Connection, get, post};
use crate::program::Program;
use crate::report::{Target, heading, tell};

const ROWS: usize = 100_000;
const ROUNDS: usize = 5;
const LASTING: Duration = Duration::from_secs(20);
/// How long a person looks at a page before they open the next.
const LOOKS: Duration = Duration::from_millis(10);
/// The time between two log-ins of other people. One address may send 60 forms a minute.
const LOG_INS: Duration = Duration::from_millis(1_200);

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    let books = books::with(ROWS)?;
    heading(
        "Pages and log-ins with 100,000 rows, without backups and while one is made after the other",
    );
    let program = Program::passbook(&books.dir)?;
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let (mut alone, mut beside, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut made, mut took) = (0, Vec::new());
    for _ in 0..ROUNDS {
        let without = p99(&program, &books)?;
        let over = AtomicBool::new(false);
        let with = std::thread::scope(|scope| {
            let backups = scope.spawn(|| {
                let mut times = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    backup(&books, &recipient)?;
                    times.push(began.elapsed().as_secs_f64());
                }
                Outcome::Ok(times)
            });
            let with = p99(&program, &books);
            over.store(true, Ordering::Relaxed);
            let times = backups.join().map_err(|_| "the backups panicked")??;
            made += times.len();
            took.extend(times);
            with
        })?;
        ratios.push(with / without);
        alone.push(without);
        beside.push(with);
    }
    tell("p99 of pages without", "ms", alone, None);
    tell(
        &format!("p99 of pages beside {made} backups"),
        "ms",
        beside,
        None,
    );
    tell(
        "the same, of without",
        "",
        ratios,
        Some(Target::AtMost(1.2)),
    );
    tell("a backup takes", "s", took, None);
    Ok(())
}

fn backup(books: &Books, recipient: &str) -> Outcome<()> {
    let done = Command::new(env!("CARGO_BIN_EXE_passbook"))
        .args(["backup", "-", "--recipient", recipient])
        .env_clear()
        .env("PASSBOOK_DATA_DIR", &books.dir)
        .current_dir(&books.dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match done.success() {
        true => Ok(()),
        false => Err("a backup failed".into()),
    }
}

/// Returns the milliseconds within which 99 of 100 pages arrive while other people log in.
fn p99(program: &Program, books: &Books) -> Outcome<f64> {
    let over = AtomicBool::new(false);
    let log_ins = AtomicUsize::new(0);
    let mut times = Vec::new();
    std::thread::scope(|scope| {
        let others = scope.spawn(|| {
            let form = format!("name={}&password={}", books::EMAIL, books::PASSWORD);
            let form = form.replace('@', "%40").replace(' ', "+");
            while !over.load(Ordering::Relaxed) {
                let mut connection = Connection::to(program.address)?;
                let answer = connection.ask(&post("/forms/log-in", "", &form))?;
                if !(300..400).contains(&answer.status) {
                    return Err(format!("a log-in was answered {}", answer.status).into());
                }
                log_ins.fetch_add(1, Ordering::Relaxed);
                std::thread::park_timeout(LOG_INS);
            }
            Outcome::Ok(())
        });
        let mut connection = Connection::to(program.address)?;
        let pages = ["/", "/transactions", "/accounts", "/settings"];
        let began = Instant::now();
        for path in pages.iter().cycle() {
            if began.elapsed() > LASTING {
                break;
            }
            let asked = Instant::now();
            let answer = connection.ask(&get(path, &books.cookie, "identity"))?;
            if answer.status != 200 {
                return Err(format!("{path} was answered {}", answer.status).into());
            }
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            std::thread::park_timeout(LOOKS);
        }
        over.store(true, Ordering::Relaxed);
        others.join().map_err(|_| "the log-ins panicked")?
    })?;
    if log_ins.load(Ordering::Relaxed) == 0 {
        return Err("nobody logged in".into());
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() * 99 / 100])
}
