//! The crate against data of real nodes and libraries.

mod common;
mod decoders;
mod real_blocks;
mod vectors;
