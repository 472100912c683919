//! Keys that are lost, belong to another database, or do not open everything.

use std::fs;

use super::{doctor, stopped};
use crate::books::Books;

const OTHER_KEY: &str = "rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU=";

#[tokio::test]
async fn a_key_that_does_not_open_what_is_sealed_is_told() {
    let process = stopped().await;
    let key = process.data().join("passbook.key");
    let kept = fs::read_to_string(&key).expect("the key");
    let folder = process.folder().to_owned();

    fs::write(&key, format!("1 {OTHER_KEY}\n")).expect("another key");
    let told = doctor(&folder, &[]).await.wrong("Sealed secrets");
    for part in [
        " can’t be opened with the key in ",
        "1 access token of a bank",
        "Put back the key file",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(!told.contains(OTHER_KEY));

    fs::write(&key, "root:x:0:0\n").expect("no key");
    let told = doctor(&folder, &[]).await.wrong("Sealed secrets");
    assert!(told.contains("is not a Passbook key"), "{told}");

    fs::remove_file(&key).expect("lost");
    let said = doctor(&folder, &[]).await;
    for (what, part) in [
        ("Sealed secrets", "put that key file back"),
        ("Key file", "is missing. Put it back"),
    ] {
        let told = said.wrong(what);
        assert!(told.contains(part), "{told}");
    }

    fs::write(&key, &kept).expect("put back");
    super::set(&key, 0o600);
    assert_eq!(doctor(&folder, &[]).await.code, Some(0));
    let books = Books::open(&process.data()).await;
    let tampered = "UPDATE connection SET sealed_token = substr(sealed_token, 1, 20) || X'00'";
    sqlx::query(tampered)
        .execute(&books.pool)
        .await
        .expect("written");
    let told = doctor(&folder, &[]).await.wrong("Sealed secrets");
    assert!(told.contains(": 1 access token of a bank."), "{told}");
}

#[tokio::test]
async fn a_change_of_the_key_that_was_cut_short_is_told() {
    let process = stopped().await;
    let key = process.data().join("passbook.key");
    let kept = fs::read_to_string(&key).expect("the key");
    fs::write(&key, format!("{kept}2 {OTHER_KEY}\n")).expect("two keys");
    let said = doctor(process.folder(), &[]).await;
    let told = said.warns("Key change");
    assert!(told.ends_with("passbook rotate-key"), "{told}");
    said.of("Good", "Sealed secrets");
    assert_eq!(said.code, Some(0), "everything works");
}

#[tokio::test]
async fn a_key_apart_from_the_data_directory_is_good() {
    let process = stopped().await;
    let apart = process.folder().join("apart.key");
    fs::rename(process.data().join("passbook.key"), &apart).expect("moved");
    let settings = [("PASSBOOK_KEY_FILE", "apart.key")];
    let said = doctor(process.folder(), &settings).await;
    said.of("Good", "Key backup");
    assert_eq!(said.code, Some(0), "{}", said.text);
}
