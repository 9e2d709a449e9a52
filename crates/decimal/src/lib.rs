//! Numbers of the sidechain: decimals as bignumber.js computes them, and token amounts as integers.
//!
//! ```text
//!  text of a payload or row ──parse──▶ Decimal ──plus, times, div, …──▶ Decimal ──to_fixed──▶ text
//!                           │             ▲ │
//!                           │  to_decimal │ │ from_decimal
//!                           │             │ ▼
//!                           └──parse────▶ Quantity ──checked integers──▶ Quantity ──format──▶ text
//! ```
//!
//! - [`Decimal`] is what contracts written in JavaScript call `BigNumber`: any number of digits, the rounding of
//!   division, the range, the texts and the sign of zero of bignumber.js 8.1, under a [`Config`].
//! - [`Quantity`] is an amount of a token in its smallest unit; with the token's [`Precision`] it has a text. The fast
//!   path of native contracts.
//!
//! Both are exact and the same on every machine. What would take more than [`MAX_DIGITS`] digits is refused.

mod arithmetic;
mod coefficient;
mod config;
mod decimal;
mod format;
mod integer;
mod parse;
mod precision;
mod quantity;
mod radix;
mod rounding;
mod significant;

pub use config::Config;
pub use decimal::{Decimal, DecimalError};
pub use parse::NotANumber;
pub use precision::{Precision, PrecisionError};
pub use quantity::{Quantity, QuantityError, QuantityText};
pub use rounding::Rounding;

/// The most digits that a number, and the most digits that a text made of one, may have.
///
/// bignumber.js has no such limit. This one is ours: without it a short text like `1e999999999` or a loop that squares
/// a number could ask for any amount of memory and time.
///
/// Why so many: main chains take at most 8,192 bytes of `custom_json` and 2,048 of memo, so every number of a payload
/// fits, and so does the product of any two. Only a contract that multiplies on and on, or joins texts, gets beyond,
/// and is refused; a text with more digits is not a number, so that a native contract given one directly answers
/// `invalid params` where its ancestor would have come to, say, `overdrawn balance`.
///
/// Why not more: reading, writing, division and roots take time that grows with the square of the digits. At this limit
/// the slowest of them take one or two milliseconds; at ten times as many it would be a hundred times that.
pub const MAX_DIGITS: u32 = 20_000;
