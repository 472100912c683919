//! Codes of authenticator apps: six digits that change every 30 seconds (TOTP, RFC 6238).

use aws_lc_rs::rand;
use jiff::Timestamp;
use totp_rs::{Builder, Secret as Key, Totp};

use crate::auth::AuthError;

/// The name that apps show above the codes.
const ISSUER: &str = "Passbook";
/// How many steps a phone's clock may be ahead or behind (RFC 6238, 5.2).
const SKEW: u16 = 1;
/// The length of a secret in bytes, as RFC 4226 (4, R6) recommends.
const LENGTH: usize = 20;

/// Returns a new secret in base32, the form that apps take.
pub(super) fn new_secret() -> Result<String, AuthError> {
    let mut bytes = [0_u8; LENGTH];
    rand::fill(&mut bytes).map_err(|_| AuthError::Busy)?;
    Ok(Key::new_stack(bytes).to_base32())
}

/// Returns the `otpauth:` URI for an app's QR code; `None` if the secret is not one of ours.
pub(super) fn uri(secret: &str, email: &str) -> Option<String> {
    // A colon would end the issuer.
    let account = email.replace(':', "");
    let totp = builder(secret)?.with_account_name(account);
    totp.with_issuer(Some(ISSUER)).build().ok()?.to_url().ok()
}

/// Returns the time step of a code that is valid now. Spaces in the code are ignored, because apps show them.
pub(super) fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let totp: Totp = builder(secret)?.build().ok()?;
    let step = totp.check(&code, u64::try_from(now.as_second()).ok()?)?;
    i64::try_from(step).ok()
}

/// Returns the newest time step of which a code is accepted now.
pub(super) fn newest_step(now: Timestamp) -> i64 {
    now.as_second() / 30 + i64::from(SKEW)
}

fn builder(secret: &str) -> Option<Builder> {
    let key = Key::try_from_base32(secret).ok()?;
    Some(Builder::new().with_secret(key).with_skew(SKEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B, in base32.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // The last six of the eight digits in the appendix.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(step_of(SECRET, code, at(second)), Some(second / 30));
            let spaced = format!(" {} {} ", &code[..3], &code[3..]);
            assert_eq!(step_of(SECRET, &spaced, at(second)), Some(second / 30));
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_no_more() {
        let code = "005924";
        let step = 1_234_567_890 / 30;
        for (second, good) in [
            ((step - 2) * 30 + 29, false),
            ((step - 1) * 30, true),
            ((step + 1) * 30 + 29, true),
            ((step + 2) * 30, false),
        ] {
            let found = step_of(SECRET, code, at(second));
            assert_eq!(found, good.then_some(step), "{second}");
            assert!(!good || step <= newest_step(at(second)), "{second}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "00592", "0059244", "００５９２４", "abcdef", "-05924"] {
            assert_eq!(step_of(SECRET, typed, at(1_234_567_890)), None, "{typed}");
        }
        assert_eq!(step_of("not base32!", "005924", at(1_234_567_890)), None);
        assert_eq!(step_of("", "005924", at(1_234_567_890)), None);
    }

    #[test]
    fn an_app_reads_the_address() {
        let secret = new_secret().expect("randomness");
        assert_eq!(secret.len(), 32);
        assert_ne!(secret, new_secret().expect("randomness"));
        let uri = uri(&secret, "ada:b+c@example.org").expect("an address");
        let expected = format!(
            "otpauth://totp/Passbook:adab%2Bc%40example.org?secret={secret}&issuer=Passbook"
        );
        assert_eq!(uri, expected);
    }
}
