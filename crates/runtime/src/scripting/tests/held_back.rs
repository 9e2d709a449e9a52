//! `mining.miningPower` on Hive: updates that are not written at once.

use super::*;

fn mining(
    dialect: Dialect,
    run: impl Fn(&mut Context<'_>) -> ActionResult + Send + Sync + 'static,
) -> World {
    let mut world = World::new(dialect);
    world.contract("mining", move |action, _, ctx| match action {
        "createSSC" => {
            let mut db = ctx.documents();
            db.create_table("miningPower", &json("[]"), &json("{}"))?;
            db.create_table("pools", &json("[]"), &json("{}"))?;
            let row = r#"{"id":"P","account":"alice","power":1,"old":true}"#;
            db.insert("miningPower", record(row)).map(drop)
        }
        "look" => {
            let all = all(ctx, "miningPower")?;
            see(ctx, all);
            Ok(())
        }
        _ => run(ctx),
    });
    world
}

/// Updates the row, and looks at it in several ways.
fn update_and_look(ctx: &mut Context<'_>) -> ActionResult {
    let update = r#"{"_id":1,"power":2,"account":"alice","id":"P","equippedNfts":{}}"#;
    let unsets = record(r#"{"old":""}"#);
    ctx.documents()
        .update("miningPower", record(update), Some(unsets))?;
    for query in [r#"{"id":"P","account":"alice"}"#, r#"{"_id":1}"#] {
        let found = ctx
            .documents()
            .find_one(None, "miningPower", &json(query))?;
        see(ctx, found);
    }
    ctx.documents().find_one(None, "pools", &json("{}"))?; // writes what was held back
    let found = ctx
        .documents()
        .find_one(None, "miningPower", &json(r#"{"_id":1}"#))?;
    see(ctx, found);
    Ok(())
}

#[test]
fn a_look_for_both_fields_sees_what_was_put_there() {
    let mut world = mining(Dialect::Hive, update_and_look);
    let hash = world.chain.hash().to_string();
    assert_eq!(
        seen(&world.send("mining", "run", "{}")),
        r#"{"_id":1,"power":2,"account":"alice","id":"P"}
{"_id":1,"id":"P","account":"alice","power":1,"old":true}
{"_id":1,"id":"P","account":"alice","power":2,"old":true}"#
    );
    assert_ne!(
        world.chain.hash(),
        hash,
        "the write counts when it is asked for"
    );
}

#[test]
fn other_networks_hold_nothing_back() {
    let mut world = mining(Dialect::Modern, update_and_look);
    let row = r#"{"_id":1,"id":"P","account":"alice","power":2,"equippedNfts":{}}"#;
    assert_eq!(
        seen(&world.send("mining", "run", "{}")),
        [row, row, row].join("\n")
    );
}

#[test]
fn the_end_of_the_transaction_writes_them() {
    let mut world = mining(Dialect::Hive, |ctx| {
        let update = record(r#"{"_id":1,"id":"P","account":"alice","power":3}"#);
        ctx.documents().update("miningPower", update, None)?;
        Err(Failure::exception("Error", "even after an exception"))
    });
    world.send("mining", "run", "{}");
    let looked = world.send("mining", "look", "{}");
    assert!(seen(&looked).contains(r#""power":3"#), "{looked:?}");
}

#[test]
fn a_removed_row_is_not_written_again() {
    let mut world = mining(Dialect::Hive, |ctx| {
        let row = record(r#"{"_id":1,"id":"P","account":"alice","power":3}"#);
        ctx.documents().update("miningPower", row.clone(), None)?;
        ctx.documents().remove("miningPower", &row)
    });
    world.send("mining", "run", "{}");
    assert_eq!(seen(&world.send("mining", "look", "{}")), "[]");
}

#[test]
fn an_atomic_call_that_fails_takes_them_back() {
    let mut world = mining(Dialect::Hive, |ctx| {
        let update = record(r#"{"_id":1,"id":"P","account":"alice","power":3}"#);
        ctx.documents().update("miningPower", update, None)?;
        ctx.log_check("no");
        Ok(())
    });
    world.chain.rules.atomic = true;
    world.send("mining", "run", "{}");
    let looked = world.send("mining", "look", "{}");
    assert!(seen(&looked).contains(r#""power":1"#), "{looked:?}");
}
