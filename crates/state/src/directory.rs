use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::StateError;

/// Version of everything that is written to disk: keys, rows, index entries.
pub(crate) const FORMAT: u32 = 2;
const LOCK_FILE: &str = "LOCK";
const FORMAT_FILE: &str = "FORMAT";
/// LMDB's own files.
const STORE_FILES: [&str; 2] = ["data.mdb", "lock.mdb"];

/// A data directory that is ours alone while this value lives.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    /// Locked; the system unlocks it when it is closed, also after a crash.
    _lock: File,
}

impl Directory {
    /// Creates the directory if there is none, locks it, and checks that it is of our format and network.
    pub(crate) fn open(path: &Path, identity: &str) -> Result<Directory, StateError> {
        fs::create_dir_all(path).map_err(io("create directory", path))?;
        // Looked at before the lock file adds to it.
        let strangers = strangers(path)?;
        let format_path = path.join(FORMAT_FILE);
        let record = match fs::read(&format_path) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(io("read", &format_path)(error)),
        };
        if record.is_none()
            && let Some(found) = strangers
        {
            return Err(StateError::Foreign {
                path: path.into(),
                found,
            });
        }
        let lock = lock(path)?;
        match record {
            Some(text) => check_record(path, &text, identity)?,
            None => write_record(path, identity)?,
        }
        Ok(Directory {
            path: path.into(),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn io<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> StateError + 'a {
    move |error| StateError::Io {
        action,
        path: path.into(),
        error,
    }
}

/// The first file (by name) that is none of ours, or a store without our record beside it.
fn strangers(path: &Path) -> Result<Option<String>, StateError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(io("read directory", path))? {
        let name = entry.map_err(io("read directory", path))?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    let found = names
        .into_iter()
        .find(|name| name != LOCK_FILE && !name.starts_with(FORMAT_FILE));
    Ok(found.map(|name| {
        if STORE_FILES.contains(&name.as_str()) {
            format!("{name} without a {FORMAT_FILE} file")
        } else {
            name
        }
    }))
}

fn lock(path: &Path) -> Result<File, StateError> {
    let lock_path = path.join(LOCK_FILE);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(io("open", &lock_path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse { path: path.into() }),
        Err(TryLockError::Error(error)) => Err(io("lock", &lock_path)(error)),
    }
}

/// The record is two lines: `tartan state format <number>` and `network <identity>`.
fn record(identity: &str) -> String {
    format!("tartan state format {FORMAT}\nnetwork {identity}\n")
}

fn check_record(path: &Path, text: &str, identity: &str) -> Result<(), StateError> {
    let mut lines = text.lines();
    let format = lines
        .next()
        .and_then(|line| line.strip_prefix("tartan state format "));
    let network = lines.next().and_then(|line| line.strip_prefix("network "));
    let (Some(format), Some(network)) = (format, network) else {
        let found = format!(
            "a {FORMAT_FILE} file that reads {:?}",
            text.chars().take(80).collect::<String>()
        );
        return Err(StateError::Foreign {
            path: path.into(),
            found,
        });
    };
    if format != FORMAT.to_string() {
        return Err(StateError::Format {
            path: path.into(),
            found: format.into(),
            expected: FORMAT,
        });
    }
    if network != identity {
        let (found, expected) = (network.into(), identity.into());
        return Err(StateError::Identity {
            path: path.into(),
            found,
            expected,
        });
    }
    Ok(())
}

/// Written beside its place and moved there, so that a crash leaves a whole record or none.
fn write_record(path: &Path, identity: &str) -> Result<(), StateError> {
    let temporary = path.join(format!("{FORMAT_FILE}.new"));
    let target = path.join(FORMAT_FILE);
    let mut file = File::create(&temporary).map_err(io("create", &temporary))?;
    file.write_all(record(identity).as_bytes())
        .map_err(io("write", &temporary))?;
    file.sync_all().map_err(io("sync", &temporary))?;
    fs::rename(&temporary, &target).map_err(io("rename to", &target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prepare: impl FnOnce(&Path), expected: &str) {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path());
        match Directory::open(dir.path(), "dev") {
            Ok(_) => assert_eq!("ok", expected),
            Err(error) => {
                let text = error
                    .to_string()
                    .replace(&dir.path().display().to_string(), "DIR");
                assert!(text.starts_with(expected), "{text}");
            }
        }
    }

    #[test]
    fn an_empty_directory_becomes_ours() {
        check(|_| {}, "ok");
        check(|path| drop(Directory::open(path, "dev").unwrap()), "ok");
    }

    #[test]
    fn a_missing_directory_is_made() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Directory::open(&dir.path().join("a/b"), "dev").is_ok());
    }

    #[test]
    fn another_network_is_refused() {
        check(
            |path| drop(Directory::open(path, "hive").unwrap()),
            "data directory DIR belongs to network \"hive\", expected \"dev\"",
        );
    }

    #[test]
    fn another_format_is_refused() {
        check(
            |path| fs::write(path.join("FORMAT"), "tartan state format 99\nnetwork dev\n").unwrap(),
            "data directory DIR has format 99, this program reads format 2",
        );
    }

    #[test]
    fn foreign_files_are_refused() {
        check(
            |path| fs::write(path.join("photo.jpg"), "x").unwrap(),
            "data directory DIR is not a state: found photo.jpg",
        );
        check(
            |path| fs::write(path.join("data.mdb"), "x").unwrap(),
            "data directory DIR is not a state: found data.mdb without a FORMAT file",
        );
        check(
            |path| fs::write(path.join("FORMAT"), "hello").unwrap(),
            "data directory DIR is not a state: found a FORMAT file that reads \"hello\"",
        );
    }

    #[test]
    fn one_process_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let held = Directory::open(dir.path(), "dev").unwrap();
        let error = Directory::open(dir.path(), "dev").unwrap_err();
        assert!(
            error.to_string().contains("in use by another process"),
            "{error}"
        );
        drop(held);
        assert!(Directory::open(dir.path(), "dev").is_ok());
    }
}
