//! WebSocket connections: the same requests as over HTTP, and subscriptions.
//!
//! ```text
//!   client ──▶ {"id":1,"method":"subscribe","params":{"to":"blocks"}}
//!          ◀── {"jsonrpc":"2.0","id":1,"result":{"subscription":1,"blockNumber":41}}
//!          ◀── {"jsonrpc":"2.0","method":"subscription","params":{"subscription":1,"change":"committed","block":{…}}}
//!          ◀── {"jsonrpc":"2.0","method":"subscription","params":{"subscription":1,"change":"reverted","block":{…}}}
//! ```
//!
//! `blockNumber` of the answer is the latest block then: every later one is notified, each one once for each time it is
//! committed or reverted, and no other is, but for a few that were committed while the answer was made.
//!
//! Topics: `{"to":"blocks"}`, with `"transactions":false` for heads only; `{"to":"events"}` with any of `"contract"`,
//! `"event"` and `"account"`: events of transactions that the account sent, or that have its name as a value of their
//! data; where the node writes an index, `{"to":"trades"}` with any of `"symbol"` and `"account"`, and `{"to":"ticker"}`, of
//! one `"symbol"` or of all: these come when the index has them, and `reverted` with a `blockNumber` says that what came
//! with that block is void. `{"to":"book"}` of one `"symbol"` is answered with a snapshot of the order book, and told each
//! change of it, numbered, by levels: price, tokens and orders, 0 where a level is gone. `unsubscribe` takes `{"subscription":1}`.
//!
//! A client that does not keep up is dropped with close code 1008 and a reason; then it subscribes again and reads what
//! it missed from the chain.

mod books;
mod connection;
mod feed;
mod topic;

pub use books::BookView;
pub(crate) use books::Books;
pub(crate) use connection::serve;
pub use feed::{BlockView, Change, Event, Feed, MarketView};
