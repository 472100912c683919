//! The one transaction that writes a sync's rows, balances and cursor.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::FromRow;

use crate::books::after_sync;
use crate::books::rows::{Change, Rows};
use crate::books::set_aside;
use crate::books::sync_commit::{Applied, SyncCommit};
use crate::oversight::activity;
use crate::{Store, StoreError, Tx, jobs};
use domain::feed::{FeedAccount, UpdateStatus};
use domain::id::AccountId;
use domain::money::{Currency, Money};

impl Store {
    /// Writes the result of a run, atomically and idempotently.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker has taken over or the cursor has moved.
    pub async fn apply_sync(&self, commit: &SyncCommit<'_>) -> Result<Applied, StoreError> {
        let mut tx = self.begin().await?;
        jobs::hold(&mut tx, commit.lease).await?;
        hold_cursor(&mut tx, commit).await?;
        let accounts = apply_accounts(&mut tx, commit).await?;
        let applied = apply_rows(&mut tx, commit, &accounts).await?;
        set_aside::write(&mut tx, commit, &accounts).await?;
        apply_connection(&mut tx, commit).await?;
        after_sync::finish_sync(&mut tx, commit).await?;
        activity::record_sync(&mut tx, commit, applied).await?;
        tx.commit().await?;
        Ok(applied)
    }
}

/// Writes and removes rows. Pending rows come first, because posted ones refer to them, in whatever order the pages
/// list them. Removals come last, because a posted row takes over a pending one that is removed.
async fn apply_rows(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
    accounts: &HashMap<String, AccountId>,
) -> Result<Applied, StoreError> {
    let mut rows = Rows::load(tx, commit.connection, commit.now).await?;
    let mut applied = Applied::default();
    let pending = commit.upserts.iter().filter(|row| row.pending);
    let posted = commit.upserts.iter().filter(|row| !row.pending);
    for row in pending.chain(posted) {
        // Rows of unknown accounts are set aside.
        let Some(account) = accounts.get(&row.account_provider_id) else {
            continue;
        };
        match rows.upsert(account, row).await? {
            Change::Added => applied.added += 1,
            Change::Modified => applied.modified += 1,
            Change::Hidden => {}
        }
    }
    for provider_id in commit.removed {
        applied.removed += u64::from(rows.remove(provider_id).await?);
    }
    if let Some(whole) = commit.whole {
        let listed = commit.upserts.iter().map(|row| row.provider_id.as_str());
        let unreadable = commit.set_aside.iter().map(|row| row.key.as_str());
        let listed = listed.chain(unreadable).collect();
        let now_listed = commit.accounts.iter();
        let within = now_listed
            .filter_map(|a| accounts.get(&a.provider_id))
            .collect();
        applied.removed += rows.remove_absent(whole, &within, &listed).await?;
    }
    Ok(applied)
}

async fn hold_cursor(tx: &mut Tx, commit: &SyncCommit<'_>) -> Result<(), StoreError> {
    let stored: Option<Option<String>> =
        sqlx::query_scalar("SELECT cursor FROM connection WHERE id = $1")
            .bind(commit.connection.id.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    match stored {
        Some(cursor) if cursor.as_deref() == commit.cursor_before => Ok(()),
        _ => Err(StoreError::LeaseLost),
    }
}

/// Writes the accounts and their snapshots. Returns our account id for each provider id.
async fn apply_accounts(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
) -> Result<HashMap<String, AccountId>, StoreError> {
    let known: Vec<KnownAccount> = sqlx::query_as(
        "SELECT provider_id, id, currency, current, current_exact, current_at FROM account WHERE connection_id = $1",
    )
    .bind(commit.connection.id.as_str())
    .fetch_all(&mut **tx)
    .await?;
    let (mut ids, mut balances) = (HashMap::new(), HashMap::new());
    for account in known {
        let id = AccountId::parse(&account.id).ok_or(StoreError::Unreadable("account"))?;
        ids.insert(account.provider_id.clone(), id);
        balances.insert(account.provider_id, account.balance);
    }
    // An empty list says nothing: if a connection has no accounts, the provider reports a problem instead.
    if !commit.accounts.is_empty() {
        sqlx::query(
            "UPDATE account SET closed_at = COALESCE(closed_at, $1) WHERE connection_id = $2",
        )
        .bind(commit.now.as_millisecond())
        .bind(commit.connection.id.as_str())
        .execute(&mut **tx)
        .await?;
    }
    for (position, account) in commit.accounts.iter().enumerate() {
        let id = ids
            .entry(account.provider_id.clone())
            .or_insert_with(AccountId::generate)
            .clone();
        let before = balances.remove(&account.provider_id);
        let balance = Balance::last_known(account, before, commit.now);
        upsert_account(tx, commit, &id, account, position, &balance, None).await?;
        snapshot(tx, commit, &id, account).await?;
    }
    for account in commit.former_accounts {
        if !ids.contains_key(&account.provider_id) {
            let id = AccountId::generate();
            let balance = Balance::last_known(account, None, commit.now);
            let (position, closed_at) = (commit.accounts.len(), Some(commit.now));
            upsert_account(tx, commit, &id, account, position, &balance, closed_at).await?;
            ids.insert(account.provider_id.clone(), id);
        }
    }
    Ok(ids)
}

#[derive(FromRow)]
struct KnownAccount {
    provider_id: String,
    id: String,
    #[sqlx(flatten)]
    balance: Balance,
}

/// The balance columns of an account, with the time they were read.
#[derive(FromRow)]
struct Balance {
    currency: String,
    current: Option<i64>,
    current_exact: Option<String>,
    current_at: Option<i64>,
}

impl Balance {
    /// The balance reported now, otherwise the last known one. An account has one currency, so an earlier balance in
    /// another currency than the figures reported now is dropped.
    fn last_known(account: &FeedAccount, before: Option<Self>, now: Timestamp) -> Self {
        let figures = [&account.current, &account.available, &account.limit];
        let currency = figures.into_iter().flatten().next().map(|m| &m.currency);
        let said = Self {
            currency: currency.map(Currency::to_storage).unwrap_or_default(),
            current: account.current.as_ref().map(|money| money.minor),
            current_exact: account.current_exact.clone(),
            current_at: account.current.is_some().then(|| now.as_millisecond()),
        };
        match before {
            Some(before)
                if said.current.is_none()
                    && before.current.is_some()
                    && (currency.is_none() || before.currency == said.currency) =>
            {
                before
            }
            _ => said,
        }
    }
}

async fn upsert_account(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
    id: &AccountId,
    account: &FeedAccount,
    position: usize,
    balance: &Balance,
    closed_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let minor = |money: &Option<Money>| money.as_ref().map(|m| m.minor);
    sqlx::query(
        "INSERT INTO account (id, person_id, connection_id, provider_id, persistent_id, position, name, official_name, mask,
             kind, subtype, currency, current, current_exact, available, credit_limit, balance_at, closed_at, current_at)
         VALUES ($1, $2, $3, $4, $5, $6, COALESCE(NULLIF($7, ''), 'Account'), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         ON CONFLICT (connection_id, provider_id) DO UPDATE SET persistent_id = excluded.persistent_id,
             position = excluded.position, name = COALESCE(NULLIF($7, ''), account.name),
             official_name = excluded.official_name,
             mask = excluded.mask, kind = excluded.kind, subtype = excluded.subtype,
             currency = excluded.currency, current = excluded.current, current_exact = excluded.current_exact,
             available = excluded.available, credit_limit = excluded.credit_limit, balance_at = excluded.balance_at,
             closed_at = excluded.closed_at, current_at = excluded.current_at",
    )
    .bind(id.as_str())
    .bind(commit.connection.user_id.as_str())
    .bind(commit.connection.id.as_str())
    .bind(&account.provider_id)
    .bind(&account.persistent_id)
    .bind(i64::try_from(position).unwrap_or(i64::MAX))
    .bind(&account.name)
    .bind(&account.official_name)
    .bind(&account.mask)
    .bind(account.kind.as_str())
    .bind(&account.subtype)
    .bind(&balance.currency)
    .bind(balance.current)
    .bind(&balance.current_exact)
    .bind(minor(&account.available))
    .bind(minor(&account.limit))
    .bind(commit.now.as_millisecond())
    .bind(closed_at.map(|t| t.as_millisecond()))
    .bind(balance.current_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Stores one balance per account and day; the last of the day wins.
async fn snapshot(
    tx: &mut Tx,
    commit: &SyncCommit<'_>,
    id: &AccountId,
    account: &FeedAccount,
) -> Result<(), StoreError> {
    let Some(current) = &account.current else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO balance_snapshot (account_id, day, currency, current) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, day) DO UPDATE SET currency = excluded.currency, current = excluded.current",
    )
    .bind(id.as_str())
    .bind(commit.today.to_string())
    .bind(current.currency.to_storage())
    .bind(current.minor)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Stores the cursor and the connection's state. Success clears an earlier problem.
async fn apply_connection(tx: &mut Tx, commit: &SyncCommit<'_>) -> Result<(), StoreError> {
    let now = commit.now.as_millisecond();
    let complete = commit.status == UpdateStatus::Historical;
    let problem = commit.facts.problem.as_ref();
    sqlx::query(
        "UPDATE connection SET cursor = $1, update_status = $2,
             last_synced_at = CASE WHEN $17 THEN $3 ELSE last_synced_at END,
             history_complete_at = CASE WHEN $4 = 1 THEN COALESCE(history_complete_at, $3) ELSE history_complete_at END,
             seen_rows = (SELECT COUNT(*) FROM bank_transaction WHERE connection_id = $5 AND $6 = 1)
                 + CASE WHEN $6 = 1 THEN 0 ELSE seen_rows END,
             set_aside_rows = (SELECT COUNT(*) FROM set_aside_row WHERE connection_id = $5),
             provider_updated_at = COALESCE($7, provider_updated_at), consent_expires_at = $8,
             cursor_lost_at = CASE WHEN $15 = 1 THEN $3 ELSE cursor_lost_at END,
             institution_id = COALESCE($9, institution_id), institution_name = COALESCE($10, institution_name),
             problem_remedy = $11, problem_code = $12, problem_message = $13, problem_request_id = $14,
             problem_since = CASE WHEN $12 IS NULL THEN NULL WHEN problem_code = $12 THEN problem_since ELSE $3 END,
             problem_reason = $16
         WHERE id = $5",
    )
    .bind(commit.cursor_after)
    .bind(commit.status.as_str())
    .bind(now)
    .bind(i64::from(complete))
    .bind(commit.connection.id.as_str())
    // Rows are counted only during the first sync, because the number is not needed later and counting costs time in
    // each run.
    .bind(i64::from(commit.connection.history_complete_at.is_none()))
    .bind(commit.facts.provider_updated_at.map(|t| t.as_millisecond()))
    .bind(commit.facts.consent_expires_at.map(|t| t.as_millisecond()))
    .bind(&commit.facts.institution_id)
    .bind(&commit.facts.institution_name)
    .bind(problem.map(|p| p.remedy().as_str()))
    .bind(problem.map(|p| p.code.as_str()))
    .bind(problem.map(|p| p.message.as_str()))
    .bind(problem.and_then(|p| p.request_id.as_deref()))
    .bind(i64::from(commit.cursor_lost))
    .bind(problem.map(|p| p.reason.as_str()))
    .bind(commit.synced)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::account::AccountKind;

    fn said(current: Option<(i64, &str)>, available: Option<(i64, &str)>) -> FeedAccount {
        let money =
            |(minor, code): (i64, &str)| Money::new(minor, Currency::from_codes(Some(code), None));
        FeedAccount {
            provider_id: "one".into(),
            persistent_id: None,
            name: "Checking".into(),
            official_name: None,
            mask: None,
            kind: AccountKind::Depository,
            subtype: None,
            current: current.map(money),
            current_exact: None,
            available: available.map(money),
            limit: None,
        }
    }

    fn after(before: &FeedAccount, now: &FeedAccount) -> (String, Option<i64>, Option<i64>) {
        let [first, second] = [1, 2].map(|at| Timestamp::from_millisecond(at).expect("a moment"));
        let before = Balance::last_known(before, None, first);
        let now = Balance::last_known(now, Some(before), second);
        (now.currency, now.current, now.current_at)
    }

    #[test]
    fn a_balance_that_is_not_said_is_the_last_known_one_in_its_own_currency() {
        let dollars = said(Some((500, "USD")), None);
        let silent = said(None, None);
        let kept = ("USD".to_owned(), Some(500), Some(1));
        assert_eq!(after(&dollars, &silent), kept);
        assert_eq!(after(&dollars, &said(None, Some((7, "USD")))), kept);
        // An account has one currency: a figure in another one must not change the currency of the old balance.
        let euros = said(None, Some((7, "EUR")));
        assert_eq!(after(&dollars, &euros), ("EUR".to_owned(), None, None));
        let new = ("USD".to_owned(), Some(900), Some(2));
        assert_eq!(after(&silent, &said(Some((900, "USD")), None)), new);
        assert_eq!(after(&silent, &silent), (String::new(), None, None));
    }
}
