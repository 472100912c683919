//! Tests of sealing and of key files.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

fn vault(dir: &tempfile::TempDir, name: &str) -> Vault {
    Vault::open(&dir.path().join(name), true).expect("a new key")
}

#[test]
fn what_is_sealed_opens_for_its_row_and_owner_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(&dir, "key");
    let sealed = vault
        .seal(&Secret::new("access-sandbox-1"), "row", "ada")
        .expect("sealed");
    assert_eq!(
        vault.unseal(&sealed, "row", "ada").expect("opens").expose(),
        "access-sandbox-1"
    );
    assert!(vault.unseal(&sealed, "other row", "ada").is_err());
    assert!(vault.unseal(&sealed, "row", "eve").is_err());
    assert!(
        self::vault(&dir, "another")
            .unseal(&sealed, "row", "ada")
            .is_err()
    );
    for at in [0, 5, 20, sealed.len() - 1] {
        let mut tampered = sealed.clone();
        tampered[at] ^= 1;
        assert!(vault.unseal(&tampered, "row", "ada").is_err(), "byte {at}");
    }
    assert!(vault.unseal(&[], "row", "ada").is_err());
}

#[test]
fn a_fingerprint_is_the_same_for_the_same_bytes_and_key_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let print = |name: &str, bytes: &[u8]| vault(&dir, name).fingerprint(bytes);
    let first = print("key", b"POST /api/v1/users");
    assert_eq!(first, print("key", b"POST /api/v1/users"));
    assert_ne!(first, print("key", b"POST /api/v1/users\n"));
    assert_ne!(first, print("another", b"POST /api/v1/users"));
    let plain = domain::secret::token_hash("POST /api/v1/users");
    assert_ne!(first, plain);
}

#[test]
fn the_key_file_is_the_owners_alone_and_stays() {
    let dir = tempfile::tempdir().expect("a directory");
    let sealed = vault(&dir, "key")
        .seal(&Secret::new("x"), "r", "o")
        .expect("sealed");
    let mode = fs::metadata(dir.path().join("key"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(vault(&dir, "key").unseal(&sealed, "r", "o").is_ok());
}

#[test]
fn a_lost_or_broken_key_is_told() {
    let dir = tempfile::tempdir().expect("a directory");
    assert!(matches!(
        Vault::open(&dir.path().join("none"), false),
        Err(VaultError::File(..))
    ));
    for bad in ["", "1", "1 AAAA", "x y z", "1 not-base64!"] {
        fs::write(dir.path().join("bad"), bad).expect("written");
        assert!(
            matches!(
                Vault::open(&dir.path().join("bad"), true),
                Err(VaultError::NotAKey(_))
            ),
            "{bad:?}"
        );
    }
}

#[test]
fn a_key_that_anybody_would_try_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("key");
    let open = |bytes: [u8; 32], others: &str| {
        let text = format!("{others}2 {}\n", STANDARD.encode(bytes));
        fs::write(&file, text).expect("written");
        Vault::open(&file, true)
    };
    let counting: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).expect("it fits"));
    let mut down = counting;
    down.reverse();
    for known in [
        [0; 32],
        [0xFF; 32],
        counting,
        down,
        *b"0123456789abcdef0123456789abcdef",
    ] {
        let refused = open(known, "").expect_err("no secret");
        assert!(matches!(refused, VaultError::Guessable(_)), "{known:?}");
        assert!(refused.to_string().contains("use one that Passbook made"));
    }
    // A key that someone supplies passes if it differs from a pattern by one bit.
    let mut other = counting;
    other[31] ^= 1;
    assert!(open(other, "").is_ok());
    let zeros = format!("1 {}\n", STANDARD.encode([0; 32]));
    assert!(open(other, &zeros).is_err(), "an older key is as open");
}

/// Returns 32 bytes without a pattern, in base64.
fn some_key(number: u8) -> String {
    let bytes: [u8; 32] =
        std::array::from_fn(|at| number ^ u8::try_from(at * at % 251).expect("it fits"));
    STANDARD.encode(bytes)
}

#[test]
fn the_key_with_the_highest_number_seals_wherever_it_stands() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("key");
    let (two, ten) = (some_key(2), some_key(10));
    fs::write(&file, format!("10 {ten}\n\n2 {two}\n")).expect("written");
    let both = Vault::open(&file, false).expect("keys");
    assert!(both.is_between_keys());
    let sealed = both.seal(&Secret::new("x"), "r", "o").expect("sealed");
    assert_eq!(sealed[..4], [0, 0, 0, 10]);
    fs::write(&file, format!("2 {two}\n")).expect("written");
    let two = Vault::open(&file, false).expect("a key");
    assert!(!two.is_between_keys());
    assert!(two.unseal(&sealed, "r", "o").is_err());
    let sealed = two.seal(&Secret::new("x"), "r", "o").expect("sealed");
    assert_eq!(both.unseal(&sealed, "r", "o").expect("opens").expose(), "x");
}

#[test]
fn two_keys_with_one_number_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("key");
    let text = format!("3 {}\n1 {}\n3 {}\n", some_key(1), some_key(2), some_key(3));
    fs::write(&file, text).expect("written");
    let refused = Vault::open(&file, true).expect_err("which of them?");
    assert!(matches!(refused, VaultError::Twice(_, 3)), "{refused}");
}

#[test]
fn a_changed_key_stays_where_it_was_and_with_whom() {
    let dir = tempfile::tempdir().expect("a directory");
    let (file, link) = (dir.path().join("key"), dir.path().join("link"));
    fs::write(&file, format!("7 {}\n", some_key(7))).expect("written");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    for (before, after) in [(0o600, 0o600), (0o640, 0o640), (0o646, 0o640)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(before)).expect("set");
        let was = fs::read_to_string(&file).expect("a key");
        let rotation = Rotation::begin(&link).expect("a new key");
        assert_eq!(
            fs::read_to_string(&file).expect("a key"),
            was,
            "nothing is written yet"
        );
        rotation.add_new().expect("written");
        let both = fs::read_to_string(&file).expect("keys");
        assert!(both.starts_with(&was) && both.lines().count() == 2);
        rotation.drop_old().expect("written");
        assert_eq!(
            fs::read_to_string(&file).expect("a key"),
            both.replace(&was, "")
        );
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, after, "{before:o}");
        assert!(link.symlink_metadata().expect("it").is_symlink());
    }
    assert!(fs::read_to_string(&file).expect("a key").starts_with("10 "));
    // Only root can give a file away, and root may change the key of a program that runs as another user.
    let given = std::os::unix::fs::chown(&file, Some(1), Some(1)).is_ok();
    let rotation = Rotation::begin(&file).expect("a new key");
    rotation.add_new().expect("written");
    let owner = file.metadata().expect("a file").uid();
    assert_eq!(owner == 1, given);
    assert_eq!(
        fs::read_dir(dir.path()).expect("a folder").count(),
        2,
        "nothing is left beside"
    );
}
