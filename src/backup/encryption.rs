//! Encryption and decryption in the age format (age-encryption.org/v1).

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, IdentityFile, scrypt};

use super::{BackupError, RestoreError};
use crate::config::{Backups, recipient};
use domain::secret::Secret;

/// The work factor of scrypt: N is two to this power, which takes 128 MiB with r = 8. That is OWASP's minimum
/// (cheatsheetseries.owasp.org, Password Storage), and half of what the age tool uses.
const WORK_FACTOR: u8 = 17;
/// The age tool itself writes 18 and opens up to 22; a file with more would block the machine for minutes.
const MAX_WORK_FACTOR: u8 = 22;
/// The fewest characters of a passphrase. An attacker who has the file can try shorter ones at leisure.
const SHORTEST_PASSPHRASE: usize = 12;
/// The first bytes of every file in the age format.
const AGE_MAGIC: &[u8] = b"age-encryption.org/v1";
/// The first bytes of every gzip file (RFC 1952, 2.3.1).
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// How a backup is encrypted.
#[derive(Clone, Debug)]
pub enum Encryption {
    /// To these public keys.
    Recipients(Vec<String>),
    /// With this passphrase.
    Passphrase(Secret),
    /// Not at all.
    None,
}

impl Encryption {
    /// Encrypts with a passphrase that a person chose.
    ///
    /// # Errors
    /// [`BackupError::ShortPassphrase`].
    pub fn with_passphrase(passphrase: Secret) -> Result<Self, BackupError> {
        match passphrase.expose().chars().count() {
            0..SHORTEST_PASSPHRASE => Err(BackupError::ShortPassphrase(SHORTEST_PASSPHRASE)),
            _ => Ok(Self::Passphrase(passphrase)),
        }
    }

    /// Returns the encryption that the settings ask for; `None` when they ask for none.
    ///
    /// # Errors
    /// When the passphrase file cannot be read, or its passphrase is too short.
    pub fn of_settings(backups: &Backups) -> Result<Option<Self>, BackupError> {
        if !backups.recipients.is_empty() {
            return Ok(Some(Self::Recipients(backups.recipients.clone())));
        }
        let Some(file) = &backups.passphrase_file else {
            return Ok(None);
        };
        let passphrase = passphrase_in(file)
            .map_err(|error| BackupError::PassphraseFile(file.clone(), error))?;
        Self::with_passphrase(passphrase).map(Some)
    }

    /// Returns a writer that encrypts. The file is complete only after [`Sealed::finish`].
    pub(super) fn seal<W: Write>(&self, to: W) -> Result<Sealed<W>, BackupError> {
        let failed = |why: String| BackupError::Encryption(why);
        let encryptor = match self {
            Self::None => return Ok(Sealed::Open(to)),
            Self::Passphrase(passphrase) => {
                let mut recipient = scrypt::Recipient::new(secret(passphrase));
                recipient.set_work_factor(WORK_FACTOR);
                Encryptor::with_recipients(std::iter::once(&recipient as _))
            }
            Self::Recipients(texts) => {
                let key = |text: &String| {
                    recipient(text).ok_or_else(|| BackupError::Recipient(text.clone()))
                };
                let keys: Vec<_> = texts.iter().map(key).collect::<Result<_, _>>()?;
                Encryptor::with_recipients(keys.iter().map(|key| key.as_ref() as _))
            }
        };
        let encryptor = encryptor.map_err(|error| failed(error.to_string()))?;
        let sealed = encryptor.wrap_output(to);
        Ok(Sealed::Age(
            sealed.map_err(|error| failed(error.to_string()))?,
        ))
    }
}

/// A writer that encrypts, or passes bytes through.
pub(super) enum Sealed<W: Write> {
    Open(W),
    Age(age::stream::StreamWriter<W>),
}

impl<W: Write> Sealed<W> {
    /// Writes the last part of an encrypted file; without it the file cannot be decrypted.
    pub(super) fn finish(self) -> std::io::Result<W> {
        match self {
            Self::Open(to) => Ok(to),
            Self::Age(sealed) => sealed.finish(),
        }
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Open(to) => to.write(bytes),
            Self::Age(sealed) => sealed.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Open(to) => to.flush(),
            Self::Age(sealed) => sealed.flush(),
        }
    }
}

/// The credentials for decrypting a backup.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// A file with private age keys.
    pub identity: Option<PathBuf>,
    /// A passphrase.
    pub passphrase: Option<Secret>,
}

impl Opening {
    /// Returns a reader of a backup's contents, encrypted or not. `name` is the backup's name in errors.
    pub(super) fn open<'a, R: Read + 'a>(
        &self,
        name: &str,
        from: R,
    ) -> Result<Box<dyn Read + 'a>, RestoreError> {
        let mut from = BufReader::with_capacity(1 << 16, from);
        let start = from
            .fill_buf()
            .map_err(|error| RestoreError::Read(name.into(), error))?;
        if start.starts_with(GZIP_MAGIC) {
            return Ok(Box::new(from));
        }
        if !start.starts_with(AGE_MAGIC) {
            let why = "it does not look like an encrypted or compressed file";
            return Err(RestoreError::NotABackup(name.into(), why.into()));
        }
        let damaged = |error: DecryptError| RestoreError::Damaged(name.into(), words(&error));
        let sealed = Decryptor::new_buffered(from).map_err(damaged)?;
        let identities = self.identities(name, sealed.is_scrypt())?;
        let identities = identities.iter().map(|identity| identity.as_ref() as _);
        let open = sealed.decrypt(identities).map_err(|error| match error {
            DecryptError::NoMatchingKeys
            | DecryptError::KeyDecryptionFailed
            | DecryptError::DecryptionFailed => RestoreError::DoesNotOpen(name.into()),
            other => damaged(other),
        })?;
        Ok(Box::new(open))
    }

    fn identities(&self, name: &str, by_passphrase: bool) -> Result<Identities, RestoreError> {
        if by_passphrase {
            let passphrase = self.passphrase.as_ref();
            let passphrase =
                passphrase.ok_or_else(|| RestoreError::PassphraseNeeded(name.into()))?;
            let mut identity = scrypt::Identity::new(secret(passphrase));
            identity.set_max_work_factor(MAX_WORK_FACTOR);
            return Ok(vec![Box::new(identity)]);
        }
        let file = self.identity.as_ref();
        let file = file.ok_or_else(|| RestoreError::IdentityNeeded(name.into()))?;
        let text = fs::File::open(file).map_err(|error| RestoreError::Read(file.clone(), error))?;
        let keys = IdentityFile::from_buffer(BufReader::new(text)).ok();
        let keys = keys.and_then(|keys| keys.into_identities().ok());
        let keys = keys.ok_or_else(|| RestoreError::NoIdentity(file.clone()))?;
        Ok(keys.into_iter().map(|key| key as _).collect())
    }
}

type Identities = Vec<Box<dyn age::Identity>>;

/// Returns the error in one line; some of age's have several.
fn words(error: &DecryptError) -> String {
    domain::text::one_line(&error.to_string())
}

fn secret(passphrase: &Secret) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

/// Returns the first line of a file as a passphrase.
///
/// # Errors
/// When the file cannot be read or is empty.
pub fn passphrase_in(file: &Path) -> std::io::Result<Secret> {
    let text = Secret::new(fs::read_to_string(file)?);
    match text.expose().lines().next() {
        None | Some("") => Err(std::io::Error::other("its first line is empty")),
        Some(line) => Ok(Secret::new(line)),
    }
}
