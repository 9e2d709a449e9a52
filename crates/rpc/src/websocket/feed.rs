//! One reading of the chain's notifications for all clients.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use tartan_chain::network::Naming;
use tartan_chain::{Block, Network, Notification, Reader, SubscriptionError, Transaction};
use tartan_document::{Value, parse};
use tartan_index::{Index, IndexChange, Trade};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use super::books::BookView;
use crate::derived;
use crate::server::stopped;
use crate::service::Service;

/// What the clients' connections listen to: those of WebSockets here, and those of pages.
#[derive(Clone)]
pub struct Feed {
    sender: broadcast::Sender<Arc<Change>>,
    stop: watch::Receiver<bool>,
}

/// What happened. The texts are made when the first client wants them.
pub enum Change {
    /// A block came or went.
    Block {
        /// Whether it came.
        committed: bool,
        /// It.
        block: BlockView,
    },
    /// The index was written.
    Market(MarketView),
    /// An order book that somebody watches changed.
    Book(BookView),
    /// Notifications were lost: nobody can go on.
    Gap,
}

/// A block as clients see it.
pub struct BlockView {
    block: Arc<Block>,
    network: Arc<Network>,
    full: OnceLock<String>,
    head: OnceLock<String>,
    events: OnceLock<Vec<Event>>,
}

/// What happened in the markets, as the index has it.
pub struct MarketView {
    /// Whether blocks came; otherwise this one went, with all that was told of it.
    pub committed: bool,
    /// The last of them.
    pub block_number: i64,
    /// As `market.trades` shows them, but oldest first, with the symbol and the parties of each.
    pub trades: Vec<(Trade, String)>,
    /// As `market.ticker` shows them, with their symbols.
    pub tickers: Vec<(String, String)>,
}

/// An event in the log of a transaction.
pub struct Event {
    /// The id of the transaction.
    pub transaction: String,
    /// Who sent it.
    pub sender: Option<String>,
    /// `{contract, event, data}`.
    pub value: Value,
}

impl Event {
    /// Whether the account sent the transaction or is named in the event's data.
    pub fn concerns(&self, account: &str) -> bool {
        self.sender.as_deref() == Some(account) || self.names(account)
    }

    /// Whether a value of the event's data is this text: an account, a symbol.
    pub fn names(&self, text: &str) -> bool {
        let data = self.value.get("data").and_then(Value::as_object);
        data.is_some_and(|data| data.values().any(|value| value.as_str() == Some(text)))
    }
}

impl Feed {
    /// Starts to listen to the chain; goes on until `stop`.
    pub(crate) fn start(
        reader: &Reader,
        capacity: usize,
        mut stop: watch::Receiver<bool>,
        tasks: &mut JoinSet<()>,
    ) -> Feed {
        let sender = broadcast::Sender::new(capacity.max(1));
        let feed = Feed {
            sender: sender.clone(),
            stop: stop.clone(),
        };
        let network = reader.network().clone();
        let mut subscription = reader.subscribe();
        tasks.spawn(async move {
            loop {
                let notification = tokio::select! {
                    () = stopped(&mut stop) => return,
                    notification = subscription.next() => notification,
                };
                let change = match notification {
                    Ok(Notification::Committed(block)) => Change::block(true, block, &network),
                    Ok(Notification::Reverted(block)) => Change::block(false, block, &network),
                    Err(SubscriptionError::Lagged(_)) => Change::Gap,
                    Err(SubscriptionError::Closed) => return,
                };
                // an error says that nobody listens
                let _ = sender.send(Arc::new(change));
            }
        });
        feed
    }

    /// Starts to listen to the index, if it is written in this process.
    pub(crate) fn follow_index(
        &self,
        service: &Service,
        mut stop: watch::Receiver<bool>,
        tasks: &mut JoinSet<()>,
    ) {
        let Some(mut changes) = service.index().and_then(Index::subscribe) else {
            return;
        };
        let (sender, service) = (self.sender.clone(), service.clone());
        tasks.spawn(async move {
            loop {
                let change = tokio::select! {
                    () = stopped(&mut stop) => return,
                    change = changes.recv() => change,
                };
                let change = match change {
                    // nobody listens: nothing has to be looked up
                    Ok(_) if sender.receiver_count() == 0 => continue,
                    Ok(change) => Change::Market(MarketView::of(&service, &change).await),
                    Err(broadcast::error::RecvError::Lagged(_)) => Change::Gap,
                    Err(broadcast::error::RecvError::Closed) => return,
                };
                let _ = sender.send(Arc::new(change));
            }
        });
    }

    /// Tells all that listen.
    pub(super) fn send(&self, change: Change) {
        // an error says that nobody does
        let _ = self.sender.send(Arc::new(change));
    }

    /// What happens from now on. Who does not keep up is told so by the channel.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Change>> {
        self.sender.subscribe()
    }

    /// Waits until the server is told to stop: then listeners must come to an end.
    pub async fn stopped(&self) {
        stopped(&mut self.stop.clone()).await;
    }
}

impl Change {
    fn block(committed: bool, block: Arc<Block>, network: &Arc<Network>) -> Change {
        let block = BlockView::new(block, network.clone());
        Change::Block { committed, block }
    }
}

/// Tickers that are looked up for one change.
const MOST_TICKERS: usize = 50;

impl MarketView {
    async fn of(service: &Service, change: &IndexChange) -> MarketView {
        let (position, trades) = match change {
            IndexChange::TakenBack { block } => {
                return MarketView {
                    committed: false,
                    block_number: *block,
                    trades: Vec::new(),
                    tickers: Vec::new(),
                };
            }
            IndexChange::Written { position, trades } => (position, trades),
        };
        let symbols: BTreeSet<&str> = trades.iter().map(|trade| trade.symbol.as_str()).collect();
        let mut tickers = Vec::new();
        for symbol in symbols.into_iter().take(MOST_TICKERS) {
            // what cannot be looked up now is told with the next trade
            if let Ok(quotes) = derived::quotes(service, Some(symbol)).await
                && let Some(quote) = quotes.first()
            {
                tickers.push((symbol.to_owned(), text_of(quote)));
            }
        }
        MarketView {
            committed: true,
            block_number: position.block,
            trades: trades
                .iter()
                .map(|trade| (trade.clone(), derived::trade(trade).to_string()))
                .collect(),
            tickers,
        }
    }
}

impl BlockView {
    /// A view of a block of this network.
    pub fn new(block: Arc<Block>, network: Arc<Network>) -> BlockView {
        BlockView {
            block,
            network,
            full: OnceLock::new(),
            head: OnceLock::new(),
            events: OnceLock::new(),
        }
    }

    /// The block itself.
    pub fn block(&self) -> &Arc<Block> {
        &self.block
    }

    fn naming(&self) -> &Naming {
        &self.network.naming
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.block.number
    }

    /// The block as `getBlockInfo` shows it.
    pub(crate) fn full(&self) -> &str {
        self.full
            .get_or_init(|| text_of(&self.block.json(self.naming())))
    }

    /// The same without its transactions.
    pub(crate) fn head(&self) -> &str {
        self.head.get_or_init(|| {
            let mut head = Block::clone(&self.block);
            head.transactions.clear();
            head.virtual_transactions.clear();
            text_of(&head.json(self.naming()))
        })
    }

    /// The events in the logs, in order.
    pub fn events(&self) -> &[Event] {
        self.events
            .get_or_init(|| self.block.all_transactions().flat_map(events_of).collect())
    }
}

fn text_of(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("text keys and plain values are JSON")
}

fn events_of(transaction: &Transaction) -> Vec<Event> {
    // logs are our own writing; should they be unreadable, there is nothing to notify about
    let logs = parse(&transaction.logs).ok();
    let events = logs.and_then(|logs| logs.into_object()?.remove("events"));
    let Some(Value::Array(events)) = events else {
        return Vec::new();
    };
    let event = |value| Event {
        transaction: transaction.id.to_string(),
        sender: transaction.sender.clone(),
        value,
    };
    events.into_iter().map(event).collect()
}
