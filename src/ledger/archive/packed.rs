//! An archive in the making: tar, compressed with gzip, in memory until it is taken.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

/// Files in a tar archive begin at multiples of this, in bytes.
const BLOCK: u64 = 512;

/// What has been packed and not been taken yet.
pub(super) struct Packed {
    to: GzEncoder<Vec<u8>>,
    made_at: u64,
    /// The length of the file at hand.
    length: u64,
    finished: bool,
}

impl Packed {
    /// Begins an archive. `now` is the time of all its files.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            to: GzEncoder::new(Vec::new(), Compression::fast()),
            made_at: u64::try_from(now.as_second()).unwrap_or(0),
            length: 0,
            finished: false,
        }
    }

    /// Begins a file of so many bytes.
    pub(super) fn begin_file(&mut self, name: &str, length: u64) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_path(name)?;
        header.set_size(length);
        header.set_mode(0o600);
        header.set_mtime(self.made_at);
        header.set_cksum();
        self.length = length;
        self.to.write_all(header.as_bytes())
    }

    /// Packs some bytes of the file.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.write_all(bytes)
    }

    /// Fills the file's last block.
    pub(super) fn end_file(&mut self) -> io::Result<()> {
        let missing = (BLOCK - self.length % BLOCK) % BLOCK;
        let missing = usize::try_from(missing).unwrap_or(0);
        self.to.write_all(&[0; BLOCK as usize][..missing])
    }

    /// Ends the archive. `false`, always: nothing follows.
    pub(super) fn finish(&mut self) -> io::Result<bool> {
        if !self.finished {
            self.finished = true;
            self.to.write_all(&[0; 2 * BLOCK as usize])?;
            self.to.try_finish()?;
        }
        Ok(false)
    }

    /// Takes what is ready.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.to.get_mut())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn files_of_any_length_come_out_as_they_went_in() {
        let mut packed = Packed::new(Timestamp::UNIX_EPOCH);
        let lengths = [0, 1, 511, 512, 513, 70_000];
        let mut all = Vec::new();
        for length in lengths {
            let file = vec![b'x'; length];
            let begun = packed.begin_file(&format!("{length}.json"), length as u64);
            begun.expect("begun");
            packed.write(&file).expect("written");
            packed.end_file().expect("ended");
            all.extend(packed.take());
        }
        assert!(!packed.finish().expect("finished"));
        all.extend(packed.take());
        assert!(!packed.finish().expect("again"));
        assert!(packed.take().is_empty(), "nothing comes after the end");
        let mut archive = tar::Archive::new(GzDecoder::new(all.as_slice()));
        let mut found = Vec::new();
        for entry in archive.entries().expect("entries") {
            let mut entry = entry.expect("an entry");
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("text");
            found.push(text.len());
        }
        assert_eq!(found, lengths);
    }
}
