//! An identity that a provider has told, and that is nobody's here yet: kept in the session while the person completes
//! their profile or logs in to their account.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::auth::{AuthError, kept};
use crate::context::Ctx;
use domain::identity::{IdentityProvider, Profile, VerifiedIdentity};
use domain::user::{EmailAddress, PersonName};

/// As long as a session lasts on which nobody is logged in.
const LASTS: SignedDuration = SignedDuration::from_hours(1);
const KEPT_AS: &str = "identity";

/// Who somebody is, and where they wanted to go.
#[derive(Clone, Debug)]
pub struct PendingIdentity {
    /// Who.
    pub told: VerifiedIdentity,
    /// The page to go to afterwards.
    pub next: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
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
    /// Milliseconds since the epoch.
    until: i64,
}

/// The identity that waits in this browser's session.
///
/// # Errors
/// When the session cannot be read.
pub async fn claimed(ctx: &Ctx, session: &Session) -> Result<Option<PendingIdentity>, AuthError> {
    let kept: Option<Kept> = kept::look(ctx, session, KEPT_AS).await?;
    let good = kept.filter(|kept| kept.until > ctx.clock.now().as_millisecond());
    Ok(good.and_then(Kept::read))
}

impl PendingIdentity {
    pub(super) async fn keep(&self, ctx: &Ctx, session: &Session) -> Result<(), AuthError> {
        let profile = &self.told.profile;
        let name = |name: &Option<PersonName>| name.as_ref().map(|it| it.as_str().to_owned());
        let raw = serde_json::value::RawValue::from_string(profile.raw.clone());
        let kept = Kept {
            provider: self.told.provider.word().to_owned(),
            issuer: self.told.issuer.clone(),
            subject: profile.subject.clone(),
            email: profile.email.as_ref().map(|it| it.as_str().to_owned()),
            email_verified: profile.email_verified,
            first_name: name(&profile.first_name),
            last_name: name(&profile.last_name),
            birthday: profile.birthday.map(|day| day.to_string()),
            raw: raw.unwrap_or_default(),
            next: self.next.clone(),
            until: (ctx.clock.now().checked_add(LASTS)).map_or(i64::MAX, |at| at.as_millisecond()),
        };
        kept::keep(ctx, session, KEPT_AS, &kept).await
    }

    /// The e-mail address, if the provider says that it is theirs.
    #[must_use]
    pub fn verified_email(&self) -> Option<&EmailAddress> {
        let profile = &self.told.profile;
        profile.email.as_ref().filter(|_| profile.email_verified)
    }
}

impl Kept {
    fn read(self) -> Option<PendingIdentity> {
        let name = |text: Option<String>| PersonName::parse(&text?).ok();
        Some(PendingIdentity {
            told: VerifiedIdentity {
                provider: IdentityProvider::from_word(&self.provider)?,
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
