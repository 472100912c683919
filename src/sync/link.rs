//! From the button to the connection: beginning, finishing and leaving Link.

use tokio::sync::Mutex;

use super::{LinkExit, LinkOutcome, LinkPurpose, SyncError};
use crate::context::Ctx;
use crate::domain::id::{ConnectionId, LinkId};
use crate::domain::link::{LinkAttempt, LinkResult, LinkState, LinkedAccount};
use crate::domain::problem::{Grant, Problem};
use crate::domain::secret::Secret;
use crate::domain::user::User;
use crate::providers::plaid::{LinkTokenRequest, problem};
use crate::store::{AccountOfInstitution, NewConnection, StoreError};

/// Begins to link: asks the provider for a token. With `hosted`, for a page of the provider's too
/// (browsers without scripts), which comes back to `/link/{id}/return`.
///
/// # Errors
/// When the connection is not this person's, or the provider refuses.
pub async fn begin_link(
    ctx: &Ctx,
    user: &User,
    purpose: LinkPurpose,
    hosted: bool,
) -> Result<LinkAttempt, SyncError> {
    let id = LinkId::generate();
    let (connection_id, chooses_accounts) = match purpose {
        LinkPurpose::NewBank => (None, false),
        LinkPurpose::Repair(connection) => (Some(connection), false),
        LinkPurpose::AddAccounts(connection) => (Some(connection), true),
    };
    let repair = match &connection_id {
        Some(connection) => Some(token_of(ctx, user, connection).await?),
        None => None,
    };
    let hosted_return = hosted.then(|| format!("{}/link/{id}/return", ctx.config.base_url()));
    let wanted = LinkTokenRequest {
        person: user.id.as_str(),
        repair: repair.as_ref(),
        choose_accounts: chooses_accounts,
        hosted_return: hosted_return.as_deref(),
    };
    let token = ctx.providers.plaid.create_link_token(&wanted).await?;
    let attempt = LinkAttempt {
        id,
        user_id: user.id.clone(),
        connection_id,
        chooses_accounts,
        token: token.token,
        hosted_url: token.hosted_url,
        expires_at: token.expires_at,
        result_id: None,
        finished_at: None,
    };
    ctx.store.add_link(&attempt, ctx.clock.now()).await?;
    Ok(attempt)
}

/// The attempt with this id, if it is this person's; finished or not.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn link_attempt(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkAttempt, SyncError> {
    ctx.store
        .link(&user.id, id)
        .await?
        .ok_or(SyncError::NotFound)
}

/// The newest attempt of this person that is not finished: what an OAuth return goes on with.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn latest_attempt(ctx: &Ctx, user: &User) -> Result<LinkAttempt, SyncError> {
    ctx.store
        .newest_open_link(&user.id, ctx.clock.now())
        .await?
        .ok_or(SyncError::NotFound)
}

/// Ends an attempt with what Link's script handed over. Done twice, it has the same result.
///
/// # Errors
/// When the attempt is not this person's, or the provider refuses the exchange.
pub async fn finish_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    // The same form sent twice at once: the second waits for the first and finds the attempt finished. A
    // public token is good for one exchange.
    let _turn = turn_of(id).lock().await;
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = outcome_of(&attempt) {
        return Ok(outcome);
    }
    match &attempt.connection_id {
        Some(connection) => repaired(ctx, id, connection).await,
        None => link_new_bank(ctx, user, id, &result).await,
    }
}

/// Ends a link that a program began or did not begin here: it has a public token and what Link said, and
/// nothing that names the attempt. The newest one that is open is taken to be it, else one is noted now.
///
/// # Errors
/// As [`finish_link`].
pub async fn finish_link_of_program(
    ctx: &Ctx,
    user: &User,
    result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let now = ctx.clock.now();
    let open = ctx.store.newest_open_link(&user.id, now).await?;
    let id = match open.filter(|attempt| attempt.connection_id.is_none()) {
        Some(attempt) => attempt.id,
        None => {
            let id = LinkId::generate();
            let attempt = LinkAttempt {
                id: id.clone(),
                user_id: user.id.clone(),
                connection_id: None,
                chooses_accounts: false,
                // No token was asked for, and no webhook names one that is no token.
                token: format!("none-{id}"),
                hosted_url: None,
                expires_at: now,
                result_id: None,
                finished_at: None,
            };
            ctx.store.add_link(&attempt, now).await?;
            id
        }
    };
    finish_link(ctx, user, &id, result).await
}

/// The lock of an attempt. Two attempts may share one; then one of them waits for nothing. One process has
/// the database to itself, so its memory is the place.
fn turn_of(id: &LinkId) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];
    let sum: usize = id.as_str().bytes().map(usize::from).sum();
    &TURNS[sum % TURNS.len()]
}

/// Ends an attempt by asking the provider what came of it (Hosted Link).
///
/// # Errors
/// As [`finish_link`].
pub async fn finish_hosted(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    finish_by_asking(ctx, user, id, true).await
}

/// The same; with `attended`, an attempt that was left without a result is over. Without, its owner may
/// still open the provider's page again.
pub(super) async fn finish_by_asking(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = outcome_of(&attempt) {
        return Ok(outcome);
    }
    match (
        ctx.providers.plaid.link_state(&attempt.token).await?,
        &attempt.connection_id,
    ) {
        (LinkState::Open, _) => Ok(LinkOutcome::Open),
        (LinkState::Exited(_), _) if !attended => Ok(LinkOutcome::Exited(None)),
        (LinkState::Exited(problem), _) => {
            ctx.store.end_link(id, None, ctx.clock.now()).await?;
            Ok(LinkOutcome::Exited(
                problem.map(|p| sentence("Your bank", &p)),
            ))
        }
        (LinkState::Finished(_), Some(connection)) => repaired(ctx, id, connection).await,
        (LinkState::Finished(results), None) => match results.into_iter().next() {
            Some(result) => finish_link(ctx, user, id, result).await,
            None => Ok(LinkOutcome::Exited(None)),
        },
    }
}

/// Ends an attempt that led to nothing.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn exit_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    exit: LinkExit,
) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = outcome_of(&attempt) {
        return Ok(outcome);
    }
    ctx.store.end_link(id, None, ctx.clock.now()).await?;
    if exit.error_code.is_empty() {
        return Ok(LinkOutcome::Exited(None));
    }
    let name = if exit.institution.is_empty() {
        "Your bank"
    } else {
        &exit.institution
    };
    // Both come from the browser and go back to it: only what can be a code or a number stays.
    let request_id = Some(plain(&exit.request_id)).filter(|id| !id.is_empty());
    let problem = problem("", &plain(&exit.error_code), request_id);
    Ok(LinkOutcome::Exited(Some(sentence(name, &problem))))
}

/// What an attempt that is finished already came to.
fn outcome_of(attempt: &LinkAttempt) -> Option<LinkOutcome> {
    attempt.finished_at?;
    Some(match (&attempt.result_id, &attempt.connection_id) {
        (Some(id), None) => LinkOutcome::Linked(id.clone()),
        (Some(id), Some(_)) => LinkOutcome::Repaired(id.clone()),
        (None, _) => LinkOutcome::Exited(None),
    })
}

async fn repaired(
    ctx: &Ctx,
    id: &LinkId,
    connection: &ConnectionId,
) -> Result<LinkOutcome, SyncError> {
    ctx.store
        .end_link(id, Some(connection), ctx.clock.now())
        .await?;
    ctx.work.notify_one();
    Ok(LinkOutcome::Repaired(connection.clone()))
}

async fn link_new_bank(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    if let Some(outcome) = already_linked(ctx, user, result).await? {
        // Before the exchange there is no Item at the bank: dropping the token is all it takes.
        ctx.store.end_link(id, None, ctx.clock.now()).await?;
        return Ok(outcome);
    }
    let Grant {
        item_id,
        access_token,
    } = ctx.providers.plaid.exchange(&result.public_token).await?;
    let connection = ConnectionId::generate();
    let sealed = ctx
        .vault
        .seal(&access_token, connection.as_str(), user.id.as_str())
        .map_err(|_| problem("INVALID_INPUT", "KEY_DOES_NOT_SEAL", None))?;
    let new = NewConnection {
        id: &connection,
        user_id: &user.id,
        link_id: id,
        provider: "plaid",
        item_id: &item_id,
        institution_id: result.institution_id.as_deref(),
        institution_name: result.institution_name.as_deref().unwrap_or("Your bank"),
        sealed_token: &sealed,
        now: ctx.clock.now(),
    };
    match ctx.store.add_connection(&new).await {
        Ok(()) => {
            tracing::info!(user = %user.id, connection = %connection, institution = result.institution_id, "linked");
            ctx.work.notify_one();
            Ok(LinkOutcome::Linked(connection))
        }
        Err(StoreError::Taken(_)) => {
            Err(problem("INVALID_INPUT", "INVALID_PUBLIC_TOKEN", None).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether this bank is linked already: the same institution with an account of the same name, digits and
/// type. A second link of it would cost a second subscription and show every row twice.
async fn already_linked(
    ctx: &Ctx,
    user: &User,
    result: &LinkResult,
) -> Result<Option<LinkOutcome>, SyncError> {
    let Some(institution) = &result.institution_id else {
        return Ok(None);
    };
    let known = ctx
        .store
        .accounts_of_institution(&user.id, "plaid", institution)
        .await?;
    let same: Vec<&AccountOfInstitution> = known
        .iter()
        .filter(|known| result.accounts.iter().any(|new| is_same(known, new)))
        .collect();
    let Some(first) = same.first() else {
        return Ok(None);
    };
    let Some(connection_id) = ConnectionId::parse(&first.connection_id) else {
        return Ok(None);
    };
    Ok(Some(LinkOutcome::AlreadyLinked {
        connection_id,
        institution: first.institution_name.clone(),
        accounts: same
            .iter()
            .filter(|a| a.connection_id == first.connection_id)
            .map(|a| a.name.clone())
            .collect(),
    }))
}

fn is_same(known: &AccountOfInstitution, new: &LinkedAccount) -> bool {
    known.kind == new.kind && known.mask == new.mask && known.name == new.name
}

async fn token_of(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<Secret, SyncError> {
    let (connection, sealed, _) = ctx
        .store
        .connection_to_sync(id)
        .await?
        .ok_or(SyncError::NotFound)?;
    if connection.user_id != user.id || connection.unlink_asked_at.is_some() {
        return Err(SyncError::NotFound);
    }
    let token = ctx.vault.unseal(&sealed, id.as_str(), user.id.as_str());
    Ok(token.map_err(|_| problem("INVALID_INPUT", "KEY_DOES_NOT_OPEN", None))?)
}

pub(super) async fn refresh_at_bank(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
) -> Result<(), SyncError> {
    if !ctx.config.paid_refresh {
        return Err(SyncError::NotFound);
    }
    let token = token_of(ctx, user, id).await?;
    let key = crate::providers::plaid::Key {
        token: &token,
        connection: id,
    };
    ctx.providers.plaid.refresh(key).await?;
    // Fresh balances become the ones that the next sync reads.
    ctx.providers.plaid.balances_now(key).await?;
    super::request_sync(ctx, user, id).await
}

fn sentence(institution: &str, problem: &Problem) -> String {
    let quoted: String = institution.chars().take(80).collect();
    let number = problem
        .request_id
        .as_ref()
        .map_or(String::new(), |id| format!(", request {id}"));
    format!("{quoted} {} ({}{number})", problem.message, problem.code)
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
        .take(64)
        .collect()
}
