//! Contracts in JavaScript over the real tables: what the interface answers, and what a contract cannot do.

mod attacks;
mod determinism;
mod harness;
mod interface;
mod isolation;
mod metering;
mod wording;
