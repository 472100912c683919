//! Codes that people copy or type: random letters in groups.

use aws_lc_rs::rand;

use super::AuthError;
use super::digest::hash;
use domain::secret::Secret;

/// The letters of codes: base32 in lower case, without `l` and `o`, which look like digits, and their digits.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes a code of so many groups of so many letters, of five bits each.
pub(super) fn new_code(groups: usize, letters: usize) -> Result<Secret, AuthError> {
    let mut bytes = vec![0_u8; groups * letters];
    rand::fill(&mut bytes).map_err(|_| AuthError::Busy)?;
    // 256 is a multiple of 32, so every letter is as likely as the others.
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    let groups: Vec<String> = bytes
        .chunks(letters)
        .map(|group| group.iter().map(letter).collect())
        .collect();
    Ok(Secret::new(groups.join("-")))
}

/// Hashes a code for storage; dashes, spaces and case do not matter.
pub(super) fn code_hash(code: &str) -> String {
    let letters = code.chars().filter(|c| c.is_ascii_alphanumeric());
    let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    hash(folded.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_are_read_however_they_are_typed() {
        let (one, other) = (new_code(8, 4), new_code(8, 4));
        let (one, other) = (one.expect("randomness"), other.expect("randomness"));
        assert_ne!(code_hash(one.expose()), code_hash(other.expose()));
        assert_eq!(one.expose().split('-').count(), 8);
        assert_eq!(one.expose().len(), 8 * 4 + 7);
        let typed = format!(" {} ", one.expose().to_uppercase().replace('-', " "));
        assert_eq!(code_hash(&typed), code_hash(one.expose()));
    }
}
