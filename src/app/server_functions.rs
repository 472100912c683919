//! The server functions that pages read through. Each has its own address and so checks the user itself; those for
//! exchange rates are open to anyone.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use super::error::PageError;
use super::rates::{self, HistoryFilter, LiveRates, RateHistory};
use super::visitor;
use crate::ledger::history::view::{ActivityFilter, ActivityPage, CallPage, CheckReport};
use crate::ledger::view::{
    AccountDetail, AccountsPage, ConnectionCard, Filter, Matching, Overview, Progress,
    TransactionDetail, TransactionPage,
};
use crate::outgoing_webhooks::{EndpointDetail, EndpointRow};
use crate::{ledger, outgoing_webhooks, sync};
use domain::id::ConnectionId;

/// Returns everything on the first page.
#[server(name = ReadOverview, prefix = "/data", endpoint = "overview", input = GetUrl)]
pub async fn overview() -> Result<Overview, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::overview(&ctx, &user).await?)
}

/// Returns the user's connections with their accounts.
#[server(name = ReadConnections, prefix = "/data", endpoint = "connections", input = GetUrl)]
pub async fn connections() -> Result<Vec<ConnectionCard>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::connections(&ctx, &user).await?)
}

/// Returns the user's accounts by type.
#[server(name = ReadAccounts, prefix = "/data", endpoint = "accounts", input = GetUrl)]
pub async fn accounts() -> Result<AccountsPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::accounts(&ctx, &user).await?)
}

/// Returns one account.
#[server(name = ReadAccount, prefix = "/data", endpoint = "account", input = GetUrl)]
pub async fn account(#[server(default)] id: String) -> Result<AccountDetail, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::account(&ctx, &user, &id).await?)
}

/// Returns a connection that has ended; `None` while it is linked.
#[server(name = ReadEnded, prefix = "/data", endpoint = "ended", input = GetUrl)]
pub async fn ended(#[server(default)] id: String) -> Result<Option<ConnectionCard>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::ended_connection(&ctx, &user, &id).await?)
}

/// Returns a page of transactions.
#[server(name = ReadTransactions, prefix = "/data", endpoint = "transactions", input = GetUrl)]
pub async fn transactions(#[server(default)] filter: Filter) -> Result<TransactionPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::transactions(&ctx, &user, &filter).await?)
}

/// Returns one transaction, with its neighbours in a list.
#[server(name = ReadTransaction, prefix = "/data", endpoint = "transaction", input = GetUrl)]
pub async fn transaction(
    #[server(default)] id: String,
    #[server(default)] filter: Filter,
) -> Result<TransactionDetail, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::transaction(&ctx, &user, &id, &filter).await?)
}

/// Returns how far a connection's first sync is. The live progress island calls this every second.
#[server(name = ReadProgress, prefix = "/data", endpoint = "progress", input = GetUrl)]
pub async fn progress(#[server(default)] id: String) -> Result<Progress, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&id).ok_or_else(|| PageError::NotFound.raised())?;
    Ok(sync::progress(&ctx, &user, &id).await?)
}

/// Returns the user's webhooks.
#[server(name = ReadWebhooks, prefix = "/data", endpoint = "webhooks", input = GetUrl)]
pub async fn webhooks() -> Result<Vec<EndpointRow>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(outgoing_webhooks::endpoints(&ctx, &user).await?)
}

/// Returns one webhook with its deliveries.
#[server(name = ReadWebhook, prefix = "/data", endpoint = "webhook", input = GetUrl)]
pub async fn webhook(
    #[server(default)] id: String,
    #[server(default)] before: String,
) -> Result<EndpointDetail, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(outgoing_webhooks::endpoint(&ctx, &user, &id, &before).await?)
}

/// Returns the earlier accounts that a newly linked bank's accounts may be.
#[server(name = ReadMatching, prefix = "/data", endpoint = "matching", input = GetUrl)]
pub async fn matching(#[server(default)] id: String) -> Result<Matching, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::matching(&ctx, &user, &id).await?)
}

/// Returns a page of the activity log.
#[server(name = ReadActivity, prefix = "/data", endpoint = "activity", input = GetUrl)]
pub async fn activity(
    #[server(default)] filter: ActivityFilter,
) -> Result<ActivityPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::activity(&ctx, &user, &filter).await?)
}

/// Returns a page of the calls made for a connection.
#[server(name = ReadCalls, prefix = "/data", endpoint = "calls", input = GetUrl)]
pub async fn calls(
    #[server(default)] id: String,
    #[server(default)] failed: bool,
    #[server(default)] after: String,
) -> Result<CallPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::calls(&ctx, &user, &id, failed, &after).await?)
}

/// Returns the result of the last comparison with a bank.
#[server(name = ReadCheck, prefix = "/data", endpoint = "check", input = GetUrl)]
pub async fn check(#[server(default)] id: String) -> Result<CheckReport, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::check(&ctx, &user, &id).await?)
}

/// Returns the newest rate of a pair and its last 24 hours.
#[server(name = ReadLiveRates, prefix = "/data", endpoint = "live-rates", input = GetUrl)]
pub async fn live_rates(#[server(default)] pair: String) -> Result<LiveRates, PageError> {
    rates::live(&visitor::ctx()?, &pair).await
}

/// Returns a page of the stored rates of a pair.
#[server(name = ReadRateHistory, prefix = "/data", endpoint = "rate-history", input = GetUrl)]
pub async fn rate_history(
    #[server(default)] filter: HistoryFilter,
) -> Result<RateHistory, PageError> {
    rates::history(&visitor::ctx()?, &filter).await
}
