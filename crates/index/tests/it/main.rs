//! The index against a real chain, in SQLite and, where there is one, in PostgreSQL.

#[cfg(test)]
mod common;
#[cfg(test)]
mod days;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod holders;
#[cfg(test)]
mod markets;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod words;
