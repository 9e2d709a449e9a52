//! What can be known about a contract without running it.

use std::collections::BTreeSet;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::{GetSpan, SourceType};

use super::error::SyntaxError;
use super::stack::with_stack_for;

/// Names a script finds in its realm or is handed by the host: assigning to them is not declaring them.
const HOST_NAMES: &[&str] = &[
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Boolean",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "Float16Array",
    "Float32Array",
    "Float64Array",
    "Function",
    "Infinity",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "SyntaxError",
    "TypeError",
    "URIError",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakSet",
    "api",
    "arguments",
    "decodeURI",
    "decodeURIComponent",
    "done",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "eval",
    "globalThis",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
    "unescape",
];

/// What [`analyse`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// Names which the script assigns in sloppy mode and declares nowhere, sorted. Run as it stands, the script
    /// would make them properties of the global object, where the next execution finds them; the host declares
    /// them as variables of the function around the script instead.
    pub implicit_globals: Vec<String>,
}

/// Reads a sloppy-mode script.
///
/// # Errors
/// What is not JavaScript. (Early errors that need scopes, such as a second `let` of a name, are left to the engine.)
pub fn analyse(source: &str) -> Result<Analysis, SyntaxError> {
    with_stack_for(source, || {
        let arena = Allocator::default();
        let program = parse(&arena, source)?;
        let semantic = SemanticBuilder::new()
            .with_build_nodes(false)
            .build(&program)
            .semantic;
        Ok(Analysis {
            implicit_globals: implicit_globals(semantic.scoping()),
        })
    })
}

/// The syntax tree of a script, with its parentheses. `return` may stand outside of functions, since the host
/// makes the script the body of one.
pub(crate) fn parse<'a>(arena: &'a Allocator, source: &'a str) -> Result<Program<'a>, SyntaxError> {
    let options = ParseOptions {
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(arena, source, SourceType::script())
        .with_options(options)
        .parse();
    match parsed.diagnostics.errors().next() {
        Some(error) => Err(SyntaxError::from_diagnostic(source, error)),
        None if parsed.panicked => Err(SyntaxError::at(source, 0, "not a script")),
        None => scripts_only(source, parsed.program),
    }
}

fn scripts_only<'a>(source: &str, program: Program<'a>) -> Result<Program<'a>, SyntaxError> {
    match program
        .body
        .iter()
        .find(|statement| statement.as_module_declaration().is_some())
    {
        Some(module) => Err(SyntaxError::at(
            source,
            module.span().start,
            "expected a script, found import or export",
        )),
        None => Ok(program),
    }
}

/// The names assigned in sloppy mode which no declaration binds, sorted.
pub(super) fn implicit_globals(scoping: &Scoping) -> Vec<String> {
    let assigned_in_sloppy_mode = |id: &oxc_syntax::reference::ReferenceId| {
        let reference = scoping.get_reference(*id);
        reference.is_write() && !scoping.scope_flags(reference.scope_id()).is_strict_mode()
    };
    scoping
        .root_unresolved_references()
        .iter()
        .map(|(name, references)| (name.as_str(), references))
        .filter(|(name, _)| HOST_NAMES.binary_search(name).is_err())
        .filter(|(_, references)| references.iter().any(assigned_in_sloppy_mode))
        .map(|(name, _)| name.to_owned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let found = analyse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(found.implicit_globals, expected, "{source}");
    }

    #[test]
    fn host_names_are_sorted() {
        assert!(HOST_NAMES.is_sorted());
    }

    #[test]
    fn every_way_of_assigning_counts() {
        check("i = 0", &["i"]);
        check("for (i = 0; i < 3; i += 1) {}", &["i"]);
        check("b++; --a;", &["a", "b"]);
        check("for (k in {}) ; for (v of []) ;", &["k", "v"]);
        check(
            "[a, ...b] = [1]; ({ c, d: e, ...f } = {});",
            &["a", "b", "c", "e", "f"],
        );
        check("a ||= 1; b ??= 2; c &&= 3; d **= 2", &["a", "b", "c", "d"]);
        check("function f() { return () => { inner = 1; }; }", &["inner"]);
        check("actions.x = async (p) => { [q = 1] = p; }", &["q"]);
    }

    #[test]
    fn declared_names_do_not() {
        check("var a; let b; const c = 1; a = 1; b = 2;", &[]);
        check("i = 0; { var i; }", &[]);
        check("function f(x) { x = 1; f = 2; }", &[]);
        check("try {} catch (e) { e = 1 }", &[]);
        check("class A { static x = (A = 1) }", &[]);
        check("console.log(a); typeof b", &[]);
    }

    #[test]
    fn names_of_the_host_do_not() {
        check(
            "api = 1; done = 2; undefined = 3; globalThis = 4; Array = 5",
            &[],
        );
    }

    #[test]
    fn strict_code_throws_by_itself() {
        check("'use strict'; i = 0", &[]);
        check("function f() { 'use strict'; i = 0 } j = 1", &["j"]);
    }

    #[test]
    fn sloppy_scripts_are_read() {
        for source in [
            "x = 010; y = '\\101'; function f(a, a) { return arguments; }",
            "<!-- an old comment\nx = 1\n--> and its end",
            "with (api) { z = 1 }",
            "var let = 1; var yield = 2; var async = 3; var await = 4; var static = 5",
            "if (a) function f() {}",
            "l: function g() {}",
            "return 1",
            "delete x",
            "for (var i = 0 in {}) ;",
            "a = /[/]/g; b = /(?<n>x)\\k<n>/u",
            "function f() {} var f; { function f() {} function f() {} }",
            "try {} catch (e) { var e; }",
            "arguments = 1; eval = 2",
        ] {
            assert!(analyse(source).is_ok(), "{source}: {:?}", analyse(source));
        }
    }

    #[test]
    fn errors_say_where() {
        let error = analyse("let a = 1;\nlet b = ;\n").expect_err("not JavaScript");
        assert_eq!((error.line, error.column), (2, 9), "{error}");
        for source in [
            "import x from 'y'",
            "export const a = 1",
            "let x: number = 1",
            "<div/>",
            "a b",
            "`${",
            "'\n'",
        ] {
            assert!(analyse(source).is_err(), "{source}");
        }
    }

    #[test]
    fn deep_nesting_does_not_end_the_process() {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("!", ""),
            ("a=>", ""),
            ("{", "}"),
            ("a?b:", ""),
            ("`${", "}`"),
            ("a=", ""),
        ] {
            let source = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
            let _ = analyse(&source);
        }
    }
}
