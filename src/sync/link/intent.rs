//! Stores the intent to exchange a public token before the exchange.

use super::super::SyncError;
use super::super::sealed::{open, seal};
use crate::context::Ctx;
use domain::attempt::{AttemptState, LinkAttempt, LinkPurpose};
use domain::id::LinkId;
use domain::link::LinkResult;
use domain::user::User;
use providers::Provider;
use store::{Intent, NewLink};

/// A bank to be linked, and the token to exchange for it.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub result: &'a LinkResult,
    /// The hash of the public token.
    pub mark: &'a str,
    /// Whether to link it even though it looks like a bank that is already linked.
    pub anyway: bool,
}

impl<'a> Wanted<'a> {
    /// Returns the intent to store for an attempt. `sealed` is the public token.
    pub(super) fn intent(self, attempt: &'a LinkAttempt, sealed: &'a [u8]) -> Intent<'a> {
        Intent {
            link: &attempt.id,
            token_hash: self.mark,
            sealed_public_token: sealed,
            institution_id: self.result.institution_id.as_deref(),
            institution_name: self.result.institution_name.as_deref(),
            links_anyway: self.anyway,
        }
    }

    fn purpose(self) -> LinkPurpose {
        if self.anyway {
            LinkPurpose::NewBankAnyway
        } else {
            LinkPurpose::NewBank
        }
    }
}

/// Stores the intent and returns the attempt that will exchange this token: the one that the token came with, or a new
/// one if that has another token or is over.
pub(super) async fn intend(
    ctx: &Ctx,
    user: &User,
    came_with: Option<&LinkAttempt>,
    provider: &dyn Provider,
    wanted: Wanted<'_>,
) -> Result<LinkAttempt, SyncError> {
    if let Some(attempt) = came_with
        && write_down(ctx, user, attempt, wanted).await?
    {
        return Ok(LinkAttempt {
            purpose: wanted.purpose(),
            ..attempt.clone()
        });
    }
    let attempt = own_attempt(ctx, user, provider, wanted.purpose());
    let sealed = seal_token(ctx, user, &attempt, wanted.result)?;
    let new = NewLink {
        link: &attempt,
        // No link token was requested here.
        token_hash: None,
        sealed_token: None,
        sealed_hosted_url: None,
    };
    let (intent, now) = (wanted.intent(&attempt, &sealed), ctx.clock.now());
    ctx.store.begin_intended_link(&new, &intent, now).await?;
    Ok(LinkAttempt {
        state: AttemptState::Intended,
        ..attempt
    })
}

/// Makes an attempt for a token that comes from a program, or from a session that gave several. Only its public token
/// identifies it, so it does not expire.
fn own_attempt(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    purpose: LinkPurpose,
) -> LinkAttempt {
    LinkAttempt {
        id: LinkId::generate(),
        user_id: user.id.clone(),
        provider: provider.name().to_owned(),
        purpose,
        typed: false,
        expires_at: ctx.clock.now(),
        webhook_url: None,
        state: AttemptState::Open,
    }
}

/// Stores the intent. `false` when the attempt is not free for it.
async fn write_down(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    wanted: Wanted<'_>,
) -> Result<bool, SyncError> {
    let sealed = seal_token(ctx, user, attempt, wanted.result)?;
    let intent = wanted.intent(attempt, &sealed);
    Ok(ctx.store.intend_exchange(&intent, ctx.clock.now()).await?)
}

pub(super) fn seal_token(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    result: &LinkResult,
) -> Result<Vec<u8>, SyncError> {
    let (token, row, owner) = (&result.public_token, &attempt.id, &user.id);
    Ok(seal(ctx, token, row.as_str(), owner.as_str())?)
}

/// Returns the token that an attempt is to exchange or holds, with the rest of the link result.
pub(super) async fn written_down(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkResult>, SyncError> {
    let Some((sealed, institution_id, institution_name)) =
        ctx.store.intended_exchange(&attempt.id).await?
    else {
        return Ok(None);
    };
    let public_token = open(ctx, &sealed, attempt.id.as_str(), user.id.as_str())?;
    Ok(Some(LinkResult {
        public_token,
        institution_id,
        institution_name,
        accounts: Vec::new(),
    }))
}
