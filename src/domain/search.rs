//! What "finds" means: every typed word is the beginning of a word in the row, whatever its case and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds text to the words that search compares: lower case, no accents, one space before each word and
/// one after the last. Empty when there is no word.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut in_word = false;
    let letters = text.chars().flat_map(char::to_lowercase).nfkd();
    // Some signs fall apart into capitals: № is No.
    for c in letters
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        if c.is_alphanumeric() {
            if !in_word {
                out.push(' ');
            }
            out.push(c);
        }
        in_word = c.is_alphanumeric();
    }
    if !out.is_empty() {
        out.push(' ');
    }
    out
}

/// How many words are looked for at most, which is more than a sentence needs.
pub const MOST_WORDS: usize = 8;

/// Whether there are more words than are looked for: whoever typed them has to be told.
#[must_use]
pub fn too_many(query: &str) -> bool {
    fold(query).split_whitespace().count() > MOST_WORDS
}

/// The words a person typed, folded; at most [`MOST_WORDS`].
#[must_use]
pub fn words(query: &str) -> Vec<String> {
    fold(query)
        .split_whitespace()
        .take(MOST_WORDS)
        .map(str::to_owned)
        .collect()
}

/// Whether a folded text is found by these words. The database's two ways of searching must agree with it.
#[must_use]
pub fn finds(folded: &str, words: &[String]) -> bool {
    words
        .iter()
        .all(|word| folded.contains(&format!(" {word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_punctuation() {
        assert_eq!(fold("Café—O'Neil  #12"), " cafe o neil 12 ");
        assert_eq!(fold("  --  "), "");
        assert_eq!(words("Bean & LEAF"), ["bean", "leaf"]);
    }

    #[test]
    fn a_ninth_word_is_one_too_many() {
        assert!(!too_many("a b c d e f g h"));
        assert!(too_many("a b c d e f g h-i"));
        assert_eq!(words("a b c d e f g h i").len(), MOST_WORDS);
    }

    #[test]
    fn a_word_is_found_by_its_beginning_only() {
        let row = fold("Corner Coffee");
        assert!(finds(&row, &words("cof")));
        assert!(finds(&row, &words("coffee corn")));
        assert!(!finds(&row, &words("offee")));
        assert!(!finds(&row, &words("coffee shop")));
    }
}
