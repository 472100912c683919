//! Encodes a place in a person's feed as text: a version, the places, and a checksum that binds them to the person. The
//! checksum is no secret and protects nothing, because readers see only their own person's feed. It detects a cursor of
//! another person, or half of one, which would otherwise silently lose changes.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use domain::change::FeedPosition;
use domain::id::UserId;

const VERSION: u8 = 1;
const PLACES: usize = 25;
const CHECK: usize = 8;

/// Returns the cursor of a reader that has read everything up to a place.
#[must_use]
pub fn cursor_at(user: &UserId, place: u64) -> String {
    write(user, FeedPosition::caught_up(place))
}

/// Whether a text has the form of a cursor, of any person.
#[must_use]
pub fn is_cursor(text: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(text);
    bytes.is_ok_and(|bytes| bytes.len() == PLACES + CHECK && bytes[0] == VERSION)
}

pub(super) fn write(user: &UserId, position: FeedPosition) -> String {
    let mut bytes = vec![VERSION];
    for place in [position.known, position.at, position.began] {
        bytes.extend_from_slice(&place.to_be_bytes());
    }
    let check = check(user, &bytes);
    bytes.extend_from_slice(&check);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Parses a cursor; `None` when it is malformed or belongs to another person's feed.
pub(super) fn parse_cursor(user: &UserId, text: &str) -> Option<FeedPosition> {
    let bytes: [u8; PLACES + CHECK] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (places, told) = bytes.split_at(PLACES);
    if places[0] != VERSION || check(user, places) != told {
        return None;
    }
    let mut each = places[1..]
        .chunks_exact(8)
        .filter_map(|place| Some(u64::from_be_bytes(place.try_into().ok()?)));
    let position = FeedPosition {
        known: each.next()?,
        at: each.next()?,
        began: each.next()?,
    };
    (position.known <= position.at).then_some(position)
}

fn check(user: &UserId, places: &[u8]) -> [u8; CHECK] {
    let mut digest = Context::new(&SHA256);
    digest.update(b"passbook change feed ");
    digest.update(user.as_str().as_bytes());
    digest.update(places);
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest.finish().as_ref()[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_by_its_person_only() {
        let (ada, eve) = (UserId::generate(), UserId::generate());
        let position = FeedPosition {
            known: 7,
            at: 12,
            began: 40,
        };
        let text = write(&ada, position);
        assert_eq!(parse_cursor(&ada, &text), Some(position));
        assert_eq!(parse_cursor(&eve, &text), None);
        assert_eq!(
            parse_cursor(&ada, &cursor_at(&ada, 9)),
            Some(FeedPosition::caught_up(9))
        );
    }

    #[test]
    fn no_other_text_is_a_cursor() {
        let ada = UserId::generate();
        let text = write(&ada, FeedPosition::caught_up(3));
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).expect("letters");
            assert_eq!(parse_cursor(&ada, &other), None, "{other}");
        }
        assert!(is_cursor(&text));
        for other in ["", "x", &text[1..], &text[..43], "ä"] {
            assert!(!is_cursor(other), "{other}");
        }
        for other in ["", "x", &text[1..], &text[..43], &format!("{text}A"), "ä"] {
            assert_eq!(parse_cursor(&ada, other), None, "{other}");
        }
    }
}
