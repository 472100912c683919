//! Everything that Passbook knows about a person, as one compressed archive of JSON files and a CSV file.
//!
//! The archive is packed while it is sent. Each file is first written to a temporary file that has no name, because an
//! archive says how long a file is before the file itself; memory use does not depend on its length.
//! `app/data_export.rs` sends the archive and names it.

mod files;
mod packed;

use std::time::Instant;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use self::files::Contents;
use self::packed::Packed;
use super::LedgerError;
use super::export::{PACE, Turn};
use crate::context::Ctx;
use domain::activity::Event;
use domain::user::User;

/// How many bytes of a file are packed at once.
const PIECE: usize = 64 << 10;

/// An archive that is being sent.
pub struct Archive {
    ctx: Ctx,
    user: User,
    /// The files that are still to come, the next one last.
    coming: Vec<Contents>,
    sending: Option<Sending>,
    packed: Packed,
    begun: Instant,
    asked: Instant,
    _turn: Turn,
}

/// The file that is being packed.
struct Sending {
    file: File,
    left: u64,
}

/// Begins an archive of everything of a person, and records that in their activity.
///
/// # Errors
/// [`LedgerError::ExportUnderWay`] while another file is sent to the same person.
pub async fn archive(ctx: &Ctx, user: &User) -> Result<Archive, LedgerError> {
    let turn = Turn::take(&user.id).ok_or(LedgerError::ExportUnderWay)?;
    let (now, begun) = (ctx.clock.now(), Instant::now());
    let event = Event::Exported {
        what: "all your data".into(),
    };
    ctx.store.record_activity(&user.id, &event, now).await?;
    Ok(Archive {
        ctx: ctx.clone(),
        user: user.clone(),
        coming: Contents::ALL.into_iter().rev().collect(),
        sending: None,
        packed: Packed::new(now),
        begun,
        asked: begun,
        _turn: turn,
    })
}

impl Archive {
    /// Returns the next piece, to be called when the reader has room for it; `None` after the last one.
    ///
    /// # Errors
    /// [`LedgerError::TooSlow`]; when the database or the disk fails. In each case the part sent so far is incomplete.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, LedgerError> {
        if self.asked.elapsed() > PACE.page || self.begun.elapsed() > PACE.whole {
            return Err(LedgerError::TooSlow);
        }
        let piece = loop {
            let is_over = !self.pack_some().await?;
            let piece = self.packed.take();
            if !piece.is_empty() {
                break Some(piece);
            }
            if is_over {
                break None;
            }
        };
        self.asked = Instant::now();
        Ok(piece)
    }

    /// Packs a piece of the file at hand, or begins the next one. `false` when everything is packed.
    async fn pack_some(&mut self) -> Result<bool, LedgerError> {
        if let Some(sending) = &mut self.sending {
            let mut piece = vec![0; PIECE];
            let read = sending.file.read(&mut piece).await?;
            self.packed.write(&piece[..read])?;
            sending.left = sending.left.saturating_sub(read as u64);
            if sending.left == 0 || read == 0 {
                self.packed.end_file()?;
                self.sending = None;
            }
            return Ok(true);
        }
        let Some(contents) = self.coming.pop() else {
            return Ok(self.packed.finish()?);
        };
        // It has no name, so nothing stays behind when the program is killed.
        let file = tempfile::tempfile_in(&self.ctx.config.data_dir)?;
        let mut file = File::from_std(file);
        files::write(&self.ctx, &self.user, contents, &mut file).await?;
        file.flush().await?;
        let length = file.stream_position().await?;
        file.rewind().await?;
        self.packed.begin_file(contents.name(), length)?;
        self.sending = Some(Sending { file, left: length });
        Ok(true)
    }
}
