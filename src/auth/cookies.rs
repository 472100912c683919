//! The names of Passbook's cookies. Browsers keep cookies by host and ignore the port (RFC 6265, 8.5), so the names of
//! log-in cookies carry this Passbook's instance id. Another Passbook on the same host then keeps its own.

use crate::context::Ctx;

/// Light or dark. All Passbooks on a host share it, because it is a choice for the browser and not a secret.
pub const APPEARANCE: &str = "appearance";

/// The session cookie.
#[must_use]
pub fn session(ctx: &Ctx) -> String {
    of_host(ctx, &format!("passbook-{}", ctx.instance))
}

/// The session cookie of versions that did not put the instance id in the name.
#[must_use]
pub fn old_session(ctx: &Ctx) -> String {
    of_host(ctx, "passbook")
}

/// The cookie that holds a device's token (`devices`). It survives logging out.
#[must_use]
pub fn device(ctx: &Ctx) -> String {
    of_host(ctx, &format!("passbook-device-{}", ctx.instance))
}

/// The cookie by which a browser hides "Try this" from a person; its value is their id.
#[must_use]
pub fn tried(ctx: &Ctx) -> String {
    of_host(ctx, &format!("passbook-tried-{}", ctx.instance))
}

/// Over https the `__Host-` prefix makes browsers accept the cookie from this exact host only, and only over https.
fn of_host(ctx: &Ctx, name: &str) -> String {
    let prefix = if ctx.config.is_https() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}
