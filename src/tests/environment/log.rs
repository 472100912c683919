//! A log that cannot be written.

use std::fs::OpenOptions;
use std::process::{Child, Stdio};

use crate::app::{browsers, eventually};
use crate::process::{Process, command};

struct KilledChild(Child);

impl Drop for KilledChild {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn full() -> Stdio {
    let full = OpenOptions::new().write(true).open("/dev/full");
    full.expect("a disk that is always full").into()
}

#[tokio::test]
async fn requests_are_answered_though_nothing_can_be_logged_or_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["text", "json"] {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut serve = command(folder.path(), &["serve"]);
        serve
            .env("PASSBOOK_LISTEN", address.to_string())
            .env("RUST_LOG", "debug")
            .env("PASSBOOK_LOG", format)
            .stdout(full())
            .stderr(full());
        let mut running = KilledChild(serve.spawn().expect("it starts"));
        let http = browsers();
        let asked = async |path: &str| {
            let answer = http.get(format!("http://{address}{path}")).send().await;
            answer.ok().map(|answer| answer.status().as_u16())
        };
        eventually("an answer", || asked("/healthz")).await;
        for path in [
            "/readyz",
            "/log-in",
            "/",
            "/api/v1/accounts",
            "/nowhere",
            "/%ff",
        ] {
            let status = asked(path).await;
            assert!(
                status.is_some_and(|it| it < 500),
                "{format} {path} {status:?}"
            );
        }
        assert!(running.0.try_wait().expect("it ran").is_none());
    }
}

#[tokio::test]
async fn a_command_whose_result_cannot_be_printed_has_failed() {
    let mut process = Process::serve(&[]).await;
    assert_eq!(process.terminate().await, Some(0));
    let folder = process.folder();
    for (arguments, failed) in [
        (&["invite"][..], 1),
        (&["admin", "list"], 1),
        (&["fsck"], 2),
        (&["rotate-key"], 1),
        (&["--help"], 1),
        (&["--version"], 1),
        (&["--nonsense"], 2),
    ] {
        let mut told = command(folder, arguments);
        let ended = told.stdout(full()).output().expect("it runs");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(failed), "{arguments:?}: {said}");
        let full_disk = said.contains("could not be printed: No space left on device");
        assert!(full_disk || arguments == ["--nonsense"], "{said}");
        // Nor can the error be printed.
        let mut told = command(folder, arguments);
        let ended = told.stdout(full()).stderr(full()).status();
        assert_eq!(
            ended.expect("it runs").code(),
            Some(failed),
            "{arguments:?}"
        );
    }
    // A reader that closes the output does not want the rest: that is no error.
    let mut told = command(folder, &["admin", "list"]);
    let mut unread = told.spawn().expect("it starts");
    drop(unread.stdout.take());
    assert!(unread.wait().expect("it ends").success());
}
