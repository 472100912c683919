//! Limits on open connections, and which of them are closed to make room.
//!
//! A connection that waits for its client (for a request, for the rest of one, or for a response to be read) costs a
//! file descriptor and memory, and anyone can open thousands. At a limit, the connection that has waited longest is
//! closed for the new one. A crowd of silent clients thus displaces itself, and a browser that sends its request at
//! once is served.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ipnet::Ipv6Net;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::StartError;
use crate::config::Network;

/// Files reserved for the database, calls to banks, and the program itself.
const OTHER_FILES: u64 = 128;
/// More connections than the browsers and programs of one household need. Each costs about 12 KB while silent.
const ENOUGH: u64 = 4_096;
/// The shortest time between two log lines about a crowd.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// One in this many places is freed in advance, so that a burst of new connections need not wait for each.
const SPARE: usize = 32;

/// Raises the soft limit of open files to the hard one, and returns it.
pub(super) fn raise_open_files() -> u64 {
    rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the open file limit cannot be raised");
        rlimit::Resource::NOFILE.get_soft().unwrap_or(1_024)
    })
}

/// The most connections that a listener holds.
#[derive(Debug)]
pub(super) struct Limits {
    total: usize,
    per_address: Option<usize>,
    network: Option<Network>,
}

impl Limits {
    /// Returns the limits from the settings, or those that the limit of open files allows.
    ///
    /// # Errors
    /// When the settings want more connections than files can be open.
    pub(super) fn new(network: &Network, open_files: u64) -> Result<Self, StartError> {
        let room = open_files.saturating_sub(OTHER_FILES);
        let total = match network.max_connections {
            Some(most) if most.get() as u64 > room => {
                return Err(StartError::Settings(format!(
                    "PASSBOOK_MAX_CONNECTIONS is {most}, but only {open_files} files can be open at a time, and {OTHER_FILES} of them are needed for other things. Set it to {room} or less, or raise the open file limit (LimitNOFILE= in a systemd unit, ulimit -n in a shell)."
                )));
            }
            Some(most) => most.get(),
            None => share(open_files / 4 * 3, ENOUGH),
        };
        Ok(Self {
            total,
            per_address: network.max_connections_per_address.map(Into::into),
            network: Some(network.clone()),
        })
    }

    /// The most connections that may be open at a time.
    pub(super) fn most(&self) -> usize {
        self.total
    }

    /// Limits for a listener that only this program calls.
    pub(super) fn for_ourselves(open_files: u64) -> Self {
        Self {
            total: share(open_files / 16, 256),
            per_address: None,
            network: None,
        }
    }

    /// Limits for a listener that one or two monitors call now and then.
    pub(super) fn for_scrapes() -> Self {
        Self {
            total: 16,
            per_address: None,
            network: None,
        }
    }

    /// How many connections subscribers may keep open; the other half is always left for pages.
    pub(super) fn for_subscribers(&self) -> usize {
        self.total / 2
    }

    /// Returns the key under which an address is counted: IPv6 by its /64, which every household has as a whole. `None`
    /// for an address without a limit of its own, because many people share it.
    fn client(&self, from: IpAddr) -> Option<IpAddr> {
        let from = from.to_canonical();
        let shared = from.is_loopback() || self.network.as_ref().is_some_and(|n| n.trusts(from));
        match from {
            _ if shared => None,
            IpAddr::V6(v6) => Some(Ipv6Net::new_assert(v6, 64).network().into()),
            v4 => Some(v4),
        }
    }
}

fn share(files: u64, most: u64) -> usize {
    usize::try_from(files.clamp(1, most)).unwrap_or(usize::MAX)
}

/// The open connections of a listener.
#[derive(Debug)]
pub(super) struct Connections {
    limits: Limits,
    free: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// The connections that wait for their client, by the turn in which they began to; the first has waited longest.
    waiting: BTreeMap<u64, Arc<Connection>>,
    by_client: HashMap<IpAddr, usize>,
    turns: u64,
    told: Option<Instant>,
}

/// One connection.
#[derive(Debug)]
struct Connection {
    client: Option<IpAddr>,
    /// Its place among the waiting; `None` while the program works for it, or once it must close.
    turn: Mutex<Option<u64>>,
    closed: CancellationToken,
}

/// The place of an open connection, freed when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) client: Client,
    _permit: OwnedSemaphorePermit,
}

/// The other end of a connection. Holding a client does not keep its place taken.
#[derive(Clone, Debug)]
pub(super) struct Client {
    connection: Arc<Connection>,
    connections: Arc<Connections>,
}

impl Connections {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(limits.total)),
            limits,
            open: Mutex::default(),
        })
    }

    /// Admits a new connection. `None` when the limit is reached and no connection waits for its client.
    pub(super) async fn admit(self: &Arc<Self>, from: IpAddr) -> Option<Place> {
        let client = self.limits.client(from);
        if client.is_some_and(|client| self.is_crowded_by(client)) && !self.close_oldest(client) {
            return None;
        }
        let free = Arc::clone(&self.free);
        if free.available_permits() <= self.limits.total / SPARE
            && !self.close_oldest(None)
            && free.available_permits() == 0
        {
            return None;
        }
        // A closed connection frees its place as soon as its task has been woken.
        let permit = free.acquire_owned().await.ok()?;
        Some(self.enter(client, permit))
    }

    fn enter(self: &Arc<Self>, client: Option<IpAddr>, permit: OwnedSemaphorePermit) -> Place {
        if let Some(client) = client {
            *lock(&self.open).by_client.entry(client).or_default() += 1;
        }
        let connection = Arc::new(Connection {
            client,
            turn: Mutex::default(),
            closed: CancellationToken::new(),
        });
        let client = Client {
            connection,
            connections: self.clone(),
        };
        client.waits();
        Place {
            client,
            _permit: permit,
        }
    }

    fn is_crowded_by(&self, client: IpAddr) -> bool {
        let most = self.limits.per_address.unwrap_or(usize::MAX);
        let open = lock(&self.open);
        open.by_client.get(&client).is_some_and(|n| *n >= most)
    }

    /// Closes the connection that has waited longest for its client: of one client, or of all.
    fn close_oldest(&self, of: Option<IpAddr>) -> bool {
        let mut open = lock(&self.open);
        if open.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            open.told = Some(Instant::now());
            tracing::warn!(
                waiting = open.waiting.len(),
                client = of.map(tracing::field::display),
                "the connection limit is reached: the longest idle connections are closed to make room for new ones"
            );
        }
        let ours = |connection: &Connection| of.is_none() || connection.client == of;
        let oldest = open.waiting.iter().find(|(_, connection)| ours(connection));
        let Some(turn) = oldest.map(|(turn, _)| *turn) else {
            return false;
        };
        if let Some(connection) = open.waiting.remove(&turn) {
            lock(&connection.turn).take();
            open.leave(connection.client);
            connection.closed.cancel();
        }
        true
    }

    /// How many connections are open.
    pub(super) fn count(&self) -> usize {
        self.limits.total - self.free.available_permits()
    }
}

impl Open {
    fn leave(&mut self, client: Option<IpAddr>) {
        if let Some(client) = client
            && let Some(n) = self.by_client.get_mut(&client)
        {
            *n -= 1;
            if *n == 0 {
                self.by_client.remove(&client);
            }
        }
    }
}

impl Client {
    /// Marks the request as complete: from now on the client waits for the program.
    pub(super) fn works(&self) {
        let mut open = lock(&self.connections.open);
        if let Some(turn) = lock(&self.connection.turn).take() {
            open.waiting.remove(&turn);
        }
    }

    /// Marks the connection as waiting for its client again.
    pub(super) fn waits(&self) {
        let connection = &self.connection;
        let mut open = lock(&self.connections.open);
        let mut turn = lock(&connection.turn);
        if let Some(earlier) = turn.take() {
            open.waiting.remove(&earlier);
        }
        if !connection.closed.is_cancelled() {
            open.turns += 1;
            *turn = Some(open.turns);
            let now = open.turns;
            open.waiting.insert(now, connection.clone());
        }
    }

    /// Resolves when the connection must close.
    pub(super) async fn closed(&self) {
        self.connection.closed.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let connection = &self.client.connection;
        let mut open = lock(&self.client.connections.open);
        if let Some(turn) = lock(&connection.turn).take() {
            open.waiting.remove(&turn);
        }
        // If it was closed, that has been counted already.
        if !connection.closed.is_cancelled() {
            open.leave(connection.client);
            connection.closed.cancel();
        }
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN_FILES: u64 = 1_024;

    fn limits(settings: &[(&str, &str)]) -> Result<Limits, StartError> {
        let network = Network::read(|name| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        Limits::new(&network.expect("good settings"), OPEN_FILES)
    }

    fn connections(total: &str, per_address: &str, trusted: &str) -> Arc<Connections> {
        let limits = limits(&[
            ("PASSBOOK_MAX_CONNECTIONS", total),
            ("PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS", per_address),
            ("PASSBOOK_TRUSTED_PROXIES", trusted),
        ]);
        Connections::new(limits.expect("room"))
    }

    async fn admitted(connections: &Arc<Connections>, from: &str) -> Option<Client> {
        let place = connections.admit(from.parse().expect("an address")).await?;
        let client = place.client.clone();
        // Frees the place when the connection must close, as its task would.
        tokio::spawn(async move { place.client.closed().await });
        Some(client)
    }

    fn is_closed(client: &Option<Client>) -> bool {
        let client = client.as_ref().expect("it was admitted");
        client.connection.closed.is_cancelled()
    }

    fn works(client: &Option<Client>) {
        client.as_ref().expect("it was admitted").works();
    }

    #[tokio::test]
    async fn who_has_waited_longest_makes_room_and_who_is_served_does_not() {
        let all = connections("3", "0", "");
        let first = admitted(&all, "192.0.2.1").await;
        let second = admitted(&all, "192.0.2.2").await;
        let third = admitted(&all, "192.0.2.3").await;
        works(&first);
        let fourth = admitted(&all, "192.0.2.4").await;
        assert!(is_closed(&second) && !is_closed(&first) && !is_closed(&third));
        // A client that was answered waits from then on, so not as long as the others.
        first.as_ref().expect("it was admitted").waits();
        let fifth = admitted(&all, "192.0.2.5").await;
        assert!(is_closed(&third) && !is_closed(&first));
        for one in [&first, &fourth, &fifth] {
            works(one);
        }
        assert!(admitted(&all, "192.0.2.6").await.is_none());
    }

    #[tokio::test]
    async fn a_client_pushes_out_its_own_connections_only() {
        let all = connections("100", "2", "198.51.100.0/24");
        let other = admitted(&all, "192.0.2.9").await;
        let first = admitted(&all, "2001:db8:1:2::1").await;
        let second = admitted(&all, "2001:db8:1:2:ffff::2").await;
        let neighbour = admitted(&all, "2001:db8:1:3::1").await;
        let third = admitted(&all, "2001:db8:1:2::3").await;
        assert!(is_closed(&first));
        assert!(!is_closed(&second) && !is_closed(&other) && !is_closed(&neighbour));
        works(&second);
        works(&third);
        assert!(admitted(&all, "2001:db8:1:2::4").await.is_none());
        for shared in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "198.51.100.7"] {
            let many = [admitted(&all, shared).await, admitted(&all, shared).await];
            let third = admitted(&all, shared).await;
            assert!(third.is_some() && !many.iter().any(is_closed), "{shared}");
        }
    }

    #[tokio::test]
    async fn a_few_places_are_made_free_ahead() {
        let all = connections("64", "0", "");
        let mut crowd = Vec::new();
        for n in 0..200 {
            crowd.push(admitted(&all, &format!("192.0.2.{n}")).await);
            assert!(all.count() <= 64);
            tokio::task::yield_now().await;
        }
        assert_eq!(all.count(), 62);
        assert!(crowd[..138].iter().all(is_closed) && !crowd[138..].iter().any(is_closed));
    }

    #[tokio::test]
    async fn a_place_given_back_is_free_for_others_and_counts_no_more() {
        let all = connections("1", "1", "");
        for closed in [false, true, false] {
            let place = all.admit("192.0.2.1".parse().expect("an address")).await;
            let place = place.expect("room");
            place.client.works();
            place.client.waits();
            if closed {
                assert!(all.close_oldest(None) && !all.close_oldest(None));
                place.client.waits();
            }
            let late = place.client.clone();
            drop(place);
            late.waits();
        }
        let open = lock(&all.open);
        assert!(open.waiting.is_empty() && open.by_client.is_empty());
    }

    #[test]
    fn the_limit_leaves_files_for_everything_else() {
        assert_eq!(limits(&[]).expect("room").total, 768);
        let set = |most| limits(&[("PASSBOOK_MAX_CONNECTIONS", most)]);
        assert_eq!(set("896").expect("room").total, 896);
        let refused = set("897").expect_err("too many").to_string();
        for word in ["PASSBOOK_MAX_CONNECTIONS", "897", "896", "LimitNOFILE"] {
            assert!(refused.contains(word), "{refused}");
        }
    }
}
