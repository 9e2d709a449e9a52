//! Whole nodes on a main chain of their own.

#[cfg(test)]
mod common;
#[cfg(test)]
mod public_nodes;
#[cfg(test)]
mod stories;
