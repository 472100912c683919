//! A log that cannot be written.

use std::fs::OpenOptions;
use std::process::{Child, Stdio};

use crate::app::{browsers, eventually};
use crate::process::command;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
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
        let mut running = Running(serve.spawn().expect("it starts"));
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
    for arguments in [
        &["invite"][..],
        &["admin", "list"],
        &["--help"],
        &["--nonsense"],
    ] {
        let mut told = command(folder.path(), arguments);
        let ended = told.stdout(full()).stderr(full()).status();
        let code = ended.expect("it runs").code();
        assert!(
            code.is_some_and(|code| code != 101),
            "{arguments:?}: {code:?}"
        );
    }
}
