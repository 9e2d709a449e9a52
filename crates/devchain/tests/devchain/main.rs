//! The chain as its users see it: over HTTP and through its Rust API.

mod common;
mod rules;
mod shapes;
