//! Encrypting and opening in the age format (age-encryption.org/v1).

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, IdentityFile, scrypt};

use super::{BackupError, RestoreError};
use crate::config::{Backups, recipient};
use domain::secret::Secret;

/// The work factor of scrypt: N is two to this power, which with r = 8 takes 128 MiB, what OWASP asks for at least
/// (cheatsheetseries.owasp.org, Password Storage), and half of what the age tool takes.
const WORK_FACTOR: u8 = 17;
/// The age tool itself writes 18 and opens up to 22; a file with more would hold the machine for minutes.
const MAX_WORK_FACTOR: u8 = 22;
/// How every file in the age format begins.
const AGE_MAGIC: &[u8] = b"age-encryption.org/v1";
/// How a file begins that gzip compressed (RFC 1952, 2.3.1).
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
    /// As the settings say; none when they say nothing.
    ///
    /// # Errors
    /// When the file with the passphrase cannot be read.
    pub fn of_settings(backups: &Backups) -> Result<Option<Self>, BackupError> {
        if !backups.recipients.is_empty() {
            return Ok(Some(Self::Recipients(backups.recipients.clone())));
        }
        let Some(file) = &backups.passphrase_file else {
            return Ok(None);
        };
        Ok(Some(Self::Passphrase(passphrase_in(file)?)))
    }

    /// A writer that encrypts what is written to it, and the rest of a backup behind it; [`Sealed::finish`] ends it.
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
                let keys: Option<Vec<_>> = texts.iter().map(|text| recipient(text)).collect();
                let keys = keys.ok_or_else(|| {
                    failed(
                        "a recipient has to be a public key as age-keygen prints it (age1…)".into(),
                    )
                })?;
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

/// A writer that may encrypt.
pub(super) enum Sealed<W: Write> {
    Open(W),
    Age(age::stream::StreamWriter<W>),
}

impl<W: Write> Sealed<W> {
    /// Ends it: without this the last part of it is missing, and it does not open.
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

/// What an encrypted backup is opened with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// A file with private keys of age.
    pub identity: Option<PathBuf>,
    /// A passphrase.
    pub passphrase: Option<Secret>,
}

impl Opening {
    /// A reader of what is in a backup, whether it is encrypted or not. `name` is what errors call it.
    pub(super) fn open<'a, R: Read + 'a>(
        &self,
        name: &str,
        from: R,
    ) -> Result<Box<dyn Read + 'a>, RestoreError> {
        let mut from = BufReader::with_capacity(1 << 16, from);
        let start = from
            .fill_buf()
            .map_err(|error| RestoreError::File(name.into(), error))?;
        if start.starts_with(GZIP_MAGIC) {
            return Ok(Box::new(from));
        }
        if !start.starts_with(AGE_MAGIC) {
            let why = "it begins like neither an encrypted nor a compressed file";
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
        let failed = |error| RestoreError::File(file.clone(), error);
        let text = fs::File::open(file).map_err(failed)?;
        let keys = IdentityFile::from_buffer(BufReader::new(text)).map_err(failed)?;
        let keys = keys.into_identities();
        keys.map_err(|error| failed(std::io::Error::other(words(&error))))
            .map(|keys| keys.into_iter().map(|key| key as _).collect())
    }
}

type Identities = Vec<Box<dyn age::Identity>>;

/// In one line: some of age's errors have several.
fn words(error: &DecryptError) -> String {
    domain::text::one_line(&error.to_string())
}

fn secret(passphrase: &Secret) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

/// The passphrase that is the first line of a file.
///
/// # Errors
/// When the file cannot be read or is empty.
pub fn passphrase_in(file: &Path) -> Result<Secret, BackupError> {
    let failed = |error| BackupError::File(file.to_owned(), error);
    let text = Secret::new(fs::read_to_string(file).map_err(failed)?);
    let line = text.expose().lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(failed(std::io::Error::other("its first line is empty")));
    }
    Ok(Secret::new(line))
}
