//! The price list. Part of consensus: a change of any number is a new [`VERSION`].
//!
//! One unit is about the work of one iteration of an empty loop, and pays for at most 128 bytes of new memory.
//!
//! | what | units |
//! | --- | --- |
//! | entering a function | `FUNCTION`, or `COROUTINE` if it is async or a generator |
//! | an iteration of a loop | `LOOP` |
//! | every `WEIGHT_PER_UNIT` of weight in the straight code of a function, an iteration or a large block | 1 |
//! | natives, strings, arrays | see the head of `prelude/meter/install.js` |
//!
//! | node of the syntax tree | weight |
//! | --- | --- |
//! | any | 1 |
//! | call, `new`, tagged template, `await`, `yield` | `CALL` |
//! | array or object literal, template, function, class | `ALLOCATION` |
//! | element or property of a literal, assignment to a member, declared variable | `SLOT` |

use oxc_ast::AstKind;

/// Version of the price list.
pub const VERSION: u32 = 2;

/// Depth of calls at which a contract is stopped. A function takes 1, and 1 more for every `SLOTS_PER_DEPTH`
/// variables and operands, so that the native stack of all frames together has a bound.
pub const MAX_DEPTH: u32 = 256;

/// Nesting of the source above which a contract is refused: the engine's own parser is recursive.
pub const MAX_NESTING: u32 = 100;

pub(super) const FUNCTION: u32 = 2;
pub(super) const COROUTINE: u32 = 16;
pub(super) const LOOP: u32 = 1;
pub(super) const WEIGHT_PER_UNIT: u32 = 8;
pub(super) const SLOTS_PER_DEPTH: u32 = 32;
/// A block of this weight inside an `if`, `try`, `case` … pays for itself when it is entered; a smaller one is paid for
/// with the code around it, entered or not.
pub(super) const LARGE_BLOCK: u32 = 64;

/// The weight of making a function, in the code around it.
pub(super) const CLOSURE: u32 = 2 * ALLOCATION;

const CALL: u32 = 8;
const ALLOCATION: u32 = 16;
const SLOT: u32 = 4;

/// Units for straight code of `weight`.
pub(super) fn units(weight: u32) -> u32 {
    weight.div_ceil(WEIGHT_PER_UNIT)
}

/// The weight of one node without its children.
pub(super) fn weight(kind: &AstKind<'_>) -> u32 {
    match kind {
        AstKind::CallExpression(_) | AstKind::AwaitExpression(_) | AstKind::YieldExpression(_) => {
            CALL
        }
        AstKind::NewExpression(_) | AstKind::TaggedTemplateExpression(_) => CALL + ALLOCATION,
        AstKind::ArrayExpression(array) => ALLOCATION + SLOT * length(array.elements.len()),
        AstKind::ObjectExpression(object) => ALLOCATION + SLOT * length(object.properties.len()),
        AstKind::Class(class) => 4 * ALLOCATION + ALLOCATION * length(class.body.body.len()),
        AstKind::TemplateLiteral(_) => ALLOCATION,
        // See `CLOSURE`.
        AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) => 0,
        AstKind::VariableDeclarator(_) | AstKind::AssignmentExpression(_) => SLOT,
        AstKind::ObjectPattern(_) | AstKind::ArrayPattern(_) => ALLOCATION,
        AstKind::ObjectAssignmentTarget(_) | AstKind::ArrayAssignmentTarget(_) => ALLOCATION,
        _ => 1,
    }
}

/// How many places on the native stack a node takes while it is evaluated.
pub(super) fn slots(kind: &AstKind<'_>) -> u32 {
    match kind {
        AstKind::CallExpression(call) => 3 + length(call.arguments.len()),
        AstKind::NewExpression(new) => 5 + length(new.arguments.len()),
        AstKind::ArrayExpression(array) => 3 + length(array.elements.len().min(32)),
        AstKind::TemplateLiteral(template) => 4 + length(template.expressions.len()),
        AstKind::TaggedTemplateExpression(tagged) => 4 + length(tagged.quasi.expressions.len()),
        AstKind::ForOfStatement(_) | AstKind::ForInStatement(_) | AstKind::TryStatement(_) => 4,
        AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) => 0,
        AstKind::Class(_) | AstKind::ObjectPattern(_) | AstKind::ArrayPattern(_) => 5,
        AstKind::ObjectAssignmentTarget(_) | AstKind::ArrayAssignmentTarget(_) => 5,
        _ => 1,
    }
}

/// Lengths of syntax fit, because a source does (`MAX_SOURCE_BYTES`).
pub(super) fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX >> 4)
}
