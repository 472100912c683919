//! Backups that are made automatically: where, how often, how many are kept, and for whom they are encrypted.

use std::path::PathBuf;

use super::reader::Reader;

/// The settings of backups. They say what `passbook backup` and `passbook restore` use without arguments, too.
#[derive(Clone, Debug)]
pub struct Backups {
    /// `PASSBOOK_BACKUP_DIR`: where backups are made automatically; none without it.
    pub dir: Option<PathBuf>,
    /// `PASSBOOK_BACKUP_HOURS`: how many hours lie between two of them.
    pub hours: u32,
    /// `PASSBOOK_BACKUP_KEEP`: how many of the newest are kept in the folder.
    pub keep: u32,
    /// `PASSBOOK_BACKUP_RECIPIENTS`: the public keys of age that they are encrypted to.
    pub recipients: Vec<String>,
    /// `PASSBOOK_BACKUP_PASSPHRASE_FILE`: or the file that holds the passphrase that they are encrypted with.
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

    /// Whether it is said how backups are encrypted.
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

/// A public key of age's.
#[must_use]
pub fn recipient(text: &str) -> Option<Box<dyn age::Recipient + Send>> {
    let key: age::x25519::Recipient = text.parse().ok()?;
    Some(Box::new(key))
}
