//! The walk over the syntax tree that decides on the insertions.
//!
//! ```text
//!   visit ─▶ nesting       every node: how deep it is, what it weighs and takes of the stack
//!         ─▶ refusals      what contracts may not use
//!         ─▶ regions       straight code, loops, blocks: one charge for each
//!         ─▶ functions     entering and leaving: units, depth; `await`
//!         ─▶ classes, expressions, assignments, bindings: what they need around them
//! ```

mod assignments;
mod bindings;
mod classes;
mod expressions;
mod functions;
mod nesting;
mod refusals;
mod regions;
mod visit;

use std::collections::HashSet;

use oxc_ast::ast::*;
use oxc_ast_visit::Visit;
use oxc_span::Span;

use self::functions::Frame;
use self::regions::Region;
use super::edits::Edits;
use super::error::Rejected;

/// The visitor.
pub(super) struct Rewriter<'s> {
    source: &'s str,
    edits: Edits,
    /// The program and the functions around the present node, outermost first.
    frames: Vec<Frame>,
    /// The regions around it, outermost first.
    regions: Vec<Region>,
    /// Names bound by `...` in object patterns of the declarations being visited.
    rests: Vec<Vec<String>>,
    /// Whether a class being visited has initial values, and the place for them.
    fields: Vec<Option<u32>>,
    /// Spans of nodes that are paid for by another.
    paid: HashSet<Span>,
    /// Spans of declarations in the heads of `for … of` and `for … in`.
    loop_heads: HashSet<Span>,
    /// Where the nodes around the present one begin, outermost first.
    starts: Vec<u32>,
    /// How many nodes around it make parsers recurse.
    nesting: u32,
    /// For names of variables that only hold a charge.
    unique: u32,
    longest_literal: usize,
    strict: bool,
    /// The first thing that cannot be accepted.
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
}
