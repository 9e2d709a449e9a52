//! The expressions that V8 names when they are no function, no constructor or not iterable.
//!
//! QuickJS says neither which expression it was nor where it stands: of a call it knows the place of the last token
//! that it took notice of before the call. That place is found here in the same way, and where the expressions of
//! several calls share one, those are left out that are functions for sure. If it is not clear even then, nothing is
//! named.

use std::collections::{HashMap, HashSet};

use oxc_allocator::Allocator;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_syntax::scope::ScopeFlags;

use super::Lack;
use super::names::name_of;
use super::places::Places;
use crate::meter::{PREFIX, parse, with_stack_for};

/// What contracts call most, and what is a function for sure.
const FUNCTIONS: &[&str] = &[
    "Array",
    "Array.from",
    "Array.isArray",
    "Boolean",
    "Date",
    "Error",
    "JSON.parse",
    "JSON.stringify",
    "Map",
    "Math.abs",
    "Math.ceil",
    "Math.floor",
    "Math.max",
    "Math.min",
    "Math.pow",
    "Math.round",
    "Number",
    "Number.isInteger",
    "Number.isNaN",
    "Number.isSafeInteger",
    "Number.parseFloat",
    "Number.parseInt",
    "Object.assign",
    "Object.entries",
    "Object.freeze",
    "Object.keys",
    "Object.values",
    "Promise.all",
    "Set",
    "String",
    "api.BigNumber",
    "api.SHA256",
    "api.assert",
    "api.checkSignature",
    "api.db.count",
    "api.db.find",
    "api.db.findContract",
    "api.db.findInTable",
    "api.db.findOne",
    "api.db.findOneInTable",
    "api.db.insert",
    "api.db.remove",
    "api.db.tableExists",
    "api.db.update",
    "api.debug",
    "api.emit",
    "api.executeSmartContract",
    "api.executeSmartContractAsOwner",
    "api.isValidAccountName",
    "api.logs",
    "api.random",
    "api.transferTokens",
    "api.transferTokensFromCallingContract",
    "api.validator.blacklist",
    "api.validator.isAlpha",
    "api.validator.isAlphanumeric",
    "api.validator.isUppercase",
    "isNaN",
    "parseFloat",
    "parseInt",
];

/// A place in a text: line and column in bytes, both from 1.
pub type Place = (u32, u32);

/// The expressions of a script that are called, made instances of, or iterated over.
#[derive(Debug, Default)]
pub struct Expressions {
    used: HashMap<Place, Vec<Used>>,
}

#[derive(Debug)]
struct Used {
    lack: Lack,
    /// As V8 writes it; empty if that is not known.
    name: String,
    /// It is a function, whatever the script does.
    sure: bool,
}

impl Expressions {
    /// Those of a script; none if it is not one.
    pub fn of(script: &str) -> Expressions {
        with_stack_for(script, || {
            let arena = Allocator::default();
            match parse(&arena, script) {
                Ok(program) => Search::new(script).run(&program),
                Err(_) => Expressions::default(),
            }
        })
    }

    /// V8's message for an expression with this lack, which QuickJS places there.
    pub fn message(&self, lack: Lack, place: Place) -> Option<String> {
        let here = self.used.get(&place)?;
        // of what is not even a function QuickJS says so behind `new`, too
        let fits = |used: &&Used| {
            used.lack == lack || (lack == Lack::Function && used.lack == Lack::Constructor)
        };
        let mut candidates = here.iter().filter(fits);
        let mut unsure = candidates.clone().filter(|used| !used.sure);
        let used = match (unsure.next(), unsure.next()) {
            (Some(used), None) => used,
            (None, _) => candidates.next()?,
            _ => return None,
        };
        (!used.name.is_empty()).then(|| used.lack.message(&used.name))
    }
}

struct Search<'s> {
    script: &'s str,
    lines: Vec<u32>,
    found: Vec<(u32, Used)>,
    /// How often a name is declared anywhere.
    declared: HashMap<String, u32>,
    /// Names that are declared as functions.
    functions: HashSet<String>,
    assigned: HashSet<String>,
}

impl<'s> Search<'s> {
    fn new(script: &'s str) -> Search<'s> {
        let breaks = script
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        let lines = breaks.map(|(at, _)| at as u32 + 1);
        Search {
            script,
            lines: std::iter::once(0).chain(lines).collect(),
            found: Vec::new(),
            declared: HashMap::new(),
            functions: HashSet::new(),
            assigned: HashSet::new(),
        }
    }

    fn run(mut self, program: &Program<'_>) -> Expressions {
        self.visit_program(program);
        let mut used: HashMap<Place, Vec<Used>> = HashMap::new();
        for (offset, mut found) in std::mem::take(&mut self.found) {
            found.sure |= self.is_function(&found.name);
            used.entry(self.place(offset)).or_default().push(found);
        }
        Expressions { used }
    }

    /// Whether a name, wherever it stands, means a function that nothing takes the place of.
    fn is_function(&self, name: &str) -> bool {
        FUNCTIONS.binary_search(&name).is_ok()
            || (self.functions.contains(name)
                && self.declared.get(name) == Some(&1)
                && !self.assigned.contains(name))
    }

    fn place(&self, offset: u32) -> Place {
        let line = self.lines.partition_point(|start| *start <= offset);
        (line as u32, offset - self.lines[line - 1] + 1)
    }

    fn add(&mut self, offset: u32, lack: Lack, expression: &Expression<'_>) {
        let name = name_of(expression, lack).unwrap_or_default();
        let sure = match expression.get_inner_expression() {
            Expression::Identifier(name) => name.name.starts_with(PREFIX),
            expression => expression.is_function(),
        };
        self.found.push((offset, Used { lack, name, sure }));
    }
}

impl<'a> Visit<'a> for Search<'_> {
    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let spreads = it.arguments.iter().any(Argument::is_spread);
        if !spreads && self.script.as_bytes().get(it.span.end as usize - 1) == Some(&b')') {
            let place = Places(self.script).last_of_call(it);
            self.add(place, Lack::Function, &it.callee);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if !it.arguments.iter().any(Argument::is_spread) {
            let place = Places(self.script).last_of_new(it);
            self.add(place, Lack::Constructor, &it.callee);
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if let (false, Some(place)) = (it.r#await, Places(self.script).last(&it.right, 0)) {
            self.add(place, Lack::Iterable, &it.right);
        }
        walk::walk_for_of_statement(self, it);
    }

    fn visit_array_expression(&mut self, it: &ArrayExpression<'a>) {
        for element in &it.elements {
            if let ArrayExpressionElement::SpreadElement(spread) = element
                && let Some(place) = Places(self.script).last(&spread.argument, 0)
            {
                self.add(place, Lack::Iterable, &spread.argument);
            }
        }
        walk::walk_array_expression(self, it);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        *self.declared.entry(it.name.to_string()).or_default() += 1;
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if let (true, Some(name)) = (it.is_declaration(), &it.id) {
            self.functions.insert(name.name.to_string());
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        for declarator in it.declarations.iter().filter(|_| it.kind.is_const()) {
            if let (
                BindingPattern::BindingIdentifier(name),
                Some(Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_)),
            ) = (&declarator.id, &declarator.init)
            {
                self.functions.insert(name.name.to_string());
            }
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = it {
            self.assigned.insert(name.name.to_string());
        }
        walk::walk_simple_assignment_target(self, it);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn functions_are_sorted() {
        assert!(FUNCTIONS.is_sorted());
    }

    fn message(script: &str, place: Place) -> Option<String> {
        Expressions::of(script).message(Lack::Function, place)
    }

    #[test]
    fn calls_stand_at_their_last_name() {
        let name = |text: &str| Some(format!("{text} is not a function"));
        assert_eq!(message("a.b()", (1, 3)), name("a.b"));
        assert_eq!(message("a.b( )", (1, 6)), name("a.b"));
        assert_eq!(message("a.b(\n1)", (2, 1)), name("a.b"));
        assert_eq!(message("a['x y'](c)", (1, 10)), name("a.x y"));
        assert_eq!(message("a(b())", (1, 3)), None, "two calls");
        assert_eq!(message("function b() {} a(b())", (1, 19)), name("a"));
        assert_eq!(message("function b() {} b = 1; a(b())", (1, 26)), None);
        assert_eq!(message("a.b(", (1, 3)), None, "no script");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "([a-cé(){}\\[\\].,;'\"` =+0-9\n]|new |\\(\\)|=>|/\\*|\\*/){0,40}") {
            let found = Expressions::of(&text);
            prop_assert!(found.used.keys().all(|(line, column)| *line > 0 && *column > 0));
        }
    }
}
