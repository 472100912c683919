//! The settings, read once from the environment and checked.

/// The settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether the person may press for a paid refresh (`PLAID_PAID_REFRESH=on`).
    pub paid_refresh: bool,
    /// The address of Link's script: Plaid's own, or the built-in bank's.
    pub link_script: String,
    /// Origins that Link's pane loads from; empty when it is our own.
    pub link_origin: Option<String>,
    /// Whether the built-in bank is in use.
    pub built_in_bank: bool,
}
