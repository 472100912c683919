//! The program's version, the commit that it was built from, and its database schema.

use std::sync::LazyLock;

use crate::server::{assets, schema};

/// One line for `--version` and the log.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    // Set only by `make release`, so that other builds need not recompile after each commit.
    let commit = option_env!("PASSBOOK_COMMIT").filter(|commit| !commit.is_empty());
    let islands = match assets::has_islands() {
        true => "yes",
        false => "no",
    };
    format!(
        "{} (commit {}, schema {}, islands: {islands})",
        env!("CARGO_PKG_VERSION"),
        commit.unwrap_or("unknown"),
        schema(),
    )
});

/// Returns the version line.
pub(super) fn version() -> &'static str {
    &VERSION
}
