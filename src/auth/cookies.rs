//! What Passbook's cookies are called. Browsers keep cookies by host and ignore the port (RFC 6265, 8.5), so the
//! names of those that log somebody in carry the id of this Passbook: another one on the same host keeps its own.

use crate::context::Ctx;

/// Light or dark. All Passbooks on a host share it: it is a choice for this browser, and no secret.
pub const APPEARANCE: &str = "appearance";

/// The session's.
#[must_use]
pub fn session(ctx: &Ctx) -> String {
    of_host(ctx, &format!("passbook-{}", ctx.instance))
}

/// The session's in versions whose cookies did not carry the id.
#[must_use]
pub fn old_session(ctx: &Ctx) -> String {
    of_host(ctx, "passbook")
}

/// The one that holds a device's token (`devices`). It stays when the person logs out.
#[must_use]
pub fn device(ctx: &Ctx) -> String {
    of_host(ctx, &format!("passbook-device-{}", ctx.instance))
}

/// With https the prefix has browsers refuse the cookie from anywhere but this very host over https.
fn of_host(ctx: &Ctx, name: &str) -> String {
    let prefix = if ctx.config.is_https() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}
