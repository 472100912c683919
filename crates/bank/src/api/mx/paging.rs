//! Paging of lists.

use axum::http::StatusCode;
use serde_json::json;

use super::answer::Reply;
use super::call::Call;

/// The page size when a call gives none, or one that is too large.
const USUAL: usize = 25;
/// The smallest page size.
const LEAST: usize = 10;
/// The largest page size for institutions.
pub(super) const MOST_INSTITUTIONS: usize = 100;
/// The largest page size for everything else.
pub(super) const MOST: usize = 1000;

/// Returns the page of a list that a call requests.
pub(super) fn page<T>(
    call: &Call,
    name: &str,
    most: usize,
    all: &[T],
    write: impl Fn(&T) -> String,
) -> Reply {
    let number = |field: &str| {
        call.query(field)
            .and_then(|text| text.parse::<usize>().ok())
    };
    let current = number("page").unwrap_or(1).max(1);
    // MX does not refuse a page size that is too large: it uses the default.
    let per_page = match number("records_per_page") {
        Some(wanted) if wanted <= most => wanted.max(LEAST),
        _ => USUAL,
    };
    let shown: Vec<String> = all
        .iter()
        .skip((current - 1).saturating_mul(per_page))
        .take(per_page)
        .map(write)
        .collect();
    let pagination = json!({
        "current_page": current,
        "per_page": per_page,
        "total_entries": all.len(),
        "total_pages": all.len().div_ceil(per_page).max(1),
    });
    let list = shown.join(",");
    Reply::Json(
        StatusCode::OK,
        format!("{{\"{name}\":[{list}],\"pagination\":{pagination}}}"),
    )
}
