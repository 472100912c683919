//! Passwords that an estimate of their words rates as strong, and that attackers still try first: well-known phrases,
//! keyboard walks, and repetitions. zxcvbn knows words and single walks; it rates a phrase of four words or a walk of
//! five pieces as strong. `weakness.rs` asks here, and has the words for every other weak password.

use std::sync::LazyLock;

/// Well-known phrases, one a line.
const WELL_KNOWN: &str = include_str!("well_known.txt");

static PHRASES: LazyLock<Vec<String>> = LazyLock::new(|| WELL_KNOWN.lines().map(folded).collect());

/// Keyboard layouts as rows of keys, one key a column; a space is no key. The last is no keyboard but the alphabet and
/// the digits.
const KEYBOARDS: [[&str; 4]; 5] = [
    ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"],
    ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"],
    ["1234567890", "   pyfgcrl", "aoeuidhtns", " qjkxbmwvz"],
    ["abcdefghijklmnopqrstuvwxyz", "", "0123456789", ""],
];

/// Returns what is wrong with a password as a whole, in words for the person. `is_strong` rates a text; its second
/// argument lists phrases that count as single words.
pub(super) fn pattern(
    password: &str,
    is_strong: impl Fn(&str, &[&str]) -> bool,
) -> Option<&'static str> {
    // Separators, punctuation and case add a few guesses at most.
    let text = folded(password);
    if is_repetition(&text) || is_repetition(&letters(&text)) {
        return Some("Repeating a word or a few letters doesn’t make a password strong.");
    }
    if is_walk(&text) {
        return Some("Keys that are next to each other, or in a row, are easy to guess.");
    }
    let known: Vec<&str> = PHRASES.iter().map(String::as_str).collect();
    let is_part = text.len() >= MATTERS && known.iter().any(|phrase| phrase.contains(&text));
    // A password of punctuation alone has no text to judge.
    let is_weak = text.len() >= MATTERS && is_strong(&text, &[]) && !is_strong(&text, &known);
    (is_part || is_weak).then_some("This is a well-known phrase, which attackers try first.")
}

/// Shorter texts say nothing about a password of 15 characters or more.
const MATTERS: usize = 8;

fn folded(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Whether a text repeats one piece at least twice in a row; the last repetition may be cut short.
fn is_repetition(text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let longest = text.len() / 2;
    text.len() >= MATTERS && (1..=longest).any(|piece| text[piece..] == text[..text.len() - piece])
}

/// Whether most of a text consists of walks over one keyboard.
fn is_walk(text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Of 100,000 random five-word phrases, none had more than a third in walks.
    let most = |keys| walked(&text, keys) * 10 >= text.len() * 7;
    text.len() >= MATTERS && KEYBOARDS.iter().any(most)
}

/// Returns how many letters belong to a walk: three keys or more in one direction (`qwe`, `1qaz`), or five or more in
/// two that alternate (`q1w2e`).
fn walked(text: &[char], keyboard: &[&str; 4]) -> usize {
    let places: Vec<_> = text.iter().map(|key| place(*key, keyboard)).collect();
    let steps: Vec<_> = places
        .windows(2)
        .map(|pair| step(pair[0]?, pair[1]?))
        .collect();
    let mut in_walk = vec![false; text.len()];
    for (turns, length) in [(1, 2), (2, 4)] {
        for (at, walk) in steps.windows(length).enumerate() {
            let goes_on = (turns..length).all(|i| walk[i] == walk[i - turns]);
            if goes_on && walk.iter().all(Option::is_some) {
                in_walk[at..=at + length].fill(true);
            }
        }
    }
    in_walk.into_iter().filter(|walked| *walked).count()
}

/// Returns the row and column of a key.
fn place(key: char, keyboard: &[&str; 4]) -> Option<(usize, usize)> {
    let mut rows = keyboard.iter().enumerate();
    rows.find_map(|(row, keys)| Some((row, keys.chars().position(|it| it == key)?)))
}

/// Returns the step from a key to itself or to an adjacent one.
fn step(from: (usize, usize), to: (usize, usize)) -> Option<(isize, isize)> {
    let down = to.0.checked_signed_diff(from.0)?;
    let right = to.1.checked_signed_diff(from.1)?;
    (down.abs() <= 1 && right.abs() <= 1).then_some((down, right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::password::passphrase::phrase;
    use crate::auth::password::weakness::is_strong;

    fn said(password: &str) -> &'static str {
        pattern(password, is_strong).unwrap_or("")
    }

    #[test]
    fn well_known_phrases_are_refused_however_they_are_written() {
        for phrase in [
            "correcthorsebatterystaple",
            "Correct Horse Battery Staple",
            "correct-horse-battery-staple!",
            "CorrectHorseBatteryStaple2024",
            "c0rrecth0rsebatterystaple",
            "The quick brown fox jumps over the lazy dog.",
            "quick brown fox jumps",
            "may_the_force_be_with_you",
            "tobeornottobethatisthequestion",
            "To be, or not to be",
            "this is my password!1",
            "All your base are belong to us",
        ] {
            assert!(
                said(phrase).contains("well-known"),
                "{phrase}: {:?}",
                said(phrase)
            );
        }
    }

    #[test]
    fn walks_over_any_keyboard_are_refused() {
        for walk in [
            "qwertyuiopasdfg",
            "1qaz2wsx3edc4rfv",
            "!QAZ@WSX#EDC$RFV",
            "qazwsxedcrfvtgb",
            "zaq1xsw2cde3vfr4",
            "poiuytrewqlkjhgf",
            "q1w2e3r4t5y6u7i8",
            "qqwweerrttyyuuii",
            "qwertzuiopasdfgh",
            "azertyuiopqsdfgh",
            "aoeuidhtnspyfgcrl",
            "abcdefghijklmnop",
            "zyxwvutsrqponmlk",
            "qwerty-asdfgh-zxcvbn",
            "asdfghjkl;qwertyuiop",
        ] {
            assert!(said(walk).starts_with("Keys"), "{walk}: {:?}", said(walk));
        }
    }

    #[test]
    fn repetitions_are_refused() {
        for repeated in [
            "abcabcabcabcabc",
            "abcabcabcabcab",
            "lanternlanternlantern",
            "Lantern lantern lantern",
            "lantern1lantern2lantern3",
            "xK9#mQ2pxK9#mQ2p",
            "aaaaaaaaaaaaaaaa",
            "copper lantern copper lantern",
        ] {
            assert!(
                said(repeated).starts_with("Repeating"),
                "{repeated}: {:?}",
                said(repeated)
            );
        }
    }

    #[test]
    fn what_people_think_up_or_are_offered_passes() {
        for good in [
            "copper lantern walks north",
            "seven quiet herons drumming",
            "sweeter dresses were reserved",
            "we saw trees that were redder",
            "my horse chews the garden battery",
            "K7$vq!9Zr@2mXw#4",
            "блюдо лампа север медведь",
            "Ada walks a copper lantern north",
        ] {
            assert_eq!(said(good), "", "{good}");
        }
        for _ in 0..200 {
            let offered = phrase();
            assert_eq!(said(&offered), "", "{offered}");
        }
    }

    #[test]
    fn every_phrase_of_the_list_stands_once() {
        let each: std::collections::BTreeSet<&String> = PHRASES.iter().collect();
        assert_eq!(each.len(), PHRASES.len());
        assert!(PHRASES.iter().all(|phrase| phrase.len() >= MATTERS));
    }
}
