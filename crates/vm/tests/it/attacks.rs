//! Attacks on the node by contracts and by their callers, each on a network that counts work and on one that does not.
//!
//! | attack | tests here | more, elsewhere |
//! | --- | --- | --- |
//! | infinite loops | [`infinite_loops`], [`infinite_loops_of_jobs`] | `meter::tests::attacks::loops`, `metering::what_a_contract_catches_…` |
//! | recursion | [`recursion`], [`recursion_through_the_node`] | `meter::tests::attacks::{recursion_ends_with_an_error, wide_frames_fit_the_stack}` |
//! | regex bombs | [`regular_expressions`] | `metering::what_cannot_be_metered_is_refused_…` |
//! | huge strings and arrays | [`huge_strings`], [`huge_arrays`], [`garbage_is_no_burden_to_the_next`], [`floods_of_the_log`] | `meter::tests::attacks::{strings, arrays_and_objects}` |
//! | getters and proxies in payloads and records | [`getters_in_records`], [`records_that_write_themselves`], [`conversions`], [`values_that_cannot_cross`], [`proxies`] | |
//! | poisoned prototypes | [`poisoned_prototypes`], [`thenables`], [`payloads_named_like_what_objects_inherit`] | `isolation::nothing_planted_survives`, with every object there is |
//! | promises that never settle | [`promises_that_never_settle`] | |
//! | thrown non-errors | [`thrown_non_errors`], [`long_messages`] | |
//! | re-entrancy | [`reentrancy_on_the_same_rows`] | `metering::a_caller_cannot_outlive_…` |
//! | calls to itself 1,000 deep | [`calls_to_itself`] | |
//!
//! Where work is not counted only the network's operator deploys. There, a net counts jumps and calls; what one
//! function of the language does within itself it does not see, and such loops are attacks on counted networks only.
use tartan_runtime::Receipt;
use tartan_vm::{Options, memory_at_rest};

use crate::harness::Chain;

const BUDGET: u64 = 200_000;
const OUT_OF_BUDGET: &str = "Error: the call used up its budget of 200000 units";
const TIMED_OUT: &str = "Error: Script execution timed out.";
const TOO_OFTEN: &str = "Error: the contract was stopped: more than 20000 calls in one transaction";
const TOO_DEEP: &str = "RangeError: Maximum call stack size exceeded";
const NO_MEMORY: &str = "Error: the contract was stopped: out of memory";
/// A single text or array that does not fit.
const TOO_LARGE: &str = "InternalError: out of memory";
const TOO_LONG: &str = "InternalError: string too long";
/// What a realm may hold after an execution.
const AT_REST: u64 = 8 << 20;

/// Ordinary work: says what it finds, so that anything left behind by another call shows.
const WORK: &str = "
    actions.createSSC = async () => { await api.db.createTable('rows', ['n']); };
    actions.idle = async () => {};
    actions.work = async (payload) => {
        const row = await api.db.insert('rows', { n: 1, list: [3, 1, 2].sort(), text: `${[1, [2]]}`, none: null });
        row.n = api.BigNumber('1').plus(payload.n).toNumber();
        await api.db.update('rows', row);
        const inherited = [];
        for (const name in {}) inherited.push(name);
        for (const name in []) inherited.push(name);
        const sums = await Promise.all([1, Promise.resolve(2)]);
        const types = [Object, Array, String, Number, Boolean, Function, Promise, Map, Set, Date, Error, TypeError];
        api.emit('out', {
            rows: (await api.db.find('rows', {})).map(({ _id, ...rest }) => rest), inherited, sums, global: Object.keys(globalThis).sort().join(),
            own: types.map((type) => `${Reflect.ownKeys(type.prototype).length} ${Reflect.ownKeys(type).length}`),
            planted: typeof planted, own_api: Reflect.ownKeys(api).length, logs: api.logs(),
            json: JSON.stringify({ a: [1, { b: payload }] }), random: api.random(),
        });
    };";

fn network(metered: bool) -> Chain {
    let options = Options {
        metered,
        budget: BUDGET,
        patience: 300,
    };
    let mut chain = Chain::new(options);
    chain.rules.call_budget = metered.then_some(BUDGET);
    chain
}

fn deployed(metered: bool, source: &str) -> Chain {
    let mut chain = network(metered);
    let receipt = chain.deploy("test", &format!("{WORK}\n{source}"));
    assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{source}");
    chain
}

/// What ordinary work gives after two calls that do nothing.
fn undisturbed(metered: bool, source: &str) -> Receipt {
    let mut chain = deployed(metered, source);
    for _ in 0..2 {
        chain.call("idle", "{}");
    }
    let receipt = chain.call("work", r#"{"n":1}"#);
    assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{source}");
    receipt
}

/// Runs the action `attack` twice; how it ended. The next transaction of the same contract then finds no trace of it.
#[track_caller]
fn attacked(metered: bool, source: &str, payload: &str) -> Receipt {
    let mut chain = deployed(metered, source);
    let first = chain.call("attack", payload);
    let second = chain.call("attack", payload);
    let told = |receipt: &Receipt| (receipt.logs.clone(), receipt.units);
    assert!(
        told(&first) == told(&second),
        "a second time it ends otherwise\n{source}"
    );
    let calm = undisturbed(metered, source);
    let after = chain.call("work", r#"{"n":1}"#);
    assert_eq!(told(&after), told(&calm), "afterwards\n{source}");
    let held = memory_at_rest();
    assert!(
        held.iter().all(|bytes| *bytes <= AT_REST),
        "{held:?}\n{source}"
    );
    first
}

/// The only error that an attack ends with; empty when it ends well.
#[track_caller]
fn error(metered: bool, source: &str) -> String {
    let mut errors = attacked(metered, source, "{}").logs.errors;
    assert!(errors.len() <= 1, "{errors:?}\n{source}");
    errors.pop().unwrap_or_default()
}

/// How statements end where work is not counted, and where it is.
#[track_caller]
fn check(statements: &str, uncounted: &str, counted: &str) {
    let source = format!("actions.attack = async (payload) => {{ {statements} }};");
    assert_eq!(
        error(false, &source),
        uncounted,
        "not counted: {statements}"
    );
    assert_eq!(error(true, &source), counted, "counted: {statements}");
}

/// What statements emit, the same on both networks.
#[track_caller]
fn check_emits(statements: &str, payload: &str, expected: &str) {
    let source = format!("actions.attack = async (payload) => {{ {statements} }};");
    for metered in [false, true] {
        let receipt = attacked(metered, &source, payload);
        assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{statements}");
        let events = receipt.logs.events.iter();
        let events: Vec<String> = events.map(|event| event.data.stringify()).collect();
        assert_eq!(
            events.join(" "),
            expected,
            "counted: {metered}, {statements}"
        );
    }
}

/// A loop has no end; whoever catches the end goes on, writes, and leaves variables behind.
#[test]
fn infinite_loops() {
    for statements in [
        "for (;;) {}",
        "planted = 1; globalThis.planted = 1; try { for (;;) {} } finally { for (;;) {} }",
        "await api.db.insert('rows', { n: 9 }); for (;;) { try { for (;;) {} } catch (error) { api.emit('out', 1); } }",
        "const endless = (function* endless() { for (;;) yield 1; })(); for (const one of endless) api.assert(one);",
        "const o = { get x() { for (;;) {} } }; o.x;",
        "[2, 1].sort(() => { for (;;) {} });",
        "`${{ toString() { for (;;) {} } }}`;",
    ] {
        check(statements, TIMED_OUT, OUT_OF_BUDGET);
    }
}

/// The engine drops what stops a contract where it makes the trace of an exception, and may look there each time.
#[test]
fn infinite_loops_of_exceptions() {
    for statements in [
        "for (;;) { try { throw 1; } catch (error) { } }",
        "for (;;) { try { null.x; } catch (error) { } }",
        "for (;;) { try { throw new Error('x'); } catch (error) { } }",
        "for (;;) { try { JSON.parse('x'); } catch (error) { } }",
        "for (;;) new Date({});",
        "const f = async () => { throw new TypeError('x'); }; for (;;) { try { await f(); } catch (error) { } }",
        "const o = { get x() { return null.x; } }; for (;;) { try { o.x; } catch (error) { for (let i = 0; i < 9; i += 1); } }",
    ] {
        check(statements, TIMED_OUT, OUT_OF_BUDGET);
    }
}

/// The same, with a new job of the engine for each round.
#[test]
fn infinite_loops_of_jobs() {
    for statements in [
        "for (;;) await null;",
        "const thenable = { then(resolve) { resolve(thenable); } }; await thenable;",
        "for await (const one of (async function* endless() { for (;;) yield 1; })()) api.assert(one);",
    ] {
        check(statements, TIMED_OUT, OUT_OF_BUDGET);
    }
    // every promise waits for the next
    for statements in [
        "const again = () => Promise.resolve().then(again); await again();",
        "Promise.resolve().then(function again() { return Promise.resolve().then(again); });",
    ] {
        let stopped = "Error: the contract was stopped: out of memory";
        check(statements, stopped, OUT_OF_BUDGET);
    }
}

/// Functions call themselves, with and without the help of the language's own.
#[test]
fn recursion() {
    for statements in [
        "const f = () => f(); f();",
        "const f = (n) => f(n + 1) + 1; f(0);",
        "const f = () => [1].map(f); f();",
        "const o = { get x() { return this.x; } }; o.x;",
        "const o = { toString() { return `${this}`; } }; `${o}`;",
        "const f = () => JSON.stringify({ toJSON: f }); f();",
        "class A { constructor() { new A(); } } new A();",
        "const f = async () => { await f(); }; await f();",
    ] {
        check(statements, TOO_DEEP, TOO_DEEP);
    }
}

/// Functions call themselves through the node: what reads a record calls its getters.
#[test]
fn recursion_through_the_node() {
    for statements in [
        "const o = { get x() { return api.SHA256(o); } }; api.SHA256(o);",
        "const o = { toJSON() { return api.SHA256(o); } }; api.SHA256(o);",
        "const o = { toJSON() { return { toJSON: o.toJSON }; } }; api.SHA256(o);",
        "let o = 1; for (let i = 0; i < 1000; i += 1) o = [o]; api.SHA256(o);",
        "let o = 1; for (let i = 0; i < 1000; i += 1) o = { o }; await api.db.insert('rows', o);",
        "const o = {}; o.o = o; await api.db.insert('rows', o);",
        "const o = []; o.push(o); api.emit('out', o); await api.emit('out', o);",
    ] {
        check(statements, TOO_DEEP, TOO_DEEP);
    }
    // the deepest value that crosses, read where the engine's stack is almost used up
    let deep = "let deep = 1; for (let i = 0; i < 120; i += 1) deep = i % 2 ? [deep] : { deep };
        let deepest = 0;
        const f = (n) => { try { api.SHA256(deep); deepest = n; f(n + 1); } catch (error) { throw new Error(error.message); } };
        try { f(0); } catch (error) { api.assert(deepest > 5, error.message); }";
    check(deep, "", "");
}

/// Patterns that take exponential time where they are matched. Where work is not counted none ever matches, as on the
/// reference; where it is there are none.
#[test]
fn regular_expressions() {
    const NO_MATCH: &str = "TypeError: RegExp exec method must return an object or null";
    for statements in [
        "const bomb = /^(a+)+$/; bomb.test('a'.repeat(5000) + 'b');",
        "new RegExp('(a*)*$').exec('a'.repeat(5000) + 'b');",
    ] {
        let source = format!("actions.attack = async (payload) => {{ {statements} }};");
        assert_eq!(error(false, &source), "", "{statements}");
    }
    for (statements, uncounted) in [
        ("'aaaa'.match(/(a*)*b/);", NO_MATCH),
        ("'aaaa'.replace(/(a*)*b/, '');", NO_MATCH),
        ("'aaaa'.split(/(a*)*b/);", NO_MATCH),
    ] {
        let source = format!("actions.attack = async (payload) => {{ {statements} }};");
        assert_eq!(error(false, &source), uncounted, "{statements}");
        let refused = network(true).deploy("test", &source).logs.errors;
        assert!(
            refused.len() == 1
                && refused[0].starts_with("SyntaxError: regular expressions are not available"),
            "{refused:?}"
        );
    }
    let nested = "new RegExp('('.repeat(50000) + 'a' + ')'.repeat(50000));";
    check(
        nested,
        "SyntaxError: too many captures",
        "ReferenceError: RegExp is not defined",
    );
    let repeated = "new RegExp('(?:'.repeat(200) + 'a' + '{1000}){1000}'.repeat(200));";
    check(
        repeated,
        "SyntaxError: nothing to repeat",
        "ReferenceError: RegExp is not defined",
    );
}

/// Texts that double until memory or the budget is at its end.
#[test]
fn huge_strings() {
    const STOPPED: &str = "Error: the contract was stopped: a string longer than 262144";
    for (statements, uncounted, counted) in [
        ("let s = 'x'; for (;;) s += s;", TOO_LONG, STOPPED),
        ("let s = 'x'; for (;;) s = `${s}${s}`;", NO_MEMORY, STOPPED),
        (
            "'x'.repeat(2 ** 40);",
            "RangeError: Invalid count value: 1099511627776",
            STOPPED,
        ),
        ("'x'.padEnd(2 ** 28);", NO_MEMORY, STOPPED),
        (
            "let s = 'xx'; for (;;) s = s.replaceAll('x', s);",
            NO_MEMORY,
            STOPPED,
        ),
        (
            "let s = '\"'; for (;;) s = JSON.stringify(s);",
            NO_MEMORY,
            STOPPED,
        ),
        (
            "const s = []; for (;;) s.push('x'.repeat(2 ** 17) + s.length);",
            NO_MEMORY,
            OUT_OF_BUDGET,
        ),
    ] {
        let uncounted = match uncounted {
            NO_MEMORY => [NO_MEMORY, TOO_LARGE],
            other => [other, other],
        };
        let source = format!("actions.attack = async () => {{ {statements} }};");
        let found = error(false, &source);
        assert!(uncounted.contains(&found.as_str()), "{statements}: {found}");
        assert_eq!(error(true, &source), counted, "{statements}");
    }
}

/// Arrays that are huge, or say so.
#[test]
fn huge_arrays() {
    for (statements, uncounted, counted) in [
        (
            "const a = []; for (;;) { try { a.push({}, {}, {}, {}, {}, {}, {}, {}); } catch (error) { } }",
            NO_MEMORY,
            OUT_OF_BUDGET,
        ),
        (
            "let a = [1]; for (;;) a = [...a, ...a];",
            NO_MEMORY,
            OUT_OF_BUDGET,
        ),
        (
            "let a = [1]; for (;;) a = a.concat(a);",
            NO_MEMORY,
            OUT_OF_BUDGET,
        ),
        ("new Array(4294967295).fill(0);", NO_MEMORY, OUT_OF_BUDGET),
        ("Array.from({ length: 2 ** 31 });", NO_MEMORY, OUT_OF_BUDGET),
        (
            "new Array(-1);",
            "RangeError: Invalid array length",
            "RangeError: Invalid array length",
        ),
        (
            "const o = {}; for (let i = 0; ; i += 1) o[`k${i}`] = 'x'.repeat(1 << 17) + i;",
            NO_MEMORY,
            OUT_OF_BUDGET,
        ),
    ] {
        let uncounted = match uncounted {
            NO_MEMORY => [NO_MEMORY, TOO_LARGE],
            other => [other, other],
        };
        let source = format!("actions.attack = async () => {{ {statements} }};");
        let found = error(false, &source);
        assert!(uncounted.contains(&found.as_str()), "{statements}: {found}");
        assert_eq!(error(true, &source), counted, "{statements}");
    }
}

/// A call that leaves much garbage in cycles takes nothing from the next call of the same contract, and a call that
/// ends well keeps no memory of the node.
#[test]
fn garbage_is_no_burden_to_the_next() {
    let cycles = "for (let i = 0; i < payload.n; i += 1) { const a = [i, 'x'.repeat(payload.length) + i]; a.push(a); }";
    let live = "const all = []; for (let i = 0; i < payload.n; i += 1) { const a = [i, 'x'.repeat(payload.length) + i]; a.push(a, all); all.push(a); }";
    for statements in [cycles, live] {
        let source = format!("actions.attack = async (payload) => {{ {statements} }};");
        let receipt = attacked(false, &source, r#"{"n":1000,"length":100000}"#);
        assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{statements}");
        let receipt = attacked(true, &source, r#"{"n":1000,"length":1000}"#);
        assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{statements}");
    }
}

/// Events and errors without number or measure: they would stay in the node's memory, beyond the realm's limit.
#[test]
fn floods_of_the_log() {
    const TOO_MUCH: &str = "Error: the contract was stopped: more than 256 MiB given to the node";
    for statements in [
        "for (;;) { try { await api.emit('out', text); } catch (error) { } }",
        "const list = new Array(1000).fill(text); await api.db.insert('rows', { list });",
        "for (;;) api.assert(false, text);",
        "for (;;) await api.executeSmartContract('test', 'flood', {});",
    ] {
        let source = format!(
            "actions.flood = async () => {{ api.emit('out', 'x'.repeat(64).repeat(1 << 18)); }};
             actions.attack = async (payload) => {{ const text = 'x'.repeat(64).repeat(1 << 18); {statements} }};"
        );
        // the errors that it logged itself stay, as far as they went
        let receipt = attacked(false, &source, "{}");
        let last = receipt.logs.errors.last().map(String::as_str);
        assert!(
            last == Some(TOO_MUCH) && receipt.logs.events.is_empty(),
            "{statements}"
        );
        let counted = error(true, &source);
        let stopped = "Error: the contract was stopped: a string longer than 262144";
        assert!(
            [OUT_OF_BUDGET, stopped].contains(&counted.as_str()),
            "{statements}: {counted}"
        );
    }
}

/// Getters that throw, lie, and change what is being read.
#[test]
fn getters_in_records() {
    check(
        "await api.db.insert('rows', { get n() { throw new TypeError('mine'); } });",
        "TypeError: mine",
        "TypeError: mine",
    );
    check(
        "await api.emit('out', [{ get n() { throw null; } }]);",
        "",
        "",
    );
    check(
        "await api.db.insert('rows', { get n() { for (;;) {} } });",
        TIMED_OUT,
        OUT_OF_BUDGET,
    );
    check(
        "await api.executeSmartContract('test', 'work', { get n() { throw new RangeError('mine'); } });",
        "RangeError: mine",
        "RangeError: mine",
    );
    // each member is read once, in its turn; what a getter adds is not there yet when the names are taken
    check_emits(
        "let reads = 0; const o = { get a() { reads += 1; o.later = 1; delete o.b; return reads; }, b: 2 };
         await api.emit('out', o); await api.emit('out', o); api.emit('out', { reads });",
        "{}",
        r#"{"a":1} {"a":2,"later":1} {"reads":2}"#,
    );
    check_emits(
        "const list = [1, 2, 3]; Object.defineProperty(list, 0, { get() { list.length = 1; return 9; } }); api.emit('out', list);",
        "{}",
        "[9,null,null]",
    );
    // a getter on the payload, which is the contract's own copy
    check_emits(
        "Object.defineProperty(payload, 'n', { get: () => 7, enumerable: true });
         api.emit('out', payload); api.emit('out', api.payload.n);",
        r#"{"n":1}"#,
        r#"{"n":7} 7"#,
    );
}

/// A record writes rows while it is read for being written.
#[test]
fn records_that_write_themselves() {
    let statements = "let inner; const row = { get n() { inner = api.db.insert('rows', { n: 'inner' }); return 'outer'; } };
        const outer = await api.db.insert('rows', row); const rows = await api.db.find('rows', {});
        throw new Error(JSON.stringify([outer, await inner, rows]));";
    let found = r#"Error: [{"n":"outer","_id":2},{"n":"inner","_id":1},[{"_id":1,"n":"inner"},{"_id":2,"n":"outer"}]]"#;
    check(statements, found, found);
}

/// There is no `Proxy` for a payload or a record to be.
#[test]
fn proxies() {
    check(
        "new Proxy({}, {});",
        "ReferenceError: Proxy is not defined",
        "ReferenceError: Proxy is not defined",
    );
    check_emits(
        "api.emit('out', [typeof Proxy, typeof Reflect.Proxy]);",
        "{}",
        r#"["undefined","undefined"]"#,
    );
}

/// `toJSON` decides what crosses, once.
#[test]
fn conversions() {
    check(
        "await api.db.insert('rows', { toJSON() { throw new TypeError('mine'); } });",
        "TypeError: mine",
        "TypeError: mine",
    );
    check(
        "await api.db.insert('rows', { n: { toJSON() { for (;;) {} } } });",
        TIMED_OUT,
        OUT_OF_BUDGET,
    );
    let itself = "TypeError: #<Object> could not be cloned.";
    check(
        "await api.db.insert('rows', { toJSON() { return this; } });",
        itself,
        itself,
    );
    check_emits(
        "api.emit('out', { toJSON: () => ({ a: { toJSON: () => 1 } }) });
         api.emit('out', [{ toJSON: () => undefined }, { toJSON: 5 }, new Date(0), api.BigNumber('1.50')]);
         api.emit('out', { toJSON: () => NaN });",
        "{}",
        r#"{"a":1} [null,{"toJSON":5},"1970-01-01T00:00:00.000Z","1.5"] null"#,
    );
    // the table, the event and the account name are texts or nothing
    check_emits(
        "const name = { toString: () => 'rows', toJSON: () => 'rows', length: 4 };
         api.emit({ toString: () => 'out' }, 1);
         api.emit('out', [(await api.db.insert(name, { n: 1 })).n, api.isValidAccountName({ toString: () => 'alice' })]);
         for (const row of await api.db.find('rows', {})) await api.db.remove('rows', row);",
        "{}",
        "[1,false]",
    );
}

/// What is no value of JSON, within a record.
#[test]
fn values_that_cannot_cross() {
    for (value, reason) in [
        ("() => 1", "TypeError: () => 1 could not be cloned."),
        ("Symbol('x')", "TypeError: #<Object> could not be cloned."),
        ("new Array(4294967295)", "RangeError: Invalid array length"),
    ] {
        for use_of in [
            "db.insert('rows', { n: VALUE })",
            "emit('out', VALUE)",
            "executeSmartContract('test', 'work', { n: [VALUE] })",
        ] {
            let statements = format!("await api.{};", use_of.replace("VALUE", value));
            // instrumented code does not show itself
            let counted = reason.replace("() => 1", "function () { [native code] }");
            check(&statements, reason, &counted);
        }
    }
    check(
        "let o = [1]; for (let i = 0; i < 30; i += 1) o = [o, o]; await api.emit('out', o);",
        "RangeError: Invalid array length",
        OUT_OF_BUDGET,
    );
}

/// Setters and getters put where every object inherits them: the objects are frozen, and nothing the node makes or
/// reads looks at them.
#[test]
fn poisoned_prototypes() {
    for poison in [
        "Object.prototype.n = 9;",
        "Object.defineProperty(Object.prototype, 'n', { set() { api.emit('out', 'trapped'); } });",
        "Object.defineProperty(Array.prototype, 0, { set() { api.emit('out', 'trapped'); } });",
        "Object.prototype.__defineSetter__('n', () => {});",
        "Array.prototype[Symbol.iterator] = 1;",
        "Array.prototype.push = 1;",
        "Promise.prototype.then = () => { for (;;) {} };",
        "Promise.resolve = 1;",
        "Function.prototype.call = 1;",
        "String.prototype.toString = 1;",
        "JSON.stringify = 1;",
        "Reflect.setPrototypeOf(Object.prototype, { n: 9 });",
        "Object.setPrototypeOf(Array.prototype, { n: 9 });",
        "api.db.insert = 1; api.db.find = 1; api.BigNumber.prototype.plus = 1;",
        "Object.assign = 1; Error.prototype.message = 'poison'; globalThis.Object = 1; globalThis.planted = 1;",
        "({}).__proto__.n = 1; [].__proto__.n = 1; (async () => {})().__proto__.n = 1; (() => {}).__proto__.n = 1;",
        "api.emit.constructor.prototype.n = 1; api.constructor.prototype.n = 1;",
    ] {
        check_emits(
            &format!(
                "try {{ {poison} }} catch (error) {{ }}
                 const row = await api.db.insert('rows', {{ n: 1 }}); await api.db.remove('rows', row);
                 api.emit('out', [row.n, [1].map((x) => x), JSON.parse('{{\"n\":2}}'), await Promise.all([3])]);"
            ),
            "{}",
            r#"[1,[1],{"n":2},[3]]"#,
        );
    }
}

/// Objects that pass for promises, as payloads, as results and as what is thrown.
#[test]
fn thenables() {
    check_emits(
        "const value = await { then(resolve) { resolve(7); resolve(8); throw new Error('late'); } };
         const results = await Promise.all([{ then(resolve) { resolve({ then: 1 }); } }]);
         api.emit('out', [value, results]);",
        "{}",
        r#"[7,[{"then":1}]]"#,
    );
    check(
        "await { get then() { throw new RangeError('mine'); } };",
        "RangeError: mine",
        "RangeError: mine",
    );
    check(
        "return { then(resolve, reject) { reject(new RangeError('mine')); } };",
        "RangeError: mine",
        "RangeError: mine",
    );
}

/// Members of a payload that are named like what every object has.
#[test]
fn payloads_named_like_what_objects_inherit() {
    let payload = r#"{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":null,"hasOwnProperty":1,"then":2,"toJSON":3,"length":-1}"#;
    check_emits(
        "const copy = {};
         // where work is counted, assigning to `__proto__` is refused
         try { for (const name of Object.keys(payload)) copy[name] = payload[name]; Object.assign({}, payload); } catch (error) { }
         api.emit('out', [typeof payload.admin, typeof ({}).admin, Object.keys(payload).length]);
         api.emit('out', payload);
         const row = await api.db.insert('rows', payload); await api.db.remove('rows', row); delete row._id; api.emit('out', row);",
        payload,
        &format!(r#"["undefined","undefined",7] {payload} {payload}"#),
    );
}

/// The action waits for what never happens: it has not succeeded.
#[test]
fn promises_that_never_settle() {
    let reason = "Error: the action waits for a promise that never settles";
    for statements in [
        "await new Promise(() => {});",
        "await api.db.insert('rows', { n: 1 }); api.emit('out', 1); await { then() {} };",
        "const all = []; for (let i = 0; i < 100; i += 1) all.push(new Promise(() => {})); await Promise.all(all);",
        "await Promise.race([]);",
    ] {
        check(statements, reason, reason);
    }
    // nobody waits for these
    check(
        "new Promise(() => {}); Promise.reject(new Error('unheard'));",
        "",
        "",
    );
}

/// What is thrown need not be an error.
#[test]
fn thrown_non_errors() {
    for thrown in [
        "'text'",
        "7",
        "{}",
        "[]",
        "Symbol('x')",
        "() => 1",
        "{ name: 1, message: 2 }",
        "{ get name() { throw 1; }, message: 'm' }",
        "{ name: 'n', get message() { throw this; } }",
        "{ toString() { throw 1; } }",
        "Object.create(null)",
        "new Promise(() => {})",
        "new Error('')",
        "Object.assign(new Error('x'), { name: '' })",
        "(() => { const o = {}; o.o = o; return o; })()",
    ] {
        check(
            &format!("throw {thrown};"),
            "unknown error",
            "unknown error",
        );
    }
    // as on the reference, which asks whether there is an error
    for thrown in ["null", "undefined", "0", "''", "NaN", "false"] {
        check(&format!("throw {thrown};"), "", "");
    }
    check(
        "throw { get name() { for (;;) {} } };",
        TIMED_OUT,
        OUT_OF_BUDGET,
    );
    check(
        "const o = { name: 'Own', message: 'words' }; o.o = o; throw o;",
        "Own: words",
        "Own: words",
    );
    check(
        "throw Object.assign(new Error('x'), { name: 'a\\u0000b', message: '\\ud800' });",
        "a\u{0}b: \u{fffd}",
        "a\u{0}b: \u{fffd}",
    );
}

/// The log keeps what a long message begins with, for its price.
#[test]
fn long_messages() {
    let kept = format!("Error: {}", "x".repeat(16 << 10));
    check("throw new Error('x'.repeat(100000));", &kept, &kept);
    let many = "for (;;) await api.executeSmartContract('test', 'fail', {});";
    let source = format!(
        "actions.fail = async () => {{ throw new Error('x'.repeat(100000)); }};
         actions.attack = async () => {{ {many} }};"
    );
    assert_eq!(error(true, &source), OUT_OF_BUDGET);
}

/// A calls B, which calls A, and both change the row that A read before.
#[test]
fn reentrancy_on_the_same_rows() {
    let source = "
        const change = async (by) => {
            const row = await api.db.findOne('rows', {});
            row.n += by;
            await api.db.update('rows', row);
            return row;
        };
        actions.open = async () => { await api.db.insert('rows', { n: 0 }); };
        actions.attack = async () => {
            const stale = await api.db.findOne('rows', {});
            await api.executeSmartContract('other', 'back', {});
            const fresh = await api.db.findOne('rows', {});
            stale.n += 1000;
            await api.db.update('rows', stale);
            api.emit('out', [fresh.n, stale.n, (await api.db.findOne('rows', {})).n]);
        };
        actions.again = async (payload) => {
            await change(1);
            const failing = await api.executeSmartContract('test', 'failing', {});
            await change(10);
            api.emit('out', failing.errors);
        };
        actions.failing = async () => { await change(100); throw new Error('mine'); };";
    for (metered, atomic) in [(false, true), (true, true), (false, false)] {
        let mut chain = deployed(metered, source);
        chain.rules.atomic = atomic;
        let other =
            "actions.back = async () => { await api.executeSmartContract('test', 'again', {}); };";
        chain.deploy("other", other);
        chain.call("open", "{}");
        // a contract that fails takes its writes with it, where networks are atomic
        let between = if atomic { 11 } else { 111 };
        for round in 0..2 {
            let receipt = chain.call("attack", "{}");
            assert_eq!(receipt.logs.errors, ["Error: mine"]);
            let events = receipt.logs.events.iter();
            let events: Vec<String> = events.map(|event| event.data.stringify()).collect();
            let before = 1000 * round;
            let after = before + 1000;
            assert_eq!(
                events,
                [
                    r#"["Error: mine"]"#.to_string(),
                    format!("[{},{after},{after}]", before + between)
                ]
            );
        }
    }
}

/// A contract calls itself 1,000 deep: nesting ends at 5, whatever the contract makes of it.
#[test]
fn calls_to_itself() {
    let source = "actions.attack = async (payload) => {
        const depth = payload.depth || 1;
        if (depth >= 1000) return;
        const row = await api.db.insert('rows', { n: depth });
        const result = await api.executeSmartContract('test', 'attack', { depth: depth + 1 });
        api.emit('out', [depth, result.errors || null]);
        await api.db.remove('rows', row);
    };";
    for metered in [false, true] {
        let receipt = attacked(metered, source, "{}");
        assert_eq!(receipt.logs.errors, ["unknown error"]);
        let events: Vec<String> = receipt
            .logs
            .events
            .iter()
            .map(|event| event.data.stringify())
            .collect();
        assert_eq!(
            events,
            [
                r#"[5,["unknown error"]]"#,
                r#"[4,["unknown error"]]"#,
                r#"[3,["unknown error"]]"#,
                r#"[2,["unknown error"]]"#,
                r#"[1,["unknown error"]]"#,
            ]
        );
    }
    let fans = "actions.attack = async () => { for (;;) await api.executeSmartContract('test', 'attack', {}); };";
    assert_eq!(error(true, fans), OUT_OF_BUDGET);
    let errors = attacked(false, fans, "{}").logs.errors;
    assert_eq!(errors.last().map(String::as_str), Some(TOO_OFTEN));
    // the net is one for the whole transaction: or nine loops at each of five levels would take hours
    let loops = "actions.attack = async () => {
        for (let i = 0; i < 9; i += 1) {
            await api.executeSmartContract('test', 'attack', {});
            for (let j = 0; j < 1000000; j += 1);
        }
    };";
    let errors = attacked(false, loops, "{}").logs.errors;
    assert_eq!(errors.last().map(String::as_str), Some(TIMED_OUT));
}
