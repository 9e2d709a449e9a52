//! What is refused, and what the count is.

use expect_test::{Expect, expect};

use super::super::{PRELUDE, Rejected, cost, instrument};
use super::{run_metered, run_metered_with};

fn check_refused(source: &str, expected: &str) {
    let error = instrument(source).expect_err(source).to_string();
    assert!(error.contains(expected), "{source}: {error}");
}

#[test]
fn what_cannot_be_metered_is_refused() {
    check_refused("a = /x/", "regular expressions");
    check_refused("with (a) {}", "with is not");
    check_refused("import('x')", "import()");
    check_refused("eval('1')", "eval is not");
    check_refused("debugger", "debugger");
    check_refused("a = 10n", "big integer");
    check_refused("({ a, ...b } = c)", "declarations only");
    check_refused(
        "function f() { var g; function g() {} }",
        "declared once more",
    );
    check_refused("function f(g) { function g() {} }", "declared once more");
    check_refused("function f() { arguments = 1 }", "arguments");
    check_refused("class A { #x; m() { this.#x **= 2 } }", "**=");
}

#[test]
fn the_hosts_names_are_refused() {
    for source in [
        "$m$ = 1",
        "var $m$x",
        "$m$.u = 1e9",
        "function f($m$) {}",
        "({ $m$s } = {})",
        "\\u0024m$.u = 1",
        "try {} catch ($m$) {}",
        "$m$a: for (;;);",
        "class $m$ {}",
        "class A { #$m$i }",
        "() => $m$",
        "typeof $m$",
        "({ $m$ })",
        "for ($m$ of []);",
    ] {
        check_refused(source, "the host's");
    }
    assert!(instrument("o.$m$ = 1; ({ $m$: 2 })").is_ok());
}

#[test]
fn errors_of_scopes_are_found() {
    for source in [
        "let a; let a",
        "function f(a) { let a }",
        "break",
        "const x",
        "'use strict'; with (a) {}",
        "class A { constructor() {} constructor() {} }",
    ] {
        assert!(
            matches!(instrument(source), Err(Rejected::Syntax(_))),
            "{source}: {:?}",
            instrument(source)
        );
    }
}

#[test]
fn sources_have_a_size_and_a_depth() {
    check_refused(
        &"a;".repeat(70_000),
        "140000 bytes, expected at most 131072",
    );
    check_refused(
        &format!("{}1{}", "(".repeat(5000), ")".repeat(5000)),
        "nested deeper than",
    );
    check_refused(&format!("x = {}1", "!".repeat(5000)), "nested deeper than");
    let sum = vec!["'a'"; 1000].join("+");
    assert_eq!(run_metered(&format!("log(({sum}).length)")).log, "1000");
    let parentheses = format!("log({}1{})", "(".repeat(60), ")".repeat(60));
    assert_eq!(run_metered(&parentheses).log, "1");
    let chain = format!(
        "const o = {{ f() {{ return this }} }}; log(typeof o{})",
        ".f()".repeat(1000)
    );
    assert_eq!(run_metered(&chain).log, "\"object\"");
}

/// Nested as deep as is allowed, everything compiles on the execution's stack.
#[test]
fn the_deepest_sources_compile() {
    let cases: [(&str, &str); 10] = [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("x=>", ""),
        ("{", "}"),
        ("x?1:", ""),
        ("`${", "}`"),
        ("x=", ""),
        ("f(", ")"),
        ("if(x)", ";"),
    ];
    for (open, close) in cases {
        let nested = |n: usize| {
            format!(
                "var x, f = y => y; x = 1; (function () {{ {}1{} }})(); log('compiled')",
                open.repeat(n),
                close.repeat(n)
            )
        };
        let deepest = (1..200)
            .rev()
            .map(nested)
            .find(|source| instrument(source).is_ok())
            .expect("a depth");
        assert!(
            run_metered(&deepest).log.contains("compiled"),
            "{deepest}\n{:?}",
            run_metered(&deepest)
        );
    }
}

/// The count of units is part of consensus. A change here is a new version of the price list.
#[test]
fn counts() {
    fn check(source: &str, expected: Expect) {
        expected.assert_eq(&run_metered(source).units.to_string());
    }
    check("", expect!["4"]);
    check("for (let i = 0; i < 1000; i++);", expect!["3005"]);
    check(
        "const f = x => x; for (let i = 0; i < 1000; i++) f(i)",
        expect!["7011"],
    );
    check("'x'.repeat(3200)", expect!["112"]);
    check(
        "JSON.parse(JSON.stringify({ a: [1, 2, 3] }))",
        expect!["188"],
    );
    check(
        "(async () => { for (let i = 0; i < 10; i++) await i })()",
        expect!["79"],
    );
}

#[test]
fn both_halves_agree_on_the_rules() {
    let depth = format!("const MAX_DEPTH = {};", cost::MAX_DEPTH);
    assert!(PRELUDE.contains(&depth), "{depth}");
    let version = format!("// Prices (version {}), in units:", cost::VERSION);
    assert!(PRELUDE.contains(&version), "{version}");
}

#[test]
fn a_small_budget_is_enough_for_a_small_program() {
    assert_eq!(run_metered_with("log(1)", 20).stopped, "");
}
