//! Links whose log-in is typed here: the provider tries it at the bank, and the bank may challenge the person.
//!
//! Credentials are held in memory only, until the provider has them. So the connection is stored first, and the outcome
//! is shown there, also when the provider could not be reached or Passbook was stopped in between. The person then
//! types the log-in again.

use jiff::{SignedDuration, Timestamp};

use super::super::pace::after;
use super::super::sealed::seal;
use super::super::{SyncError, linked_or_linking};
use super::begin::{can, opened};
use super::granted::{begun, fail, go_on, keep_grant};
use super::key_of;
use crate::context::Ctx;
use domain::attempt::{AttemptState, LinkAttempt, LinkPurpose};
use domain::id::{ConnectionId, LinkId};
use domain::link::LinkState;
use domain::problem::{Problem, Reason};
use domain::provider::{Challenge, Typed};
use domain::secret::Secret;
use domain::user::User;
use providers::{LinkRequest, LinkWay, Provider};
use store::{NewConnection, NewLink};

/// How long Passbook waits for a bank before it gives up.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// How soon the provider is asked for the result of a log-in. No provider wants to be asked more often.
pub(super) const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(3);
/// When to look at an attempt after its last sign of life. No request takes that long, so it was cut short.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(120);

/// A bank to link, and what the person typed for it.
#[derive(Clone, Debug)]
pub struct TypedLink<'a> {
    /// The provider's name in code and addresses.
    pub provider: &'a str,
    /// The provider's id of the institution.
    pub institution_id: &'a str,
    /// The institution's name.
    pub institution_name: &'a str,
    /// What the person typed.
    pub typed: &'a [Typed],
}

/// The outcome of a typed log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedOutcome {
    /// The provider has received or refused it. The connection shows the result.
    Sent(ConnectionId),
    /// It was not sent: the bank of this connection is still being asked with an earlier log-in.
    BeingAsked(ConnectionId),
    /// It was not sent: this connection has this log-in, and works.
    Linked(ConnectionId),
}

impl TypedOutcome {
    /// Returns the connection.
    #[must_use]
    pub fn connection(&self) -> &ConnectionId {
        match self {
            Self::Sent(id) | Self::BeingAsked(id) | Self::Linked(id) => id,
        }
    }
}

/// Links a bank with what the person typed. The connection is stored at once, whatever the outcome. A second request
/// for the same institution, while its bank is being asked, returns the same connection.
///
/// # Errors
/// [`SyncError::Provider`] when the provider accepts no log-ins that are typed here, or already has this one.
pub async fn link_typed(
    ctx: &Ctx,
    user: &User,
    wanted: TypedLink<'_>,
) -> Result<TypedOutcome, SyncError> {
    let provider = ctx.providers.named(wanted.provider)?;
    let way = LinkWay::Credentials {
        institution: wanted.institution_id,
        typed: wanted.typed,
    };
    if !can(provider.capabilities(), &LinkPurpose::NewBank, way) {
        return Err(Problem::ours(Reason::NotSupported).into());
    }
    let id = ConnectionId::generate();
    let attempt = attempt(ctx, user, provider, &id);
    let sealed = seal(ctx, &Secret::default(), id.as_str(), user.id.as_str())?;
    let (institution, name) = (Some(wanted.institution_id), wanted.institution_name);
    let new = new_connection(ctx, &attempt, &id, institution, name, &sealed);
    if let Some(other) = begin(ctx, &attempt, Some(&new)).await? {
        return Ok(TypedOutcome::BeingAsked(other));
    }
    ask_bank(ctx, user, provider, &attempt, &id, None, way).await
}

/// Logs in at a connection's bank again, with what the person typed now.
///
/// # Errors
/// [`SyncError::NotFound`]; [`SyncError::NoLongerLinked`]; [`SyncError::Provider`] when the provider accepts no log-ins
/// that are typed here, or already has this one.
pub async fn log_in_again(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
    typed: &[Typed],
) -> Result<TypedOutcome, SyncError> {
    let (connection, token) = key_of(ctx, user, id).await?;
    let provider = ctx.providers.named(&connection.provider)?;
    let institution = connection.institution_id.as_deref().unwrap_or_default();
    let way = LinkWay::Credentials { institution, typed };
    if !can(
        provider.capabilities(),
        &LinkPurpose::Repair(id.clone()),
        way,
    ) {
        return Err(Problem::ours(Reason::NotSupported).into());
    }
    let attempt = attempt(ctx, user, provider, id);
    begin(ctx, &attempt, None).await?;
    let token = Some(&token).filter(|token| !token.expose().is_empty());
    ask_bank(ctx, user, provider, &attempt, id, token, way).await
}

/// Makes connections of what a person has linked or repaired on a provider's page inside ours, and returns them.
///
/// # Errors
/// The provider's refusal.
pub async fn take_links(
    ctx: &Ctx,
    user: &User,
    provider: &str,
) -> Result<Vec<ConnectionId>, SyncError> {
    let provider = ctx.providers.named(provider)?;
    let mut taken = Vec::new();
    for link in provider.links_of(user.id.as_str()).await? {
        let grant = provider.exchange(&link.public_token).await?;
        let known = ctx
            .store
            .connection_of_item(&user.id, provider.name(), &grant.item_id)
            .await?;
        let begun = begun(ctx, &link.public_token);
        if let Some(id) = known {
            if let TypedOutcome::Sent(id) = go_on(ctx, user, provider, id, &begun).await? {
                taken.push(id);
            }
            continue;
        }
        let id = ConnectionId::generate();
        let attempt = attempt(ctx, user, provider, &id);
        let institution = link.institution_id.as_deref();
        let name = link.institution_name.as_deref().unwrap_or("Your bank");
        let sealed = seal(ctx, &Secret::default(), id.as_str(), user.id.as_str())?;
        let new = new_connection(ctx, &attempt, &id, institution, name, &sealed);
        if begin(ctx, &attempt, Some(&new)).await?.is_none() {
            let kept = keep_grant(ctx, user, provider, &attempt, &id, &begun).await?;
            taken.push(kept.connection().clone());
        }
    }
    Ok(taken)
}

/// Returns a bank's challenges about a connection. Empty when there are none.
///
/// # Errors
/// [`SyncError::NotFound`]; the provider's refusal.
pub async fn challenges(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<Vec<Challenge>, SyncError> {
    linked_or_linking(ctx, user, id).await?;
    let Some((provider, token, _)) = under_way(ctx, user, id).await? else {
        return Ok(Vec::new());
    };
    Ok(match provider.link_state(&token).await? {
        LinkState::Challenged(challenges) => challenges,
        LinkState::Open | LinkState::Exited(_) | LinkState::Finished(_) => Vec::new(),
    })
}

/// Returns the URL of the bank's own log-in page, while it waits for the person there.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn own_login_url(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<Option<Secret>, SyncError> {
    linked_or_linking(ctx, user, id).await?;
    match ctx.store.attempt_under_way(&user.id, id).await? {
        Some(attempt) => Ok(opened(ctx, attempt).await?.hosted_url),
        None => Ok(None),
    }
}

/// Answers a bank's challenges about a connection.
///
/// # Errors
/// [`SyncError::NotFound`], also when the bank does not ask, or asks something else; the provider's refusal.
pub async fn answer_challenges(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
    answers: &[Typed],
) -> Result<(), SyncError> {
    linked_or_linking(ctx, user, id).await?;
    let under_way = under_way(ctx, user, id).await?;
    let (provider, token, attempt) = under_way.ok_or(SyncError::NotFound)?;
    let LinkState::Challenged(asked) = provider.link_state(&token).await? else {
        return Err(SyncError::NotFound);
    };
    let foreign = |answer: &Typed| !asked.iter().any(|challenge| challenge.id == answer.field);
    if answers.is_empty() || answers.iter().any(foreign) {
        return Err(SyncError::NotFound);
    }
    provider.answer(&token, answers).await?;
    let now = ctx.clock.now();
    // The worker may not have seen the challenge yet.
    ctx.store.challenge_link(&attempt.id, now).await?;
    let due = after(now, FIRST_LOOK);
    ctx.store.answer_link(&attempt.id, now, due).await?;
    ctx.work.notify_one();
    Ok(())
}

/// Returns when to look again at a bank that is being asked.
pub(in crate::sync) fn next_look(ctx: &Ctx, attempt: &LinkAttempt) -> Timestamp {
    let now = ctx.clock.now();
    let left = attempt.expires_at.duration_since(now);
    let pause = if left > PATIENCE - SignedDuration::from_secs(60) {
        FIRST_LOOK
    } else {
        FIRST_LOOK * 3
    };
    after(now, pause)
}

/// Has the provider try the log-in at the bank, and keeps the outcome.
async fn ask_bank(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    attempt: &LinkAttempt,
    id: &ConnectionId,
    repair: Option<&Secret>,
    way: LinkWay<'_>,
) -> Result<TypedOutcome, SyncError> {
    let wanted = LinkRequest {
        id: id.as_str(),
        person: user.id.as_str(),
        repair,
        choose_accounts: false,
        way,
    };
    let begun = match provider.begin_link(&wanted).await {
        Ok(begun) => begun,
        Err(problem) => {
            tracing::info!(connection = %id, code = problem.code, request_id = problem.request_id,
                "a bank was not asked with what was typed");
            fail(ctx, attempt, &problem).await?;
            if problem.reason == Reason::AlreadyLinked {
                // Another connection has this log-in, so this one would never work.
                ctx.store.drop_never_linked(&user.id, id).await?;
                return Err(problem.into());
            }
            return Ok(TypedOutcome::Sent(id.clone()));
        }
    };
    keep_grant(ctx, user, provider, attempt, id, &begun).await
}

/// Returns a connection's open attempt, with what is needed to ask its provider about it.
async fn under_way<'a>(
    ctx: &'a Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<Option<(&'a dyn Provider, Secret, LinkAttempt)>, SyncError> {
    let Some(attempt) = ctx.store.attempt_under_way(&user.id, id).await? else {
        return Ok(None);
    };
    let provider = ctx.providers.named(&attempt.provider)?;
    let link = opened(ctx, attempt).await?;
    Ok(link.token.map(|token| (provider, token, link.attempt)))
}

/// Makes an attempt to log in at a connection's bank.
pub(super) fn attempt(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    id: &ConnectionId,
) -> LinkAttempt {
    LinkAttempt {
        id: LinkId::generate(),
        user_id: user.id.clone(),
        provider: provider.name().to_owned(),
        purpose: LinkPurpose::Repair(id.clone()),
        typed: true,
        expires_at: after(ctx.clock.now(), PATIENCE),
        webhook_url: None,
        state: AttemptState::Open,
    }
}

/// Stores an attempt before the provider is asked. Returns the connection whose bank is already being asked, if there
/// is one.
pub(super) async fn begin(
    ctx: &Ctx,
    attempt: &LinkAttempt,
    connection: Option<&NewConnection<'_>>,
) -> Result<Option<ConnectionId>, SyncError> {
    let new = NewLink {
        link: attempt,
        token_hash: None,
        sealed_token: None,
        sealed_hosted_url: None,
    };
    let now = ctx.clock.now();
    let look_after = after(now, LOOK_AFTER);
    let begun = ctx
        .store
        .begin_typed_link(&new, connection, now, look_after)
        .await?;
    Ok(begun)
}

/// Makes a connection whose id at the provider is not known yet.
fn new_connection<'a>(
    ctx: &Ctx,
    attempt: &'a LinkAttempt,
    id: &'a ConnectionId,
    institution_id: Option<&'a str>,
    institution_name: &'a str,
    sealed_token: &'a [u8],
) -> NewConnection<'a> {
    NewConnection {
        id,
        user_id: &attempt.user_id,
        link_id: &attempt.id,
        provider: &attempt.provider,
        item_id: id.as_str(),
        institution_id,
        institution_name,
        sealed_token,
        webhook_url: None,
        linked_anyway: false,
        now: ctx.clock.now(),
    }
}
