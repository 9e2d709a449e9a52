use std::collections::HashSet;

use tartan_document::Object;

use super::planner::Access;
use super::sort::Order;
use crate::error::{QueryError, StateError};
use crate::read::Read;

/// A row that matched.
pub(crate) struct Found {
    pub(crate) key: Vec<u8>,
    pub(crate) inserted: u64,
    pub(crate) document: Object,
}

/// Counts what is looked at.
pub(crate) struct Meter<'q> {
    reader: &'q dyn Read,
    pub(crate) examined: u64,
    /// An error beyond it.
    pub(crate) limit: Option<u64>,
    /// Beyond it the plan is given up.
    pub(crate) budget: Option<u64>,
}

pub(crate) enum Stopped {
    OverBudget,
    Error(QueryError),
}

impl From<StateError> for Stopped {
    fn from(error: StateError) -> Stopped {
        Stopped::Error(error.into())
    }
}

impl From<QueryError> for Stopped {
    fn from(error: QueryError) -> Stopped {
        Stopped::Error(error)
    }
}

impl<'q> Meter<'q> {
    pub(crate) fn new(reader: &'q dyn Read, limit: Option<u64>) -> Meter<'q> {
        Meter {
            reader,
            examined: 0,
            limit,
            budget: None,
        }
    }

    pub(crate) fn count(&mut self) -> Result<(), Stopped> {
        self.examined += 1;
        if let Some(limit) = self.limit
            && self.examined > limit
        {
            let examined = self.examined;
            return Err(Stopped::Error(QueryError::TooExpensive { examined, limit }));
        }
        match self.budget {
            Some(budget) if self.examined > budget => Err(Stopped::OverBudget),
            _ => Ok(()),
        }
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        self.reader.note_examined(self.examined);
    }
}

/// How results are put in order.
#[derive(Clone, Copy)]
pub(crate) enum Ranking<'o> {
    By(&'o Order),
    Insertion,
}

impl Ranking<'_> {
    pub(crate) fn key(self, row: &Found) -> Vec<u8> {
        match self {
            Ranking::By(order) => order.key(&row.document),
            Ranking::Insertion => row.inserted.to_be_bytes().to_vec(),
        }
    }
}

/// The results so far.
pub(crate) struct Results<'o> {
    pub(crate) ranking: Ranking<'o>,
    /// Whether they arrive in order.
    pub(crate) in_order: bool,
    /// How many are wanted.
    pub(crate) wanted: usize,
    pub(crate) rows: Vec<(Vec<u8>, Found)>,
}

impl Results<'_> {
    pub(crate) fn is_full(&self) -> bool {
        self.in_order && self.rows.len() >= self.wanted
    }

    pub(crate) fn push(&mut self, row: Found) {
        let key = if self.in_order {
            Vec::new()
        } else {
            self.ranking.key(&row)
        };
        self.rows.push((key, row));
        // Of many only the first are kept.
        let most = self.wanted.saturating_mul(2).saturating_add(256);
        if !self.in_order && self.rows.len() > most {
            self.rows
                .select_nth_unstable_by(self.wanted, |(a, _), (b, _)| a.cmp(b));
            self.rows.truncate(self.wanted);
        }
    }

    pub(crate) fn finish(mut self, offset: usize) -> Vec<Found> {
        if !self.in_order {
            self.rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        self.rows.truncate(self.wanted);
        self.rows
            .into_iter()
            .skip(offset)
            .map(|(_, row)| row)
            .collect()
    }
}

/// Remembers which rows were met, where an access meets them repeatedly.
pub(crate) struct Seen<'a>(Option<HashSet<&'a [u8], foldhash::fast::RandomState>>);

impl<'a> Seen<'a> {
    pub(crate) fn new(access: &Access) -> Seen<'a> {
        let repeats = matches!(access, Access::Index { multikey: true, .. });
        Seen(repeats.then(HashSet::default))
    }

    pub(crate) fn is_new(&mut self, key: &'a [u8]) -> bool {
        self.0.as_mut().is_none_or(|seen| seen.insert(key))
    }
}
