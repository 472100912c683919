//! Things to try with the built-in bank: something happens at the bank, and reaches Passbook as it would from any bank.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::{SyncError, linked_or_linking};
use crate::context::Ctx;
use domain::connection::Connection;
use domain::id::ConnectionId;
use domain::problem::{Problem, Remedy};
use domain::user::User;
use providers::{BuiltInBank, plaid};

/// The longest wait for the bank's webhook and the sync that follows. Both usually take less than a second.
const PATIENCE: Duration = Duration::from_secs(4);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Invented shops, each with the amount that leaves the account.
const SHOPS: [(&str, &str); 4] = [
    ("Corner Bakery", "4.80"),
    ("Paper Lantern Books", "18.25"),
    ("Night Owl Taxi", "11.40"),
    ("Green Apron Market", "32.15"),
];

/// What a person can try with their banks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TryThis {
    /// A connection that works.
    pub working: Option<Tried>,
    /// A connection that waits for a new log-in.
    pub expired: Option<Tried>,
}

/// A connection to try something with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its id.
    pub id: ConnectionId,
    /// Its institution's name.
    pub institution: String,
}

/// A purchase made at the built-in bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The shop.
    pub shop: &'static str,
    /// Whether it has reached Passbook.
    pub arrived: bool,
}

/// Returns what a person can try; `None` with a real provider, or before a bank's history has arrived.
///
/// # Errors
/// When the database fails.
pub async fn to_try(ctx: &Ctx, user: &User) -> Result<Option<TryThis>, SyncError> {
    if ctx.built_in.is_none() {
        return Ok(None);
    }
    let mut all = ctx.store.connections(&user.id).await?;
    all.retain(|one| can_be_tried(one) && one.history_complete_at.is_some());
    let first = |wanted: fn(&Connection) -> bool| {
        all.iter().find(|one| wanted(one)).map(|one| Tried {
            id: one.id.clone(),
            institution: one.institution_name.clone(),
        })
    };
    let tries = TryThis {
        working: first(|one| one.problem.is_none()),
        expired: first(is_expired),
    };
    Ok(Some(tries).filter(|it| it.working.is_some() || it.expired.is_some()))
}

/// Pays at an invented shop from one of a connection's accounts, and waits a little until the purchase has arrived here.
///
/// # Errors
/// [`SyncError::NotFound`], also with a real provider; [`SyncError::NoLongerLinked`]; the bank's refusal.
pub async fn make_purchase(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<Purchase, SyncError> {
    let (bank, connection) = at_bank(ctx, user, id).await?;
    let turn = usize::try_from(ctx.clock.now().as_second()).unwrap_or(0) % SHOPS.len();
    let (shop, amount) = SHOPS[turn];
    let fields = fields([
        ("item_id", connection.item_id.as_str()),
        ("amount", amount),
        ("description", shop.to_uppercase().as_str()),
        ("merchant_name", shop),
    ]);
    let answer = bank.call("/misbehave/transactions/add", fields).await?;
    let row = answer["transaction_id"].as_str().unwrap_or_default();
    let arrived = soon(|| async { Ok(ctx.store.has_row(id, row).await?) }).await?;
    Ok(Purchase { shop, arrived })
}

/// Makes a connection's log-in expire at the bank, and waits a little until Passbook knows. Returns the connection and
/// whether it does.
///
/// # Errors
/// As [`make_purchase`].
pub async fn expire_log_in(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<(Tried, bool), SyncError> {
    let (bank, connection) = at_bank(ctx, user, id).await?;
    bank.expire_log_in(&connection.item_id).await?;
    let known = soon(|| async {
        let now = ctx.store.connection(&user.id, id).await?;
        Ok(now.as_ref().is_some_and(is_expired))
    });
    let known = known.await?;
    let tried = Tried {
        id: connection.id,
        institution: connection.institution_name,
    };
    Ok((tried, known))
}

async fn at_bank<'a>(
    ctx: &'a Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<(&'a BuiltInBank, Connection), SyncError> {
    let bank = ctx.built_in.as_ref().ok_or(SyncError::NotFound)?;
    let connection = linked_or_linking(ctx, user, id).await?;
    match can_be_tried(&connection) {
        true => Ok((bank, connection)),
        false => Err(SyncError::NotFound),
    }
}

/// The banks on MX's wire have log-ins of another kind, which the test panel changes.
fn can_be_tried(connection: &Connection) -> bool {
    connection.provider == plaid::NAME && connection.syncs()
}

fn is_expired(connection: &Connection) -> bool {
    let remedy = connection.problem.as_ref().map(Problem::remedy);
    remedy == Some(Remedy::Repair)
}

fn fields<const N: usize>(fields: [(&str, &str); N]) -> Map<String, Value> {
    let each = fields.into_iter();
    each.map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// Looks until it is there, but not for long. Returns whether it is.
async fn soon<Looking>(look: impl Fn() -> Looking) -> Result<bool, SyncError>
where
    Looking: Future<Output = Result<bool, SyncError>>,
{
    let end = Instant::now() + PATIENCE;
    while !look().await? {
        if Instant::now() >= end {
            return Ok(false);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(true)
}
