//! Accounts: as rows, grouped by connection, and in detail.

use std::collections::HashSet;

use super::accounts_by_type::sums;
use super::attention::{attention, offers};
use super::challenges::say_who_is_asked;
use super::format::{as_of, figure, mark, when};
use super::history::freshness;
use super::net_worth::line;
use super::totals::Calendar;
use super::transactions::by_day;
use super::view::{AccountDetail, AccountRow, ConnectionCard, Figure};
use super::{LedgerError, PAGE};
use crate::context::Ctx;
use domain::account::{Account, AccountKind};
use domain::category::sentence;
use domain::connection::Connection;
use domain::id::{AccountId, ConnectionId};
use domain::job::JobKind;
use domain::money::Money;
use domain::page::cut;
use domain::user::User;
use domain::wording;
use store::{AccountWithConnection, Narrowing, Place};

/// Returns a person's connections with their accounts.
pub async fn connections(ctx: &Ctx, user: &User) -> Result<Vec<ConnectionCard>, LedgerError> {
    let accounts = ctx.store.accounts(&user.id).await?;
    connections_with(ctx, user, &accounts).await
}

/// Returns a person's connections with these accounts, which are all that they have.
pub(super) async fn connections_with(
    ctx: &Ctx,
    user: &User,
    accounts: &[AccountWithConnection],
) -> Result<Vec<ConnectionCard>, LedgerError> {
    let mut cards = all_connections(ctx, user, accounts).await?;
    cards.retain(has_something_to_show);
    Ok(cards)
}

/// Returns a connection that the person has ended; `None` while it is linked.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn ended_connection(
    ctx: &Ctx,
    user: &User,
    id: &str,
) -> Result<Option<ConnectionCard>, LedgerError> {
    let accounts = ctx.store.accounts(&user.id).await?;
    let cards = all_connections(ctx, user, &accounts).await?;
    let card = cards.into_iter().find(|card| card.id == id);
    let card = card.ok_or(LedgerError::NotFound)?;
    Ok(card.ended.is_some().then_some(card))
}

/// Whether a connection is listed. One that has ended is not if it was never linked, or if all its accounts were
/// matched with those of a later link.
pub(super) fn has_something_to_show(card: &ConnectionCard) -> bool {
    let was_linked = card.offers.unlink;
    card.ended.is_none() || (card.deleting && was_linked) || !card.accounts.is_empty()
}

async fn all_connections(
    ctx: &Ctx,
    user: &User,
    accounts: &[AccountWithConnection],
) -> Result<Vec<ConnectionCard>, LedgerError> {
    let connections = ctx.store.connections(&user.id).await?;
    let busy = ctx
        .store
        .busy_connections(&user.id, JobKind::Sync, ctx.clock.now())
        .await?;
    let mut cards: Vec<_> = cards(ctx, &connections, accounts, &busy).collect();
    say_who_is_asked(ctx, user, &connections, &mut cards).await?;
    Ok(cards)
}

/// Returns one account in detail.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn account(ctx: &Ctx, user: &User, id: &str) -> Result<AccountDetail, LedgerError> {
    let id = AccountId::parse(id).ok_or(LedgerError::NotFound)?;
    let accounts = ctx.store.accounts(&user.id).await?;
    let found = accounts
        .iter()
        .find(|a| a.account.id == id)
        .ok_or(LedgerError::NotFound)?;
    let connection = ctx
        .store
        .connection(&user.id, &found.account.connection_id)
        .await?
        .ok_or(LedgerError::NotFound)?;
    let mut snapshots = ctx.store.snapshots(&user.id).await?;
    snapshots.retain(|snapshot| snapshot.account_id == id);
    let currency = found.account.current.as_ref().map(|money| &money.currency);
    let last = found
        .account
        .closed_at
        .map_or(ctx.clock.today(), |closed| ctx.clock.date_of(closed));
    let line = currency.map_or_else(Vec::new, |currency| {
        line(currency, &snapshots, &Default::default(), last)
    });
    let narrowing = Narrowing {
        account: Some(id),
        ..Narrowing::default()
    };
    let rows = ctx
        .store
        .page_of_transactions(&user.id, &narrowing, &Place::First, PAGE + 1)
        .await?;
    let (rows, more) = cut(rows, PAGE, |_| ());
    let summary = ctx.store.summary(&user.id).await?;
    let calendar = Calendar::of_days(&summary, &narrowing, &rows).await?;
    Ok(AccountDetail {
        account: row(ctx, found, Some(&connection)),
        banks_name: found.account.name.clone(),
        own_name: found.account.own.name.clone().unwrap_or_default(),
        owed: owed(&found.account),
        connection_id: connection.id.to_string(),
        provider: ctx.providers.title_of(&connection.provider).to_owned(),
        syncs: connection.syncs(),
        deleting: is_being_deleted(&connection),
        attention: attention(ctx, &connection),
        facts: facts(ctx, &found.account, &connection),
        freshness: freshness(
            ctx,
            &connection,
            rows.first().map(|row| row.transaction.date),
        ),
        line,
        days: by_day(ctx, &rows, &calendar, &accounts),
        more: more.is_some(),
    })
}

/// Turns connections into cards.
pub(super) fn cards(
    ctx: &Ctx,
    connections: &[Connection],
    accounts: &[AccountWithConnection],
    busy: &HashSet<ConnectionId>,
) -> impl Iterator<Item = ConnectionCard> {
    connections.iter().map(move |connection| ConnectionCard {
        linked_anew: linked_anew(connection, connections),
        ..card(ctx, connection, accounts, busy)
    })
}

fn card(
    ctx: &Ctx,
    connection: &Connection,
    accounts: &[AccountWithConnection],
    busy: &HashSet<ConnectionId>,
) -> ConnectionCard {
    let ours: Vec<&AccountWithConnection> = accounts
        .iter()
        .filter(|a| a.account.connection_id == connection.id && !is_being_deleted(connection))
        .collect();
    let logo = ours.first().and_then(|a| a.logo_of.as_deref());
    ConnectionCard {
        id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        mark: mark(&connection.institution_name, logo),
        provider: ctx.providers.title_of(&connection.provider).to_owned(),
        synced: connection.last_synced_at.map(|at| when(&ctx.clock, at)),
        heard: connection
            .provider_updated_at
            .map(|at| when(&ctx.clock, at)),
        syncing: busy.contains(&connection.id),
        first_sync: connection.history_complete_at.is_none(),
        ended: ended(ctx, connection),
        deleting: is_being_deleted(connection),
        linked_anew: None,
        asking: None,
        attention: attention(ctx, connection),
        offers: offers(ctx, connection),
        sums: sums(ours.iter().map(|of| &of.account)),
        accounts: ours
            .into_iter()
            .map(|account| row(ctx, account, Some(connection)))
            .collect(),
    }
}

/// Returns the id of the connection that linked the bank of an ended one again.
fn linked_anew(ended: &Connection, all: &[Connection]) -> Option<String> {
    ended.unlink_asked_at?;
    let anew = all.iter().rev().find(|other| {
        other.unlink_asked_at.is_none()
            && other.history_complete_at.is_some()
            && other.provider == ended.provider
            && other.institution_name == ended.institution_name
    });
    anew.map(|other| other.id.to_string())
}

/// Whether the connection is being deleted and only the provider's confirmation is missing.
fn is_being_deleted(connection: &Connection) -> bool {
    connection.unlink_asked_at.is_some() && !connection.unlink_keeps_rows
}

/// Says how a connection ended; `None` while the person has not ended it.
fn ended(ctx: &Ctx, connection: &Connection) -> Option<String> {
    connection.unlink_asked_at?;
    if connection.linked_at.is_none() {
        return Some("It was never linked, so there was nothing to keep.".into());
    }
    Some(match connection.unlinked_at {
        Some(at) => {
            let day = wording::day(ctx.clock.date_of(at));
            format!("Unlinked on {day}. Your transactions and history are kept.")
        }
        None if is_being_deleted(connection) => {
            let provider = ctx.providers.title_of(&connection.provider);
            format!(
                "Being deleted. This finishes when {provider} confirms that the bank is unlinked."
            )
        }
        None => {
            let provider = ctx.providers.title_of(&connection.provider);
            format!(
                "Being unlinked. This finishes when {provider} confirms it. Your transactions and history are kept."
            )
        }
    })
}

pub(super) fn row(
    ctx: &Ctx,
    of: &AccountWithConnection,
    connection: Option<&Connection>,
) -> AccountRow {
    let account = &of.account;
    let synced = connection
        .and_then(|c| c.last_synced_at)
        .map_or(account.balance_at, |at| at.min(account.balance_at));
    AccountRow {
        id: account.id.to_string(),
        name: account.effective_name().to_owned(),
        mask: mask(account),
        kind: kind_words(account),
        institution: of.institution_name.clone(),
        mark: mark(&of.institution_name, of.logo_of.as_deref()),
        balance: account
            .current
            .as_ref()
            .filter(|_| !connection.is_some_and(is_being_deleted))
            .map(figure),
        as_of: as_of(&ctx.clock, account),
        detail: detail(account),
        synced: Some(when(&ctx.clock, synced)),
        closed: account.closed_at.is_some(),
        closed_words: closed_words(account, connection),
        hidden: account.own.hidden,
        left_out: account.own.left_out,
    }
}

/// Returns the last digits of an account's number as `••0000`; empty if they are unknown.
pub(super) fn mask(account: &Account) -> String {
    let digits = account.mask.as_deref().filter(|mask| !mask.is_empty());
    digits.map_or_else(String::new, |digits| format!("••{digits}"))
}

/// What is owed on a card or loan, without a sign; `None` if nothing is.
fn owed(account: &Account) -> Option<Figure> {
    let balance = account.current.as_ref().filter(|_| account.kind.is_debt());
    let owed = balance.filter(|money| money.minor < 0)?;
    let minor = owed.minor.saturating_neg();
    Some(figure(&Money::new(minor, owed.currency.clone())))
}

/// Says why an account is no longer listed.
fn closed_words(account: &Account, connection: Option<&Connection>) -> String {
    if account.closed_at.is_none() {
        return String::new();
    }
    match connection {
        Some(connection) if is_being_deleted(connection) => return "being deleted".into(),
        Some(connection) if connection.unlink_asked_at.is_some() => {
            return "no longer linked".into();
        }
        _ => {}
    }
    if account.unshared_at.is_some() {
        "no longer shared".into()
    } else {
        "no longer listed by the bank".into()
    }
}

/// Returns the one detail beside the balance that is worth a glance.
fn detail(account: &Account) -> String {
    let said =
        |word: &str, money: &Option<Money>| money.as_ref().map(|m| format!("{word} {}", m.text()));
    let detail = match account.kind {
        AccountKind::Credit => {
            said("limit", &account.limit).or_else(|| said("available", &account.available))
        }
        _ if account.available == account.current => None,
        _ => said("available", &account.available),
    };
    detail.unwrap_or_default()
}

fn kind_words(account: &Account) -> String {
    match account.subtype.as_deref().filter(|s| !s.is_empty()) {
        // Abbreviations such as IRA, HSA, CD and 401k are not words.
        Some(short) if short.len() <= 4 && !matches!(short, "auto" | "loan" | "roth") => {
            if short.chars().any(|c| c.is_ascii_digit()) {
                short.to_owned()
            } else {
                short.to_uppercase()
            }
        }
        Some(subtype) => sentence(subtype),
        None => sentence(account.kind.as_str()),
    }
}

fn facts(ctx: &Ctx, account: &Account, connection: &Connection) -> Vec<(String, String)> {
    let money = |money: &Option<Money>| money.as_ref().map(Money::text);
    let at = |moment| when(&ctx.clock, moment);
    let told = |moment: Option<jiff::Timestamp>| {
        moment.map(|moment| {
            let when = at(moment);
            format!("{} ({})", when.words, when.long)
        })
    };
    let facts = [
        ("Institution", Some(connection.institution_name.clone())),
        ("Official name", account.official_name.clone()),
        ("Account type", Some(kind_words(account))),
        ("Ends in", account.mask.clone()),
        ("Available", money(&account.available)),
        ("Limit", money(&account.limit)),
        ("Exact balance", account.current_exact.clone()),
        (
            if account.unshared_at.is_some() {
                "Not shared since"
            } else if connection.unlink_asked_at.is_some() {
                "Unlinked"
            } else {
                "Not listed since"
            },
            told(account.closed_at),
        ),
        (
            "Balance as of",
            told(account.current_at.or(Some(account.balance_at))),
        ),
    ];
    facts
        .into_iter()
        .filter_map(|(label, value)| Some((label.to_owned(), value?)))
        .collect()
}
