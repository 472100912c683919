//! `passbook doctor` as a separate process: next to a running Passbook, and on the files of a stopped one.

mod database;
mod secrets;
mod settings;
mod telling;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use crate::process::{Process, output};

/// The doctor's output and exit code.
struct Said {
    code: Option<i32>,
    text: String,
}

impl Said {
    /// Returns the line of a good check, or another check's block with its command, as one line.
    fn of(&self, state: &str, what: &str) -> String {
        let (begins, ends) = match state {
            "Good" => (format!("{state}: {what}: "), "\n"),
            _ => (format!("{state}: {what}\n"), "\n\n"),
        };
        let at = self.text.find(&begins);
        let at = at.unwrap_or_else(|| panic!("{begins} is not in:\n{}", self.text));
        // A blank line comes before a command.
        let text = self.text[at..].replace("\n\n    ", "\n");
        let block = text.split(ends).next().unwrap_or_default();
        block.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns the text of a failed check.
    fn wrong(&self, what: &str) -> String {
        assert_eq!(self.code, Some(1), "{}", self.text);
        self.of("Needs attention", what)
    }

    fn warns(&self, what: &str) -> String {
        self.of("Check this", what)
    }
}

async fn doctor(folder: &Path, settings: &[(&str, &str)]) -> Said {
    let ended = output(folder, &["doctor"], settings).await;
    let text = String::from_utf8_lossy(&ended.stdout).into_owned();
    let beside = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!beside.contains("panicked"), "{beside}");
    // The last line is the summary, whatever was found.
    let last = text.lines().last().unwrap_or_default();
    assert!(
        last.ends_with(" good") && last.contains(" to check"),
        "{text}{beside}"
    );
    let code = ended.status.code();
    assert_eq!(code == Some(0), last.starts_with("No problems"), "{text}");
    Said { code, text }
}

/// Returns a stopped Passbook with a person and a bank.
async fn stopped() -> Process {
    let (mut process, _, _) = Process::linked(&[]).await;
    assert_eq!(process.terminate().await, Some(0));
    process
}

/// Returns the bytes, mode and modification time of each file of a folder, and of the folder itself.
fn everything(folder: &Path) -> BTreeMap<String, (Vec<u8>, u32, i64, i64)> {
    let files = fs::read_dir(folder).expect("a folder");
    let paths = files.map(|file| file.expect("a file").path());
    let all = paths.chain([folder.to_owned()]);
    all.map(|path| {
        let found = path.metadata().expect("it is there");
        let bytes = fs::read(&path).unwrap_or_default();
        let seen = (bytes, found.mode(), found.mtime(), found.mtime_nsec());
        (path.display().to_string(), seen)
    })
    .collect()
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
}
