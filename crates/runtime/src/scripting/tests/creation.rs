//! What a deployment sees of the tables it makes, and what stays of one that throws.

use super::*;

/// Makes a table, tries everything on it, and tells what it saw.
fn create(ctx: &mut Context<'_>) -> ActionResult {
    let mut db = ctx.documents();
    db.create_table("fresh", &json("[]"), &json(r#"{"primaryKey":["n"]}"#))?;
    let inserted = db.insert("fresh", record(r#"{"n":7,"d":{"$numberDecimal":"1E+3"}}"#))?;
    let exists = db.table_exists("fresh")?;
    let one = db.find_one(None, "fresh", &json("{}"))?;
    db.update("fresh", record(r#"{"_id":1,"n":8}"#), None)?;
    db.remove("fresh", &record(r#"{"_id":1}"#))?;
    see(ctx, inserted);
    see(ctx, exists);
    see(ctx, one);
    let all = all(ctx, "fresh")?;
    see(ctx, all);
    Ok(())
}

fn world(dialect: Dialect) -> (World, Receipt) {
    let mut world = World::new(dialect);
    let receipt = world.contract("notes", |action, _, ctx| match action {
        "createSSC" => create(ctx),
        _ => {
            let all = all(ctx, "fresh")?;
            see(ctx, all);
            Ok(())
        }
    });
    (world, receipt)
}

#[test]
fn on_hive_a_new_table_takes_rows_and_shows_nothing() {
    let (mut world, receipt) = world(Dialect::Hive);
    assert_eq!(
        seen(&receipt),
        r#"{"n":7,"d":{"$numberDecimal":"1E+3"},"_id":1}
false
null
null"#
    );
    assert_eq!(world.chain.hash(), "", "such an insert is not counted");
    assert_eq!(
        seen(&world.send("notes", "look", "{}")),
        r#"[{"_id":1,"n":7,"d":{"$numberDecimal":"1E+3"}}]"#
    );
    let tables = world
        .shown("notes")
        .unwrap()
        .get("tables")
        .unwrap()
        .stringify();
    assert_eq!(
        tables,
        r#"{"notes_fresh":{"size":0,"hash":"","nbIndexes":0,"primaryKey":["n"]}}"#
    );
}

#[test]
fn on_steem_a_new_table_can_be_searched() {
    let (world, receipt) = world(Dialect::Steem);
    let row = r#"{"_id":1,"n":7,"d":{"$numberDecimal":"1E+3"}}"#;
    assert_eq!(
        seen(&receipt),
        format!(
            "{{\"n\":7,\"d\":{{\"$numberDecimal\":\"1E+3\"}},\"_id\":1}}\nfalse\n{row}\n[{row}]"
        )
    );
    assert_eq!(world.chain.hash(), "");
}

#[test]
fn on_new_networks_a_new_table_is_a_table() {
    let (world, receipt) = world(Dialect::Modern);
    let seen = seen(&receipt);
    let mut lines = seen.lines();
    let inserted = r#"{"n":7,"d":{"$numberDecimal":"1E+3"},"_id":{"n":7}}"#;
    assert_eq!(lines.next(), Some(inserted));
    assert_eq!(lines.next(), Some("true"));
    assert_eq!(
        lines.next(),
        Some(r#"{"_id":{"n":7},"n":7,"d":{"$numberDecimal":"1E+3"}}"#)
    );
    assert_ne!(world.chain.hash(), "");
}

#[test]
fn a_table_made_by_an_action_is_there_afterwards() {
    let mut world = notes(Dialect::Hive, |_, ctx| {
        let mut db = ctx.documents();
        if db.table_exists("late")? {
            return db.insert("late", record("{}")).map(|row| see(ctx, row));
        }
        db.create_table("late", &json("[]"), &json("{}"))?;
        let inserted = db.insert("late", record("{}"))?;
        see(ctx, inserted);
        let contract = ctx.documents().find_contract("notes")?.unwrap();
        see(
            ctx,
            contract.get("tables").unwrap().as_object().unwrap().len(),
        );
        Ok(())
    });
    assert_eq!(seen(&world.send("notes", "run", "{}")), "null\n1");
    assert_eq!(seen(&world.send("notes", "run", "{}")), r#"{"_id":1}"#);
}

#[test]
fn making_a_table_twice_is_an_exception() {
    let twice = |_: &Object, ctx: &mut Context<'_>| {
        let mut db = ctx.documents();
        db.create_table("late", &json("[]"), &json("{}"))?;
        db.create_table("late", &json("[]"), &json("{}"))
    };
    let receipt = notes(Dialect::Hive, twice).send("notes", "run", "{}");
    assert_eq!(receipt.logs, Logs::error("Error: table late exists"));
    for dialect in [Dialect::Modern, Dialect::Steem] {
        let receipt = notes(dialect, twice).send("notes", "run", "{}");
        assert_eq!(receipt.logs, Logs::default());
    }
}

#[test]
fn a_deployment_that_throws_leaves_writes_but_no_contract_and_no_new_table() {
    let mut world = notes(Dialect::Hive, |_, ctx| {
        let all = all(ctx, "notes")?;
        see(ctx, all);
        let exists = ctx.documents().table_exists("fresh")?;
        see(ctx, exists);
        Ok(())
    });
    world.script("throws", |_, _, ctx| {
        let mut db = ctx.documents();
        db.create_table("fresh", &json("[]"), &json("{}"))?;
        db.insert("fresh", record("{}"))?;
        db.insert("notes", record(r#"{"n":1}"#))?;
        ctx.emit("lost", Value::Null);
        Err(Failure::exception("TypeError", "boom"))
    });
    for name in ["other", "notes"] {
        let receipt = world.deploy(name, "throws");
        let expected = match name {
            // there is no table `notes` in a contract `other`
            "other" => "TypeError: Cannot read properties of null (reading 'seq')",
            _ => "TypeError: boom",
        };
        assert_eq!(receipt.logs, Logs::error(expected));
        assert_eq!(receipt.code_hash, "");
    }
    assert!(world.shown("other").is_none());
    assert_eq!(
        world.shown("notes").unwrap().get("version"),
        Some(&Value::from(1))
    );
    assert_eq!(
        seen(&world.send("notes", "run", "{}")),
        "[{\"_id\":1,\"n\":1}]\nfalse"
    );
    // and it can be deployed after all
    world.script("fine", |_, _, ctx| {
        ctx.documents()
            .create_table("fresh", &json("[]"), &json("{}"))
    });
    assert_eq!(world.deploy("other", "fine").logs, Logs::default());
}

#[test]
fn failed_checks_stop_a_deployment_on_new_networks_only() {
    for (dialect, deployed) in [(Dialect::Hive, true), (Dialect::Modern, false)] {
        let mut world = World::new(dialect);
        let receipt = world.contract("notes", |_, _, ctx| {
            ctx.log_check("no");
            Ok(())
        });
        assert_eq!(receipt.logs, Logs::error("no"));
        assert_eq!(world.shown("notes").is_some(), deployed, "{dialect:?}");
    }
}

#[test]
fn counting_is_broken_in_deployments_on_hive() {
    let count = |_: &str, _: &Object, ctx: &mut Context<'_>| {
        let count = ctx.documents().count("notes", &json("{}"))?;
        see(ctx, count.map(|count| count as f64));
        Ok(())
    };
    for (dialect, expected) in [
        (
            Dialect::Hive,
            Err("ReferenceError: ivmExternalCopy is not defined"),
        ),
        (Dialect::Steem, Ok("")),
        (Dialect::Modern, Ok("null")),
    ] {
        let receipt = World::new(dialect).contract("notes", count);
        match expected {
            Ok(expected) => assert_eq!(seen(&receipt), expected),
            Err(expected) => assert_eq!(receipt.logs, Logs::error(expected)),
        }
    }
}

#[test]
fn indexes_are_added_once_and_do_not_show_in_the_count() {
    let mut world = notes(Dialect::Hive, |_, _| Ok(()));
    world.script("more", |action, _, ctx| match action {
        "createSSC" => ctx.documents().add_indexes(
            "notes",
            &json(r#"["n","m",{"name":"both","index":{"n":1,"m":-1}}]"#),
        ),
        _ => {
            let by = json(r#"[{"index":"both","descending":false}]"#);
            let found =
                ctx.documents()
                    .find(None, "notes", &json("{}"), &json("2"), &json("0"), &by)?;
            see(ctx, rows(found));
            Ok(())
        }
    });
    assert_eq!(world.deploy("notes", "more").logs, Logs::default());
    let tables = world
        .shown("notes")
        .unwrap()
        .get("tables")
        .unwrap()
        .stringify();
    assert!(tables.contains(r#""nbIndexes":1"#), "{tables}");
    assert_eq!(seen(&world.send("notes", "look", "{}")), "[]");
}

#[test]
fn tables_and_indexes_are_bounded() {
    let mut world = World::new(Dialect::Modern);
    world.chain.rules.limits.tables_per_contract = 2;
    world.chain.rules.limits.indexes_per_table = 1;
    world.script("two", |_, _, ctx| {
        ctx.documents()
            .create_table("a", &json("[]"), &json("{}"))?;
        ctx.documents()
            .create_table("b", &json(r#"["x"]"#), &json("{}"))
    });
    world.script("three", |_, _, ctx| {
        ctx.documents().create_table("c", &json("[]"), &json("{}"))
    });
    world.script("indexes", |_, _, ctx| {
        ctx.documents().add_indexes("b", &json(r#"["y"]"#))
    });
    let logs = |receipt: Receipt| receipt.logs.errors.join(" ");
    assert_eq!(logs(world.deploy("notes", "two")), "");
    assert_eq!(
        logs(world.deploy("notes", "three")),
        "RangeError: 3 tables, expected at most 2"
    );
    assert_eq!(
        logs(world.deploy("notes", "indexes")),
        "RangeError: 2 indexes, expected at most 1"
    );
}
