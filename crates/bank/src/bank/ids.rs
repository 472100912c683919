//! Identifiers in the formats that Plaid uses.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Returns an opaque id of 37 characters, always the same for the same parts.
pub fn derived(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        text.push_str(&format!("{}:{part}", part.len()));
    }
    base62(digest(&SHA256, text.as_bytes()).as_ref(), 37)
}

/// Returns a random opaque id of 37 characters.
pub fn opaque() -> String {
    base62(&random::<32>(), 37)
}

/// Returns a random request id of 15 letters and digits.
pub fn request() -> String {
    base62(&random::<16>(), 15)
}

/// Returns a random token of the form `<kind>-<environment>-<uuid>`.
pub fn token(kind: &str, environment: &str) -> String {
    format!("{kind}-{environment}-{}", uuid::Uuid::new_v4())
}

/// Returns the SHA-256 of a text, in hexadecimal digits. Access tokens are stored in this form.
pub fn hash(secret: &str) -> String {
    let digest = digest(&SHA256, secret.as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the operating system gives random bytes");
    bytes
}

/// Returns the lowest digits of a big-endian number in base 62, least significant first.
fn base62(bytes: &[u8], digits: usize) -> String {
    let mut number = bytes.to_vec();
    let mut text = String::with_capacity(digits);
    for _ in 0..digits {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        text.push(char::from(BASE62[rest as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_stable_opaque_and_keep_their_parts_apart() {
        let id = derived(&["item", "checking", "1"]);
        assert_eq!(id, derived(&["item", "checking", "1"]));
        assert_ne!(id, derived(&["item", "checking1", ""]));
        assert_eq!(id.len(), 37);
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_ne!(opaque(), opaque());
        assert_eq!(request().len(), 15);
    }
}
