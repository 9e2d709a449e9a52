use crate::harness::{Chain, errors, eval};

/// Goes through all objects that a contract can reach, tries to plant a property in each, and lists where it stayed.
const PROBE: &str = include_str!("probe.js");

#[test]
fn nothing_planted_survives() {
    let mut chain = Chain::with(&format!("actions.run = async () => {{ {PROBE} }};"));
    let first = chain.out("run", "{}");
    assert!(first.ends_with(r#""open":[]}"#), "{first}");
    assert_eq!(chain.out("run", "{}"), first);
}

#[test]
fn variables_start_anew() {
    let mut chain = Chain::with(
        "let count = 0; var seen = []; loose = typeof loose === 'undefined' ? 1 : loose + 1;
         actions.run = async () => { count += 1; seen.push(count); globalThis.kept = 1; this.kept = 2;
            loose += 1; api.emit('out', [count, seen.length, loose, typeof kept]); };",
    );
    for _ in 0..3 {
        assert_eq!(chain.out("run", "{}"), r#"[1,1,2,"undefined"]"#);
    }
}

#[test]
fn what_depends_on_the_machine_is_not_there() {
    for name in [
        "Math.random",
        "eval",
        "Proxy",
        "WeakRef",
        "SharedArrayBuffer",
        "Atomics",
        "performance",
        "Uint8Array",
        "setTimeout",
        "require",
        "process",
        "queueMicrotask",
        "Error.captureStackTrace",
        "WebAssembly",
        "Intl",
    ] {
        assert_eq!(eval(&format!("typeof {name}")), r#""undefined""#, "{name}");
    }
    for code in [
        "Function('return 1')",
        "(async () => {}).constructor('1')",
        "(function* () {}).constructor('1')",
        "(() => {}).constructor('1')",
    ] {
        assert_eq!(
            errors(&format!("{code};")),
            ["EvalError: Code generation from strings disallowed for this context"],
            "{code}"
        );
    }
    assert_eq!(eval("new Error('x').stack"), r#""""#);
    assert_eq!(eval("new Date(2020, 0, 2).getTimezoneOffset()"), "0");
    assert_eq!(
        eval("new Date('2020-01-02T03:04:05').getTime()"),
        "1577934245000"
    );
}

#[test]
fn names_that_objects_inherit_are_ordinary_keys() {
    assert_eq!(
        eval(
            "(() => { const o = {}; o['constructor'] = 1; o.toString = 2; o['valueOf'] = 3; return o; })()"
        ),
        r#"{"constructor":1,"toString":2,"valueOf":3}"#
    );
}
