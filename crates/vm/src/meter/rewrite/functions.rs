//! Functions: what they charge when they are entered, and how deep they go.

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use super::Rewriter;
use super::regions::{RegionKind, pay};
use crate::meter::cost;
use crate::meter::edits::Reserved;
use crate::meter::shape::{hoisting_conflict, is_trivial};

/// A function while its inside is visited.
pub(super) struct Frame {
    pub(super) form: Form,
    pub(super) locals: u32,
    pub(super) stack: u32,
    pub(super) deepest: u32,
    pub(super) in_parameters: bool,
    pub(super) outer_strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Async,
    Generator,
    Program,
}

impl Frame {
    pub(super) fn new(form: Form, outer_strict: bool) -> Self {
        Self {
            form,
            locals: 0,
            stack: 0,
            deepest: 0,
            in_parameters: false,
            outer_strict,
        }
    }

    /// What the function adds to the depth while it runs.
    pub(super) fn depth(&self) -> u32 {
        1 + (self.locals + self.deepest) / cost::SLOTS_PER_DEPTH
    }
}

impl Rewriter<'_> {
    pub(super) fn enter_function(&mut self, form: Form) {
        self.frames.push(Frame::new(form, self.strict));
        let none = self.edits.reserve_inside(0);
        self.push_region(RegionKind::Function, none);
    }

    /// The text at the begin of a function, the text at its end.
    pub(super) fn leave_function(&mut self) -> (String, String) {
        let region = self.pop_region();
        let frame = self
            .frames
            .pop()
            .expect("frames are pushed and popped in pairs");
        self.strict = frame.outer_strict;
        let depth = frame.depth();
        let extra = region.extra;
        match frame.form {
            Form::Program => unreachable!("the program is not left as a function"),
            Form::Plain => {
                let units = cost::FUNCTION + cost::units(region.weight);
                let enter = format!(
                    "try{{if(($m$.u-={units})<0||($m$.d+={depth})>{max})$m$x();{extra}",
                    max = cost::MAX_DEPTH
                );
                (enter, format!("}}finally{{$m$.d-={depth}}}"))
            }
            Form::Async => {
                let units = cost::COROUTINE + cost::units(region.weight);
                let enter = format!(
                    "let $m$a={depth};try{{if(($m$.u-={units})<0||($m$.d+={depth})>{max})$m$x();{extra}",
                    max = cost::MAX_DEPTH
                );
                (enter, "}finally{$m$.d-=$m$a}".to_owned())
            }
            // Depth is counted by the wrapped `next`, `return` and `throw`: a generator has no frame while it waits.
            Form::Generator => {
                let units = cost::COROUTINE + cost::units(region.weight);
                (format!("{}{extra}", pay(units)), String::new())
            }
        }
    }

    /// Where the charge of a body stands: behind its directives.
    pub(super) fn body_start(body: &FunctionBody<'_>) -> u32 {
        body.directives
            .last()
            .map_or(body.span.start + 1, |directive| directive.span.end)
    }

    pub(super) fn function_body(&mut self, body: &FunctionBody<'_>) {
        let at = self.edits.reserve_inside(Self::body_start(body));
        if body
            .directives
            .iter()
            .any(|directive| directive.directive == "use strict")
        {
            self.strict = true;
        }
        walk::walk_function_body(self, body);
        self.end_body(at, body.span.end - 1, !body.directives.is_empty());
    }

    pub(super) fn end_body(&mut self, at: Reserved, end: u32, after_directive: bool) {
        let (enter, leave) = self.leave_function();
        let semicolon = if after_directive { ";" } else { "" };
        self.edits.fill(at, format!("{semicolon}{enter}"));
        self.edits.behind(end, leave);
    }

    /// The body moves into a `try` block, where a function declared beside a variable of the same name would be an error
    /// or mean something else. Nobody writes such code; it is refused.
    pub(super) fn check_hoisting<'a>(
        &mut self,
        parameters: &FormalParameters<'a>,
        body: &FunctionBody<'a>,
    ) {
        if let Some((span, name)) = hoisting_conflict(parameters, body) {
            self.reject(span, format!("the function {name} is declared once more in the same function, expected another name"));
        }
    }

    /// A parameter's initial value runs before the body and so before its charge: what calls something there becomes a
    /// function of its own.
    pub(super) fn parameter_value(&mut self, value: &Expression<'_>) {
        if !self.frame().in_parameters || is_trivial(value) {
            self.visit_expression(value);
            return;
        }
        let span = value.span();
        let at = self.edits.reserve_before(span.start);
        self.enter_function(Form::Plain);
        self.visit_expression(value);
        let (enter, leave) = self.leave_function();
        self.edits.fill(at, format!("(()=>{{{enter}return "));
        self.edits.behind(span.end, format!("{leave}}})()"));
    }

    /// An async function is on the stack until it first waits; later it is continued from the queue of jobs.
    pub(super) fn enter_await(&mut self, span: Span, awaited: Span) {
        match self.frame().form {
            Form::Async => self.edits.before(awaited.start, "($m$t="),
            Form::Generator => {}
            Form::Plain | Form::Program => {
                self.reject(
                    span,
                    "await is available to contracts in async functions only",
                );
            }
        }
    }

    pub(super) fn leave_await(&mut self, awaited: Span) {
        if self.frame().form == Form::Async {
            self.edits.behind(awaited.end, ",$m$.d-=$m$a,$m$a=0,$m$t)");
        }
    }
}
