//! Captures the log of everything that runs here: it must contain no secret.

use std::io::{Result, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Our own crates and the HTTP client log at their finest levels.
const HEARD: &str = "debug,passbook=trace,providers=trace,store=trace,domain=trace,reqwest=trace,hyper=trace,\
    hyper_util=trace,html5ever=warn,selectors=warn";

static LINES: AtomicUsize = AtomicUsize::new(0);
static SECRETS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What no program in these tests may log.
const ALWAYS: [&str; 3] = ["access-sandbox-", "public-sandbox-", "pass_good"];

/// Starts capturing, once for all tests, far more than is logged by default.
pub fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = EnvFilter::new(HEARD);
        let log = tracing_subscriber::fmt().with_env_filter(filter);
        log.with_ansi(false).with_writer(Listener).init();
    });
}

/// Adds a secret that must not be logged from now on.
pub fn keep_out(secret: &str) {
    held(&SECRETS).push(secret.to_owned());
}

/// Returns the number of lines, and those with a secret in them.
pub fn heard() -> (usize, Vec<String>) {
    (LINES.load(Ordering::SeqCst), held(&LEAKS).clone())
}

#[derive(Clone, Copy)]
struct Listener;

impl MakeWriter<'_> for Listener {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

impl Write for Listener {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        LINES.fetch_add(1, Ordering::SeqCst);
        let text = String::from_utf8_lossy(line);
        let leaks = ALWAYS.iter().any(|secret| text.contains(secret))
            || held(&SECRETS)
                .iter()
                .any(|secret| text.contains(secret.as_str()));
        if leaks {
            held(&LEAKS).push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

fn held(list: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    list.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
