//! The order books that somebody watches, and how they change.
//!
//! ```text
//!   blocks ─▶ touched? ─▶ the contract's tables, read anew ─▶ difference ─▶ Change::Book, numbered
//! ```
//!
//! One reading serves all clients. A client begins with a snapshot and its number; each difference has the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};

use serde_json::{Value, json};
use tartan_chain::{Block, Notification, Reader, SubscriptionError, Transaction};
use tartan_index::Amount;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

use super::feed::{Change, Feed};
use crate::derived::{Depth, Level};
use crate::error::RpcError;
use crate::server::stopped;
use crate::service::Service;

/// Books that are watched at the same time.
const MOST_BOOKS: usize = 200;
/// Readings after which it is taken as it is that blocks come faster than the tables are read.
const TRIES: usize = 5;

/// The books that somebody watches. A handle.
#[derive(Clone)]
pub(crate) struct Books {
    service: Service,
    watched: Arc<Mutex<BTreeMap<String, Watched>>>,
}

/// A book as the clients have it.
struct Watched {
    watchers: Weak<()>,
    sequence: u64,
    block_number: Option<u64>,
    bids: Levels,
    asks: Levels,
}

/// Tokens and orders by price.
type Levels = BTreeMap<Amount, (Amount, usize)>;

/// How a book changed.
pub struct BookView {
    /// Whether by a block that came, otherwise by one that went.
    pub committed: bool,
    /// The token.
    pub symbol: String,
    /// The number of the change.
    pub sequence: u64,
    /// The members of the notification.
    pub text: String,
}

/// Somebody watches a book as long as this lives.
pub(crate) struct Watch {
    /// The number of the snapshot, then of the last difference that was told.
    pub(crate) sequence: u64,
    _watcher: Arc<()>,
}

/// What a block may have changed.
enum Touched {
    Books(BTreeSet<String>),
    All,
}

impl Books {
    /// Starts to follow the chain, and to tell the feed's listeners; goes on until `stop`.
    pub(crate) fn start(
        service: &Service,
        feed: &Feed,
        mut stop: watch::Receiver<bool>,
        tasks: &mut JoinSet<()>,
    ) -> Books {
        let books = Books {
            service: service.clone(),
            watched: Arc::default(),
        };
        let (following, feed) = (books.clone(), feed.clone());
        let mut subscription = service.reader().subscribe();
        tasks.spawn(async move {
            loop {
                let notification = tokio::select! {
                    () = stopped(&mut stop) => return,
                    notification = subscription.next() => notification,
                };
                let (committed, touched) = match notification {
                    Ok(Notification::Committed(block)) => (true, touched(&block)),
                    Ok(Notification::Reverted(block)) => (false, touched(&block)),
                    Err(SubscriptionError::Lagged(_)) => (true, Touched::All),
                    Err(SubscriptionError::Closed) => return,
                };
                for view in following.update(committed, &touched).await {
                    feed.send(Change::Book(view));
                }
            }
        });
        books
    }

    /// Begins to watch a book: what is in it now.
    ///
    /// # Errors
    /// When too many are watched, or the tables cannot be read.
    pub(crate) async fn watch(&self, symbol: &str) -> Result<(Watch, Value), RpcError> {
        // nothing is told while this is read: a block that comes meanwhile is told afterwards
        let mut watched = self.watched.lock().await;
        let known = watched.get(symbol);
        let watcher = match known.and_then(|book| book.watchers.upgrade()) {
            Some(watcher) => watcher,
            None => {
                watched.retain(|_, book| book.watchers.strong_count() > 0);
                if watched.len() >= MOST_BOOKS {
                    return Err(RpcError::bad(format!(
                        "too many books are watched, maximum is {MOST_BOOKS}; ask market.depth"
                    )));
                }
                let watcher = Arc::new(());
                let depth = self.read(symbol).await?;
                let book = Watched {
                    watchers: Arc::downgrade(&watcher),
                    sequence: 1,
                    block_number: depth.block_number,
                    bids: levels(&depth.bids),
                    asks: levels(&depth.asks),
                };
                watched.insert(symbol.to_owned(), book);
                watcher
            }
        };
        let book = watched.get(symbol).ok_or(RpcError::INTERNAL)?;
        let snapshot = json!({
            "symbol": symbol,
            "sequence": book.sequence,
            "blockNumber": book.block_number,
            "bids": book.bids.iter().rev().map(level).collect::<Vec<_>>(),
            "asks": book.asks.iter().map(level).collect::<Vec<_>>(),
        });
        let watch = Watch {
            sequence: book.sequence,
            _watcher: watcher,
        };
        Ok((watch, snapshot))
    }

    /// Reads the books that were touched, and gives how they changed.
    async fn update(&self, committed: bool, touched: &Touched) -> Vec<BookView> {
        let mut watched = self.watched.lock().await;
        watched.retain(|_, book| book.watchers.strong_count() > 0);
        let mut views = Vec::new();
        for (symbol, book) in watched.iter_mut() {
            if matches!(touched, Touched::Books(books) if !books.contains(symbol)) {
                continue;
            }
            // what cannot be read now is told with the next block that touches it
            let Ok(depth) = self.read(symbol).await else {
                continue;
            };
            let (bids, asks) = (levels(&depth.bids), levels(&depth.asks));
            let changed_bids = difference(&book.bids, &bids);
            let changed_asks = difference(&book.asks, &asks);
            if changed_bids.is_empty() && changed_asks.is_empty() {
                continue;
            }
            book.sequence += 1;
            (book.bids, book.asks) = (bids, asks);
            book.block_number = depth.block_number;
            let number = depth.block_number;
            let (bids, asks) = (Value::from(changed_bids), Value::from(changed_asks));
            views.push(BookView {
                committed,
                symbol: symbol.clone(),
                sequence: book.sequence,
                text: format!(
                    r#""blockNumber":{},"symbol":{},"sequence":{},"bids":{bids},"asks":{asks}"#,
                    json!(number),
                    json!(symbol),
                    book.sequence,
                ),
            });
        }
        views
    }

    /// Both sides of a book as one block left them.
    async fn read(&self, symbol: &str) -> Result<Depth, RpcError> {
        let symbol = symbol.to_owned();
        let read = move |reader: &Reader| {
            let mut tries = 0;
            loop {
                let before = reader.position();
                // orders that have expired stand in the tables until they are swept, as in here
                let depth = Depth::read(reader, &symbol, usize::MAX, i64::MIN)?;
                tries += 1;
                if reader.position() == before || tries == TRIES {
                    return Ok(depth);
                }
            }
        };
        self.service.read(read).await
    }
}

/// The books that a block may have changed.
fn touched(block: &Block) -> Touched {
    let mut books = BTreeSet::new();
    for transaction in block.all_transactions() {
        let is_call = transaction.contract.as_deref() == Some("market");
        if !is_call && !transaction.logs.contains("\"market\"") {
            continue;
        }
        match symbol(transaction).filter(|_| is_call) {
            Some(symbol) => books.extend([symbol]),
            // cancelled or expired orders, and those of other contracts
            None => return Touched::All,
        }
    }
    Touched::Books(books)
}

/// The token of the order that a transaction places.
fn symbol(transaction: &Transaction) -> Option<String> {
    let places = ["buy", "sell", "marketBuy", "marketSell"];
    let action = transaction.action.as_deref()?;
    let payload: Value = serde_json::from_str(transaction.payload.as_deref()?).ok()?;
    let symbol = payload.get("symbol")?.as_str()?;
    places.contains(&action).then(|| symbol.to_owned())
}

fn levels(levels: &[Level]) -> Levels {
    let pairs = levels.iter();
    pairs
        .map(|level| (level.price, (level.quantity, level.orders)))
        .collect()
}

/// Price, tokens, orders.
fn level((price, (quantity, orders)): (&Amount, &(Amount, usize))) -> Value {
    json!([price, quantity, orders])
}

/// The levels of the second that are not in the first, and those of the first that are gone, with nothing in them.
fn difference(before: &Levels, after: &Levels) -> Vec<Value> {
    let nothing = (Amount::ZERO, 0);
    let prices: BTreeSet<&Amount> = before.keys().chain(after.keys()).collect();
    let changed = prices.into_iter().filter_map(|price| {
        let now = after.get(price);
        (before.get(price) != now).then(|| level((price, now.unwrap_or(&nothing))))
    });
    changed.collect()
}
