//! What contracts may not use.

use oxc_ast::AstKind;
use oxc_span::{GetSpan, Span};

use super::Rewriter;
use crate::meter::PREFIX;

impl Rewriter<'_> {
    /// Refuses a node that cannot be metered, or that would reach what is the host's.
    pub(super) fn refuse(&mut self, kind: &AstKind<'_>) {
        let what = match kind {
            AstKind::RegExpLiteral(_) => "regular expressions are",
            AstKind::BigIntLiteral(_) => "big integer literals are",
            AstKind::WithStatement(_) => "with is",
            AstKind::DebuggerStatement(_) => "debugger is",
            AstKind::ImportExpression(_) => "import() is",
            AstKind::ImportMeta(_) => "import.meta is",
            AstKind::AccessorProperty(_) => "accessor fields are",
            AstKind::Decorator(_) => "decorators are",
            AstKind::V8IntrinsicExpression(_) => "engine intrinsics are",
            AstKind::CallExpression(it) if it.callee.is_specific_id("eval") => "eval is",
            AstKind::VariableDeclaration(it) if it.kind.is_using() => "using is",
            AstKind::IdentifierReference(it) => return self.check_name(it.span, &it.name),
            AstKind::BindingIdentifier(it) => return self.check_name(it.span, &it.name),
            AstKind::LabelIdentifier(it) => return self.check_name(it.span, &it.name),
            AstKind::PrivateIdentifier(it) => return self.check_name(it.span, &it.name),
            _ => return,
        };
        let message = format!("{what} not available to contracts");
        self.reject(kind.span(), message);
    }

    /// Names that instrumented code uses would let a contract reach its own meter.
    fn check_name(&mut self, span: Span, name: &str) {
        if name.starts_with(PREFIX) {
            self.reject(
                span,
                format!("names beginning with {PREFIX} are the host's, found {name}"),
            );
        }
    }
}
