//! A second provider, defined only in this file: it takes the bank's credentials, asks one question, and lists its rows
//! by day. Nothing else knows it; it links and syncs through the interface that every provider implements.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::account::AccountKind;
use domain::attempt::LinkPurpose;
use domain::connection::LinkStatus;
use domain::feed::{
    ConnectionFacts, FeedAccount, FeedPage, FeedTransaction, Institution, UpdateStatus,
};
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::link::{LinkResult, LinkState};
use domain::money::{Currency, Money};
use domain::problem::{Grant, Problem, Reason};
use domain::provider::{Capabilities, Challenge, ChallengeKind, Reads, Typed};
use domain::secret::Secret;
use domain::usage::Usage;
use domain::webhook::{Notice, Refusal, Verified};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use passbook::ledger::{self, records, view::Offers};
use passbook::sync::{self, SyncError, TypedLink, TypedOutcome};
use providers::{Begun, Key, Knock, LinkRequest, LinkWay, Provider, Providers, ReadFrom};

use crate::jobs::quiet::QuietApp;

const NAME: &str = "village";
const TODAY: Date = date(2026, 11, 21);
const PAGE: usize = 4;

/// The made-up provider with its one bank.
#[derive(Debug, Default)]
struct ScriptedProvider(Mutex<Bank>);

#[derive(Debug, Default)]
struct Bank {
    answered: bool,
    removed: bool,
    rows: Vec<FeedTransaction>,
    /// The first day of each read.
    reads: Vec<String>,
}

impl ScriptedProvider {
    fn with_rows() -> Self {
        let row = |n: i64| row(&format!("row-{n}"), TODAY - (n * 3).days(), 1000 + n);
        Self(Mutex::new(Bank {
            rows: (0..10).map(row).collect(),
            ..Bank::default()
        }))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Bank) -> T) -> T {
        change(&mut self.0.lock().expect("nobody panicked"))
    }
}

fn row(id: &str, day: Date, minor: i64) -> FeedTransaction {
    let account = if minor % 2 == 0 { "giro" } else { "savings" };
    FeedTransaction {
        provider_id: id.into(),
        account_provider_id: account.into(),
        pending_provider_id: None,
        date: day,
        amount: Money::new(minor, Currency::from_codes(Some("EUR"), None)),
        amount_exact: None,
        description: format!("Bakery {id}"),
        merchant: None,
        category: None,
        pending: false,
        details: "{}".into(),
    }
}

fn account(id: &str) -> FeedAccount {
    FeedAccount {
        provider_id: id.into(),
        persistent_id: None,
        name: id.into(),
        official_name: None,
        mask: Some("4711".into()),
        kind: AccountKind::Depository,
        subtype: None,
        current: Some(Money::new(5000, Currency::from_codes(Some("EUR"), None))),
        current_exact: None,
        available: None,
        limit: None,
    }
}

#[async_trait]
impl Provider for ScriptedProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            credentials: true,
            repair: true,
            reads: Reads::Window { overlap_days: 10 },
            ..Capabilities::default()
        }
    }

    fn asked(&self, _: &str) -> &'static str {
        "What is new"
    }

    fn usage(&self) -> Vec<Usage> {
        Vec::new()
    }

    fn recall(&self, _: &[(String, Option<ConnectionId>, Timestamp)]) {}

    async fn begin_link(&self, wanted: &LinkRequest<'_>) -> Result<Begun, Problem> {
        let LinkWay::Credentials { typed, .. } = wanted.way else {
            return Err(Problem::ours(Reason::NotSupported));
        };
        if typed
            .iter()
            .all(|typed| typed.value.expose() != "open sesame")
        {
            return Err(Problem::new(Reason::WrongCredentials, "NO"));
        }
        Ok(Begun {
            token: Secret::new(format!("member of {}", wanted.person)),
            expires_at: Timestamp::MAX,
            hosted_url: None,
        })
    }

    async fn link_state(&self, token: &Secret) -> Result<LinkState, Problem> {
        if !self.change(|bank| bank.answered) {
            return Ok(LinkState::Challenged(vec![Challenge {
                id: "pet".into(),
                label: "Your first pet?".into(),
                kind: ChallengeKind::Text,
            }]));
        }
        Ok(LinkState::Finished(vec![LinkResult {
            public_token: token.clone(),
            institution_id: Some("village-bank".into()),
            institution_name: Some("Village Bank".into()),
            accounts: Vec::new(),
        }]))
    }

    async fn answer(&self, _: &Secret, answers: &[Typed]) -> Result<(), Problem> {
        let right = answers.iter().any(|answer| answer.value.expose() == "Rex");
        self.change(|bank| bank.answered = right);
        Ok(())
    }

    async fn exchange(&self, handed_over: &Secret) -> Result<Grant, Problem> {
        Ok(Grant {
            item_id: "member-1".into(),
            access_token: handed_over.clone(),
        })
    }

    async fn facts(&self, _: Key<'_>) -> Result<ConnectionFacts, Problem> {
        Ok(ConnectionFacts::default())
    }

    async fn accounts(&self, _: Key<'_>) -> Result<Vec<FeedAccount>, Problem> {
        Ok(vec![account("giro"), account("savings")])
    }

    async fn page(
        &self,
        _: Key<'_>,
        from: ReadFrom<'_>,
        at: Option<&str>,
    ) -> Result<FeedPage, Problem> {
        let first = match from {
            ReadFrom::Beginning => Date::MIN,
            ReadFrom::Day(day) => day,
            ReadFrom::Cursor(_) => return Err(Problem::ours(Reason::BadAnswer)),
        };
        let number: usize = at.map_or(0, |at| at.parse().expect("a number of ours"));
        let rows = self.change(|bank| {
            if number == 0 {
                bank.reads.push(format!("{first}"));
            }
            let within = bank.rows.iter().filter(|row| row.date >= first);
            within.cloned().collect::<Vec<_>>()
        });
        let next = (number + 1) * PAGE;
        Ok(FeedPage {
            has_more: rows.len() > next,
            added: rows.into_iter().skip(number * PAGE).take(PAGE).collect(),
            modified: Vec::new(),
            removed: Vec::new(),
            set_aside: Vec::new(),
            accounts: Vec::new(),
            next_cursor: Some((number + 1).to_string()),
            status: UpdateStatus::Historical,
            incomplete: false,
        })
    }

    async fn remove(&self, _: Key<'_>) -> Result<(), Problem> {
        self.change(|bank| bank.removed = true);
        Ok(())
    }

    async fn institution(&self, id: &str) -> Result<Institution, Problem> {
        Ok(Institution {
            provider_id: id.into(),
            name: "Village Bank".into(),
            logo: None,
            color: None,
            url: None,
        })
    }

    async fn verify_webhook(&self, _: Knock<'_>, _: Timestamp) -> Result<Verified, Refusal> {
        Err(Refusal::NoSignature)
    }

    fn read_webhook(&self, _: &[u8]) -> Notice {
        unreachable!("none is ever believed")
    }
}

async fn start() -> (QuietApp, Arc<ScriptedProvider>) {
    let mut quiet = QuietApp::start().await;
    let provider = Arc::new(ScriptedProvider::with_rows());
    quiet.ctx.providers = Providers::new(vec![provider.clone()]);
    (quiet, provider)
}

fn typed(field: &str, value: &str) -> Vec<Typed> {
    vec![Typed {
        field: field.into(),
        value: Secret::new(value),
    }]
}

/// Returns the status of a person's connection and the reason for its problem.
async fn status(quiet: &QuietApp, id: &ConnectionId) -> (LinkStatus, Option<Reason>) {
    let record = records::connection(&quiet.ctx, &quiet.user, id.as_str()).await;
    let connection = record.expect("it is there").connection;
    let reason = connection.problem.as_ref().map(|problem| problem.reason);
    (connection.link_status(), reason)
}

/// Lets the worker look at the result of a log-in.
async fn looked_at(quiet: &QuietApp) {
    quiet.pass(10);
    quiet.work_off().await;
}

/// Links: first a wrong log-in, then the right one on the same connection, then the answer to the challenge.
async fn linked(quiet: &QuietApp) -> ConnectionId {
    let (ctx, user) = (&quiet.ctx, &quiet.user);
    let (wrong, right) = (typed("pin", "open barley"), typed("pin", "open sesame"));
    let begun = sync::link_typed(ctx, user, link(&wrong)).await;
    let id = begun.expect("it stands").connection().clone();
    let refused = (LinkStatus::WrongCredentials, Some(Reason::WrongCredentials));
    assert_eq!(status(quiet, &id).await, refused);
    let again = sync::log_in_again(ctx, user, &id, &right).await;
    assert_eq!(again.expect("it is begun"), TypedOutcome::Sent(id.clone()));
    assert_eq!(status(quiet, &id).await.0, LinkStatus::Processing);
    looked_at(quiet).await;
    assert_eq!(status(quiet, &id).await.0, LinkStatus::Challenged);
    let asked = sync::challenges(ctx, user, &id)
        .await
        .expect("they are read");
    let eve = quiet.another_person().await;
    let answers = typed(&asked[0].id, "Rex");
    for (person, answers) in [(user, typed("other", "Rex")), (&eve, answers.clone())] {
        let refused = sync::answer_challenges(ctx, person, &id, &answers).await;
        assert!(matches!(refused, Err(SyncError::NotFound)));
    }
    let answered = sync::answer_challenges(ctx, user, &id, &answers).await;
    answered.expect("it is taken");
    assert_eq!(status(quiet, &id).await.0, LinkStatus::Processing);
    looked_at(quiet).await;
    assert_eq!(status(quiet, &id).await, (LinkStatus::Success, None));
    id
}

fn link(typed: &[Typed]) -> TypedLink<'_> {
    TypedLink {
        provider: NAME,
        institution_id: "village-bank",
        institution_name: "Village Bank",
        typed,
    }
}

#[tokio::test]
async fn a_second_provider_links_by_credentials_and_syncs_by_days() {
    let (quiet, provider) = start().await;
    let id = linked(&quiet).await;
    quiet.work_off().await;
    let accounts = "SELECT name FROM account ORDER BY name";
    assert_eq!(quiet.books.texts(accounts).await, ["giro", "savings"]);
    let rows = "SELECT provider_id FROM bank_transaction ORDER BY day DESC";
    let ten: Vec<String> = (0..10).map(|n| format!("row-{n}")).collect();
    assert_eq!(quiet.books.texts(rows).await, ten);
    // The next day the bank lists a new row, omits one row of these days, and lists nothing older than ten days.
    provider.change(|bank| {
        bank.rows.truncate(4);
        bank.rows.remove(1);
        bank.rows.push(row("new", TODAY, 77));
    });
    // One list without a row is not enough to remove it; two lists an hour apart are.
    for (pause, all) in [(24 * 60 * 60, 11), (30 * 60, 11), (30 * 60, 10)] {
        quiet.pass(pause);
        let asked = sync::request_sync(&quiet.ctx, &quiet.user, &id).await;
        asked.expect("it is asked for");
        quiet.work_off().await;
        assert_eq!(quiet.books.texts(rows).await.len(), all);
    }
    let mut left = ten;
    left.remove(1);
    left.insert(1, "new".into());
    let mut now = quiet.books.texts(rows).await;
    now[..2].sort_by(|a, b| b.cmp(a));
    assert_eq!(now, left);
    let reads = provider.change(|bank| bank.reads.clone());
    let began = &reads[reads.len() - 3..];
    assert_eq!(began, ["2026-11-11", "2026-11-12", "2026-11-12"]);
}

#[tokio::test]
async fn what_a_provider_cannot_do_is_not_offered_and_not_tried() {
    let (quiet, provider) = start().await;
    let id = linked(&quiet).await;
    quiet.work_off().await;
    let (ctx, user) = (&quiet.ctx, &quiet.user);
    let cards = ledger::connections(ctx, user).await.expect("they are read");
    let what_it_can = Offers {
        sync: true,
        unlink: true,
        repair: true,
        credentials: true,
        ..Offers::default()
    };
    assert_eq!(cards[0].offers, what_it_can);
    let add = LinkPurpose::AddAccounts(id.clone());
    for refused in [
        sync::begin_link(ctx, user, add, None).await,
        sync::begin_link(ctx, user, LinkPurpose::NewBank, None).await,
    ] {
        assert!(matches!(refused, Err(SyncError::Provider(_))));
    }
    let refreshed = sync::refresh_at_bank(ctx, user, &id).await;
    assert!(matches!(refreshed, Err(SyncError::NotFound)));
    sync::unlink(ctx, user, &id, true).await.expect("asked");
    quiet.work_off().await;
    assert!(provider.change(|bank| bank.removed));
}

#[tokio::test]
async fn its_books_are_checked_against_the_bank_too() {
    let (quiet, provider) = start().await;
    let id = linked(&quiet).await;
    quiet.work_off().await;
    provider.change(|bank| bank.rows[4].description = "Another bakery".into());
    let asked = sync::request_check(&quiet.ctx, &quiet.user, &id).await;
    asked.expect("asked");
    quiet.work_off().await;
    let found = quiet.job(JobKind::Check, id.as_str()).await;
    let run = found.and_then(|job| job.last_run).expect("a run");
    let result = run.result.expect("a result");
    assert!(result.contains(r#""different":1"#), "{result}");
    assert!(result.contains(r#""missing":0"#), "{result}");
}

#[tokio::test]
async fn a_provider_that_is_no_longer_set_up_is_told_and_nothing_is_lost() {
    let (mut quiet, _) = start().await;
    let id = linked(&quiet).await;
    quiet.work_off().await;
    quiet.ctx.providers = Providers::new(Vec::new());
    let asked = sync::request_sync(&quiet.ctx, &quiet.user, &id).await;
    asked.expect("asked");
    quiet.work_off().await;
    let cards = ledger::connections(&quiet.ctx, &quiet.user).await;
    let cards = cards.expect("they are read");
    let told = cards[0].attention.as_ref().expect("something is wrong");
    assert!(told.sentence.contains("isn’t set up"), "{}", told.sentence);
    assert_eq!(cards[0].accounts.len(), 2);
    let only_unlink = Offers {
        unlink: true,
        ..Offers::default()
    };
    assert_eq!(cards[0].offers, only_unlink);
}
