use oxc_ast::AstKind;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;

use super::Rewriter;
use super::expressions::sets_prototype;
use super::functions::{Form, Frame};
use super::regions::RegionKind;
use crate::meter::cost;

impl<'a> Visit<'a> for Rewriter<'_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.enter_any(&kind);
        self.refuse(&kind);
        self.enter_expression(&kind);
        self.enter_binding(&kind);
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        self.leave_expression(&kind);
        self.leave_binding(&kind);
        self.leave_any(&kind);
    }

    fn visit_program(&mut self, it: &Program<'a>) {
        self.strict = it
            .directives
            .iter()
            .any(|directive| directive.directive == "use strict");
        let at = self.edits.reserve_inside(
            it.directives
                .last()
                .map_or(0, |directive| directive.span.end),
        );
        self.frames.push(Frame::new(Form::Program, self.strict));
        self.push_region(RegionKind::Program, at);
        walk::walk_program(self, it);
        self.pop_region();
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.add_weight(cost::CLOSURE);
        self.enter_function(match (it.generator, it.r#async) {
            (true, _) => Form::Generator,
            (false, true) => Form::Async,
            (false, false) => Form::Plain,
        });
        if let (false, Some(body)) = (it.generator, &it.body) {
            self.check_hoisting(&it.params, body);
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_function_body(&mut self, it: &FunctionBody<'a>) {
        self.function_body(it);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.add_weight(cost::CLOSURE);
        self.enter_function(if it.r#async { Form::Async } else { Form::Plain });
        if let ArrowFunctionBody::FunctionBody(body) = &it.body {
            self.check_hoisting(&it.params, body);
        }
        walk::walk_arrow_function_expression(self, it);
    }

    fn visit_arrow_function_body(&mut self, it: &ArrowFunctionBody<'a>) {
        let Some(expression) = it.as_expression() else {
            walk::walk_arrow_function_body(self, it);
            return;
        };
        let span = expression.span();
        let at = self.edits.reserve_before(span.start);
        self.visit_expression(expression);
        let (enter, leave) = self.leave_function();
        self.edits.fill(at, format!("{{{enter}return "));
        self.edits.behind(span.end, format!("{leave}}}"));
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        self.visit_binding_pattern(&it.pattern);
        if let Some(value) = &it.initializer {
            self.parameter_value(value);
        }
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.visit_binding_pattern(&it.left);
        self.parameter_value(&it.right);
    }

    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        match it.key.as_expression() {
            Some(key) if it.computed => self.parameter_value(key),
            _ => self.visit_property_key(&it.key),
        }
        self.visit_binding_pattern(&it.value);
    }

    fn visit_object_pattern(&mut self, it: &ObjectPattern<'a>) {
        walk::walk_object_pattern(self, it);
        let rest = it.rest.as_ref().map(|rest| &rest.argument);
        if let (Some(BindingPattern::BindingIdentifier(name)), Some(names)) =
            (rest, self.rests.last_mut())
        {
            names.push(name.name.to_string());
        }
    }

    fn visit_object_assignment_target(&mut self, it: &ObjectAssignmentTarget<'a>) {
        if it.rest.is_some() {
            self.reject(
                it.span,
                "... of an object is available to contracts in declarations only",
            );
        }
        walk::walk_object_assignment_target(self, it);
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = it
            && name.name == "arguments"
        {
            self.reject(name.span, "arguments cannot be assigned by contracts");
        }
        walk::walk_simple_assignment_target(self, it);
    }

    fn visit_object_property_kind(&mut self, it: &ObjectPropertyKind<'a>) {
        let wrapped = match it {
            ObjectPropertyKind::SpreadProperty(spread) => Some((spread.argument.span(), "$m$p")),
            ObjectPropertyKind::ObjectProperty(property) if sets_prototype(property) => {
                Some((property.value.span(), "$m$h"))
            }
            ObjectPropertyKind::ObjectProperty(_) => None,
        };
        if let ObjectPropertyKind::ObjectProperty(property) = it
            && property.shorthand
            && matches!(&property.value, Expression::Identifier(name) if name.name == "arguments")
        {
            self.edits.before(property.span.start, "arguments:");
        }
        if let Some((span, helper)) = wrapped {
            self.wrap_before(span, helper);
        }
        walk::walk_object_property_kind(self, it);
        if let Some((span, _)) = wrapped {
            self.wrap_behind(span);
        }
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.class(it);
    }

    fn visit_class_heritage(&mut self, it: &ClassHeritage<'a>) {
        walk::walk_class_heritage(self, it);
        self.wrap_behind(it.expression.span());
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.property_definition(it);
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        // What is inserted may begin with a parenthesis, which would make a call of a line before without a semicolon.
        let at = self.edits.reserve_before(it.span.start);
        walk::walk_expression_statement(self, it);
        if self.edits.opens_parenthesis_at(it.span.start, at) {
            self.edits.fill(at, "0,");
        }
    }

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        if self.paid.contains(&it.span) {
            walk::walk_block_statement(self, it);
            return;
        }
        let at = self.edits.reserve_inside(it.span.start + 1);
        self.push_region(RegionKind::Block, at);
        walk::walk_block_statement(self, it);
        self.pop_region();
    }

    fn visit_switch_case(&mut self, it: &SwitchCase<'a>) {
        if let Some(test) = &it.test {
            self.visit_expression(test);
        }
        let Some(first) = it.consequent.first() else {
            return;
        };
        let at = self.edits.reserve_before(first.span().start);
        self.push_region(RegionKind::Block, at);
        for statement in &it.consequent {
            self.visit_statement(statement);
        }
        self.pop_region();
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.enter_loop(&it.body);
        walk::walk_while_statement(self, it);
        self.leave_loop(&it.body);
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.enter_loop(&it.body);
        walk::walk_do_while_statement(self, it);
        self.leave_loop(&it.body);
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.enter_loop(&it.body);
        walk::walk_for_statement(self, it);
        self.leave_loop(&it.body);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.loop_head(&it.left);
        self.enter_loop(&it.body);
        self.visit_for_statement_left(&it.left);
        self.wrap_before(it.right.span(), "$m$e");
        self.visit_expression(&it.right);
        self.wrap_behind(it.right.span());
        self.visit_statement(&it.body);
        self.leave_loop(&it.body);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.loop_head(&it.left);
        self.enter_loop(&it.body);
        self.visit_for_statement_left(&it.left);
        if it.r#await {
            self.enter_await(it.span, it.right.span());
        }
        self.visit_expression(&it.right);
        if it.r#await {
            self.leave_await(it.right.span());
        }
        self.visit_statement(&it.body);
        self.leave_loop(&it.body);
    }
}
