//! The sidechain's JSON-RPC server.
//!
//! ```text
//!   HTTP: POST / /blockchain /contracts ─┐
//!              /history /market          ├─▶ envelope ─▶ method ─┬─▶ view of the state ─▶ JSON text
//!   WebSocket: the same ─────────────────┘                       │    long ones: on a blocking thread, in turn
//!      ▲                                                         └─▶ index (SQL): histories, markets ─▶ JSON text
//!      └── subscriptions ◀── Committed / Reverted ◀── chain            ▲
//!                                                                      │
//!   GET /udf/… /api/coingecko/… /accountHistory /marketHistory ────────┘
//!   GET / status    GET /health    GET /metrics     pages for people, if the node brings their routes
//! ```
//!
//! In flow requests as existing clients of the reference node send them, and the chain's notifications; out flow the
//! answers and errors that these clients know (protocol, section f). What the reference answers with null because it
//! failed is an error with a reason here, except for a table that does not exist.
//!
//! **Invariant: the chain never waits for a client.** Readers have views of their own; a WebSocket client that does
//! not keep up is dropped.
//!
//! **Invariant: whatever a client sends, the work it causes is bounded** by [`Limits`].

mod config;
mod derived;
mod envelope;
mod error;
mod methods;
mod rest;
mod server;
mod service;
mod sync;
mod telemetry;
mod websocket;

pub use config::{Limits, RpcConfig};
pub use server::{ServeError, Server};
pub use sync::{MainNode, SyncState, SyncStatus};
pub use telemetry::recorder;
pub use websocket::{BlockView, BookView, Change, Event, Feed, MarketView};
