//! Values in a browser's session for its next pages. They are sealed, because they may hold a new key, the state of a
//! sign-in, or a password typed into the wrong field.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_sessions::Session;
use tower_sessions::session::Error;

use super::AuthError;
use crate::context::Ctx;
use domain::secret::Secret;

/// The owner that values are sealed for. It is not the session's id, which may change before the next page.
const OWNER: &str = "browser_session";

/// Stores a value under a name, replacing the previous one.
///
/// # Errors
/// When the value cannot be sealed or the session cannot be stored.
pub async fn put<T: Serialize>(
    ctx: &Ctx,
    session: &Session,
    name: &str,
    value: &T,
) -> Result<(), AuthError> {
    let text = serde_json::to_string(value).map_err(|error| failed(&error))?;
    let sealed = ctx.vault.seal(&Secret::new(text), name, OWNER);
    let sealed = STANDARD.encode(sealed.map_err(|error| failed(&error))?);
    Ok(session.insert(name, sealed).await?)
}

/// Returns the value under a name; `None` when the key file has changed since.
///
/// # Errors
/// When the session cannot be read.
pub async fn get<T: DeserializeOwned>(
    ctx: &Ctx,
    session: &Session,
    name: &str,
) -> Result<Option<T>, AuthError> {
    let sealed = session.get::<String>(name).await?;
    Ok(sealed.and_then(|sealed| open(ctx, name, &sealed)))
}

/// Returns the value under a name and removes it; `None` when the key file has changed since.
///
/// # Errors
/// When the session cannot be read.
pub async fn take<T: DeserializeOwned>(
    ctx: &Ctx,
    session: &Session,
    name: &str,
) -> Result<Option<T>, AuthError> {
    let sealed = remove(session, name).await?;
    Ok(sealed.and_then(|sealed| open(ctx, name, &sealed)))
}

/// Removes the value under a name.
///
/// # Errors
/// When the session cannot be read.
pub async fn remove(session: &Session, name: &str) -> Result<Option<String>, AuthError> {
    // Looked up first: removing a missing value still counts as a change, and a changed session is written, so every
    // page view would write.
    if session.get_value(name).await?.is_none() {
        return Ok(None);
    }
    Ok(session.remove(name).await?)
}

fn open<T: DeserializeOwned>(ctx: &Ctx, name: &str, sealed: &str) -> Option<T> {
    let sealed = STANDARD.decode(sealed).ok()?;
    let open = ctx.vault.unseal(&sealed, name, OWNER).ok()?;
    serde_json::from_str(open.expose()).ok()
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        failed(&error)
    }
}

fn failed(error: &dyn std::error::Error) -> AuthError {
    tracing::error!(%error, "a session cannot be used");
    AuthError::Busy
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tower_sessions::session::{Id, Record};
    use tower_sessions::{SessionStore, session_store};

    use super::*;

    /// A session that was never saved keeps its values in memory, so its store is never called.
    #[derive(Debug)]
    struct NoStore;

    #[async_trait::async_trait]
    impl SessionStore for NoStore {
        async fn save(&self, _: &Record) -> session_store::Result<()> {
            Ok(())
        }
        async fn load(&self, _: &Id) -> session_store::Result<Option<Record>> {
            Ok(None)
        }
        async fn delete(&self, _: &Id) -> session_store::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_is_removed_is_not_there_again_and_nothing_to_remove_changes_nothing() {
        let session = Session::new(None, Arc::new(NoStore), None);
        assert_eq!(remove(&session, "flash").await.expect("read"), None);
        assert!(!session.is_modified(), "a page without one writes none");

        session.insert("flash", "sealed").await.expect("stored");
        assert!(session.is_modified());
        let taken = remove(&session, "flash").await.expect("read");
        assert_eq!(taken.as_deref(), Some("sealed"));
        assert_eq!(remove(&session, "flash").await.expect("read"), None);
    }
}
