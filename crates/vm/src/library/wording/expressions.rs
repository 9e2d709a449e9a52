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
use oxc_span::GetSpan;
use oxc_syntax::operator::BinaryOperator;
use oxc_syntax::scope::ScopeFlags;

use super::Lack;
use crate::meter::{PREFIX, parse, with_stack_for};

/// How far an expression is looked into.
const MAX_DEPTH: u32 = 64;
/// How far back a token's place is looked for, in bytes.
const MAX_SCAN: usize = 256;
/// The longest expression that is named, in bytes.
const MAX_NAME: usize = 256;
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

/// The places that QuickJS takes notice of, in a script: those of names, of the first tokens behind `new`, behind the
/// parenthesis of a call and behind most operators.
#[derive(Clone, Copy)]
struct Places<'s>(&'s str);

impl Places<'_> {
    /// Where it takes a token to stand: at the last name, or behind the last space, up to there.
    fn of_token(self, offset: u32) -> u32 {
        let text = self.0.as_bytes();
        let is_word = |at: usize| {
            let byte = text[at];
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii()
        };
        let mut at = offset as usize;
        if at < text.len() && is_word(at) && !text[at].is_ascii_digit() {
            return offset;
        }
        let most = at.saturating_sub(MAX_SCAN);
        while at > most {
            match text[at - 1] {
                b' ' | b'\t' | b'\n' | b'\r' => break,
                b'/' if at > 1 && text[at - 2] == b'*' => break,
                quote @ (b'\'' | b'"') => {
                    at -= 1;
                    while at > 0 && (text[at - 1] != quote || (at > 1 && text[at - 2] == b'\\')) {
                        at -= 1;
                    }
                    at = at.saturating_sub(1);
                }
                _ if is_word(at - 1) => {
                    while at > 0 && is_word(at - 1) {
                        at -= 1;
                    }
                    if !text[at].is_ascii_digit() {
                        break;
                    }
                }
                _ => at -= 1,
            }
        }
        at as u32
    }

    /// The last place that QuickJS takes notice of in arguments.
    fn last_of(self, arguments: &[Argument<'_>]) -> Option<u32> {
        let arguments = arguments.iter().rev().filter_map(Argument::as_expression);
        arguments
            .into_iter()
            .find_map(|argument| self.last(argument, 0))
    }

    /// The last place that it takes notice of in an expression: names, the first token behind `new`, behind the
    /// parenthesis of a call and behind most operators.
    fn last(self, expression: &Expression<'_>, depth: u32) -> Option<u32> {
        let depth = depth + 1;
        if depth > MAX_DEPTH {
            return None;
        }
        let inner = |expression: &Expression<'_>| self.last(expression, depth);
        match expression {
            Expression::Identifier(name) => Some(name.span.start),
            Expression::ParenthesizedExpression(it) => inner(&it.expression),
            Expression::UnaryExpression(it) => inner(&it.argument),
            Expression::AwaitExpression(it) => inner(&it.argument),
            Expression::StaticMemberExpression(it) => inner(&it.object),
            Expression::ComputedMemberExpression(it) => {
                inner(&it.expression).or_else(|| inner(&it.object))
            }
            Expression::ChainExpression(it) => match &it.expression {
                ChainElement::CallExpression(call) => Some(self.last_of_call(call)),
                ChainElement::StaticMemberExpression(it) => inner(&it.object),
                ChainElement::ComputedMemberExpression(it) => {
                    inner(&it.expression).or_else(|| inner(&it.object))
                }
                _ => None,
            },
            Expression::CallExpression(it) => Some(self.last_of_call(it)),
            Expression::NewExpression(it) => Some(self.last_of_new(it)),
            Expression::BinaryExpression(it) if it.operator == BinaryOperator::Exponential => {
                inner(&it.right).or_else(|| inner(&it.left))
            }
            Expression::BinaryExpression(it) => {
                inner(&it.right).or_else(|| Some(self.of_token(it.right.span().start)))
            }
            Expression::LogicalExpression(it) => inner(&it.right).or_else(|| inner(&it.left)),
            Expression::ConditionalExpression(it) => inner(&it.alternate)
                .or_else(|| inner(&it.consequent))
                .or_else(|| inner(&it.test)),
            Expression::TemplateLiteral(it) => it.expressions.iter().rev().find_map(inner),
            Expression::SequenceExpression(it) => it.expressions.iter().rev().find_map(inner),
            Expression::ArrayExpression(it) => it.elements.iter().rev().find_map(|it| match it {
                ArrayExpressionElement::SpreadElement(spread) => inner(&spread.argument),
                element => element.as_expression().and_then(inner),
            }),
            Expression::ObjectExpression(it) => {
                it.properties.iter().rev().find_map(|it| match it {
                    ObjectPropertyKind::SpreadProperty(spread) => inner(&spread.argument),
                    ObjectPropertyKind::ObjectProperty(it) if it.shorthand => None,
                    ObjectPropertyKind::ObjectProperty(it) => inner(&it.value).or_else(|| {
                        let key = it.key.as_expression().filter(|_| it.computed);
                        key.and_then(inner)
                    }),
                })
            }
            _ => None,
        }
    }

    fn last_of_new(self, new: &NewExpression<'_>) -> u32 {
        self.last_of(&new.arguments)
            .or_else(|| self.last(&new.callee, 0))
            .unwrap_or_else(|| self.of_token(new.callee.span().start))
    }

    fn last_of_call(self, call: &CallExpression<'_>) -> u32 {
        // a trailing comma needs an argument
        let first = call.arguments.first().map(|first| first.span().start);
        let behind_parenthesis = first.unwrap_or(call.span.end - 1);
        self.last_of(&call.arguments)
            .unwrap_or_else(|| self.of_token(behind_parenthesis))
    }
}

/// An expression as V8 writes it in such a message, if that is known.
fn name_of(expression: &Expression<'_>, lack: Lack) -> Option<String> {
    let mut name = String::new();
    match (lack, expression) {
        (Lack::Iterable, Expression::CallExpression(call)) => {
            write(&call.callee, &mut name, 0)?;
            name.push_str(" is not a function or its return value");
        }
        (Lack::Function | Lack::Constructor, _)
        | (
            Lack::Iterable,
            Expression::Identifier(_)
            | Expression::StaticMemberExpression(_)
            | Expression::ComputedMemberExpression(_)
            | Expression::AwaitExpression(_),
        ) => write(expression, &mut name, 0)?,
        // of other values it says what they are
        _ => return None,
    }
    (name.len() <= MAX_NAME).then_some(name)
}

fn write(expression: &Expression<'_>, name: &mut String, depth: u32) -> Option<()> {
    const NAMELESS: &str = "(intermediate value)";
    if depth > MAX_DEPTH {
        return None;
    }
    let depth = depth + 1;
    match expression {
        Expression::Identifier(it) if it.name.starts_with(PREFIX) => return None,
        Expression::Identifier(it) => name.push_str(&it.name),
        Expression::ThisExpression(_) => name.push_str("this"),
        Expression::NullLiteral(_) => name.push_str("null"),
        Expression::BooleanLiteral(it) => name.push_str(if it.value { "true" } else { "false" }),
        Expression::NumericLiteral(it) => name.push_str(ryu_js::Buffer::new().format(it.value)),
        Expression::StringLiteral(it) => {
            name.push('"');
            name.push_str(&it.value);
            name.push('"');
        }
        Expression::ParenthesizedExpression(it) => write(&it.expression, name, depth)?,
        Expression::StaticMemberExpression(it) => write_member(it, name, depth)?,
        Expression::ComputedMemberExpression(it) => write_element(it, name, depth)?,
        Expression::CallExpression(it) if it.optional => return None,
        // what metering puts around `new`
        Expression::CallExpression(it) if it.callee.is_specific_id("$m$o") => {
            name.push_str(NAMELESS);
        }
        Expression::CallExpression(it) => {
            write(&it.callee, name, depth)?;
            name.push_str("(...)");
        }
        Expression::ArrayExpression(it) if it.elements.is_empty() => name.push_str("[]"),
        Expression::ObjectExpression(it) if it.properties.is_empty() => name.push_str("{}"),
        Expression::NewExpression(_)
        | Expression::AwaitExpression(_)
        | Expression::ArrowFunctionExpression(_)
        | Expression::FunctionExpression(_)
        | Expression::ClassExpression(_) => name.push_str(NAMELESS),
        _ => return None,
    }
    Some(())
}

fn write_member(it: &StaticMemberExpression<'_>, name: &mut String, depth: u32) -> Option<()> {
    write(&it.object, name, depth)?;
    name.push_str(if it.optional { "?." } else { "." });
    name.push_str(&it.property.name);
    Some(())
}

fn write_element(it: &ComputedMemberExpression<'_>, name: &mut String, depth: u32) -> Option<()> {
    if it.optional {
        return None;
    }
    write(&it.object, name, depth)?;
    if let Expression::StringLiteral(key) = &it.expression {
        name.push('.');
        name.push_str(&key.value);
        return Some(());
    }
    name.push('[');
    write(&it.expression, name, depth)?;
    name.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_sorted() {
        assert!(FUNCTIONS.is_sorted());
    }
}
