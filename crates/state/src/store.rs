//! The irreversible state on disk: one LMDB environment, written by one atomic transaction for each flush.

use std::io::ErrorKind;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use heed::types::Bytes;
use heed::{CommitOrAbort, Database, Env, EnvOpenOptions, MdbError, RoTxn, WithoutTls};

use crate::directory::Directory;
use crate::error::StateError;
use crate::range::DiskRange;
use crate::space::{DATABASES, SYSTEM, Space, successor};
use crate::writes::Written;
use crate::{Position, StateOptions};

type Table = Database<'static, Bytes, Bytes>;

/// Key in the `system` database of the position that the store's content is the state after.
const POSITION: &[u8] = b"position";
/// Key in the `system` database of the network identity; the same as in the FORMAT file.
const IDENTITY: &[u8] = b"identity";
/// Room for the prefix and the longest key.
const MAX_STORED_KEY: usize = 511;
/// Map sizes are rounded up to this: a multiple of every page size.
const MAP_GRANULE: usize = 2 << 20;

pub(crate) struct Store {
    env: Env<WithoutTls>,
    databases: [Table; DATABASES.len()],
    map_size: usize,
    max_readers: u32,
    /// Dropped last: the lock outlives the environment.
    directory: Directory,
}

impl Store {
    pub(crate) fn open(path: &Path, options: &StateOptions) -> Result<Store, StateError> {
        let directory = Directory::open(path, &options.identity)?;
        let map_size = options.map_size.next_multiple_of(MAP_GRANULE);
        let failed = |error| open_error(path, map_size, options.max_readers, error);
        let env = open_environment(path, map_size, options.max_readers).map_err(failed)?;
        check_size(&env, path, env.real_disk_size().map_err(failed)?)?;
        env.clear_stale_readers().map_err(failed)?;
        let databases = create_databases(&env).map_err(failed)?;
        let store = Store {
            env,
            databases,
            map_size,
            max_readers: options.max_readers,
            directory,
        };
        store.check_identity(&options.identity)?;
        Ok(store)
    }

    /// Bytes of the pages that have ever been used.
    pub(crate) fn bytes(&self) -> u64 {
        used(&self.env)
    }

    fn check_identity(&self, identity: &str) -> Result<(), StateError> {
        let mut txn = self.env.write_txn().map_err(|e| self.error(e))?;
        let system = &self.databases[SYSTEM];
        match system.get(&txn, IDENTITY).map_err(|e| self.error(e))? {
            Some(found) if found == identity.as_bytes() => Ok(()),
            Some(found) => Err(StateError::Identity {
                path: self.directory.path().into(),
                found: String::from_utf8_lossy(found).into_owned(),
                expected: identity.into(),
            }),
            None => {
                system
                    .put(&mut txn, IDENTITY, identity.as_bytes())
                    .map_err(|e| self.error(e))?;
                txn.commit().map_err(|e| self.error(e))
            }
        }
    }

    pub(crate) fn snapshot(self: &Arc<Self>) -> Result<Snapshot, StateError> {
        let txn = self
            .env
            .clone()
            .static_read_txn()
            .map_err(|e| self.error(e))?;
        Ok(Snapshot {
            txn,
            store: self.clone(),
        })
    }

    /// Writes changes and the position they lead to, all or nothing; durable on return. Returns how many changes there
    /// were.
    pub(crate) fn write<'w>(
        &self,
        changes: impl Iterator<Item = (Space, Written<'w>)>,
        position: &Position,
    ) -> Result<u64, StateError> {
        let mut txn = self.env.write_txn().map_err(|e| self.error(e))?;
        let mut count = 0;
        for (space, Written { key, value }) in changes {
            count += 1;
            let mut buffer = [0; MAX_STORED_KEY];
            let (table, key) = self.locate(space, key, &mut buffer)?;
            match value {
                Some(value) => table.put(&mut txn, key, value).map_err(|e| self.error(e))?,
                None => drop(table.delete(&mut txn, key).map_err(|e| self.error(e))?),
            }
        }
        let system = &self.databases[SYSTEM];
        system
            .put(&mut txn, POSITION, &position.to_bytes())
            .map_err(|e| self.error(e))?;
        txn.commit().map_err(|e| self.error(e))?;
        Ok(count)
    }

    /// The database of a space, and the key as it is stored there.
    fn locate<'b>(
        &self,
        space: Space,
        key: &'b [u8],
        buffer: &'b mut [u8; MAX_STORED_KEY],
    ) -> Result<(&Table, &'b [u8]), StateError> {
        let (database, prefix) = space.database();
        let table = &self.databases[database];
        let Some(prefix) = prefix else {
            return Ok((table, key));
        };
        let prefix = prefix.to_be_bytes();
        let length = prefix.len() + key.len();
        let Some(stored) = buffer.get_mut(..length) else {
            let expected = MAX_STORED_KEY - prefix.len();
            return Err(StateError::KeyLength {
                found: key.len(),
                expected,
            });
        };
        stored[..prefix.len()].copy_from_slice(&prefix);
        stored[prefix.len()..].copy_from_slice(key);
        Ok((table, stored))
    }

    fn error(&self, error: heed::Error) -> StateError {
        open_error(
            self.directory.path(),
            self.map_size,
            self.max_readers,
            error,
        )
    }
}

/// What LMDB's errors mean to the one who has to act on them.
fn open_error(path: &Path, map_size: usize, max_readers: u32, error: heed::Error) -> StateError {
    match error {
        heed::Error::Mdb(MdbError::MapFull) => StateError::MapFull { size: map_size },
        heed::Error::Mdb(MdbError::ReadersFull) => StateError::TooManyViews { limit: max_readers },
        heed::Error::Mdb(
            error @ (MdbError::Invalid
            | MdbError::Corrupted
            | MdbError::PageNotFound
            | MdbError::VersionMismatch
            | MdbError::Incompatible),
        ) => StateError::Corrupt {
            path: path.into(),
            found: error.to_string(),
        },
        heed::Error::Io(error) if is_of_disk(&error) => StateError::Disk {
            path: path.into(),
            error,
        },
        heed::Error::EnvAlreadyOpened => StateError::InUse { path: path.into() },
        error => StateError::Store(error.to_string()),
    }
}

/// Whether the disk is what failed. LMDB reports a disk that took a part only of what was written, as a full one does, as an
/// input/output error.
fn is_of_disk(error: &std::io::Error) -> bool {
    const EIO: i32 = 5;
    let kinds = [
        ErrorKind::StorageFull,
        ErrorKind::QuotaExceeded,
        ErrorKind::FileTooLarge,
    ];
    let is_eio = cfg!(unix) && error.raw_os_error() == Some(EIO);
    is_eio || kinds.contains(&error.kind())
}

/// Bytes up to the last page that was ever used.
fn used(env: &Env<WithoutTls>) -> u64 {
    let pages = env.info().last_page_number as u64 + 1;
    pages * u64::from(env.unnamed_database_stat().page_size)
}

/// A file that ends before its last page would end the process when that page is read.
fn check_size(env: &Env<WithoutTls>, path: &Path, found: u64) -> Result<(), StateError> {
    let expected = used(env);
    if found < expected {
        let found = format!("a store of {found} bytes, expected at least {expected}");
        return Err(StateError::Corrupt {
            path: path.into(),
            found,
        });
    }
    Ok(())
}

#[allow(unsafe_code)]
fn open_environment(
    path: &Path,
    map_size: usize,
    max_readers: u32,
) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options
        .map_size(map_size)
        .max_readers(max_readers)
        .max_dbs(DATABASES.len() as u32);
    // SAFETY: the map must not be changed by anything but LMDB while it is open. The directory is locked
    // for this process, and heed refuses to open the same path twice within a process.
    unsafe { options.open(path) }
}

fn create_databases(env: &Env<WithoutTls>) -> heed::Result<[Table; DATABASES.len()]> {
    let txn = env.write_txn()?;
    let created = env.create_databases_and_commit(txn, |opener, txn| {
        let mut tables = Vec::with_capacity(DATABASES.len());
        for name in DATABASES {
            tables.push(opener.create_database::<Bytes, Bytes>(txn, Some(name))?);
        }
        let tables: [Database<'_, Bytes, Bytes>; DATABASES.len()] = tables
            .try_into()
            .expect("one table was pushed for each name");
        Ok::<_, heed::Error>(CommitOrAbort::<_, ()>::Commit(tables))
    })?;
    match created {
        CommitOrAbort::Commit(tables) => Ok(tables),
        CommitOrAbort::Abort(()) => unreachable!("the closure above always commits"),
    }
}

/// The store as it was when the snapshot was taken, whatever is flushed meanwhile.
pub(crate) struct Snapshot {
    txn: RoTxn<'static, WithoutTls>,
    store: Arc<Store>,
}

impl Snapshot {
    pub(crate) fn get(&self, space: Space, key: &[u8]) -> Result<Option<&[u8]>, StateError> {
        let mut buffer = [0; MAX_STORED_KEY];
        let (table, key) = self.store.locate(space, key, &mut buffer)?;
        table.get(&self.txn, key).map_err(|e| self.store.error(e))
    }

    pub(crate) fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        reverse: bool,
    ) -> Result<DiskRange<'_>, StateError> {
        let (database, number) = space.database();
        let table = &self.store.databases[database];
        let prefix = number.map(u32::to_be_bytes);
        let prefix: &[u8] = prefix.as_ref().map_or(&[], |p| p.as_slice());
        let with_prefix = |key: &[u8]| [prefix, key].concat();
        let start = match start {
            Bound::Included(key) => Bound::Included(with_prefix(key)),
            Bound::Excluded(key) => Bound::Excluded(with_prefix(key)),
            Bound::Unbounded if prefix.is_empty() => Bound::Unbounded,
            Bound::Unbounded => Bound::Included(prefix.to_vec()),
        };
        let end = match end {
            Bound::Included(key) => Bound::Included(with_prefix(key)),
            Bound::Excluded(key) => Bound::Excluded(with_prefix(key)),
            Bound::Unbounded => successor(prefix).map_or(Bound::Unbounded, Bound::Excluded),
        };
        let bounds = (as_slice(&start), as_slice(&end));
        let failed = |e| self.store.error(e);
        let skip = prefix.len();
        if reverse {
            Ok(DiskRange::backward(
                table.rev_range(&self.txn, &bounds).map_err(failed)?,
                skip,
            ))
        } else {
            Ok(DiskRange::forward(
                table.range(&self.txn, &bounds).map_err(failed)?,
                skip,
            ))
        }
    }

    /// The position that the snapshot is the state after; `None` in a new store.
    pub(crate) fn position(&self) -> Result<Option<Position>, StateError> {
        let system = &self.store.databases[SYSTEM];
        let stored = system
            .get(&self.txn, POSITION)
            .map_err(|e| self.store.error(e))?;
        stored
            .map(|bytes| {
                Position::from_bytes(bytes).ok_or_else(|| StateError::Corrupt {
                    path: self.store.directory.path().into(),
                    found: format!("a position record of {} bytes", bytes.len()),
                })
            })
            .transpose()
    }
}

fn as_slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    match bound {
        Bound::Included(key) => Bound::Included(key),
        Bound::Excluded(key) => Bound::Excluded(key),
        Bound::Unbounded => Bound::Unbounded,
    }
}
