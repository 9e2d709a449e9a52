use super::planner::{Access, Direction};
use super::ranges::{KeyRange, bounds, split};
use crate::catalog::TableInfo;
use crate::entries::{MAX_FIELDS, split_entry};
use crate::error::StateError;
use crate::read::Read;
use crate::row::{KEY_CUT, is_hashed};
use crate::space::{IndexId, Space};

/// So many candidates are gathered to be turned round; fewer in tests, whose tables are small.
const TURNED: usize = if cfg!(test) { 2 } else { 64 };

/// A row that was found: its key, and its bytes if they were come by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) row: Option<&'a [u8]>,
}

/// Candidates that come next to each other in the order of the walk.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    pub(crate) candidates: Vec<Candidate<'a>>,
    /// Whether they are in no order among themselves, because their keys were cut off.
    pub(crate) unsorted: bool,
}

/// Whether the walk goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Go,
    Stop,
}

/// Visits the rows of an access, in the direction given; without one, in any order.
pub(crate) fn walk<'a, E: From<StateError>>(
    reader: &'a dyn Read,
    table: &TableInfo,
    access: &'a Access,
    direction: Option<Direction>,
    visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
) -> Result<(), E> {
    match access {
        Access::Points(keys) => {
            let candidates = keys
                .iter()
                .map(|key| Candidate { key, row: None })
                .collect();
            visit(&mut Batch {
                candidates,
                unsorted: false,
            })
            .map(drop)
        }
        Access::Lookup(index, entry) => {
            let Some(key) = reader.get(Space::Index(*index), entry)? else {
                return Ok(());
            };
            let candidates = vec![Candidate { key, row: None }];
            visit(&mut Batch {
                candidates,
                unsorted: false,
            })
            .map(drop)
        }
        Access::Rows(range) => walk_rows(reader, table, range, direction, visit),
        Access::Index { index, ranges, .. } => walk_index(reader, *index, ranges, direction, visit),
    }
}

/// Collects candidates and hands them on when the next one belongs to another group.
struct Grouping<'a> {
    batch: Batch<'a>,
    /// What the candidates in the batch have in common; `None`: each is its own group.
    group: Option<&'a [u8]>,
    turn: bool,
}

impl<'a> Grouping<'a> {
    fn new(turn: bool) -> Grouping<'a> {
        Grouping {
            batch: Batch::default(),
            group: None,
            turn,
        }
    }

    fn push<E>(
        &mut self,
        candidate: Candidate<'a>,
        group: Option<&'a [u8]>,
        unsorted: bool,
        visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
    ) -> Result<Next, E> {
        let together = group.is_some() && group == self.group;
        if !together && self.flush(visit)? == Next::Stop {
            return Ok(Next::Stop);
        }
        self.group = group;
        self.batch.candidates.push(candidate);
        self.batch.unsorted |= unsorted;
        Ok(Next::Go)
    }

    /// How many candidates of a group are waiting.
    fn holds(&self, group: &[u8]) -> usize {
        match self.group == Some(group) {
            true => self.batch.candidates.len(),
            false => 0,
        }
    }

    fn flush<E>(
        &mut self,
        visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
    ) -> Result<Next, E> {
        if self.batch.candidates.is_empty() {
            return Ok(Next::Go);
        }
        if self.turn {
            self.batch.candidates.reverse();
        }
        let next = visit(&mut self.batch)?;
        self.batch.candidates.clear();
        self.batch.unsorted = false;
        Ok(next)
    }
}

fn walk_rows<'a, E: From<StateError>>(
    reader: &'a dyn Read,
    table: &TableInfo,
    range: &KeyRange,
    direction: Option<Direction>,
    visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
) -> Result<(), E> {
    let (start, end) = bounds(range);
    let reverse = direction.is_some_and(|direction| direction.reverse);
    let mut grouping = Grouping::new(false);
    for entry in reader.range(Space::Rows(table.id), start, end, reverse)? {
        let (key, row) = entry?;
        let unsorted = direction.is_some() && is_hashed(key);
        let group = unsorted.then(|| &key[..KEY_CUT]);
        let candidate = Candidate {
            key,
            row: Some(row),
        };
        if grouping.push(candidate, group, unsorted, visit)? == Next::Stop {
            return Ok(());
        }
    }
    grouping.flush(visit).map(drop)
}

fn walk_index<'a, E: From<StateError>>(
    reader: &'a dyn Read,
    index: IndexId,
    ranges: &[KeyRange],
    direction: Option<Direction>,
    visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
) -> Result<(), E> {
    let reverse = direction.is_some_and(|direction| direction.reverse);
    let turn = direction.is_some_and(|direction| direction.turn_ids);
    let entries = IndexEntries {
        reader,
        index,
        ordered: direction.is_some(),
    };
    let in_order: Box<dyn Iterator<Item = &KeyRange>> = if reverse {
        Box::new(ranges.iter().rev())
    } else {
        Box::new(ranges.iter())
    };
    for range in in_order {
        let next = match turn {
            true => entries.walk_turned(range, reverse, visit)?,
            false => entries.walk(range, reverse, visit)?,
        };
        if next == Next::Stop {
            break;
        }
    }
    Ok(())
}

/// The entries of an index, to be walked through.
struct IndexEntries<'a> {
    reader: &'a dyn Read,
    index: IndexId,
    /// Whether the order matters to whom visits them.
    ordered: bool,
}

/// An entry of an index.
struct Entry<'a> {
    fields: &'a [u8],
    candidate: Candidate<'a>,
    unsorted: bool,
    /// What it has in common with entries whose order among themselves the index does not know.
    group: Option<&'a [u8]>,
}

impl<'a> IndexEntries<'a> {
    fn range<E: From<StateError>>(
        &self,
        range: &KeyRange,
        reverse: bool,
    ) -> Result<impl Iterator<Item = Result<Entry<'a>, E>>, E> {
        let (start, end) = bounds(range);
        let ordered = self.ordered;
        let entries = self
            .reader
            .range(Space::Index(self.index), start, end, reverse)?;
        Ok(entries.map(move |entry| {
            let (entry, _) = entry?;
            let (fields, key) = split_entry(entry).ok_or_else(|| StateError::Undecodable {
                what: "index entry",
                reason: format!("{} bytes", entry.len()),
            })?;
            let cut_off = fields.len() >= MAX_FIELDS;
            let unsorted = ordered && (cut_off || is_hashed(key));
            let group = match (unsorted, cut_off) {
                (true, true) => Some(fields),
                (true, false) => Some(&entry[..fields.len() + KEY_CUT]),
                (false, _) => None,
            };
            Ok(Entry {
                fields,
                candidate: Candidate { key, row: None },
                unsorted,
                group,
            })
        }))
    }

    fn walk<E: From<StateError>>(
        &self,
        range: &KeyRange,
        reverse: bool,
        visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
    ) -> Result<Next, E> {
        let mut grouping = Grouping::new(false);
        for entry in self.range::<E>(range, reverse)? {
            let entry = entry?;
            if grouping.push(entry.candidate, entry.group, entry.unsorted, visit)? == Next::Stop {
                return Ok(Next::Stop);
            }
        }
        grouping.flush(visit)
    }

    /// Entries with equal fields in the other direction than the fields themselves: a few are gathered and turned
    /// round, many are walked through in a range of their own.
    fn walk_turned<E: From<StateError>>(
        &self,
        range: &KeyRange,
        reverse: bool,
        visit: &mut dyn FnMut(&mut Batch<'a>) -> Result<Next, E>,
    ) -> Result<Next, E> {
        let mut rest = range.clone();
        loop {
            let mut grouping = Grouping::new(true);
            let mut many = None;
            for entry in self.range::<E>(&rest, reverse)? {
                let entry = entry?;
                if grouping.holds(entry.fields) >= TURNED && !entry.unsorted {
                    many = Some(entry.fields);
                    break;
                }
                let (fields, unsorted) = (Some(entry.fields), entry.unsorted);
                if grouping.push(entry.candidate, fields, unsorted, visit)? == Next::Stop {
                    return Ok(Next::Stop);
                }
            }
            let Some(fields) = many else {
                return grouping.flush(visit);
            };
            let (equal, beyond) = split(&rest, fields, reverse);
            if self.walk(&equal, !reverse, visit)? == Next::Stop {
                return Ok(Next::Stop);
            }
            match beyond {
                Some(beyond) => rest = beyond,
                None => return Ok(Next::Go),
            }
        }
    }
}
