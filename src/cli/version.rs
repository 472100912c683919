//! What this program is: its version, the commit it was built from, the schema of its database.

use std::sync::LazyLock;

use crate::server::{assets, schema};

/// In one line, for `--version` and the log.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    // Set by `make release`, so that other builds need not compile everything anew after each commit.
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

/// The version.
pub(super) fn version() -> &'static str {
    &VERSION
}
