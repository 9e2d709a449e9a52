//! Texts, arrays, garbage and logs that fill the memory.

use super::{NO_MEMORY, OUT_OF_BUDGET, TOO_LARGE, TOO_LONG, attacked, error};

/// As [`check`](super::check); where memory ends, a single value that does not fit may say so first.
#[track_caller]
fn check_full(statements: &str, uncounted: &str, counted: &str) {
    let uncounted = match uncounted {
        NO_MEMORY => [NO_MEMORY, TOO_LARGE],
        other => [other, other],
    };
    let source = format!("actions.attack = async () => {{ {statements} }};");
    let found = error(false, &source);
    assert!(uncounted.contains(&found.as_str()), "{statements}: {found}");
    assert_eq!(error(true, &source), counted, "{statements}");
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
        check_full(statements, uncounted, counted);
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
        check_full(statements, uncounted, counted);
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
