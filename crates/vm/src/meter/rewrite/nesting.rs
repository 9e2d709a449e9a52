//! How deep the source nests, and what the straight code and the stack bear of each node.

use oxc_ast::AstKind;
use oxc_span::GetSpan;

use super::Rewriter;
use crate::meter::cost;

impl Rewriter<'_> {
    /// Whether the node makes parsers recurse. A left operand begins where its parent begins, and they read chains of
    /// those in a loop.
    pub(super) fn nests(&self, kind: &AstKind<'_>) -> bool {
        let chained = self.starts.last() == Some(&kind.span().start)
            && matches!(
                kind,
                AstKind::BinaryExpression(_)
                    | AstKind::LogicalExpression(_)
                    | AstKind::CallExpression(_)
                    | AstKind::StaticMemberExpression(_)
                    | AstKind::ComputedMemberExpression(_)
            );
        !chained && is_nesting(kind)
    }

    pub(super) fn enter_any(&mut self, kind: &AstKind<'_>) {
        let span = kind.span();
        self.nesting += u32::from(self.nests(kind));
        if self.nesting > cost::MAX_NESTING {
            self.reject(
                span,
                format!("nested deeper than {} levels", cost::MAX_NESTING),
            );
        }
        self.starts.push(span.start);
        self.add_weight(cost::weight(kind));
        let slots = cost::slots(kind);
        if let Some(frame) = self.frames.last_mut() {
            frame.stack += slots;
            frame.deepest = frame.deepest.max(frame.stack);
        }
    }

    pub(super) fn leave_any(&mut self, kind: &AstKind<'_>) {
        self.starts.pop();
        self.nesting -= u32::from(self.nests(kind));
        if let Some(frame) = self.frames.last_mut() {
            frame.stack -= cost::slots(kind);
        }
    }
}

/// Whether an engine's parser recurses for the node.
fn is_nesting(kind: &AstKind<'_>) -> bool {
    !matches!(
        kind,
        AstKind::ExpressionStatement(_)
            | AstKind::FunctionBody(_)
            | AstKind::ChainExpression(_)
            | AstKind::VariableDeclarator(_)
            | AstKind::FormalParameters(_)
            | AstKind::FormalParameter(_)
            | AstKind::ObjectProperty(_)
            | AstKind::IdentifierName(_)
            | AstKind::ClassBody(_)
            | AstKind::MethodDefinition(_)
            | AstKind::Directive(_)
            | AstKind::SwitchCase(_)
            | AstKind::CatchClause(_)
            | AstKind::SpreadElement(_)
    )
}
