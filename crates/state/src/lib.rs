//! Documents in tables with indexes: the store, layers, views, overlays and queries.
//!
//! ```text
//!  begin ──▶ Overlay: writes of the block in progress, savepoints
//!               │ commit(position)
//!               ▼
//!            Layer: what one block changed          ◀── revert_to(number) drops layers
//!            Layer
//!            Layer ── finalize(number) ──▶ merged, in the background ──▶ Store: one LMDB transaction
//!               │                                                          │
//!               └───────────────▶ View: a reading position over both ◀─────┘
//! ```
//!
//! - The [`State`] holds what is irreversible in a store on disk and what came after as layers in memory, one
//!   for each main-chain block. A fork drops layers; a crash drops all of them, and the blocks are executed again.
//! - A [`View`] reads the state after one block and is never disturbed by the writer. An [`Overlay`] reads the
//!   same way with its own writes on top.
//! - Keys live in [`Space`]s: rows and index entries of tables, blocks, transactions. All of them are written by
//!   the same overlay, so they commit, roll back and revert together.
//! - Rows are documents. Contracts in JavaScript and RPC search them with a [`Filter`] ([`Read::find`]); native
//!   contracts read and write them as structs ([`Table`]). Both see the same rows.
//!
//! ```
//! use tartan_document::object;
//! use tartan_state::{Filter, FindOptions, IndexSpec, Position, Read, State};
//!
//! let state = State::memory();
//! let mut overlay = state.begin()?;
//! overlay.create_table("notebook", "notes", &[IndexSpec::field("author")], None)?;
//! let note = overlay.insert("notebook", "notes", object! { "author": "alice", "text": "hello" })?;
//! assert_eq!(note.to_string(), r#"{"_id":1,"author":"alice","text":"hello"}"#);
//! state.commit(overlay, Position { number: 1, id: "0000000161…".into() })?;
//!
//! let filter = Filter::parse_object(&object! { "author": "alice" })?;
//! let notes = state.view()?.find("notebook", "notes", &filter, &FindOptions::default())?;
//! assert_eq!(notes, [note]);
//!
//! // The main chain took another branch.
//! state.revert_to(0)?;
//! assert!(state.view()?.table("notebook", "notes").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Invariant: a flush is all or nothing.** Rows, index entries, blocks, catalog and the position they are the
//! state after are one transaction of the store.
//!
//! **Invariant: what is read does not depend on what is flushed when.** Flushing moves data from layers to the
//! store; no view can tell the difference.
//!
//! `unsafe` is denied except for opening the memory-mapped store, which LMDB makes the caller's responsibility.

mod arena;
mod catalog;
mod changes;
mod decoded;
mod directory;
mod entries;
mod error;
mod flush;
mod layer;
mod options;
mod overlay;
mod position;
mod priority;
mod query;
mod range;
mod read;
mod record;
mod row;
mod run;
mod schema;
mod sorting;
mod space;
mod state;
mod store;
mod table;
mod view;
mod writer;
mod writes;

#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed_tests;

pub use catalog::{Catalog, IndexField, IndexInfo, IndexKind, IndexSpec, TableInfo};
pub use error::{QueryError, StateError};
pub use layer::Layer;
pub use options::StateOptions;
pub use overlay::{Overlay, Savepoint};
pub use position::Position;
pub use priority::be_nicer;
pub use query::{DEFAULT_LIMIT, Filter, FindOptions, Path, Projection, Scan, Sort, UnknownIndex};
pub use range::{Entry, Range};
pub use read::Read;
pub use record::{Index, Record, RowId, Stored, Table};
pub use space::{IndexId, MAX_KEY, Space, TableId};
pub use state::State;
pub use table::IfMissing;
pub use view::View;
