//! Starting and stopping.

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tartan_chain::{Chain, Network, OpenOptions, Reader};
use tartan_graphene::BlockId;
use tartan_index::Index;
use tartan_mainchain::{Client, ClientConfig, Follower, FollowerConfig, Start};
use tartan_rpc::{Server, SyncState, SyncStatus};
use tartan_state::{Position, State};
use tartan_web::{PublicNodes, Site};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle as Task;

use crate::config::{Data, NodeConfig};
use crate::error::NodeError;
use crate::executor::{self, Executed};
use crate::indexing::Indexing;
use crate::progress;
use crate::public_nodes::Watch;
use crate::registry::registry_for;

/// A running node, to look at. Clones look at the same one.
#[derive(Clone)]
pub struct Node {
    reader: Reader,
    index: Option<Index>,
    client: Client,
    executed: Arc<Executed>,
    progress: watch::Receiver<SyncStatus>,
    rpc_address: Option<SocketAddr>,
    websocket_address: Option<SocketAddr>,
    public_nodes: Option<PublicNodes>,
}

/// Keeps a node running. Dropping it tells the node to stop, without waiting until it has.
pub struct Handle {
    stop: watch::Sender<bool>,
    supervisor: Option<Task<Result<(), NodeError>>>,
}

/// Starts a node: opens the state, resumes after the last block that is on disk, follows the main chain and answers
/// requests. Must be called within a multi-threaded tokio runtime.
///
/// # Errors
/// When the state cannot be opened, belongs to another network or is in use, or an address cannot be listened on.
/// Main-chain nodes that cannot be reached are no error: the node waits for them and says so in its progress.
pub async fn spawn(config: NodeConfig) -> Result<(Node, Handle), NodeError> {
    let client = Client::new(client_config(&config))?;
    let (rpc, web, index) = (config.rpc.clone(), config.web.clone(), config.index.clone());
    let (queue, network) = (config.queue.max(1), config.network.clone());
    let (listed, look_every) = (config.public_nodes.clone(), config.public_nodes_interval);
    let follower_config = FollowerConfig {
        finality: config.finality,
        slot: config.slot,
        poll: (config.slot / 15, config.slot / 6),
        ..FollowerConfig::new(Start::Latest)
    };

    let chain = tokio::task::spawn_blocking(move || open(config))
        .await
        .map_err(|_| NodeError::Crashed)??;
    let start = start(&chain.position())?;
    tracing::info!(network = %network.name, position = chain.position().number, "state is open");
    let reader = chain.reader();
    let executed = Arc::new(Executed::new(&chain));
    let (progress_sender, progress) = watch::channel(SyncStatus::starting());
    let indexing = match index {
        Some(address) => Some(Indexing::start(&address, reader.clone()).await?),
        None => None,
    };
    let index = indexing.as_ref().map(Indexing::index);
    let watch = (!listed.is_empty()).then(|| Watch::start(&listed, look_every, reader.clone()));
    let public_nodes = watch.as_ref().map(|watch| watch.nodes.clone());
    let server = match rpc {
        Some(rpc) => {
            let site = |feed| {
                let (reader, index, client) = (reader.clone(), index.clone(), client.clone());
                let site = Site::new(web?, reader, index, Some(client), progress.clone(), feed);
                if let Some(nodes) = &public_nodes {
                    site.know_nodes(nodes.clone());
                }
                Some(tartan_web::router(site))
            };
            let server = Server::start_with_pages(
                rpc,
                reader.clone(),
                progress.clone(),
                index.clone(),
                site,
            );
            Some(server.await?)
        }
        None => None,
    };

    let follower = Follower::spawn(
        client.clone(),
        FollowerConfig {
            start,
            ..follower_config
        },
    );
    let (stop, stopped) = watch::channel(false);
    let (steps, queue) = mpsc::channel(queue);
    let sampler = tokio::spawn(progress::run(
        follower.status_handle(),
        executed.clone(),
        progress_sender.clone(),
    ));
    let (ended, end) = oneshot::channel();
    let thread = executor::spawn(chain, executed.clone(), queue, stopped.clone(), ended)?;
    let feeder = tokio::spawn(executor::feed(follower, network, steps, stopped));

    let node = Node {
        reader,
        index,
        client,
        executed,
        progress,
        rpc_address: server.as_ref().map(Server::address),
        websocket_address: server.as_ref().and_then(Server::websocket_address),
        public_nodes,
    };
    let parts = Parts {
        server,
        indexing,
        watch,
        feeder,
        sampler,
        thread,
        end,
        progress: progress_sender,
    };
    let supervisor = tokio::spawn(supervise(parts));
    Ok((
        node,
        Handle {
            stop,
            supervisor: Some(supervisor),
        },
    ))
}

fn client_config(config: &NodeConfig) -> ClientConfig {
    let main = &config.network.main_chain;
    ClientConfig {
        any_chain: main.is_any(),
        verification: config.verification,
        ..ClientConfig::new(main.protocol(), config.main_chain.clone())
    }
}

fn open(config: NodeConfig) -> Result<Chain, NodeError> {
    let state = match &config.data {
        Data::Memory => State::memory_with(&config.state),
        Data::Directory(path) => {
            std::fs::create_dir_all(path).map_err(|source| NodeError::Directory {
                path: path.clone(),
                source,
            })?;
            State::open(path, &config.state)?
        }
    };
    let registry = registry_for(&config.network)?;
    let options = OpenOptions {
        start: config.start_block,
        ..OpenOptions::default()
    };
    Ok(Chain::open(config.network, state, registry, options)?)
}

/// Where to go on: after the last block, which must still be on the main chain, or with the first one.
fn start(position: &Position) -> Result<Start, NodeError> {
    if position.id.is_empty() {
        return Ok(Start::At(position.number.saturating_add(1)));
    }
    match BlockId::from_str(&position.id) {
        Ok(id) => Ok(Start::After(vec![id])),
        Err(_) => Err(NodeError::Position {
            number: position.number,
            id: position.id.clone(),
        }),
    }
}

/// What runs, and has to be brought to an end.
struct Parts {
    server: Option<Server>,
    indexing: Option<Indexing>,
    watch: Option<Watch>,
    feeder: Task<Result<(), tartan_mainchain::FollowError>>,
    sampler: Task<()>,
    thread: JoinHandle<()>,
    end: oneshot::Receiver<Result<(), NodeError>>,
    progress: watch::Sender<SyncStatus>,
}

/// Waits until execution ends, by itself or because the feeder stopped feeding it, and ends everything else then.
async fn supervise(parts: Parts) -> Result<(), NodeError> {
    let Parts {
        server,
        indexing,
        watch,
        feeder,
        sampler,
        thread,
        end,
        progress,
    } = parts;
    let executed = end.await.unwrap_or(Err(NodeError::Crashed));
    // when the executor has ended, the feeder ends at its next step; when the feeder ended first, it knows the reason
    let fed = if executed.is_err() {
        feeder.abort();
        Ok(())
    } else {
        feeder.await.unwrap_or(Ok(())).map_err(NodeError::from)
    };
    let result = executed.and(fed);
    sampler.abort();
    let _ = sampler.await;
    let reason = match &result {
        Ok(()) => "the node was told to stop".to_owned(),
        Err(error) => {
            tracing::error!(%error, "the node stops");
            error.to_string()
        }
    };
    progress.send_modify(|status| status.state = SyncState::Stopped { reason });
    if let Some(server) = server {
        server.shutdown().await;
    }
    if let Some(indexing) = indexing {
        indexing.stop().await;
    }
    if let Some(watch) = watch {
        watch.stop().await;
    }
    // it has nothing more to do than to let go of the state
    let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    result
}

impl Node {
    /// Reads the chain.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Derived data, if the node keeps any.
    pub fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// The sidechain.
    pub fn network(&self) -> &Arc<Network> {
        self.reader.network()
    }

    /// Talks to the main chain.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// How far the node is, several times a second.
    pub fn progress(&self) -> watch::Receiver<SyncStatus> {
        self.progress.clone()
    }

    /// Where JSON-RPC is served.
    pub fn rpc_address(&self) -> Option<SocketAddr> {
        self.rpc_address
    }

    /// Where WebSockets of their own are served.
    pub fn websocket_address(&self) -> Option<SocketAddr> {
        self.websocket_address
    }

    /// The public nodes that it compares itself with, if there is a list of them.
    pub fn public_nodes(&self) -> Option<PublicNodes> {
        self.public_nodes.clone()
    }

    /// The last main-chain block that was executed.
    pub fn position(&self) -> u32 {
        *self.executed.numbers().borrow()
    }

    /// Waits until the main-chain block of this number has been executed. Ends early, with an error, when the node
    /// stops.
    ///
    /// # Errors
    /// [`NodeError::Stopped`].
    pub async fn executed(&self, number: u32) -> Result<(), NodeError> {
        let mut numbers = self.executed.numbers();
        let mut progress = self.progress.clone();
        let is_stopped = |status: &SyncStatus| matches!(status.state, SyncState::Stopped { .. });
        tokio::select! {
            biased;
            reached = numbers.wait_for(|reached| *reached >= number) => {
                reached.map(|_| ()).map_err(|_| NodeError::Stopped("it is gone".to_owned()))
            }
            stopped = progress.wait_for(is_stopped) => {
                let reason = match stopped.map(|status| status.state.clone()) {
                    Ok(SyncState::Stopped { reason }) => reason,
                    _ => "it is gone".to_owned(),
                };
                Err(NodeError::Stopped(reason))
            }
        }
    }
}

impl Handle {
    /// Waits until the node stops by itself, which it does only on an error.
    ///
    /// # Errors
    /// Why the node stopped.
    pub async fn stopped(&mut self) -> Result<(), NodeError> {
        let Some(supervisor) = &mut self.supervisor else {
            return Err(NodeError::Stopped(
                "its end was reported already".to_owned(),
            ));
        };
        let result = supervisor.await.unwrap_or(Err(NodeError::Crashed));
        self.supervisor = None;
        result
    }

    /// Stops the node: the block in progress is finished, what is irreversible goes to disk, requests under way are
    /// answered.
    ///
    /// # Errors
    /// Why the node stopped, if it had stopped by itself.
    pub async fn shutdown(mut self) -> Result<(), NodeError> {
        let _ = self.stop.send(true);
        match self.supervisor {
            Some(_) => self.stopped().await,
            None => Ok(()),
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use super::*;

    /// How a node ends whose execution ends with this; `None`: in a crash.
    async fn end_of(
        execution: Option<Result<(), NodeError>>,
    ) -> (Result<(), NodeError>, SyncState) {
        let (ended, end) = oneshot::channel();
        let (progress, seen) = watch::channel(SyncStatus::starting());
        let thread = std::thread::spawn(move || match execution {
            Some(result) => drop(ended.send(result)),
            None => {
                let _ended = ended;
                std::panic::resume_unwind(Box::new("a bug"));
            }
        });
        // a feeder that waits for the main chain must not hold up the end
        let feeder = tokio::spawn(pending());
        let sampler = tokio::spawn(pending());
        let parts = Parts {
            server: None,
            indexing: None,
            watch: None,
            feeder,
            sampler,
            thread,
            end,
            progress,
        };
        let result = tokio::time::timeout(Duration::from_secs(5), supervise(parts))
            .await
            .expect("the end, in time");
        (result, seen.borrow().state.clone())
    }

    #[tokio::test]
    async fn a_crash_of_the_execution_ends_the_node() {
        let (result, state) = end_of(None).await;
        assert!(matches!(result, Err(NodeError::Crashed)), "{result:?}");
        assert!(matches!(state, SyncState::Stopped { reason } if reason.contains("crashed")));
    }

    #[tokio::test]
    async fn an_error_of_the_execution_ends_the_node() {
        let failed = NodeError::State(tartan_state::StateError::Failed {
            reason: "disk full".to_owned(),
        });
        let (result, state) = end_of(Some(Err(failed))).await;
        assert!(result.unwrap_err().to_string().contains("disk full"));
        assert!(matches!(state, SyncState::Stopped { reason } if reason.contains("disk full")));
    }

    #[test]
    fn a_node_goes_on_after_its_last_block() {
        let position = |number, id: &str| Position {
            number,
            id: id.to_owned(),
        };
        assert_eq!(start(&position(6, "")).unwrap(), Start::At(7));
        let id = "00000007aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        assert_eq!(
            start(&position(7, id)).unwrap(),
            Start::After(vec![id.parse().unwrap()])
        );
        assert!(matches!(
            start(&position(7, "abc")),
            Err(NodeError::Position { number: 7, .. })
        ));
    }
}
