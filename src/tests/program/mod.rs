//! The binary: what it needs, what it prints, how it ends.

mod commands;
mod settings;

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::browsers;
use crate::browser::Browser;
use crate::process::{PASSBOOK, Process, Spawned, empty_handed, output};

#[tokio::test]
async fn the_binary_alone_in_an_empty_folder_serves_pages_with_styles() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("passbook");
    std::fs::copy(PASSBOOK, &copy).expect("a copy");
    let mut alone = empty_handed(&copy, folder.path(), &[]);
    let mut alone = Spawned::start(alone.env("PASSBOOK_LISTEN", "127.0.0.1:0"));
    let first = alone.line().await;
    let url = first.strip_prefix("Passbook is at ").expect("its address");
    let address = url
        .strip_prefix("http://")
        .expect("http")
        .parse()
        .expect("an address");
    let mut browser = Browser::new(browsers(), address, url);
    let page = browser.get("/").await;
    assert_eq!((page.path.as_str(), page.status), ("/log-in", 200));
    let sheets = page.attributes("link[rel=stylesheet], link[rel=icon]", "href");
    assert!(sheets.len() >= 2, "{sheets:?}");
    for sheet in sheets {
        let sheet = browser.get(&sheet).await;
        assert_eq!(sheet.status, 200);
        assert!(sheet.body.len() > 100, "{}", sheet.path);
    }
    let sheet = page
        .attribute("link[rel=stylesheet]", "href")
        .expect("a sheet");
    let sheet = browser.get(&sheet).await;
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert!(sheet.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn a_lost_key_stops_it_and_the_message_says_what_to_do() {
    let (mut process, _, _) = Process::linked(&[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let key = process.data().join("passbook.key");
    let kept = std::fs::read(&key).expect("the key");
    std::fs::remove_file(&key).expect("it is lost");
    let here = [("PASSBOOK_LISTEN", "127.0.0.1:0")];
    let ended = output(process.folder(), &["serve"], &here).await;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains("put that key file back") && said.contains("PASSBOOK_KEY_FILE"),
        "{said}"
    );
    assert!(!key.exists(), "a new key would only hide the loss");

    std::fs::write(&key, b"1 rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU=\n").expect("another key");
    let ended = output(process.folder(), &["serve"], &here).await;
    assert_eq!(ended.status.code(), Some(1), "another key opens nothing");
    std::fs::write(&key, kept).expect("the key is put back");
    assert_eq!(process.again().await.terminate().await, Some(0));
}

#[tokio::test]
async fn a_key_file_that_cannot_be_used_is_told_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let strange = folder.path().join("strange");
    std::fs::write(&strange, "root:x:0:0\n").expect("written");
    let nowhere = folder.path().join("no/such/key");
    for (key, words) in [
        (&nowhere, "cannot be used: "),
        (&strange, "is not a Passbook key"),
    ] {
        let set = [
            ("PASSBOOK_LISTEN", "127.0.0.1:0"),
            ("PASSBOOK_KEY_FILE", key.to_str().expect("a path")),
        ];
        let ended = output(folder.path(), &["serve"], &set).await;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(
            said.contains(words) && said.contains("set PASSBOOK_KEY_FILE"),
            "{said}"
        );
        assert!(!said.contains("delete") && !said.contains(".:"), "{said}");
    }
    assert!(strange.exists() && !nowhere.exists());
}

#[tokio::test]
async fn a_log_that_cannot_be_set_up_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, value) in [("PASSBOOK_LOG", "xml"), ("RUST_LOG", "[[[")] {
        let ended = output(folder.path(), &["serve"], &[(name, value)]).await;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("{name} must be")), "{said}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[tokio::test]
async fn a_second_program_on_the_same_folder_refuses() {
    let mut process = Process::serve(&[]).await;
    let second = output(
        process.folder(),
        &["serve"],
        &[("PASSBOOK_LISTEN", "127.0.0.1:0")],
    )
    .await;
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1));
    assert!(
        said.contains("another Passbook is running") && said.contains("PASSBOOK_DATA_DIR"),
        "{said}"
    );
    let taken = process.address.to_string();
    let elsewhere = [
        ("PASSBOOK_LISTEN", taken.as_str()),
        ("PASSBOOK_DATA_DIR", "other"),
    ];
    let third = output(process.folder(), &["serve"], &elsewhere).await;
    assert!(String::from_utf8_lossy(&third.stderr).contains("cannot listen on"));
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn a_stop_right_after_the_start_is_an_orderly_one() {
    for _ in 0..5 {
        assert_eq!(Process::serve(&[]).await.terminate().await, Some(0));
    }
}

#[tokio::test]
async fn it_stops_within_ten_seconds_though_a_request_is_open() {
    let mut process = Process::serve(&[]).await;
    let mut open = TcpStream::connect(process.address)
        .await
        .expect("connected");
    let half = format!(
        "POST /forms/log-in HTTP/1.1\r\nhost: {}\r\ncontent-length: 100\r\n\r\nname=",
        process.address
    );
    open.write_all(half.as_bytes()).await.expect("sent");
    let mut idle = TcpStream::connect(process.address)
        .await
        .expect("connected");
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = [0_u8; 12];
    idle.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
    let began = Instant::now();
    assert_eq!(process.terminate().await, Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn it_says_whether_it_lives_and_whether_it_can_work() {
    let mut process = Process::serve(&[]).await;
    let mut browser = process.browser();
    for (path, said) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.body.as_str()), (200, said));
    }
    assert!(
        process
            .said
            .iter()
            .any(|line| line.starts_with("Passbook is at http://127.0.0.1:"))
    );
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(process.data())
            .expect("a folder")
            .permissions(),
    );
    assert_eq!(mode & 0o077, 0, "the folder is its owner's alone");
    assert_eq!(process.terminate().await, Some(0));
}
