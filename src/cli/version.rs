//! The program's version, the commit that it was built from, and its database schema.

use std::sync::LazyLock;

use crate::server::assets;
use crate::version::{VERSION, commit, schema};

/// One line for `--version` and the log.
static LINE: LazyLock<String> = LazyLock::new(|| {
    let islands = match assets::has_islands() {
        true => "yes",
        false => "no",
    };
    format!(
        "{VERSION} (commit {}, schema {}, islands: {islands})",
        commit().unwrap_or("unknown"),
        schema(),
    )
});

/// Returns the version line.
pub(super) fn version() -> &'static str {
    &LINE
}
