//! Contracts written in JavaScript.

pub mod library;
pub mod meter;
