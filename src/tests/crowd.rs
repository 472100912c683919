//! Thousands of clients that send nothing, or not enough, while a person works. The time limits for each client are
//! tested with shorter ones next to the listener (`server/listen/tests.rs`).

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{ADA, TestApp, eventually};
use crate::process::Process;

const MOST: usize = 16;

#[tokio::test]
async fn a_person_goes_on_working_in_a_crowd_of_silent_clients() {
    let most = MOST.to_string();
    let app = TestApp::with(&[("PASSBOOK_MAX_CONNECTIONS", &most)]).await;
    let mut browser = app.signed_up(&ADA).await;
    let half_form = b"POST /forms/log-in HTTP/1.1\r\nhost: localhost\r\n\
        content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nname=";
    let unfinished: [&[u8]; 6] = [
        b"",
        b"PRI * HTTP/2.0\r\n\r\nSM",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow:",
        half_form,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ];
    let mut crowd = Vec::new();
    for at in 0..10 * MOST {
        let mut silent = TcpStream::connect(app.address()).await.expect("connected");
        // It may already have been closed to make room for the next.
        let _ = silent.write_all(unfinished[at % unfinished.len()]).await;
        crowd.push(silent);
        if at % MOST == 0 {
            for path in ["/", "/settings", "/transactions"] {
                assert_eq!(browser.get(path).await.status, 200, "{path} at {at}");
            }
        }
    }
    // The earliest connections were closed to make room.
    for early in &mut crowd[..MOST] {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(std::time::Duration::from_secs(20), async {
            let _ = early.read_to_end(&mut rest).await;
        });
        closed.await.expect("it is closed");
    }
    assert_eq!(browser.get("/settings").await.status, 200);
}

#[tokio::test]
async fn the_program_may_open_as_many_files_as_the_system_lets_it() {
    let process = Process::serve_with_few_files(200).await;
    let limits = format!("/proc/{}/limits", process.id());
    let limits = std::fs::read_to_string(limits).expect("its limits");
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let files: Vec<&str> = files.expect("a line").split_whitespace().collect();
    assert_eq!(files[3], files[4], "{limits}");
    assert_ne!(files[3], "200", "{limits}");
    // More connections than the original limit of open files would allow.
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(
            TcpStream::connect(process.address)
                .await
                .expect("connected"),
        );
    }
    let held = || async {
        let open = std::fs::read_dir(format!("/proc/{}/fd", process.id()));
        (open.expect("its files").count() > 300).then_some(())
    };
    eventually("300 open connections", held).await;
}
