//! A fair queue for processor-heavy work. Each network has a bounded line of its own, and the lines take turns: a
//! network that sends many requests waits behind its own and delays no other.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A queue. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Queue(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    /// How many turns run at once.
    at_once: usize,
    /// How many can wait in all lines together.
    longest: usize,
    /// How many can wait in one line.
    share: usize,
    running: usize,
    last: u64,
    /// The lines; the network at the front has the next turn.
    lines: VecDeque<Line>,
}

#[derive(Debug)]
struct Line {
    network: String,
    waiting: VecDeque<(u64, oneshot::Sender<Turn>)>,
}

/// The queue has no place left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// The right to work. Dropping it calls the next in the queue.
#[derive(Debug)]
pub(super) struct Turn(Arc<Mutex<Lines>>);

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lines = lock(&self.0);
        lines.running -= 1;
        let Some((_, next)) = lines.next() else {
            return;
        };
        lines.running += 1;
        let sent = next.send(Self(Arc::clone(&self.0)));
        drop(lines);
        // If the waiter has gone, the turn comes back and is dropped here, which calls the next one.
        drop(sent);
    }
}

/// A place in the queue, released when the waiter goes away.
struct Place<'a> {
    queue: &'a Queue,
    network: &'a str,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.lock().leave(self.network, self.number);
    }
}

impl Queue {
    /// Makes an empty queue.
    pub(super) fn new(at_once: usize, longest: usize, share: usize) -> Self {
        Self(Arc::new(Mutex::new(Lines {
            at_once,
            longest,
            share,
            running: 0,
            last: 0,
            lines: VecDeque::new(),
        })))
    }

    /// Waits for a turn. A `known` person is served before all others, and has places of their own when strangers have
    /// none left.
    ///
    /// # Errors
    /// [`Full`] when the network has used its share of places or the queue is full, and when this place is given up to
    /// a network that has fewer.
    pub(super) async fn turn(&self, network: &str, known: bool) -> Result<Turn, Full> {
        // Known people have a separate line, so that strangers of the same network take none of its places.
        let network = match known {
            true => format!("known {network}"),
            false => network.to_owned(),
        };
        let (place, called) = {
            let mut lines = self.lock();
            if lines.running < lines.at_once {
                lines.running += 1;
                return Ok(Turn(Arc::clone(&self.0)));
            }
            let (number, called) = lines.enter(&network, known)?;
            let place = Place {
                queue: self,
                network: &network,
                number,
            };
            (place, called)
        };
        let turn = called.await.map_err(|_| Full);
        drop(place);
        turn
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        lock(&self.0)
    }
}

/// A panic leaves the lines whole, because no change here has two halves.
fn lock(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    fn enter(
        &mut self,
        network: &str,
        known: bool,
    ) -> Result<(u64, oneshot::Receiver<Turn>), Full> {
        let mine = self.line(network).map_or(0, |line| line.waiting.len());
        let all: usize = self.lines.iter().map(|line| line.waiting.len()).sum();
        let longest = if known {
            2 * self.longest
        } else {
            self.longest
        };
        if mine >= self.share || (all >= longest && !self.turn_away(mine + 1)) {
            return Err(Full);
        }
        self.last += 1;
        let (call, called) = oneshot::channel();
        let place = (self.last, call);
        match self.line(network) {
            Some(line) => line.waiting.push_back(place),
            None => {
                let line = Line {
                    network: network.to_owned(),
                    waiting: VecDeque::from([place]),
                };
                if known {
                    self.lines.push_front(line);
                } else {
                    self.lines.push_back(line);
                }
            }
        }
        Ok((self.last, called))
    }

    /// Drops the last place of the longest line, if that line is longer than `than`; `false` when none is.
    fn turn_away(&mut self, than: usize) -> bool {
        let longest = self.lines.iter_mut().max_by_key(|line| line.waiting.len());
        let longest = longest.filter(|line| line.waiting.len() > than);
        // Dropping the sender tells the waiter.
        longest.is_some_and(|line| line.waiting.pop_back().is_some())
    }

    /// Takes the next waiter. Their network's next turn comes after those of all others.
    fn next(&mut self) -> Option<(u64, oneshot::Sender<Turn>)> {
        let mut line = self.lines.pop_front()?;
        let next = line.waiting.pop_front();
        if !line.waiting.is_empty() {
            self.lines.push_back(line);
        }
        next
    }

    fn leave(&mut self, network: &str, number: u64) {
        if let Some(line) = self.line(network) {
            line.waiting.retain(|(it, _)| *it != number);
        }
        self.lines.retain(|line| !line.waiting.is_empty());
    }

    fn line(&mut self, network: &str) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.network == network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets every task run that can.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    type Done = Arc<Mutex<Vec<String>>>;

    /// Asks for a turn, records the network when it comes, and gives the turn back.
    fn ask(queue: &Queue, network: &str, done: &Done) -> tokio::task::JoinHandle<Result<(), Full>> {
        let (queue, network, done) = (queue.clone(), network.to_owned(), Arc::clone(done));
        tokio::spawn(async move {
            let _turn = queue.turn(&network, false).await?;
            done.lock().expect("whole").push(network);
            Ok(())
        })
    }

    #[tokio::test]
    async fn one_network_cannot_hold_another_up() {
        let (queue, done) = (Queue::new(1, 64, 8), Done::default());
        let held = queue.turn("a", false).await.expect("a turn");
        let many: Vec<_> = (0..100).map(|_| ask(&queue, "a", &done)).collect();
        settle().await;
        let others = [ask(&queue, "b", &done), ask(&queue, "c", &done)];
        settle().await;
        drop(held);
        let mut refused = 0;
        for asked in many {
            refused += usize::from(asked.await.expect("an end") == Err(Full));
        }
        assert_eq!(refused, 92, "eight of one network wait");
        for asked in others {
            assert_eq!(asked.await.expect("an end"), Ok(()));
        }
        let done = done.lock().expect("whole").join("");
        assert_eq!(done, format!("abc{}", "a".repeat(7)));
    }

    #[tokio::test]
    async fn a_full_queue_has_room_for_somebody_known_and_serves_them_first() {
        let (queue, done) = (Queue::new(1, 4, 8), Done::default());
        let held = queue.turn("z", false).await.expect("a turn");
        let strangers: Vec<_> = (0..4)
            .map(|n| ask(&queue, ["a", "b", "c", "d"][n], &done))
            .collect();
        settle().await;
        assert_eq!(queue.turn("e", false).await.err(), Some(Full));
        let (again, heard) = (queue.clone(), done.clone());
        let known = tokio::spawn(async move {
            let turn = again.turn("e", true).await;
            heard.lock().expect("whole").push("e".to_owned());
            turn.map(drop)
        });
        settle().await;
        drop(held);
        assert_eq!(known.await.expect("an end"), Ok(()));
        for asked in strangers {
            assert_eq!(asked.await.expect("an end"), Ok(()));
        }
        assert_eq!(done.lock().expect("whole").join(""), "eabcd");
    }

    #[tokio::test]
    async fn many_networks_with_many_each_give_way_to_one_with_few() {
        let (queue, done) = (Queue::new(1, 16, 8), Done::default());
        let held = queue.turn("z", false).await.expect("a turn");
        let many: Vec<_> = (0..16)
            .map(|n| ask(&queue, ["a", "b"][n % 2], &done))
            .collect();
        settle().await;
        let few = ask(&queue, "c", &done);
        settle().await;
        drop(held);
        assert_eq!(few.await.expect("an end"), Ok(()));
        let mut refused = 0;
        for asked in many {
            refused += usize::from(asked.await.expect("an end") == Err(Full));
        }
        assert_eq!(refused, 1);
    }

    #[tokio::test]
    async fn who_goes_away_leaves_no_place_behind() {
        let (queue, done) = (Queue::new(1, 64, 2), Done::default());
        let held = queue.turn("a", false).await.expect("a turn");
        for _ in 0..10 {
            let gone = ask(&queue, "a", &done);
            settle().await;
            gone.abort();
            assert!(gone.await.is_err());
        }
        let stays = ask(&queue, "a", &done);
        settle().await;
        drop(held);
        assert_eq!(stays.await.expect("an end"), Ok(()));
        let lines = queue.lock();
        assert_eq!((lines.running, lines.lines.len()), (0, 0));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_more_work_at_once_than_allowed_and_none_is_lost() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let queue = Queue::new(3, 10_000, 10_000);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = (0..500).map(|n| {
            let (queue, now, most) = (queue.clone(), Arc::clone(&now), Arc::clone(&most));
            tokio::spawn(async move {
                let turn = queue
                    .turn(&format!("{}", n % 7), false)
                    .await
                    .expect("a turn");
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                drop(turn);
            })
        });
        for worker in work.collect::<Vec<_>>() {
            worker.await.expect("an end");
        }
        assert!(most.load(Ordering::SeqCst) <= 3);
        assert_eq!(queue.lock().running, 0);
    }
}
