//! Contracts written in JavaScript.
//!
//! ```text
//!   a contract's code ──▶ Engine ──▶ Contract (runtime)          a call ──▶ Contract ──▶ Realm: QuickJS, api
//!                          │  analysis, instrumentation (meter)                           │ host functions
//!                          ▼                                                              ▼
//!                      Prepared: a function's text                                     Context: tables, calls, log
//! ```
//!
//! What flows in: the code of contracts, complete with the template around it, and calls with their [`Context`].
//! What flows out: what the calls do to the context, and how they ended.
//!
//! A contract runs in a *realm*: one instance of the engine, kept for the next call of the same contract. The realm's
//! own objects are frozen and the contract starts from nothing each time, so a call finds no trace of an earlier one.
//! What depends on the machine, on the clock or on chance is not there, or is made from the block: `Math.random`,
//! local time, traces, `eval`. What the engine says of errors gets the words of V8, which the reference's logs have. See
//! `repair.js`, `freeze.js` and `wording.js` in `prelude`.
//!
//! [`Context`]: tartan_runtime::Context

mod engine;
mod host;
mod interface;
pub mod library;
mod marshal;
pub mod meter;
mod net;
mod pool;
mod prepared;
mod realm;

pub use engine::{Engine, Options};
pub use interface::{ScriptAction, actions};
pub use pool::memory_at_rest;
