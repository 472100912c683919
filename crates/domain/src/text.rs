//! Untrusted text: cleaning it before it is stored, and quoting it in our own sentences.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Plaid's longest error codes have some 60 characters, and its request ids 15.
const LONGEST_CODE: usize = 100;

/// The most characters kept of a name from a bank; its longest names have some two hundred.
pub const LONGEST: usize = 1_000;

/// Whether a character controls how text is displayed or stored: a control character, a line separator, or a
/// bidirectional override ("Trojan Source", CVE-2021-42574). The marks that only state a direction (U+200E, U+200F,
/// U+061C) are allowed, because Arabic and Hebrew names contain them.
#[must_use]
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Text in Unicode's composed form (NFC): the same letters are the same text, however a device types them.
#[must_use]
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// An error with its causes, outermost first, without repetition.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// Puts text on one line of at most [`LONGEST`] characters: line breaks and tabs become spaces, other control
/// characters are dropped.
#[must_use]
pub fn one_line(text: &str) -> String {
    let kept = |c: char| match c {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if is_control(c) => None,
        c => Some(c),
    };
    text.chars().filter_map(kept).take(LONGEST).collect()
}

/// Multi-line text with its control characters escaped: `\u{202e}`.
#[must_use]
pub fn spelled_out(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c != '\n' && is_control(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// A name to put into a sentence. A name that may run right to left is isolated (U+2068, U+2069), because it would
/// otherwise reorder the numbers and punctuation around it.
#[must_use]
pub fn isolated(name: &str) -> Cow<'_, str> {
    let may_run_leftward = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if name.chars().any(may_run_leftward) {
        Cow::Owned(format!("\u{2068}{name}\u{2069}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// [`one_line`] for optional text.
#[must_use]
pub fn maybe_one_line(text: Option<String>) -> Option<String> {
    text.map(|text| one_line(&text))
}

/// Shortens a provider's code or request id to one line, no longer than any real one.
#[must_use]
pub fn code(text: &str) -> String {
    one_line(text).chars().take(LONGEST_CODE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_gives_no_orders() {
        assert_eq!(code("ITEM_LOGIN_REQUIRED"), "ITEM_LOGIN_REQUIRED");
        assert_eq!(code("a\u{202e}b\0\u{1b}[31m\r\n"), "ab[31m  ");
        assert_eq!(code(&"x".repeat(300_000)).len(), LONGEST_CODE);
    }

    #[test]
    fn letters_are_the_same_however_they_are_typed() {
        assert_eq!(composed("bla\u{308}tter"), "bl\u{e4}tter");
        assert_eq!(composed("\u{1112}\u{1161}\u{11ab}"), "\u{d55c}");
        // Compatibility characters differ to the eye, so they stay.
        assert_eq!(composed("\u{fb01}x"), "\u{fb01}x");
    }

    #[test]
    fn orders_are_left_out_and_text_stays() {
        let hostile = "\u{0}Pay\u{202e}lap\u{2066}\u{1b}[31m\r\nUser\tlogged\u{2028}in\u{7f}\u{9b}";
        assert_eq!(one_line(hostile), "Paylap[31m  User logged in");
        for text in [
            "Caf\u{e9} \u{2019}",
            "\u{05d1}\u{05e0}\u{05e7}\u{200f}!",
            "👩\u{200d}🚀",
            "</title>\"'&",
        ] {
            assert_eq!(one_line(text), text);
        }
    }

    #[test]
    fn only_names_that_may_run_leftward_are_isolated() {
        assert_eq!(isolated("Caf\u{e9} 12"), "Caf\u{e9} 12");
        assert_eq!(
            isolated("\u{5d1}\u{5e0}\u{5e7}"),
            "\u{2068}\u{5d1}\u{5e0}\u{5e7}\u{2069}"
        );
    }

    #[test]
    fn a_body_shows_its_orders() {
        assert_eq!(spelled_out("a\n\u{202e}b\r"), "a\n\\u{202e}b\\u{d}");
    }

    #[test]
    fn length_is_bounded_in_characters() {
        assert_eq!(one_line(&"é".repeat(10_000)), "é".repeat(LONGEST));
    }
}
