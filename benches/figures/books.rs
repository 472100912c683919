//! Books of any size, written the way a sync writes them, and kept under `target/bench-data` for the next run.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::access::{KeyLifetime, Scope, Scopes};
use domain::account::AccountKind;
use domain::activity::Visit;
use domain::category::Category;
use domain::clock::Clock;
use domain::connection::Connection;
use domain::feed::{ConnectionFacts, FeedAccount, FeedTransaction, UpdateStatus};
use domain::id::{ConnectionId, LinkId, UserId};
use domain::job::RunEnd;
use domain::money::{Currency, Money};
use domain::secret::Secret;
use domain::user::{EmailAddress, PersonName, Role, User};
use jiff::{ToSpan, civil::Date};
use passbook::auth::{self, api_keys, password, session_store::Sessions};
use passbook::config::Config;
use passbook::context::{Ctx, Rates};
use passbook::outbound_http::Outbound;
use passbook::vault::Vault;
use providers::Providers;
use providers::plaid::{Plaid, PlaidConfig};
use store::{NewConnection, NewUser, Store, SyncCommit};
use tower_sessions::Session;

use crate::Outcome;

/// A word that one row in three has.
pub const COMMON: &str = "market";
/// A word that ten rows have, all of them old.
pub const RARE: &str = "zanzibar";
/// A word in one row of fifty, all in the older half. It is too common to be answered from the words alone, and far
/// from where a walk along the days begins.
pub const OLD: &str = "typewriter";

/// How many of the newest rows are the same in books of every size, so that their first pages are too.
const SAME: usize = 1_000;
const BATCH: usize = 10_000;
/// The e-mail address of the books' owner.
pub const EMAIL: &str = "bench@passbook.example";
/// The owner's password.
pub const PASSWORD: &str = "copper lantern walks north";
const KEY_FILE: &str = "api-key";

/// Books that have been written.
pub struct Books {
    /// The data directory.
    pub dir: PathBuf,
    /// The session cookie of their owner.
    pub cookie: String,
    /// An API key of the owner with the scope `read`.
    pub key: String,
}

/// Returns books with this many transactions of one person, who is logged in.
pub fn with(rows: usize) -> Outcome<Books> {
    let dir = home()?.join(format!("books-{rows}-{:016x}", schema()?));
    crate::runtime()?.block_on(async {
        if !dir.join("complete").exists() {
            println!("writing books of {rows} transactions, once …");
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(&dir)?;
            fill(&dir, rows).await?;
            fs::write(dir.join("complete"), "")?;
        }
        let cookie = log_in(&dir).await?;
        let key = fs::read_to_string(dir.join(KEY_FILE))?;
        Ok(Books { dir, cookie, key })
    })
}

/// Returns the directory of all books.
pub fn home() -> Outcome<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data");
    fs::create_dir_all(&home)?;
    Ok(home)
}

/// Returns a hash of the schemas and of this file; books with another hash are not reused.
fn schema() -> Outcome<u64> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["migrations", "crates/bank/migrations"] {
        for entry in fs::read_dir(home.join(folder))? {
            files.push(entry?.path());
        }
    }
    files.retain(|path| path.is_file());
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file)?.hash(&mut hasher);
    }
    include_str!("books.rs").hash(&mut hasher);
    Ok(hasher.finish())
}

/// Returns the context of the use-cases, with a bank at this address.
pub async fn context(dir: &Path, bank: &str) -> Outcome<Ctx> {
    let clock = Clock::system();
    let (calls, _) = tokio::sync::mpsc::unbounded_channel();
    let plaid = PlaidConfig {
        base_url: bank.parse()?,
        client_id: "bench".into(),
        secret: Secret::new("bench"),
        client_name: "Passbook".into(),
        country_codes: vec!["US".into()],
        language: "en".into(),
        redirect_uri: None,
        webhook: None,
    };
    let store = Store::open(&dir.join("passbook.db")).await?;
    Ok(Ctx {
        instance: store.instance().await?.into(),
        outbound: Outbound::new(false)?,
        store,
        providers: Providers::new(vec![Arc::new(Plaid::new(plaid, calls, clock.clone())?)]),
        built_in: None,
        demo: false,
        config: Arc::new(Config::from_source(|_| None)?),
        untrusted_proxy: Arc::default(),
        work: Arc::default(),
        metrics: Default::default(),
        vault: Vault::open(&dir.join("passbook.key"), true)?,
        rates: Arc::new(Rates::new(Vec::new(), &[])),
        sign_in: Arc::default(),
        clock,
    })
}

/// Signs a person up and links a bank that has not been synced.
pub async fn person_with_a_bank(ctx: &Ctx) -> Outcome<(User, ConnectionId)> {
    let user = User {
        id: UserId::generate(),
        email: EmailAddress::parse(EMAIL)?,
        user_name: None,
        first_name: PersonName::parse("Robin")?,
        last_name: PersonName::parse("Bench")?,
        birthday: None,
        created_at: ctx.clock.now(),
        role: Role::Person,
        password_version: 0,
        two_step: false,
    };
    let new = NewUser {
        user,
        password_hash: Some(password::hash(&Secret::new(PASSWORD), "").await?),
        identity: None,
        invitation_hash: None,
        only_as_first: false,
        visit: Visit::default(),
    };
    ctx.store.add_user(&new).await?;
    let (user, id) = (new.user, ConnectionId::generate());
    let sealed = ctx
        .vault
        .seal(&Secret::new("access-bench"), id.as_str(), user.id.as_str())?;
    let connection = NewConnection {
        id: &id,
        user_id: &user.id,
        link_id: &LinkId::generate(),
        provider: "plaid",
        item_id: "bench",
        institution_id: None,
        institution_name: "First Platypus Bank",
        webhook_url: None,
        sealed_token: &sealed,
        linked_anyway: false,
        now: ctx.clock.now(),
    };
    ctx.store.add_connection(&connection).await?;
    Ok((user, id))
}

async fn fill(dir: &Path, rows: usize) -> Outcome<()> {
    let ctx = context(dir, "http://127.0.0.1:9").await?;
    let (user, id) = person_with_a_bank(&ctx).await?;
    let (may, lasts) = (Scopes::from_iter([Scope::Read]), KeyLifetime::Unlimited);
    let key = api_keys::make(&ctx, &user, "Figures", may, Some(lasts)).await?;
    fs::write(dir.join(KEY_FILE), key.expose())?;
    let (now, today) = (ctx.clock.now(), ctx.clock.today());
    let long = now.checked_add(24.hours())?;
    let lease = ctx.store.claim_due(now, long).await?;
    let lease = lease.ok_or("the sync cannot be claimed")?;
    let accounts: Vec<FeedAccount> = (0..ACCOUNTS).map(account).collect();
    let facts = ConnectionFacts::default();
    let mut from = 0;
    while from < rows {
        let until = rows.min(from + BATCH);
        let upserts: Vec<_> = (from..until).map(|at| row(at, rows, today)).collect();
        let found = ctx.store.connection_to_sync(&id).await?;
        let (connection, _, cursor): (Connection, _, _) = found.ok_or("the connection is gone")?;
        let commit = SyncCommit {
            lease: &lease,
            connection: &connection,
            cursor_before: cursor.as_deref(),
            cursor_after: Some(&format!("{until}")),
            status: UpdateStatus::Historical,
            accounts: &accounts,
            former_accounts: &[],
            upserts: &upserts,
            set_aside: &[],
            whole: None,
            synced: true,
            cursor_lost: false,
            removed: &[],
            facts: &facts,
            now,
            today,
        };
        ctx.store.apply_sync(&commit).await?;
        from = until;
    }
    ctx.store
        .finish_job(&lease, &RunEnd::default(), now)
        .await?;
    ctx.store.close().await;
    Ok(())
}

/// Begins a new session each time, because old ones expire.
async fn log_in(dir: &Path) -> Outcome<String> {
    let ctx = context(dir, "http://127.0.0.1:9").await?;
    let known = ctx.store.user_to_log_in(EMAIL).await?;
    let (user, _) = known.ok_or("nobody is there")?;
    let sessions = Sessions {
        store: ctx.store.clone(),
        clock: ctx.clock.clone(),
    };
    let session = Session::new(None, Arc::new(sessions), None);
    auth::session::begin(&ctx, &session, &user).await?;
    session.save().await?;
    let id = session.id().ok_or("the session has no id")?;
    ctx.store.close().await;
    Ok(format!("{}={id}", auth::cookies::session(&ctx)))
}

const ACCOUNTS: usize = 6;

fn account(number: usize) -> FeedAccount {
    let balance = Money::new(123_456, Currency::from_storage("USD"));
    FeedAccount {
        provider_id: format!("account-{number}"),
        persistent_id: None,
        name: format!("Everyday {number}"),
        official_name: None,
        mask: Some(format!("{number:04}")),
        kind: AccountKind::from_word("depository"),
        subtype: Some("checking".into()),
        current: Some(balance.clone()),
        current_exact: None,
        available: Some(balance),
        limit: None,
    }
}

const CATEGORIES: [(&str, &str); 8] = [
    ("FOOD_AND_DRINK", "FOOD_AND_DRINK_GROCERIES"),
    ("FOOD_AND_DRINK", "FOOD_AND_DRINK_RESTAURANT"),
    ("TRANSPORTATION", "TRANSPORTATION_GAS"),
    ("GENERAL_MERCHANDISE", "GENERAL_MERCHANDISE_SUPERSTORES"),
    ("RENT_AND_UTILITIES", "RENT_AND_UTILITIES_RENT"),
    ("ENTERTAINMENT", "ENTERTAINMENT_MUSIC_AND_AUDIO"),
    ("INCOME", "INCOME_WAGES"),
    ("TRANSFER_OUT", "TRANSFER_OUT_ACCOUNT_TRANSFER"),
];
const NAMES: [&str; 12] = [
    "Corner Coffee",
    "Bean and Leaf",
    "Harbour Books",
    "Northern Rail",
    "Green Grocer",
    "City Water",
    "Old Mill Bakery",
    "Sunrise Pharmacy",
    "Lakeside Cinema",
    "Blue Door Clothing",
    "Maple Hardware",
    "Union Gas",
];

/// Returns the row at a place counted from the newest. Rows beyond the newest thousand are spread over the ten years
/// before those, however many they are.
fn row(at: usize, rows: usize, today: Date) -> FeedTransaction {
    let days_ago = if at < SAME {
        at / 4
    } else {
        SAME / 4 + (at - SAME) * 3_650 / (rows - SAME)
    };
    let is_old = at * 2 > rows;
    let name = NAMES[at * 7 % NAMES.len()];
    let mut words = format!("{name} {:05}", at * 7_919 % 100_000);
    if at.is_multiple_of(3) {
        words.push_str(" Market");
    }
    if is_old && at.is_multiple_of(25) {
        words.push_str(" Typewriter");
    }
    if is_old && at % (rows / 20) == 1 {
        words.push_str(" Zanzibar");
    }
    let (primary, detailed) = CATEGORIES[at * 5 % CATEGORIES.len()];
    let minor = i64::try_from(at * 131 % 25_000).unwrap_or(1) - 20_000;
    FeedTransaction {
        provider_id: format!("row-{at:09}"),
        account_provider_id: format!("account-{}", at % ACCOUNTS),
        pending_provider_id: None,
        date: today.saturating_sub(i64::try_from(days_ago).unwrap_or(0).days()),
        amount: Money::new(minor, Currency::from_storage("USD")),
        amount_exact: None,
        description: words.to_uppercase(),
        merchant: (!at.is_multiple_of(4)).then(|| name.to_owned()),
        category: Some(Category {
            primary: primary.into(),
            detailed: detailed.into(),
        }),
        pending: at < 3,
        details: DETAILS.into(),
    }
}

/// As long as the details that a bank sends with an ordinary row.
const DETAILS: &str = r#"{"authorized_date":"2026-11-18","authorized_datetime":null,"datetime":null,"payment_channel":"in store","location":{"address":"100 Main Street","city":"Springfield","region":"CA","postal_code":"94000","country":"US","lat":37.1,"lon":-122.2,"store_number":"0423"},"payment_meta":{"reference_number":null,"payer":null},"counterparties":[{"name":"Corner Coffee","type":"merchant","entity_id":"0kR2nQ1x","confidence_level":"VERY_HIGH"}],"check_number":null,"transaction_code":null}"#;
