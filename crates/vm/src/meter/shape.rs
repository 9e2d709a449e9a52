//! Questions about pieces of a syntax tree.

use std::collections::HashSet;

use oxc_ast::AstKind;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::Span;
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator};
use oxc_syntax::scope::ScopeFlags;

/// Whether the value can be a string, or an object that becomes one in an addition.
pub(super) fn may_be_string(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::NumericLiteral(_)
        | Expression::BooleanLiteral(_)
        | Expression::NullLiteral(_)
        | Expression::UpdateExpression(_) => false,
        Expression::UnaryExpression(unary) => unary.operator == UnaryOperator::Typeof,
        Expression::BinaryExpression(binary) => {
            binary.operator == BinaryOperator::Addition
                && (may_be_string(&binary.left) || may_be_string(&binary.right))
        }
        Expression::ParenthesizedExpression(inner) => may_be_string(&inner.expression),
        Expression::ConditionalExpression(choice) => {
            may_be_string(&choice.consequent) || may_be_string(&choice.alternate)
        }
        Expression::LogicalExpression(logical) if logical.operator == LogicalOperator::And => {
            may_be_string(&logical.left) || may_be_string(&logical.right)
        }
        Expression::AssignmentExpression(assignment) => match assignment.operator {
            AssignmentOperator::Assign => may_be_string(&assignment.right),
            AssignmentOperator::Addition
            | AssignmentOperator::LogicalAnd
            | AssignmentOperator::LogicalNullish
            | AssignmentOperator::LogicalOr => true,
            _ => false,
        },
        _ => true,
    }
}

/// Whether evaluating the expression calls nothing and takes little.
pub(super) fn is_trivial(expression: &Expression<'_>) -> bool {
    struct Search {
        calls: bool,
        nodes: u32,
    }
    impl<'a> Visit<'a> for Search {
        fn enter_node(&mut self, kind: AstKind<'a>) {
            self.nodes += 1;
            self.calls |= matches!(
                kind,
                AstKind::CallExpression(_)
                    | AstKind::NewExpression(_)
                    | AstKind::TaggedTemplateExpression(_)
                    | AstKind::Class(_)
                    | AstKind::YieldExpression(_)
                    | AstKind::AwaitExpression(_)
            );
        }
        fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}
        fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}
    }
    let mut search = Search {
        calls: false,
        nodes: 0,
    };
    search.visit_expression(expression);
    !search.calls && search.nodes <= 16
}

/// A function declared at the top of a body whose name is declared once more in the same function.
pub(super) fn hoisting_conflict<'a>(
    parameters: &FormalParameters<'a>,
    body: &FunctionBody<'a>,
) -> Option<(Span, String)> {
    let mut others = Names::default();
    others.visit_formal_parameters(parameters);
    others.names.insert("arguments".to_owned());
    others.variables_only = true;
    let mut functions = Vec::new();
    for statement in &body.statements {
        match statement {
            Statement::FunctionDeclaration(function) => functions.extend(function.id.as_ref()),
            other => others.visit_statement(other),
        }
    }
    functions
        .into_iter()
        .find(|name| !others.names.insert(name.name.to_string()))
        .map(|name| (name.span, name.name.to_string()))
}

/// Collects names bound in a function, without those of functions in it.
#[derive(Default)]
struct Names {
    names: HashSet<String>,
    /// Leaves `let`, `const`, classes and parameters of `catch` out, which belong to their block.
    variables_only: bool,
    collecting: u32,
}

impl<'a> Visit<'a> for Names {
    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let collect = it.kind == VariableDeclarationKind::Var;
        self.collecting += u32::from(collect);
        for declarator in &it.declarations {
            self.visit_binding_pattern(&declarator.id);
        }
        self.collecting -= u32::from(collect);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        if self.collecting > 0 || !self.variables_only {
            self.names.insert(it.name.to_string());
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, _: ScopeFlags) {
        // A function in a block is a variable of the function around it as well.
        if let (FunctionType::FunctionDeclaration, Some(name)) = (it.r#type, &it.id) {
            self.names.insert(name.name.to_string());
        }
    }

    fn visit_expression(&mut self, _: &Expression<'a>) {}

    fn visit_class(&mut self, _: &Class<'a>) {}

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        walk::walk_block_statement(self, &it.body);
    }
}
