//! The running chain: shared state, listeners, and the task that makes blocks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::{Mutex, RwLock};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::api::Api;
use crate::chain::{FalseBranch, LogError, MainChain, StoredBlock};
use crate::config::{Config, EndpointKind, Mining};
use crate::faults::Faults;
use crate::server;

/// One listener and what it knows of the chain.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) index: usize,
    pub(crate) kind: EndpointKind,
    pub(crate) address: SocketAddr,
    pub(crate) control: bool,
    lie: Mutex<Option<FalseBranch>>,
}

impl Endpoint {
    /// The block a lying endpoint shows in place of the real one.
    pub(crate) fn lie(&self, chain: &MainChain, number: u32) -> Option<Arc<StoredBlock>> {
        self.lie.lock().as_mut()?.get(chain, number)
    }
}

/// Everything the listeners, the control API and block production share.
pub(crate) struct Node {
    pub(crate) config: Config,
    pub(crate) chain: RwLock<MainChain>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) endpoints: Mutex<Vec<Arc<Endpoint>>>,
    /// Number of the head block, for those who wait for the next.
    pub(crate) head: watch::Sender<u32>,
    /// Told when the way of making blocks changes.
    pub(crate) schedule_changed: Notify,
    pub(crate) stop: watch::Sender<bool>,
    /// New listeners for [`Handle`] to keep.
    tasks: Mutex<JoinSet<()>>,
}

/// Why a chain could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address of the configuration.
        address: SocketAddr,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The data file cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The configuration contradicts itself.
    #[error("{0}")]
    Config(String),
}

/// Keeps the chain running; dropping it stops everything.
pub struct Handle {
    node: Arc<Node>,
}

impl Handle {
    /// Stops listeners and block production, and writes what is left to the data file.
    pub async fn shutdown(self) {
        let mut tasks = {
            let _ = self.node.stop.send(true);
            std::mem::take(&mut *self.node.tasks.lock())
        };
        while tasks.join_next().await.is_some() {}
        self.node.chain.write().flush();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let _ = self.node.stop.send(true);
        self.node.tasks.lock().abort_all();
        self.node.chain.write().flush();
    }
}

/// Starts a chain: replays its data file, if it has one, or makes genesis; then listens and makes blocks.
///
/// # Errors
/// When the address is taken, or the data file belongs to another chain.
pub async fn spawn(config: Config) -> Result<(Api, Handle), SpawnError> {
    let chain = MainChain::open(config.clone(), wall_clock())?;
    let node = Arc::new(Node {
        head: watch::Sender::new(chain.head_number()),
        chain: RwLock::new(chain),
        faults: Mutex::new(Faults::default()),
        endpoints: Mutex::new(Vec::new()),
        schedule_changed: Notify::new(),
        stop: watch::Sender::new(false),
        tasks: Mutex::new(JoinSet::new()),
        config,
    });
    node.listen(EndpointKind::Honest, node.config.listen)
        .await?;
    for kind in node.config.endpoints.clone() {
        node.listen(kind, SocketAddr::new(node.config.listen.ip(), 0))
            .await?;
    }
    node.tasks.lock().spawn(make_blocks(Arc::clone(&node)));
    Ok((Api::new(Arc::clone(&node)), Handle { node }))
}

impl Node {
    /// Opens one more endpoint and answers its index and address.
    pub(crate) async fn listen(
        self: &Arc<Self>,
        kind: EndpointKind,
        address: SocketAddr,
    ) -> Result<Arc<Endpoint>, SpawnError> {
        let failed = |source| SpawnError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let kind = match kind {
            EndpointKind::Lying { from: 0 } => EndpointKind::Lying {
                from: self.chain.read().head_number() + 1,
            },
            kind => kind,
        };
        let endpoint = {
            let mut endpoints = self.endpoints.lock();
            let endpoint = Arc::new(Endpoint {
                index: endpoints.len(),
                kind,
                address,
                control: address.ip().is_loopback() || self.config.allow_remote_control,
                lie: Mutex::new(match kind {
                    EndpointKind::Lying { from } => Some(FalseBranch::new(from)),
                    _ => None,
                }),
            });
            endpoints.push(Arc::clone(&endpoint));
            endpoint
        };
        let stop = self.stop.subscribe();
        let served = server::serve(Arc::clone(self), Arc::clone(&endpoint), listener, stop);
        self.tasks.lock().spawn(served);
        Ok(endpoint)
    }

    /// Runs a change of the chain and tells everybody about the new head.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut MainChain) -> T) -> T {
        let mut chain = self.chain.write();
        let result = change(&mut chain);
        // Sent even if the number is the same: a fork may have put another block there.
        self.head.send_replace(chain.head_number());
        result
    }
}

/// Waits until everything is to stop.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means the node is gone, which is a reason to stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Seconds since 1970 on the wall clock.
pub(crate) fn wall_clock() -> u32 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u32::try_from(elapsed.as_secs()).unwrap_or(u32::MAX)
}

/// Time until the wall clock reaches a multiple of `interval`, so that 3-second blocks come in their slots.
fn until_next_slot(interval: Duration) -> Duration {
    let interval = interval.as_millis().max(1);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    Duration::from_millis(u64::try_from(interval - now % interval).unwrap_or(1))
}

/// Makes a block at each interval while the chain is in that mode and not paused.
async fn make_blocks(node: Arc<Node>) {
    let mut stop = node.stop.subscribe();
    loop {
        let (mining, paused) = {
            let chain = node.chain.read();
            (chain.mining(), chain.is_paused())
        };
        let due = async {
            match mining {
                Mining::Interval { millis } if !paused => {
                    tokio::time::sleep(until_next_slot(Duration::from_millis(millis))).await;
                }
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = node.schedule_changed.notified() => {}
            () = due => {
                node.change(|chain| {
                    if !chain.is_paused() {
                        chain.produce(wall_clock());
                    }
                });
            }
        }
    }
}
