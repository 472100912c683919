//! The page that Link was opened from, which is where somebody who leaves it goes. It is kept in the session: the pane,
//! the provider's own page and a bank's come back in different ways, and all of them bring the session along.

use tower_sessions::Session;

use super::error::PageError;
use super::visitor;

const KEY: &str = "link_opened_from";

/// Keeps the page. Link's own pages are none: whoever opens it once more there comes from where they came before.
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

/// The page; the first one when nothing is known.
///
/// # Errors
/// When the session cannot be read.
pub async fn read(session: &Session) -> Result<String, PageError> {
    let kept: Option<String> = session.get(KEY).await?;
    Ok(visitor::within(&kept.unwrap_or_default()).to_owned())
}
