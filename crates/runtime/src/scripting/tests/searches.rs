//! Searching: arguments as the reference reads them, bounds, and what is null.

use super::*;

/// Three rows with `n` 3, 1, 2; a search with these arguments: the `n`s found, or null, or the error.
fn check(dialect: Dialect, query: &str, limit: &str, offset: &str, indexes: &str, expected: &str) {
    let arguments = [query, limit, offset, indexes].map(json);
    let described = format!("{dialect:?} {query} {limit} {offset} {indexes}");
    let mut world = notes(dialect, move |payload, ctx| {
        if payload.contains_key("fill") {
            for n in [3, 1, 2] {
                let row = Object::from_iter([("n", Value::from(n))]);
                ctx.documents().insert("notes", row)?;
            }
            return Ok(());
        }
        let [query, limit, offset, indexes] = &arguments;
        let found = ctx
            .documents()
            .find(None, "notes", query, limit, offset, indexes)?;
        let found = found.map(|rows| {
            rows.iter()
                .map(|row| row.get("n").cloned())
                .collect::<Value>()
        });
        see(ctx, found);
        Ok(())
    });
    world.chain.rules.limits.find_rows = 5_000;
    world.send("notes", "run", r#"{"fill":1}"#);
    let receipt = world.send("notes", "run", "{}");
    let outcome = match receipt.logs.errors.first() {
        Some(error) => error.clone(),
        None => seen(&receipt),
    };
    assert_eq!(outcome, expected, "{described}");
}

const ALL: [Dialect; 3] = [Dialect::Modern, Dialect::Hive, Dialect::Steem];
const SORTED: &str = r#"[{"index":"n","descending":true}]"#;

#[test]
fn defaults_and_order() {
    for dialect in ALL {
        check(dialect, "{}", "null", "null", "null", "[3,1,2]");
        check(dialect, "{}", "0", "0", "[]", "[3,1,2]");
        check(dialect, "{}", "2", "1", SORTED, "[2,1]");
        check(dialect, r#"{"n":{"$gt":1}}"#, "1000", "0", SORTED, "[3,2]");
        check(
            dialect,
            "{}",
            "10",
            "0",
            r#"[{"index":"$loki","descending":true}]"#,
            "[2,1,3]",
        );
    }
}

#[test]
fn wrong_arguments_give_null() {
    for dialect in ALL {
        for (query, limit, offset) in [
            ("{}", "1.5", "0"),
            ("{}", r#""5""#, "0"),
            ("{}", "true", "0"),
            ("{}", "1", "-1"),
            ("{}", "1", "0.5"),
            ("{}", "1", r#""0""#),
            (r#""text""#, "1", "0"),
            ("[]", "1", "0"),
            (r#"{"n":{"$strange":1}}"#, "1", "0"),
            (r#"{"n":{"$numberDecimal":"x"}}"#, "1", "0"),
        ] {
            check(dialect, query, limit, offset, "[]", "null");
        }
        for indexes in [r#""n""#, "[null]"] {
            check(dialect, "{}", "1", "0", indexes, "null");
        }
    }
}

#[test]
fn where_the_lineages_differ() {
    let unknown = r#"[{"index":"m","descending":true}]"#;
    check(Dialect::Hive, "{}", "9", "0", unknown, "[3,1,2]");
    check(Dialect::Steem, "{}", "9", "0", unknown, "null");
    // no query, no check of limits
    check(Dialect::Hive, "null", "9", "0", "[]", "[3,1,2]");
    check(Dialect::Steem, "null", "9", "0", "[]", "null");
    check(Dialect::Modern, "null", "9", "0", "[]", "null");
    check(Dialect::Hive, "{}", "-2", "0", "[]", "[3,1]");
    check(Dialect::Steem, "{}", "-2", "0", "[]", "null");
    check(Dialect::Modern, "{}", "-2", "0", "[]", "null");
    check(Dialect::Hive, "{}", "1001", "0", "[]", "[3,1,2]");
    check(Dialect::Steem, "{}", "1001", "0", "[]", "null");
    // half an index
    let half = r#"[{"index":"n"}]"#;
    check(Dialect::Hive, "{}", "9", "0", half, "[1,2,3]");
    check(Dialect::Steem, "{}", "9", "0", half, "null");
    check(Dialect::Hive, "{}", "9", "0", "{}", "[3,1,2]");
    check(Dialect::Steem, "{}", "9", "0", "{}", "null");
    // the old name of `_id`
    check(Dialect::Hive, r#"{"$loki":2}"#, "9", "0", "[]", "null");
    check(Dialect::Modern, r#"{"$loki":2}"#, "9", "0", "[]", "[1]");
}

#[test]
fn too_many_rows_are_an_exception() {
    let expected = "RangeError: a search for 5001 rows, expected at most 5000";
    check(Dialect::Modern, "{}", "5001", "0", "[]", expected);
    check(Dialect::Hive, "{}", "5001", "0", "[]", expected);
}

#[test]
fn looking_at_too_many_rows_is_an_exception() {
    let mut world = notes(Dialect::Modern, |payload, ctx| {
        if payload.contains_key("fill") {
            for n in [3, 1, 2] {
                let row = Object::from_iter([("n", Value::from(n)), ("m", Value::from(n))]);
                ctx.documents().insert("notes", row)?;
            }
            return Ok(());
        }
        ctx.documents()
            .find_one(None, "notes", &json(r#"{"m":7}"#))
            .map(drop)
    });
    world.chain.rules.limits.scan_rows = 2;
    world.send("notes", "run", r#"{"fill":1}"#);
    let receipt = world.send("notes", "run", "{}");
    assert_eq!(
        receipt.logs.errors,
        ["RangeError: query too expensive: examined 3 rows, the limit is 2; narrow it by an index"]
    );
}

#[test]
fn tables_of_other_contracts_can_be_read() {
    let mut world = notes(Dialect::Hive, |_, ctx| {
        ctx.documents()
            .insert("notes", record(r#"{"n":1}"#))
            .map(drop)
    });
    world.send("notes", "run", "{}");
    world.contract("reader", |action, _, ctx| {
        if action == "createSSC" {
            return Ok(());
        }
        for (contract, table) in [
            ("notes", "notes"),
            ("notes", "nothing"),
            ("nobody", "notes"),
        ] {
            let found = ctx
                .documents()
                .find_one(Some(contract), table, &json(r#"{"$loki":1}"#))?;
            see(ctx, found);
        }
        for name in ["nobody", "notes"] {
            let found = ctx.documents().find_contract(name)?;
            let keys = found.map(|found| found.keys().map(Value::from).collect::<Value>());
            see(ctx, keys);
        }
        Ok(())
    });
    assert_eq!(
        seen(&world.send("reader", "run", "{}")),
        r#"{"_id":1,"n":1}
null
null
null
["_id","owner","code","codeHash","tables","version"]"#
    );
}

/// Blocks that only have a number, of which one can be verified.
struct FewBlocks(Mutex<Vec<String>>);

impl Blocks for FewBlocks {
    fn block(&self, _: &tartan_state::Overlay, number: u64) -> Result<Option<Value>, Fatal> {
        Ok((number < 2).then(|| Value::from(number)))
    }

    fn verify(&self, _: &mut tartan_state::Overlay, by: &Object) -> Result<(), Fatal> {
        self.0.lock().unwrap().push(by.stringify());
        Ok(())
    }
}

#[test]
fn blocks_can_be_read_and_by_the_witnesses_verified() {
    let blocks = Arc::new(FewBlocks(Mutex::default()));
    let mut world = World::new(Dialect::Hive);
    world.chain.blocks = Some(blocks.clone());
    let body = |action: &str, payload: &Object, ctx: &mut Context<'_>| {
        if action == "createSSC" {
            return Ok(());
        }
        for number in [1.0, 2.0, 0.5, -1.0] {
            let block = ctx.documents().block_info(number)?;
            see(ctx, block);
        }
        ctx.verify_block(payload)
    };
    for contract in ["notes", "witnesses"] {
        world.contract(contract, body);
        let receipt = world.send(contract, "run", r#"{"blockNumber":1}"#);
        assert_eq!(seen(&receipt), "1\nnull\nnull\nnull");
    }
    assert_eq!(*blocks.0.lock().unwrap(), [r#"{"blockNumber":1}"#]);
}
