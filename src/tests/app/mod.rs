//! The program, started for one test with its own folder, its own bank and a clock that the test moves.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bank::Pace;
use domain::access::{KeyLifetime, Scopes};
use domain::clock::Clock;
use domain::user::User;
use jiff::{SignedDuration, Timestamp};
use passbook::auth::api_keys;
use passbook::config::Config;
use passbook::context::Ctx;
use passbook::server::{self, Options, Running, StartError};
use routes::Declared;
use tempfile::TempDir;

use crate::books::Books;
use crate::browser::Browser;
use crate::log;
use crate::page::Page;

/// The day on which every test begins, a Saturday.
pub const START: &str = "2026-11-21T10:00:00Z";
/// Marks, among the settings, a start as `serve --demo`.
const DEMO: &str = "--demo";
/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person as entered in the sign-up form.
#[derive(Clone, Copy)]
pub struct Person {
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub user_name: &'static str,
    pub birthday: &'static str,
    pub password: &'static str,
}

pub const ADA: Person = Person {
    first_name: "Ada",
    last_name: "Byron",
    email: "Ada@Example.org",
    user_name: "countess",
    birthday: "1985-12-10",
    password: "copper lantern walks north",
};

pub const EVE: Person = Person {
    first_name: "Eve",
    last_name: "Moss",
    email: "eve@example.org",
    user_name: "",
    birthday: "1992-02-29",
    password: "seven quiet herons drumming",
};

/// A running program.
pub struct TestApp {
    pub clock: Clock,
    pub folder: TempDir,
    settings: Vec<(String, String)>,
    pace: Pace,
    running: Running,
    http: reqwest::Client,
}

impl TestApp {
    /// Starts with the default settings and a bank that has all its rows at once.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with these settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::new(settings, Pace::at_once(), clock_at_start()).await
    }

    /// Starts on a clock that is shared with others.
    pub async fn on_clock(settings: &[(&str, &str)], clock: Clock) -> Self {
        Self::new(settings, Pace::at_once(), clock).await
    }

    /// Starts with a bank that takes this long to have its rows.
    pub async fn paced(initial: Duration, historical: Duration) -> Self {
        Self::new(
            &[],
            Pace {
                initial,
                historical,
            },
            clock_at_start(),
        )
        .await
    }

    /// Starts with the demo person, and identity providers that the built-in bank simulates.
    pub async fn demo() -> Self {
        Self::with(&[(DEMO, "on")]).await
    }

    async fn new(settings: &[(&str, &str)], pace: Pace, clock: Clock) -> Self {
        log::capture();
        let folder = tempfile::tempdir().expect("a folder");
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let running = Box::pin(run(&folder, &settings, &clock, pace));
        let running = running.await.expect("it starts");
        let http = browsers();
        Self {
            clock,
            folder,
            settings,
            pace,
            running,
            http,
        }
    }

    /// Stops and restarts on the same folder.
    pub async fn restarted(self) -> Self {
        self.restarted_with(&[]).await
    }

    /// Stops and restarts with additional settings.
    pub async fn restarted_with(mut self, settings: &[(&str, &str)]) -> Self {
        let more = settings
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        self.settings.extend(more);
        self.restarted_after(async {}).await
    }

    /// Stops, waits for `meanwhile`, and restarts.
    pub async fn restarted_after(self, meanwhile: impl Future<Output = ()>) -> Self {
        self.running.stop().await;
        meanwhile.await;
        // Boxed to keep the futures of the tests small.
        let running = Box::pin(run(&self.folder, &self.settings, &self.clock, self.pace));
        Self {
            running: running.await.expect("it starts again"),
            http: browsers(),
            ..self
        }
    }

    /// Returns the context that use-cases take.
    pub fn ctx(&self) -> &Ctx {
        &self.running.ctx
    }

    /// Returns every route.
    pub fn routes(&self) -> &Declared {
        self.running.routes()
    }

    /// Returns the code that the program prints while it has no admin.
    pub fn operator_code(&self) -> Option<&str> {
        self.running
            .operator_code
            .as_ref()
            .map(|code| code.expose())
    }

    /// Returns the listener's real address, whatever the public address is.
    pub fn address(&self) -> SocketAddr {
        self.ctx().config.listen
    }

    /// Returns a browser without a log-in.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), self.address(), &self.running.url)
    }

    /// Returns a browser of a person who has just signed up.
    pub async fn signed_up(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_up(person, "").await;
        assert_eq!(page.path, "/", "{}", page.body);
        browser
    }

    /// Returns a browser of a person who has just logged in.
    pub async fn logged_in(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        let page = browser.log_in(person.email, person.password).await;
        assert_eq!(page.path, "/", "{}", page.body);
        browser
    }

    /// Moves the clock and wakes the workers.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
        self.ctx().work.notify_waiters();
    }

    /// Moves the clock unless a job is running: a slow run would lose its lease. A run that waits for a provider's rate
    /// limit does not count as running, because it waits for the clock.
    pub async fn pass_unless_busy(&self, time: SignedDuration) {
        let busy = "SELECT COUNT(*) FROM job WHERE lease_until IS NOT NULL";
        if self.is_held_back() || self.number(busy).await == 0 {
            self.pass(time);
        } else {
            self.ctx().work.notify_waiters();
        }
    }

    /// Returns whether a call is waiting for its provider's rate limit.
    pub fn is_held_back(&self) -> bool {
        let usage = passbook::sync::usage(self.ctx());
        usage
            .iter()
            .any(|limit| limit.enforced && limit.used >= limit.ours)
    }

    /// Creates a key for a person that does not expire.
    pub async fn key(&self, person: &Person, scopes: Scopes) -> String {
        let (person, lasts) = (self.user(person).await, Some(KeyLifetime::Unlimited));
        let key = api_keys::make(self.ctx(), &person, "Test", scopes, lasts).await;
        key.expect("a key").expose().to_owned()
    }

    /// Returns the name of the session cookie.
    pub fn session_cookie(&self) -> String {
        passbook::auth::cookies::session(self.ctx())
    }

    /// Returns the name of the device cookie.
    pub fn device_cookie(&self) -> String {
        passbook::auth::cookies::device(self.ctx())
    }

    /// Opens the database file.
    pub async fn books(&self) -> Books {
        Books::open(self.folder.path()).await
    }

    /// Returns a person as the use-cases know them.
    pub async fn user(&self, person: &Person) -> User {
        let folded = person.email.to_lowercase();
        let found = self.ctx().store.user_to_log_in(&folded).await;
        found.expect("it answers").expect("a person").0
    }

    /// Reads a number from the database file.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.books().await.number(sql).await
    }

    /// Reads a column of texts from the database file.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        self.books().await.texts(sql).await
    }

    /// Returns whether a file of the data directory contains a text.
    pub fn is_kept(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder");
        let files = files.filter_map(|file| std::fs::read(file.expect("a file").path()).ok());
        files.into_iter().any(|bytes| {
            let mut parts = bytes.windows(text.len());
            parts.any(|part| part == text.as_bytes())
        })
    }

    /// Follows a connection's page until it says that all rows are there.
    pub async fn synced(&self, browser: &mut Browser, connection: &str) -> Page {
        let path = format!("/connections/{connection}");
        for _ in 0..100 {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            if page.text("h1") == "You’re all set" {
                return page;
            }
            self.pass(SignedDuration::from_millis(200));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the first sync of {connection} does not end");
    }
}

pub fn clock_at_start() -> Clock {
    let start: Timestamp = START.parse().expect("a moment");
    Clock::settable(start)
}

/// Starts a program on a folder.
pub async fn run(
    folder: &TempDir,
    settings: &[(String, String)],
    clock: &Clock,
    pace: Pace,
) -> Result<Running, StartError> {
    let data_dir = folder.path().display().to_string();
    let config = Config::read(|name| {
        let set = settings.iter().rev().find(|(key, _)| key == name);
        match (set, name) {
            (Some((_, value)), _) => Some(value.clone()),
            (None, "PASSBOOK_LISTEN") => Some("127.0.0.1:0".to_owned()),
            (None, "PASSBOOK_DATA_DIR") => Some(data_dir.clone()),
            // Only the tests about rates fetch them.
            (None, "PASSBOOK_RATES") => Some("off".to_owned()),
            _ => None,
        }
    });
    let options = Options {
        config: config.expect("good settings"),
        clock: clock.clone(),
        pace,
        demo: settings.iter().any(|(name, _)| name == DEMO),
    };
    server::start(options).await
}

/// Polls until there is an answer, and panics after `PATIENCE`.
pub async fn eventually<T, Asked>(what: &str, mut ask: impl FnMut() -> Asked) -> T
where
    Asked: Future<Output = Option<T>>,
{
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    answer.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// Returns the HTTP client of the browsers: it follows no redirects and uses no proxy.
pub fn browsers() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .expect("a client")
}
