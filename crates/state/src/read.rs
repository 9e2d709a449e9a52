use std::ops::Bound;
use std::sync::Arc;

use crate::catalog::{Catalog, TableInfo};
use crate::error::StateError;
use crate::range::Range;
use crate::space::{Space, successor};

/// Reading, the same from a [`View`](crate::View) and from an [`Overlay`](crate::Overlay).
pub trait Read {
    /// The value of a key.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<&[u8]>, StateError>;

    /// The entries within the bounds, in ascending order of keys, or descending with `reverse`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn range(
        &self,
        space: Space,
        start: Bound<&[u8]>,
        end: Bound<&[u8]>,
        reverse: bool,
    ) -> Result<Range<'_>, StateError>;

    /// The tables there are, including those created in the block in progress.
    fn catalog(&self) -> &Catalog;

    /// The tables there were before the block in progress: what results can be sorted by.
    fn committed_catalog(&self) -> &Catalog;

    /// The entries whose key starts with `prefix`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn prefix(&self, space: Space, prefix: &[u8], reverse: bool) -> Result<Range<'_>, StateError> {
        let end = successor(prefix);
        let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let start = if prefix.is_empty() {
            Bound::Unbounded
        } else {
            Bound::Included(prefix)
        };
        self.range(space, start, end, reverse)
    }

    /// The table, if there is one.
    fn table(&self, contract: &str, table: &str) -> Option<Arc<TableInfo>> {
        self.catalog().get(contract, table).cloned()
    }
}
