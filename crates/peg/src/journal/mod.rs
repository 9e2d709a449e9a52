//! The durable record of what was signed and what became of it.
//!
//! ```text
//!   Record ──▶ a line "checksum json" ──▶ one write ──▶ fsync ──▶ only then does anything happen
//! ```
//!
//! Lines are only ever added. A line that is cut off at the end of the file was never acted upon, and is taken away when
//! the journal is opened. Any other damage is an error, since what it says cannot be guessed.

mod record;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

pub use record::{Purpose, Record, Signed};

/// The file's name.
const FILE: &str = "journal.jsonl";
/// The file that is locked as long as somebody writes.
const LOCK: &str = "LOCK";
/// Hexadecimal digits of a line's checksum.
const SUM: usize = 8;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// There is none.
    #[error("there is no journal in {}", path.display())]
    Missing {
        /// The directory.
        path: PathBuf,
    },
    /// There is one already.
    #[error("there is a journal in {} already", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
    /// Another process writes it.
    #[error("another process uses {}; stop it first", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// A line is not what was written.
    #[error(
        "line {line} of {} is damaged: {reason}; restore the file, or, only if the machine lost power while that line was \
         written and it is the last one, remove the line", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The disk failed. What could not be recorded was not done.
    #[error("cannot {action} {}: {error}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// A journal that is this process's alone.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Locked; the system unlocks it when it is closed, also after a crash.
    _lock: File,
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> JournalError + 'a {
    move |error| JournalError::Io {
        action,
        path: path.into(),
        error,
    }
}

impl Journal {
    /// Begins a journal.
    ///
    /// # Errors
    /// When there is one, or the disk fails.
    pub fn create(directory: &Path, first: &Record) -> Result<Journal, JournalError> {
        fs::create_dir_all(directory).map_err(failed("create", directory))?;
        let lock = lock(directory)?;
        let path = directory.join(FILE);
        if path.exists() {
            return Err(JournalError::Exists {
                path: directory.into(),
            });
        }
        // complete before it has its name: a journal without a first line is never seen
        let fresh = directory.join("journal.new");
        let mut file = File::create(&fresh).map_err(failed("create", &fresh))?;
        let written = file
            .write_all(line(first).as_bytes())
            .and_then(|()| file.sync_all());
        written.map_err(failed("write", &fresh))?;
        fs::rename(&fresh, &path).map_err(failed("rename", &fresh))?;
        sync_directory(directory)?;
        let file = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(failed("open", &path))?;
        Ok(Journal {
            path,
            file,
            _lock: lock,
        })
    }

    /// Opens a journal and gives what it says so far.
    ///
    /// # Errors
    /// When there is none, somebody else uses it, it is damaged, or the disk fails.
    pub fn open(directory: &Path) -> Result<(Journal, Vec<Record>), JournalError> {
        let path = directory.join(FILE);
        if !path.exists() {
            return Err(JournalError::Missing {
                path: directory.into(),
            });
        }
        let lock = lock(directory)?;
        let (records, whole) = read_file(&path)?;
        let file = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(failed("open", &path))?;
        let length = file.metadata().map_err(failed("read", &path))?.len();
        if length > whole {
            tracing::warn!(
                bytes = length - whole,
                "the last line of the journal is cut off; nothing was done about it, so it is taken away"
            );
            let cut = file.set_len(whole).and_then(|()| file.sync_all());
            cut.map_err(failed("cut", &path))?;
        }
        Ok((
            Journal {
                path,
                file,
                _lock: lock,
            },
            records,
        ))
    }

    /// What a journal says, without using it: somebody else may write at the same time.
    ///
    /// # Errors
    /// As [`open`](Self::open), apart from the lock.
    pub fn read(directory: &Path) -> Result<Vec<Record>, JournalError> {
        let path = directory.join(FILE);
        match read_file(&path) {
            Ok((records, _)) => Ok(records),
            Err(JournalError::Io { error, .. }) if error.kind() == ErrorKind::NotFound => {
                Err(JournalError::Missing {
                    path: directory.into(),
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Adds a line. It is on disk when this returns.
    ///
    /// # Errors
    /// When it may not be: then nothing must be done about it, and the journal is to be opened anew.
    pub fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        let written = self
            .file
            .write_all(line(record).as_bytes())
            .and_then(|()| self.file.sync_data());
        written.map_err(failed("write", &self.path))
    }
}

fn line(record: &Record) -> String {
    let json = serde_json::to_string(record).expect("records are plain data with text keys");
    format!("{} {json}\n", sum(&json))
}

fn sum(json: &str) -> String {
    let mut text = hex::encode(Sha256::digest(json.as_bytes()));
    text.truncate(SUM);
    text
}

/// The records, and how many bytes they take.
fn read_file(path: &Path) -> Result<(Vec<Record>, u64), JournalError> {
    let bytes = fs::read(path).map_err(failed("read", path))?;
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    let mut records = Vec::new();
    for (text, line) in bytes[..whole]
        .split_inclusive(|byte| *byte == b'\n')
        .zip(1..)
    {
        let record = read_line(text).map_err(|reason| JournalError::Damaged {
            path: path.into(),
            line,
            reason,
        })?;
        records.push(record);
    }
    Ok((records, whole as u64))
}

fn read_line(bytes: &[u8]) -> Result<Record, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let (found, json) = text
        .trim_end()
        .split_once(' ')
        .ok_or("it has no checksum")?;
    let expected = sum(json);
    if found != expected {
        return Err(format!("expected the checksum {expected}, found {found:?}"));
    }
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn lock(directory: &Path) -> Result<File, JournalError> {
    let path = directory.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(failed("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked {
            path: directory.into(),
        }),
        Err(TryLockError::Error(error)) => Err(failed("lock", &path)(error)),
    }
}

/// So that a new file's name survives a loss of power as well.
fn sync_directory(path: &Path) -> Result<(), JournalError> {
    let synced = File::open(path).and_then(|directory| directory.sync_all());
    synced.map_err(failed("write", path))
}

#[cfg(test)]
mod tests {
    use tartan_graphene::{BlockId, Time};

    use super::*;

    fn first() -> Record {
        Record::Opened {
            version: 1,
            side_chain: "dev".to_string(),
            account: "steem-peg".to_string(),
            contract: "steempegged".to_string(),
            start: 5,
            quiet_until: Time(100),
        }
    }

    fn scanned(number: u8) -> Record {
        Record::Scanned {
            block: BlockId([number; 20]),
            time: Time(number.into()),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::create(folder.path(), &first()).expect("a journal");
        journal.append(&scanned(1)).expect("the disk has room");
        assert_eq!(
            Journal::read(folder.path()).expect("readable"),
            [first(), scanned(1)]
        );
        assert!(matches!(
            Journal::open(folder.path()),
            Err(JournalError::Locked { .. })
        ));
        drop(journal);
        let (_journal, records) = Journal::open(folder.path()).expect("a journal");
        assert_eq!(records, [first(), scanned(1)]);
        assert!(matches!(
            Journal::create(folder.path(), &first()),
            Err(JournalError::Locked { .. })
        ));
    }

    #[test]
    fn a_second_journal_is_not_begun() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(
            Journal::open(folder.path()),
            Err(JournalError::Missing { .. })
        ));
        assert!(matches!(
            Journal::read(folder.path()),
            Err(JournalError::Missing { .. })
        ));
        drop(Journal::create(folder.path(), &first()).expect("a journal"));
        assert!(matches!(
            Journal::create(folder.path(), &first()),
            Err(JournalError::Exists { .. })
        ));
    }

    /// Wherever a crash cuts the file off: the whole lines before are there, and writing goes on.
    #[test]
    fn a_line_that_is_cut_off_was_never_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::create(folder.path(), &first()).expect("a journal");
        for number in 1..4 {
            journal.append(&scanned(number)).expect("the disk has room");
        }
        drop(journal);
        let path = folder.path().join(FILE);
        let bytes = fs::read(&path).expect("readable");
        let begun = line(&first()).len();
        for length in begun..=bytes.len() {
            fs::write(&path, &bytes[..length]).expect("the disk has room");
            let lines = bytes[..length]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            let (mut journal, records) = Journal::open(folder.path()).expect("a journal");
            assert_eq!(records.len(), lines, "{length} bytes");
            journal.append(&scanned(9)).expect("the disk has room");
            drop(journal);
            let (_, records) = Journal::open(folder.path()).expect("a journal");
            assert_eq!(records.len(), lines + 1);
            assert_eq!(records.last(), Some(&scanned(9)));
        }
    }

    #[test]
    fn damage_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut journal = Journal::create(folder.path(), &first()).expect("a journal");
        journal.append(&scanned(1)).expect("the disk has room");
        drop(journal);
        let path = folder.path().join(FILE);
        let text = fs::read_to_string(&path).expect("readable");
        fs::write(&path, text.replacen("steem-peg", "steam-peg", 1)).expect("the disk has room");
        let error = Journal::open(folder.path())
            .expect_err("damaged")
            .to_string();
        assert!(
            error.contains("line 1 of") && error.contains("expected the checksum"),
            "{error}"
        );
    }
}
