//! A queue for work that takes a processor for a while. Each network has a line of its own with a bounded length,
//! and the lines take turns: whoever sends many requests waits behind their own, and holds nobody else up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// A queue. Clones are the same one.
#[derive(Clone, Debug)]
pub(super) struct Queue(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    /// How much work is done at once.
    at_once: usize,
    /// How many wait at most, of all networks …
    longest: usize,
    /// … and of one.
    share: usize,
    running: usize,
    last: u64,
    /// The network whose turn is next comes first.
    lines: VecDeque<Line>,
}

#[derive(Debug)]
struct Line {
    network: String,
    waiting: VecDeque<(u64, oneshot::Sender<Turn>)>,
}

/// There is no place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// The right to work. The next in the queue is called when it is dropped.
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
        // If whoever waited has gone, the turn comes back, and calls the one after them when it is dropped here.
        drop(sent);
    }
}

/// A place in the queue, which is given up when whoever waits goes away.
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
    /// An empty queue.
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

    /// Waits for a turn; somebody `known` before all others, and also where no place is left for strangers.
    ///
    /// # Errors
    /// [`Full`] when the network has its share of places, or there is none at all; and when a place has to be given
    /// to a network that has fewer.
    pub(super) async fn turn(&self, network: &str, known: bool) -> Result<Turn, Full> {
        // A line of their own, so that strangers of the same network take no place in it.
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

/// What a panic left behind is still whole: no change here has two halves.
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

    /// Takes the last place of the longest line, if it is longer than this; `false` when none is.
    fn turn_away(&mut self, than: usize) -> bool {
        let longest = self.lines.iter_mut().max_by_key(|line| line.waiting.len());
        let longest = longest.filter(|line| line.waiting.len() > than);
        // Its sender is dropped, which tells whoever waits.
        longest.is_some_and(|line| line.waiting.pop_back().is_some())
    }

    /// Who is next. Their network's next turn comes after those of all others.
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

    /// Lets everything that can go on go on.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    type Done = Arc<Mutex<Vec<String>>>;

    /// Asks for a turn, notes the network when it comes, and gives it back.
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
