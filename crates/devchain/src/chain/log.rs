//! The data file: one JSON record per line, appended as things happen and read again at the next start.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_graphene::{BlockId, Time};

use super::cheats::Cheat;
use super::genesis::Genesis;

/// Why a data file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Reading or writing failed.
    #[error("data file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file was written for a chain with other parameters.
    #[error(
        "data file {path} belongs to another chain: expected {expected}, found {found}; use another file or remove it"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Parameters of this chain.
        expected: String,
        /// Parameters in the file.
        found: String,
    },
    /// A record cannot be read or contradicts the ones before.
    #[error("data file {path}, line {line}: {reason}; remove the file to start anew")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Line of the record, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// A line of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    Genesis(Genesis),
    Block(BlockRecord),
    Cheat(Cheat),
    /// The blocks after a number are gone. Commands given since count again, or are forgotten from an index on.
    Revert {
        to: u32,
        forget: Option<usize>,
    },
}

/// A block: what cannot be computed from the ones before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BlockRecord {
    pub(crate) id: BlockId,
    pub(crate) timestamp: Time,
    pub(crate) witness: String,
    pub(crate) signature: String,
    pub(crate) transactions: Vec<Value>,
    /// Indexes of the transactions signed in the HF26 serialization.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hf26: Vec<usize>,
}

/// An open data file.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Log {
    /// Opens the file and hands each record to `replay` with its line number. An unfinished last line, left by a crash,
    /// is cut off.
    pub(crate) fn open(
        path: &Path,
        mut replay: impl FnMut(usize, Record) -> Result<(), LogError>,
    ) -> Result<Log, LogError> {
        let io = |source| LogError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io)?;
        let mut reader = BufReader::new(&mut file);
        let mut good: u64 = 0;
        let mut line = String::new();
        for number in 1.. {
            line.clear();
            let read = reader.read_line(&mut line).map_err(io)?;
            if read == 0 {
                break;
            }
            let Some(text) = line.strip_suffix('\n') else {
                tracing::warn!(path = %path.display(), line = number, "cutting off an unfinished record");
                break;
            };
            let record = serde_json::from_str(text).map_err(|error| LogError::Corrupt {
                path: path.to_owned(),
                line: number,
                reason: format!("expected a record, found {error}"),
            })?;
            replay(number, record)?;
            good += read as u64;
        }
        file.set_len(good).map_err(io)?;
        file.seek(SeekFrom::Start(good)).map_err(io)?;
        Ok(Log {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// Empties the file and begins it with `first`.
    pub(crate) fn restart(&mut self, first: &Record) -> Result<(), LogError> {
        let io = |source| LogError::Io {
            path: self.path.clone(),
            source,
        };
        self.file.flush().map_err(io)?;
        self.file.get_mut().set_len(0).map_err(io)?;
        self.file.seek(SeekFrom::Start(0)).map_err(io)?;
        self.append(first);
        Ok(())
    }

    pub(crate) fn append(&mut self, record: &Record) {
        let written = serde_json::to_writer(&mut self.file, record)
            .map_err(std::io::Error::from)
            .and_then(|()| self.file.write_all(b"\n"))
            .and_then(|()| self.file.flush());
        if let Err(error) = written {
            tracing::error!(path = %self.path.display(), %error, "cannot write to the data file");
        }
    }

    pub(crate) fn sync(&mut self) {
        if let Err(error) = self
            .file
            .flush()
            .and_then(|()| self.file.get_ref().sync_data())
        {
            tracing::error!(path = %self.path.display(), %error, "cannot write to the data file");
        }
    }
}
