//! Sign-ins begun on a browser that have not returned from the provider, kept sealed in the session.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::auth::{AuthError, sealed_session};
use crate::context::Ctx;
use domain::identity::AuthorizationRequest;

/// How long a person may stay at the provider.
const LASTS: SignedDuration = SignedDuration::from_mins(10);
const SESSION_KEY: &str = "sign_in";
/// The most pending sign-ins of a browser, one for each tab.
const MOST: usize = 4;
/// The most that all of them take up, in bytes of JSON. The bound is needed because anyone can begin one.
const LARGEST: usize = 8 << 10;
/// The longest `next`: it must fit an app's authorization request.
const LONGEST_NEXT: usize = 5_000;

/// The state needed to complete a sign-in when the browser returns.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PendingSignIn {
    pub(super) provider: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) redirect_uri: String,
    /// The page to go to afterwards.
    pub(super) next: String,
    pub(super) purpose: Purpose,
    /// When it expires, in Unix milliseconds.
    until: i64,
}

/// The purpose of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Purpose {
    LogIn,
    SignUp,
    /// Connects the identity to this person, who is logged in.
    Connect(String),
}

impl PendingSignIn {
    /// Makes a sign-in that begins now.
    pub(super) fn new(
        provider: &str,
        request: &AuthorizationRequest,
        redirect_uri: String,
        next: &str,
        purpose: Purpose,
    ) -> Self {
        Self {
            provider: provider.to_owned(),
            state: request.state.expose().to_owned(),
            nonce: request.nonce.expose().to_owned(),
            verifier: request.verifier.expose().to_owned(),
            redirect_uri,
            next: next.to_owned(),
            purpose,
            until: 0,
        }
    }

    /// Stores it beside the other pending sign-ins; the oldest are dropped first.
    pub(super) async fn keep(mut self, ctx: &Ctx, session: &Session) -> Result<(), AuthError> {
        let now = ctx.clock.now();
        let until = now.checked_add(LASTS).unwrap_or(now);
        self.until = until.as_millisecond();
        if self.next.len() > LONGEST_NEXT {
            self.next = "/".into();
        }
        let mut all = load_pending(ctx, session).await?;
        all.push(self);
        let length = |all: &[Self]| serde_json::to_string(all).map_or(0, |text| text.len());
        while all.len() > 1 && (all.len() > MOST || length(&all) > LARGEST) {
            all.remove(0);
        }
        sealed_session::put(ctx, session, SESSION_KEY, &all).await
    }

    /// Takes the sign-in with this provider and state; it cannot be used again. An unknown state leaves the others
    /// alone, because any site can send a browser here with one.
    pub(super) async fn take(
        ctx: &Ctx,
        session: &Session,
        provider: &str,
        state: &str,
    ) -> Result<Option<Self>, AuthError> {
        let mut all = load_pending(ctx, session).await?;
        let is_it = |one: &Self| {
            let same = verify_slices_are_equal(one.state.as_bytes(), state.as_bytes());
            same.is_ok() && one.provider == provider
        };
        let Some(at) = all.iter().position(is_it) else {
            return Ok(None);
        };
        let found = all.remove(at);
        sealed_session::put(ctx, session, SESSION_KEY, &all).await?;
        // Saved at once, so that it cannot be used again while the provider is asked.
        session.save().await?;
        Ok(Some(found))
    }
}

/// Returns the sign-ins that have not expired.
async fn load_pending(ctx: &Ctx, session: &Session) -> Result<Vec<PendingSignIn>, AuthError> {
    let all: Option<Vec<PendingSignIn>> = sealed_session::get(ctx, session, SESSION_KEY).await?;
    let now = ctx.clock.now().as_millisecond();
    let mut all = all.unwrap_or_default();
    all.retain(|one| one.until > now);
    Ok(all)
}
