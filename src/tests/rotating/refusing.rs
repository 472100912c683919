//! What prevents a rotation: the reason is reported, and nothing is changed.

use domain::clock::Clock;
use passbook::server::StartError;

use super::folder::KeyedFolder;
use crate::app::TestApp;
use crate::process::{Process, output};

/// A key that sealed nothing.
const ANOTHER: &str = "1 rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU=\n";

#[tokio::test]
async fn while_passbook_runs() {
    let mut process = Process::serve(&[]).await;
    let key = || std::fs::read(process.data().join("passbook.key")).expect("the key");
    let before = key();
    let ended = output(process.folder(), &["rotate-key"], &[]).await;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("another Passbook is running on"), "{said}");
    assert_eq!(key(), before);
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn where_there_is_no_passbook() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = output(folder.path(), &["rotate-key"], &[]).await;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("set PASSBOOK_DATA_DIR"), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[tokio::test]
async fn with_a_key_that_is_lost_wrong_or_no_key() {
    let folder = KeyedFolder::filled().await;
    let right = folder.key_text();
    let sealed = described(&folder).await;
    let zeros = format!("1 {}=\n", "A".repeat(43));
    let twice = format!("{right}{ANOTHER}");
    for (text, told) in [
        (None, "does not exist"),
        (Some("not a key"), "is not a Passbook key"),
        (Some(&zeros), "can be guessed"),
        (Some(&twice), "holds two keys with the number 1"),
        (Some(ANOTHER), "47 of 47 sealed secrets cannot be opened"),
    ] {
        match text {
            None => std::fs::remove_file(folder.key()).expect("it is lost"),
            Some(text) => std::fs::write(folder.key(), text).expect("written"),
        }
        let names = folder.names();
        let (code, said) = folder.rotate(&["--keep-old", "old.key"]).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains(told) && said.contains("Nothing was changed."),
            "{said}"
        );
        assert_eq!(std::fs::read_to_string(folder.key()).ok().as_deref(), text);
        assert_eq!(folder.names(), names);
        assert_eq!(described(&folder).await, sealed);
        assert!(!folder.dir().path().join("old.key").exists());
    }
}

#[tokio::test]
async fn with_a_row_that_does_not_open() {
    let folder = KeyedFolder::filled().await;
    let key = folder.key_text();
    // Damaged: one as a blob, one as the text that SQL turns it into.
    for sql in [
        "UPDATE connection SET sealed_token = CAST(sealed_token || X'00' AS BLOB) WHERE id LIKE '%connection7'",
        "UPDATE connection SET sealed_token = sealed_token || X'00' WHERE id LIKE '%connection8'",
    ] {
        folder.write(sql).await;
    }
    let sealed = described(&folder).await;
    let (code, said) = folder.rotate(&[]).await;
    assert_eq!(code, Some(1), "{said}");
    for word in [
        "access token of a bank (000000000000000connection7), access token of a bank (000000000000000connection8)",
        "2 of 47 sealed secrets cannot be opened",
        "Nothing was changed.",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(folder.key_text(), key);
    assert_eq!(described(&folder).await, sealed);
}

#[tokio::test]
async fn to_write_the_old_key_over_anything() {
    let folder = KeyedFolder::filled().await;
    let (key, before) = (folder.key_text(), folder.opened().await);
    let precious = folder.dir().path().join("precious");
    std::fs::write(&precious, "precious").expect("written");
    std::os::unix::fs::symlink(folder.key(), folder.dir().path().join("link")).expect("a link");
    for path in [
        "precious",
        "data/passbook.key",
        "link",
        "data/passbook.key.new",
    ] {
        let (code, said) = folder.rotate(&["--keep-old", path]).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("nothing is overwritten"), "{path}: {said}");
        assert_eq!(folder.key_text(), key);
    }
    let (code, said) = folder.rotate(&["--keep-old", "nowhere/old.key"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("nowhere/old.key cannot be used"), "{said}");
    assert_eq!(folder.key_text(), key);
    assert_eq!(
        std::fs::read_to_string(&precious).expect("there"),
        "precious"
    );

    // Written by a run that was killed before it did anything else.
    std::fs::write(folder.dir().path().join("old.key"), &key).expect("written");
    let (code, said) = folder.rotate(&["--keep-old", "old.key"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(folder.opened().await, before);
    let old = folder.dir().path().join("old.key");
    assert_eq!(
        folder.opened_with(&old).await,
        None,
        "it opens nothing any more"
    );
}

#[tokio::test]
async fn a_start_without_the_key_whatever_it_was_that_it_sealed() {
    let folder = KeyedFolder::filled().await;
    std::fs::remove_file(folder.key()).expect("it is lost");
    let data = folder.data().display().to_string();
    let built = TestApp::build().setting("PASSBOOK_DATA_DIR", &data);
    let built = built.clock(&Clock::system());
    let start = async || built.run(folder.dir()).await;
    for gone in [
        "UPDATE connection SET sealed_token = X''",
        "UPDATE link_attempt SET sealed_public_token = NULL",
        "UPDATE link_attempt SET sealed_token = NULL",
        "UPDATE link_attempt SET sealed_hosted_url = NULL",
        "DELETE FROM outbound_endpoint",
        "DELETE FROM token_key",
    ] {
        let refused = start().await.expect_err("the key is missed");
        assert!(matches!(refused, StartError::Vault(_)), "{refused}");
        assert!(!folder.key().exists(), "a new key would only hide the loss");
        folder.write(gone).await;
    }
    start().await.expect("nothing is sealed").stop().await;
}

/// Describes the sealed values as they are stored.
async fn described(folder: &KeyedFolder) -> Vec<String> {
    let sealed = folder.sealed().await;
    sealed.iter().map(|value| format!("{value:?}")).collect()
}
