//! Pages while thousands of clients hold connections open and send nothing, or not enough.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;
use crate::books::{self, Books};
use crate::browser::{Connection, get};
use crate::program::Program;
use crate::report::{Target, heading, tell};

const SILENT: usize = 5_000;
const HALF_SENT: usize = 2_000;
const LASTING: Duration = Duration::from_secs(20);
/// How long a person looks at a page before they open the next.
const LOOKS: Duration = Duration::from_millis(20);
/// How long a client waits before it reconnects.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What clients send before they go silent: heads, a form, the beginnings of HTTP/2 and of TLS.
const HALVES: [&[u8]; 5] = [
    b"GET /transactions HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ",
    b"GET / HTT",
    b"POST /forms/log-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 900\r\n\r\nname=",
    b"PRI * HTTP/2.0\r\n\r\nSM",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
];

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let books = books::with(1_000)?;
    heading("Pages of a person while 5,000 clients are silent and 2,000 have sent half a request");
    for files in [None, Some(1_024)] {
        let program = Program::passbook_with_files(&books.dir, files)?;
        let limit = files.map_or("the default limit of open files".to_owned(), |files| {
            format!("at most {files} open files")
        });
        work(&program, &books, &format!("alone, {limit}"))?;
        let crowd = Crowd::gather(program.address)?;
        work(&program, &books, &format!("in the crowd, {limit}"))?;
        let figure = |name: &str, unit, value| {
            tell(&format!("{name}, {limit}"), unit, vec![value], None);
        };
        figure("connections of the crowd", "", crowd.open() as f64);
        figure("connections that were closed", "", crowd.closed() as f64);
        figure("memory of the program", "MB", program.memory()?);
    }
    Ok(())
}

/// Measures one person's pages: on a kept connection, and on a new one for each page.
fn work(program: &Program, books: &Books, when: &str) -> Outcome<()> {
    let pages = ["/", "/transactions", "/accounts", "/settings"];
    for (how, kept) in [("one connection", true), ("a new connection each", false)] {
        let mut connection = None;
        let mut times = Vec::new();
        let began = Instant::now();
        for path in pages.iter().cycle() {
            if began.elapsed() > LASTING {
                break;
            }
            let asked = Instant::now();
            let status = loop {
                if !kept {
                    connection = None;
                }
                let open = match &mut connection {
                    Some(open) => open,
                    none => none.insert(Connection::to(program.address)?),
                };
                match open.ask(&get(path, &books.cookie, "identity")) {
                    Ok(answer) => break answer.status,
                    // Closed to make room: a browser asks again, and the time counts.
                    Err(_) if asked.elapsed() < LASTING => connection = None,
                    Err(error) => return Err(error),
                }
            };
            if status != 200 {
                return Err(format!("{path} was answered {status}").into());
            }
            times.push(asked.elapsed().as_secs_f64() * 1_000.0);
            std::thread::park_timeout(LOOKS);
        }
        times.sort_by(f64::total_cmp);
        let worst = times[times.len() * 99 / 100];
        let name = |what: &str| format!("{what} of {} pages, {how}, {when}", times.len());
        tell(&name("p99"), "ms", vec![worst], Some(Target::AtMost(200.0)));
        tell(&name("median"), "ms", times.clone(), None);
    }
    Ok(())
}

/// Clients that hold their connections, and reconnect when they are closed.
struct Crowd {
    open: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    // Dropping it ends them all.
    _runtime: tokio::runtime::Runtime,
}

impl Crowd {
    fn gather(address: SocketAddr) -> Outcome<Self> {
        let crowd = Self {
            open: Arc::default(),
            closed: Arc::default(),
            _runtime: crate::runtime()?,
        };
        for at in 0..SILENT + HALF_SENT {
            let bytes = at
                .checked_sub(SILENT)
                .map_or(&b""[..], |n| HALVES[n % HALVES.len()]);
            let (open, closed) = (crowd.open.clone(), crowd.closed.clone());
            crowd._runtime.spawn(async move {
                loop {
                    if let Ok(stream) = TcpStream::connect(address).await {
                        open.fetch_add(1, Ordering::Relaxed);
                        hold(stream, bytes).await;
                        open.fetch_sub(1, Ordering::Relaxed);
                        closed.fetch_add(1, Ordering::Relaxed);
                    }
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
            });
        }
        let began = Instant::now();
        while crowd.open() + crowd.closed() < SILENT + HALF_SENT {
            if began.elapsed() > LASTING {
                return Err("the crowd does not get together".into());
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        Ok(crowd)
    }

    fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    fn closed(&self) -> usize {
        self.closed.load(Ordering::Relaxed)
    }
}

/// Holds a connection until the program hangs up.
async fn hold(mut stream: TcpStream, bytes: &[u8]) {
    let mut answer = [0; 1_024];
    if stream.write_all(bytes).await.is_ok() {
        while let Ok(1..) = stream.read(&mut answer).await {}
    }
}
