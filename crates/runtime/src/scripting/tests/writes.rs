//! Inserting, updating, removing: what comes of it and what is refused.

use super::*;

/// Runs something on the table and shows the table afterwards.
fn check(
    dialect: Dialect,
    run: impl Fn(&mut Documents<'_>) -> ActionResult + Send + Sync + 'static,
    expected: &str,
) {
    let mut world = notes(dialect, move |_, ctx| {
        run(&mut ctx.documents())?;
        let all = all(ctx, "notes")?;
        see(ctx, all);
        Ok(())
    });
    let receipt = world.send("notes", "run", "{}");
    let outcome = match receipt.logs.errors.first() {
        Some(error) => error.clone(),
        None => seen(&receipt),
    };
    assert_eq!(outcome, expected, "{dialect:?}");
}

const ALL: [Dialect; 3] = [Dialect::Modern, Dialect::Hive, Dialect::Steem];

#[test]
fn the_inserted_record_has_its_id_last_and_the_row_first() {
    let mut world = notes(Dialect::Hive, |_, ctx| {
        for text in [r#"{"n":1}"#, r#"{"n":2,"_id":"own","m":3}"#] {
            let inserted = ctx.documents().insert("notes", record(text))?;
            see(ctx, inserted);
        }
        let all = all(ctx, "notes")?;
        see(ctx, all);
        Ok(())
    });
    assert_eq!(
        seen(&world.send("notes", "run", "{}")),
        r#"{"n":1,"_id":1}
{"n":2,"_id":2,"m":3}
[{"_id":1,"n":1},{"_id":2,"n":2,"m":3}]"#
    );
}

#[test]
fn an_update_merges_and_adds_new_fields_sorted_by_name() {
    for dialect in ALL {
        check(
            dialect,
            |db| {
                db.insert("notes", record(r#"{"n":1,"old":true}"#))?;
                let unsets = record(r#"{"old":""}"#);
                db.update(
                    "notes",
                    record(r#"{"_id":1,"z":1,"n":2,"b":1}"#),
                    Some(unsets),
                )
            },
            r#"[{"_id":1,"n":2,"b":1,"z":1}]"#,
        );
    }
}

#[test]
fn a_row_that_is_not_there_is_added_but_not_on_steem() {
    let update = |db: &mut Documents<'_>| db.update("notes", record(r#"{"_id":9,"n":2}"#), None);
    check(Dialect::Hive, update, r#"[{"_id":9,"n":2}]"#);
    check(Dialect::Modern, update, r#"[{"_id":9,"n":2}]"#);
    check(Dialect::Steem, update, "[]");
}

#[test]
fn an_update_without_an_id() {
    let update = |db: &mut Documents<'_>| db.update("notes", record(r#"{"n":2}"#), None);
    check(Dialect::Hive, update, r#"[{"_id":null,"n":2}]"#);
    check(Dialect::Steem, update, "[]");
    check(
        Dialect::Modern,
        update,
        "Error: table notes.notes: an update needs an _id",
    );
}

#[test]
fn removing_looks_at_the_id_only() {
    for dialect in ALL {
        check(
            dialect,
            |db| {
                db.insert("notes", record(r#"{"n":1}"#))?;
                db.insert("notes", record(r#"{"n":2}"#))?;
                db.remove("notes", &record(r#"{"_id":1,"n":2}"#))?;
                db.remove("notes", &record(r#"{"n":2}"#))?;
                db.remove("nothing", &record(r#"{"_id":2}"#))
            },
            r#"[{"_id":2,"n":2}]"#,
        );
    }
}

#[test]
fn what_cannot_be_a_row_is_an_exception() {
    for dialect in ALL {
        let decimal = "TypeError: 1,5 not a valid Decimal128 string";
        let text = r#"{"_id":1,"d":{"$numberDecimal":"1,5"}}"#;
        check(
            dialect,
            move |db| db.insert("notes", record(text)).map(drop),
            decimal,
        );
        check(
            dialect,
            move |db| db.update("notes", record(text), None),
            decimal,
        );
        check(
            dialect,
            |db| {
                db.insert("notes", record(r#"{"n":1}"#))?;
                db.update(
                    "notes",
                    record(r#"{"_id":1,"n":2}"#),
                    Some(record(r#"{"n":""}"#)),
                )
            },
            r#"Error: table notes.notes: field "n" is both set and unset"#,
        );
        check(
            dialect,
            |db| {
                let long = object_of("x".repeat(300 << 10));
                db.insert("notes", long).map(drop)
            },
            "Error: table notes.notes: 307212 bytes, expected at most 262144",
        );
    }
}

fn object_of(text: String) -> Object {
    Object::from_iter([("text", Value::from(text))])
}

#[test]
fn decimals_and_dates_keep_their_forms() {
    let text = r#"{"a":{"$numberDecimal":"1.50"},"b":[{"$date":"2026-01-01T00:00:00Z"}],"c":{"d":{"$numberDecimal":"0E-5"}}}"#;
    for dialect in ALL {
        check(
            dialect,
            move |db| db.insert("notes", record(text)).map(drop),
            r#"[{"_id":1,"a":{"$numberDecimal":"1.50"},"b":[{"$date":"2026-01-01T00:00:00Z"}],"c":{"d":{"$numberDecimal":"0.00000"}}}]"#,
        );
    }
}

#[test]
fn a_primary_key_is_taken_from_the_record_and_exists_once() {
    let mut world = World::new(Dialect::Hive);
    world.contract("notes", |action, _, ctx| {
        let mut db = ctx.documents();
        if action == "createSSC" {
            return db.create_table("keyed", &json("[]"), &json(r#"{"primaryKey":["b","a"]}"#));
        }
        let row = r#"{"a":1,"b":"x","_id":5}"#;
        let inserted = db.insert("keyed", record(row))?;
        see(ctx, inserted);
        let mut db = ctx.documents();
        let exact = db.find_one(None, "keyed", &json(r#"{"a":1,"b":"x"}"#))?;
        let none = db.find_one(None, "keyed", &json(r#"{"a":{"$in":[1]},"b":"x"}"#))?;
        let count = db.count("keyed", &json(r#"{"a":{"$in":[1]},"b":"x"}"#))?;
        see(ctx, exact);
        see(ctx, none);
        see(ctx, count.unwrap() as f64);
        if action == "twice" {
            ctx.documents().insert("keyed", record(row))?;
        }
        Ok(())
    });
    let receipt = world.send("notes", "once", "{}");
    assert_eq!(
        seen(&receipt),
        r#"{"a":1,"b":"x","_id":{"b":"x","a":1}}
{"_id":{"b":"x","a":1},"a":1,"b":"x"}
null
1"#
    );
    let receipt = world.send("notes", "twice", "{}");
    assert_eq!(
        receipt.logs,
        Logs::error(r#"Error: duplicate key in table notes.keyed: _id {"b":"x","a":1}"#)
    );
}
