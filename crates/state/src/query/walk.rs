use super::planner::{Access, Direction};
use super::ranges::{KeyRange, bounds};
use crate::catalog::TableInfo;
use crate::entries::{MAX_FIELDS, split_entry};
use crate::error::StateError;
use crate::read::Read;
use crate::row::{KEY_CUT, is_hashed};
use crate::space::{IndexId, Space};

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
    let mut grouping = Grouping::new(turn);
    let in_order: Box<dyn Iterator<Item = &KeyRange>> = if reverse {
        Box::new(ranges.iter().rev())
    } else {
        Box::new(ranges.iter())
    };
    for range in in_order {
        let (start, end) = bounds(range);
        for entry in reader.range(Space::Index(index), start, end, reverse)? {
            let (entry, _) = entry?;
            let (fields, key) = split_entry(entry).ok_or_else(|| StateError::Undecodable {
                what: "index entry",
                reason: format!("{} bytes", entry.len()),
            })?;
            let cut_off = fields.len() >= MAX_FIELDS;
            let unsorted = direction.is_some() && (cut_off || is_hashed(key));
            let group = if turn || (unsorted && cut_off) {
                Some(fields)
            } else if unsorted {
                Some(&entry[..fields.len() + KEY_CUT])
            } else {
                None
            };
            let candidate = Candidate { key, row: None };
            if grouping.push(candidate, group, unsorted, visit)? == Next::Stop {
                return Ok(());
            }
        }
    }
    grouping.flush(visit).map(drop)
}
