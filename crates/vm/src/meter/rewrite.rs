//! The walk over the syntax tree that decides on the insertions.

use std::collections::HashSet;

use oxc_ast::AstKind;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator};
use oxc_syntax::scope::ScopeFlags;

use super::PREFIX;
use super::cost;
use super::edits::{Edits, Reserved};
use super::error::Rejected;
use super::shape::{hoisting_conflict, is_trivial, may_be_string};

/// Straight code that is paid for at one place.
struct Region {
    weight: u32,
    at: Reserved,
    kind: RegionKind,
    /// Statements to insert behind the charge.
    extra: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RegionKind {
    Program,
    Function,
    /// A loop whose body is a block.
    Loop,
    /// A loop whose body has to be made a block.
    BareLoop,
    /// A block, `case` or `catch`, which is paid for with the code around it if it is small.
    Block,
    /// The initial values of a class's instances.
    Fields,
}

/// A function while its inside is visited.
struct Frame {
    form: Form,
    locals: u32,
    stack: u32,
    deepest: u32,
    in_parameters: bool,
    outer_strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Async,
    Generator,
    Program,
}

impl Frame {
    fn new(form: Form, outer_strict: bool) -> Self {
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
    fn depth(&self) -> u32 {
        1 + (self.locals + self.deepest) / cost::SLOTS_PER_DEPTH
    }
}

/// The visitor.
pub(super) struct Rewriter<'s> {
    source: &'s str,
    edits: Edits,
    frames: Vec<Frame>,
    regions: Vec<Region>,
    /// Names bound by `...` in object patterns of the declarations being visited.
    rests: Vec<Vec<String>>,
    /// Whether a class being visited has initial values, and the place for them.
    fields: Vec<Option<u32>>,
    /// Spans of nodes that are paid for by another.
    paid: HashSet<Span>,
    /// Spans of declarations in the heads of `for … of` and `for … in`.
    loop_heads: HashSet<Span>,
    starts: Vec<u32>,
    nesting: u32,
    unique: u32,
    longest_literal: usize,
    strict: bool,
    rejected: Option<Rejected>,
}

impl<'s> Rewriter<'s> {
    /// Instruments a program.
    pub(super) fn run(source: &'s str, program: &Program<'_>) -> Result<(String, usize), Rejected> {
        let mut rewriter = Self {
            source,
            edits: Edits::default(),
            frames: Vec::new(),
            regions: Vec::new(),
            rests: Vec::new(),
            fields: Vec::new(),
            paid: HashSet::new(),
            loop_heads: HashSet::new(),
            starts: Vec::new(),
            nesting: 0,
            unique: 0,
            longest_literal: 0,
            strict: false,
            rejected: None,
        };
        rewriter.visit_program(program);
        match rewriter.rejected {
            Some(rejected) => Err(rejected),
            None => Ok((rewriter.edits.apply(source), rewriter.longest_literal)),
        }
    }

    fn reject(&mut self, span: Span, what: impl Into<String>) {
        if self.rejected.is_none() {
            self.rejected = Some(Rejected::forbidden(self.source, span.start, what));
        }
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames
            .last_mut()
            .expect("the program is a frame, and stays until all else is left")
    }

    fn push_region(&mut self, kind: RegionKind, at: Reserved) {
        self.regions.push(Region {
            weight: 0,
            at,
            kind,
            extra: String::new(),
        });
    }

    /// Ends a region that pays for itself or, if it is a small block, has the surrounding region pay.
    fn pop_region(&mut self) -> Region {
        let region = self
            .regions
            .pop()
            .expect("regions are pushed and popped in pairs");
        let charge = |base: u32| base + cost::units(region.weight);
        match region.kind {
            RegionKind::Loop | RegionKind::BareLoop => {
                let open = if region.kind == RegionKind::BareLoop {
                    "{"
                } else {
                    ""
                };
                self.edits.fill(
                    region.at,
                    format!("{open}{}{}", pay(charge(cost::LOOP)), region.extra),
                );
                self.add_weight(region.weight);
            }
            RegionKind::Block if region.weight >= cost::LARGE_BLOCK => {
                self.edits
                    .fill(region.at, format!("{}{}", pay(charge(0)), region.extra));
            }
            RegionKind::Block => {
                self.edits.fill(region.at, region.extra.clone());
                self.add_weight(region.weight);
            }
            RegionKind::Program => {
                self.edits.fill(
                    region.at,
                    format!(";{}{}", pay(charge(cost::FUNCTION)), region.extra),
                );
            }
            RegionKind::Function | RegionKind::Fields => {}
        }
        region
    }

    fn add_weight(&mut self, weight: u32) {
        if let Some(region) = self.regions.last_mut() {
            region.weight = region.weight.saturating_add(weight);
        }
    }

    // --- functions -------------------------------------------------------------------------------------------------

    fn enter_function(&mut self, form: Form) {
        self.frames.push(Frame::new(form, self.strict));
        let none = self.edits.reserve_inside(0);
        self.push_region(RegionKind::Function, none);
    }

    /// The text at the begin of a function, the text at its end.
    fn leave_function(&mut self) -> (String, String) {
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
    fn body_start(body: &FunctionBody<'_>) -> u32 {
        body.directives
            .last()
            .map_or(body.span.start + 1, |directive| directive.span.end)
    }

    fn function_body(&mut self, body: &FunctionBody<'_>) {
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

    fn end_body(&mut self, at: Reserved, end: u32, after_directive: bool) {
        let (enter, leave) = self.leave_function();
        let semicolon = if after_directive { ";" } else { "" };
        self.edits.fill(at, format!("{semicolon}{enter}"));
        self.edits.behind(end, leave);
    }

    /// The body moves into a `try` block, where a function declared beside a variable of the same name would be an error
    /// or mean something else. Nobody writes such code; it is refused.
    fn check_hoisting<'a>(&mut self, parameters: &FormalParameters<'a>, body: &FunctionBody<'a>) {
        if let Some((span, name)) = hoisting_conflict(parameters, body) {
            self.reject(span, format!("the function {name} is declared once more in the same function, expected another name"));
        }
    }

    /// A parameter's initial value runs before the body and so before its charge: what calls something there becomes a
    /// function of its own.
    fn parameter_value(&mut self, value: &Expression<'_>) {
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

    // --- loops and blocks ------------------------------------------------------------------------------------------

    fn enter_loop(&mut self, body: &Statement<'_>) {
        match body {
            Statement::BlockStatement(block) => {
                let at = self.edits.reserve_inside(block.span.start + 1);
                self.paid.insert(block.span);
                self.push_region(RegionKind::Loop, at);
            }
            _ => {
                let at = self.edits.reserve_before(body.span().start);
                self.push_region(RegionKind::BareLoop, at);
            }
        }
    }

    fn leave_loop(&mut self, body: &Statement<'_>) {
        if self.pop_region().kind == RegionKind::BareLoop {
            self.edits.behind(body.span().end, "}");
        }
    }

    fn bind_rests(&mut self, names: &[String]) -> String {
        names.iter().map(|name| format!("$m$p({name});")).collect()
    }

    // --- expressions -----------------------------------------------------------------------------------------------

    /// A call around an expression.
    fn wrap_before(&mut self, span: Span, helper: &str) {
        self.edits.before(span.start, format!("({helper}("));
    }

    fn wrap_behind(&mut self, span: Span) {
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

    /// `a **= b`: the power is the host's, so the target is read and written apart.
    fn enter_power_assignment(&mut self, it: &AssignmentExpression<'_>) {
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

    fn leave_power_assignment(&mut self, it: &AssignmentExpression<'_>) {
        let end = match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(_) => ")".to_owned(),
            _ => format!(",{}))", self.strict),
        };
        self.edits.behind(it.span.end, end);
    }

    /// An async function is on the stack until it first waits; later it is continued from the queue of jobs.
    fn enter_await(&mut self, span: Span, awaited: Span) {
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

    fn leave_await(&mut self, awaited: Span) {
        if self.frame().form == Form::Async {
            self.edits.behind(awaited.end, ",$m$.d-=$m$a,$m$a=0,$m$t)");
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

    /// Marks the declaration in the head of a loop, which has no room for more declarators.
    fn loop_head(&mut self, left: &ForStatementLeft<'_>) {
        if let ForStatementLeft::VariableDeclaration(declaration) = left {
            self.loop_heads.extend(
                declaration
                    .declarations
                    .iter()
                    .map(|declarator| declarator.span),
            );
        }
    }

    // --- classes ---------------------------------------------------------------------------------------------------

    fn class(&mut self, it: &Class<'_>) {
        let strict = std::mem::replace(&mut self.strict, true);
        let heritage = it
            .heritage
            .as_ref()
            .map(|heritage| heritage.expression.span());
        if let Some(span) = heritage {
            self.edits.before(span.start, "($m$h(");
        }
        let has_values = it.body.body.iter().any(is_value);
        self.fields.push(has_values.then_some(0));
        let at = self.edits.reserve_inside(it.body.span.start + 1);
        walk::walk_class(self, it);
        let mut begin = String::new();
        if it.heritage.is_some() && !it.body.body.iter().any(is_constructor) {
            let units = cost::FUNCTION + cost::units(cost::LARGE_BLOCK);
            begin += &format!(
                "constructor(...$m$r){{try{{if(($m$.u-={units})<0||++$m$.d>{max})$m$x();super(...$m$r)}}finally{{--$m$.d}}}}",
                max = cost::MAX_DEPTH
            );
        }
        if let Some(weight) = self.fields.pop().flatten() {
            begin += &format!("#$m$i=$m$f({});", cost::FUNCTION + cost::units(weight));
            self.edits.behind(it.body.span.end - 1, ";#$m$o=$m$g()");
        }
        self.edits.fill(at, begin);
        self.strict = strict;
    }

    fn property_definition(&mut self, it: &PropertyDefinition<'_>) {
        if it.r#static {
            walk::walk_property_definition(self, it);
            return;
        }
        let unused = self.edits.reserve_inside(it.span.start);
        self.push_region(RegionKind::Fields, unused);
        walk::walk_property_definition(self, it);
        let weight = self.pop_region().weight;
        if let Some(Some(total)) = self.fields.last_mut() {
            *total += weight + 8;
        }
    }

    // --- what every node takes part in -----------------------------------------------------------------------------

    /// Whether the node makes parsers recurse. A left operand begins where its parent begins, and they read chains of
    /// those in a loop.
    fn nests(&self, kind: &AstKind<'_>) -> bool {
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

    fn enter_any(&mut self, kind: &AstKind<'_>) {
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

    fn leave_any(&mut self, kind: &AstKind<'_>) {
        self.starts.pop();
        self.nesting -= u32::from(self.nests(kind));
        if let Some(frame) = self.frames.last_mut() {
            frame.stack -= cost::slots(kind);
        }
    }

    fn check_name(&mut self, span: Span, name: &str) {
        if name.starts_with(PREFIX) {
            self.reject(
                span,
                format!("names beginning with {PREFIX} are the host's, found {name}"),
            );
        }
    }
}

/// Takes `units` and stops when there are none left.
fn pay(units: u32) -> String {
    format!("if(($m$.u-={units})<0)$m$x();")
}

fn is_value(element: &ClassElement<'_>) -> bool {
    matches!(element, ClassElement::PropertyDefinition(property) if !property.r#static)
}

fn is_constructor(element: &ClassElement<'_>) -> bool {
    matches!(element, ClassElement::MethodDefinition(method) if method.kind == MethodDefinitionKind::Constructor)
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

impl<'a> Visit<'a> for Rewriter<'_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.enter_any(&kind);
        match kind {
            AstKind::RegExpLiteral(it) => self.reject(
                it.span,
                "regular expressions are not available to contracts",
            ),
            AstKind::BigIntLiteral(it) => self.reject(
                it.span,
                "big integer literals are not available to contracts",
            ),
            AstKind::WithStatement(it) => {
                self.reject(it.span, "with is not available to contracts")
            }
            AstKind::DebuggerStatement(it) => {
                self.reject(it.span, "debugger is not available to contracts")
            }
            AstKind::ImportExpression(it) => {
                self.reject(it.span, "import() is not available to contracts")
            }
            AstKind::ImportMeta(it) => {
                self.reject(it.span, "import.meta is not available to contracts")
            }
            AstKind::AccessorProperty(it) => {
                self.reject(it.span, "accessor fields are not available to contracts")
            }
            AstKind::Decorator(it) => {
                self.reject(it.span, "decorators are not available to contracts")
            }
            AstKind::V8IntrinsicExpression(it) => {
                self.reject(it.span, "engine intrinsics are not available to contracts")
            }
            AstKind::IdentifierReference(it) => {
                self.check_name(it.span, &it.name);
                if it.name == "arguments" {
                    self.edits.before(it.span.start, "($m$q(");
                    self.edits.behind(it.span.end, "))");
                }
            }
            AstKind::BindingIdentifier(it) => {
                self.check_name(it.span, &it.name);
                self.frame().locals += 1;
            }
            AstKind::StringLiteral(it) => {
                self.longest_literal = self.longest_literal.max(it.value.len())
            }
            AstKind::TemplateElement(it) => {
                self.longest_literal = self.longest_literal.max(it.value.raw.len())
            }
            AstKind::LabelIdentifier(it) => self.check_name(it.span, &it.name),
            AstKind::PrivateIdentifier(it) => self.check_name(it.span, &it.name),
            AstKind::CallExpression(it) => {
                if matches!(&it.callee, Expression::Identifier(name) if name.name == "eval") {
                    self.reject(it.span, "eval is not available to contracts");
                }
            }
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Addition => {
                self.enter_addition(it)
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
            AstKind::TemplateLiteral(it)
                if !it.expressions.is_empty() && !self.paid.contains(&it.span) =>
            {
                self.template(it);
            }
            AstKind::AwaitExpression(it) => self.enter_await(it.span, it.argument.span()),
            AstKind::VariableDeclaration(it) => {
                if matches!(
                    it.kind,
                    VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing
                ) {
                    self.reject(it.span, "using is not available to contracts");
                }
            }
            AstKind::VariableDeclarator(_) | AstKind::CatchParameter(_) => {
                self.rests.push(Vec::new())
            }
            AstKind::FormalParameters(_) => {
                self.frame().in_parameters = true;
                self.rests.push(Vec::new());
            }
            _ => {}
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Addition => {
                self.leave_addition(it)
            }
            AstKind::BinaryExpression(it) if it.operator == BinaryOperator::Exponential => {
                self.wrap_behind(it.span)
            }
            AstKind::AssignmentExpression(it) if it.operator == AssignmentOperator::Addition => {
                self.edits
                    .behind(it.span.end, ")==\"string\"?$m$s($m$t):$m$t)");
            }
            AstKind::AssignmentExpression(it) if it.operator == AssignmentOperator::Exponential => {
                self.leave_power_assignment(it);
            }
            AstKind::NewExpression(it) => self.wrap_behind(it.span),
            AstKind::TemplateLiteral(it)
                if !it.expressions.is_empty() && !self.paid.contains(&it.span) =>
            {
                self.wrap_behind(it.span);
            }
            AstKind::AwaitExpression(it) => self.leave_await(it.argument.span()),
            AstKind::VariableDeclarator(it) => {
                let names = self.rests.pop().unwrap_or_default();
                if self.loop_heads.contains(&it.span) {
                    let text = self.bind_rests(&names);
                    if let Some(region) = self.regions.last_mut() {
                        region.extra += &text;
                    }
                } else {
                    for name in names {
                        self.unique += 1;
                        self.edits
                            .behind(it.span.end, format!(",$m${}=$m$p({name})", self.unique));
                    }
                }
            }
            AstKind::CatchParameter(it) => self.leave_catch_parameter(it.span),
            AstKind::FormalParameters(_) => {
                self.frame().in_parameters = false;
                let names = self.rests.pop().unwrap_or_default();
                let text = self.bind_rests(&names);
                if let Some(region) = self.regions.last_mut() {
                    region.extra += &text;
                }
            }
            _ => {}
        }
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

/// `{ __proto__: value }`
fn sets_prototype(property: &ObjectProperty<'_>) -> bool {
    let named = match &property.key {
        PropertyKey::StaticIdentifier(name) => name.name == "__proto__",
        PropertyKey::StringLiteral(name) => name.value == "__proto__",
        _ => false,
    };
    named
        && property.kind == PropertyKind::Init
        && !(property.computed || property.shorthand || property.method)
}
