//! The hash of the database counts writes; which, and when.

use proptest::prelude::*;

use super::*;
use crate::code_hash::sha256_hex;

/// `tableHash' = H(tableHash)`, `databaseHash' = H(databaseHash || tableHash')`, so many times.
fn counted(writes: usize) -> String {
    let (mut table, mut database) = (String::new(), String::new());
    for _ in 0..writes {
        table = sha256_hex(table.as_bytes());
        database = sha256_hex(format!("{database}{table}").as_bytes());
    }
    database
}

/// Writes as the payload says: `i`nsert, `u`pdate, `r`emove; capital letters: of what is not there.
fn write(payload: &Object, ctx: &mut Context<'_>) -> ActionResult {
    let mut db = ctx.documents();
    for write in payload.get_str("writes").unwrap_or_default().chars() {
        match write {
            'i' => drop(db.insert("notes", record(r#"{"n":1}"#))?),
            'I' => drop(db.insert("nothing", record(r#"{"n":1}"#))?),
            'u' => db.update("notes", record(r#"{"_id":1,"n":2}"#), None)?,
            'U' => db.update("notes", record(r#"{"_id":77,"n":2}"#), None)?,
            'r' => db.remove("notes", &record(r#"{"_id":1}"#))?,
            'R' => db.remove("notes", &record(r#"{"_id":99}"#))?,
            _ => db.remove("nothing", &record(r#"{"_id":1}"#))?,
        }
    }
    match payload.contains_key("throw") {
        true => Err(Failure::exception("Error", "thrown")),
        false => Ok(()),
    }
}

fn hash(dialect: Dialect, writes: &str, throw: bool) -> String {
    let mut world = notes(dialect, write);
    let mut payload = Object::from_iter([("writes", Value::from(writes))]);
    if throw {
        payload.insert("throw", true);
    }
    world.send("notes", "run", &payload.stringify());
    world.chain.hash().to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_write_to_a_table_counts(writes in "[iIuUrRx]{0,24}", throw: bool, steem: bool) {
        let dialect = if steem { Dialect::Steem } else { Dialect::Hive };
        // the first row makes sure that no insert meets an `_id` which an update has added
        let writes = format!("i{writes}");
        let expected = writes.chars().filter(|write| "iuUrR".contains(*write)).count();
        prop_assert_eq!(hash(dialect, &writes, throw), counted(expected));
    }
}

#[test]
fn an_insert_counts_when_it_is_done_and_an_update_before() {
    let refused = |write: fn(&mut Documents<'_>) -> ActionResult| {
        let mut world = notes(Dialect::Hive, move |_, ctx| write(&mut ctx.documents()));
        let receipt = world.send("notes", "run", "{}");
        assert_eq!(
            receipt.logs.errors,
            ["TypeError: x not a valid Decimal128 string"]
        );
        world.chain.hash().to_string()
    };
    const BAD: &str = r#"{"_id":1,"d":{"$numberDecimal":"x"}}"#;
    assert_eq!(
        refused(|db| db.insert("notes", record(BAD)).map(drop)),
        counted(0)
    );
    assert_eq!(
        refused(|db| db.update("notes", record(BAD), None)),
        counted(1)
    );
}

#[test]
fn new_networks_hash_what_is_written_and_undo_what_fails() {
    let hash = |writes, throw| hash(Dialect::Modern, writes, throw);
    assert_eq!(hash("ii", true), hash("", false));
    assert_ne!(hash("i", false), hash("", false));
    assert_ne!(hash("i", false), hash("iu", false));
}

#[test]
fn on_steem_making_a_table_restores_the_hashes_of_the_others() {
    for (dialect, restored) in [(Dialect::Hive, false), (Dialect::Steem, true)] {
        let mut world = notes(dialect, |_, ctx| {
            let mut db = ctx.documents();
            db.insert("notes", record("{}"))?;
            db.create_table("late", &json("[]"), &json("{}"))
        });
        world.send("notes", "run", "{}");
        assert_eq!(world.chain.hash(), counted(1));
        let view = world.chain.state().view().unwrap();
        let table = table_hash(&view, "notes", "notes").unwrap();
        assert_eq!(table.is_empty(), restored, "{dialect:?}");
    }
}
