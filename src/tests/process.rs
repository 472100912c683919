//! The real program as a separate process, in an empty folder.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::app::{ADA, browsers, eventually};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;

/// The program under test.
pub const PASSBOOK: &str = env!("CARGO_BIN_EXE_passbook");
/// Enough for a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A serving program.
pub struct Process {
    pub url: String,
    pub address: SocketAddr,
    /// The lines it printed by the time it was up.
    pub said: Vec<String>,
    folder: TempDir,
    settings: Vec<(String, String)>,
    running: Spawned,
}

/// A child process that is killed when the test ends.
pub struct Spawned {
    child: Child,
    lines: UnboundedReceiver<String>,
}

impl Process {
    /// Serves in a new folder.
    pub async fn serve(settings: &[(&str, &str)]) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"), settings).await
    }

    /// Serves in a new folder, signs Ada up and links her bank. Returns the process, her browser and the connection's id.
    pub async fn linked(settings: &[(&str, &str)]) -> (Self, Browser, String) {
        let process = Self::serve(settings).await;
        let mut browser = process.browser();
        browser.sign_up(&ADA, "").await;
        let connection = browser.link(PLATYPUS, "user_good", "pass_good").await;
        (process, browser, connection)
    }

    /// Serves in a folder that already has files in it.
    pub async fn in_folder(folder: TempDir, settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Self::on(folder, settings.collect()).await
    }

    /// Serves again on the same folder.
    pub async fn again(self) -> Self {
        let Self {
            folder, settings, ..
        } = self;
        Self::on(folder, settings).await
    }

    /// Serves with this soft limit on open files.
    pub async fn serve_with_few_files(files: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = format!("ulimit -Sn {files} && exec {PASSBOOK} serve");
        let command = empty_handed("/bin/sh", folder.path(), &["-c", &script]);
        Self::started(command, folder, Vec::new()).await
    }

    async fn on(folder: TempDir, settings: Vec<(String, String)>) -> Self {
        let command = command(folder.path(), &["serve"]);
        Self::started(command, folder, settings).await
    }

    async fn started(
        mut command: Command,
        folder: TempDir,
        settings: Vec<(String, String)>,
    ) -> Self {
        command
            .env("PASSBOOK_LISTEN", "127.0.0.1:0")
            .env("RUST_LOG", "warn");
        command.envs(settings.iter().cloned());
        let mut running = Spawned::start(&mut command);
        let mut said = vec![running.line().await];
        while !said
            .last()
            .is_some_and(|line| line.starts_with("Its data is in"))
        {
            said.push(running.line().await);
        }
        let url = said[0]
            .strip_prefix("Passbook is at ")
            .expect("its address")
            .to_owned();
        let address = url
            .strip_prefix("http://")
            .expect("http")
            .parse()
            .expect("an address");
        Self {
            url,
            address,
            said,
            folder,
            settings,
            running,
        }
    }

    /// Returns a browser without a log-in.
    pub fn browser(&self) -> Browser {
        Browser::new(browsers(), self.address, &self.url)
    }

    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.running.child.id()
    }

    /// Returns the folder in which it was started.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the data directory.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Kills it in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.running.child.kill().expect("it is killed");
        self.running.child.wait().expect("it ends");
    }

    /// Asks it to stop and waits; returns the exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        let id = self.running.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill runs").success());
        let child = &mut self.running.child;
        let ended = || std::future::ready(child.try_wait().expect("it ran"));
        eventually("the end of the program", ended).await.code()
    }
}

impl Spawned {
    /// Starts a program and reads its standard output.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::inherit()).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let (heard, lines) = unbounded_channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // The receiver may be gone, but a full pipe would block the program.
                let _ = heard.send(line);
            }
        });
        Self { child, lines }
    }

    /// Returns the next line of its output.
    pub async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.lines.recv()).await;
        line.expect("it says something in time").expect("it runs")
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        // It may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end.
pub async fn output(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = command(folder, arguments);
    command.envs(settings.iter().copied());
    let ended = tokio::task::spawn_blocking(move || command.output());
    let ended = tokio::time::timeout(PATIENCE, ended).await;
    ended
        .expect("it ends in time")
        .expect("it is waited for")
        .expect("it runs")
}

/// Returns a command for the program in a folder, with an empty environment.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    empty_handed(PASSBOOK, folder, arguments)
}

/// Returns the same command for another executable.
pub fn empty_handed(
    program: impl AsRef<std::ffi::OsStr>,
    folder: &Path,
    arguments: &[&str],
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
