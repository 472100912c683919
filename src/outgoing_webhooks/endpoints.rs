//! Adds, tests and removes a person's endpoints.

use jiff::{SignedDuration, Timestamp};

use super::deliver::ping_message;
use super::view::{self, EndpointDetail, EndpointRow};
use super::{MOST_ENDPOINTS, NotifyError};
use crate::context::Ctx;
use crate::outbound_http::{may_be_entered, new_secret};
use domain::id::{EndpointId, MessageId};
use domain::outbound::Endpoint;
use domain::own::Mistake;
use domain::page::cut;
use domain::secret::Secret;
use domain::text;
use domain::user::User;
use store::{NewEndpoint, StoreError};

/// The longest URL, in characters.
const LONGEST_URL: usize = 2_000;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 100;
/// How long the previous secret signs too.
const PREVIOUS_SIGNS: SignedDuration = SignedDuration::from_hours(24);

/// Returns until when the previous secret signs too. A moment too far ahead was written while the clock was ahead, and
/// is ignored.
pub(super) fn previous_signs_until(endpoint: &Endpoint, now: Timestamp) -> Option<Timestamp> {
    let until = endpoint.previous_until?;
    let left = until.duration_since(now);
    (left.is_positive() && left <= PREVIOUS_SIGNS).then_some(until)
}
/// Messages on a page.
const PAGE: u32 = 25;

/// Adds an endpoint, which is sent everything from now on. Its secret is shown once.
///
/// # Errors
/// [`NotifyError::Form`] with every field that is wrong.
pub async fn add(
    ctx: &Ctx,
    user: &User,
    url: &str,
    description: &str,
) -> Result<EndpointId, NotifyError> {
    let (url, description) = validate(ctx, url, description).map_err(NotifyError::Form)?;
    let id = EndpointId::generate();
    let sealed = seal(ctx, user, &id)?;
    let new = NewEndpoint {
        id: &id,
        user_id: &user.id,
        url: &url,
        description: &description,
        name: name_of(&url, &description),
        sealed_secret: &sealed,
        now: ctx.clock.now(),
    };
    if !ctx.store.add_endpoint(&new, MOST_ENDPOINTS).await? {
        let most =
            format!("You have {MOST_ENDPOINTS} webhooks, which is the limit. Delete one first.");
        return Err(NotifyError::Form(vec![("url", most)]));
    }
    // The URL itself may contain a secret of the receiver.
    tracing::info!(user = %user.id, endpoint = %id, "a webhook was added");
    Ok(id)
}

/// Returns every mistake in a URL and description before they are stored.
#[must_use]
pub fn problems_of(ctx: &Ctx, url: &str, description: &str) -> Vec<Mistake> {
    validate(ctx, url, description).err().unwrap_or_default()
}

/// Returns a person's endpoints, oldest first.
pub async fn endpoints(ctx: &Ctx, user: &User) -> Result<Vec<EndpointRow>, NotifyError> {
    let all = ctx.store.endpoints(&user.id).await?;
    Ok(all.iter().map(|one| view::row(ctx, one)).collect())
}

/// Returns an endpoint with its messages older than `before`, newest first.
///
/// # Errors
/// [`NotifyError::NotFound`], also when it belongs to another person.
pub async fn endpoint(
    ctx: &Ctx,
    user: &User,
    id: &str,
    before: &str,
) -> Result<EndpointDetail, NotifyError> {
    let id = EndpointId::parse(id).ok_or(NotifyError::NotFound)?;
    let endpoint = ctx.store.endpoint(&user.id, &id).await?;
    let endpoint = endpoint.ok_or(NotifyError::NotFound)?;
    let before = MessageId::parse(before);
    let records = ctx
        .store
        .messages(&user.id, &id, before.as_ref(), PAGE + 1)
        .await?;
    let (records, older) = cut(records, PAGE, |last| last.message.id.to_string());
    Ok(EndpointDetail {
        older,
        newest: before.is_none(),
        row: view::row(ctx, &endpoint),
        deliveries: records.iter().map(|r| view::delivery(ctx, r)).collect(),
    })
}

/// Returns an endpoint's secret, to be shown to its person right after it was made and never again.
///
/// # Errors
/// [`NotifyError::NotFound`], also when it belongs to another person; [`NotifyError::Secret`].
pub async fn secret(ctx: &Ctx, user: &User, id: &EndpointId) -> Result<Secret, NotifyError> {
    let sealed = ctx.store.sealed_secret(&user.id, id).await?;
    let sealed = sealed.ok_or(NotifyError::NotFound)?;
    let open = ctx.vault.unseal(&sealed, id.as_str(), user.id.as_str());
    open.map_err(|_| NotifyError::Secret)
}

/// Gives an endpoint a new secret. The previous one signs too for a day, so that the receiver can switch over.
///
/// # Errors
/// [`NotifyError::NotFound`], also when it belongs to another person.
pub async fn rotate(ctx: &Ctx, user: &User, id: &str) -> Result<EndpointId, NotifyError> {
    let id = EndpointId::parse(id).ok_or(NotifyError::NotFound)?;
    let sealed = seal(ctx, user, &id)?;
    let until = ctx.clock.now() + PREVIOUS_SIGNS;
    found(ctx.store.rotate_secret(&user.id, &id, &sealed, until).await)?;
    tracing::info!(user = %user.id, endpoint = %id, "a webhook got a new secret");
    Ok(id)
}

/// Sends a test message.
///
/// # Errors
/// [`NotifyError::NotFound`], also when the endpoint belongs to another person or is switched off.
pub async fn ping(ctx: &Ctx, user: &User, id: &str) -> Result<MessageId, NotifyError> {
    let id = EndpointId::parse(id).ok_or(NotifyError::NotFound)?;
    let now = ctx.clock.now();
    let message = ping_message(now);
    found(ctx.store.put_message(&user.id, &id, &message, now).await)?;
    ctx.work.notify_one();
    Ok(message.id)
}

/// Sends a message again, whatever its state.
///
/// # Errors
/// [`NotifyError::NotFound`], also when it belongs to another person or its endpoint is switched off.
pub async fn send_again(
    ctx: &Ctx,
    user: &User,
    id: &str,
    message: &str,
) -> Result<(), NotifyError> {
    let id = EndpointId::parse(id).ok_or(NotifyError::NotFound)?;
    let message = MessageId::parse(message).ok_or(NotifyError::NotFound)?;
    let now = ctx.clock.now();
    found(ctx.store.send_again(&user.id, &id, &message, now).await)?;
    ctx.work.notify_one();
    Ok(())
}

/// Switches an endpoint back on. Waiting messages are sent at once.
///
/// # Errors
/// [`NotifyError::NotFound`], also when it belongs to another person.
pub async fn switch_on(ctx: &Ctx, user: &User, id: &str) -> Result<(), NotifyError> {
    let id = EndpointId::parse(id).ok_or(NotifyError::NotFound)?;
    let now = ctx.clock.now();
    found(ctx.store.enable_endpoint(&user.id, &id, now).await)?;
    ctx.work.notify_one();
    Ok(())
}

/// Deletes an endpoint and its messages.
///
/// # Errors
/// [`NotifyError::NotFound`], also when it belongs to another person.
pub async fn remove(ctx: &Ctx, user: &User, id: &str) -> Result<(), NotifyError> {
    let id = EndpointId::parse(id).ok_or(NotifyError::NotFound)?;
    let endpoint = ctx.store.endpoint(&user.id, &id).await?;
    let endpoint = endpoint.ok_or(NotifyError::NotFound)?;
    let name = name_of(&endpoint.url, &endpoint.description);
    let now = ctx.clock.now();
    found(ctx.store.delete_endpoint(&user.id, &id, name, now).await)?;
    tracing::info!(user = %user.id, endpoint = %id, "a webhook was deleted");
    Ok(())
}

/// Returns the endpoint's name for the activity log: its description, or else its host. The rest of the URL may contain
/// a secret of the receiver.
fn name_of(url: &str, description: &str) -> String {
    if !description.is_empty() {
        return description.to_owned();
    }
    let host = url::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_default()
}

fn validate(ctx: &Ctx, url: &str, description: &str) -> Result<(String, String), Vec<Mistake>> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    let (url, description) = (url.trim(), description.trim());
    let entered = may_be_entered(url, ctx.outbound.reaches_private());
    if url.chars().count() > LONGEST_URL {
        let most = format!("Enter a URL of at most {LONGEST_URL} characters.");
        mistakes.push(("url", most));
    } else if let Err(sentence) = &entered {
        mistakes.push(("url", (*sentence).to_owned()));
    }
    if description.chars().count() > LONGEST_DESCRIPTION
        || description.chars().any(text::is_control)
    {
        let most = format!("Enter at most {LONGEST_DESCRIPTION} characters on one line.");
        mistakes.push(("description", most));
    }
    match entered {
        Ok(entered) if mistakes.is_empty() => Ok((entered.to_string(), description.to_owned())),
        _ => Err(mistakes),
    }
}

fn seal(ctx: &Ctx, user: &User, id: &EndpointId) -> Result<Vec<u8>, NotifyError> {
    let secret = new_secret().map_err(|_| NotifyError::Secret)?;
    let sealed = ctx.vault.seal(&secret, id.as_str(), user.id.as_str());
    sealed.map_err(|_| NotifyError::Secret)
}

fn found(done: Result<bool, StoreError>) -> Result<(), NotifyError> {
    if done? {
        Ok(())
    } else {
        Err(NotifyError::NotFound)
    }
}
