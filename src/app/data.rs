//! What the pages read. Each function checks its own user, because each is an address of its own; those of exchange rates
//! are open to anyone.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use super::error::PageError;
use super::rates::{self, HistoryFilter, LiveRates, RateHistory};
use super::visitor;
use crate::ledger::proof::view::{ActivityFilter, ActivityPage, CallPage, CheckReport};
use crate::ledger::view::{
    AccountDetail, ConnectionCard, Filter, Matching, Overview, Progress, TransactionDetail,
    TransactionPage,
};
use crate::notify::{EndpointDetail, EndpointRow};
use crate::{ledger, notify, sync};
use domain::id::ConnectionId;

/// Everything on the first page.
#[server(name = ReadOverview, prefix = "/data", endpoint = "overview", input = GetUrl)]
pub async fn overview() -> Result<Overview, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::overview(&ctx, &user).await?)
}

/// The connections with their accounts.
#[server(name = ReadConnections, prefix = "/data", endpoint = "connections", input = GetUrl)]
pub async fn connections() -> Result<Vec<ConnectionCard>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::connections(&ctx, &user).await?)
}

/// One account.
#[server(name = ReadAccount, prefix = "/data", endpoint = "account", input = GetUrl)]
pub async fn account(#[server(default)] id: String) -> Result<AccountDetail, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::account(&ctx, &user, &id).await?)
}

/// A connection that has ended; nothing while it is linked.
#[server(name = ReadEnded, prefix = "/data", endpoint = "ended", input = GetUrl)]
pub async fn ended(#[server(default)] id: String) -> Result<Option<ConnectionCard>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::ended_connection(&ctx, &user, &id).await?)
}

/// A page of transactions.
#[server(name = ReadTransactions, prefix = "/data", endpoint = "transactions", input = GetUrl)]
pub async fn transactions(#[server(default)] filter: Filter) -> Result<TransactionPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::transactions(&ctx, &user, &filter).await?)
}

/// One transaction.
#[server(name = ReadTransaction, prefix = "/data", endpoint = "transaction", input = GetUrl)]
pub async fn transaction(#[server(default)] id: String) -> Result<TransactionDetail, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::transaction(&ctx, &user, &id).await?)
}

/// How far a connection is; the live progress asks every second.
#[server(name = ReadProgress, prefix = "/data", endpoint = "progress", input = GetUrl)]
pub async fn progress(#[server(default)] id: String) -> Result<Progress, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&id).ok_or_else(|| PageError::NotFound.raised())?;
    Ok(sync::progress(&ctx, &user, &id).await?)
}

/// The addresses that are called when something happens.
#[server(name = ReadWebhooks, prefix = "/data", endpoint = "webhooks", input = GetUrl)]
pub async fn webhooks() -> Result<Vec<EndpointRow>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(notify::endpoints(&ctx, &user).await?)
}

/// One of them, with what was sent to it.
#[server(name = ReadWebhook, prefix = "/data", endpoint = "webhook", input = GetUrl)]
pub async fn webhook(
    #[server(default)] id: String,
    #[server(default)] before: String,
) -> Result<EndpointDetail, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(notify::endpoint(&ctx, &user, &id, &before).await?)
}

/// Which accounts of a bank that was linked anew were linked before.
#[server(name = ReadMatching, prefix = "/data", endpoint = "matching", input = GetUrl)]
pub async fn matching(#[server(default)] id: String) -> Result<Matching, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::matching(&ctx, &user, &id).await?)
}

/// A page of what happened.
#[server(name = ReadActivity, prefix = "/data", endpoint = "activity", input = GetUrl)]
pub async fn activity(
    #[server(default)] filter: ActivityFilter,
) -> Result<ActivityPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::activity(&ctx, &user, &filter).await?)
}

/// A page of what was asked of a bank.
#[server(name = ReadCalls, prefix = "/data", endpoint = "calls", input = GetUrl)]
pub async fn calls(
    #[server(default)] id: String,
    #[server(default)] failed: bool,
    #[server(default)] after: String,
) -> Result<CallPage, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::calls(&ctx, &user, &id, failed, &after).await?)
}

/// What the last comparison with a bank came to.
#[server(name = ReadCheck, prefix = "/data", endpoint = "check", input = GetUrl)]
pub async fn check(#[server(default)] id: String) -> Result<CheckReport, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    Ok(ledger::check(&ctx, &user, &id).await?)
}

/// The newest rate of a pair, and its last day.
#[server(name = ReadLiveRates, prefix = "/data", endpoint = "live-rates", input = GetUrl)]
pub async fn live_rates(#[server(default)] pair: String) -> Result<LiveRates, PageError> {
    rates::live(&visitor::ctx()?, &pair).await
}

/// A page of the kept rates of a pair.
#[server(name = ReadRateHistory, prefix = "/data", endpoint = "rate-history", input = GetUrl)]
pub async fn rate_history(
    #[server(default)] filter: HistoryFilter,
) -> Result<RateHistory, PageError> {
    rates::history(&visitor::ctx()?, &filter).await
}
