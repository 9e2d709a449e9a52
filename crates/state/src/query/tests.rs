//! Every plan gives what a scan of all rows gives.

use std::cmp::Ordering;

use proptest::prelude::*;
use tartan_document::{Kind, Object, Value, object, order};

use super::execute::{FindOptions, Query};
use super::filter::Filter;
use super::path::{Leaf, Path};
use super::planner::{Access, all_plans, plans};
use super::sort::{Order, Sort, UnknownIndex};
use super::with_primary_key;
use crate::catalog::IndexField;
use crate::{IndexSpec, Overlay, Position, QueryError, Read, State};

fn long(end: &str) -> Value {
    Value::from("long".repeat(90) + end)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (0..4i32).prop_map(|n| Value::Number(f64::from(n))),
        1 => Just(Value::Number(1.5)),
        1 => Just(Value::Decimal("1.50".parse().unwrap())),
        1 => Just(Value::Decimal("NaN".parse().unwrap())),
        2 => prop_oneof![Just("x"), Just("y"), Just("")].prop_map(Value::from),
        1 => prop_oneof![Just("a"), Just("b")].prop_map(long),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
        1 => Just(Value::Date(5)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            fields(inner).prop_map(Value::Object),
        ]
    })
}

fn fields(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Object> {
    let name = prop_oneof![Just("a"), Just("b"), Just("x"), Just("0")];
    proptest::collection::vec((name, value), 0..3).prop_map(|fields| fields.into_iter().collect())
}

fn document() -> impl Strategy<Value = Object> {
    let field = || proptest::option::weighted(0.8, prop_oneof![2 => scalar(), 1 => value()]);
    (field(), field(), field()).prop_map(|(a, b, c)| {
        let fields = [("a", a), ("b", b), ("c", c)];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    })
}

fn path() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("a"), 3 => Just("b"), 2 => Just("c"), 1 => Just("a.x"), 1 => Just("a.0"), 1 => Just("_id")]
}

fn condition() -> impl Strategy<Value = Value> {
    let compare = prop_oneof![
        Just("$eq"),
        Just("$ne"),
        Just("$gt"),
        Just("$gte"),
        Just("$lt"),
        Just("$lte")
    ];
    let set = || proptest::collection::vec(value(), 0..4).prop_map(Value::from);
    prop_oneof![
        4 => value(),
        4 => (compare.clone(), scalar()).prop_map(|(op, v)| Value::from(object! { op: v })),
        2 => (compare.clone(), scalar(), compare, scalar()).prop_map(|(op1, v1, op2, v2)| {
            Value::Object([(op1, v1), (op2, v2)].into_iter().collect())
        }),
        2 => set().prop_map(|v| Value::from(object! { "$in": v })),
        1 => set().prop_map(|v| Value::from(object! { "$nin": v })),
        1 => any::<bool>().prop_map(|v| Value::from(object! { "$exists": v })),
        1 => (0..3u8).prop_map(|v| Value::from(object! { "$size": f64::from(v) })),
        1 => scalar().prop_map(|v| Value::from(object! { "$elemMatch": object! { "$gte": v } })),
        1 => scalar().prop_map(|v| Value::from(object! { "$not": object! { "$gte": v } })),
    ]
}

fn query() -> impl Strategy<Value = Object> {
    let plain = || {
        proptest::collection::vec((path(), condition()), 0..3)
            .prop_map(|fields| fields.into_iter().collect::<Object>())
    };
    prop_oneof![
        5 => plain(),
        1 => (plain(), plain()).prop_map(|(a, b)| object! { "$or": vec![Value::from(a), Value::from(b)] }),
        1 => (plain(), plain()).prop_map(|(a, b)| object! { "$and": vec![Value::from(a), Value::from(b)] }),
    ]
}

const INDEXES: [(&str, &[(&str, bool)]); 7] = [
    ("a_1", &[("a", false)]),
    ("b_1", &[("b", false)]),
    ("a.x_1", &[("a.x", false)]),
    ("ab", &[("a", false), ("b", false)]),
    ("ba", &[("b", true), ("a", false)]),
    ("cd", &[("c", true)]),
    ("abc", &[("a", false), ("b", true), ("c", false)]),
];

fn sorts() -> impl Strategy<Value = Vec<Sort>> {
    let names = [
        "a", "b", "a.x", "ab", "ba", "cd", "abc", "_id", "$loki", "a_1", "nothing",
    ];
    let sort = (proptest::sample::select(names.to_vec()), any::<bool>()).prop_map(
        |(index, descending)| Sort {
            index: index.into(),
            descending,
        },
    );
    proptest::collection::vec(sort, 0..3)
}

#[derive(Clone, Debug)]
enum Change {
    Insert(Object),
    Update(u64, Object),
    Remove(u64),
    Commit,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let id = 1..12u64;
    let change = prop_oneof![
        8 => document().prop_map(Change::Insert),
        2 => (id.clone(), document()).prop_map(|(id, document)| Change::Update(id, document)),
        1 => id.prop_map(Change::Remove),
        1 => Just(Change::Commit),
    ];
    proptest::collection::vec(change, 0..30)
}

/// A table with that content, partly in layers, partly in the overlay.
fn table(indexes: &[bool], lookup: bool, primary_key: bool, changes: Vec<Change>) -> Overlay {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    let mut specs: Vec<IndexSpec> = INDEXES
        .iter()
        .zip(indexes)
        .filter(|(_, wanted)| **wanted)
        .map(|((name, fields), _)| IndexSpec::named(name, fields))
        .collect();
    if lookup {
        specs.push(IndexSpec::lookup(&["a", "b", "c"]));
    }
    let key: Option<&[&str]> = primary_key.then_some(&["a", "b"]);
    overlay.create_table("test", "rows", &specs, key).unwrap();
    let mut number = 1;
    state.commit(overlay, position(number)).unwrap();
    let mut overlay = state.begin().unwrap();
    for change in changes {
        let savepoint = overlay.savepoint();
        let result = match change {
            Change::Insert(document) => overlay.insert("test", "rows", document).map(drop),
            Change::Update(id, mut document) => {
                document.insert("_id", id as f64);
                let if_missing = crate::IfMissing::Insert;
                overlay
                    .update("test", "rows", &document, &["c"], if_missing)
                    .map(drop)
            }
            Change::Remove(id) => overlay
                .remove("test", "rows", &Value::Number(id as f64))
                .map(drop),
            Change::Commit => Ok(()),
        };
        match result {
            Ok(()) => overlay.release(savepoint),
            // A duplicate key, or a field both set and unset.
            Err(_) => overlay.rollback(savepoint),
        }
        number += 1;
        if number % 7 == 0 {
            state.commit(overlay, position(number)).unwrap();
            overlay = state.begin().unwrap();
        }
    }
    overlay
}

fn position(number: u32) -> Position {
    Position {
        number,
        id: String::new(),
    }
}

/// What a document is sorted by: `None` for an empty array.
fn sort_value(document: &Object, field: &IndexField) -> Option<Value> {
    let mut values = Vec::new();
    field.path.any(document, &mut |leaf| {
        match leaf {
            Leaf::Array([], _) => values.push(None),
            Leaf::Array(..) => {}
            leaf => values.push(Some(leaf.value().cloned().unwrap_or(Value::Null))),
        }
        false
    });
    if values.is_empty() {
        values.push(Some(Value::Null));
    }
    values.sort_by(compare);
    if field.descending {
        values.pop()
    } else {
        values.into_iter().next()
    }
    .flatten()
}

fn compare(a: &Option<Value>, b: &Option<Value>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => order::compare_values(a, b),
        _ => a.is_some().cmp(&b.is_some()),
    }
}

fn compare_documents(a: &Object, b: &Object, by: &Order) -> Ordering {
    for field in &by.fields {
        let ordering = compare(&sort_value(a, field), &sort_value(b, field));
        let ordering = if field.descending {
            ordering.reverse()
        } else {
            ordering
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    let ordering = order::compare(a.get("_id"), b.get("_id"));
    if by.id_descending {
        ordering.reverse()
    } else {
        ordering
    }
}

fn all_rows(overlay: &Overlay) -> Vec<Object> {
    let options = FindOptions {
        limit: usize::MAX,
        ..FindOptions::default()
    };
    overlay
        .find("test", "rows", &Filter::all(), &options)
        .unwrap()
}

fn show(rows: &[Object]) -> Vec<String> {
    rows.iter()
        .map(|row| row.to_extended().to_string())
        .collect()
}

fn condition_on(field: &IndexField, operator: &str, operand: &Value) -> Object {
    let operation: Object = [(operator, operand.clone())].into_iter().collect();
    [(field.path.to_string(), operation)].into_iter().collect()
}

/// Compares all plans with a scan.
fn check(overlay: &Overlay, query: &Object, options: &FindOptions) -> Result<(), TestCaseError> {
    let filter = Filter::parse_object(query).unwrap();
    let info = overlay.catalog().get("test", "rows").unwrap();
    let filter = with_primary_key(info, &filter).unwrap_or(filter);
    let order = Order::resolve(
        &options.sort,
        info,
        overlay.committed_catalog(),
        UnknownIndex::IgnoreSort,
    )
    .unwrap();
    let mut matching: Vec<Object> = all_rows(overlay)
        .into_iter()
        .filter(|row| filter.matches(row).unwrap())
        .collect();
    matching.sort_by(|a, b| compare_documents(a, b, &order));
    let expected: Vec<Object> = matching
        .iter()
        .skip(options.offset)
        .take(options.limit)
        .cloned()
        .collect();
    let query = Query {
        reader: overlay,
        table: info,
        filter: &filter,
    };
    for plan in all_plans(info, &filter, &order) {
        let found = query.find_by(&plan, &order, options);
        prop_assert_eq!(
            show(&found),
            show(&expected),
            "{:?} of {:?}",
            plan,
            filter.source
        );
    }
    let found = overlay.find("test", "rows", &filter, options).unwrap();
    prop_assert_eq!(show(&found), show(&expected));
    let count = overlay.count("test", "rows", &filter, None).unwrap();
    prop_assert_eq!(count, matching.len() as u64);
    let one = query.find_one(None).unwrap();
    prop_assert_eq!(one.is_some(), !matching.is_empty());
    if let Some(one) = one {
        let inserted = |row: &Object| {
            let key = crate::row::row_key(row.get("_id").unwrap());
            let bytes = overlay
                .get(crate::Space::Rows(info.id), &key)
                .unwrap()
                .unwrap();
            crate::row::Row::read(bytes).unwrap().inserted
        };
        prop_assert_eq!(Some(one.inserted), matching.iter().map(inserted).min());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_plan_does_not_change_the_answer(
        indexes in proptest::collection::vec(any::<bool>(), INDEXES.len()),
        lookup in any::<bool>(),
        primary_key in any::<bool>(),
        changes in changes(),
        queries in proptest::collection::vec((query(), sorts(), 1..8usize, 0..3usize), 1..6),
    ) {
        let overlay = table(&indexes, lookup, primary_key, changes);
        for (query, sort, limit, offset) in queries {
            let options = FindOptions { limit, offset, sort, ..FindOptions::default() };
            check(&overlay, &query, &options)?;
        }
    }

    #[test]
    fn a_scan_is_a_sorted_query(
        changes in changes(),
        index in proptest::sample::select(vec!["a", "ab", "ba", "cd", "abc", "_id"]),
        equal in proptest::collection::vec(scalar(), 0..2),
        from in proptest::option::of(scalar()),
        to in proptest::option::of(scalar()),
        descending in any::<bool>(),
        skip in 0..3usize,
        limit in 1..8usize,
    ) {
        let overlay = table(&[true; 7], false, false, changes);
        let info = overlay.catalog().get("test", "rows").unwrap();
        let mut scan = super::Scan::of(index).skip(skip).limit(limit);
        let fields: Vec<IndexField> = match info.index(index).or(info.index(&format!("{index}_1"))) {
            Some(info) => info.spec.fields.clone(),
            None => vec![IndexField { path: Path::from("_id"), descending: false }],
        };
        let mut conditions = Vec::new();
        for (field, value) in fields.iter().zip(&equal) {
            scan = scan.equal(value.clone());
            conditions.push(Value::from(condition_on(field, "$eq", value)));
        }
        if let Some(field) = fields.get(equal.len()) {
            if let Some(from) = &from {
                scan = scan.from(from.clone());
                conditions.push(Value::from(condition_on(field, "$gte", from)));
            }
            if let Some(to) = &to {
                scan = scan.to(to.clone());
                conditions.push(Value::from(condition_on(field, "$lte", to)));
            }
        }
        if descending {
            scan = scan.descending();
        }
        let query = if conditions.is_empty() { Object::new() } else { object! { "$and": conditions } };
        let filter = Filter::parse_object(&query).unwrap();
        let order = Order::of_index(&fields, descending);
        let mut expected: Vec<Object> =
            all_rows(&overlay).into_iter().filter(|row| filter.matches(row).unwrap()).collect();
        expected.sort_by(|a, b| compare_documents(a, b, &order));
        expected.drain(..skip.min(expected.len()));
        expected.truncate(limit);
        let mut found = Vec::new();
        super::scan(&overlay, info, &scan, &mut |bytes| {
            found.push(crate::row::Row::read(bytes)?.decode()?);
            Ok(())
        })
        .unwrap();
        prop_assert_eq!(show(&found), show(&expected));
    }

    #[test]
    fn no_query_panics(text in r#"[\{\}\[\]":,\$a-e0-9.]{0,60}"#, document in document()) {
        if let Ok(query) = tartan_document::parse(&text)
            && let Ok(filter) = Filter::parse(&query)
        {
            let _ = filter.matches(&document);
        }
    }
}

/// A table of 3,000 rows with an index on `group` (10 values), `rank` (all different) and both.
fn large() -> State {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    let indexes = [
        IndexSpec::field("group"),
        IndexSpec::field("rank"),
        IndexSpec::named("both", &[("group", false), ("rank", false)]),
        IndexSpec::lookup(&["name"]),
    ];
    overlay
        .create_table("test", "rows", &indexes, None)
        .unwrap();
    for n in 0..3000 {
        let row = object! {
            "group": f64::from(n % 10), "rank": f64::from((n * 7) % 3001), "name": format!("n{n}"), "rest": "x"
        };
        overlay.insert("test", "rows", row).unwrap();
    }
    state.commit(overlay, position(1)).unwrap();
    state
}

fn cost(
    state: &State,
    query: Object,
    sort: &[Sort],
    limit: usize,
    scan_limit: u64,
) -> Result<usize, QueryError> {
    let filter = Filter::parse_object(&query)?;
    let options = FindOptions {
        limit,
        sort: sort.to_vec(),
        scan_limit: Some(scan_limit),
        ..FindOptions::default()
    };
    state
        .view()?
        .find("test", "rows", &filter, &options)
        .map(|rows| rows.len())
}

#[test]
fn plans_are_cheap_where_an_index_helps() {
    let state = large();
    let rank = [Sort::ascending("rank")];
    // By name: one row. By group: 300 rows. The first by rank within a group: those alone.
    assert_eq!(
        cost(&state, object! { "name": "n77" }, &[], 10, 1).unwrap(),
        1
    );
    assert_eq!(
        cost(&state, object! { "group": 3 }, &rank, 1000, 300).unwrap(),
        300
    );
    assert_eq!(
        cost(
            &state,
            object! { "group": 3 },
            &[Sort::descending("both")],
            5,
            5
        )
        .unwrap(),
        5
    );
    assert_eq!(cost(&state, object! { "group": 3 }, &[], 5, 5).unwrap(), 5);
    assert_eq!(
        cost(&state, object! {}, &[Sort::descending("rank")], 5, 5).unwrap(),
        5
    );
    assert_eq!(
        cost(
            &state,
            object! { "rank": object! { "$lt": 7 } },
            &[],
            100,
            8
        )
        .unwrap(),
        7
    );
    assert_eq!(
        cost(
            &state,
            object! { "_id": object! { "$gt": 2990 } },
            &[],
            100,
            11
        )
        .unwrap(),
        10
    );
    assert_eq!(
        cost(
            &state,
            object! { "_id": object! { "$in": [5, 6] } },
            &[],
            100,
            2
        )
        .unwrap(),
        2
    );
    // Much in the range, but the first come soon.
    let wide = object! { "rank": object! { "$gte": 10 } };
    assert_eq!(cost(&state, wide, &[], 5, 20).unwrap(), 5);
}

#[test]
fn large_groups_are_walked_not_gathered() {
    let state = large();
    let by_group = [Sort::descending("group")];
    // 300 rows are equal; the first five of them are all that is looked at
    assert_eq!(cost(&state, object! {}, &by_group, 5, 5).unwrap(), 5);
    let options = FindOptions {
        limit: 700,
        sort: by_group.to_vec(),
        ..FindOptions::default()
    };
    let filter = Filter::parse_object(&object! {}).unwrap();
    let rows = state.view().unwrap();
    let rows = rows.find("test", "rows", &filter, &options).unwrap();
    let found = rows
        .iter()
        .map(|row| row.get("_id").and_then(Value::as_u64));
    let ids_of = |group: u64| (0..300).map(move |n| Some(10 * n + group + 1));
    let expected: Vec<_> = [9, 8, 7].into_iter().flat_map(ids_of).take(700).collect();
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn expensive_queries_are_refused() {
    let state = large();
    let refused = cost(&state, object! { "rest": "y" }, &[], 10, 1000);
    assert!(matches!(
        refused,
        Err(QueryError::TooExpensive {
            examined: 1001,
            limit: 1000
        })
    ));
    assert_eq!(
        cost(&state, object! { "rest": "y" }, &[], 10, 3000).unwrap(),
        0
    );
    let view = state.view().unwrap();
    let filter = Filter::parse_object(&object! { "rest": "x" }).unwrap();
    assert!(view.count("test", "rows", &filter, Some(2999)).is_err());
    assert_eq!(
        view.count("test", "rows", &filter, Some(3000)).unwrap(),
        3000
    );
}

#[test]
fn the_longest_equality_wins() {
    let state = large();
    let view = state.view().unwrap();
    let info = view.catalog().get("test", "rows").unwrap();
    let query = object! { "group": 1, "rank": object! { "$gt": 5 } };
    let filter = Filter::parse_object(&query).unwrap();
    let both = info.index("both").unwrap().id;
    let plan = plans(info, &filter, &Order::default()).narrow;
    assert!(matches!(plan.access, Access::Index { index, .. } if index == both));
}

#[test]
fn a_sort_by_something_unknown() {
    let state = large();
    let view = state.view().unwrap();
    let find = |unknown_index| {
        let sort = vec![Sort::descending("rank"), Sort::ascending("rest")];
        let options = FindOptions {
            limit: 2,
            sort,
            unknown_index,
            ..FindOptions::default()
        };
        view.find("test", "rows", &Filter::all(), &options)
    };
    let ids: Vec<_> = find(UnknownIndex::IgnoreSort)
        .unwrap()
        .iter()
        .map(|row| row.get("_id").unwrap().as_u64())
        .collect();
    assert_eq!(ids, [Some(1), Some(2)]);
    assert!(
        matches!(find(UnknownIndex::Error), Err(QueryError::UnknownIndex(name)) if name == "rest")
    );
    let unknown = view.find("test", "nothing", &Filter::all(), &FindOptions::default());
    assert!(matches!(unknown, Err(QueryError::UnknownTable { .. })));
}

#[test]
fn an_index_sorts_from_the_next_block_on() {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    overlay
        .create_table("test", "rows", &[IndexSpec::field("a")], None)
        .unwrap();
    for a in [3, 1, 2] {
        overlay.insert("test", "rows", object! { "a": a }).unwrap();
    }
    let values = |reader: &dyn Read| {
        let options = FindOptions {
            sort: vec![Sort::ascending("a")],
            ..FindOptions::default()
        };
        let rows = reader
            .find("test", "rows", &Filter::all(), &options)
            .unwrap();
        rows.iter()
            .map(|row| row.get("a").unwrap().as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&overlay), [3, 1, 2]);
    state.commit(overlay, position(1)).unwrap();
    assert_eq!(values(&state.begin().unwrap()), [1, 2, 3]);
}

#[test]
fn a_key_given_in_full_must_match_exactly() {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    overlay
        .create_table("test", "rows", &[], Some(&["b", "a"]))
        .unwrap();
    overlay
        .insert("test", "rows", object! { "a": 1, "b": "x" })
        .unwrap();
    overlay
        .insert("test", "rows", object! { "a": 0, "b": "x" })
        .unwrap();
    let count = |query: Object| {
        overlay
            .count("test", "rows", &Filter::parse_object(&query).unwrap(), None)
            .unwrap()
    };
    let find = |query: Object| {
        let filter = Filter::parse_object(&query).unwrap();
        let rows = overlay.find("test", "rows", &filter, &FindOptions::default());
        rows.unwrap().len()
    };
    assert_eq!(find(object! { "a": 1, "b": "x" }), 1);
    assert_eq!(find(object! { "a": object! { "$in": [1] }, "b": "x" }), 0);
    assert_eq!(find(object! { "a": object! { "$in": [1] } }), 1);
    // counting knows nothing of keys
    assert_eq!(count(object! { "a": object! { "$in": [1] }, "b": "x" }), 1);
    let first = overlay
        .find_one("test", "rows", &Filter::all(), None)
        .unwrap()
        .unwrap();
    assert_eq!(first.get("_id").unwrap().stringify(), r#"{"b":"x","a":1}"#);
    let all = overlay
        .find("test", "rows", &Filter::all(), &FindOptions::default())
        .unwrap();
    assert_eq!(all[0].get("a").unwrap().kind(), Kind::Number);
    assert_eq!(all[0].get("a").unwrap().as_u64(), Some(0));
}
