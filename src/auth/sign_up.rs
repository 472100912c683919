//! Sign-up, as far as the operator allows it.

use jiff::SignedDuration;

use super::digest::{hash, random_code};
use super::{AuthError, FieldProblem, SignUp, devices, password, throttle};
use crate::config::{Config, SignUpPolicy};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::clock::Clock;
use domain::id::UserId;
use domain::identity::VerifiedIdentity;
use domain::secret::Secret;
use domain::user::{EmailAddress, PersonName, Role, User, UserName, parse_birthday};
use store::{NewUser, Store, StoreError};

/// How long an invitation is valid.
const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Signs a person up.
///
/// # Errors
/// [`AuthError::Form`] with every problem of the form at once, the invitation included; [`AuthError::SignUpClosed`].
pub async fn sign_up(ctx: &Ctx, form: SignUp, visit: &Visit) -> Result<User, AuthError> {
    sign_up_with(ctx, form, None, visit).await
}

/// Signs up a person; one who comes from an identity provider needs no password.
pub(super) async fn sign_up_with(
    ctx: &Ctx,
    form: SignUp,
    identity: Option<VerifiedIdentity>,
    visit: &Visit,
) -> Result<User, AuthError> {
    let uninvited = match may_sign_up(ctx, form.invitation.expose()).await {
        Err(AuthError::SignUpClosed(message)) if ctx.config.sign_up == SignUpPolicy::Invite => {
            let field = "invitation";
            Some(FieldProblem { field, message })
        }
        may => may.map(|()| None)?,
    };
    let asked = match identity {
        Some(_) => Asked::OfIdentity,
        None => Asked::InForm,
    };
    match (validate(ctx, &form, asked, visit).await, uninvited) {
        (Ok(user), None) => let_in(ctx, user, &form, identity, visit).await,
        (Ok(_), Some(uninvited)) => Err(AuthError::Form(vec![uninvited])),
        // A person who may not sign up does not learn who has an account.
        (Err(AuthError::Form(problems)), Some(uninvited)) => {
            let all = [vec![uninvited], problems].concat();
            Err(AuthError::Form(all))
        }
        (Err(AuthError::Form(problems)), None) => {
            Err(and_names_taken(ctx, &form, problems, visit).await?)
        }
        (Err(error), _) => Err(error),
    }
}

/// Signs up a person whom a program registers. Names and birthday are optional.
///
/// # Errors
/// The same as for [`sign_up`].
pub async fn register(
    ctx: &Ctx,
    registration: Registration,
    visit: &Visit,
) -> Result<User, AuthError> {
    let form = SignUp::from(registration);
    may_sign_up(ctx, form.invitation.expose()).await?;
    let user = validate(ctx, &form, Asked::OfProgram, visit).await?;
    let_in(ctx, user, &form, None, visit).await
}

/// Returns every problem that a registration would have, except names that are taken.
///
/// # Errors
/// [`AuthError::Busy`].
pub async fn problems_of_registration(
    ctx: &Ctx,
    registration: Registration,
    visit: &Visit,
) -> Result<Vec<FieldProblem>, AuthError> {
    match validate(ctx, &SignUp::from(registration), Asked::OfProgram, visit).await {
        Ok(_) => Ok(Vec::new()),
        Err(AuthError::Form(problems)) => Ok(problems),
        Err(error) => Err(error),
    }
}

impl From<Registration> for SignUp {
    fn from(registration: Registration) -> Self {
        Self {
            first_name: registration.first_name.unwrap_or_default(),
            last_name: registration.last_name.unwrap_or_default(),
            email: registration.email,
            birthday: registration.birthday.unwrap_or_default(),
            user_name: registration.user_name,
            password: registration.password,
            invitation: registration.invitation.unwrap_or_default(),
        }
    }
}

/// A program's registration of a person.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name to log in with.
    pub user_name: String,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: Secret,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Date of birth, as in `1990-02-28`.
    pub birthday: Option<String>,
    /// The invitation code.
    pub invitation: Option<Secret>,
}

/// Which fields are required.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// All but the user name, as in the form.
    InForm,
    /// As in the form, without a password.
    OfIdentity,
    /// As in the form, but names and birthday are optional.
    OfProgram,
}

async fn let_in(
    ctx: &Ctx,
    user: User,
    form: &SignUp,
    identity: Option<VerifiedIdentity>,
    visit: &Visit,
) -> Result<User, AuthError> {
    count_sign_up(ctx, visit).await?;
    let password_hash = match identity {
        Some(_) => None,
        None => Some(password::hash(&form.password, &visit.address).await?),
    };
    let new = NewUser {
        password_hash,
        identity,
        invitation_hash: (ctx.config.sign_up == SignUpPolicy::Invite)
            .then(|| invitation_hash(form.invitation.expose())),
        only_as_first: ctx.config.sign_up == SignUpPolicy::FirstOnly,
        visit: visit.clone(),
        user,
    };
    match ctx.store.add_user(&new).await {
        Ok(()) => {
            devices::logged_in_from(ctx, &new.user, &visit.address).await?;
            tracing::info!(user = %new.user.id, "signed up");
            Ok(new.user)
        }
        Err(StoreError::Taken(name @ ("email" | "user_name"))) => {
            Err(taken(ctx, &new.user, name).await?)
        }
        Err(StoreError::Taken("identity")) => Err(AuthError::field(
            "",
            "You’ve already signed up with this account. Log in with it instead.",
        )),
        Err(StoreError::Taken("invitation")) => Err(AuthError::SignUpClosed(USED_UP.into())),
        Err(StoreError::Taken(_)) => Err(AuthError::SignUpClosed(SIGN_UP_CLOSED.into())),
        Err(e) => Err(e.into()),
    }
}

/// Counts a sign-up, or a response that reveals as much as one: whether an address is known.
///
/// # Errors
/// [`AuthError::Throttled`].
pub(super) async fn count_sign_up(ctx: &Ctx, visit: &Visit) -> Result<(), AuthError> {
    throttle::sign_up(ctx, &visit.address).await
}

/// Returns every name that is taken, not only the one that was found first.
async fn taken(ctx: &Ctx, user: &User, found: &'static str) -> Result<AuthError, AuthError> {
    let names = ctx
        .store
        .names_taken(Some(&user.email), user.user_name.as_ref());
    let mut taken = names.await?;
    if taken.is_empty() {
        // It was freed at this very moment.
        taken.push(found);
    }
    Ok(AuthError::Form(taken.into_iter().map(told_taken).collect()))
}

/// Adds the names that are taken to the form's other problems. This counts as a sign-up, because it reveals the same; a
/// caller who has asked too often gets the other problems only.
async fn and_names_taken(
    ctx: &Ctx,
    form: &SignUp,
    mut problems: Vec<FieldProblem>,
    visit: &Visit,
) -> Result<AuthError, AuthError> {
    let email = EmailAddress::parse(&form.email).ok();
    let user_name = UserName::parse(&form.user_name).ok();
    if email.is_none() && user_name.is_none() {
        return Ok(AuthError::Form(problems));
    }
    match count_sign_up(ctx, visit).await {
        Err(AuthError::Throttled { .. }) => return Ok(AuthError::Form(problems)),
        counted => counted?,
    }
    let names = ctx.store.names_taken(email.as_ref(), user_name.as_ref());
    problems.extend(names.await?.into_iter().map(told_taken));
    Ok(AuthError::Form(problems))
}

/// Says that a name is taken: `email` or `user_name`.
pub(super) fn told_taken(field: &'static str) -> FieldProblem {
    FieldProblem {
        field,
        message: match field {
            "email" => "This email already has an account. Log in instead?".into(),
            _ => "That username is taken.".into(),
        },
    }
}

/// Shown where sign-up is closed.
pub const SIGN_UP_CLOSED: &str =
    "This Passbook isn’t taking new sign-ups. Ask its admin for an invitation.";
const INVITED_ONLY: &str =
    "You need an invitation to sign up here. Ask this Passbook’s admin for one.";
const USED_UP: &str = "This invitation has expired or was already used. Ask for a new one.";

/// Who can sign up at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Anyone.
    Anybody,
    /// People with an invitation code.
    Invited,
    /// No one.
    Nobody,
}

/// Returns who can sign up now.
pub async fn admission(ctx: &Ctx) -> Result<Admission, AuthError> {
    Ok(match ctx.config.sign_up {
        SignUpPolicy::Open => Admission::Anybody,
        SignUpPolicy::FirstOnly if !ctx.store.has_users().await? => Admission::Anybody,
        SignUpPolicy::FirstOnly | SignUpPolicy::Closed => Admission::Nobody,
        SignUpPolicy::Invite => Admission::Invited,
    })
}

/// Checks whether a person with this invitation (empty for none) may sign up.
///
/// # Errors
/// [`AuthError::SignUpClosed`] with the sentence to show.
pub async fn may_sign_up(ctx: &Ctx, invitation: &str) -> Result<(), AuthError> {
    let refusal = match admission(ctx).await? {
        Admission::Anybody => return Ok(()),
        Admission::Nobody => SIGN_UP_CLOSED,
        Admission::Invited if invitation.is_empty() => INVITED_ONLY,
        Admission::Invited => {
            let now = ctx.clock.now().as_millisecond();
            let hash = invitation_hash(invitation);
            if ctx.store.invitation_is_good(&hash, now).await? {
                return Ok(());
            }
            USED_UP
        }
    };
    Err(AuthError::SignUpClosed(refusal.into()))
}

/// What an invited person needs. The code is not part of the address, because proxies log addresses and browsers keep
/// them in their history.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The address of the sign-up page.
    pub address: String,
    /// The code to enter there.
    pub code: Secret,
}

/// Makes an invitation in the database of a Passbook that may be running.
pub async fn invite_into(config: &Config, clock: &Clock) -> Result<Invitation, AuthError> {
    let store = Store::open(&config.data_dir.join("passbook.db")).await?;
    let code = random_code().map_err(|_| AuthError::Busy)?;
    let now = clock.now();
    let until = now.checked_add(INVITATION_LASTS).unwrap_or(now);
    store
        .add_invitation(
            &invitation_hash(&code),
            now.as_millisecond(),
            until.as_millisecond(),
        )
        .await?;
    store.close().await;
    Ok(Invitation {
        address: format!("{}/sign-up", config.base_url()),
        code: Secret::new(code),
    })
}

/// Hashes an invitation code, without the spaces that get copied along.
fn invitation_hash(code: &str) -> String {
    hash(code.trim().as_bytes())
}

/// Parses the form, collecting every problem.
async fn validate(
    ctx: &Ctx,
    form: &SignUp,
    asked: Asked,
    visit: &Visit,
) -> Result<User, AuthError> {
    let mut problems = Vec::new();
    let absent = |text: &str| asked == Asked::OfProgram && text.is_empty();
    let name = |text: &str| match absent(text) {
        true => Ok(PersonName::none()),
        false => PersonName::parse(text),
    };
    let first_name = noted(&mut problems, "first_name", name(&form.first_name));
    let last_name = noted(&mut problems, "last_name", name(&form.last_name));
    let email = noted(&mut problems, "email", EmailAddress::parse(&form.email));
    let birthday = match absent(&form.birthday) {
        true => None,
        false => noted(
            &mut problems,
            "birthday",
            parse_birthday(&form.birthday, ctx.clock.today()),
        ),
    };
    let user_name = match form.user_name.trim() {
        "" if asked != Asked::OfProgram => None,
        name => noted(&mut problems, "user_name", UserName::parse(name)),
    };
    if asked != Asked::OfIdentity
        && let Some(message) = weakness(form, visit).await?
    {
        problems.push(FieldProblem {
            field: "password",
            message,
        });
    }
    let (Some(first_name), Some(last_name), Some(email), true) =
        (first_name, last_name, email, problems.is_empty())
    else {
        return Err(AuthError::Form(problems));
    };
    Ok(User {
        id: UserId::generate(),
        email,
        user_name,
        first_name,
        last_name,
        birthday,
        created_at: ctx.clock.now(),
        role: Role::Person,
        password_version: 0,
        two_step: false,
    })
}

/// Returns what is wrong with the password, if anything.
async fn weakness(form: &SignUp, visit: &Visit) -> Result<Option<String>, AuthError> {
    let more = [&form.email, &form.user_name, &form.birthday].map(String::as_str);
    let about = password::words_about(&form.first_name, &form.last_name, more);
    password::weakness(&form.password, about, &visit.address).await
}

/// Returns what was read of a field, or notes its problem.
pub(super) fn noted<T>(
    problems: &mut Vec<FieldProblem>,
    field: &'static str,
    read: Result<T, &'static str>,
) -> Option<T> {
    read.map_err(|message| {
        problems.push(FieldProblem {
            field,
            message: message.into(),
        })
    })
    .ok()
}
