//! The matching rule of search: every typed word must be the beginning of a word in the row, ignoring case and
//! accents.
//!
//! A row is indexed by its words as written (`fold`) and by the other ways people type them (`indexed`): in plain
//! letters (`lodz` for Łódź, `strasse` for Straße) and without the punctuation inside a word (`mcdonalds` for
//! McDonald's).

use std::borrow::Cow;

use deunicode::deunicode;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds text to the words that search compares: lower case, no accents, one space before each word and one after the
/// last. Empty if there is no word.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut in_word = false;
    let letters = text.chars().flat_map(char::to_lowercase).nfkd();
    // Some characters decompose into capitals: № becomes No.
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

/// The words that a text is found by: those of [`fold`], followed by each word in plain letters and each run of
/// characters without its punctuation, where that is a different word.
#[must_use]
pub fn indexed(text: &str) -> String {
    let mut out = fold(text);
    let mut add = |word: &str| {
        if !word.is_empty() && !out.contains(&format!(" {word} ")) {
            out.push_str(word);
            out.push(' ');
        }
    };
    for run in text.split_whitespace() {
        let folded = fold(run);
        let words = folded.split_whitespace();
        let joined: String = words.clone().collect();
        for word in words {
            add(&plain(word));
        }
        add(&joined);
        add(&plain(&joined));
    }
    out
}

/// A folded word in the letters a to z and digits: `łodz` becomes `lodz`. Empty if there is no such form.
fn plain(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let letters = deunicode(word);
    let letters = letters.chars().filter(char::is_ascii_alphanumeric);
    Cow::Owned(letters.map(|c| c.to_ascii_lowercase()).collect())
}

/// The form in which a typed word is searched for. Latin words are searched for in plain letters, which every row
/// that contains the word is indexed by too. In other scripts, several words share one plain form.
fn looked_for(word: &str) -> Cow<'_, str> {
    let is_latin = |c: char| c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c);
    let plain = plain(word);
    if word.chars().all(is_latin) && !plain.is_empty() {
        plain
    } else {
        Cow::Borrowed(word)
    }
}

/// Folds a search query. An apostrophe does not split words: `McDonald's` also finds MCDONALDS.
fn typed(query: &str) -> String {
    fold(&query.replace(['\'', '’', '‘', 'ʼ', '`', '´'], ""))
}

/// The maximum number of words in a search; more than a sentence needs.
pub const MOST_WORDS: usize = 8;

/// Whether a query has more words than are searched for. The person must be warned.
#[must_use]
pub fn too_many(query: &str) -> bool {
    typed(query).split_whitespace().count() > MOST_WORDS
}

/// The words of a query in the form in which they are searched for; at most [`MOST_WORDS`].
#[must_use]
pub fn words(query: &str) -> Vec<String> {
    typed(query)
        .split_whitespace()
        .take(MOST_WORDS)
        .map(|word| looked_for(word).into_owned())
        .collect()
}

/// Whether these words find a text in the form of [`indexed`]. The two ways of searching in the database must agree
/// with it.
#[must_use]
pub fn finds(indexed: &str, words: &[String]) -> bool {
    words
        .iter()
        .all(|word| indexed.contains(&format!(" {word}")))
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
    fn letters_that_do_not_decompose_are_found_by_plain_ones_and_by_themselves() {
        for (text, queries) in [
            ("Łódź Główna", "lodz łódź LODZ glow główna łodz"),
            (
                "Hauptstraße 7",
                "hauptstrasse hauptstraße HAUPTSTRASSE hauptstr",
            ),
            ("HAUPTSTRASSE 7", "hauptstraße"),
            ("Smørrebrød Ærø", "smorrebrod smørrebrød aero ærø"),
            ("Đorđe ÞÓRSHÖFN", "dorde đorđe thorshofn þórshöfn"),
            ("Москва", "москва moskva"),
            ("北京", "北京 北 beijing"),
        ] {
            let row = indexed(text);
            for query in queries.split_whitespace() {
                assert!(finds(&row, &words(query)), "{query} in {text}: {row}");
            }
        }
        assert!(!finds(&indexed("Lublin"), &words("łódź")));
        // Homophones do not match.
        assert!(!finds(&indexed("背景"), &words("北京")));
    }

    #[test]
    fn words_are_found_without_their_signs_and_with_them() {
        for (text, queries) in [
            (
                "McDonald's F1234",
                "mcdonalds mcdonald's McDonald’s mcdonald",
            ),
            ("MCDONALDS 77", "McDonald's mcdonalds"),
            ("T-Mobile", "tmobile t-mobile mobile"),
            ("AT&T", "att at&t"),
            ("AMAZON.COM*2H4", "amazoncom amazon.com amazon 2h4"),
            ("O’Reilly", "oreilly o'reilly reilly"),
            ("D'Łódź", "dlodz d'łódź lodz"),
        ] {
            let row = indexed(text);
            for query in queries.split_whitespace() {
                assert!(finds(&row, &words(query)), "{query} in {text}: {row}");
            }
        }
        assert!(!finds(&indexed("Mc Donald s"), &words("mcdonalds")));
        assert_eq!(
            indexed("Corner Coffee"),
            fold("Corner Coffee"),
            "nothing twice"
        );
        assert_eq!(indexed(" -- "), "");
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
