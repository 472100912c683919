//! Limits on subscribers to rates, in total and by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::network::networks;

/// The most subscribers from one address: a household's browsers and programs. This machine's own programs are exempt.
const FROM_ONE_ADDRESS: i64 = 50;

/// The places for subscribers.
#[derive(Debug)]
pub(in crate::api) struct Seats {
    total: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<String, i64>,
}

/// A place; dropping it frees it.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    networks: Vec<String>,
}

impl Seats {
    pub(in crate::api) fn new(total: usize) -> Arc<Self> {
        Arc::new(Self {
            total,
            taken: Mutex::default(),
        })
    }

    /// Takes a place for a subscriber from an address, in any form in which addresses are counted. `None` when none is
    /// free.
    pub(super) fn take(self: &Arc<Self>, address: &str) -> Option<Seat> {
        let is_ours = address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
        let networks = if is_ours {
            Vec::new()
        } else {
            networks(address)
        };
        let mut taken = self.lock();
        let is_crowded = networks.iter().any(|network| {
            let most = FROM_ONE_ADDRESS * network.share;
            taken.by_network.get(&network.name).copied() >= Some(most)
        });
        if is_crowded || taken.all >= self.total {
            return None;
        }
        taken.all += 1;
        for network in &networks {
            *taken.by_network.entry(network.name.clone()).or_default() += 1;
        }
        Some(Seat {
            seats: Arc::clone(self),
            networks: networks.into_iter().map(|network| network.name).collect(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.all -= 1;
        for name in &self.networks {
            if let Some(count) = taken.by_network.get_mut(name) {
                *count -= 1;
                if *count == 0 {
                    taken.by_network.remove(name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(seats: &Arc<Seats>, address: &str) -> Vec<Seat> {
        std::iter::from_fn(|| seats.take(address)).collect()
    }

    #[test]
    fn nobody_takes_all_seats_but_this_machine() {
        let seats = Seats::new(1_000);
        let first = many(&seats, "192.0.2.1");
        assert_eq!(first.len(), 50);
        let second = many(&seats, "192.0.2.2");
        assert_eq!(second.len(), 50);
        assert_eq!(many(&seats, "127.0.0.1").len(), 900);
        drop(first);
        assert_eq!(many(&seats, "192.0.2.2").len(), 0);
        assert_eq!(many(&seats, "192.0.2.1").len(), 50);
        drop(second);
        assert!(seats.lock().by_network.is_empty());
        assert_eq!(seats.lock().all, 0);
    }

    #[test]
    fn who_has_many_networks_has_not_as_many_seats() {
        let seats = Seats::new(100_000);
        let mut taken = Vec::new();
        for n in 0..2_000 {
            taken.extend(many(&seats, &format!("2001:db8:0:{n:x}::/64")));
        }
        let most = networks("2001:db8:0:1::/64");
        let most = most.iter().map(|network| network.share).max();
        assert_eq!(Some(taken.len() as i64), most.map(|share| share * 50));
    }
}
