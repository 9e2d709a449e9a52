//! From a contract's text to what the host needs to know about it, and to a contract that counts its own work.
//!
//! ```text
//! source ─ analyse ────▶ names it assigns without declaring them          (every network)
//! source ─ instrument ─▶ code that counts units and depth, or a refusal   (networks with `metered`)
//! PRELUDE, in a fresh realm ─▶ natives that charge, values of PARAMETERS, the host's side of the meter
//! ```
//!
//! **Calling convention.** The host compiles (as sloppy code)
//! `(function (api, done, …PARAMETERS, …implicit_globals) { CODE })` and calls it with the values the prelude made. Around
//! it: `host.begin(budget, longest)` with the length of the longest string handed in (and of
//! [`Instrumented::longest_literal`]), `host.job()` before each job (false: stop), `host.charge(units, longest)` in host
//! functions whose work grows, and in the end `host.stopped()` and `host.used()`. Whatever the contract returned or
//! caught: once `stopped()` is not empty the execution has failed.
//!
//! **Units** ([`cost`]) are taken at every entry of a function, every iteration of a loop and every large block, in
//! proportion to the weight of the straight code behind it. When none are left, every later charge throws again, so that
//! code which catches the error runs to its next charge at most.
//!
//! **Depth.** Functions count themselves in at their entry and out in a `finally` around their body. An async function
//! counts itself out when it first waits: it is continued from the queue of jobs, at the bottom of the stack. A generator
//! is counted by the wrapped `next`, `return` and `throw`. Initial values of parameters that call something become
//! functions of their own, since they run before the body.
//!
//! **Text, not tree.** The rewriting inserts into the source and never moves a line, so that positions in error messages
//! stay those of the contract, and the result does not depend on how a code generator lays out a tree.

mod analysis;
pub mod cost;
mod edits;
mod error;
mod instrument;
mod rewrite;
mod shape;
mod stack;
#[cfg(test)]
mod tests;

pub(crate) use analysis::parse;
pub use analysis::{Analysis, analyse};
pub use error::{Rejected, SyntaxError};
pub(crate) use stack::with_stack_for;

pub use instrument::{Instrumented, MAX_SOURCE_BYTES, instrument};

/// How the names begin which only instrumented code uses.
pub const PREFIX: &str = "$m$";

/// The script that runs in a fresh realm, after the host's `Math` and before all is frozen. Its value is
/// `[host, arguments]`: `host` has the functions `begin`, `job`, `charge`, `used` and `stopped`, and must never reach a
/// contract; `arguments` are the values of [`PARAMETERS`].
pub const PRELUDE: &str = concat!(
    include_str!("../prelude/meter/install.js"),
    "(",
    include_str!("../prelude/meter/core.js"),
    ",",
    include_str!("../prelude/meter/replacing.js"),
    ",",
    include_str!("../prelude/meter/arrays.js"),
    ",",
    include_str!("../prelude/meter/strings.js"),
    ",",
    include_str!("../prelude/meter/objects.js"),
    ",",
    include_str!("../prelude/meter/json.js"),
    ",",
    include_str!("../prelude/meter/collections.js"),
    ")",
);

/// The parameters of the function whose body is instrumented code, besides the host's own.
pub const PARAMETERS: &[&str] = &[
    "$m$", "$m$x", "$m$t", "$m$s", "$m$p", "$m$e", "$m$h", "$m$o", "$m$w", "$m$r", "$m$v", "$m$f",
    "$m$g", "$m$q", "$m$l",
];
