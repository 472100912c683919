//! Plaid (API version 2020-09-14), and whoever speaks its wire: the built-in bank does.

mod client;
mod convert;
mod limits;
mod link;
#[cfg(test)]
mod nulls;
mod number;
mod paths;
mod problems;
mod webhook;
mod wire;

use jiff::{SignedDuration, Timestamp};

pub use client::{Plaid, PlaidConfig};
pub use paths::asked;
pub use problems::problem;
pub use webhook::read_webhook;

use client::Asked;

use domain::feed::{ConnectionFacts, FeedAccount, FeedPage, Institution};
use domain::id::ConnectionId;
use domain::problem::{Grant, Problem};
use domain::secret::Secret;

/// The word for it where several providers are told apart: in the database, in addresses and in settings.
pub const NAME: &str = "plaid";

/// The most rows that `/transactions/sync` gives at once; fewer pages mean fewer chances that the data
/// changes between two of them.
const PAGE: u32 = 500;

/// A run of more pages than an Item may have in a minute goes on in the next one: begun anew it would come
/// no further.
const ONE_WINDOW: SignedDuration = SignedDuration::from_secs(61);

/// Capital One has no real-time balances of cards, and refuses to be asked without a word on how old a balance may
/// be (plaid.com/docs/api/products/balance, `min_last_updated_datetime`).
const WANTS_OLDEST_BALANCE: &str = "ins_128026";
/// An old balance is better than none: it is shown with its date.
const OLDEST_BALANCE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// What is asked of Link.
#[derive(Clone, Debug)]
pub struct LinkTokenRequest<'a> {
    /// The person, by an id that tells nothing about them.
    pub person: &'a str,
    /// The token of the connection to repair; `None` for a new bank.
    pub repair: Option<&'a Secret>,
    /// Let the person choose accounts again.
    pub choose_accounts: bool,
    /// Where Hosted Link comes back to; asks for a hosted page.
    pub hosted_return: Option<&'a str>,
}

/// What Link needs to begin.
#[derive(Clone, Debug)]
pub struct LinkToken {
    /// For the script.
    pub token: Secret,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// The hosted page, if one was asked for.
    pub hosted_url: Option<Secret>,
}

/// A connection's key, with its name for the record of calls.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The access token.
    pub token: &'a Secret,
    /// The connection.
    pub connection: &'a ConnectionId,
}

impl Plaid {
    /// Exchanges Link's one-time token for a lasting one.
    ///
    /// # Errors
    /// Plaid's refusal, by what is to be done about it.
    pub async fn exchange(&self, public_token: &str) -> Result<Grant, Problem> {
        let body = wire::ExchangeRequest { public_token };
        let answer: wire::ExchangeAnswer = self
            .call("/item/public_token/exchange", None, &body)
            .await?;
        Ok(Grant {
            item_id: answer.item_id,
            access_token: Secret::new(answer.access_token),
        })
    }

    /// What Plaid says of a connection as a whole.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn facts(&self, key: Key<'_>) -> Result<ConnectionFacts, Problem> {
        let body = wire::TokenRequest {
            access_token: key.token.expose(),
        };
        let answer: wire::ItemAnswer = self.call("/item/get", Some(key.connection), &body).await?;
        Ok(convert::facts(answer, key.connection))
    }

    /// The accounts with the balances that Plaid has in store; free.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn accounts(&self, key: Key<'_>) -> Result<Vec<FeedAccount>, Problem> {
        let body = wire::TokenRequest {
            access_token: key.token.expose(),
        };
        let answer: wire::AccountsAnswer = self
            .call("/accounts/get", Some(key.connection), &body)
            .await?;
        Ok(answer.accounts.into_iter().map(convert::account).collect())
    }

    /// The accounts with balances asked of the bank now; a paid call that may take half a minute.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn balances_now(
        &self,
        key: Key<'_>,
        institution: Option<&str>,
    ) -> Result<Vec<FeedAccount>, Problem> {
        let asks = institution == Some(WANTS_OLDEST_BALANCE);
        match self.balances(key, asks).await {
            // Another bank that wants to be told says so; a call that is refused is not paid for.
            Err(refusal) if !asks && refusal.code == "INVALID_FIELD" => {
                self.balances(key, true).await
            }
            answer => answer,
        }
    }

    /// With `tells_oldest`, how old a balance may be.
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

    /// Has Plaid ask the bank for new transactions; a paid call.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn refresh(&self, key: Key<'_>) -> Result<(), Problem> {
        let body = wire::TokenRequest {
            access_token: key.token.expose(),
        };
        let _: wire::Nothing = self
            .call("/transactions/refresh", Some(key.connection), &body)
            .await?;
        Ok(())
    }

    /// Tells Plaid where the webhooks of a connection go; nowhere without an address.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn update_webhook(&self, key: Key<'_>, address: Option<&str>) -> Result<(), Problem> {
        let body = wire::WebhookRequest {
            access_token: key.token.expose(),
            webhook: address,
        };
        let _: wire::Nothing = self
            .call("/item/webhook/update", Some(key.connection), &body)
            .await?;
        Ok(())
    }

    /// Ends a connection at Plaid for good.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn remove(&self, token: &Secret) -> Result<(), Problem> {
        let body = wire::TokenRequest {
            access_token: token.expose(),
        };
        let _: wire::Nothing = self.call("/item/remove", None, &body).await?;
        Ok(())
    }

    /// One page of changes after a cursor; from the beginning without one.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn page(&self, key: Key<'_>, cursor: Option<&str>) -> Result<FeedPage, Problem> {
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
            ..Asked::of("/transactions/sync", Some(key.connection))
        };
        let answer: Result<wire::SyncAnswer, Problem> = self.ask(asked, &body).await;
        convert::page(answer.map_err(|refusal| match cursor {
            Some(_) => problems::of_cursor(refusal),
            None => refusal,
        })?)
    }

    /// An institution with its logo.
    ///
    /// # Errors
    /// As [`Plaid::exchange`].
    pub async fn institution(&self, id: &str) -> Result<Institution, Problem> {
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
}
