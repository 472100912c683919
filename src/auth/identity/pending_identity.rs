//! A verified identity that is not yet connected to a person. It is kept sealed in the session while the person
//! completes their profile, or logs in to the account that it will be connected to.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::auth::digest::random_code;
use crate::auth::{AuthError, sealed_session};
use crate::context::Ctx;
use domain::identity::{IdentityProvider, Profile, VerifiedIdentity};
use domain::user::{EmailAddress, PersonName};

/// How long an identity stays pending: long enough to find an invitation.
const LASTS: SignedDuration = SignedDuration::from_mins(30);
const SESSION_KEY: &str = "identity";

/// A pending identity, and the page that the person wanted.
#[derive(Clone, Debug)]
pub struct PendingIdentity {
    /// An id for the forms of its pages, so that a form in another tab is not taken for one about this identity.
    pub id: String,
    /// The identity.
    pub identity: VerifiedIdentity,
    /// The page to go to afterwards.
    pub next: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    birthday: Option<String>,
    raw: Box<serde_json::value::RawValue>,
    next: String,
    /// When it expires, in Unix milliseconds.
    until: i64,
}

/// Returns the identity that is pending on this browser.
///
/// # Errors
/// When the session cannot be read.
pub async fn pending(ctx: &Ctx, session: &Session) -> Result<Option<PendingIdentity>, AuthError> {
    let stored: Option<Stored> = sealed_session::get(ctx, session, SESSION_KEY).await?;
    let good = stored.filter(|stored| stored.until > ctx.clock.now().as_millisecond());
    Ok(good.and_then(Stored::into_pending))
}

/// Returns the pending identity if it has this id.
pub(super) async fn pending_with_id(
    ctx: &Ctx,
    session: &Session,
    id: &str,
) -> Result<Option<PendingIdentity>, AuthError> {
    let pending = pending(ctx, session).await?;
    Ok(pending.filter(|pending| pending.id == id))
}

/// The account that a pending identity's verified address belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// Whether it has a password.
    pub has_password: bool,
}

/// Returns the account that the pending identity can be connected to after a log-in, if there is one.
pub async fn account(ctx: &Ctx, pending: &PendingIdentity) -> Result<Option<Account>, AuthError> {
    let Some(email) = pending.verified_email() else {
        return Ok(None);
    };
    let found = ctx.store.user_to_log_in(&email.folded()).await?;
    Ok(found.map(|(_, hash)| Account {
        has_password: hash.is_some(),
    }))
}

/// Removes the pending identity from the session.
pub(super) async fn forget_pending(session: &Session) -> Result<(), AuthError> {
    sealed_session::remove(session, SESSION_KEY)
        .await
        .map(|_| ())
}

impl PendingIdentity {
    /// Makes an identity pending from now on.
    pub(super) fn new(identity: VerifiedIdentity, next: String) -> Result<Self, AuthError> {
        let id = random_code().map_err(|_| AuthError::Busy)?;
        Ok(Self { id, identity, next })
    }

    pub(super) async fn keep(&self, ctx: &Ctx, session: &Session) -> Result<(), AuthError> {
        let (profile, now) = (&self.identity.profile, ctx.clock.now());
        let raw = serde_json::value::RawValue::from_string(profile.raw.clone());
        let stored = Stored {
            id: self.id.clone(),
            provider: self.identity.provider.slug().to_owned(),
            issuer: self.identity.issuer.clone(),
            subject: profile.subject.clone(),
            email: profile.email.as_ref().map(|it| it.as_str().to_owned()),
            email_verified: profile.email_verified,
            first_name: text(&profile.first_name),
            last_name: text(&profile.last_name),
            birthday: profile.birthday.map(|day| day.to_string()),
            raw: raw.unwrap_or_default(),
            next: self.next.clone(),
            until: now.checked_add(LASTS).unwrap_or(now).as_millisecond(),
        };
        sealed_session::put(ctx, session, SESSION_KEY, &stored).await
    }

    /// Returns the e-mail address if the provider has verified it.
    #[must_use]
    pub fn verified_email(&self) -> Option<&EmailAddress> {
        let profile = &self.identity.profile;
        profile.email.as_ref().filter(|_| profile.email_verified)
    }
}

fn text(name: &Option<PersonName>) -> Option<String> {
    name.as_ref().map(|name| name.as_str().to_owned())
}

impl Stored {
    fn into_pending(self) -> Option<PendingIdentity> {
        let name = |text: Option<String>| PersonName::parse(&text?).ok();
        Some(PendingIdentity {
            id: self.id,
            identity: VerifiedIdentity {
                provider: IdentityProvider::from_slug(&self.provider)?,
                issuer: self.issuer,
                profile: Profile {
                    subject: self.subject,
                    email: self.email.and_then(|text| EmailAddress::parse(&text).ok()),
                    email_verified: self.email_verified,
                    first_name: name(self.first_name),
                    last_name: name(self.last_name),
                    birthday: self.birthday.and_then(|text| text.parse().ok()),
                    raw: self.raw.get().to_owned(),
                },
            },
            next: self.next,
        })
    }
}
