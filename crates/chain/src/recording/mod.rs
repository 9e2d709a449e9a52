//! Files of main-chain blocks, for replay.
//!
//! Two kinds are read:
//!
//! - JSON as nodes answer it: a list, or one value after the other (on lines or not); blocks in the form of
//!   `condenser_api.get_block` or `block_api.get_block`, bare or inside `{"block": …}` or `{"result": …}`.
//! - The program's own format, which holds only what the sidechain reads: the eight bytes `TARTANMB`, a version
//!   byte, then for each block its length in bytes (four bytes, little-endian) and the block.

mod binary;
mod json;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use tartan_graphene::{Chain, MainBlock};

pub use binary::Writer;

/// The largest block that is read, in bytes. Main chains allow 2 MiB of transactions.
const MAX_BLOCK: usize = 64 << 20;

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be read or written.
    #[error("recording: {0}")]
    Io(#[from] io::Error),
    /// Not what a recording holds.
    #[error("recording: block {place} of the file: {reason}")]
    Malformed {
        /// How many blocks were read before, plus one.
        place: u64,
        /// What was expected and what was found.
        reason: String,
    },
}

/// The blocks of a recording, in the order of the file.
pub struct Recording<R> {
    format: Format<R>,
    place: u64,
    ended: bool,
}

enum Format<R> {
    Binary(binary::Reader<R>),
    Json(json::Reader<R>),
}

impl Recording<BufReader<File>> {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read, or is of a later version.
    pub fn open(path: &Path, chain: Chain) -> Result<Self, RecordingError> {
        Recording::new(BufReader::with_capacity(1 << 20, File::open(path)?), chain)
    }
}

impl<R: BufRead> Recording<R> {
    /// Reads from anything.
    ///
    /// # Errors
    /// As [`open`](Recording::open).
    pub fn new(mut input: R, chain: Chain) -> Result<Self, RecordingError> {
        let format = match binary::is_recording(&mut input)? {
            true => Format::Binary(binary::Reader::new(input)?),
            false => Format::Json(json::Reader::new(input, chain)),
        };
        Ok(Recording {
            format,
            place: 0,
            ended: false,
        })
    }
}

impl<R: BufRead> Iterator for Recording<R> {
    type Item = Result<MainBlock, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.place += 1;
        let next = match &mut self.format {
            Format::Binary(reader) => reader.next(),
            Format::Json(reader) => reader.next(),
        };
        let next = next.map_err(|error| match error {
            ReadError::Io(error) => RecordingError::Io(error),
            ReadError::Malformed(reason) => RecordingError::Malformed {
                place: self.place,
                reason,
            },
        });
        self.ended = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

/// Why the next block cannot be read.
enum ReadError {
    Io(io::Error),
    Malformed(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> ReadError {
        ReadError::Io(error)
    }
}

#[cfg(test)]
mod tests;
