//! Metrics that are read when Prometheus asks, rather than counted.

use jiff::Timestamp;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::counters::PREFIX;

/// The readings of one moment. What could not be read is left out.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// The program's version and schema.
    pub build: Build,
    /// When the program was started.
    pub started_at: Timestamp,
    /// The program's resident memory, in bytes.
    pub resident_bytes: Option<u64>,
    /// Open connections at the listener for browsers and programs.
    pub http_connections: usize,
    /// Subscribers of exchange rates.
    pub websocket_subscribers: usize,
    /// The size of the database, in bytes.
    pub database_bytes: Option<u64>,
    /// The size of its write-ahead log, in bytes.
    pub wal_bytes: Option<u64>,
    /// What is left of the providers' limits.
    pub provider_budgets: Vec<ProviderBudget>,
    /// Readings from the database; `None` if it does not answer.
    pub database: Option<DatabaseReadings>,
}

/// The version of the program and of its schema.
#[derive(Clone, Copy, Debug, Default)]
pub struct Build {
    /// The program's version.
    pub version: &'static str,
    /// The version of the database schema.
    pub schema: i64,
}

/// What is left of one limit of a provider.
#[derive(Clone, Debug)]
pub struct ProviderBudget {
    /// The provider.
    pub provider: &'static str,
    /// The path that is limited.
    pub endpoint: &'static str,
    /// Which calls are counted together.
    pub scope: &'static str,
    /// The limit's window, in seconds.
    pub seconds: i64,
    /// The calls that are left in the window.
    pub left: u32,
}

/// Readings from the database.
#[derive(Clone, Debug)]
pub struct DatabaseReadings {
    /// Jobs that are scheduled, for now or later.
    pub jobs_waiting: i64,
    /// Jobs that should have started long ago.
    pub jobs_overdue: i64,
    /// Jobs that failed and will be tried again.
    pub jobs_failing: i64,
    /// Jobs that a worker is running.
    pub jobs_running: i64,
    /// Sessions with a logged-in person.
    pub sessions: i64,
    /// Sessions of browsers without a logged-in person.
    pub anonymous_sessions: i64,
    /// Calls that are left today, for each source of exchange rates with a daily quota.
    pub rate_budgets: Vec<(&'static str, u32)>,
}

/// Returns a registry of the readings.
pub(super) fn registry(readings: Readings) -> Registry {
    let mut registry = Registry::with_prefix(PREFIX);
    process(&mut registry, &readings);
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    #[rustfmt::skip]
    let now = [
        ("http_connections", "Connections currently open to the main listener", number(readings.http_connections)),
        ("websocket_subscribers", "WebSocket clients currently subscribed to exchange rates", number(readings.websocket_subscribers)),
        ("database_up", "Whether the database answered this scrape (1) or not (0)", i64::from(readings.database.is_some())),
    ];
    for (name, help, value) in now {
        registry.register(name, help, ConstGauge::new(value));
    }
    #[rustfmt::skip]
    let sizes = [
        ("database_size_bytes", "Size of the database file", readings.database_bytes),
        ("database_wal_size_bytes", "Size of the database's write-ahead log", readings.wal_bytes),
    ];
    for (name, help, value) in sizes {
        if let Some(value) = value {
            registry.register(name, help, ConstGauge::new(value));
        }
    }
    budgets(&mut registry, &readings.provider_budgets);
    if let Some(database) = readings.database {
        of_database(&mut registry, &database);
    }
    registry
}

fn process(registry: &mut Registry, readings: &Readings) {
    let Build { version, schema } = readings.build;
    let build = [
        ("version", version.to_owned()),
        ("schema", schema.to_string()),
    ];
    let help = "Version of Passbook and of its database schema; the value is always 1";
    registry.register("build", help, Info::new(build));
    let started_at = readings.started_at.as_second();
    let help = "When Passbook was started, in seconds since the Unix epoch";
    registry.register(
        "process_start_time_seconds",
        help,
        ConstGauge::new(started_at),
    );
    if let Some(bytes) = readings.resident_bytes {
        let help = "Resident memory of the Passbook process";
        registry.register(
            "process_resident_memory_bytes",
            help,
            ConstGauge::new(bytes),
        );
    }
}

fn budgets(registry: &mut Registry, budgets: &[ProviderBudget]) {
    let left = Family::<[(&'static str, String); 4], Gauge>::default();
    for budget in budgets {
        let labels = [
            ("provider", budget.provider.to_owned()),
            ("endpoint", budget.endpoint.to_owned()),
            ("scope", budget.scope.to_owned()),
            ("period", format!("{}s", budget.seconds)),
        ];
        left.get_or_create(&labels).set(budget.left.into());
    }
    let help = "API calls to bank data providers still allowed within the rate limit's period; with scope connection, of the connection that has the fewest left";
    registry.register("provider_calls_remaining", help, left);
}

fn of_database(registry: &mut Registry, database: &DatabaseReadings) {
    #[rustfmt::skip]
    let jobs = [
        ("jobs_waiting", "Background jobs that are scheduled, now or later", database.jobs_waiting),
        ("jobs_overdue", "Background jobs that should have been started more than two minutes ago", database.jobs_overdue),
        ("jobs_failing", "Background jobs whose last run failed and that will be retried", database.jobs_failing),
        ("jobs_running", "Background jobs that are running", database.jobs_running),
    ];
    for (name, help, value) in jobs {
        registry.register(name, help, ConstGauge::new(value));
    }
    let sessions = Family::<[(&'static str, &'static str); 1], Gauge>::default();
    for (kind, value) in [
        ("logged_in", database.sessions),
        ("anonymous", database.anonymous_sessions),
    ] {
        sessions.get_or_create(&[("kind", kind)]).set(value);
    }
    let help = "Browser sessions that have not expired";
    registry.register("sessions", help, sessions);
    let left = Family::<[(&'static str, &'static str); 1], Gauge>::default();
    for (source, value) in &database.rate_budgets {
        left.get_or_create(&[("source", *source)])
            .set((*value).into());
    }
    let help = "Requests to exchange rate sources still allowed today (UTC)";
    registry.register("rate_source_calls_remaining", help, left);
}
