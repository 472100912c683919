//! Random requests, claims, ends, crashes and cancellations against the real table: a lease belongs to one worker,
//! fences only grow, and every request is done later unless it was cancelled.

use std::collections::HashMap;
use std::path::Path;

use domain::connection::Lease;
use domain::id::JobId;
use domain::job::{Failure, Job, JobKind, JobQuery, RunEnd, RunOutcome, Whose};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use providers::plaid::problem;
use store::{Store, StoreError};

/// Two connections with all their kinds of work, and one job without an owner.
const WORK: [(JobKind, &str); 7] = [
    (JobKind::Sync, "one"),
    (JobKind::Webhook, "one"),
    (JobKind::Unlink, "one"),
    (JobKind::Sync, "two"),
    (JobKind::Webhook, "two"),
    (JobKind::Institution, "three"),
    (JobKind::CleanUp, "history"),
];
const LEASE: i64 = 60_000;

#[derive(Clone, Debug)]
enum Step {
    Request(usize),
    Pass(i64),
    Claim,
    /// By any worker that ever claimed, including those that lost their lease long ago.
    Finish(usize, End),
    Beat(usize),
    Cancel(usize),
    Retry(usize),
    Restart,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Done,
    DoneAndAgain(i64),
    Failed { wait: i64, left_alone: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let work = 0..WORK.len();
    let end = prop_oneof![
        Just(End::Done),
        (0_i64..600_000).prop_map(End::DoneAndAgain),
        (0_i64..600_000, any::<bool>())
            .prop_map(|(wait, left_alone)| End::Failed { wait, left_alone }),
    ];
    prop_oneof![
        5 => work.clone().prop_map(Step::Request),
        3 => (0_i64..90_000).prop_map(Step::Pass),
        5 => Just(Step::Claim),
        5 => (0_usize..64, end).prop_map(|(who, end)| Step::Finish(who, end)),
        2 => (0_usize..64).prop_map(Step::Beat),
        1 => work.clone().prop_map(Step::Cancel),
        1 => work.prop_map(Step::Retry),
        1 => Just(Step::Restart),
    ]
}

/// A worker's lease, as the model knows it.
struct Held {
    lease: Lease,
    until: i64,
    /// Whether the lease was neither given back nor taken.
    holds: bool,
}

struct QueueModel {
    store: Store,
    now: i64,
    held: Vec<Held>,
    /// When each job was last requested, unless it has been claimed or cancelled since.
    asked: HashMap<(JobKind, String), i64>,
    fences: HashMap<JobId, i64>,
}

impl QueueModel {
    fn at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now).expect("a moment")
    }

    fn moment(&self, later: i64) -> Timestamp {
        Timestamp::from_millisecond(self.now + later).expect("a moment")
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Request(work) => self.request(work).await,
            Step::Pass(time) => self.now += time,
            Step::Claim => {
                self.claim().await;
            }
            Step::Finish(who, end) => self.finish(who, end).await,
            Step::Beat(who) => self.beat(who).await,
            Step::Cancel(work) => self.cancel(work).await,
            Step::Retry(work) => self.retry(work).await,
            Step::Restart => {
                self.store
                    .release_all_leases(self.at())
                    .await
                    .expect("given back");
                self.held.iter_mut().for_each(|held| held.holds = false);
            }
        }
    }

    async fn request(&mut self, work: usize) {
        let (kind, subject) = WORK[work];
        self.store
            .request_job(kind, subject, self.at())
            .await
            .expect("asked");
        self.asked.insert((kind, subject.into()), self.now);
    }

    async fn claim(&mut self) -> bool {
        let claimed = self.store.claim_due(self.at(), self.moment(LEASE)).await;
        let Some(lease) = claimed.expect("the database answers") else {
            return false;
        };
        for other in &mut self.held {
            if other.holds && other.lease.subject == lease.subject {
                assert!(
                    other.until <= self.now,
                    "{lease:?} while {:?} holds it",
                    other.lease
                );
                other.holds = false;
            }
        }
        let before = self.fences.insert(lease.job_id.clone(), lease.fence);
        assert!(before.is_none_or(|before| before < lease.fence));
        self.asked.remove(&(lease.kind, lease.subject.clone()));
        let until = self.now + LEASE;
        self.held.push(Held {
            lease,
            until,
            holds: true,
        });
        true
    }

    async fn finish(&mut self, who: usize, end: End) {
        let Some(who) = who.checked_rem(self.held.len()) else {
            return;
        };
        let end = match end {
            End::Done => RunEnd::default(),
            End::DoneAndAgain(wait) => RunEnd {
                next: Some(self.moment(wait)),
                ..RunEnd::default()
            },
            End::Failed { wait, left_alone } => RunEnd {
                next: Some(self.moment(wait)),
                result: None,
                failure: Some(Failure {
                    problem: problem("API_ERROR", "INTERNAL_SERVER_ERROR", None),
                    not_before: left_alone.then(|| self.moment(wait)),
                    counts: true,
                }),
            },
        };
        let now = self.at();
        let given = self
            .store
            .finish_job(&self.held[who].lease, &end, now)
            .await;
        self.only_its_holder(who, given);
        self.held[who].holds = false;
    }

    async fn beat(&mut self, who: usize) {
        let Some(who) = who.checked_rem(self.held.len()) else {
            return;
        };
        let until = self.moment(LEASE);
        let held = self.store.renew(&self.held[who].lease, until).await;
        self.only_its_holder(who, held);
        self.held[who].until = self.now + LEASE;
    }

    fn only_its_holder(&self, who: usize, result: Result<(), StoreError>) {
        let Held { lease, holds, .. } = &self.held[who];
        match result {
            Ok(()) => assert!(holds, "{lease:?} was not its own any more"),
            Err(StoreError::LeaseLost) => assert!(!holds, "{lease:?} was its own"),
            Err(error) => panic!("{error}"),
        }
    }

    async fn id_of(&self, work: usize) -> Option<JobId> {
        let query = JobQuery {
            limit: 100,
            ..JobQuery::default()
        };
        let page = self
            .store
            .jobs(Whose::Anybody, &query, self.at())
            .await
            .expect("a page");
        let is_it = |job: &Job| (job.kind, job.subject.as_str()) == WORK[work];
        page.jobs.into_iter().find(is_it).map(|job| job.id)
    }

    async fn cancel(&mut self, work: usize) {
        let Some(id) = self.id_of(work).await else {
            return;
        };
        self.store
            .cancel_job(Whose::Anybody, &id, self.at())
            .await
            .expect("called off");
        self.held
            .iter_mut()
            .filter(|held| held.lease.job_id == id)
            .for_each(|held| held.holds = false);
        let (kind, subject) = WORK[work];
        self.asked.remove(&(kind, subject.into()));
    }

    async fn retry(&mut self, work: usize) {
        let Some(id) = self.id_of(work).await else {
            return;
        };
        assert!(
            self.store
                .retry_job(Whose::Anybody, &id, self.at())
                .await
                .expect("asked")
        );
        let (kind, subject) = WORK[work];
        self.asked.insert((kind, subject.into()), self.now);
    }

    /// All workers die, an hour passes, and one worker is left: every request is done.
    async fn settle(&mut self) {
        self.now += 3_600_000;
        for _ in 0..50 {
            if !self.claim().await {
                break;
            }
            self.finish(self.held.len() - 1, End::Done).await;
        }
        assert!(self.asked.is_empty(), "never done: {:?}", self.asked);
        let due = self.store.next_due().await.expect("the database answers");
        assert_eq!(due, None);
        for id in self.fences.keys() {
            let runs = self.store.runs_of(id).await.expect("runs");
            assert!(
                runs.iter().all(|run| run.outcome != RunOutcome::Running),
                "{runs:?}"
            );
            assert!(runs.is_sorted_by(|a, b| a.fence > b.fence && a.started_at >= b.started_at));
        }
    }
}

async fn play(file: &Path, steps: Vec<Step>) {
    let mut model = QueueModel {
        store: Store::open(file).await.expect("a database"),
        now: 1_800_000_000_000,
        held: Vec::new(),
        asked: HashMap::new(),
        fences: HashMap::new(),
    };
    for step in steps {
        model.take(step).await;
    }
    model.settle().await;
    model.store.close().await;
}

#[test]
fn whatever_is_asked_for_is_done_once_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let number = std::cell::Cell::new(0);
    let played = TestRunner::new(config).run(&proptest::collection::vec(step(), 1..120), |steps| {
        number.set(number.get() + 1);
        let file = folder.path().join(format!("{}.db", number.get()));
        runtime.block_on(play(&file, steps));
        Ok(())
    });
    played.expect("the table keeps its word");
}
