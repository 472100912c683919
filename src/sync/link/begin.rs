//! Begins link attempts.

use jiff::SignedDuration;

use super::super::SyncError;
use super::super::pace::after;
use super::super::sealed::{open, seal};
use super::{attempt, key_of, provider_title};
use crate::context::Ctx;
use domain::attempt::{AttemptState, LinkAttempt, LinkPurpose};
use domain::id::LinkId;
use domain::problem::{Problem, Reason, Remedy};
use domain::provider::Capabilities;
use domain::secret::{Secret, token_hash};
use domain::user::User;
use providers::{LinkRequest, LinkWay, Provider};
use store::NewLink;

/// The longest lifetime of an attempt, whatever the provider says: one that never ended would be checked forever.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An attempt with the secrets that open the provider's pane or page, as far as they are still kept.
#[derive(Clone, Debug)]
pub struct OpenedLink {
    /// The attempt.
    pub attempt: LinkAttempt,
    /// The provider's display name.
    pub provider_title: String,
    /// The provider's link token.
    pub token: Option<Secret>,
    /// The URL of the provider's page, for browsers without scripts.
    pub hosted_url: Option<Secret>,
}

/// Begins a link attempt: asks the provider for a link token. `hosted` is the base URL at which the person's browser
/// reaches Passbook; with it, the provider also makes a hosted page for browsers without scripts, which returns to
/// `/link/{id}/return` there.
///
/// # Errors
/// When the connection is not this person's, or the provider refuses.
pub async fn begin_link(
    ctx: &Ctx,
    user: &User,
    purpose: LinkPurpose,
    hosted: Option<&str>,
) -> Result<OpenedLink, SyncError> {
    let id = LinkId::generate();
    let back = hosted.map(|here| format!("{here}/link/{id}/return"));
    let way = back.as_deref().map_or(LinkWay::Script, LinkWay::Hosted);
    let repaired = repaired(ctx, user, &purpose).await?;
    let provider = match &repaired {
        Some((name, _)) => ctx.providers.named(name)?,
        None if hosted.is_some() => ctx.providers.first_that(|can| can.hosted_link)?,
        None => ctx.providers.first_that(|can| can.script_link)?,
    };
    let mut link = begin(ctx, user, provider, id, purpose, repaired.as_ref(), way).await?;
    if let Some(here) = hosted {
        link.hosted_url = link.hosted_url.map(|url| reached_at(ctx, url, here));
    }
    keep(ctx, &link).await?;
    Ok(link)
}

/// Returns the provider and key of the connection that is being repaired.
async fn repaired(
    ctx: &Ctx,
    user: &User,
    purpose: &LinkPurpose,
) -> Result<Option<(String, Secret)>, SyncError> {
    let Some(id) = purpose.connection() else {
        return Ok(None);
    };
    let (connection, token) = key_of(ctx, user, id).await?;
    Ok(Some((connection.provider, token)))
}

async fn begin(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    id: LinkId,
    purpose: LinkPurpose,
    repaired: Option<&(String, Secret)>,
    way: LinkWay<'_>,
) -> Result<OpenedLink, SyncError> {
    if !can(provider.capabilities(), &purpose, way) {
        return Err(Problem::ours(Reason::NotSupported).into());
    }
    let wanted = LinkRequest {
        id: id.as_str(),
        person: user.id.as_str(),
        repair: repaired.map(|(_, token)| token),
        choose_accounts: purpose.chooses_accounts(),
        way,
    };
    let begun = provider.begin_link(&wanted).await.map_err(not_begun)?;
    let webhook_url = ctx.config.webhook_url(provider.name());
    Ok(OpenedLink {
        attempt: LinkAttempt {
            id,
            user_id: user.id.clone(),
            provider: provider.name().to_owned(),
            purpose,
            typed: false,
            expires_at: begun.expires_at.min(after(ctx.clock.now(), LONGEST)),
            webhook_url: Some(webhook_url.unwrap_or_default()),
            state: AttemptState::Open,
        },
        provider_title: provider.title().to_owned(),
        token: Some(begun.token),
        hosted_url: begun.hosted_url,
    })
}

/// Whether a provider's capabilities cover this purpose and way.
pub(super) fn can(can: Capabilities, purpose: &LinkPurpose, way: LinkWay<'_>) -> bool {
    let purpose = match purpose {
        LinkPurpose::NewBank | LinkPurpose::NewBankAnyway => true,
        LinkPurpose::Repair(_) => can.repair,
        LinkPurpose::AddAccounts(_) => can.choose_accounts,
    };
    let way = match way {
        LinkWay::Script => can.script_link,
        LinkWay::Hosted(_) => can.hosted_link,
        LinkWay::Credentials { .. } => can.credentials,
    };
    purpose && way
}

/// Rewrites the address of the built-in bank's page. It is one of our own pages, but the bank does not know how this
/// person's browser reaches us.
fn reached_at(ctx: &Ctx, url: Secret, here: &str) -> Secret {
    let ours = ctx.config.base_url();
    match url.expose().strip_prefix(ours.as_str()) {
        Some(path) if ctx.config.built_in_bank => Secret::new(format!("{here}{path}")),
        _ => url,
    }
}

/// The problem of an attempt that could not begin. It is not retried in the background, so the person has to begin
/// again.
fn not_begun(refusal: Problem) -> Problem {
    let message = match refusal.remedy() {
        Remedy::Retry | Remedy::Restart => {
            "couldn’t be reached just now. Nothing was started. Try again in a minute."
        }
        Remedy::Wait => "isn’t responding. Nothing was started. Try again later.",
        _ => refusal.words_while_linking(),
    };
    Problem {
        message: message.to_owned(),
        ..refusal
    }
}

/// Stores a new attempt, with its secrets sealed.
pub(super) async fn keep(ctx: &Ctx, link: &OpenedLink) -> Result<(), SyncError> {
    let (row, owner) = (link.attempt.id.as_str(), link.attempt.user_id.as_str());
    let sealed = |secret: &Option<Secret>| {
        let sealed = secret.as_ref().map(|secret| seal(ctx, secret, row, owner));
        sealed.transpose()
    };
    let (sealed_token, sealed_hosted_url) = (sealed(&link.token)?, sealed(&link.hosted_url)?);
    let hash = link.token.as_ref();
    let hash = hash.map(|token| token_hash(token.expose()));
    let new = NewLink {
        link: &link.attempt,
        token_hash: hash.as_deref(),
        sealed_token: sealed_token.as_deref(),
        sealed_hosted_url: sealed_hosted_url.as_deref(),
    };
    Ok(ctx.store.begin_link(&new, ctx.clock.now()).await?)
}

/// Returns a person's attempt, finished or not, with the secrets for the page that opens it.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn attempt_to_open(ctx: &Ctx, user: &User, id: &LinkId) -> Result<OpenedLink, SyncError> {
    opened(ctx, attempt(ctx, user, id).await?).await
}

/// Returns the person's newest unfinished attempt with its secrets. An OAuth return continues it.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn latest_attempt(ctx: &Ctx, user: &User) -> Result<OpenedLink, SyncError> {
    let now = ctx.clock.now();
    let newest = ctx.store.newest_open_link(&user.id, now).await?;
    opened(ctx, newest.ok_or(SyncError::NotFound)?).await
}

/// Returns the attempt with its link token and hosted URL, as far as they are still kept.
pub(super) async fn opened(ctx: &Ctx, attempt: LinkAttempt) -> Result<OpenedLink, SyncError> {
    let (row, owner) = (attempt.id.as_str(), attempt.user_id.as_str());
    let sealed = ctx.store.sealed_link(&attempt.user_id, &attempt.id).await?;
    let secret = |sealed: Option<Vec<u8>>| {
        let secret = sealed.map(|sealed| open(ctx, &sealed, row, owner));
        secret.transpose()
    };
    Ok(OpenedLink {
        token: secret(sealed.sealed_token)?,
        hosted_url: secret(sealed.sealed_hosted_url)?,
        provider_title: provider_title(ctx, &attempt.provider),
        attempt,
    })
}
