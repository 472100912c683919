//! Which passwords are too weak, and the words that say why.

use super::hashing::{in_turn, normal};
use super::passphrase::phrase;
use super::well_known;
use crate::auth::AuthError;
use domain::secret::Secret;
use domain::text::composed;

/// NIST SP 800-63B-4 requires 15 characters where the password is the only factor.
pub const SHORTEST: usize = 15;
/// Long enough for any phrase; bounds the input of the hash.
const LONGEST: usize = 1024;
/// More than 10^8 guesses (zxcvbn's score 3).
const STRONG: zxcvbn::Score = zxcvbn::Score::Three;

/// Returns the words that an attacker who knows the person would try first: their names and whatever else is known of
/// them.
#[must_use]
pub(in crate::auth) fn words_about(
    first_name: &str,
    last_name: &str,
    more: [&str; 3],
) -> Vec<String> {
    let [a, b, c] = more;
    // zxcvbn rates any three words as strong, so adjacent names are joined into one word.
    let (joined, turned) = (
        format!("{first_name}{last_name}"),
        format!("{last_name}{first_name}"),
    );
    let words = [first_name, last_name, a, b, c, &joined, &turned].into_iter();
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns what is wrong with a password, in words for the person; `None` when it is good. `about` holds words that an
/// attacker would try first, such as the person's names and addresses.
///
/// # Errors
/// [`AuthError::Busy`] when the queue is full.
pub async fn weakness(
    password: &Secret,
    about: Vec<String>,
    from: &str,
) -> Result<Option<String>, AuthError> {
    let password = normal(password);
    let length = password.expose().chars().count();
    if length == 0 {
        return Ok(Some("Enter a password.".into()));
    }
    if length > LONGEST {
        return Ok(Some(format!(
            "Enter a password of at most {LONGEST} characters."
        )));
    }
    if length < SHORTEST {
        return Ok(Some(format!(
            "Enter at least {SHORTEST} characters. {}",
            offer()
        )));
    }
    in_turn(from, false, move || {
        // The cost of the estimate grows with the square of the length, and it gains nothing after 100 characters.
        let head: String = password.expose().chars().take(100).collect();
        let about = own_words(&about);
        let words: Vec<&str> = about.iter().map(String::as_str).collect();
        let estimate = zxcvbn::zxcvbn(&head, &words);
        if estimate.score() >= STRONG {
            let rest = without(&head, &about);
            let made_of_them = zxcvbn::zxcvbn(&rest, &words).score() < STRONG;
            let why = match rest.len() < head.len() && made_of_them {
                true => Some("Too easy to guess: it contains your name, email or birthday."),
                false => well_known::pattern(&head, is_strong),
            };
            return why.map(|why| format!("{why} {}", offer()));
        }
        let why = estimate
            .feedback()
            .and_then(zxcvbn::feedback::Feedback::warning)
            .map(|w| w.to_string());
        let why = why.unwrap_or_else(|| "That’s too easy to guess.".into());
        Some(format!("{why} {}", offer()))
    })
    .await
}

/// Whether a text takes many guesses for an attacker who tries these words first.
pub(super) fn is_strong(text: &str, words: &[&str]) -> bool {
    zxcvbn::zxcvbn(text, words).score() >= STRONG
}

/// Splits what is known of a person into the words that an attacker would try: each text whole, and its parts.
fn own_words(about: &[String]) -> Vec<String> {
    let known = about
        .iter()
        .map(|text| composed(&text.trim().to_lowercase()));
    let known: Vec<String> = known.chain(["passbook".to_owned()]).collect();
    let parts = known
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<String> = known
        .iter()
        .cloned()
        .chain(parts.map(str::to_owned))
        .collect();
    words.retain(|word| word.chars().count() >= 3);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

/// Returns a password without the person's own words. zxcvbn rates any three words as strong, so a name, an address and
/// a birthday in a row would pass.
fn without(password: &str, own: &[String]) -> String {
    let mut rest = password.to_lowercase();
    for word in own {
        rest = rest.replace(word, "");
    }
    rest
}

/// Returns advice with a fresh phrase that is easy to type.
fn offer() -> String {
    format!(
        "Try a few random words, like “{}” (but not these).",
        phrase()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn weak_ones_are_refused_with_a_reason_and_an_offer() {
        for weak in [
            "",
            "short",
            "passwordpassword",
            "aaaaaaaaaaaaaaaaaaaa",
            "adabyron@example.org",
        ] {
            let reason = weakness(
                &Secret::new(weak),
                vec!["adabyron@example.org".into()],
                "here",
            )
            .await
            .expect("judged");
            assert!(reason.is_some(), "{weak}");
        }
        let about = ["Ada", "Lovelace", "ada@example.org", "1990-12-10"].map(str::to_owned);
        for own in [
            "Ada Lovelace Passbook 1990",
            "lovelace-ada-1990-example",
            "passbook.ada.lovelace.ada",
            "Lovelace example passbook 10",
        ] {
            let reason = weakness(&Secret::new(own), about.to_vec(), "here").await;
            let reason = reason.expect("judged").unwrap_or_default();
            assert!(reason.contains("Try a few random words"), "{own}: {reason}");
        }
        let strong = Secret::new("Ada walks a copper lantern north");
        assert_eq!(
            weakness(&strong, about.to_vec(), "here")
                .await
                .expect("judged"),
            None
        );
        // Names too short to count on their own count when joined.
        let joined = Secret::new("bolilibo19851210");
        let about = words_about("Bo", "Li", ["bo@example.org", "", "1985-12-10"]);
        let one_by_one = ["Bo", "Li", "bo@example.org", "1985-12-10"];
        let one_by_one = one_by_one.map(str::to_owned).to_vec();
        for (about, weak) in [(about, true), (one_by_one, false)] {
            let reason = weakness(&joined, about, "here").await.expect("judged");
            assert_eq!(reason.is_some(), weak, "{reason:?}");
        }
        // Twenty-one code points as typed, but fourteen letters.
        let short = Secret::new("z\u{e4}".repeat(7).replace('\u{e4}', "a\u{308}"));
        let reason = weakness(&short, Vec::new(), "here").await.expect("judged");
        assert!(reason.is_some_and(|why| why.starts_with("Enter at least 15")));
        let offered = phrase();
        assert_eq!(
            weakness(&Secret::new(offered), Vec::new(), "here")
                .await
                .expect("judged"),
            None
        );
    }
}
