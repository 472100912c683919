//! Signatures in the format of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec): `v1,`
//! and the base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`, one for each secret, separated by spaces. A secret is
//! `whsec_` and the base64 of its key, 24 to 64 random bytes.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::Letter;
use domain::secret::Secret;

const PREFIX: &str = "whsec_";

/// Generates a secret to share with a receiver.
///
/// # Errors
/// When the system has no randomness.
pub fn new_secret() -> Result<Secret, aws_lc_rs::error::Unspecified> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    aws_lc_rs::rand::fill(bytes.as_mut())?;
    let text = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
    Ok(Secret::new(format!("{PREFIX}{}", text.as_str())))
}

/// Returns the values of `webhook-timestamp` and `webhook-signature`.
pub(super) fn headers(letter: &Letter<'_>) -> (String, String) {
    let timestamp = letter.at.as_second().to_string();
    let signed = format!("{}.{timestamp}.{}", letter.id, letter.body);
    let signatures: Vec<String> = letter
        .secrets
        .iter()
        .filter_map(|secret| sign(secret, &signed))
        .collect();
    (timestamp, signatures.join(" "))
}

fn sign(secret: &Secret, text: &str) -> Option<String> {
    let bytes = STANDARD.decode(secret.expose().strip_prefix(PREFIX)?).ok();
    let bytes = Zeroizing::new(bytes?);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let tag = hmac::sign(&key, text.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test vector computed with Python's hmac and base64.
    #[test]
    fn signatures_are_those_of_other_libraries() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let letter = Letter {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            url: "",
            body: r#"{"test": 2432232314}"#,
            secrets: &[secret],
            at: jiff::Timestamp::from_second(1_614_265_330).expect("a moment"),
        };
        let (timestamp, signature) = headers(&letter);
        assert_eq!(timestamp, "1614265330");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_signs() {
        let secrets = [new_secret().expect("random"), new_secret().expect("random")];
        assert_ne!(secrets[0].expose(), secrets[1].expose());
        assert_eq!(secrets[0].expose().len(), "whsec_".len() + 44);
        let letter = Letter {
            id: "a",
            url: "",
            body: "{}",
            secrets: &secrets,
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        let (_, both) = headers(&letter);
        let each: Vec<&str> = both.split(' ').collect();
        assert_eq!(each.len(), 2);
        assert!(each.iter().all(|one| one.starts_with("v1,")) && each[0] != each[1]);
    }
}
