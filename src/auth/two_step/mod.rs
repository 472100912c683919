//! Two-step verification: after the password, or an identity provider, a log-in needs a code of an authenticator app
//! (TOTP, RFC 6238) or a recovery code.
//!
//! Each code works once. Wrong ones are throttled like passwords. Turning it on or off ends all other sessions and
//! tokens. It does not decide which actions need a code again; the doors do that with `confirmation`.

mod authenticator;
mod code;
mod pending_log_in;
mod recovery;
mod set_up;

pub(super) use code::check;
pub use code::check_for_program;
pub use pending_log_in::{begin_log_in, finish_log_in, is_log_in_pending};
pub use recovery::{codes_left, renew_codes};
pub use set_up::{SetUp, TurnedOn, begin_set_up, pending_set_up, turn_off, turn_on};
