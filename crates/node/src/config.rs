//! What a node is told.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tartan_chain::Network;
use tartan_graphene::Chain as Protocol;
use tartan_graphene::main_block::Verification;
use tartan_mainchain::Finality;
use tartan_rpc::RpcConfig;
use tartan_state::StateOptions;
use tartan_web::SiteConfig;

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Nowhere: it is gone when the node stops.
    Memory,
    /// In this directory, which is made if it does not exist.
    Directory(PathBuf),
}

/// What a node is told. [`NodeConfig::new`] gives the usual values.
#[derive(Debug, Clone)]
pub struct NodeConfig {
    /// The sidechain.
    pub network: Arc<Network>,
    /// Addresses of main-chain nodes, the preferred one first.
    pub main_chain: Vec<String>,
    /// Where the state is kept.
    pub data: Data,
    /// How the state is kept.
    pub state: StateOptions,
    /// The first main-chain block to read, if the state is new; otherwise what the network says.
    pub start_block: Option<u32>,
    /// Which blocks are executed: those at the head, or only irreversible ones.
    pub finality: Finality,
    /// How much of a main-chain block is checked.
    pub verification: Verification,
    /// Time between two main-chain blocks; shorter for development chains.
    pub slot: Duration,
    /// Main-chain blocks that may wait for execution.
    pub queue: usize,
    /// The JSON-RPC server; `None`: none.
    pub rpc: Option<RpcConfig>,
    /// Pages for people, on the address of the JSON-RPC server; `None`: none.
    pub web: Option<SiteConfig>,
    /// The address of the database that derived data goes to (`sqlite://…`, `postgres://…`); `None`: there is none.
    pub index: Option<String>,
    /// Addresses of public nodes of the same network that are compared with this one, for the page that lists them; at most
    /// 32.
    pub public_nodes: Vec<String>,
    /// Time between two looks at them.
    pub public_nodes_interval: Duration,
}

impl NodeConfig {
    /// The usual values: state in memory, everything at the head, no server, no index.
    pub fn new<U: Into<String>>(
        network: impl Into<Arc<Network>>,
        main_chain: impl IntoIterator<Item = U>,
    ) -> NodeConfig {
        NodeConfig {
            network: network.into(),
            main_chain: main_chain.into_iter().map(Into::into).collect(),
            data: Data::Memory,
            state: StateOptions::default(),
            start_block: None,
            finality: Finality::default(),
            verification: Verification::Full,
            slot: Duration::from_secs(u64::from(Protocol::BLOCK_INTERVAL)),
            queue: 256,
            rpc: None,
            web: None,
            index: None,
            public_nodes: Vec::new(),
            public_nodes_interval: Duration::from_secs(30),
        }
    }
}
