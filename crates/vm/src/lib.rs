//! Contracts written in JavaScript.

pub mod library;
