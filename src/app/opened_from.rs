//! The page that Link was opened from, to which a person who leaves Link returns. The session keeps it, because the
//! pane, the provider's page and a bank's page return in different ways but all bring the session along.

use tower_sessions::Session;

use super::error::PageError;
use super::visitor;

const KEY: &str = "link_opened_from";

/// Keeps the page. Link's own pages are ignored: a person who opens Link again there still came from the earlier page.
///
/// # Errors
/// When the session cannot be stored.
pub async fn keep(session: &Session, page: &str) -> Result<(), PageError> {
    let page = visitor::within(page);
    if page.starts_with("/link/") {
        return Ok(());
    }
    Ok(session.insert(KEY, page).await?)
}

/// Returns the page; the overview if none is known.
///
/// # Errors
/// When the session cannot be read.
pub async fn load(session: &Session) -> Result<String, PageError> {
    let kept: Option<String> = session.get(KEY).await?;
    Ok(visitor::within(&kept.unwrap_or_default()).to_owned())
}
