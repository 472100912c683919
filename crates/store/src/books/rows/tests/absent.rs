//! Tests of complete lists from a provider without a cursor: one that lacks a posted row is not trusted.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn earlier(id: &str) -> FeedTransaction {
    FeedTransaction {
        date: DAY - 1.days(),
        ..posted(id, -5, None)
    }
}

impl Desk {
    async fn ids(&self) -> Vec<String> {
        self.seen().await.into_iter().map(|row| row.0).collect()
    }
}

#[tokio::test]
async fn a_posted_row_goes_when_two_lists_an_hour_apart_lack_it_and_a_pending_one_at_once() {
    let desk = Desk::open().await;
    let all = [posted("a", -1, None), pending("p", -2), earlier("before")];
    desk.apply(brings(all).window(0)).await;
    let left = || Run::default();
    assert_eq!(desk.apply(left().window(10)).await.removed, 1);
    assert_eq!(desk.ids().await, ["a", "before"], "the pending one");
    // The same list again, and another one too soon after it.
    for minute in [10, 11, 69] {
        assert_eq!(desk.apply(left().window(minute)).await.removed, 0);
    }
    assert_eq!(desk.apply(left().window(70)).await.removed, 1);
    assert_eq!(desk.ids().await, ["before"], "it is older than the lists");
    assert_eq!(desk.apply(left().window(71)).await.removed, 0);
}

#[tokio::test]
async fn a_row_that_is_listed_again_is_absent_no_more() {
    let again: [Run; 3] = [
        brings([posted("a", -1, None)]).window(80),
        // Also in a list whose count is wrong, and when it cannot be read.
        brings([posted("a", -1, None)]),
        Run::unreadable("a").window(80),
    ];
    for listed in again {
        let desk = Desk::open().await;
        desk.apply(brings([posted("a", -1, None)]).window(0)).await;
        desk.apply(Run::default().window(10)).await;
        desk.apply(listed).await;
        desk.apply(Run::default().window(90)).await;
        assert_eq!(desk.ids().await, ["a"]);
        desk.apply(Run::default().window(150)).await;
        assert!(desk.ids().await.is_empty());
    }
}

#[tokio::test]
async fn a_list_that_does_not_add_up_lacks_nothing() {
    let desk = Desk::open().await;
    desk.apply(brings([posted("a", -1, None), pending("p", -2)]))
        .await;
    for minute in [0, 90, 180] {
        let short = Run {
            minute,
            ..Run::default()
        };
        assert_eq!(desk.apply(short).await.removed, 0);
    }
    assert_eq!(desk.ids().await, ["a", "p"]);
    // Such a list does not remove a row that was already absent either.
    desk.apply(brings([pending("p", -2)]).window(200)).await;
    desk.apply(Run {
        minute: 300,
        ..Run::default()
    })
    .await;
    assert_eq!(desk.ids().await, ["a", "p"]);
}

#[tokio::test]
async fn a_row_of_an_account_that_is_not_listed_stays() {
    let desk = Desk::open().await;
    let elsewhere = FeedTransaction {
        account_provider_id: "former".into(),
        ..posted("a", -1, None)
    };
    desk.apply(brings([elsewhere]).window(0)).await;
    for minute in [60, 120, 180] {
        desk.apply(Run::default().window(minute)).await;
    }
    assert_eq!(desk.ids().await, ["a"]);
}

/// One read: minutes since the previous one, whether its count is right, and the rows listed.
type Read = (i64, bool, BTreeSet<u8>);

fn any_reads() -> impl Strategy<Value = Vec<Read>> {
    let listed = prop::collection::btree_set(0_u8..5, 0..5);
    prop::collection::vec((0_i64..90, prop::bool::weighted(0.8), listed), 1..12)
}

/// Rows with odd numbers are pending.
fn numbered(n: u8) -> FeedTransaction {
    let id = n.to_string();
    if n % 2 == 1 {
        pending(&id, -5)
    } else {
        posted(&id, -5, None)
    }
}

/// The rule as a simple model: the rows that exist after each read.
fn by_the_rule(reads: &[Read]) -> Vec<Vec<String>> {
    let mut books: BTreeMap<u8, Option<i64>> = BTreeMap::new();
    let mut minute = 0;
    let after = |(pause, adds_up, listed): &Read| {
        minute += pause;
        books.extend(listed.iter().map(|n| (*n, None)));
        if *adds_up {
            books.retain(|n, since| {
                let gone = !listed.contains(n)
                    && (n % 2 == 1 || since.is_some_and(|at| minute - at >= 60));
                if !listed.contains(n) {
                    since.get_or_insert(minute);
                }
                !gone
            });
        }
        books.keys().map(u8::to_string).collect()
    };
    reads.iter().map(after).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_rows_are_those_of_the_rule_whatever_is_read(reads in any_reads()) {
        let wanted = by_the_rule(&reads);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let found = runtime.expect("a runtime").block_on(async {
            let desk = Desk::open().await;
            let (mut minute, mut all) = (0, Vec::new());
            for (pause, adds_up, listed) in &reads {
                minute += pause;
                let rows: Vec<FeedTransaction> = listed.iter().map(|n| numbered(*n)).collect();
                let run = brings(rows).window(minute);
                let whole = run.whole.filter(|_| *adds_up);
                // Writing it again changes nothing.
                for _ in 0..2 {
                    desk.apply(Run { whole, ..run.clone() }).await;
                }
                all.push(desk.ids().await);
            }
            all
        });
        prop_assert_eq!(found, wanted);
    }
}
