//! Recovery codes, for people who cannot use their authenticator app. Each works once.

use aws_lc_rs::rand;

use crate::auth::AuthError;
use crate::auth::digest::hash;
use crate::context::Ctx;
use domain::activity::Visit;
use domain::secret::Secret;
use domain::user::User;

/// How many codes a person gets.
const CODES: usize = 10;
/// The letters of codes: base32 in lower case, without `l` and `o`, which look like digits, and their digits.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// The letters of a code: 24 of five bits each make 120 bits, more than the 112 from which a plain hash is enough (OWASP
/// ASVS 5.0, 6.5.2).
const LENGTH: usize = 24;
/// The letters between two dashes.
const GROUP: usize = 6;

/// Makes a set of codes.
pub(super) fn new_codes() -> Result<Vec<Secret>, AuthError> {
    (0..CODES).map(|_| new_code()).collect()
}

/// Hashes a code for storage; dashes, spaces and case do not matter.
pub(super) fn code_hash(code: &str) -> String {
    let letters = code.chars().filter(|c| c.is_ascii_alphanumeric());
    let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    hash(folded.as_bytes())
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

fn new_code() -> Result<Secret, AuthError> {
    let mut bytes = [0_u8; LENGTH];
    rand::fill(&mut bytes).map_err(|_| AuthError::Busy)?;
    // 256 is a multiple of 32, so every letter is as likely as the others.
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    let groups = bytes.chunks(GROUP);
    let groups: Vec<String> = groups
        .map(|group| group.iter().map(letter).collect())
        .collect();
    Ok(Secret::new(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_are_read_however_they_are_typed() {
        let codes = new_codes().expect("randomness");
        assert_eq!(codes.len(), CODES);
        let hashes: std::collections::HashSet<String> =
            codes.iter().map(|code| code_hash(code.expose())).collect();
        assert_eq!(hashes.len(), CODES);
        let code = codes[0].expose();
        assert_eq!(code.len(), LENGTH + LENGTH / GROUP - 1);
        let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
        assert_eq!(code_hash(&typed), code_hash(code));
    }
}
