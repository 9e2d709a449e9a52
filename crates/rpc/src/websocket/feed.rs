//! One reading of the chain's notifications for all clients.

use std::sync::{Arc, OnceLock};

use tartan_chain::network::Naming;
use tartan_chain::{Block, Network, Notification, Reader, SubscriptionError, Transaction};
use tartan_document::{Value, parse};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use crate::server::stopped;

/// What the clients' connections listen to.
#[derive(Clone)]
pub(crate) struct Feed(broadcast::Sender<Arc<Change>>);

/// What happened. The texts are made when the first client wants them.
pub(crate) enum Change {
    /// A block came or went.
    Block { committed: bool, block: BlockView },
    /// Notifications were lost: nobody can go on.
    Gap,
}

/// A block as clients see it.
pub(crate) struct BlockView {
    block: Arc<Block>,
    network: Arc<Network>,
    full: OnceLock<String>,
    head: OnceLock<String>,
    events: OnceLock<Vec<Event>>,
}

/// An event in the log of a transaction.
pub(crate) struct Event {
    pub(crate) transaction: String,
    pub(crate) sender: Option<String>,
    /// `{contract, event, data}`.
    pub(crate) value: Value,
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
        let feed = Feed(sender.clone());
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

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<Change>> {
        self.0.subscribe()
    }
}

impl Change {
    fn block(committed: bool, block: Arc<Block>, network: &Arc<Network>) -> Change {
        let block = BlockView {
            block,
            network: network.clone(),
            full: OnceLock::new(),
            head: OnceLock::new(),
            events: OnceLock::new(),
        };
        Change::Block { committed, block }
    }
}

impl BlockView {
    fn naming(&self) -> &Naming {
        &self.network.naming
    }

    pub(crate) fn number(&self) -> u64 {
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
    pub(crate) fn events(&self) -> &[Event] {
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
