//! Errors of the engine in V8's words: what Node 20 says of the same statements.

use tartan_vm::Options;

use crate::harness::{Chain, errors, eval};

/// Statements, and what the error says that names an expression of theirs.
const NAMED: &[(&str, &str)] = &[
    ("payload.a()", "payload.a is not a function"),
    (
        "const p = { m: 1 }; p.m.trim('x', payload)",
        "p.m.trim is not a function",
    ),
    (
        "const o = { b: { c: 1 } }; o?.b.c()",
        "o?.b.c is not a function",
    ),
    ("payload['a']()", "payload.a is not a function"),
    ("payload[0]()", "payload[0] is not a function"),
    ("const i = 3; payload[i](i)", "payload[i] is not a function"),
    (
        "payload[payload.x]()",
        "payload[payload.x] is not a function",
    ),
    ("(payload.a)()", "payload.a is not a function"),
    (
        "(() => 1)()()",
        "(intermediate value)(...) is not a function",
    ),
    (
        "new Map().foo()",
        "(intermediate value).foo is not a function",
    ),
    (
        "(await payload).x(1)",
        "(intermediate value).x is not a function",
    ),
    ("({}).foo()", "{}.foo is not a function"),
    ("[].foo()", "[].foo is not a function"),
    ("5..foo()", "5.foo is not a function"),
    ("'x'.foo(1 + 2)", "\"x\".foo is not a function"),
    ("this.x()", "this.x is not a function"),
    ("undefined()", "undefined is not a function"),
    ("const g = () => 1; g(1)(2)", "g(...) is not a function"),
    (
        "const g = () => 1; g(payload.x())",
        "payload.x is not a function",
    ),
    ("Object.keys(payload.b())", "payload.b is not a function"),
    (
        "Object.keys(payload).foo()",
        "Object.keys(...).foo is not a function",
    ),
    (
        "api.assert(payload.memo(), 'no')",
        "payload.memo is not a function",
    ),
    ("api.foo(payload)", "api.foo is not a function"),
    ("payload.f(x => x)", "payload.f is not a function"),
    (
        "payload.f(function () { return payload.y(); })",
        "payload.f is not a function",
    ),
    (
        "'ä'; payload.f({ a: payload.b, payload })",
        "payload.f is not a function",
    ),
    (
        "payload.f(`${payload}`, [1, 2], -1, payload.a ? 1 : 2)",
        "payload.f is not a function",
    ),
    (
        "payload.f(typeof payload, !payload, payload.x || 1)",
        "payload.f is not a function",
    ),
    (
        "payload.f(\n  1,\n  2 *\n 3,\n)",
        "payload.f is not a function",
    ),
    (
        "payload.f(new Map(), new Set)",
        "payload.f is not a function",
    ),
    ("new payload()", "payload is not a constructor"),
    ("new payload.a()", "payload.a is not a constructor"),
    ("new payload.a", "payload.a is not a constructor"),
    (
        "new payload.a(1, payload)",
        "payload.a is not a constructor",
    ),
    ("new Math.max(1)", "Math.max is not a constructor"),
    (
        "new (() => 1)()",
        "(intermediate value) is not a constructor",
    ),
    ("for (const x of payload) ;", "payload is not iterable"),
    (
        "for (const x of payload.ids) ;",
        "payload.ids is not iterable",
    ),
    (
        "for (const x of Object.freeze({})) ;",
        "Object.freeze is not a function or its return value is not iterable",
    ),
    ("[...payload.x]", "payload.x is not iterable"),
];

fn check_named(run: impl Fn(&str) -> Vec<String>) {
    for (statements, message) in NAMED {
        assert_eq!(
            run(statements),
            [format!("TypeError: {message}")],
            "{statements}"
        );
    }
}

#[test]
fn expressions_are_named() {
    check_named(errors);
}

#[test]
fn metered_contracts_have_the_same_words() {
    let options = Options {
        metered: true,
        ..Options::default()
    };
    check_named(|statements| {
        let mut chain = Chain::new(options);
        chain.rules.call_budget = Some(options.budget);
        chain.deploy(
            "test",
            &format!("actions.run = async (payload) => {{ {statements} }};"),
        );
        chain.call("run", "{}").logs.errors
    });
}

#[test]
fn what_is_not_clear_is_not_named() {
    for statements in ["payload.f(payload.g())", "payload.x(1)(2)", "[].map(5)"] {
        let errors = errors(&format!("payload.f = () => payload.h; {statements}"));
        assert_eq!(errors, ["TypeError: not a function"], "{statements}");
    }
}

#[test]
fn arguments_of_natives_are_named() {
    for (statements, error) in [
        (
            "JSON.parse('abc')",
            "SyntaxError: Unexpected token 'a', \"abc\" is not valid JSON",
        ),
        (
            "JSON.parse('{\"a\":1,}')",
            "SyntaxError: Expected double-quoted property name in JSON at position 7",
        ),
        (
            "JSON.parse('')",
            "SyntaxError: Unexpected end of JSON input",
        ),
        (
            "JSON.parse('\"\\ud800')",
            "SyntaxError: Unterminated string in JSON at position 2",
        ),
        (
            "JSON.parse('{}', () => { throw new SyntaxError('own'); })",
            "SyntaxError: own",
        ),
        (
            "JSON.parse({ toString() { throw new RangeError('own'); } })",
            "RangeError: own",
        ),
        ("'a'.repeat(-1)", "RangeError: Invalid count value: -1"),
        ("'a'.repeat(-1.5)", "RangeError: Invalid count value: -1.5"),
        ("'a'.repeat('-1')", "RangeError: Invalid count value: -1"),
        (
            "'a'.repeat(Infinity)",
            "RangeError: Invalid count value: Infinity",
        ),
        (
            "(1).toFixed(101)",
            "RangeError: toFixed() digits argument must be between 0 and 100",
        ),
        (
            "(1).toPrecision(0)",
            "RangeError: toPrecision() argument must be between 1 and 100",
        ),
        (
            "(1).toExponential(-1)",
            "RangeError: toExponential() argument must be between 0 and 100",
        ),
        (
            "(1).toString(37)",
            "RangeError: toString() radix argument must be between 2 and 36",
        ),
        ("new Array(-1)", "RangeError: Invalid array length"),
        ("new Array(1.5)", "RangeError: Invalid array length"),
    ] {
        assert_eq!(errors(statements), [error], "{statements}");
    }
    assert_eq!(
        eval("JSON.parse('[1,{\"a\":2}]', (k, v) => (k === 'a' ? 3 : v))"),
        r#"[1,{"a":3}]"#
    );
}

#[test]
fn contracts_that_catch_an_error_see_these_words() {
    let source = "actions.run = async (payload) => { try { payload.x.y(); } catch (error) {
        api.emit('out', [error.message, Object.keys(error), error.stack, error instanceof TypeError]); } };";
    assert_eq!(
        Chain::with(source).out("run", "{}"),
        r#"["Cannot read properties of undefined (reading 'y')",[],"",true]"#
    );
}

#[test]
fn errors_of_a_contracts_own_are_its_own() {
    for statements in [
        "throw new Error('not a function')",
        "class Own extends TypeError {}; const error = new Own('not a function'); error.name = 'Error'; throw error",
    ] {
        assert_eq!(
            errors(statements),
            ["Error: not a function"],
            "{statements}"
        );
    }
}
