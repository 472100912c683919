//! The ways to the banks.

/// Every provider that is set up.
#[derive(Clone)]
pub struct Providers;
