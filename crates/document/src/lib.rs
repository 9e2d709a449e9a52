//! The values that payloads, events and tables are made of: ECMAScript JSON with decimals and dates.
//!
//! ```text
//!  payload text ──parse──▶ Value ──stringify──▶ text for logs and hashes (byte for byte as ECMAScript)
//!                           │ ▲
//!        from_extended / to_extended: {"$numberDecimal": …}, {"$date": …} as tables and RPC show them
//!                           │ │
//!               encode ─────┘ └───── decode
//!  typed row ──to_vec──▶ bytes of a row ──from_slice──▶ typed row
//!                           │
//!                           └──RawDocument──▶ one field ──encode_key──▶ bytes of an index key
//! ```
//!
//! - [`Text`], [`Object`], [`Value`]: a JavaScript string, an object with ECMAScript's order of properties, any value.
//! - [`parse`] and [`Value::stringify`]: `JSON.parse` and `JSON.stringify`.
//! - [`Decimal128`] and the extended forms: what tables hold beside JSON.
//! - [`codec`]: documents as bytes, also straight from and to Rust structs.
//! - [`order`]: how documents compare, and keys of an ordered store that compare alike.
//!
//! Everything here is a pure function of its input, on every machine the same.

pub mod codec;
mod decimal128;
mod extended;
mod json;
mod macros;
mod names;
mod object;
pub mod order;
mod serde_value;
mod text;
mod value;

pub use decimal128::{Decimal128, Decimal128Error};
pub use extended::ExtendedError;
pub use json::{ParseError, parse, quote_into};
pub use object::{Object, array_index};
pub use text::Text;
pub use value::{Kind, Value};

/// How deeply arrays and objects may nest in what is parsed, encoded or decoded.
///
/// ECMAScript has no such limit. This one is ours: it keeps every recursion over a document well within the stack of a
/// thread, and no contract nests more than a handful of levels.
pub const MAX_DEPTH: usize = 512;
