//! The first page: net worth, connections, what needs attention, and the newest transactions.

use std::collections::{HashMap, HashSet};

use super::LedgerError;
use super::accounts::{cards, has_something_to_show, row};
use super::accounts_by_type::composition;
use super::attention::{lost_links, webhooks_off};
use super::challenges::say_who_is_asked;
use super::net_worth::net_worth;
use super::this_month::this_month;
use super::totals::Calendar;
use super::transactions::by_day;
use super::view::Overview;
use crate::context::Ctx;
use domain::account::Account;
use domain::job::JobKind;
use domain::money::Currency;
use domain::user::User;
use store::{Narrowing, Place};

/// How many of the newest transactions are on the first page.
const NEWEST: u32 = 12;

/// Returns everything on the first page.
pub async fn overview(ctx: &Ctx, user: &User) -> Result<Overview, LedgerError> {
    let connections = ctx.store.connections(&user.id).await?;
    let accounts = ctx.store.accounts(&user.id).await?;
    let snapshots = ctx.store.snapshots(&user.id).await?;
    let newest = ctx
        .store
        .page_of_transactions(&user.id, &Narrowing::default(), &Place::First, NEWEST)
        .await?;
    let busy = ctx
        .store
        .busy_connections(&user.id, JobKind::Sync, ctx.clock.now())
        .await?;
    let closed: HashMap<_, _> = accounts
        .iter()
        .filter_map(|a| {
            Some((
                a.account.id.clone(),
                ctx.clock.date_of(a.account.closed_at?),
            ))
        })
        .collect();
    let counted = accounts.iter().map(|a| &a.account);
    let counted = counted.filter(|account| !account.own.left_out);
    let counted: Vec<&Account> = counted.collect();
    let mut snapshots = snapshots;
    let ids: HashSet<_> = counted.iter().map(|account| &account.id).collect();
    snapshots.retain(|snapshot| ids.contains(&snapshot.account_id));
    let unsummed = accounts.iter().filter(|a| {
        a.account.closed_at.is_none()
            && a.account
                .current
                .as_ref()
                .is_some_and(|m| m.currency == Currency::Unknown)
    });
    let mut all: Vec<_> = cards(ctx, &connections, &accounts, &busy).collect();
    say_who_is_asked(ctx, user, &connections, &mut all).await?;
    let (ended, mut connections): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(has_something_to_show)
        .partition(|card| card.ended.is_some());
    for card in &mut connections {
        card.accounts.retain(|account| !account.hidden);
    }
    let summary = ctx.store.summary(&user.id).await?;
    let calendar = Calendar::of_days(&summary, &Narrowing::default(), &newest).await?;
    let mut attention: Vec<_> = connections
        .iter()
        .filter_map(|c| c.attention.clone())
        .collect();
    attention.extend(lost_links(ctx, user).await?);
    attention.extend(webhooks_off(ctx, user).await?);
    Ok(Overview {
        this_month: this_month(&summary, ctx.clock.today()).await?,
        composition: composition(&counted),
        net_worth: net_worth(&counted, &snapshots, &closed, &ctx.clock),
        unsummed: unsummed.map(|account| row(ctx, account, None)).collect(),
        attention,
        newest: by_day(ctx, &newest, &calendar, &accounts),
        connections,
        ended,
    })
}
