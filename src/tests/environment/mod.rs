//! What the machine does to the program: full disks, files that others can read or that are lost, logs that cannot be
//! written.

mod attempts;
mod disk;
mod files;
pub mod former;
mod log;
mod reasons;
mod restore;
mod settings;
mod upgrade;

use std::path::Path;
use std::process::{Command, Output};

use crate::process::PASSBOOK;

/// Limits the size of the files that a program writes, in bytes. To the program it is like a full disk: the kernel
/// fails the write. `prlimit` (util-linux) may do this to any program of the same user.
fn limit_files(id: u32, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let pid = format!("--pid={id}");
    let set = Command::new("prlimit").args([limit, pid]).status();
    assert!(set.expect("prlimit runs").success());
}

/// Runs the program to its end with a file size limit.
fn with_small_files(folder: &Path, bytes: u64, arguments: &[&str]) -> Output {
    Command::new("prlimit")
        .arg(format!("--fsize={bytes}:unlimited"))
        .arg(PASSBOOK)
        .args(arguments)
        .current_dir(folder)
        .env("PASSBOOK_LISTEN", "127.0.0.1:0")
        .output()
        .expect("prlimit runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
