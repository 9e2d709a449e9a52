use std::any::TypeId;
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::catalog::Catalog;
use crate::decoded::{Decoded, Known, Located};
use crate::error::StateError;
use crate::layer::Layer;
use crate::range::{Range, Source};
use crate::read::Read;
use crate::row::Row;
use crate::space::{IndexId, MAX_KEY, Space, TableId};
use crate::view::View;
use crate::writes::{Change, Entries, Parts, Wanted, Writes};

/// The writes of the block in progress over the view it began on.
///
/// Reads see the writes. [`savepoint`](Overlay::savepoint)s nest; what is rolled back leaves no trace, in
/// tables, counters and catalog alike.
pub struct Overlay {
    view: View,
    writes: Writes,
    catalog: Arc<Catalog>,
    /// The tables of typed rows that were asked for, as the catalog has them.
    tables: Vec<(TypeId, Typed)>,
    /// What to undo, oldest first; only kept while a savepoint is open.
    journal: Vec<Undo>,
    savepoints: usize,
    max_record_bytes: usize,
    decoded: Decoded,
    scratch: Vec<u8>,
    /// What was read of the view by callers who are likely to write it next: found here then, not in the store again.
    known: Entries,
    /// Rows that searches looked at since it was last asked.
    examined: AtomicU64,
}

/// Where a table of typed rows is.
#[derive(Clone, Copy)]
pub(crate) struct Typed {
    pub(crate) table: TableId,
    /// The index of its lookup.
    pub(crate) lookup: Option<IndexId>,
}

/// Bytes that are kept at most of what was read.
const MAX_KNOWN: usize = 32 << 20;

enum Undo {
    /// What the overlay said of a key before; `None`: nothing.
    Entry {
        place: u32,
        previous: Option<Change>,
    },
    Catalog(Arc<Catalog>),
}

/// A moment within a block to come back to. Ends with [`Overlay::rollback`] or [`Overlay::release`], in
/// reverse order of creation.
#[derive(Debug)]
#[must_use = "a savepoint ends with rollback or release"]
pub struct Savepoint {
    depth: usize,
    journal: usize,
}

impl Overlay {
    /// Over a view, with room for about as many writes as the block before had, and with what is known of the view.
    pub(crate) fn new(
        view: View,
        max_record_bytes: usize,
        writes: usize,
        decoded: Decoded,
    ) -> Overlay {
        let catalog = view.shared_catalog().clone();
        Overlay {
            view,
            writes: Writes::with_capacity(writes + writes / 4),
            catalog,
            tables: Vec::new(),
            journal: Vec::new(),
            savepoints: 0,
            max_record_bytes,
            decoded,
            scratch: Vec::new(),
            known: Entries::with_capacity(writes / 4),
            examined: AtomicU64::new(0),
        }
    }

    /// The state before the block.
    pub fn base(&self) -> &View {
        &self.view
    }

    /// Whether anything was written.
    pub fn is_empty(&self) -> bool {
        self.writes.len() == 0
    }

    pub(crate) fn version(&self) -> u64 {
        self.view.version()
    }

    pub(crate) fn max_record_bytes(&self) -> usize {
        self.max_record_bytes
    }

    /// Lowers the size that a row may have, in bytes of its stored form; a network's bound is part of its rules.
    pub fn limit_record_bytes(&mut self, limit: usize) {
        self.max_record_bytes = self.max_record_bytes.min(limit);
    }

    /// What it writes, and what is known of the state with that.
    pub(crate) fn into_layer(self) -> (Layer, Decoded) {
        (Layer::new(self.writes, self.catalog), self.decoded)
    }

    /// How many rows searches have looked at since this was asked last: their work, the same on every machine.
    pub fn take_examined(&mut self) -> u64 {
        std::mem::take(self.examined.get_mut())
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// When the key is empty or longer than [`MAX_KEY`].
    pub fn put(
        &mut self,
        space: Space,
        key: &[u8],
        value: impl AsRef<[u8]>,
    ) -> Result<(), StateError> {
        self.change(space, key, Some(value.as_ref().into()))
    }

    /// As [`put`](Self::put), of a value that is taken over: a long one is not copied.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_owned(
        &mut self,
        space: Space,
        key: &[u8],
        value: Vec<u8>,
    ) -> Result<(), StateError> {
        check_length(key)?;
        let wanted = Wanted::new(space, key);
        self.decoded.forget(wanted);
        let (place, previous) = self.writes.insert_owned(wanted, value);
        self.note(place, previous);
        Ok(())
    }

    /// Sets or removes an entry of a declared index: nothing of it is ever kept in decoded form.
    ///
    /// # Errors
    /// When the key is longer than [`MAX_KEY`].
    pub(crate) fn set_entry(
        &mut self,
        index: IndexId,
        key: &[u8],
        there: bool,
    ) -> Result<(), StateError> {
        check_length(key)?;
        let value: &[u8] = &[];
        self.write(
            Wanted::new(Space::Index(index), key),
            there.then(|| value.into()),
        );
        Ok(())
    }

    /// Removes a key; nothing happens if there is none.
    ///
    /// # Errors
    /// When the key is empty or longer than [`MAX_KEY`].
    pub fn delete(&mut self, space: Space, key: &[u8]) -> Result<(), StateError> {
        self.change(space, key, None)
    }

    /// As [`put`](Self::put), of a value in two parts.
    pub(crate) fn put_parts(
        &mut self,
        space: Space,
        key: &[u8],
        value: Parts<'_>,
    ) -> Result<(), StateError> {
        self.change(space, key, Some(value))
    }

    fn change(
        &mut self,
        space: Space,
        key: &[u8],
        value: Option<Parts<'_>>,
    ) -> Result<(), StateError> {
        check_length(key)?;
        let wanted = Wanted::new(space, key);
        self.decoded.forget(wanted);
        self.write(wanted, value);
        Ok(())
    }

    fn write(&mut self, wanted: Wanted<'_>, value: Option<Parts<'_>>) {
        let (place, previous) = self.writes.insert(wanted, value);
        self.note(place, previous);
    }

    /// Notes what there was in a place, to be undone.
    fn note(&mut self, place: u32, previous: Option<Change>) {
        if self.savepoints > 0 {
            self.journal.push(Undo::Entry { place, previous });
        }
    }

    /// Puts a row in the place of one that is known in decoded form, and stays so, if `change` says what of; whether it was.
    /// The key is one that was read.
    pub(crate) fn rewrite<T: Send + Sync + 'static>(
        &mut self,
        wanted: Wanted<'_>,
        document: &[u8],
        change: impl FnOnce(&T) -> Option<T>,
    ) -> bool {
        // the number in front of the document hardly counts
        let Some(inserted) = self.decoded.replace(wanted, document.len(), change) else {
            return false;
        };
        let row = Row { inserted, document };
        row.with_parts(|parts| self.write(wanted, Some(parts)));
        true
    }

    /// Lends the memory that rows are written down in.
    pub(crate) fn take_scratch(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.scratch)
    }

    /// Gives it back.
    pub(crate) fn return_scratch(&mut self, scratch: Vec<u8>) {
        self.scratch = scratch;
    }

    /// Where a key of a lookup leads among the rows. It is kept as decoded values are.
    pub(crate) fn locate(
        &mut self,
        wanted: Wanted<'_>,
        rows: Space,
    ) -> Result<Option<Located>, StateError> {
        if let Some(located) = self.decoded.located(wanted) {
            return Ok(Some(located));
        }
        let again = self.decoded.is_asked_again(wanted);
        let found = self.look_up(wanted)?;
        let located = found.map(|key| Located::of(Wanted::new(rows, key)));
        if let Some(located) = located.as_ref().filter(|_| again) {
            self.decoded.insert_located(wanted, located.clone());
        }
        Ok(located)
    }

    /// What `decode` makes of the value of a key. It is kept until the key is written if it is asked for again and again.
    /// `None` if there is no such key.
    ///
    /// # Errors
    /// When the store cannot be read, or those of `decode`.
    pub fn decoded<T: Send + Sync + 'static, E: From<StateError>>(
        &mut self,
        space: Space,
        key: &[u8],
        decode: impl FnOnce(&[u8]) -> Result<T, E>,
    ) -> Result<Option<Arc<T>>, E> {
        debug_assert!(!matches!(space, Space::Index(_)), "entries are located");
        let decode = |bytes: &[u8]| decode(bytes).map(|value| (value, 0));
        self.decoded_row(Wanted::new(space, key), decode)
    }

    /// As [`decoded`](Self::decoded), of a row; `decode` says as well which insertion it was.
    pub(crate) fn decoded_row<T: Send + Sync + 'static, E: From<StateError>>(
        &mut self,
        wanted: Wanted<'_>,
        decode: impl FnOnce(&[u8]) -> Result<(T, u64), E>,
    ) -> Result<Option<Arc<T>>, E> {
        if let Some((known, _)) = self.decoded.get(wanted) {
            return Ok(Some(known));
        }
        let again = self.decoded.is_asked_again(wanted);
        // what is not kept in decoded form is kept as it is stored, for this block, as it may be written next
        let found = match again {
            true => self.look_up(wanted)?,
            false => self.look_up_to_write(wanted)?,
        };
        let Some(bytes) = found else {
            return Ok(None);
        };
        let (value, inserted) = decode(bytes)?;
        let value = Arc::new(value);
        if again {
            let bytes = bytes.len();
            let known = Known {
                value: value.clone(),
                inserted,
            };
            self.decoded.insert(wanted, bytes, known);
        }
        Ok(Some(value))
    }

    fn look_up(&self, wanted: Wanted<'_>) -> Result<Option<&[u8]>, StateError> {
        if let Some(value) = self.writes.find(wanted) {
            return Ok(value);
        }
        match self.known.place(wanted) {
            Some(place) => Ok(self.known.value(place)),
            None => self.view.look_up(wanted),
        }
    }

    /// As [`look_up`](Self::look_up), of what is likely to be written next: it is not looked for in the store again.
    fn look_up_to_write(&mut self, wanted: Wanted<'_>) -> Result<Option<&[u8]>, StateError> {
        if let Some(place) = self.writes.place(wanted) {
            return Ok(self.writes.value(place));
        }
        if let Some(place) = self.known.place(wanted) {
            return Ok(self.known.value(place));
        }
        let found = self.view.look_up(wanted)?;
        if let Some(value) = found
            && self.known.bytes() < MAX_KNOWN
        {
            self.known.push(wanted, Some(value.into()));
        }
        Ok(found)
    }

    /// What changed since a savepoint that is still open in the spaces that are asked for, in order of spaces and keys; no
    /// value: the key was removed. A key counts as changed if it was written, whatever was written.
    pub fn changed_since(
        &self,
        savepoint: &Savepoint,
        wanted: impl Fn(Space) -> bool,
    ) -> impl Iterator<Item = (Space, &[u8], Option<&[u8]>)> {
        let journal = &self.journal[savepoint.journal..];
        let changed = journal.iter().filter_map(|undo| match undo {
            Undo::Entry { place, .. } => {
                let Wanted { space, key, .. } = self.writes.wanted(*place);
                wanted(space).then(|| (space, key, self.writes.value(*place)))
            }
            Undo::Catalog(_) => None,
        });
        // all at once: most of the journal is wanted
        let mut in_order = Vec::with_capacity(journal.len());
        in_order.extend(changed);
        in_order.sort_unstable_by_key(|(space, key, _)| (*space, *key));
        in_order.dedup_by_key(|(space, key, _)| (*space, *key));
        in_order.into_iter()
    }

    /// Marks a moment to come back to.
    pub fn savepoint(&mut self) -> Savepoint {
        self.savepoints += 1;
        Savepoint {
            depth: self.savepoints,
            journal: self.journal.len(),
        }
    }

    /// Undoes everything since the savepoint, and ends it.
    ///
    /// # Panics
    /// When a later savepoint is still open: a bug of the caller.
    pub fn rollback(&mut self, savepoint: Savepoint) {
        assert_eq!(
            savepoint.depth, self.savepoints,
            "savepoints end in reverse order"
        );
        self.savepoints -= 1;
        while self.journal.len() > savepoint.journal {
            match self.journal.pop() {
                Some(Undo::Entry { place, previous }) => {
                    self.decoded.forget(self.writes.wanted(place));
                    match previous {
                        Some(change) => drop(self.writes.replace(place, change)),
                        // what was written after it is taken back already
                        None => self.writes.pop(),
                    }
                }
                Some(Undo::Catalog(catalog)) => {
                    self.catalog = catalog;
                    self.tables.clear();
                }
                None => break,
            }
        }
    }

    /// Keeps everything since the savepoint, and ends it.
    ///
    /// # Panics
    /// When a later savepoint is still open: a bug of the caller.
    pub fn release(&mut self, savepoint: Savepoint) {
        assert_eq!(
            savepoint.depth, self.savepoints,
            "savepoints end in reverse order"
        );
        self.savepoints -= 1;
        if self.savepoints == 0 {
            self.journal.clear();
        }
    }

    /// Changes the catalog in memory; the caller writes the records of [`Space::Catalog`].
    pub(crate) fn change_catalog<T>(&mut self, change: impl FnOnce(&mut Catalog) -> T) -> T {
        if self.savepoints > 0 {
            self.journal.push(Undo::Catalog(self.catalog.clone()));
        }
        self.tables.clear();
        change(Arc::make_mut(&mut self.catalog))
    }

    /// Where the table of a type of rows is, found with `find` if it was not asked for since the catalog changed.
    pub(crate) fn typed<T: 'static>(
        &mut self,
        find: impl FnOnce(&Catalog) -> Result<Typed, StateError>,
    ) -> Result<Typed, StateError> {
        let wanted = TypeId::of::<T>();
        let known = self.tables.iter().find(|(id, _)| *id == wanted);
        if let Some((_, found)) = known {
            return Ok(*found);
        }
        let found = find(&self.catalog)?;
        self.tables.push((wanted, found));
        Ok(found)
    }
}

fn check_length(key: &[u8]) -> Result<(), StateError> {
    if key.is_empty() || key.len() > MAX_KEY {
        return Err(StateError::KeyLength {
            found: key.len(),
            expected: MAX_KEY,
        });
    }
    Ok(())
}

impl Read for Overlay {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<&[u8]>, StateError> {
        self.look_up(Wanted::new(space, key))
    }

    fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        reverse: bool,
    ) -> Result<Range<'_>, StateError> {
        let mut sources = self.view.sources(space, start, end, reverse)?;
        let range = self.writes.range(space, start, end);
        let source = match reverse {
            true => Source::OverlayReverse(range.rev()),
            false => Source::Overlay(range),
        };
        sources.insert(0, source);
        Range::new(sources, reverse)
    }

    fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn committed_catalog(&self) -> &Catalog {
        self.view.catalog()
    }

    fn as_read(&self) -> &dyn Read {
        self
    }

    fn note_examined(&self, rows: u64) {
        self.examined.fetch_add(rows, Ordering::Relaxed);
    }
}
