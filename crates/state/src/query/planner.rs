use tartan_document::Value;

use super::filter::{Comparison, Filter, Node, Predicate};
use super::path::Path;
use super::ranges::{KeyRange, extended, prefix_range, value_range};
use super::sort::Order;
use crate::catalog::{IndexInfo, IndexKind, TableInfo};
use crate::entries::MAX_FIELDS;
use crate::row::{KEY_CUT, row_key, unique_key};
use crate::space::IndexId;

/// Most ranges of an index, or rows by key, that a plan goes through.
const MAX_RANGES: usize = 4096;

/// Where to look for the rows that may match. Every row that matches is found there; what is found need not
/// match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Rows by their keys.
    Points(Vec<Vec<u8>>),
    /// The row that a lookup names.
    Lookup(IndexId, Vec<u8>),
    /// Rows in the order of `_id`.
    Rows(KeyRange),
    /// Entries of an index, in disjoint ascending ranges.
    Index {
        index: IndexId,
        multikey: bool,
        ranges: Vec<KeyRange>,
    },
}

/// In which order a walk visits what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Direction {
    /// From the last key to the first.
    pub(crate) reverse: bool,
    /// Within equal fields, in the opposite order of `_id`.
    pub(crate) turn_ids: bool,
}

/// A way to answer a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) access: Access,
    /// How to walk so that rows come in the order asked for; `None` if they have to be sorted.
    pub(crate) ordered: Option<Direction>,
}

/// The ways to consider.
#[derive(Clone, Debug)]
pub(crate) struct Plans {
    /// The one that finds the fewest rows.
    pub(crate) narrow: Plan,
    /// Another one whose rows come in order, so that it can stop early.
    pub(crate) ordered: Option<Plan>,
}

/// A condition on a path that an index can use.
enum Usable<'q> {
    /// Equal to one of these.
    Equal(Vec<&'q Value>),
    Range(Option<&'q Value>, Option<&'q Value>),
}

/// The conditions that all rows must fulfil, by path.
struct Constraints<'q>(Vec<(&'q Path, &'q Predicate)>);

impl<'q> Constraints<'q> {
    fn of(filter: &'q Filter) -> Constraints<'q> {
        let mut found = Vec::new();
        for (_, node) in &filter.conditions {
            collect(node, &mut found);
        }
        Constraints(found)
    }

    /// The most useful condition on a path. Where several elements of an array may fulfil several conditions,
    /// only one of them narrows.
    fn on(&self, path: &Path, multikey: bool) -> Option<Usable<'q>> {
        let here = || {
            self.0
                .iter()
                .filter(|(other, _)| *other == path)
                .map(|(_, p)| *p)
        };
        let fewest = here().filter_map(equal_values).min_by_key(Vec::len);
        if let Some(values) = fewest {
            return Some(Usable::Equal(values));
        }
        let (mut from, mut to) = (None, None);
        for predicate in here() {
            let Predicate::Compare(comparison, value) = predicate else {
                continue;
            };
            if matches!(value, Value::Array(_) | Value::Null) {
                continue;
            }
            match comparison {
                Comparison::Greater | Comparison::GreaterOrEqual => from = from.or(Some(value)),
                Comparison::Less | Comparison::LessOrEqual => to = to.or(Some(value)),
                Comparison::Equal => {}
            }
        }
        match (from, to) {
            (None, None) => None,
            (Some(from), Some(to)) if multikey || from.kind() != to.kind() => {
                Some(Usable::Range(Some(from), None))
            }
            _ => Some(Usable::Range(from, to)),
        }
    }
}

fn collect<'q>(node: &'q Node, found: &mut Vec<(&'q Path, &'q Predicate)>) {
    match node {
        Node::And(nodes) => nodes.iter().for_each(|node| collect(node, found)),
        Node::Field(path, predicates) => found.extend(predicates.iter().map(|p| (path, p))),
        Node::Or(_) | Node::Nor(_) | Node::Expression(_) => {}
    }
}

/// The values one of which a leaf must equal. Whole arrays are not in any index.
fn equal_values(predicate: &Predicate) -> Option<Vec<&Value>> {
    let values = match predicate {
        Predicate::Compare(Comparison::Equal, value) => vec![value],
        Predicate::Compare(Comparison::GreaterOrEqual | Comparison::LessOrEqual, value)
            if value.is_null() =>
        {
            vec![value]
        }
        Predicate::In(values, patterns) if patterns.is_empty() => values.iter().collect(),
        _ => return None,
    };
    let usable = values.len() <= MAX_RANGES && !values.iter().any(|v| matches!(v, Value::Array(_)));
    usable.then_some(values)
}

/// Finds the ways to answer a query.
pub(crate) fn plans(table: &TableInfo, filter: &Filter, order: &Order) -> Plans {
    let constraints = Constraints::of(filter);
    if let Some(access) = exact(table, &constraints) {
        return Plans {
            narrow: Plan {
                access,
                ordered: None,
            },
            ordered: None,
        };
    }
    let best = table
        .indexes
        .iter()
        .filter_map(|index| narrowed(index, &constraints))
        .map(|narrowed| (narrowed.score, narrowed.plan(order)))
        .map(|(score, plan)| ((score, plan.ordered.is_some()), plan))
        // The first of the best, in order of creation.
        .reduce(|best, other| if other.0 > best.0 { other } else { best });
    let rows = rows_plan(&constraints, order);
    let Some((_, narrow)) = best else {
        let walk = sorted_walk(table, &constraints, order);
        return Plans {
            narrow: rows,
            ordered: walk,
        };
    };
    let ordered = match narrow.ordered {
        Some(_) => None,
        None if order.fields.is_empty() => Some(rows),
        None => sorted_walk(table, &constraints, order),
    };
    Plans { narrow, ordered }
}

/// All plans there are for a query: for tests, which compare their answers.
#[cfg(test)]
pub(crate) fn all_plans(table: &TableInfo, filter: &Filter, order: &Order) -> Vec<Plan> {
    let constraints = Constraints::of(filter);
    let mut found = vec![rows_plan(&constraints, order)];
    let whole = Access::Rows((Vec::new(), None));
    found.push(Plan {
        access: whole,
        ordered: None,
    });
    found.extend(exact(table, &constraints).map(|access| Plan {
        access,
        ordered: None,
    }));
    found.extend(sorted_walk(table, &constraints, order));
    found.extend(
        table
            .indexes
            .iter()
            .filter_map(|i| narrowed(i, &constraints))
            .map(|n| n.plan(order)),
    );
    let chosen = plans(table, filter, order);
    found.push(chosen.narrow);
    found.extend(chosen.ordered);
    found
}

/// Rows found by `_id` or by a lookup.
fn exact(table: &TableInfo, constraints: &Constraints<'_>) -> Option<Access> {
    if let Some(Usable::Equal(values)) = constraints.on(&Path::from("_id"), false) {
        let mut keys: Vec<Vec<u8>> = values
            .into_iter()
            .map(|value| row_key(value).into_vec())
            .collect();
        keys.sort();
        keys.dedup();
        return Some(Access::Points(keys));
    }
    let lookups = table
        .indexes
        .iter()
        .filter(|index| index.spec.kind == IndexKind::Lookup);
    lookups.filter(|index| !index.multikey).find_map(|index| {
        let values =
            index
                .spec
                .fields
                .iter()
                .map(|field| match constraints.on(&field.path, false) {
                    Some(Usable::Equal(values)) if values.len() == 1 => Some(values[0]),
                    _ => None,
                });
        let values: Option<Vec<&Value>> = values.collect();
        Some(Access::Lookup(index.id, unique_key(values?).into_vec()))
    })
}

fn rows_plan(constraints: &Constraints<'_>, order: &Order) -> Plan {
    let range = match constraints.on(&Path::from("_id"), false) {
        Some(Usable::Range(from, to)) => value_range(&[], from, to, false, KEY_CUT),
        _ => (Vec::new(), None),
    };
    let direction = Direction {
        reverse: order.id_descending,
        turn_ids: false,
    };
    let ordered = order.fields.is_empty().then_some(direction);
    Plan {
        access: Access::Rows(range),
        ordered,
    }
}

/// What the conditions leave of an index.
struct Narrowed<'i> {
    index: &'i IndexInfo,
    ranges: Vec<KeyRange>,
    /// Leading fields that have one value each.
    constant: usize,
    /// Leading fields that are equal to something, and whether the next one is in a range.
    score: (usize, bool),
}

fn narrowed<'i>(index: &'i IndexInfo, constraints: &Constraints<'_>) -> Option<Narrowed<'i>> {
    if index.spec.kind != IndexKind::Declared {
        return None;
    }
    let mut prefixes = vec![Vec::new()];
    let (mut constant, mut equal) = (0, 0);
    let mut range = None;
    for field in &index.spec.fields {
        match constraints.on(&field.path, index.multikey) {
            Some(Usable::Equal(values)) if prefixes.len() * values.len() <= MAX_RANGES => {
                if values.len() == 1 && constant == equal {
                    constant += 1;
                }
                equal += 1;
                prefixes = extended(&prefixes, &values, field.descending);
            }
            Some(Usable::Range(from, to)) => {
                range = Some((from, to, field.descending));
                break;
            }
            _ => break,
        }
    }
    if equal == 0 && range.is_none() {
        return None;
    }
    let mut ranges: Vec<KeyRange> = prefixes
        .iter()
        .map(|prefix| match range {
            Some((from, to, descending)) => value_range(prefix, from, to, descending, MAX_FIELDS),
            None => prefix_range(prefix, MAX_FIELDS),
        })
        .collect();
    ranges.sort();
    ranges.dedup();
    Some(Narrowed {
        index,
        ranges,
        constant,
        score: (equal, range.is_some()),
    })
}

impl Narrowed<'_> {
    fn plan(self, order: &Order) -> Plan {
        let fields = &self.index.spec.fields;
        let single = self.ranges.len() == 1;
        // An element outside the ranges may be what an array is sorted by.
        let ordered = if order.fields.is_empty() {
            let all_constant = single && self.constant == fields.len();
            let direction = Direction {
                reverse: order.id_descending,
                turn_ids: false,
            };
            all_constant.then_some(direction)
        } else if self.index.multikey {
            None
        } else {
            let most = if single { self.constant } else { 0 };
            (0..=most).find_map(|skip| direction(&fields[skip..], order))
        };
        let Narrowed { index, ranges, .. } = self;
        Plan {
            access: Access::Index {
                index: index.id,
                multikey: index.multikey,
                ranges,
            },
            ordered,
        }
    }
}

/// How to walk entries of these fields so that rows come in order.
fn direction(fields: &[crate::IndexField], order: &Order) -> Option<Direction> {
    let same = fields.len() == order.fields.len()
        && fields
            .iter()
            .zip(&order.fields)
            .all(|(a, b)| a.path == b.path);
    if !same || fields.is_empty() {
        return None;
    }
    let reverse = fields[0].descending != order.fields[0].descending;
    let uniform = fields
        .iter()
        .zip(&order.fields)
        .all(|(a, b)| (a.descending != b.descending) == reverse);
    uniform.then_some(Direction {
        reverse,
        turn_ids: reverse != order.id_descending,
    })
}

/// A walk along an index that has the order asked for.
fn sorted_walk(table: &TableInfo, constraints: &Constraints<'_>, order: &Order) -> Option<Plan> {
    table.declared().find_map(|index| {
        let ordered = Some(direction(&index.spec.fields, order)?);
        let ranges = match narrowed(index, constraints) {
            Some(narrowed) if !index.multikey => narrowed.ranges,
            _ => vec![(Vec::new(), None)],
        };
        let access = Access::Index {
            index: index.id,
            multikey: index.multikey,
            ranges,
        };
        Some(Plan { access, ordered })
    })
}
