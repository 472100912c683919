//! To come.

/// The Link script and its pages.
pub fn router(_bank: crate::sandbox::bank::Bank) -> axum::Router {
    axum::Router::new()
}
