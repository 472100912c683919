//! A bank's rows over time, written run by run to a real database.

mod absent;

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use crate::{Applied, Lacking, Store, StoreError, SyncCommit, Whole};
use domain::account::AccountKind;
use domain::connection::{Connection, Lease};
use domain::feed::{ConnectionFacts, FeedAccount, FeedTransaction, SetAside, UpdateStatus};
use domain::id::{ConnectionId, TransactionId, UserId};
use domain::job::JobKind;
use domain::money::{Currency, Money};
use domain::own::Edits;

const DAY: Date = date(2026, 11, 21);

/// A connection with two accounts, and the worker that syncs it.
struct Desk {
    _folder: tempfile::TempDir,
    store: Store,
    connection: Connection,
    lease: Lease,
}

/// The content of a run.
#[derive(Clone, Default)]
struct Run {
    rows: Vec<FeedTransaction>,
    removed: Vec<&'static str>,
    set_aside: Vec<&'static str>,
    whole: Option<Whole>,
    /// The time, in minutes.
    minute: i64,
}

/// The compared columns of a row: the bank's id, the amount, pending, the own name.
type Seen = (String, i64, bool, Option<String>);

fn account(id: &str) -> FeedAccount {
    FeedAccount {
        provider_id: id.into(),
        persistent_id: None,
        name: id.into(),
        official_name: None,
        mask: None,
        kind: AccountKind::from_word("depository"),
        subtype: None,
        current: None,
        current_exact: None,
        available: None,
        limit: None,
    }
}

fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::from_codes(Some("USD"), None))
}

fn pending(id: &str, minor: i64) -> FeedTransaction {
    FeedTransaction {
        provider_id: id.into(),
        account_provider_id: "one".into(),
        pending_provider_id: None,
        date: DAY,
        amount: dollars(minor),
        amount_exact: None,
        description: format!("row {id}"),
        merchant: None,
        category: None,
        pending: true,
        details: "{}".into(),
    }
}

fn posted(id: &str, minor: i64, names: Option<&str>) -> FeedTransaction {
    FeedTransaction {
        pending: false,
        pending_provider_id: names.map(str::to_owned),
        ..pending(id, minor)
    }
}

fn brings(rows: impl Into<Vec<FeedTransaction>>) -> Run {
    Run {
        rows: rows.into(),
        ..Run::default()
    }
}

fn removes(removed: impl Into<Vec<&'static str>>) -> Run {
    Run {
        removed: removed.into(),
        ..Run::default()
    }
}

impl Run {
    fn and(self, other: Self) -> Self {
        Self {
            rows: [self.rows, other.rows].concat(),
            removed: [self.removed, other.removed].concat(),
            set_aside: [self.set_aside, other.set_aside].concat(),
            whole: self.whole.or(other.whole),
            minute: self.minute.max(other.minute),
        }
    }

    fn unreadable(id: &'static str) -> Self {
        Self {
            set_aside: vec![id],
            ..Self::default()
        }
    }

    /// Everything that the bank has, from the first row's date on.
    fn whole(self) -> Self {
        let from = self.rows.iter().map(|row| row.date).min();
        let lacking = Lacking::Goes;
        Self {
            whole: from.map(|from| Whole { from, lacking }),
            ..self
        }
    }

    /// The same from a provider without a cursor, at a given minute.
    fn window(self, minute: i64) -> Self {
        let lacking = Lacking::GoesTheSecondTime;
        Self {
            whole: Some(Whole { from: DAY, lacking }),
            minute,
            ..self
        }
    }
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("passbook.db")).await;
        let store = store.expect("a database");
        let (user, id) = (UserId::generate(), ConnectionId::generate());
        for sql in [
            format!(
                "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at) VALUES ('{user}', 'a', 'a', 'A', 'B', '', 0)"
            ),
            format!(
                "INSERT INTO connection (id, person_id, provider, item_id, institution_name, sealed_token, created_at) VALUES ('{id}', '{user}', 'plaid', 'i', 'Bank', X'', 0)"
            ),
        ] {
            let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&store.write);
            done.await.expect("written");
        }
        let now = Timestamp::UNIX_EPOCH;
        store
            .request_job(JobKind::Sync, id.as_str(), now)
            .await
            .expect("asked");
        let lease = store.claim_due(now, Timestamp::MAX).await;
        let lease = lease.expect("it answers").expect("a lease");
        let connection = store.connection(&user, &id).await;
        Self {
            connection: connection.expect("it answers").expect("a connection"),
            _folder: folder,
            store,
            lease,
        }
    }

    async fn apply(&self, run: Run) -> Applied {
        let id = &self.connection.id;
        let read = self.store.connection_to_sync(id).await.expect("it answers");
        let (connection, _, cursor) = read.expect("a connection");
        let removed: Vec<String> = run.removed.iter().map(|id| (*id).to_owned()).collect();
        let set_aside = run.set_aside.iter().map(|key| SetAside {
            key: (*key).to_owned(),
            reason: "a test".into(),
            raw: "{".into(),
        });
        let commit = SyncCommit {
            lease: &self.lease,
            connection: &connection,
            cursor_before: cursor.as_deref(),
            cursor_after: Some("c"),
            status: UpdateStatus::Historical,
            accounts: &[account("one"), account("two")],
            former_accounts: &[account("former")],
            upserts: &run.rows,
            removed: &removed,
            set_aside: &set_aside.collect::<Vec<_>>(),
            whole: run.whole,
            synced: true,
            cursor_lost: false,
            facts: &ConnectionFacts::default(),
            now: Timestamp::from_second(60 * run.minute).expect("a moment"),
            today: DAY,
        };
        self.store.apply_sync(&commit).await.expect("written")
    }

    /// The rows, ordered by the bank's id.
    async fn seen(&self) -> Vec<Seen> {
        let sql = "SELECT provider_id, amount, pending, own_name FROM bank_transaction ORDER BY provider_id";
        sqlx::query_as(sql)
            .fetch_all(&self.store.write)
            .await
            .expect("rows")
    }

    async fn id(&self, provider_id: &str) -> TransactionId {
        let sql = "SELECT id FROM bank_transaction WHERE provider_id = $1";
        let id: String = sqlx::query_scalar(sql)
            .bind(provider_id)
            .fetch_one(&self.store.write)
            .await
            .expect("a row");
        TransactionId::parse(&id).expect("an id")
    }

    /// Sets the own name of a row; an empty name clears it. Returns the row's id.
    async fn call(&self, provider_id: &str, name: &str) -> TransactionId {
        let id = self.id(provider_id).await;
        let edits = Edits {
            name: Some(name.to_owned()),
            ..Edits::default()
        };
        let user = &self.connection.user_id;
        let edited = self.store.edit_transaction(user, &id, edits).await;
        assert!(edited.expect("written"));
        id
    }
}

fn row(id: &str, minor: i64, pending: bool, name: Option<&str>) -> Seen {
    (id.into(), minor, pending, name.map(str::to_owned))
}

#[tokio::test]
async fn a_posted_row_takes_over_in_whatever_runs_posting_and_removal_come() {
    let settled = || brings([posted("b", -1200, Some("a"))]);
    let histories = [
        vec![settled().and(removes(["a"]))],
        vec![settled(), removes(["a"])],
        vec![removes(["a"]), settled()],
        vec![removes(["a"]), Run::default(), settled(), removes(["a"])],
        // The bank's whole list, before and after it removes the pending row.
        vec![
            brings([pending("a", -1000), posted("b", -1200, Some("a"))]).whole(),
            removes(["a"]),
        ],
        vec![brings([posted("b", -1200, Some("a"))]).whole()],
        vec![
            brings([posted("b", -1200, None)]),
            settled(),
            removes(["a"]),
        ],
        vec![
            brings([posted("b", -1200, None)]).and(removes(["a"])),
            settled(),
        ],
    ];
    for (i, runs) in histories.into_iter().enumerate() {
        let desk = Desk::open().await;
        desk.apply(brings([pending("a", -1000)])).await;
        let id = desk.call("a", "Lunch").await;
        let late = runs[0]
            .rows
            .iter()
            .any(|row| row.pending_provider_id.is_none() && !row.pending);
        for run in runs {
            desk.apply(run.clone()).await;
            desk.apply(run).await;
        }
        assert_eq!(
            desk.seen().await,
            [row("b", -1200, false, Some("Lunch"))],
            "{i}"
        );
        // A row that had an id before its link was known keeps that one.
        assert_eq!(desk.id("b").await == id, !late, "{i}");
    }
}

#[tokio::test]
async fn a_link_that_cannot_be_true_is_not_believed() {
    let far = FeedTransaction {
        date: DAY + 60.days(),
        ..posted("b", -1000, Some("a"))
    };
    let elsewhere = FeedTransaction {
        account_provider_id: "two".into(),
        ..posted("b", -1000, Some("a"))
    };
    let foreign = FeedTransaction {
        amount: Money::new(-1000, Currency::from_codes(Some("EUR"), None)),
        ..posted("b", -1000, Some("a"))
    };
    let wrong = [
        far,
        elsewhere,
        foreign,
        posted("b", 1000, Some("a")),
        posted("b", -2001, Some("a")),
        posted("b", -499, Some("a")),
        posted("b", -1000, Some("b")),
        posted("b", -1000, Some("nobody")),
        posted("b", -1000, Some("settled")),
    ];
    for wrong in wrong {
        let (amount, told) = (wrong.amount.minor, format!("{wrong:?}"));
        let desk = Desk::open().await;
        desk.apply(brings([
            pending("a", -1000),
            posted("settled", -1000, None),
        ]))
        .await;
        desk.call("a", "Lunch").await;
        desk.apply(brings([wrong.clone()])).await;
        let both = [
            row("a", -1000, true, Some("Lunch")),
            row("b", amount, false, None),
            row("settled", -1000, false, None),
        ];
        assert_eq!(desk.seen().await, both, "{told}");
        // It goes when the bank removes it, and its own values move to no other row, not even later.
        desk.apply(removes(["a"])).await;
        desk.apply(brings([wrong])).await;
        assert_eq!(desk.seen().await, both[1..], "{told}");
    }
}

#[tokio::test]
async fn a_pending_row_is_taken_over_once() {
    let desk = Desk::open().await;
    desk.apply(brings([pending("a", -1000)])).await;
    let id = desk.call("a", "Lunch").await;
    let (first, second) = (posted("b", -1000, Some("a")), posted("c", -1000, Some("a")));
    desk.apply(brings([first, second]).and(removes(["a"])))
        .await;
    let both = [
        row("b", -1000, false, Some("Lunch")),
        row("c", -1000, false, None),
    ];
    assert_eq!(desk.seen().await, both);
    assert_eq!(desk.id("b").await, id);
}

#[tokio::test]
async fn what_was_removed_comes_back_only_when_the_bank_adds_it_and_then_as_it_was() {
    let desk = Desk::open().await;
    desk.apply(brings([posted("b", -1000, None)])).await;
    let id = desk.call("b", "Rent").await;
    let applied = desk.apply(removes(["b"])).await;
    assert_eq!((applied.removed, desk.seen().await.len()), (1, 0));
    assert_eq!(desk.apply(removes(["b"])).await, Applied::default());
    assert!(desk.seen().await.is_empty());
    desk.apply(brings([posted("b", -1100, None)])).await;
    assert_eq!(desk.seen().await, [row("b", -1100, false, Some("Rent"))]);
    assert_eq!(desk.id("b").await, id);
}

#[tokio::test]
async fn a_posting_that_is_taken_back_leaves_the_pending_row_with_its_words() {
    let desk = Desk::open().await;
    desk.apply(brings([pending("a", -1000)])).await;
    let id = desk.call("a", "Lunch").await;
    desk.apply(brings([posted("b", -1200, Some("a"))])).await;
    desk.call("b", "Dinner").await;
    desk.apply(removes(["b"])).await;
    assert_eq!(desk.seen().await, [row("a", -1000, true, Some("Dinner"))]);
    assert_eq!(desk.id("a").await, id);
    // Posted again under another id, and finally settled.
    desk.apply(brings([posted("c", -1300, Some("a"))]).and(removes(["a"])))
        .await;
    assert_eq!(desk.seen().await, [row("c", -1300, false, Some("Dinner"))]);
    assert_eq!(desk.id("c").await, id);
    // Removed and posted once more, long after the pending row is gone.
    desk.apply(removes(["c"])).await;
    desk.apply(brings([posted("d", -1300, Some("a"))])).await;
    assert_eq!(desk.seen().await, [row("d", -1300, false, Some("Dinner"))]);
    assert_eq!(desk.id("d").await, id);
}

#[tokio::test]
async fn words_that_were_deleted_do_not_come_back() {
    let desk = Desk::open().await;
    let whole = || brings([pending("a", -1000), posted("b", -1200, Some("a"))]).whole();
    desk.apply(brings([pending("a", -1000)])).await;
    desk.call("a", "Lunch").await;
    desk.apply(whole()).await;
    desk.call("b", "").await;
    desk.apply(whole()).await;
    desk.apply(brings([posted("b", -1300, Some("a"))])).await;
    assert_eq!(desk.seen().await, [row("b", -1300, false, None)]);
    desk.apply(removes(["b"])).await;
    desk.apply(brings([posted("b", -1300, Some("a"))])).await;
    assert_eq!(desk.seen().await, [row("b", -1300, false, None)]);
}

#[tokio::test]
async fn a_link_that_stops_being_true_is_undone_while_the_bank_lists_both() {
    let desk = Desk::open().await;
    desk.apply(brings([pending("a", -1000), pending("z", -1000)]))
        .await;
    let id = desk.call("a", "Lunch").await;
    desk.apply(brings([posted("b", -1000, Some("a"))])).await;
    assert_eq!(desk.seen().await.len(), 2);
    // The amount no longer fits.
    desk.apply(brings([posted("b", -9000, Some("a"))])).await;
    let apart = [
        row("a", -1000, true, None),
        row("b", -9000, false, Some("Lunch")),
        row("z", -1000, true, None),
    ];
    assert_eq!(desk.seen().await, apart);
    assert_eq!(desk.id("b").await, id);
    // It fits again, and then the bank names another row.
    desk.apply(brings([posted("b", -1000, Some("a"))])).await;
    assert_eq!(desk.seen().await.len(), 2);
    desk.apply(brings([posted("b", -1000, Some("z"))])).await;
    let other = [
        row("a", -1000, true, None),
        row("b", -1000, false, Some("Lunch")),
    ];
    assert_eq!(desk.seen().await, other);
    // The pending row changes so that it no longer fits, and back.
    desk.apply(brings([pending("z", 1000)])).await;
    assert_eq!(desk.seen().await.len(), 3);
    desk.apply(brings([pending("z", -1000)])).await;
    assert_eq!(desk.seen().await, other);
}

#[tokio::test]
async fn a_whole_list_takes_away_what_it_lacks_and_nothing_else() {
    let desk = Desk::open().await;
    let on = |id: &str, account: &str, day: Date| FeedTransaction {
        account_provider_id: account.into(),
        date: day,
        ..posted(id, -5, None)
    };
    let everything = [
        on("before", "one", DAY - 10.days()),
        on("lacking", "one", DAY),
        on("unreadable", "one", DAY),
        on("kept", "two", DAY - 5.days()),
        on("elsewhere", "former", DAY),
        pending("a", -7),
        posted("b", -7, Some("a")),
    ];
    desk.apply(brings(everything.clone())).await;
    // A list that does not start from nothing removes nothing.
    desk.apply(brings([on("kept", "two", DAY - 5.days())]))
        .await;
    assert_eq!(desk.seen().await.len(), 6);
    let listed = [on("kept", "two", DAY - 5.days()), everything[6].clone()];
    let run = brings(listed).and(Run::unreadable("unreadable")).whole();
    let applied = desk.apply(run.clone()).await;
    assert_eq!((applied.added, applied.removed), (0, 1));
    let left: Vec<String> = desk.seen().await.into_iter().map(|row| row.0).collect();
    assert_eq!(left, ["b", "before", "elsewhere", "kept", "unreadable"]);
    assert_eq!(desk.apply(run).await.removed, 0);
    // The pending row is known to be gone: when the posted row goes, nothing returns.
    desk.apply(removes(["b"])).await;
    assert_eq!(desk.seen().await.len(), 4);
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_until_it_is_read_or_removed() {
    let desk = Desk::open().await;
    let count = async || {
        let id = &desk.connection.id;
        let read = desk.store.connection_to_sync(id).await.expect("it answers");
        read.expect("a connection").0.set_aside_rows
    };
    let stray = FeedTransaction {
        account_provider_id: "nobody's".into(),
        ..posted("stray", -5, None)
    };
    let both = Run::unreadable("x").and(Run::unreadable("y"));
    desk.apply(brings([posted("b", -5, None), stray]).and(both))
        .await;
    assert_eq!((count().await, desk.seen().await.len()), (3, 1));
    desk.apply(Run::unreadable("x")).await;
    assert_eq!(count().await, 3);
    desk.apply(brings([posted("x", -5, None)]).and(removes(["y"])))
        .await;
    assert_eq!((count().await, desk.seen().await.len()), (1, 2));
    let listed = [posted("b", -5, None), posted("x", -5, None)];
    desk.apply(brings(listed).whole()).await;
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn a_worker_without_its_lease_or_behind_the_cursor_writes_nothing() {
    let desk = Desk::open().await;
    desk.apply(brings([posted("b", -5, None)])).await;
    let late = |lease: Lease, cursor: Option<&'static str>| {
        let (store, connection) = (&desk.store, &desk.connection);
        async move {
            let commit = SyncCommit {
                lease: &lease,
                connection,
                cursor_before: cursor,
                cursor_after: Some("later"),
                status: UpdateStatus::Historical,
                accounts: &[account("one")],
                former_accounts: &[],
                upserts: &[posted("late", -6, None)],
                removed: &["b".to_owned()],
                set_aside: &[],
                whole: None,
                synced: true,
                cursor_lost: false,
                facts: &ConnectionFacts::default(),
                now: Timestamp::UNIX_EPOCH,
                today: DAY,
            };
            store.apply_sync(&commit).await
        }
    };
    let overtaken = Lease {
        fence: desk.lease.fence - 1,
        ..desk.lease.clone()
    };
    for (lease, cursor) in [(overtaken, Some("c")), (desk.lease.clone(), None)] {
        let refused = late(lease, cursor).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)));
        assert_eq!(desk.seen().await, [row("b", -5, false, None)]);
    }
    late(desk.lease.clone(), Some("c")).await.expect("written");
    assert_eq!(desk.seen().await, [row("late", -6, false, None)]);
}

#[tokio::test]
async fn what_is_gone_is_forgotten_after_a_while() {
    let desk = Desk::open().await;
    desk.apply(brings([
        pending("a", -5),
        posted("b", -6, Some("a")),
        posted("c", -7, None),
    ]))
    .await;
    desk.apply(removes(["c"])).await;
    let forgotten = desk.store.forget_gone(Timestamp::UNIX_EPOCH).await;
    assert_eq!(forgotten.expect("done"), 0);
    let later = Timestamp::from_second(1).expect("a moment");
    // The bank still lists hidden rows, so they are not deleted.
    assert_eq!(desk.store.forget_gone(later).await.expect("done"), 1);
    desk.apply(removes(["b"])).await;
    assert_eq!(desk.seen().await, [row("a", -5, true, None)]);
}
