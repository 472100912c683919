//! The files of the archive: what a person, their banks and their transactions look like in them. Tokens, password
//! hashes and anything else that opens a door are never among them.

use serde_json::{Value, json};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::context::Ctx;
use crate::ledger::records::{self, AccountRecord, ConnectionRecord, TransactionRecord};
use crate::ledger::{LedgerError, export};
use domain::identity::Identity;
use domain::money::Money;
use domain::page::cut;
use domain::user::User;
use store::{ActivityRecord, Narrowing, Position};

/// Rows that are read at once.
const LOT: u32 = 500;

/// A file of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    /// The person.
    Person,
    /// Their connections.
    Connections,
    /// Their accounts.
    Accounts,
    /// Their transactions, one JSON object a line.
    Transactions,
    /// The same for a spreadsheet.
    Spreadsheet,
    /// Their activity, one JSON object a line.
    Activity,
}

impl Contents {
    /// Every file, in the archive's order.
    pub(super) const ALL: [Self; 6] = [
        Self::Person,
        Self::Connections,
        Self::Accounts,
        Self::Transactions,
        Self::Spreadsheet,
        Self::Activity,
    ];

    /// The file's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Person => "person.json",
            Self::Connections => "connections.json",
            Self::Accounts => "accounts.json",
            Self::Transactions => "transactions.jsonl",
            Self::Spreadsheet => "transactions.csv",
            Self::Activity => "activity.jsonl",
        }
    }
}

/// Writes a file's contents.
///
/// # Errors
/// When the database or the disk fails.
pub(super) async fn write(
    ctx: &Ctx,
    user: &User,
    contents: Contents,
    file: &mut File,
) -> Result<(), LedgerError> {
    match contents {
        Contents::Person => {
            let identities = ctx.store.identities(&user.id).await?;
            whole(file, &person(user, &identities)).await
        }
        Contents::Connections => {
            let connections = records::connections(ctx, user).await?;
            whole(file, &connections.iter().map(connection).collect::<Value>()).await
        }
        Contents::Accounts => {
            let accounts = records::accounts(ctx, user).await?;
            whole(file, &accounts.iter().map(account).collect::<Value>()).await
        }
        Contents::Transactions => transactions(ctx, user, file).await,
        Contents::Spreadsheet => spreadsheet(ctx, user, file).await,
        Contents::Activity => activity(ctx, user, file).await,
    }
}

async fn whole(file: &mut File, value: &Value) -> Result<(), LedgerError> {
    file.write_all(format!("{value:#}\n").as_bytes()).await?;
    Ok(())
}

async fn line(file: &mut File, value: &Value) -> Result<(), LedgerError> {
    file.write_all(format!("{value}\n").as_bytes()).await?;
    Ok(())
}

async fn transactions(ctx: &Ctx, user: &User, file: &mut File) -> Result<(), LedgerError> {
    let all = Narrowing::default();
    let mut after: Option<Position> = None;
    loop {
        let (rows, next) = records::transactions(ctx, user, &all, after.as_ref(), LOT).await?;
        for row in &rows {
            line(file, &transaction(row)).await?;
        }
        match next {
            Some(position) => after = Some(position),
            None => return Ok(()),
        }
    }
}

async fn spreadsheet(ctx: &Ctx, user: &User, file: &mut File) -> Result<(), LedgerError> {
    let mut pages = export::all_of(ctx, user).await?;
    while let Some(page) = pages.page().await? {
        file.write_all(&page).await?;
    }
    Ok(())
}

async fn activity(ctx: &Ctx, user: &User, file: &mut File) -> Result<(), LedgerError> {
    let mut before: Option<i64> = None;
    loop {
        let entries = ctx.store.page_of_activity(&user.id, None, before, LOT + 1);
        let (entries, next) = cut(entries.await?, LOT, |last| last.id);
        for it in &entries {
            line(file, &entry(it)).await?;
        }
        match next {
            Some(id) => before = Some(id),
            None => return Ok(()),
        }
    }
}

fn person(user: &User, identities: &[Identity]) -> Value {
    let identity = |it: &Identity| {
        json!({
            "provider": it.provider.slug(),
            "issuer": it.issuer,
            "email": it.email,
            "connected_at": it.connected_at.to_string(),
        })
    };
    json!({
        "id": user.id.as_str(),
        "email": user.email.as_str(),
        "username": user.user_name.as_ref().map(|name| name.as_str()),
        "first_name": user.first_name.as_str(),
        "last_name": user.last_name.as_str(),
        "birthday": user.birthday.map(|day| day.to_string()),
        "signed_up_at": user.created_at.to_string(),
        "log_in_methods": identities.iter().map(identity).collect::<Value>(),
    })
}

fn connection(of: &ConnectionRecord) -> Value {
    let it = &of.connection;
    json!({
        "id": it.id.as_str(),
        "provider": it.provider,
        "institution_id": it.institution_id,
        "institution": it.institution_name,
        "created_at": it.created_at.to_string(),
        "last_synced_at": it.last_synced_at.map(|at| at.to_string()),
        "consent_expires_at": it.consent_expires_at.map(|at| at.to_string()),
        "problem": it.problem.as_ref().map(|problem| problem.code.clone()),
        "unlink_asked_at": it.unlink_asked_at.map(|at| at.to_string()),
        "unlinked_at": it.unlinked_at.map(|at| at.to_string()),
    })
}

fn account(of: &AccountRecord) -> Value {
    let it = &of.account;
    json!({
        "id": it.id.as_str(),
        "connection_id": it.connection_id.as_str(),
        "institution": of.institution_name,
        "name": it.name,
        "official_name": it.official_name,
        "ends_in": it.mask,
        "type": it.kind.as_str(),
        "subtype": it.subtype,
        "current": it.current.as_ref().map(money),
        "available": it.available.as_ref().map(money),
        "limit": it.limit.as_ref().map(money),
        "balance_at": it.balance_at.to_string(),
        "closed_at": it.closed_at.map(|at| at.to_string()),
        "own": {
            "name": it.own.name,
            "hidden": it.own.hidden,
            "left_out_of_net_worth": it.own.left_out,
        },
    })
}

fn transaction(of: &TransactionRecord) -> Value {
    let it = &of.transaction;
    json!({
        "id": it.id.as_str(),
        "account_id": it.account_id.as_str(),
        "account": of.account_name,
        "institution": of.institution_name,
        "date": it.date.to_string(),
        "amount": it.amount.to_decimal().to_string(),
        "currency": it.amount.currency.code(),
        "amount_exact": it.amount_exact,
        "description": it.description,
        "merchant": it.merchant,
        "category": it.category.as_ref().map(|category| json!({
            "primary": category.primary,
            "detailed": category.detailed,
        })),
        "own": {
            "name": it.own.name,
            "category": it.own.category,
            "note": it.own.note,
            "tags": it.own.tags,
        },
        "transfer_with": it.transfer.as_ref().map(|other| other.id.as_str()),
        "pending": it.pending,
        "details": serde_json::from_str::<Value>(&it.details).ok(),
    })
}

fn entry(it: &ActivityRecord) -> Value {
    let facts = it.event.facts().into_iter();
    let facts: serde_json::Map<String, Value> = facts
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    json!({
        "happened_at": it.happened_at.to_string(),
        "event": it.event.word(),
        "connection_id": it.connection_id.as_ref().map(|id| id.as_str()),
        "institution": it.institution_name,
        "facts": facts,
    })
}

fn money(money: &Money) -> Value {
    json!({
        "amount": money.to_decimal().to_string(),
        "currency": money.currency.code(),
    })
}
