//! Argon2id hashing of passwords, on its own threads behind a bounded queue.

use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::runtime::{Builder, Runtime};

use crate::auth::AuthError;
use crate::auth::queue::Queue;
use domain::network::widest;
use domain::secret::Secret;
use domain::text::composed;

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

/// Returns a password in the form in which it is judged and hashed (RFC 8265, 4.2): devices type the same letters as
/// different code points.
pub(super) fn normal(password: &Secret) -> Secret {
    Secret::new(composed(password.expose()))
}

/// Hashes a password to a PHC string. `from` is the client's address, whose network has its own line in the queue.
///
/// # Errors
/// [`AuthError::Busy`] when the queue is full.
pub async fn hash(password: &Secret, from: &str) -> Result<String, AuthError> {
    let password = normal(password);
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
    let (typed, normal) = (password.clone(), normal(password));
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
        let fits = |password: &Secret| {
            let password = password.expose().as_bytes();
            argon2().verify_password(password, &parsed).is_ok()
        };
        // Earlier versions hashed what was typed. Whether that is tried too depends on what was typed, never on the
        // account, so that the time taken reveals no account.
        let right = fits(&normal) || (typed.expose() != normal.expose() && fits(&typed));
        right && known
    })
    .await
}

/// Runs processor-heavy work on the hashing threads.
pub(super) async fn in_turn<T: Send + 'static>(
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
    async fn the_same_letters_open_however_they_are_typed() {
        let composed = Secret::new("vier bl\u{e4}tter fallen leise");
        let decomposed = Secret::new("vier bla\u{308}tter fallen leise");
        let opens = async |password: &Secret, hash: &str| {
            let verified = verify(password, Some(hash.to_owned()), "here", false);
            verified.await.expect("verified")
        };
        for typed in [&composed, &decomposed] {
            let hashed = hash(typed, "here").await.expect("hashed");
            assert!(opens(&composed, &hashed).await && opens(&decomposed, &hashed).await);
        }
        // A hash of an earlier version, which took the letters as they came.
        let former = argon2().hash_password(decomposed.expose().as_bytes());
        let former = former.expect("hashed").to_string();
        assert!(opens(&decomposed, &former).await);
        assert!(!opens(&Secret::new("vier blatter fallen leise"), &former).await);
        let unknown = verify(&decomposed, None, "here", false).await;
        assert!(!unknown.expect("verified"));
    }

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
}
