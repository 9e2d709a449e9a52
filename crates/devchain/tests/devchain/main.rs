//! The chain as its users see it: over HTTP and through its Rust API.

mod common;
mod control;
mod faults;
mod forks;
mod persistence;
mod rules;
mod shapes;
