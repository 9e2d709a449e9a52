//! How V8 writes an expression.

use oxc_ast::ast::*;

use super::Lack;
use crate::meter::PREFIX;

/// How far an expression is looked into.
const MAX_DEPTH: u32 = 64;
/// The longest expression that is named, in bytes.
const MAX_NAME: usize = 256;

/// An expression as V8 writes it in such a message, if that is known.
pub(super) fn name_of(expression: &Expression<'_>, lack: Lack) -> Option<String> {
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
