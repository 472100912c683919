//! What this program is: its version, the commit that it was built from, and the schema of its database.

pub use store::schema;

/// The version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the commit; `None` if the build was not told. Only `make release` tells it, so that other builds need not
/// recompile after each commit.
#[must_use]
pub fn commit() -> Option<&'static str> {
    option_env!("PASSBOOK_COMMIT").filter(|commit| !commit.is_empty())
}
