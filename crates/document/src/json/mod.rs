//! `JSON.parse` and `JSON.stringify`.

mod parse;
mod stringify;

pub use parse::{ParseError, parse};
pub use stringify::quote_into;
pub(crate) use stringify::write_string;
