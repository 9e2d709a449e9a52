use smallvec::SmallVec;
use tartan_document::codec::{self, RawFields};
use tartan_document::order::Key;

use crate::catalog::{IndexInfo, IndexKind, TableInfo};
use crate::entries::{self, Entries, MAX_ENTRIES};
use crate::error::StateError;
use crate::row::undecodable;
use crate::space::IndexId;

type Entry<'i> = (&'i IndexInfo, Key);
/// Most tables have no more indexes.
type List<'i> = SmallVec<[Entry<'i>; 4]>;

/// What the change of a row changes in the indexes of its table.
#[derive(Default)]
pub(crate) struct Changes<'i> {
    /// The new document.
    pub(crate) document: Option<&'i [u8]>,
    /// Entries of declared indexes, without the row's key.
    pub(crate) removed: List<'i>,
    pub(crate) added: List<'i>,
    /// Entries of lookups.
    pub(crate) released: List<'i>,
    pub(crate) claimed: List<'i>,
    /// Indexes that met an array for the first time.
    pub(crate) multikey: Vec<IndexId>,
}

/// Compares what the old and the new document of a row have in the indexes; only differences are written.
pub(crate) fn index_changes<'i>(
    info: &TableInfo,
    indexes: impl Iterator<Item = &'i IndexInfo>,
    old: Option<&[u8]>,
    new: Option<&'i [u8]>,
) -> Result<Changes<'i>, StateError> {
    let mut changes = Changes {
        document: new,
        ..Changes::default()
    };
    let mut indexes = indexes.peekable();
    if indexes.peek().is_none() {
        return Ok(changes);
    }
    let (mut old_fields, mut new_fields) = (RawFields::default(), RawFields::default());
    let old = old.map(|bytes| old_fields.read(bytes));
    let old = old.transpose().map_err(undecodable)?;
    let new = new.map(|bytes| new_fields.read(bytes));
    let new = new.transpose().map_err(undecodable)?;
    for index in indexes {
        if let (Some(old), Some(new)) = (old, new)
            && !touches(index, old, new).map_err(undecodable)?
        {
            continue;
        }
        let multikey = match index.spec.kind {
            IndexKind::Lookup => changes.compare_lookup(index, old, new)?,
            IndexKind::Declared => changes.compare_entries(info, index, old, new)?,
        };
        if multikey && !index.multikey {
            changes.multikey.push(index.id);
        }
    }
    Ok(changes)
}

/// Whether anything that an index is made of differs between two documents: most updates leave it alone, and equal
/// bytes make equal entries.
fn touches(
    index: &IndexInfo,
    old: &RawFields<'_>,
    new: &RawFields<'_>,
) -> Result<bool, codec::Error> {
    for field in &index.spec.fields {
        let name = field.path.first();
        let old = old.field(name).map(|value| value.encoded()).transpose()?;
        let new = new.field(name).map(|value| value.encoded()).transpose()?;
        if old != new {
            return Ok(true);
        }
    }
    Ok(false)
}

impl<'i> Changes<'i> {
    fn compare_lookup<'f>(
        &mut self,
        index: &'i IndexInfo,
        old: Option<&RawFields<'f>>,
        new: Option<&RawFields<'f>>,
    ) -> Result<bool, StateError> {
        let entry = |document| entries::lookup_entry(document, index).map_err(undecodable);
        let old = old.map(entry).transpose()?.map(|(key, _)| key);
        let new = new.map(entry).transpose()?;
        let multikey = new.as_ref().is_some_and(|(_, multikey)| *multikey);
        let new = new.map(|(key, _)| key);
        if old != new {
            self.released.extend(old.map(|key| (index, key)));
            self.claimed.extend(new.map(|key| (index, key)));
        }
        Ok(multikey)
    }

    fn compare_entries(
        &mut self,
        info: &TableInfo,
        index: &'i IndexInfo,
        old: Option<&RawFields<'_>>,
        new: Option<&RawFields<'_>>,
    ) -> Result<bool, StateError> {
        let entries = |document: Option<&RawFields<'_>>| {
            let Some(document) = document else {
                return Ok(Entries {
                    keys: SmallVec::new(),
                    multikey: false,
                });
            };
            entries::entries(document, index)
                .map_err(undecodable)?
                .ok_or_else(|| {
                    let name = &index.spec.name;
                    info.invalid_record(format!("more than {MAX_ENTRIES} entries in index {name}"))
                })
        };
        let (old, new) = (entries(old)?.keys, entries(new)?);
        let (new, multikey) = (new.keys, new.multikey);
        let named = |key: Key| (index, key);
        if old.is_empty() || new.is_empty() {
            self.added.extend(new.into_iter().map(named));
            self.removed.extend(old.into_iter().map(named));
        } else if old != new {
            let is_in = |keys: &[Key], key: &Key| keys.binary_search(key).is_ok();
            let added = new.iter().filter(|key| !is_in(&old, key)).cloned();
            self.added.extend(added.map(named));
            let removed = old.into_iter().filter(|key| !is_in(&new, key));
            self.removed.extend(removed.map(named));
        }
        Ok(multikey)
    }
}
