//! Recovery codes, for people who cannot use their authenticator app. Each works once.

use crate::auth::AuthError;
use crate::auth::typed_code;
pub(super) use crate::auth::typed_code::code_hash;
use crate::context::Ctx;
use domain::activity::Visit;
use domain::secret::Secret;
use domain::user::User;

/// How many codes a person gets.
const CODES: usize = 10;
/// The groups of a code, and the letters of each: 24 letters of five bits make 120 bits, more than the 112 from which a
/// plain hash is enough (OWASP ASVS 5.0, 6.5.2).
const CODE: (usize, usize) = (4, 6);

/// Makes a set of codes.
pub(super) fn new_codes() -> Result<Vec<Secret>, AuthError> {
    (0..CODES)
        .map(|_| typed_code::new_code(CODE.0, CODE.1))
        .collect()
}

/// Uses up a recovery code; `false` if it is not one of the person's unused codes.
pub(super) async fn use_up(
    ctx: &Ctx,
    user: &User,
    typed: &str,
    visit: &Visit,
) -> Result<bool, AuthError> {
    let hash = code_hash(typed);
    let used = ctx
        .store
        .use_recovery_code(&user.id, &hash, visit.clone(), ctx.clock.now());
    Ok(used.await?)
}

/// Replaces a person's recovery codes and returns the new ones; `None` when two-step verification is off.
///
/// # Errors
/// When the machine's randomness fails.
pub async fn renew_codes(ctx: &Ctx, user: &User) -> Result<Option<Vec<Secret>>, AuthError> {
    let codes = new_codes()?;
    let hashes: Vec<String> = codes.iter().map(|code| code_hash(code.expose())).collect();
    let now = ctx.clock.now();
    let replaced = ctx.store.replace_recovery_codes(&user.id, &hashes, now);
    Ok(replaced.await?.then_some(codes))
}

/// Returns how many recovery codes a person has left.
///
/// # Errors
/// When the database fails.
pub async fn codes_left(ctx: &Ctx, user: &User) -> Result<i64, AuthError> {
    Ok(ctx.store.recovery_codes_left(&user.id).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_another() {
        let codes = new_codes().expect("randomness");
        let hashes: std::collections::HashSet<String> =
            codes.iter().map(|code| code_hash(code.expose())).collect();
        assert_eq!((codes.len(), hashes.len()), (CODES, CODES));
        assert_eq!(codes[0].expose().len(), 24 + 3);
    }
}
