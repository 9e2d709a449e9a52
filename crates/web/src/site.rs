//! What pages read.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tartan_chain::{Block, Network, Reader};
use tartan_index::Index;
use tartan_mainchain::Client;
use tartan_rpc::{Change, Feed, SyncStatus};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::dollars::{Dollars, Prices};
use crate::error::Error;
use crate::explorer::Checkpoints;
use crate::market::Orders;
use crate::public_nodes::{PublicNode, PublicNodes};
use crate::tokens::rewards::Forecasts;
use crate::{format, telemetry};

/// What an operator chooses about the pages.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// Reads of the chain that are made at the same time.
    pub concurrent_reads: usize,
    /// How long a read waits for its turn.
    pub patience: Duration,
    /// Most listeners to the stream of events.
    pub max_listeners: usize,
    /// Transactions that one client may have relayed to the main chain in a minute.
    pub relays_per_minute: u32,
    /// Accounts that anyone may act as, with their keys: on a demo's chain, which is everybody's.
    pub demo_accounts: Vec<DemoAccount>,
}

/// An account of a demo, with the private keys that everybody may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// Its name.
    pub name: String,
    /// Its active key, in WIF.
    pub active: String,
    /// Its posting key, in WIF.
    pub posting: String,
    /// Its memo key, in WIF.
    pub memo: String,
}

impl Default for SiteConfig {
    fn default() -> SiteConfig {
        SiteConfig {
            concurrent_reads: 8,
            patience: Duration::from_secs(5),
            max_listeners: 1024,
            relays_per_minute: 60,
            demo_accounts: Vec::new(),
        }
    }
}

/// What pages read: a handle.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    config: SiteConfig,
    reader: Reader,
    index: Option<Index>,
    prices: Prices,
    client: Option<Client>,
    sync: watch::Receiver<SyncStatus>,
    feed: Feed,
    reads: Semaphore,
    listeners: Arc<Semaphore>,
    head: watch::Receiver<Option<Head>>,
    forecasts: Arc<Forecasts>,
    checkpoints: Arc<Checkpoints>,
    orders: Arc<Orders>,
    public_nodes: OnceLock<PublicNodes>,
}

impl Site {
    /// A site over these. `client` relays what users signed to the main chain. Must be called within a tokio runtime.
    pub fn new(
        config: SiteConfig,
        reader: Reader,
        index: Option<Index>,
        client: Option<Client>,
        sync: watch::Receiver<SyncStatus>,
        feed: Feed,
    ) -> Site {
        telemetry::describe();
        let head = follow_head(&reader, &feed);
        Site(Arc::new(Inner {
            head,
            reads: Semaphore::new(config.concurrent_reads.max(1)),
            listeners: Arc::new(Semaphore::new(config.max_listeners)),
            config,
            reader,
            index,
            prices: Prices::new(client.clone()),
            client,
            sync,
            feed,
            forecasts: Arc::default(),
            checkpoints: Arc::default(),
            orders: Arc::default(),
            public_nodes: OnceLock::new(),
        }))
    }

    /// What the operator chose.
    pub fn config(&self) -> &SiteConfig {
        &self.0.config
    }

    /// The sidechain.
    pub fn network(&self) -> &Arc<Network> {
        self.0.reader.network()
    }

    /// Derived data.
    ///
    /// # Errors
    /// [`Error::Unavailable`] on a node that keeps none; the page says so.
    pub fn index(&self) -> Result<&Index, Error> {
        self.0.index.as_ref().ok_or(Error::NoIndex)
    }

    /// Talks to the main chain.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where there is nobody to talk to.
    pub fn client(&self) -> Result<&Client, Error> {
        let missing = || Error::unavailable("this node relays nothing to the main chain");
        self.0.client.as_ref().ok_or_else(missing)
    }

    /// What amounts of the main chain's coin are worth, by the main chain's own price feed; nothing where that is not known.
    pub async fn dollars(&self) -> Dollars {
        self.0.prices.dollars().await
    }

    /// Lets tests say what the coin is worth.
    #[cfg(test)]
    pub(crate) fn say_price(&self, coin: tartan_index::Amount) {
        self.0.prices.say(coin);
    }

    /// How far the node is.
    pub fn sync(&self) -> SyncStatus {
        self.0.sync.borrow().clone()
    }

    /// How far the node is, to follow.
    pub(crate) fn sync_changes(&self) -> watch::Receiver<SyncStatus> {
        self.0.sync.clone()
    }

    /// What posts are going to earn, computed once for each block.
    pub(crate) fn forecasts(&self) -> &Arc<Forecasts> {
        &self.0.forecasts
    }

    /// Lets the pages show these public nodes: once, before the site is served.
    pub fn know_nodes(&self, nodes: PublicNodes) {
        // who said it first stays right
        let _ = self.0.public_nodes.set(nodes);
    }

    /// The public nodes that the operator has listed, as they were found last.
    pub(crate) fn public_nodes(&self) -> Arc<Vec<PublicNode>> {
        let known = self.0.public_nodes.get();
        known.map_or_else(Arc::default, |nodes| nodes.borrow().clone())
    }

    /// The points to verify nodes by that were read before.
    pub(crate) fn checkpoints(&self) -> &Arc<Checkpoints> {
        &self.0.checkpoints
    }

    /// The best orders of books, read once for each block.
    pub(crate) fn orders(&self) -> &Arc<Orders> {
        &self.0.orders
    }

    /// What happens to the chain.
    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }

    pub(crate) fn listeners(&self) -> &Arc<Semaphore> {
        &self.0.listeners
    }

    /// Reads the chain on a blocking thread, when it is this read's turn. Reads of several things of one moment belong
    /// into one call.
    ///
    /// # Errors
    /// What the read fails with; [`Error::Unavailable`] when no thread becomes free in time.
    pub async fn read<T: Send + 'static, E: Into<Error> + Send + 'static>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = timeout(self.0.config.patience, self.0.reads.acquire()).await;
        let _turn = turn.map_err(|_| Error::Busy)?;
        let reader = self.0.reader.clone();
        let done = tokio::task::spawn_blocking(move || read(&reader)).await;
        match done {
            Ok(result) => result.map_err(Into::into),
            Err(panicked) => Err(Error::internal(panicked)),
        }
    }

    /// Bytes that the irreversible state takes on this node's disk; `None` where it is kept in memory.
    pub(crate) fn disk_bytes(&self) -> Option<u64> {
        self.0.reader.disk_bytes()
    }

    /// The latest sidechain block, as the stream of blocks had it last.
    pub fn head(&self) -> Option<Head> {
        *self.0.head.borrow()
    }
}

/// The latest sidechain block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// Its time, in seconds since 1970.
    pub time: i64,
}

impl Head {
    fn of(block: &Block) -> Head {
        Head {
            number: block.number,
            time: format::seconds(&block.timestamp).unwrap_or(0),
        }
    }
}

/// Follows the latest block, so that no page has to read it.
fn follow_head(reader: &Reader, feed: &Feed) -> watch::Receiver<Option<Head>> {
    let latest = |reader: &Reader| {
        let block = reader.latest_block().ok().flatten();
        block.map(|block| Head::of(&block))
    };
    let (feed, reader) = (feed.clone(), reader.clone());
    // first listen, then look
    let mut changes = feed.subscribe();
    let (sender, head) = watch::channel(latest(&reader));
    tokio::spawn(async move {
        loop {
            let change = tokio::select! {
                () = feed.stopped() => return,
                change = changes.recv() => change,
            };
            let head = match change.as_deref() {
                Ok(Change::Block {
                    committed: true,
                    block,
                }) => Some(Head::of(block.block())),
                Ok(Change::Block {
                    committed: false, ..
                }) => latest(&reader),
                Ok(Change::Market(_) | Change::Book(_)) => continue,
                Ok(Change::Gap) | Err(RecvError::Lagged(_)) => latest(&reader),
                Err(RecvError::Closed) => return,
            };
            sender.send_replace(head);
        }
    });
    head
}
