//! Where QuickJS says that an expression stands.

use oxc_ast::ast::*;
use oxc_span::GetSpan;
use oxc_syntax::operator::BinaryOperator;

/// How far an expression is looked into.
const MAX_DEPTH: u32 = 64;
/// How far back a token's place is looked for, in bytes.
const MAX_SCAN: usize = 256;

/// The places that QuickJS takes notice of, in a script: those of names, of the first tokens behind `new`, behind the
/// parenthesis of a call and behind most operators.
#[derive(Clone, Copy)]
pub(super) struct Places<'s>(pub(super) &'s str);

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
    pub(super) fn last(self, expression: &Expression<'_>, depth: u32) -> Option<u32> {
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

    pub(super) fn last_of_new(self, new: &NewExpression<'_>) -> u32 {
        self.last_of(&new.arguments)
            .or_else(|| self.last(&new.callee, 0))
            .unwrap_or_else(|| self.of_token(new.callee.span().start))
    }

    pub(super) fn last_of_call(self, call: &CallExpression<'_>) -> u32 {
        // a trailing comma needs an argument
        let first = call.arguments.first().map(|first| first.span().start);
        let behind_parenthesis = first.unwrap_or(call.span.end - 1);
        self.last_of(&call.arguments)
            .unwrap_or_else(|| self.of_token(behind_parenthesis))
    }
}
