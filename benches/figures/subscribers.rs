//! Thousands of subscribers to exchange rates: their cost, and how soon the last of them has a new rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::Outcome;
use crate::books;
use crate::program::Program;
use crate::report::{Target, heading, tell};

const SUBSCRIBERS: usize = 5_000;
/// How many connect at a time.
const AT_ONCE: usize = 100;
const TICKS: usize = 3;
/// Ticks come once a minute.
const PATIENCE: Duration = Duration::from_secs(75);

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let books = books::with(1_000)?;
    heading("5,000 subscribers to exchange rates at once");
    let room = (3 * SUBSCRIBERS).to_string();
    let passbook = Program::passbook_with(&books.dir, &[("PASSBOOK_MAX_CONNECTIONS", &room)])?;
    let runtime = crate::runtime()?;
    let alone = passbook.memory()?;
    runtime.block_on(async {
        let (told, mut heard) = unbounded_channel();
        for _ in 0..SUBSCRIBERS / AT_ONCE {
            let connecting = (0..AT_ONCE).map(|_| subscribe(passbook.address, told.clone()));
            for connected in futures_util::future::join_all(connecting).await {
                connected?;
            }
        }
        let grown = passbook.memory()? - alone;
        let mut lags = Vec::new();
        for _ in 0..TICKS {
            lags.push(tick(&mut heard).await?.as_secs_f64() * 1_000.0);
        }
        let more = passbook.memory()? - alone;
        let most = Some(Target::AtMost(100.0));
        tell("memory, more than without them", "MB", vec![grown], most);
        tell("the same after three ticks", "MB", vec![more], most);
        let soon = Some(Target::AtMost(250.0));
        tell(
            "from the first to be told a minute's rate to the last",
            "ms",
            lags,
            soon,
        );
        Ok(())
    })
}

/// When a subscriber received a rate.
type Told = Instant;

/// Keeps one subscription open and reports each rate that arrives, except the first.
async fn subscribe(address: SocketAddr, told: UnboundedSender<Told>) -> Outcome<()> {
    let stream = TcpStream::connect(address).await?;
    let config = WebSocketConfig::default()
        .read_buffer_size(512)
        .write_buffer_size(0);
    let url = format!("ws://{address}/ws/rates");
    let (mut socket, _) = client_async_with_config(url, stream, Some(config)).await?;
    let begun = Arc::new(tokio::sync::Notify::new());
    let ready = begun.clone();
    tokio::spawn(async move {
        let mut rates = 0;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            if !text.contains("\"type\":\"rate\"") {
                continue;
            }
            rates += 1;
            if rates == 1 {
                ready.notify_one();
            } else if told.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    tokio::time::timeout(PATIENCE, begun.notified()).await?;
    Ok(())
}

/// Waits until every subscriber has received one more rate. Returns how long after the first the last one did.
async fn tick(heard: &mut UnboundedReceiver<Told>) -> Outcome<Duration> {
    let mut times = Vec::with_capacity(SUBSCRIBERS);
    while times.len() < SUBSCRIBERS {
        let told = tokio::time::timeout(PATIENCE, heard.recv()).await;
        let told = told.map_err(|_| format!("{} of the subscribers were told", times.len()))?;
        times.push(told.ok_or("the subscribers are gone")?);
    }
    let (first, last) = (times.iter().min(), times.iter().max());
    let (first, last) = first.zip(last).ok_or("nobody was told")?;
    Ok(*last - *first)
}
