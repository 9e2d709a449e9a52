//! `JSON.parse` and `JSON.stringify`.

mod parse;
mod stringify;

pub use parse::{ParseError, parse};
pub(crate) use stringify::write_string;
