//! Part two: the contract that counts its own work.

use oxc_allocator::Allocator;
use oxc_semantic::SemanticBuilder;

use super::analysis::{implicit_globals, parse};
use super::error::{Rejected, SyntaxError};
use super::rewrite::Rewriter;
use super::stack::with_stack_for;

/// Longest contract a metered network takes, in bytes.
pub const MAX_SOURCE_BYTES: usize = 128 << 10;

/// What [`instrument`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrumented {
    /// The body of the function the host compiles, with the same line numbers as the contract.
    pub code: String,
    /// As in [`Analysis`](super::Analysis).
    pub implicit_globals: Vec<String>,
    /// The longest string in the text, in bytes: the least that the host's `begin` is told.
    pub longest_literal: usize,
}

/// Rewrites a contract so that it counts its work in units (see [`cost`](super::cost)).
///
/// # Errors
/// What is not JavaScript, and what cannot be metered.
pub fn instrument(source: &str) -> Result<Instrumented, Rejected> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(Rejected::TooLong {
            found: source.len(),
            limit: MAX_SOURCE_BYTES,
        });
    }
    with_stack_for(source, || {
        let arena = Allocator::default();
        let program = parse(&arena, source)?;
        let checked = SemanticBuilder::new_compiler().build(&program);
        if let Some(error) = checked.diagnostics.errors().next() {
            return Err(SyntaxError::from_diagnostic(source, error).into());
        }
        let (code, longest_literal) = Rewriter::run(source, &program)?;
        Ok(Instrumented {
            code,
            implicit_globals: implicit_globals(checked.semantic.scoping()),
            longest_literal,
        })
    })
}
