//! Plaid (API version 2020-09-14), and servers that speak its wire, such as the built-in bank.
//!
//! People log in in Link, Plaid's pane or hosted page. Transactions are read by cursor. Wire types are private to this
//! room.

mod client;
mod convert;
mod handed_over;
mod limits;
mod link;
#[cfg(test)]
mod nulls;
mod paths;
mod problems;
mod webhook;
mod wire;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub use client::{Plaid, PlaidConfig};
pub use paths::NAME;
pub use problems::problem;

use client::Asked;

use crate::provider::{Begun, Key, Knock, LinkRequest, Provider, ReadFrom};
use domain::feed::{ConnectionFacts, FeedAccount, FeedPage, Institution};
use domain::id::ConnectionId;
use domain::link::{LinkResult, LinkState};
use domain::problem::{Grant, Problem};
use domain::provider::{Capabilities, Offered, Reads};
use domain::secret::Secret;
use domain::usage::Usage;
use domain::webhook::{Notice, Refusal, Verified};

/// The largest page of `/transactions/sync`. Fewer pages mean fewer chances that the data changes between two of them.
const PAGE: u32 = 500;

/// How long a page waits for room. A run of more pages than an Item may have in a minute continues in the next minute;
/// restarting it would get no further.
const ONE_WINDOW: SignedDuration = SignedDuration::from_secs(61);

/// Capital One has no real-time balances of cards, and refuses requests that do not say how old a balance may be
/// (plaid.com/docs/api/products/balance, `min_last_updated_datetime`).
const WANTS_OLDEST_BALANCE: &str = "ins_128026";
/// The oldest balance to accept. An old one is better than none, and is shown with its date.
const OLDEST_BALANCE: SignedDuration = SignedDuration::from_hours(365 * 24);

#[async_trait]
impl Provider for Plaid {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "Plaid"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            daily_refresh: false,
            extends_history: false,
            script_link: true,
            hosted_link: true,
            credentials: false,
            widget: false,
            search: true,
            repair: true,
            choose_accounts: true,
            paid_refresh: true,
            webhook_addresses: true,
            reads: Reads::Cursor,
        }
    }

    fn asked(&self, endpoint: &str) -> &'static str {
        paths::asked(endpoint)
    }

    fn usage(&self) -> Vec<Usage> {
        self.limits.usage(self.clock_now())
    }

    fn recall(&self, calls: &[(String, Option<ConnectionId>, Timestamp)]) {
        for (endpoint, connection, at) in calls {
            self.limits.recall(endpoint, connection.as_ref(), *at);
        }
    }

    async fn begin_link(&self, wanted: &LinkRequest<'_>) -> Result<Begun, Problem> {
        self.create_link_token(wanted).await
    }

    async fn link_state(&self, token: &Secret) -> Result<LinkState, Problem> {
        self.link_token_state(token).await
    }

    /// Plaid returns at most ten.
    async fn institutions(&self, name: &str, page: u32) -> Result<Offered, Problem> {
        if name.trim().is_empty() || page > 1 {
            return Ok(Offered::default());
        }
        let body = wire::SearchRequest {
            query: name,
            products: ["transactions"],
            country_codes: self.country_codes(),
            options: wire::InstitutionOptions {
                include_optional_metadata: true,
            },
        };
        let answer: wire::SearchAnswer = self.call("/institutions/search", None, &body).await?;
        let offered = answer
            .institutions
            .into_iter()
            .filter_map(convert::offered)
            .collect();
        Ok(Offered {
            institutions: offered,
            has_more: false,
        })
    }

    fn read_link_result(&self, public_token: Secret, said: &Value) -> LinkResult {
        handed_over::read_link_result(public_token, said)
    }

    fn told_problem(&self, code: &str, request_id: Option<String>) -> Problem {
        problem("", code, request_id)
    }

    async fn exchange(&self, public_token: &Secret) -> Result<Grant, Problem> {
        let public_token = public_token.expose();
        let body = wire::ExchangeRequest { public_token };
        let answer: wire::ExchangeAnswer = self
            .call("/item/public_token/exchange", None, &body)
            .await?;
        Ok(Grant {
            item_id: answer.item_id,
            access_token: Secret::new(answer.access_token),
        })
    }

    async fn facts(&self, key: Key<'_>) -> Result<ConnectionFacts, Problem> {
        let body = token_request(key);
        let answer: wire::ItemAnswer = self.call("/item/get", Some(key.connection), &body).await?;
        Ok(convert::facts(answer, key.connection))
    }

    async fn accounts(&self, key: Key<'_>) -> Result<Vec<FeedAccount>, Problem> {
        let body = token_request(key);
        let answer: wire::AccountsAnswer = self
            .call("/accounts/get", Some(key.connection), &body)
            .await?;
        Ok(answer.accounts.into_iter().map(convert::account).collect())
    }

    async fn page(
        &self,
        key: Key<'_>,
        from: ReadFrom<'_>,
        at: Option<&str>,
    ) -> Result<FeedPage, Problem> {
        let cursor = at.or(match from {
            ReadFrom::Cursor(cursor) => Some(cursor),
            ReadFrom::Beginning | ReadFrom::Day(_) => None,
        });
        self.changes(key, cursor).await
    }

    async fn refresh(&self, key: Key<'_>, institution: Option<&str>) -> Result<(), Problem> {
        let body = token_request(key);
        let _: wire::Nothing = self
            .call("/transactions/refresh", Some(key.connection), &body)
            .await?;
        // The next sync reads the fresh balances. If they fail, it still reads the rows that the refresh was paid for.
        if let Err(refusal) = self.balances_now(key, institution).await {
            tracing::warn!(connection = %key.connection, code = refusal.code,
                request_id = refusal.request_id, "the bank was not asked for balances");
        }
        Ok(())
    }

    async fn update_webhook(&self, key: Key<'_>, address: Option<&str>) -> Result<(), Problem> {
        let body = wire::WebhookRequest {
            access_token: key.token.expose(),
            webhook: address,
        };
        let _: wire::Nothing = self
            .call("/item/webhook/update", Some(key.connection), &body)
            .await?;
        Ok(())
    }

    async fn remove(&self, key: Key<'_>) -> Result<(), Problem> {
        let body = token_request(key);
        let _: wire::Nothing = self.call("/item/remove", None, &body).await?;
        Ok(())
    }

    async fn institution(&self, id: &str) -> Result<Institution, Problem> {
        let body = wire::InstitutionRequest {
            institution_id: id,
            country_codes: self.country_codes(),
            options: wire::InstitutionOptions {
                include_optional_metadata: true,
            },
        };
        let answer: wire::InstitutionAnswer =
            self.call("/institutions/get_by_id", None, &body).await?;
        Ok(convert::institution(id, answer.institution))
    }

    async fn verify_webhook(&self, knock: Knock<'_>, now: Timestamp) -> Result<Verified, Refusal> {
        self.verify(webhook::signature(knock.headers), knock.body, now)
            .await
    }

    fn read_webhook(&self, body: &[u8]) -> Notice {
        webhook::read_webhook(body)
    }
}

fn token_request<'a>(key: Key<'a>) -> wire::TokenRequest<'a> {
    wire::TokenRequest {
        access_token: key.token.expose(),
    }
}

impl Plaid {
    /// Fetches the accounts with real-time balances: a paid call that can take half a minute.
    async fn balances_now(
        &self,
        key: Key<'_>,
        institution: Option<&str>,
    ) -> Result<Vec<FeedAccount>, Problem> {
        let asks = institution == Some(WANTS_OLDEST_BALANCE);
        match self.balances(key, asks).await {
            // Another bank with the same demand says so, and a refused call costs nothing.
            Err(refusal) if !asks && refusal.code == "INVALID_FIELD" => {
                self.balances(key, true).await
            }
            answer => answer,
        }
    }

    /// Fetches balances. With `tells_oldest`, the request says how old a balance may be.
    async fn balances(
        &self,
        key: Key<'_>,
        tells_oldest: bool,
    ) -> Result<Vec<FeedAccount>, Problem> {
        let oldest = self.clock_now().checked_sub(OLDEST_BALANCE).ok();
        let body = wire::BalanceRequest {
            access_token: key.token.expose(),
            options: oldest
                .filter(|_| tells_oldest)
                .map(|oldest| wire::BalanceOptions {
                    min_last_updated_datetime: oldest.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                }),
        };
        let answer: wire::AccountsAnswer = self
            .call("/accounts/balance/get", Some(key.connection), &body)
            .await?;
        Ok(answer.accounts.into_iter().map(convert::account).collect())
    }

    /// Fetches one page of changes after a cursor, or from the beginning without one.
    async fn changes(&self, key: Key<'_>, cursor: Option<&str>) -> Result<FeedPage, Problem> {
        let body = wire::SyncRequest {
            access_token: key.token.expose(),
            cursor,
            count: PAGE,
            options: wire::SyncOptions {
                include_original_description: true,
            },
        };
        let asked = Asked {
            from_the_beginning: cursor.is_none(),
            waits_for_room: ONE_WINDOW,
            ..Asked::new("/transactions/sync", Some(key.connection))
        };
        let answer: Result<wire::SyncAnswer, Problem> = self.ask(asked, &body).await;
        convert::page(answer.map_err(|refusal| match cursor {
            Some(_) => problems::of_cursor(refusal),
            None => refusal,
        })?)
    }
}
