//! Contracts whose work is counted.

use tartan_runtime::Receipt;
use tartan_vm::Options;

use crate::harness::Chain;

const BUDGET: u64 = 200_000;
const OUT_OF_BUDGET: &str = "Error: the call used up its budget of 200000 units";

fn chain() -> Chain {
    let options = Options {
        metered: true,
        budget: BUDGET,
        ..Options::default()
    };
    let mut chain = Chain::new(options);
    chain.rules.call_budget = Some(BUDGET);
    chain
}

/// A chain with a metered contract that has a table, and a second one that calls it.
fn with(source: &str) -> Chain {
    let mut chain = chain();
    let source = format!(
        "actions.createSSC = async () => {{ await api.db.createTable('rows', ['n']); }};
         actions.count = async () => {{ api.emit('out', {{ v: (await api.db.find('rows', {{}})).length }}); }};
         {source}"
    );
    let receipt = chain.deploy("test", &source);
    assert_eq!(receipt.logs.errors, Vec::<String>::new(), "deploying");
    chain
}

fn run(statements: &str) -> Receipt {
    with(&format!(
        "actions.run = async (payload) => {{ {statements} }};"
    ))
    .call("run", "{}")
}

#[test]
fn work_is_counted_alike_in_every_run() {
    let source = "actions.run = async (payload) => {
        let sum = api.BigNumber(0);
        for (let i = 0; i < payload.n; i += 1) {
            sum = sum.plus(api.BigNumber('1.5').times(i));
            await api.db.insert('rows', { n: i, text: 'x'.repeat(i) });
        }
        const found = await api.db.find('rows', { n: { $gte: 2 } });
        api.emit('out', { sum: sum.toFixed(2), rows: found.length, hash: api.SHA256('abc'), random: api.random() });
    };";
    let runs: Vec<Receipt> = (0..2)
        .map(|_| with(source).call("run", r#"{ "n": 10 }"#))
        .collect();
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0].logs.errors, Vec::<String>::new());
    assert_eq!(runs[0].logs.events.len(), 1);
    // every build counts the same; another number is another version of the prices
    assert_eq!(runs[0].units, 4247);
    let more = with(source).call("run", r#"{ "n": 20 }"#);
    assert!(
        runs[0].units > 1_000 && more.units > runs[0].units,
        "{} {}",
        runs[0].units,
        more.units
    );
}

#[test]
fn a_realm_used_before_counts_as_a_fresh_one() {
    let source = "actions.run = async (payload) => { const a = []; for (const x of payload.list) a.push(`${x}`); api.emit('out', a.join()); };";
    let mut chain = with(source);
    let payload = r#"{ "list": [1, 2, 3, "four"] }"#;
    let first = chain.call("run", payload);
    for _ in 0..3 {
        assert_eq!(chain.call("run", payload), first);
    }
    assert_eq!(with(source).call("run", payload), first);
}

#[test]
fn what_a_contract_catches_does_not_hide_that_the_budget_is_gone() {
    for statements in [
        "for (;;) {}",
        "try { for (;;) {} } catch (error) { api.emit('out', 1); }",
        "try { for (;;) {} } finally { return; }",
        "for (;;) { try { for (;;) {} } catch (error) { } }",
        "for (;;) await null;",
        "const again = () => Promise.resolve().then(again); await again();",
        "Promise.resolve().then(function again() { return Promise.resolve().then(again); });",
        "let s = 'x'; for (;;) { s = s + s; if (s.length > 1000) s = 'x'; }",
        "const a = []; for (;;) a.push(a.length);",
        "for (let i = 0; ; i += 1) await api.db.insert('rows', { n: i });",
        "await api.db.insert('rows', { n: 1 }); try { for (;;) await api.db.find('rows', {}); } catch (error) { }",
        "for (;;) { try { api.emit('out', { text: 'x'.repeat(1000) }); } catch (error) { } }",
        "for (;;) { try { api.assert(false, 'x'.repeat(1000)); } catch (error) { } }",
        "for (;;) { try { api.SHA256('x'.repeat(1000)); } catch (error) { } }",
        "let n = api.BigNumber('1.00000001'); for (;;) { try { n = n.times(n); } catch (error) { } }",
        "for (;;) api.checkSignature('x', 'x', 'x');",
        "for (;;) await api.executeSmartContract('test', 'count', {});",
    ] {
        let mut chain = with(&format!(
            "actions.run = async () => {{ api.emit('out', 'begun'); await api.db.insert('rows', {{ n: 0 }}); {statements} }};"
        ));
        let receipt = chain.call("run", "{}");
        assert_eq!(receipt.logs.errors, [OUT_OF_BUDGET], "{statements}");
        assert_eq!(receipt.logs.events, [], "{statements}");
        assert_eq!(receipt.units, BUDGET, "{statements}");
        assert_eq!(chain.out("count", "{}"), r#"{"v":0}"#, "{statements}");
    }
}

#[test]
fn a_nested_call_has_what_its_caller_has_left() {
    let mut chain =
        with("actions.spin = async (payload) => { for (let i = 0; i < payload.n; i += 1) { } };");
    let caller = "actions.run = async (payload) => {
        for (let i = 0; i < payload.times; i += 1) await api.executeSmartContract('test', 'spin', { n: payload.n });
        api.emit('out', 'done');
    };";
    chain.deploy("caller", caller);
    let mut call = |payload: &str| chain.call_of("caller", "run", payload);
    let (none, once, twice) = (
        call(r#"{ "times": 0, "n": 1000 }"#).units,
        call(r#"{ "times": 1, "n": 1000 }"#).units,
        call(r#"{ "times": 2, "n": 1000 }"#).units,
    );
    assert!(once - none > 1_000, "{none} {once}");
    assert_eq!(
        twice - once,
        once - none,
        "every call costs its caller the same"
    );
    let receipt = call(r#"{ "times": 3, "n": 90000 }"#);
    assert_eq!(receipt.logs.errors, [OUT_OF_BUDGET]);
    assert_eq!((receipt.logs.events.len(), receipt.units), (0, BUDGET));
}

#[test]
fn a_caller_cannot_outlive_the_budget_that_its_callee_used_up() {
    let mut chain = with("actions.spin = async () => { for (;;) { } };");
    let caller = "actions.createSSC = async () => { await api.db.createTable('kept'); };
    actions.run = async (payload) => {
        await api.db.insert('kept', { n: 1 });
        try { await api.executeSmartContract('test', 'spin', {}); } catch (error) { }
        api.emit('out', 'done');
    };
    actions.kept = async () => { api.emit('out', await api.db.find('kept', {})); };";
    chain.deploy("caller", caller);
    let receipt = chain.call_of("caller", "run", "{}");
    assert_eq!(receipt.logs.errors, [OUT_OF_BUDGET]);
    assert_eq!(receipt.logs.events, []);
    let kept = chain.call_of("caller", "kept", "{}");
    assert_eq!(kept.logs.events[0].data.stringify(), "[]");
}

#[test]
fn a_payload_is_paid_for() {
    let chain = || with("actions.run = async (payload) => {};");
    let short = chain().call("run", r#"{ "text": "x" }"#);
    let long = chain().call("run", &format!(r#"{{ "text": "{}" }}"#, "x".repeat(32_000)));
    assert!(
        long.units >= short.units + 1_000,
        "{} {}",
        short.units,
        long.units
    );
}

#[test]
fn a_search_is_paid_for_by_the_rows_it_looks_at() {
    let source = "actions.fill = async (payload) => { for (let i = 0; i < 100; i += 1) await api.db.insert('rows', { n: i, m: i }); };
        actions.run = async (payload) => { await api.db.find('rows', payload); };";
    let mut chain = with(source);
    assert_eq!(chain.call("fill", "{}").logs.errors, Vec::<String>::new());
    let mut units = |query: &str| chain.call("run", query).units;
    let (by_index, by_scan) = (units(r#"{ "n": 50 }"#), units(r#"{ "m": 50 }"#));
    assert!(by_scan > by_index + 500, "{by_index} {by_scan}");
}

#[test]
fn what_cannot_be_metered_is_refused_with_its_place() {
    let refused = |source: &str| {
        let receipt = chain().deploy("test", source);
        assert_eq!(receipt.logs.errors.len(), 1, "{source}");
        receipt.logs.errors[0].clone()
    };
    let syntax = refused("actions.run = async () => { let 1; };");
    assert!(
        syntax.starts_with("SyntaxError: ") && syntax.contains("(line "),
        "{syntax}"
    );
    let forbidden = refused("actions.run = async () => { /a+/.test('a'); };");
    assert!(
        forbidden.starts_with("SyntaxError: ") && forbidden.contains(", column "),
        "{forbidden}"
    );
    let long = refused(&format!("// {}", "x".repeat(128 << 10)));
    assert!(long.starts_with("Error: a contract of "), "{long}");
}

#[test]
fn what_depends_on_memory_or_has_no_price_is_not_there() {
    for name in [
        "RegExp",
        "BigInt",
        "WeakRef",
        "FinalizationRegistry",
        "Iterator",
    ] {
        let receipt = run(&format!("api.emit('out', typeof {name});"));
        assert_eq!(
            receipt.logs.events[0].data.stringify(),
            r#""undefined""#,
            "{name}"
        );
    }
}

#[test]
fn nothing_planted_survives_where_work_is_counted() {
    let source = "actions.run = async () => {
        const places = [Object.prototype, Array.prototype, Promise.prototype, globalThis, api.db, api.BigNumber, Math, JSON.stringify];
        let found = 0;
        for (const place of places) {
            if (place.planted) found += 1;
            try { place.planted = 1; } catch (error) { }
        }
        api.emit('out', { found });
    };";
    let mut chain = with(source);
    for _ in 0..2 {
        assert_eq!(chain.out("run", "{}"), r#"{"found":0}"#);
    }
}
