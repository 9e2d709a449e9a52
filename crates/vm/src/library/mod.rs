//! What scripts may call that needs no JavaScript engine: pure functions of their arguments.
//!
//! ```text
//!  texts, numbers ─────────▶ bignumber ───▶ texts, numbers, booleans, `[BigNumber Error] …`
//!  texts ──────────────────▶ validator ───▶ booleans, texts
//!  payload, signature, key ▶ signature ───▶ boolean
//!  QuickJS's error message ▶ wording ─────▶ V8's error message
//! ```
//!
//! All of it decides what contracts answer, so all of it is the same on every machine and bounded in time.

pub mod bignumber;
pub mod signature;
pub mod validator;
pub mod wording;
