//! Rows and statements that both databases understand.
//!
//! ```text
//!   derive ─▶ Cache (rows that change) ──▶ sql: INSERT … ON CONFLICT ─▶ SQLite or PostgreSQL
//!               └─▶ Journal (what they were before) ─▶ table undo
//! ```

mod cache;
mod database;
mod field;
mod journal;
mod sql;

pub(crate) use cache::Cache;
pub use database::Database;
pub(crate) use database::Kind;
pub(crate) use field::{Column, Field};
pub(crate) use journal::{Journal, Undo};
pub(crate) use sql::{Row, find, put, query, remove, row};
