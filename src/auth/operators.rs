//! Who runs this Passbook. An operator is appointed on the command line, or by a code that the program prints while
//! there is no operator. The demo person is never one, because its password is public.

use jiff::{SignedDuration, Timestamp};

use super::digest::{hash, random_code};
use super::reset_password::{CODE_PAGE, code_for_admin};
use crate::config::Config;
use crate::context::Ctx;
use domain::activity::Event;
use domain::clock::Clock;
use domain::secret::Secret;
use domain::user::{EmailAddress, Role, User};
use store::{Claim, Grant, Store, StoreError};

/// How long a printed code is valid. The person who starts the program is there to enter it.
const CODE_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Why a person is not made an operator. Each message is a sentence for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// No person has this e-mail address.
    #[error(
        "no one has signed up as {0}. Sign up first; `passbook admin list` shows who is an admin."
    )]
    Unknown(String),
    /// The demo person.
    #[error(
        "{0} is the demo person, who cannot become an admin because everyone can see that password. Sign up as yourself."
    )]
    Demo(String),
    /// The one-time code is wrong, used or expired.
    #[error("this code is wrong, has been used or has expired")]
    CodeGone,
    /// In the demo anyone can log in as anyone with an identity provider, so operators need a password.
    #[error("set a password first")]
    NoPassword,
    /// The machine has no randomness.
    #[error("the machine has no randomness")]
    NoRandomness,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// Makes a person an operator, in the database of a Passbook that may be running; `false` when they already were.
///
/// # Errors
/// [`OperatorError::Unknown`], [`OperatorError::Demo`].
pub async fn grant_in(config: &Config, clock: &Clock, email: &str) -> Result<bool, OperatorError> {
    let store = open(config).await?;
    let grant = store.grant_operator(&folded(email), clock.now()).await;
    store.close().await;
    granted(grant?, email)
}

/// Removes an operator, effective from their next request; `false` when they were not one.
///
/// # Errors
/// [`OperatorError::Unknown`].
pub async fn revoke_in(config: &Config, email: &str) -> Result<bool, OperatorError> {
    let store = open(config).await?;
    let grant = store.revoke_operator(&folded(email)).await;
    store.close().await;
    granted(grant?, email)
}

/// What a person who forgot their password needs. The code is not part of the address, because proxies log addresses and
/// browsers keep them in their history.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// The address of the page where the code is entered.
    pub address: String,
    /// The code.
    pub code: Secret,
}

/// Makes a code with which a person who forgot their password can set a new one.
///
/// # Errors
/// [`OperatorError::Unknown`], also for the demo person, whose password is public.
pub async fn reset_password_in(
    config: &Config,
    clock: &Clock,
    email: &str,
) -> Result<NewCode, OperatorError> {
    let store = open(config).await?;
    let code = add_reset(&store, clock, email).await;
    store.close().await;
    Ok(NewCode {
        address: format!("{}{CODE_PAGE}", config.base_url()),
        code: code?,
    })
}

async fn add_reset(store: &Store, clock: &Clock, email: &str) -> Result<Secret, OperatorError> {
    let folded = folded(email);
    let found = store.user_to_log_in(&folded).await?.map(|(user, _)| user);
    let user = found.filter(|user| user.email.folded() == folded && user.role != Role::Demo);
    let user = user.ok_or_else(|| OperatorError::Unknown(email.trim().to_owned()))?;
    let now = clock.now();
    let made = code_for_admin(now).map_err(|_| OperatorError::NoRandomness)?;
    let (code, hash, expires_at) = made;
    store.add_reset(&user.id, &hash, expires_at, now).await?;
    Ok(code)
}

/// Turns two-step verification off for a person who lost their authenticator app and recovery codes; `false` when it was
/// off. They are logged out everywhere.
///
/// # Errors
/// [`OperatorError::Unknown`].
pub async fn reset_two_step_in(
    config: &Config,
    clock: &Clock,
    email: &str,
) -> Result<bool, OperatorError> {
    let store = open(config).await?;
    let reset = reset_two_step(&store, clock, email).await;
    store.close().await;
    reset
}

async fn reset_two_step(store: &Store, clock: &Clock, email: &str) -> Result<bool, OperatorError> {
    let found = store.user_with_email(&folded(email)).await?;
    let user = found.ok_or_else(|| OperatorError::Unknown(email.trim().to_owned()))?;
    let event = Event::TwoStepReset;
    Ok(store.turn_two_step_off(&user, &event, clock.now()).await?)
}

/// Returns every operator and when they became one.
pub async fn list_in(config: &Config) -> Result<Vec<(EmailAddress, Timestamp)>, OperatorError> {
    let store = open(config).await?;
    let operators = store.operators().await;
    store.close().await;
    Ok(operators?)
}

/// Returns a one-time code that makes the first operator, and invalidates the previous code. `None` when there is an
/// operator, or has been one by such a code.
pub async fn offer_code(ctx: &Ctx) -> Result<Option<Secret>, OperatorError> {
    let code = random_code().map_err(|_| OperatorError::NoRandomness)?;
    let now = ctx.clock.now();
    let until = now.checked_add(CODE_LASTS).unwrap_or(now);
    let offered = ctx
        .store
        .offer_operator_code(
            &hash(code.as_bytes()),
            now.as_millisecond(),
            until.as_millisecond(),
        )
        .await?;
    Ok(offered.then(|| Secret::new(code)))
}

/// Checks that this person can become an operator with a code.
///
/// # Errors
/// [`OperatorError::Demo`].
pub fn may_claim(user: &User) -> Result<(), OperatorError> {
    match user.role {
        Role::Demo => Err(OperatorError::Demo(user.email.as_str().to_owned())),
        Role::Person | Role::Operator => Ok(()),
    }
}

/// Makes a person an operator and uses up the code.
///
/// # Errors
/// [`OperatorError::CodeGone`], [`OperatorError::Demo`], [`OperatorError::NoPassword`].
pub async fn claim(ctx: &Ctx, user: &User, code: &str) -> Result<(), OperatorError> {
    if ctx.sign_in.simulated && !ctx.store.has_password(&user.id).await? {
        return Err(OperatorError::NoPassword);
    }
    let now = ctx.clock.now();
    let hash = hash(code.trim().as_bytes());
    let claimed = ctx.store.claim_operator_code(&hash, &user.id, now).await?;
    match claimed {
        Claim::Done => {
            tracing::info!(user = %user.id, "became an operator by the printed code");
            Ok(())
        }
        Claim::Gone => Err(OperatorError::CodeGone),
        Claim::Demo => {
            tracing::warn!(user = %user.id, "the demo person tried to become an operator");
            Err(OperatorError::Demo(user.email.as_str().to_owned()))
        }
    }
}

async fn open(config: &Config) -> Result<Store, StoreError> {
    Store::open(&config.data_dir.join("passbook.db")).await
}

fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

fn granted(grant: Grant, email: &str) -> Result<bool, OperatorError> {
    match grant {
        Grant::Done => Ok(true),
        Grant::Already => Ok(false),
        Grant::Unknown => Err(OperatorError::Unknown(email.trim().to_owned())),
        Grant::Demo => Err(OperatorError::Demo(email.trim().to_owned())),
    }
}
