use tartan_document::{Object, Value};

use super::filter::Filter;
use super::planner::{Access, Plan, Plans, plans};
use super::results::{Found, Meter, Ranking, Results, Seen, Stopped};
use super::sort::{Order, Sort, UnknownIndex};
use super::walk::{Batch, Candidate, Next, walk};
use crate::catalog::TableInfo;
use crate::error::{QueryError, StateError};
use crate::read::Read;
use crate::row::Row;
use crate::space::Space;

/// Rows that a search gives at most, unless it says otherwise.
pub const DEFAULT_LIMIT: usize = 1000;
/// Candidates that are looked at anyway before the choice of a plan matters.
const CHEAP: usize = 500;
/// Candidates that are counted at most to choose a plan.
const MAX_PROBE: usize = 20_000;

/// Candidates whose counting is as much work as looking at one row.
const PROBES_PER_ROW: u64 = 8;
/// Bytes of a row that are as much work as another row.
const BYTES_PER_ROW: usize = 64;

/// What a search gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindOptions {
    /// Most rows.
    pub limit: usize,
    /// Rows passed over.
    pub offset: usize,
    /// The order; `_id` decides what is left open.
    pub sort: Vec<Sort>,
    /// Most rows looked at; `None`: any number.
    pub scan_limit: Option<u64>,
    /// What to do when `sort` names something that is not indexed.
    pub unknown_index: UnknownIndex,
}

impl Default for FindOptions {
    fn default() -> FindOptions {
        FindOptions {
            limit: DEFAULT_LIMIT,
            offset: 0,
            sort: Vec::new(),
            scan_limit: None,
            unknown_index: UnknownIndex::IgnoreSort,
        }
    }
}

/// A query on a table.
pub(crate) struct Query<'q> {
    pub(crate) reader: &'q dyn Read,
    pub(crate) table: &'q TableInfo,
    pub(crate) filter: &'q Filter,
}

impl<'q> Query<'q> {
    /// The rows that match, in order.
    pub(crate) fn find(&self, options: &FindOptions) -> Result<Vec<Found>, QueryError> {
        let committed = self.reader.committed_catalog();
        let order = Order::resolve(&options.sort, self.table, committed, options.unknown_index)?;
        self.find_in(&order, options.offset, options.limit, options.scan_limit)
    }

    /// As [`find`](Query::find), in a given order.
    pub(crate) fn find_in(
        &self,
        order: &Order,
        offset: usize,
        limit: usize,
        scan_limit: Option<u64>,
    ) -> Result<Vec<Found>, QueryError> {
        let wanted = offset.saturating_add(limit);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let Plans { narrow, ordered } = plans(self.table, self.filter, order);
        let mut meter = Meter::new(self.reader, scan_limit);
        if let Some(walk) = ordered
            && let Some(budget) = self.walk_budget(&narrow, wanted, scan_limit)?
        {
            meter.budget = budget;
            match self.run(&walk, order, wanted, &mut meter) {
                Ok(results) => return Ok(results.finish(offset)),
                Err(Stopped::Error(error)) => return Err(error),
                Err(Stopped::OverBudget) => meter.budget = None,
            }
        }
        match self.run(&narrow, order, wanted, &mut meter) {
            Ok(results) => Ok(results.finish(offset)),
            Err(Stopped::Error(error)) => Err(error),
            Err(Stopped::OverBudget) => unreachable!("there is no budget"),
        }
    }

    /// How far to try the plan that can stop early, before falling back to the narrow one; `None`: not at
    /// all, because the narrow one finds few rows.
    fn walk_budget(
        &self,
        narrow: &Plan,
        wanted: usize,
        scan_limit: Option<u64>,
    ) -> Result<Option<Option<u64>>, StateError> {
        if let Access::Rows((start, None)) = &narrow.access
            && start.is_empty()
        {
            // The alternative is to look at everything.
            return Ok(Some(None));
        }
        let few = CHEAP
            .saturating_add(wanted.saturating_mul(2))
            .min(MAX_PROBE);
        let mut count = 0;
        walk(
            self.reader,
            self.table,
            &narrow.access,
            None,
            &mut |batch| {
                count += batch.candidates.len();
                Ok::<Next, StateError>(if count > MAX_PROBE {
                    Next::Stop
                } else {
                    Next::Go
                })
            },
        )?;
        self.reader.note_examined(count as u64 / PROBES_PER_ROW);
        if count <= few {
            return Ok(None);
        }
        // Half of what may be looked at is left to the narrow plan.
        let budget = (count as u64).min(scan_limit.map_or(u64::MAX, |limit| limit / 2));
        Ok(Some(Some(budget)))
    }

    /// The row that was inserted first, of those that match.
    pub(crate) fn find_one(&self, scan_limit: Option<u64>) -> Result<Option<Found>, QueryError> {
        if self.table.natural {
            let options = FindOptions {
                limit: 1,
                scan_limit,
                ..FindOptions::default()
            };
            return Ok(self.find(&options)?.pop());
        }
        let Plans { narrow, .. } = plans(self.table, self.filter, &Order::default());
        let ranking = Ranking::Insertion;
        let mut results = Results {
            ranking,
            in_order: false,
            wanted: 1,
            rows: Vec::new(),
        };
        match self.collect(
            &narrow,
            &mut Meter::new(self.reader, scan_limit),
            &mut results,
        ) {
            Ok(()) => Ok(results.finish(0).pop()),
            Err(Stopped::Error(error)) => Err(error),
            Err(Stopped::OverBudget) => unreachable!("there is no budget"),
        }
    }

    /// How many rows match.
    pub(crate) fn count(&self, scan_limit: Option<u64>) -> Result<u64, QueryError> {
        let Plans { narrow, .. } = plans(self.table, self.filter, &Order::default());
        let mut meter = Meter::new(self.reader, scan_limit);
        let mut count = 0;
        let mut seen = Seen::new(&narrow.access);
        let everything = self.filter.is_empty();
        let outcome = walk(
            self.reader,
            self.table,
            &narrow.access,
            None,
            &mut |batch| {
                for candidate in &batch.candidates {
                    meter.count()?;
                    if everything || (seen.is_new(candidate.key) && self.load(candidate)?.is_some())
                    {
                        count += 1;
                    }
                }
                Ok(Next::Go)
            },
        );
        match outcome {
            Ok(()) => Ok(count),
            Err(Stopped::Error(error)) => Err(error),
            Err(Stopped::OverBudget) => unreachable!("there is no budget"),
        }
    }

    fn run<'o>(
        &self,
        plan: &Plan,
        order: &'o Order,
        wanted: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Results<'o>, Stopped> {
        let in_order = plan.ordered.is_some();
        let ranking = Ranking::By(order);
        let mut results = Results {
            ranking,
            in_order,
            wanted,
            rows: Vec::new(),
        };
        self.collect(plan, meter, &mut results)?;
        Ok(results)
    }

    fn collect(
        &self,
        plan: &Plan,
        meter: &mut Meter<'_>,
        results: &mut Results<'_>,
    ) -> Result<(), Stopped> {
        let mut seen = Seen::new(&plan.access);
        walk(
            self.reader,
            self.table,
            &plan.access,
            plan.ordered,
            &mut |batch| {
                if batch.unsorted {
                    self.collect_unsorted(batch, meter, &mut seen, results)?;
                } else {
                    for candidate in &batch.candidates {
                        meter.count()?;
                        if seen.is_new(candidate.key)
                            && let Some(row) = self.load(candidate)?
                        {
                            results.push(row);
                            if results.is_full() {
                                return Ok(Next::Stop);
                            }
                        }
                    }
                }
                Ok(if results.is_full() {
                    Next::Stop
                } else {
                    Next::Go
                })
            },
        )
    }

    /// Sorts a batch itself before it goes to results that arrive in order.
    fn collect_unsorted<'a>(
        &self,
        batch: &Batch<'a>,
        meter: &mut Meter<'_>,
        seen: &mut Seen<'a>,
        results: &mut Results<'_>,
    ) -> Result<(), Stopped> {
        let mut rows = Vec::with_capacity(batch.candidates.len());
        for candidate in &batch.candidates {
            meter.count()?;
            if seen.is_new(candidate.key)
                && let Some(row) = self.load(candidate)?
            {
                rows.push((results.ranking.key(&row), row));
            }
        }
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        rows.into_iter().for_each(|(_, row)| results.push(row));
        Ok(())
    }

    /// The candidate's row, if it matches.
    fn load(&self, candidate: &Candidate<'_>) -> Result<Option<Found>, QueryError> {
        let bytes = match candidate.row {
            Some(bytes) => Some(bytes),
            None => self.reader.get(Space::Rows(self.table.id), candidate.key)?,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        self.reader
            .note_examined((bytes.len() / BYTES_PER_ROW) as u64);
        let row = Row::read(bytes)?;
        let document = row.decode()?;
        let matches = self.filter.matches(&document)?;
        let key = || candidate.key.to_vec();
        Ok(matches.then(|| Found {
            key: key(),
            inserted: row.inserted,
            document,
        }))
    }

    /// The answer that a plan gives: for tests.
    #[cfg(test)]
    pub(crate) fn find_by(&self, plan: &Plan, order: &Order, options: &FindOptions) -> Vec<Object> {
        let wanted = options.offset.saturating_add(options.limit);
        let results = self.run(plan, order, wanted, &mut Meter::new(self.reader, None));
        let rows = results
            .unwrap_or_else(|_| panic!("the plan failed"))
            .finish(options.offset);
        rows.into_iter().map(|row| row.document).collect()
    }
}

/// The filter, and on a table with a primary key of which it has all fields also the match of the key.
pub(crate) fn with_primary_key(table: &TableInfo, filter: &Filter) -> Option<Filter> {
    let fields = table.primary_key.as_ref()?;
    let id: Option<Object> = fields
        .iter()
        .map(|field| Some((field.as_str(), filter.source.get(field)?.clone())))
        .collect();
    // An operator in a field makes a key that no row has: the peer finds nothing then, and so do we.
    Some(filter.with_id(Value::Object(id?)))
}
