//! `a **= b`: the power is the host's, so the target is read and written apart.

use oxc_ast::ast::*;
use oxc_span::GetSpan;

use super::Rewriter;

impl Rewriter<'_> {
    /// Everything up to the exponent.
    pub(super) fn enter_power_assignment(&mut self, it: &AssignmentExpression<'_>) {
        match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                let name = name.name.as_str();
                self.edits.replace(
                    it.left.span().end,
                    it.right.span().start,
                    format!("=$m$w({name},"),
                );
            }
            AssignmentTarget::StaticMemberExpression(member)
                if !matches!(member.object, Expression::Super(_)) =>
            {
                let property = member.property.name.as_str();
                self.edits.before(it.span.start, "($m$v($m$r(");
                self.edits.replace(
                    member.object.span().end,
                    it.right.span().start,
                    format!(",\"{property}\"),"),
                );
            }
            AssignmentTarget::ComputedMemberExpression(member)
                if !matches!(member.object, Expression::Super(_)) =>
            {
                self.edits.before(it.span.start, "($m$v($m$r(");
                self.edits.replace(
                    member.object.span().end,
                    member.expression.span().start,
                    ",",
                );
                self.edits
                    .replace(member.expression.span().end, it.right.span().start, "),");
            }
            _ => self.reject(
                it.span,
                "**= is not available to contracts for properties of super and private properties",
            ),
        }
    }

    pub(super) fn leave_power_assignment(&mut self, it: &AssignmentExpression<'_>) {
        let end = match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(_) => ")".to_owned(),
            _ => format!(",{}))", self.strict),
        };
        self.edits.behind(it.span.end, end);
    }
}
