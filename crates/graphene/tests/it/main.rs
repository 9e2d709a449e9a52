//! The crate against data of real nodes and libraries.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
mod decoders;
mod real_blocks;
mod vectors;
