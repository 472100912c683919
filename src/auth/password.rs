//! Passwords: strength rules, and Argon2id hashing on its own threads behind a bounded queue.

use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::runtime::{Builder, Runtime};

use super::passphrase::phrase;
use super::queue::Queue;
use super::{AuthError, weak_passwords};
use domain::network::widest;
use domain::secret::Secret;

/// NIST SP 800-63B-4 requires 15 characters where the password is the only factor.
pub const SHORTEST: usize = 15;
/// Long enough for any phrase; bounds the input of the hash.
const LONGEST: usize = 1024;
/// More than 10^8 guesses (zxcvbn's score 3).
const STRONG: zxcvbn::Score = zxcvbn::Score::Three;

/// The longest queue: as many people as can be served within seconds.
const LONGEST_QUEUE: usize = 64;
/// The most places for one network: about as many people as an office has at once.
const SHARE: usize = 8;
static QUEUE: LazyLock<Queue> = LazyLock::new(|| Queue::new(at_once(), LONGEST_QUEUE, SHARE));
/// Threads for hashing only, always the same ones. glibc keeps the memory that a thread has freed for that thread, so
/// on the many threads of the blocking pool a few hundred log-ins made the program hold more than a gigabyte.
static HASHERS: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    Builder::new_current_thread()
        .max_blocking_threads(at_once())
        .thread_keep_alive(Duration::MAX)
        .thread_name("hasher")
        .build()
        .ok()
});

/// How many hashes run at once: half of the processors, so that the pages keep the rest.
fn at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cores.div_ceil(2)
}

/// OWASP's parameters for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password to a PHC string. `from` is the client's address, whose network has its own line in the queue.
///
/// # Errors
/// [`AuthError::Busy`] when the queue is full.
pub async fn hash(password: &Secret, from: &str) -> Result<String, AuthError> {
    let password = password.clone();
    in_turn(from, false, move || {
        let hashed = argon2().hash_password(password.expose().as_bytes());
        hashed.map(|h| h.to_string()).map_err(|_| AuthError::Busy)
    })
    .await?
}

/// Whether the password matches the hash. Without a hash it takes the same time and returns `false`, so that a caller
/// cannot learn who has signed up here. `known` says that the account has logged in from this device or address before;
/// such a person is served before all strangers.
///
/// # Errors
/// [`AuthError::Busy`] when the queue is full.
pub async fn verify(
    password: &Secret,
    hash: Option<String>,
    from: &str,
    known: bool,
) -> Result<bool, AuthError> {
    let password = password.clone();
    in_turn(from, known, move || {
        static NOBODY: LazyLock<String> = LazyLock::new(|| {
            argon2()
                .hash_password(b"nobody's password")
                .map(|h| h.to_string())
                .unwrap_or_default()
        });
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&hash) else {
            return false;
        };
        let right = argon2()
            .verify_password(password.expose().as_bytes(), &parsed)
            .is_ok();
        right && known
    })
    .await
}

/// Returns the words that an attacker who knows the person would try first: their names and whatever else is known of
/// them.
#[must_use]
pub(super) fn words_about(first_name: &str, last_name: &str, more: [&str; 3]) -> Vec<String> {
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
    let password = password.clone();
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
                false => weak_passwords::pattern(&head, is_strong),
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
    let known = about.iter().map(|text| text.trim().to_lowercase());
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

/// Runs processor-heavy work on the hashing threads.
async fn in_turn<T: Send + 'static>(
    from: &str,
    known: bool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AuthError> {
    let turn = QUEUE.turn(&widest(from), known).await;
    let turn = turn.map_err(|_| AuthError::Busy)?;
    let work = move || {
        // The work continues when the caller goes away, so its turn must last as long.
        let _turn = turn;
        work()
    };
    match HASHERS.as_ref() {
        Some(hashers) => hashers.spawn_blocking(work).await,
        None => tokio::task::spawn_blocking(work).await,
    }
    .map_err(|_| AuthError::Busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let right = Secret::new("copper lantern walks north");
        let hashed = hash(&right, "here").await.expect("hashed");
        assert!(
            hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hashed}"
        );
        assert!(
            verify(&right, Some(hashed.clone()), "here", false)
                .await
                .expect("verified")
        );
        assert!(
            !verify(
                &Secret::new("copper lantern walks south"),
                Some(hashed),
                "here",
                false
            )
            .await
            .expect("verified")
        );
        assert!(!verify(&right, None, "here", false).await.expect("verified"));
        assert!(
            !verify(&Secret::new("nobody's password"), None, "here", false)
                .await
                .expect("verified")
        );
        assert!(
            !verify(&right, Some("not a hash".into()), "here", false)
                .await
                .expect("verified")
        );
    }

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
        let offered = phrase();
        assert_eq!(
            weakness(&Secret::new(offered), Vec::new(), "here")
                .await
                .expect("judged"),
            None
        );
    }
}
