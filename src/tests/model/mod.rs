//! Random lives of a bank's rows against a simple model: rows are added, edited, changed, settled and removed, in one
//! sync or over several. Meanwhile calls fail, webhooks come late, twice or out of order, workers lose their leases,
//! and accounts close. Whatever happened, in the end the books hold what the bank holds, with the person's own values
//! where they were written.
//!
//! `PASSBOOK_MODEL_SEQUENCES` is the number of lives (200 by default, 40 through MX), `PASSBOOK_MODEL_FIRST` the first
//! seed. A seed that failed once is in `seeds.txt` and runs first, every time.

pub mod bank;
mod check;
pub mod dice;
mod life;
pub mod tested;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tested::{Face, ModelledApp};

/// As many as the cores of the smallest machine: each tested has its own program, bank and clock.
const LANES: usize = 2;
/// A tested is replaced after this many lives, so that no database grows large.
const LIVES: usize = 100;

const FAILED_ONCE: &str = include_str!("seeds.txt");

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_books_hold_what_the_bank_holds_whatever_happens() {
    live(Face::Plaid, 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_books_hold_what_the_bank_holds_through_mx_too() {
    live(Face::Mx, 10).await;
}

async fn live(face: Face, usual: u64) {
    let number = |name: &str, usual: u64| {
        let set = std::env::var(name).ok();
        set.map_or(usual, |text| text.parse().expect("a number"))
    };
    let first = number("PASSBOOK_MODEL_FIRST", 1);
    let many = number("PASSBOOK_MODEL_SEQUENCES", usual);
    let again = FAILED_ONCE.lines().map(|line| line.trim().parse());
    let again: Vec<u64> = again.filter_map(Result::ok).collect();
    let seeds: Arc<Vec<u64>> = Arc::new(again.into_iter().chain(first..first + many).collect());
    let next = Arc::new(AtomicU64::new(0));
    let lanes: Vec<_> = (0..LANES)
        .map(|_| tokio::spawn(lead(face, seeds.clone(), next.clone())))
        .collect();
    let mut with_rows = 0;
    for tested in lanes {
        with_rows += tested.await.expect("every life ends well");
    }
    let most = seeds.len() / 2;
    assert!(
        with_rows > most,
        "only {with_rows} lives left rows to ask for"
    );
}

/// Leads one life after the other until no seed is left; returns how many had a row that another person could ask for.
async fn lead(face: Face, seeds: Arc<Vec<u64>>, next: Arc<AtomicU64>) -> usize {
    let take = || {
        let at = next.fetch_add(1, Ordering::SeqCst);
        seeds.get(usize::try_from(at).expect("it fits")).copied()
    };
    let mut seed = take();
    let mut with_rows = 0;
    while seed.is_some() {
        let tested = ModelledApp::open(face).await;
        for _ in 0..LIVES {
            let Some(it) = seed else { break };
            with_rows += usize::from(life::lead(&tested, it).await);
            seed = take();
        }
        tested.close().await;
    }
    with_rows
}
