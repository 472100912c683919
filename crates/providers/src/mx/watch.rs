//! Remembers a link between two looks at its status. The status read right after a request can still be the earlier
//! one, so an end counts only when it is seen twice while the bank is not being asked; MX's own widget does the same.
//! Kept in memory: losing it costs one more look.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::status::{OnTheWay, on_the_way};
use domain::problem::Reason;
use domain::provider::Challenge;

/// Above this number of links, all are forgotten.
const MANY: usize = 1_024;

/// One look at a member.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub status: &'a str,
    /// Whether the bank is being asked.
    pub running: bool,
    /// Whether the bank has accepted the credentials in this run.
    pub authenticated: bool,
    pub asks: &'a [Challenge],
}

/// What a look means, given those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Asks,
    Done,
    Ended(Reason),
}

#[derive(Debug, Default)]
struct Watch {
    /// Whether something was sent to an existing member.
    sent: bool,
    /// Whether the person was sent to the bank's own site, and the first status seen since then. While it is unchanged,
    /// they are still there.
    at_bank: bool,
    before: Option<String>,
    /// The ids of the challenges that were answered.
    answered: Vec<String>,
    /// The number of looks since then, and of the last ones in a row while the bank was not being asked.
    looks: u8,
    idle: u8,
}

/// The links in progress.
#[derive(Debug, Default)]
pub(super) struct Watches(Mutex<HashMap<String, Watch>>);

impl Watches {
    /// Notes that something was sent, so that the next status may be older.
    pub(super) fn sent(&self, member: &str, answered: Vec<String>) {
        self.with(member, |watch| {
            *watch = Watch {
                sent: true,
                answered,
                ..Watch::default()
            };
        });
    }

    /// Notes that the person of an existing member was sent to the bank's own site.
    pub(super) fn sent_to_bank(&self, member: &str) {
        self.with(member, |watch| {
            *watch = Watch {
                sent: true,
                at_bank: true,
                ..Watch::default()
            };
        });
    }

    /// Judges a look at a member.
    pub(super) fn judge(&self, member: &str, look: &Look<'_>) -> Verdict {
        self.with(member, |watch| watch.judge(look))
    }

    fn with<T>(&self, member: &str, act: impl FnOnce(&mut Watch) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY && !all.contains_key(member) {
            all.clear();
        }
        act(all.entry(member.to_owned()).or_default())
    }
}

impl Watch {
    fn judge(&mut self, look: &Look<'_>) -> Verdict {
        self.looks = self.looks.saturating_add(1);
        self.idle = if look.running {
            0
        } else {
            self.idle.saturating_add(1)
        };
        if self.at_bank {
            let before = self.before.get_or_insert_with(|| look.status.to_owned());
            self.at_bank = before == look.status;
            if !self.at_bank {
                self.idle = 0;
            }
        }
        let ended = |reason| {
            if self.idle >= 2 && !self.at_bank {
                Verdict::Ended(reason)
            } else {
                Verdict::Open
            }
        };
        match on_the_way(look.status) {
            OnTheWay::Asks | OnTheWay::AsksOnceMore(_) if self.is_asked(look.asks) => Verdict::Asks,
            OnTheWay::AsksOnceMore(reason) if look.asks.is_empty() => ended(reason),
            OnTheWay::Ends(reason) => ended(reason),
            OnTheWay::Done if self.is_let_in(look) => Verdict::Done,
            OnTheWay::Goes | OnTheWay::Done | OnTheWay::Asks | OnTheWay::AsksOnceMore(_) => {
                Verdict::Open
            }
        }
    }

    /// Whether the bank asks something new. On the first look, exactly the challenges that were just answered count as
    /// the old ones.
    fn is_asked(&self, asks: &[Challenge]) -> bool {
        let before = asks.iter().all(|asked| self.answered.contains(&asked.id));
        !asks.is_empty() && (!before || self.looks > 1)
    }

    fn is_let_in(&self, look: &Look<'_>) -> bool {
        if look.running {
            return look.authenticated;
        }
        !self.sent || self.idle >= 2
    }
}
