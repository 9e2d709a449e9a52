//! Loops, recursion and patterns without an end.

use super::{OUT_OF_BUDGET, TIMED_OUT, TOO_DEEP, check, error, network};

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
