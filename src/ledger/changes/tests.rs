//! Compares readers of the feed with the books. Random histories of syncs, edits and unlinks are read by programs that
//! stop, start, forget and read twice.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tempfile::TempDir;

use super::{ChangePage, ChangesError, page};
use domain::account::AccountKind;
use domain::connection::{Connection, Lease};
use domain::feed::{ConnectionFacts, FeedAccount, FeedTransaction, UpdateStatus};
use domain::id::{ConnectionId, LinkId, TransactionId, UserId};
use domain::job::JobKind;
use domain::money::{Currency, Money};
use domain::own::Edits;
use domain::transaction::Transaction;
use domain::user::{EmailAddress, PersonName, User};
use store::{NewConnection, NewUser, REMOVED_KEPT, Store, SyncCommit};

/// The books of one person with one bank, and the current time.
struct Books {
    store: Store,
    user: UserId,
    connection: ConnectionId,
    now: Timestamp,
    _folder: TempDir,
}

impl Books {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("books.db"))
            .await
            .expect("a file");
        let now = Timestamp::from_second(1_800_000_000).expect("a moment");
        let user = person(&store, "ada", now).await;
        let connection = linked(&store, &user, now).await;
        Self {
            store,
            user,
            connection,
            now,
            _folder: folder,
        }
    }

    /// Writes what a sync would.
    async fn sync(&mut self, upserts: &[FeedTransaction], removed: &[String]) {
        self.now += SignedDuration::from_secs(1);
        let until = self.now + SignedDuration::from_secs(60);
        self.store
            .request_job(JobKind::Sync, self.connection.as_str(), self.now)
            .await
            .expect("asked");
        let lease = self.store.claim_due(self.now, until).await;
        let lease = lease.expect("it answers").expect("it is due");
        let found = self.store.connection_to_sync(&self.connection).await;
        let (connection, _, cursor) = found.expect("it answers").expect("it is there");
        self.write(&lease, &connection, cursor.as_deref(), upserts, removed)
            .await;
        let end = domain::job::RunEnd::default();
        let finished = self.store.finish_job(&lease, &end, self.now).await;
        finished.expect("it is given back");
    }

    async fn write(
        &self,
        lease: &Lease,
        connection: &Connection,
        cursor: Option<&str>,
        upserts: &[FeedTransaction],
        removed: &[String],
    ) {
        let commit = SyncCommit {
            lease,
            connection,
            cursor_before: cursor,
            cursor_after: Some("somewhere"),
            status: UpdateStatus::Historical,
            accounts: &[account()],
            former_accounts: &[],
            upserts,
            removed,
            set_aside: &[],
            whole: None,
            synced: true,
            cursor_lost: false,
            facts: &ConnectionFacts::default(),
            now: self.now,
            today: jiff::civil::date(2026, 11, 21),
        };
        self.store.apply_sync(&commit).await.expect("it is written");
    }

    async fn edit(&self, id: &TransactionId, note: u8) {
        let edits = Edits {
            note: Some(note.to_string()),
            tags: Some(vec![format!("tag{}", note % 3)]),
            ..Edits::default()
        };
        let edited = self.store.edit_transaction(&self.user, id, edits).await;
        assert!(edited.expect("it answers"));
    }

    async fn forget(&mut self) {
        self.store.forget_removed(self.now).await.expect("noticed");
        self.now += REMOVED_KEPT + SignedDuration::from_secs(1);
        self.store
            .forget_removed(self.now)
            .await
            .expect("forgotten");
    }

    /// Returns all rows through the pages' query, not through the feed.
    async fn rows(&self) -> BTreeMap<String, Transaction> {
        let listed = self
            .store
            .page_of_transactions(
                &self.user,
                &store::Narrowing::default(),
                &store::Place::First,
                1000,
            )
            .await
            .expect("rows");
        let mut rows = BTreeMap::new();
        for record in listed {
            let id = record.transaction.id;
            let whole = self.store.transaction(&self.user, &id).await;
            let whole = whole.expect("it answers").expect("a row");
            rows.insert(id.to_string(), whole.transaction);
        }
        rows
    }
}

async fn person(store: &Store, name: &str, now: Timestamp) -> UserId {
    let user = User {
        id: UserId::generate(),
        email: EmailAddress::parse(&format!("{name}@example.org")).expect("an address"),
        user_name: None,
        first_name: PersonName::parse(name).expect("a name"),
        last_name: PersonName::parse(name).expect("a name"),
        birthday: None,
        created_at: now,
        role: domain::user::Role::Person,
        password_version: 0,
        two_step: false,
    };
    let id = user.id.clone();
    let new = NewUser {
        user,
        password_hash: None,
        identity: None,
        invitation_hash: None,
        only_as_first: false,
        visit: domain::activity::Visit::default(),
    };
    store.add_user(&new).await.expect("signed up");
    id
}

async fn linked(store: &Store, user: &UserId, now: Timestamp) -> ConnectionId {
    let (id, link) = (ConnectionId::generate(), LinkId::generate());
    let new = NewConnection {
        id: &id,
        user_id: user,
        link_id: &link,
        provider: "plaid",
        item_id: id.as_str(),
        institution_id: None,
        institution_name: "First Platypus Bank",
        webhook_url: None,
        linked_anyway: false,
        sealed_token: b"sealed",
        now,
    };
    store.add_connection(&new).await.expect("linked");
    id
}

fn account() -> FeedAccount {
    FeedAccount {
        provider_id: "a".into(),
        persistent_id: None,
        name: "Checking".into(),
        official_name: None,
        mask: None,
        kind: AccountKind::Depository,
        subtype: None,
        current: None,
        current_exact: None,
        available: None,
        limit: None,
    }
}

fn row(id: u8, amount: i64) -> FeedTransaction {
    FeedTransaction {
        provider_id: id.to_string(),
        account_provider_id: "a".into(),
        pending_provider_id: None,
        date: jiff::civil::date(2026, 11, 1),
        amount: Money::new(amount, Currency::from_codes(Some("USD"), None)),
        amount_exact: None,
        description: format!("row {id}"),
        merchant: None,
        category: None,
        pending: false,
        details: "{}".into(),
    }
}

/// A program that reads the feed. Its copy and its cursor are stored separately.
#[derive(Clone, Default)]
struct Reader {
    copy: BTreeMap<String, Transaction>,
    cursor: Option<String>,
    /// Whether its copy and its cursor have always been of the same moment. What it receives must then fit exactly.
    careful: bool,
}

impl Reader {
    /// Reads one page; `true` when there is no more.
    async fn read(&mut self, books: &Books, count: u32) -> bool {
        let answer = page(&books.store, &books.user, self.cursor.as_deref(), count).await;
        let ChangePage {
            changes,
            next_cursor,
        } = match answer {
            Ok(page) => page,
            Err(ChangesError::StartAgain) => {
                assert!(self.cursor.is_some(), "nobody is told to start again twice");
                let careful = self.careful;
                *self = Self {
                    careful,
                    ..Self::default()
                };
                return false;
            }
            Err(error) => panic!("{error}"),
        };
        let told = changes.added.len() + changes.modified.len() + changes.removed.len();
        assert!(told <= count as usize, "{told} of {count}");
        for row in changes.added.into_iter() {
            self.copy.insert(row.id.to_string(), row);
        }
        for row in changes.modified {
            let known = self.copy.insert(row.id.to_string(), row);
            assert!(known.is_some() || !self.careful, "modified, but unknown");
        }
        for gone in changes.removed {
            self.copy.remove(gone.id.as_str());
        }
        self.cursor = Some(next_cursor);
        !changes.has_more
    }

    async fn read_all(&mut self, books: &Books, count: u32) {
        for _ in 0..2_000 {
            if self.read(books, count).await {
                return;
            }
        }
        panic!("the feed does not end");
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// A sync writes the first rows and removes the others.
    Sync(Vec<(u8, i64)>, Vec<u8>),
    /// The person edits the row at this place in the list.
    Edit(usize, u8),
    /// A page of this size is read.
    Read(u32),
    /// The cursor is that of an earlier page, but the copy is current.
    LoseCursor(usize),
    /// Both copy and cursor are those of an earlier page.
    GoBack(usize),
    /// The program is set up again.
    Anew,
    /// Months pass, and removals are forgotten.
    Forget,
}

fn any_step() -> impl Strategy<Value = Step> {
    let rows = prop::collection::vec((0_u8..12, 0_i64..3), 0..6);
    let gone = prop::collection::vec(0_u8..12, 0..4);
    prop_oneof![
        6 => (rows, gone).prop_map(|(rows, gone)| Step::Sync(rows, gone)),
        3 => (0_usize..12, 0_u8..3).prop_map(|(at, note)| Step::Edit(at, note)),
        8 => (1_u32..4).prop_map(Step::Read),
        2 => (0_usize..20).prop_map(Step::LoseCursor),
        1 => (0_usize..20).prop_map(Step::GoBack),
        1 => Just(Step::Anew),
        1 => Just(Step::Forget),
    ]
}

/// Runs a history; at the end every reader must have what the books have.
async fn live(steps: Vec<Step>) {
    let mut books = Books::open().await;
    let mut careful = Reader {
        careful: true,
        ..Reader::default()
    };
    let mut careless = Reader::default();
    let mut past = vec![Reader::default()];
    for step in steps {
        match step {
            Step::Sync(rows, gone) => {
                let rows: BTreeMap<u8, i64> = rows.into_iter().collect();
                let gone = gone.iter().filter(|id| !rows.contains_key(id));
                let gone: Vec<String> = gone.map(u8::to_string).collect();
                let rows: Vec<_> = rows.iter().map(|(id, amount)| row(*id, *amount)).collect();
                books.sync(&rows, &gone).await;
            }
            Step::Edit(at, note) => {
                let rows = books.rows().await;
                if let Some(row) = rows.values().nth(at) {
                    books.edit(&row.id, note).await;
                }
            }
            Step::Read(count) => {
                careful.read(&books, count).await;
                careless.read(&books, count).await;
                if careless.cursor.is_none() {
                    past.clear();
                }
                past.push(careless.clone());
            }
            // A reader without a cursor starts again, and drops its copy.
            Step::LoseCursor(at) => {
                let earlier = past[at % past.len()].clone();
                careless = match earlier.cursor {
                    None => Reader::default(),
                    cursor => Reader { cursor, ..careless },
                };
                past.truncate(if careless.cursor.is_none() {
                    1
                } else {
                    past.len()
                });
            }
            Step::GoBack(at) => {
                past.truncate(at % past.len() + 1);
                careless = past[past.len() - 1].clone();
            }
            Step::Anew => {
                careless = Reader::default();
                past = vec![careless.clone()];
            }
            Step::Forget => books.forget().await,
        }
    }
    let rows = books.rows().await;
    let mut fresh = Reader {
        careful: true,
        ..Reader::default()
    };
    for reader in [&mut careful, &mut careless, &mut fresh] {
        reader.read_all(&books, 3).await;
        assert_eq!(reader.copy, rows);
        let again = page(&books.store, &books.user, reader.cursor.as_deref(), 500).await;
        let again = again.expect("a page");
        assert_eq!(again.changes, domain::change::FeedChanges::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_reader_ends_with_what_the_books_have(steps in prop::collection::vec(any_step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("a runtime").block_on(live(steps));
    }
}

#[tokio::test]
async fn a_sync_that_is_played_again_is_silent() {
    let mut books = Books::open().await;
    let rows: Vec<_> = (0..20).map(|id| row(id, 5)).collect();
    books.sync(&rows, &[]).await;
    let mut reader = Reader::default();
    reader.read_all(&books, 500).await;
    let head = books.store.feed_head(&books.user).await.expect("a place");

    books.sync(&rows, &["99".into()]).await;
    let after = books.store.feed_head(&books.user).await.expect("a place");
    assert_eq!(after, head);

    let mut changed = rows[7].clone();
    changed.pending = true;
    books.sync(&[changed], &[]).await;
    let told = page(&books.store, &books.user, reader.cursor.as_deref(), 500).await;
    let told = told.expect("a page").changes;
    assert_eq!(
        (told.added.len(), told.modified.len(), told.removed.len()),
        (0, 1, 0)
    );
    assert!(told.modified[0].pending);
}

#[tokio::test]
async fn a_cursor_from_before_what_was_forgotten_is_told_to_start_again() {
    let mut books = Books::open().await;
    books.sync(&[row(1, 1), row(2, 2)], &[]).await;
    let mut early = Reader::default();
    early.read_all(&books, 500).await;
    books.sync(&[], &["1".into()]).await;
    let mut late = Reader::default();
    late.read_all(&books, 500).await;
    books.forget().await;

    let answer = page(&books.store, &books.user, early.cursor.as_deref(), 5).await;
    assert!(matches!(answer, Err(ChangesError::StartAgain)));
    let answer = page(&books.store, &books.user, late.cursor.as_deref(), 5).await;
    assert!(answer.is_ok(), "it had read of it");
    assert_eq!(late.copy.len(), 1);
}

#[tokio::test]
async fn others_cursors_and_odd_counts_are_told_by_field() {
    let mut books = Books::open().await;
    books.sync(&[row(1, 1)], &[]).await;
    let eve = person(&books.store, "eve", books.now).await;
    let mut reader = Reader::default();
    reader.read_all(&books, 500).await;
    let stolen = page(&books.store, &eve, reader.cursor.as_deref(), 5).await;
    assert!(matches!(stolen, Err(ChangesError::Parameter("cursor", _))));
    let hers = page(&books.store, &eve, None, 5).await.expect("a page");
    assert_eq!(hers.changes, domain::change::FeedChanges::default());
    for count in [0, 501] {
        let answer = page(&books.store, &books.user, None, count).await;
        assert!(matches!(answer, Err(ChangesError::Parameter("count", _))));
    }
    // A cursor of books that are newer than these: a backup was restored.
    let ahead = super::cursor_at(&books.user, 1_000);
    let answer = page(&books.store, &books.user, Some(&ahead), 5).await;
    assert!(matches!(answer, Err(ChangesError::StartAgain)));
}

#[tokio::test]
async fn rows_that_are_deleted_with_their_bank_are_told_as_removed() {
    let mut books = Books::open().await;
    let rows: Vec<_> = (0..5).map(|id| row(id, 5)).collect();
    books.sync(&rows, &[]).await;
    let mut reader = Reader::default();
    reader.read_all(&books, 500).await;
    assert_eq!(reader.copy.len(), 5);
    let asked = books
        .store
        .ask_unlink(&books.user, &books.connection, false, books.now)
        .await;
    assert!(asked.expect("it answers"));
    let until = books.now + SignedDuration::from_secs(60);
    let lease = books.store.claim_due(books.now, until).await;
    let lease = lease.expect("it answers").expect("the end is due");
    let ended = books
        .store
        .end_connection(&lease, &books.connection, books.now)
        .await;
    ended.expect("it ends");
    reader.read_all(&books, 2).await;
    assert_eq!(reader.copy.len(), 0);
}
