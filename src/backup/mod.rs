//! Backups: everything that a Passbook keeps, in one encrypted file, and how to restore it.
//!
//! A backup is a tar archive, compressed with gzip and encrypted in the age format (age-encryption.org/v1), so that
//! `age --decrypt FILE | tar xz` opens it without Passbook. It holds a manifest, a copy of the database, a copy of the
//! built-in bank's file if there is one, and the key file if that was asked for.
//!
//! A backup can be made while Passbook runs: SQLite copies what was committed at one moment
//! (sqlite.org/lang_vacuum.html, VACUUM INTO), and the copy is checked before it is packed. A restore unpacks and
//! checks everything in a folder inside the data directory, and takes effect by renaming that folder (`handover.rs`). A
//! kill leaves the data directory either as empty as it was, or with everything restored.

mod archive;
mod encryption;
mod error;
mod handover;
mod keys;
mod make;
mod manifest;
mod priority;
mod prove;
mod restore;
mod scheduled;
mod temporary;
mod work_folder;

pub use encryption::{Encryption, Opening, passphrase_in};
pub use error::{BackupError, RestoreError};
pub use handover::{finish as finish_restore, is_under_way as restore_is_under_way};
pub use keys::{Keys, unreadable};
pub use make::{Destination, Source, Summary, make, refuse_early};
pub use restore::{Restored, check, restore};
pub use scheduled::{delete_oldest, make_due, newest, path_in, request_due};
pub use store::StoreError as RequestError;
pub use work_folder::{clean, give_to_owner_of};
