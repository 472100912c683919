//! A bank that runs as a separate program on its own origin, as Plaid does.

use std::net::SocketAddr;

use bank::{Credentials, Pace, Sandbox, SandboxConfig};
use domain::clock::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::browsers;
use crate::books::Books;

pub const CLIENT_ID: &str = "the-client-id";
pub const SECRET: &str = "the-bank-s-own-secret";

/// The password that MX's webhooks carry.
pub const WEBHOOK_PASSWORD: &str = "a-password-that-only-mx-knows";

/// A bank that runs as long as the test.
pub struct OwnBank {
    pub url: String,
    pub clock: Clock,
    address: SocketAddr,
    folder: TempDir,
    http: reqwest::Client,
    serving: Mutex<Serving>,
}

/// The bank while it is open.
struct Serving {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl OwnBank {
    /// Opens a bank on a clock; all its data is there at once.
    pub async fn open(clock: &Clock) -> Self {
        Self::paced(clock, Pace::at_once()).await
    }

    /// Opens a bank on a clock; its data comes at this pace.
    pub async fn paced(clock: &Clock, pace: Pace) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(anywhere).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = Serving::begin(&folder, listener, clock, pace).await;
        Self {
            url: format!("http://{address}"),
            clock: clock.clone(),
            address,
            folder,
            http: browsers(),
            serving: Mutex::new(serving),
        }
    }

    /// Closes the bank, waits for `meanwhile`, and reopens it with the same data.
    pub async fn away_during(&self, meanwhile: impl Future<Output = ()>) {
        let mut serving = self.serving.lock().await;
        serving.stop.cancel();
        (&mut serving.task).await.expect("it stops");
        meanwhile.await;
        let listener = TcpListener::bind(self.address).await;
        let listener = listener.expect("the same port");
        *serving = Serving::begin(&self.folder, listener, &self.clock, Pace::at_once()).await;
    }

    /// Returns the settings of a Passbook that uses this bank as Plaid.
    pub fn plaid_settings(&self) -> [(&'static str, &str); 3] {
        [
            ("PLAID_CLIENT_ID", CLIENT_ID),
            ("PLAID_SECRET", SECRET),
            ("PLAID_BASE_URL", &self.url),
        ]
    }

    /// Returns the settings of a Passbook that uses this bank as MX.
    pub fn mx_settings(&self) -> [(&'static str, &str); 4] {
        [
            ("MX_CLIENT_ID", CLIENT_ID),
            ("MX_API_KEY", SECRET),
            ("MX_BASE_URL", &self.url),
            ("MX_WEBHOOK_PASSWORD", WEBHOOK_PASSWORD),
        ]
    }

    /// Has the bank do something through its misbehave API, and returns the response.
    pub async fn misbehave(&self, deed: &str, order: Value) -> Value {
        let answer = self.ask(&format!("/misbehave/{deed}"), order.clone()).await;
        let code = &answer["error_code"];
        assert!(code.is_null(), "{deed} {order}: {answer}");
        answer
    }

    /// Calls the bank's API and returns the response.
    pub async fn ask(&self, endpoint: &str, question: Value) -> Value {
        let mut body = json!({ "client_id": CLIENT_ID, "secret": SECRET });
        for (name, value) in question.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let address = format!("{}{endpoint}", self.url);
        let answer = self.http.post(address).json(&body).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    /// Opens the bank's database.
    pub async fn books(&self) -> Books {
        Books::of_bank(self.folder.path()).await
    }

    /// Writes into the bank's own file, for what no bank API offers.
    pub async fn write(&self, sql: &str) {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(self.folder.path().join("sandbox.db"))
            .busy_timeout(std::time::Duration::from_secs(10));
        let pool = sqlx::SqlitePool::connect_with(options).await;
        let pool = pool.expect("the bank's file");
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await;
        done.expect("it is SQL");
        pool.close().await;
    }
}

impl Serving {
    async fn begin(folder: &TempDir, listener: TcpListener, clock: &Clock, pace: Pace) -> Self {
        let address = listener.local_addr().expect("an address");
        let url = format!("http://{address}").parse().expect("an address");
        let mut config = SandboxConfig::new(folder.path(), url);
        config.pace = pace;
        config.credentials = Some(Credentials {
            client_id: CLIENT_ID.into(),
            secret: SECRET.into(),
        });
        let sandbox = Sandbox::open(config, clock.clone()).await.expect("a bank");
        let router = sandbox.api_router().merge(sandbox.faces_router());
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let task = tokio::spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(stopped);
            serving.await.expect("it serves");
        });
        tokio::spawn(sandbox.run(stop.clone()));
        Self { stop, task }
    }
}
