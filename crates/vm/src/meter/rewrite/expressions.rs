//! Expressions that make strings, read properties all at once, or compute what only the host may compute.

use oxc_ast::AstKind;
use oxc_ast::ast::*;
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator};

use super::Rewriter;
use crate::meter::shape::may_be_string;

impl Rewriter<'_> {
    /// What an expression needs in front of it.
    pub(super) fn enter_expression(&mut self, kind: &AstKind<'_>) {
        match kind {
            AstKind::IdentifierReference(it) if it.name == "arguments" => {
                self.edits.before(it.span.start, "($m$q(");
                self.edits.behind(it.span.end, "))");
            }
            AstKind::StringLiteral(it) => {
                self.longest_literal = self.longest_literal.max(it.value.len());
            }
            AstKind::TemplateElement(it) => {
                self.longest_literal = self.longest_literal.max(it.value.raw.len());
            }
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Addition => {
                self.enter_addition(it);
            }
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Exponential => {
                self.wrap_before(it.span, "$m$w");
                self.edits
                    .replace(it.left.span().end, it.right.span().start, ",");
            }
            AstKind::AssignmentExpression(it) if it.operator == AssignmentOperator::Addition => {
                self.edits.before(it.span.start, "(typeof($m$t=");
            }
            AstKind::AssignmentExpression(it) if it.operator == AssignmentOperator::Exponential => {
                self.enter_power_assignment(it);
            }
            AstKind::NewExpression(it) => self.wrap_before(it.span, "$m$o"),
            AstKind::TaggedTemplateExpression(it) => {
                self.paid.insert(it.quasi.span);
            }
            AstKind::TemplateLiteral(it) if self.is_joined(it) => self.template(it),
            AstKind::AwaitExpression(it) => self.enter_await(it.span, it.argument.span()),
            _ => {}
        }
    }

    /// What it needs behind it.
    pub(super) fn leave_expression(&mut self, kind: &AstKind<'_>) {
        match kind {
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Addition => {
                self.leave_addition(it);
            }
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Exponential => {
                self.wrap_behind(it.span);
            }
            AstKind::AssignmentExpression(it) if it.operator == AssignmentOperator::Addition => {
                self.edits
                    .behind(it.span.end, ")==\"string\"?$m$s($m$t):$m$t)");
            }
            AstKind::AssignmentExpression(it) if it.operator == AssignmentOperator::Exponential => {
                self.leave_power_assignment(it);
            }
            AstKind::NewExpression(it) => self.wrap_behind(it.span),
            AstKind::TemplateLiteral(it) if self.is_joined(it) => self.wrap_behind(it.span),
            AstKind::AwaitExpression(it) => self.leave_await(it.argument.span()),
            _ => {}
        }
    }

    /// A call around an expression.
    pub(super) fn wrap_before(&mut self, span: Span, helper: &str) {
        self.edits.before(span.start, format!("({helper}("));
    }

    pub(super) fn wrap_behind(&mut self, span: Span) {
        self.edits.behind(span.end, "))");
    }

    /// Up to eight operands of a chain of `+` are charged by the length of the whole.
    fn enter_addition(&mut self, it: &BinaryExpression<'_>) {
        if self.paid.contains(&it.span) || !(may_be_string(&it.left) || may_be_string(&it.right)) {
            return;
        }
        let mut left = &it.left;
        for _ in 0..7 {
            let Expression::BinaryExpression(inner) = left else {
                break;
            };
            if inner.operator != BinaryOperator::Addition {
                break;
            }
            self.paid.insert(inner.span);
            left = &inner.left;
        }
        self.edits.before(it.span.start, "(typeof($m$t=");
    }

    fn leave_addition(&mut self, it: &BinaryExpression<'_>) {
        if !self.paid.contains(&it.span) && (may_be_string(&it.left) || may_be_string(&it.right)) {
            self.edits
                .behind(it.span.end, ")==\"string\"?$m$s($m$t):$m$t)");
        }
    }

    /// Whether a template makes a string of several: one without expressions is a literal, one behind a tag a call.
    fn is_joined(&self, it: &TemplateLiteral<'_>) -> bool {
        !it.expressions.is_empty() && !self.paid.contains(&it.span)
    }

    /// A template becomes a call with its pieces: engines differ in how they join them.
    fn template(&mut self, it: &TemplateLiteral<'_>) {
        self.wrap_before(it.span, "$m$l");
        for (piece, next) in it.quasis.iter().zip(it.quasis.iter().skip(1)) {
            self.edits
                .replace(piece.span.end, piece.span.end + 2, "`,(");
            self.edits
                .replace(next.span.start - 1, next.span.start, "),`");
        }
    }
}

/// `{ __proto__: value }`
pub(super) fn sets_prototype(property: &ObjectProperty<'_>) -> bool {
    let named = match &property.key {
        PropertyKey::StaticIdentifier(name) => name.name == "__proto__",
        PropertyKey::StringLiteral(name) => name.value == "__proto__",
        _ => false,
    };
    named
        && property.kind == PropertyKind::Init
        && !(property.computed || property.shorthand || property.method)
}
