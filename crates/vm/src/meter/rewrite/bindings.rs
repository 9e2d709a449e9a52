//! Names that declarations bind, and the properties which `...` copies for them.

use oxc_ast::AstKind;
use oxc_ast::ast::*;
use oxc_span::Span;

use super::Rewriter;

impl Rewriter<'_> {
    /// Counts the names that are bound, and begins to gather those behind `...`.
    pub(super) fn enter_binding(&mut self, kind: &AstKind<'_>) {
        match kind {
            AstKind::BindingIdentifier(_) => self.frame().locals += 1,
            AstKind::VariableDeclarator(_) | AstKind::CatchParameter(_) => {
                self.rests.push(Vec::new());
            }
            AstKind::FormalParameters(_) => {
                self.frame().in_parameters = true;
                self.rests.push(Vec::new());
            }
            _ => {}
        }
    }

    /// Charges for the objects that the names behind `...` hold now.
    pub(super) fn leave_binding(&mut self, kind: &AstKind<'_>) {
        match kind {
            AstKind::VariableDeclarator(it) => self.leave_declarator(it),
            AstKind::CatchParameter(it) => self.leave_catch_parameter(it.span),
            AstKind::FormalParameters(_) => {
                self.frame().in_parameters = false;
                self.charge_in_region();
            }
            _ => {}
        }
    }

    fn leave_declarator(&mut self, it: &VariableDeclarator<'_>) {
        if self.loop_heads.contains(&it.span) {
            return self.charge_in_region();
        }
        for name in self.rests.pop().unwrap_or_default() {
            self.unique += 1;
            let charge = format!(",$m${}=$m$p({name})", self.unique);
            self.edits.behind(it.span.end, charge);
        }
    }

    /// Where there is no room for another declarator, the code behind charges.
    fn charge_in_region(&mut self) {
        let names = self.rests.pop().unwrap_or_default();
        if let Some(region) = self.regions.last_mut() {
            let charges = names.iter().map(|name| format!("$m$p({name});"));
            region.extra.extend(charges);
        }
    }

    /// Marks the declaration in the head of a loop, which has no room for more declarators.
    pub(super) fn loop_head(&mut self, left: &ForStatementLeft<'_>) {
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            self.loop_heads.extend(
                declaration
                    .declarations
                    .iter()
                    .map(|declarator| declarator.span),
            );
        }
    }

    fn leave_catch_parameter(&mut self, span: Span) {
        if !self.rests.pop().unwrap_or_default().is_empty() {
            self.reject(
                span,
                "... of an object is not available to contracts in catch",
            );
        }
    }
}
