//! What is not counted but read, at the moment at which it is asked for.

use jiff::Timestamp;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::counters::PREFIX;

/// What was read. What could not be read is left out.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// What the program is.
    pub build: Build,
    /// When it was started.
    pub started_at: Timestamp,
    /// The memory that it has, in bytes.
    pub resident_bytes: Option<u64>,
    /// Connections that are open at the listener for browsers and programs.
    pub http_connections: usize,
    /// Subscribers of exchange rates.
    pub websocket_subscribers: usize,
    /// The size of the database, in bytes.
    pub database_bytes: Option<u64>,
    /// The size of its write-ahead log, in bytes.
    pub wal_bytes: Option<u64>,
    /// What is left of the limits of providers.
    pub provider_budgets: Vec<ProviderBudget>,
    /// What the database says; none when it does not answer.
    pub database: Option<DatabaseReadings>,
}

/// What the program is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Build {
    /// Its version.
    pub version: &'static str,
    /// The schema of its database.
    pub schema: i64,
}

/// What is left of one limit of a provider's.
#[derive(Clone, Debug)]
pub struct ProviderBudget {
    /// The provider.
    pub provider: &'static str,
    /// The path that is limited.
    pub endpoint: &'static str,
    /// Whose calls are counted together.
    pub scope: &'static str,
    /// In how many seconds.
    pub seconds: i64,
    /// Calls that are left.
    pub left: u32,
}

/// What the database says.
#[derive(Clone, Debug)]
pub struct DatabaseReadings {
    /// Work that is armed, for now or later.
    pub jobs_waiting: i64,
    /// Work that should have begun long ago.
    pub jobs_overdue: i64,
    /// Work that failed and is to be tried again.
    pub jobs_failing: i64,
    /// Work that somebody is at.
    pub jobs_running: i64,
    /// Sessions on which somebody is logged in.
    pub sessions: i64,
    /// Sessions of browsers on which nobody is.
    pub anonymous_sessions: i64,
    /// Calls that are left today, of each source of exchange rates that gives only so many.
    pub rate_budgets: Vec<(&'static str, u32)>,
}

/// The readings as they are told.
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
