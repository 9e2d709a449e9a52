//! Tables as contracts use them: ids, merging, indexes.

use tartan_document::{Object, Value, object};

use crate::{
    Filter, FindOptions, IfMissing, IndexSpec, Overlay, Position, Read, Sort, Space, State,
    StateError, StateOptions,
};

fn overlay() -> Overlay {
    let mut overlay = State::memory().begin().unwrap();
    overlay
        .create_table("notebook", "notes", &[IndexSpec::field("author")], None)
        .unwrap();
    overlay
}

pub(crate) fn parse(text: &str) -> Object {
    tartan_document::parse(text)
        .unwrap()
        .from_extended()
        .unwrap()
        .into_object()
        .unwrap()
}

fn rows(reader: &dyn Read, query: &str) -> String {
    let filter = Filter::parse_object(&parse(query)).unwrap();
    let rows = reader
        .find("notebook", "notes", &filter, &FindOptions::default())
        .unwrap();
    rows.iter()
        .map(|row| row.to_extended().to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn insert(overlay: &mut Overlay, record: &str) -> String {
    overlay
        .insert("notebook", "notes", parse(record))
        .unwrap()
        .to_string()
}

fn update(overlay: &mut Overlay, record: &str, unsets: &[&str]) -> Result<bool, StateError> {
    overlay.update(
        "notebook",
        "notes",
        &parse(record),
        unsets,
        IfMissing::Insert,
    )
}

#[test]
fn ids_count_from_one_and_are_not_used_again() {
    let mut overlay = overlay();
    assert_eq!(
        insert(&mut overlay, r#"{"b":1,"_id":77,"a":2}"#),
        r#"{"_id":1,"b":1,"a":2}"#
    );
    assert_eq!(insert(&mut overlay, "{}"), r#"{"_id":2}"#);
    assert!(
        overlay
            .remove("notebook", "notes", &Value::from(2))
            .unwrap()
    );
    assert!(
        !overlay
            .remove("notebook", "notes", &Value::from(2))
            .unwrap()
    );
    assert_eq!(insert(&mut overlay, "{}"), r#"{"_id":3}"#);
    let savepoint = overlay.savepoint();
    insert(&mut overlay, "{}");
    overlay.rollback(savepoint);
    assert_eq!(insert(&mut overlay, "{}"), r#"{"_id":4}"#);
}

#[test]
fn an_update_keeps_places_and_sorts_what_is_new() {
    let mut overlay = overlay();
    insert(&mut overlay, r#"{"z":1,"m":2}"#);
    update(
        &mut overlay,
        r#"{"_id":1,"y":3,"m":4,"b":5}"#,
        &["z", "none"],
    )
    .unwrap();
    assert_eq!(rows(&overlay, "{}"), r#"{"_id":1,"m":4,"b":5,"y":3}"#);
    let error = update(&mut overlay, r#"{"_id":1,"m":4}"#, &["m"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "table notebook.notes: field \"m\" is both set and unset"
    );
    assert!(update(&mut overlay, r#"{"m":4}"#, &[]).is_err());
}

#[test]
fn an_update_of_nothing_inserts_on_hive_only() {
    let mut overlay = overlay();
    let record = parse(r#"{"_id":9,"b":1,"a":2}"#);
    let missing = IfMissing::Ignore;
    assert!(
        !overlay
            .update("notebook", "notes", &record, &[], missing)
            .unwrap()
    );
    insert(&mut overlay, r#"{"a":0}"#);
    assert!(update(&mut overlay, r#"{"_id":0,"b":1,"a":2}"#, &[]).unwrap());
    assert_eq!(
        rows(&overlay, "{}"),
        r#"{"_id":0,"a":2,"b":1} {"_id":1,"a":0}"#
    );
    // The first inserted is no longer the first by _id.
    let first = overlay
        .find_one("notebook", "notes", &Filter::all(), None)
        .unwrap()
        .unwrap();
    assert_eq!(first.get("_id").unwrap().as_u64(), Some(1));
}

#[test]
fn indexes_follow_the_rows() {
    let mut overlay = overlay();
    insert(&mut overlay, r#"{"author":"alice"}"#);
    insert(&mut overlay, r#"{"author":["alice","bob"]}"#);
    insert(&mut overlay, r#"{"author":"bob"}"#);
    let entries = |overlay: &Overlay| {
        let index = overlay.table("notebook", "notes").unwrap().indexes[0].id;
        overlay
            .prefix(Space::Index(index), b"", false)
            .unwrap()
            .count()
    };
    assert_eq!(entries(&overlay), 4);
    update(&mut overlay, r#"{"_id":1,"author":"carol"}"#, &[]).unwrap();
    assert_eq!(entries(&overlay), 4);
    assert_eq!(
        rows(&overlay, r#"{"author":"alice"}"#),
        r#"{"_id":2,"author":["alice","bob"]}"#
    );
    overlay
        .remove("notebook", "notes", &Value::from(2))
        .unwrap();
    update(&mut overlay, r#"{"_id":3}"#, &["author"]).unwrap();
    assert_eq!(entries(&overlay), 2);
    assert_eq!(rows(&overlay, r#"{"author":null}"#), r#"{"_id":3}"#);
}

#[test]
fn indexes_can_be_added_later() {
    let mut overlay = overlay();
    insert(&mut overlay, r#"{"author":"b","n":[2,3]}"#);
    insert(&mut overlay, r#"{"author":"a","n":1}"#);
    let specs = [
        IndexSpec::field("author"),
        IndexSpec::field("n"),
        IndexSpec::lookup(&["author"]),
    ];
    assert_eq!(overlay.add_indexes("notebook", "notes", &specs).unwrap(), 2);
    assert_eq!(overlay.add_indexes("notebook", "notes", &specs).unwrap(), 0);
    let info = overlay.table("notebook", "notes").unwrap();
    let names: Vec<&str> = info
        .declared()
        .map(|index| index.spec.name.as_str())
        .collect();
    assert_eq!(names, ["author_1", "n_1"]);
    assert!(info.index("n_1").unwrap().multikey);
    assert_eq!(
        rows(&overlay, r#"{"n":3}"#),
        r#"{"_id":1,"author":"b","n":[2,3]}"#
    );
    let error = overlay
        .insert("notebook", "notes", parse(r#"{"author":"a"}"#))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "duplicate key in table notebook.notes: author \"a\""
    );
}

#[test]
fn the_catalog_rolls_back() {
    let mut overlay = State::memory().begin().unwrap();
    let savepoint = overlay.savepoint();
    let first = overlay
        .create_table("notebook", "notes", &[], None)
        .unwrap();
    overlay.rollback(savepoint);
    assert!(overlay.table("notebook", "notes").is_none());
    assert!(overlay.is_empty());
    let again = overlay
        .create_table("notebook", "notes", &[], None)
        .unwrap();
    assert_eq!(first, again);
    let error = overlay
        .create_table("notebook", "notes", &[], None)
        .unwrap_err();
    assert_eq!(error.to_string(), "table notebook.notes exists");
}

#[test]
fn declarations_are_checked() {
    let mut overlay = State::memory().begin().unwrap();
    let mut check = |name: &str, indexes: &[IndexSpec], key: Option<&[&str]>, expected: &str| {
        let error = overlay
            .create_table("notebook", name, indexes, key)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("table notebook.{name}: {expected}")
        );
        assert!(overlay.is_empty());
    };
    check("", &[], None, "table name of 0 bytes, expected 1 to 200");
    check(
        "x",
        &[],
        Some(&[]),
        "primary key of 0 fields, expected 1 to 32",
    );
    check(
        "x",
        &[IndexSpec::named("n", &[])],
        None,
        "index n of 0 fields, expected 1 to 32",
    );
    let twice = [IndexSpec::field("a"), IndexSpec::field("a")];
    check("x", &twice, None, "index a_1 exists");
    let deep = IndexSpec::named("n", &[("0.0.0.0.0.0.0.0.0", false)]);
    check(
        "x",
        &[deep],
        None,
        "index n: path with 9 numeric parts, expected at most 8",
    );
}

#[test]
fn a_key_object_is_the_id() {
    let mut overlay = State::memory().begin().unwrap();
    overlay
        .create_table("notebook", "notes", &[], Some(&["b", "a"]))
        .unwrap();
    let row = insert(&mut overlay, r#"{"a":1,"c":2,"b":"x"}"#);
    assert_eq!(row, r#"{"_id":{"b":"x","a":1},"a":1,"c":2,"b":"x"}"#);
    assert_eq!(insert(&mut overlay, r#"{"c":3}"#), r#"{"_id":{},"c":3}"#);
    let again = overlay
        .insert("notebook", "notes", parse(r#"{"a":1,"b":"x"}"#))
        .unwrap_err();
    assert_eq!(
        again.to_string(),
        r#"duplicate key in table notebook.notes: _id {"b":"x","a":1}"#
    );
    update(&mut overlay, r#"{"_id":{"b":"x","a":1},"c":5}"#, &[]).unwrap();
    let id = Value::from(parse(r#"{"b":"x","a":1}"#));
    let row = overlay.row("notebook", "notes", &id).unwrap().unwrap();
    assert_eq!(row.get("c").unwrap().as_u64(), Some(5));
}

#[test]
fn long_keys_keep_their_order() {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    let indexes = [IndexSpec::field("text")];
    overlay
        .create_table("notebook", "notes", &indexes, Some(&["text"]))
        .unwrap();
    let text = |n: usize| "x".repeat(600) + &format!("{:03}", (n * 37) % 100);
    for n in 0..100 {
        overlay
            .insert("notebook", "notes", object! { "text": text(n) })
            .unwrap();
    }
    state
        .commit(
            overlay,
            Position {
                number: 1,
                id: String::new(),
            },
        )
        .unwrap();
    let view = state.view().unwrap();
    for sort in [
        Sort::ascending("_id"),
        Sort::ascending("text"),
        Sort::descending("text"),
    ] {
        let options = FindOptions {
            sort: vec![sort.clone()],
            ..FindOptions::default()
        };
        let rows = view
            .find("notebook", "notes", &Filter::all(), &options)
            .unwrap();
        let texts: Vec<&str> = rows
            .iter()
            .map(|row| row.get_str("text").unwrap())
            .collect();
        let mut expected: Vec<String> = (0..100).map(text).collect();
        expected.sort();
        if sort.descending {
            expected.reverse();
        }
        assert_eq!(texts, expected);
    }
}

#[test]
fn records_have_a_size() {
    let options = StateOptions {
        max_record_bytes: 100,
        ..StateOptions::default()
    };
    let mut overlay = State::memory_with(&options).begin().unwrap();
    overlay
        .create_table("notebook", "notes", &[], None)
        .unwrap();
    let record = object! { "text": "x".repeat(100) };
    let error = overlay.insert("notebook", "notes", record).unwrap_err();
    assert!(
        error.to_string().ends_with("expected at most 100"),
        "{error}"
    );
    let wide = Value::Array((0..5000).map(|n| Value::Number(f64::from(n))).collect());
    let mut overlay = self::overlay();
    let error = overlay
        .insert("notebook", "notes", object! { "author": wide })
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("more than 4096 entries in index author_1"),
        "{error}"
    );
}

#[test]
fn tables_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let options = StateOptions {
        map_size: 1 << 28,
        ..StateOptions::default()
    };
    let state = State::open(dir.path(), &options).unwrap();
    let mut overlay = state.begin().unwrap();
    let indexes = [IndexSpec::field("author"), IndexSpec::lookup(&["n"])];
    overlay
        .create_table("notebook", "notes", &indexes, None)
        .unwrap();
    insert(
        &mut overlay,
        r#"{"author":"alice","n":{"$numberDecimal":"1.50"}}"#,
    );
    insert(&mut overlay, r#"{"author":["bob"],"n":2}"#);
    state
        .commit(
            overlay,
            Position {
                number: 1,
                id: "a".into(),
            },
        )
        .unwrap();
    let before = state.view().unwrap().table("notebook", "notes").unwrap();
    state.finalize(1).unwrap();
    state.close().unwrap();
    let state = State::open(dir.path(), &options).unwrap();
    let view = state.view().unwrap();
    assert_eq!(view.table("notebook", "notes").unwrap(), before);
    assert_eq!(
        rows(&view, r#"{"n":1.5}"#),
        r#"{"_id":1,"author":"alice","n":{"$numberDecimal":"1.50"}}"#
    );
    assert_eq!(
        rows(&view, r#"{"author":"bob"}"#),
        r#"{"_id":2,"author":["bob"],"n":2}"#
    );
    let mut overlay = state.begin().unwrap();
    assert_eq!(insert(&mut overlay, r#"{"n":3}"#), r#"{"_id":3,"n":3}"#);
    let other = overlay
        .create_table("notebook", "more", &indexes, None)
        .unwrap();
    assert!(other.id > before.id && other.indexes[0].id > before.indexes[1].id);
}

#[test]
fn a_dropped_table_leaves_nothing_behind() {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    let indexes = [IndexSpec::field("n")];
    for table in ["kept", "dropped"] {
        overlay.create_table("test", table, &indexes, None).unwrap();
        overlay.insert("test", table, object! { "n": 1 }).unwrap();
    }
    overlay.drop_table("test", "dropped").unwrap();
    assert!(overlay.drop_table("test", "dropped").is_err());
    assert!(overlay.table("test", "dropped").is_none());
    let savepoint = overlay.savepoint();
    overlay.create_table("test", "dropped", &[], None).unwrap();
    let row = overlay.insert("test", "dropped", object! {}).unwrap();
    assert_eq!(row.stringify(), r#"{"_id":1}"#, "the counter starts anew");
    overlay.drop_table("test", "dropped").unwrap();
    overlay.rollback(savepoint);
    assert!(overlay.table("test", "dropped").is_none());
    overlay.drop_table("test", "kept").unwrap();
    assert_eq!(overlay.catalog().contracts().count(), 0);
}

#[test]
fn rows_can_be_numbered_past_the_primary_key() {
    let state = State::memory();
    let mut overlay = state.begin().unwrap();
    overlay
        .create_table("test", "keyed", &[], Some(&["n"]))
        .unwrap();
    overlay.insert("test", "keyed", object! { "n": 7 }).unwrap();
    let row = overlay
        .insert_numbered("test", "keyed", object! { "n": 7 })
        .unwrap();
    assert_eq!(row.stringify(), r#"{"_id":1,"n":7}"#);
    overlay.limit_record_bytes(10);
    let long = object! { "n": "longer than ten bytes" };
    assert!(overlay.insert("test", "keyed", long).is_err());
}
