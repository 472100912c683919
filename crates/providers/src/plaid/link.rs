//! Creates link tokens and reads the results of Link sessions.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Plaid;
use super::problems::told_problem;
use super::wire::ErrorBody;
use crate::null::{or_empty, or_none};
use crate::provider::{Begun, LinkRequest, LinkWay};
use domain::link::{LinkResult, LinkState, LinkedAccount};
use domain::problem::{Problem, Reason};
use domain::secret::Secret;

/// All history that Plaid gives (two years). More cannot be requested later.
const DAYS_REQUESTED: u16 = 730;

#[derive(Serialize)]
struct CreateRequest<'a> {
    client_name: &'a str,
    language: &'a str,
    country_codes: &'a [String],
    user: Person<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transactions: Option<TransactionOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<UpdateOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hosted_link: Option<HostedOptions<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    client_user_id: &'a str,
}

#[derive(Serialize)]
struct TransactionOptions {
    days_requested: u16,
}

#[derive(Serialize)]
struct UpdateOptions {
    account_selection_enabled: bool,
}

#[derive(Serialize)]
struct HostedOptions<'a> {
    completion_redirect_uri: &'a str,
}

#[derive(Deserialize)]
pub(super) struct CreateAnswer {
    link_token: String,
    #[serde(default)]
    expiration: Option<String>,
    #[serde(default)]
    hosted_link_url: Option<String>,
}

#[derive(Serialize)]
struct GetRequest<'a> {
    link_token: &'a str,
}

#[derive(Deserialize)]
pub(super) struct GetAnswer {
    #[serde(default, deserialize_with = "or_none")]
    link_sessions: Vec<Session>,
}

#[derive(Deserialize)]
struct Session {
    #[serde(default)]
    finished_at: Option<String>,
    #[serde(default)]
    exit: Option<Exit>,
    #[serde(default)]
    results: Option<Results>,
}

#[derive(Deserialize)]
struct Exit {
    #[serde(default)]
    error: Option<ErrorBody>,
}

#[derive(Deserialize)]
struct Results {
    #[serde(default, deserialize_with = "or_none")]
    item_add_results: Vec<AddResult>,
}

#[derive(Deserialize)]
struct AddResult {
    /// Without a token there is nothing to exchange.
    #[serde(default)]
    public_token: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    accounts: Vec<SessionAccount>,
    #[serde(default)]
    institution: Option<SessionInstitution>,
}

#[derive(Deserialize)]
struct SessionInstitution {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    institution_id: Option<String>,
}

#[derive(Deserialize)]
struct SessionAccount {
    #[serde(default, deserialize_with = "or_empty")]
    id: String,
    #[serde(default, deserialize_with = "or_empty")]
    name: String,
    #[serde(default)]
    mask: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "or_empty")]
    kind: String,
    #[serde(default)]
    subtype: Option<String>,
}

impl Plaid {
    /// Requests a link token.
    pub(super) async fn create_link_token(
        &self,
        wanted: &LinkRequest<'_>,
    ) -> Result<Begun, Problem> {
        let new = wanted.repair.is_none();
        let hosted_return = match wanted.way {
            LinkWay::Script => None,
            LinkWay::Hosted(back) => Some(back),
            LinkWay::Credentials { .. } => return Err(Problem::ours(Reason::NotSupported)),
        };
        let config = &self.config;
        let body = CreateRequest {
            client_name: &config.client_name,
            language: &config.language,
            country_codes: &config.country_codes,
            user: Person {
                client_user_id: wanted.person,
            },
            products: new.then_some(["transactions"]),
            transactions: new.then_some(TransactionOptions {
                days_requested: DAYS_REQUESTED,
            }),
            access_token: wanted.repair.map(|token| token.expose()),
            update: wanted.choose_accounts.then_some(UpdateOptions {
                account_selection_enabled: true,
            }),
            // It would have no effect in update mode.
            webhook: config.webhook.as_deref().filter(|_| new),
            redirect_uri: config
                .redirect_uri
                .as_deref()
                .filter(|_| hosted_return.is_none()),
            hosted_link: hosted_return.map(|uri| HostedOptions {
                completion_redirect_uri: uri,
            }),
        };
        let answer: CreateAnswer = self.call("/link/token/create", None, &body).await?;
        let lifetime = SignedDuration::from_mins(if new { 240 } else { 30 });
        let expires_at = answer
            .expiration
            .and_then(|text| text.parse::<Timestamp>().ok())
            .or_else(|| self.clock_now().checked_add(lifetime).ok())
            .unwrap_or(Timestamp::MAX);
        Ok(Begun {
            token: Secret::new(answer.link_token),
            expires_at,
            hosted_url: (answer.hosted_link_url)
                .filter(|url| leads_to_the_web(url))
                .map(Secret::new),
        })
    }

    /// Returns the state of a link token's sessions.
    pub(super) async fn link_token_state(&self, token: &Secret) -> Result<LinkState, Problem> {
        let body = GetRequest {
            link_token: token.expose(),
        };
        let answer: GetAnswer = self.call("/link/token/get", None, &body).await?;
        Ok(state(&answer))
    }
}

/// Whether a URL is safe to link to: `javascript:` would run in our page.
fn leads_to_the_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Returns the state of a link from its sessions.
pub(super) fn state(answer: &GetAnswer) -> LinkState {
    let results: Vec<LinkResult> = answer
        .link_sessions
        .iter()
        .filter_map(|session| session.results.as_ref())
        .flat_map(|results| &results.item_add_results)
        .filter_map(result)
        .collect();
    if !results.is_empty() {
        return LinkState::Finished(results);
    }
    // A person can leave and come back, so only the newest session counts.
    match answer.link_sessions.last() {
        Some(Session {
            finished_at: Some(_),
            exit,
            ..
        }) => {
            let error = exit
                .as_ref()
                .and_then(|e| e.error.as_ref())
                .filter(|e| !e.error_code.is_empty());
            LinkState::Exited(error.map(|e| told_problem(e, "/link/token/get", None)))
        }
        _ => LinkState::Open,
    }
}

fn result(added: &AddResult) -> Option<LinkResult> {
    let institution = added.institution.as_ref();
    let result = LinkResult {
        public_token: Secret::new(added.public_token.clone()?),
        institution_id: institution.and_then(|i| i.institution_id.clone()),
        institution_name: institution.and_then(|i| i.name.clone()),
        accounts: added
            .accounts
            .iter()
            .map(|account| LinkedAccount {
                provider_id: account.id.clone(),
                name: account.name.clone(),
                mask: account.mask.clone(),
                kind: account.kind.clone(),
                subtype: account.subtype.clone(),
            })
            .collect(),
    };
    Some(result.on_one_line())
}
