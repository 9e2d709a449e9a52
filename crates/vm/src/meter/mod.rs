//! From a contract's text to what the host needs to know about it.

mod analysis;
mod error;
mod stack;

pub use analysis::{Analysis, analyse};
pub use error::SyntaxError;
