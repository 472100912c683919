//! A flood of webhooks, most of them forged, through the real endpoint.

pub mod forge;
mod plaid;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::clock::Clock;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::Outcome;
use crate::browser::Connection;
use crate::program::Program;
use crate::report::{Figure, Target, heading};
use plaid::KeyServer;

/// Webhooks a second.
const RATE: u64 = 2_000;
/// The length of the flood, in seconds.
const LASTING: u64 = 60;
/// One webhook in this many is genuine.
const GENUINE: u64 = 20;
/// How many senders share the flood.
const SENDERS: u64 = 16;
/// How often at most a sender repeats a webhook that was not accepted, each time after the wait that it was told.
const TRIES: u32 = 8;

/// Measures a flood of one minute.
pub fn measure() -> Outcome<()> {
    heading(
        "Webhooks: 2,000 a second for a minute, 95 in 100 of them forged, a key rotation in the middle",
    );
    let runtime = crate::runtime()?;
    let keys = runtime.block_on(KeyServer::start())?;
    let dir = tempfile::tempdir()?;
    let program = Program::passbook_at(dir.path(), keys.address)?;
    let told = flood(program.address, &keys)?;
    if !told.forged_taken.is_empty() {
        println!("taken though forged: {:?}", told.forged_taken);
    }
    let (kept, forged) = runtime.block_on(kept(dir.path()))?;
    let (busiest_minute, all) = keys.lookups();
    let figure = |name: &'static str, unit: &'static str, value: f64, target: Option<Target>| {
        Figure {
            name,
            unit,
            takes: vec![value],
            target,
        }
        .tell();
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of a minute")]
    let count = |n: usize| n as f64;
    figure("sent", "webhooks a second", told.rate, None);
    figure("genuine ones sent", "", count(told.genuine), None);
    figure("of them taken at first", "", count(told.at_first), None);
    figure(
        "of them kept in the end",
        "",
        count(kept),
        Some(Target::AtLeast(count(told.genuine))),
    );
    figure(
        "forged ones taken",
        "",
        count(told.forged_taken.len() + forged),
        Some(Target::AtMost(0.0)),
    );
    figure(
        "answer, genuine, p99",
        "ms",
        percentile(&told.genuine_ms, 99),
        Some(Target::AtMost(250.0)),
    );
    figure("answer, all, p50", "ms", percentile(&told.all_ms, 50), None);
    figure(
        "answer, all, p99",
        "ms",
        percentile(&told.all_ms, 99),
        Some(Target::AtMost(250.0)),
    );
    figure(
        "key look-ups in the busiest minute",
        "",
        count(busiest_minute),
        Some(Target::AtMost(6.0)),
    );
    figure("key look-ups in all", "", count(all), None);
    figure("memory at the end", "MB", program.memory()?, None);
    Ok(())
}

/// The senders' results.
#[derive(Default)]
struct Told {
    rate: f64,
    genuine: usize,
    at_first: usize,
    forged_taken: Vec<&'static str>,
    genuine_ms: Vec<f64>,
    all_ms: Vec<f64>,
}

fn flood(door: SocketAddr, keys: &KeyServer) -> Outcome<Told> {
    let (began, rotated) = (Instant::now(), AtomicBool::new(false));
    let told: Outcome<Vec<Told>> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|first| {
                let rotated = &rotated;
                scope.spawn(move || send(door, keys, first, began, rotated))
            })
            .collect();
        let joined = senders
            .into_iter()
            .map(|sender| sender.join().map_err(|_| "a sender failed")?);
        joined.collect()
    });
    let mut all = Told::default();
    for told in told? {
        all.rate += told.rate;
        all.genuine += told.genuine;
        all.at_first += told.at_first;
        all.forged_taken.extend(told.forged_taken);
        all.genuine_ms.extend(told.genuine_ms);
        all.all_ms.extend(told.all_ms);
    }
    Ok(all)
}

/// A genuine webhook to send again later.
struct Again {
    due: Instant,
    body: String,
    tries: u32,
}

/// Sends one sender's share. Each webhook has its moment, and its response time counts from there, so an endpoint that
/// holds the sender up does not look quicker.
fn send(
    door: SocketAddr,
    keys: &KeyServer,
    first: u64,
    began: Instant,
    rotated: &AtomicBool,
) -> Outcome<Told> {
    let mut connection = Connection::to(door)?;
    let mut told = Told::default();
    let mut again: VecDeque<Again> = VecDeque::new();
    for n in (first..RATE * LASTING).step_by(usize::try_from(SENDERS)?) {
        let moment = began + Duration::from_micros(n * 1_000_000 / RATE);
        until(moment);
        if n >= RATE * LASTING / 2 && !rotated.swap(true, Ordering::SeqCst) {
            keys.rotate("the-second-key");
        }
        while again.front().is_some_and(|it| it.due <= Instant::now()) {
            let Some(it) = again.pop_front() else { break };
            genuine(&mut connection, keys, it.body, it.tries, &mut again)?;
        }
        // Each sender has its share of genuine webhooks, and of every way to forge.
        let turn = n / SENDERS;
        let key = keys.key();
        let status = if turn.is_multiple_of(GENUINE) {
            told.genuine += 1;
            let status = genuine(
                &mut connection,
                keys,
                forge::webhook("genuine", n),
                1,
                &mut again,
            )?;
            told.at_first += usize::from(status == 200);
            told.genuine_ms.push(since(moment));
            status
        } else {
            let forgery = forge::forged(&key, turn * (SENDERS + 1) + first, now());
            let status = connection
                .ask(&knock(&forgery.signatures, &forgery.body))?
                .status;
            told.forged_taken
                .extend((status == 200).then_some(forgery.way));
            status
        };
        if !matches!(status, 200 | 401 | 429) {
            return Err(format!("answered {status}").into());
        }
        told.all_ms.push(since(moment));
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of a minute")]
    let sent = told.all_ms.len() as f64;
    told.rate = sent / began.elapsed().as_secs_f64();
    while let Some(it) = again.pop_front() {
        until(it.due);
        genuine(&mut connection, keys, it.body, it.tries, &mut again)?;
    }
    Ok(told)
}

/// Sends a genuine webhook, and queues it for later when it was not accepted.
fn genuine(
    connection: &mut Connection,
    keys: &KeyServer,
    body: String,
    tries: u32,
    again: &mut VecDeque<Again>,
) -> Outcome<u16> {
    let signature = keys.key().genuine(&body, now());
    let status = connection.ask(&knock(&[signature], &body))?.status;
    if status != 200 && tries < TRIES {
        // The wait that the endpoint gives in `Retry-After`.
        again.push_back(Again {
            due: Instant::now() + Duration::from_secs(30),
            body,
            tries: tries + 1,
        });
    }
    Ok(status)
}

fn knock(signatures: &[String], body: &str) -> Vec<u8> {
    let mut head = String::from(
        "POST /webhooks/plaid HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n",
    );
    for signature in signatures {
        head.push_str("plaid-verification: ");
        head.push_str(signature);
        head.push_str("\r\n");
    }
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Counts the different genuine and forged webhooks in the inbox.
async fn kept(dir: &std::path::Path) -> Outcome<(usize, usize)> {
    let options = SqliteConnectOptions::new()
        .filename(dir.join("passbook.db"))
        .read_only(true);
    let mut books = SqliteConnection::connect_with(&options).await?;
    let mut counts = [0, 0];
    for (count, sort) in counts.iter_mut().zip(["genuine-%", "forged-%"]) {
        let n: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM webhook_delivery WHERE item_id LIKE $1")
                .bind(sort)
                .fetch_one(&mut books)
                .await?;
        *count = usize::try_from(n)?;
    }
    Ok((counts[0], counts[1]))
}

fn since(moment: Instant) -> f64 {
    moment.elapsed().as_secs_f64() * 1_000.0
}

/// Waits on a thread of its own with nothing else to do, because a sender's moments are the schedule.
fn until(moment: Instant) {
    while let Some(left) = moment.checked_duration_since(Instant::now()) {
        std::thread::park_timeout(left);
    }
}

fn now() -> i64 {
    Clock::system().now().as_second()
}

fn percentile(times: &[f64], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or(f64::NAN)
}
