//! Settings of scheduled backups: where, how often, how many are kept, and how they are encrypted.

use std::path::PathBuf;

use super::reader::Reader;

/// The settings of backups, which are also the defaults of `passbook backup` and `passbook restore`.
#[derive(Clone, Debug)]
pub struct Backups {
    /// `PASSBOOK_BACKUP_DIR`: the folder for scheduled backups; without it none are made.
    pub dir: Option<PathBuf>,
    /// `PASSBOOK_BACKUP_HOURS`: the number of hours between two backups.
    pub hours: u32,
    /// `PASSBOOK_BACKUP_KEEP`: how many of the newest backups are kept.
    pub keep: u32,
    /// `PASSBOOK_BACKUP_RECIPIENTS`: the age public keys that they are encrypted to.
    pub recipients: Vec<String>,
    /// `PASSBOOK_BACKUP_PASSPHRASE_FILE`: the file with the passphrase, as an alternative to recipients.
    pub passphrase_file: Option<PathBuf>,
}

impl Backups {
    pub(super) fn from_reader(reader: &mut Reader<'_>) -> Self {
        let backups = Self {
            dir: reader.text("PASSBOOK_BACKUP_DIR").map(PathBuf::from),
            hours: number(reader, "PASSBOOK_BACKUP_HOURS", 24, 8_760),
            keep: number(reader, "PASSBOOK_BACKUP_KEEP", 14, 1_000),
            recipients: recipients(reader),
            passphrase_file: reader
                .text("PASSBOOK_BACKUP_PASSPHRASE_FILE")
                .map(PathBuf::from),
        };
        if !backups.recipients.is_empty() && backups.passphrase_file.is_some() {
            reader.problems.push(
                "Set PASSBOOK_BACKUP_RECIPIENTS or PASSBOOK_BACKUP_PASSPHRASE_FILE, not both."
                    .into(),
            );
        }
        backups
    }

    /// Whether the settings say how backups are encrypted.
    #[must_use]
    pub fn are_encrypted(&self) -> bool {
        !self.recipients.is_empty() || self.passphrase_file.is_some()
    }
}

fn number(reader: &mut Reader<'_>, name: &str, usual: u32, most: u32) -> u32 {
    let wanted = format!("a number from 1 to {most}");
    let found = reader.parsed(name, &wanted).unwrap_or(usual);
    if !(1..=most).contains(&found) {
        reader.complain(name, &wanted);
    }
    found
}

fn recipients(reader: &mut Reader<'_>) -> Vec<String> {
    let name = "PASSBOOK_BACKUP_RECIPIENTS";
    let found: Vec<String> = reader.list(name, "");
    if found.iter().any(|text| recipient(text).is_none()) {
        reader.complain(name, "age public keys (age1…), separated by commas");
        return Vec::new();
    }
    found
}

/// Parses an age public key.
#[must_use]
pub fn recipient(text: &str) -> Option<Box<dyn age::Recipient + Send>> {
    let key: age::x25519::Recipient = text.parse().ok()?;
    Some(Box::new(key))
}
