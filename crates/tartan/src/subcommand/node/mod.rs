//! `tartan node`: a sidechain node that follows a main chain.

mod progress;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use tartan_index::Database;
use tartan_node::{Data, Finality, NodeConfig, RpcConfig, SiteConfig, Verification};

use super::runtime;
use crate::config::Connection;
use crate::output;
use crate::shutdown::interrupted;
use crate::storage::Storage;
use crate::units::parse_time;

/// Arguments of `tartan node`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The node reads the main chain from the network's first block, or from --start-block in an empty
data directory, and goes on where it stopped when it is started again. Ctrl-C or SIGTERM finishes
the block in progress and ends with code 0.

Examples:
  tartan node --network hive --main-chain https://api.example.org --start-block 100000000
  tartan node --main-chain http://127.0.0.1:8090 --data-dir data --listen 127.0.0.1:5000")]
pub(crate) struct Args {
    /// Where the state is kept [default: tartan-data/NETWORK].
    #[arg(
        long,
        env = "TARTAN_DATA_DIR",
        hide_env_values = true,
        value_name = "DIR"
    )]
    data_dir: Option<PathBuf>,
    /// Where JSON-RPC listens [default: 127.0.0.1:5000].
    #[arg(
        long,
        env = "TARTAN_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    listen: Option<SocketAddr>,
    /// Another address where every path is a WebSocket, as on the reference node.
    #[arg(
        long,
        env = "TARTAN_WEBSOCKET_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    websocket_listen: Option<SocketAddr>,
    /// First main-chain block to read, in an empty data directory.
    #[arg(
        long,
        env = "TARTAN_START_BLOCK",
        hide_env_values = true,
        value_name = "NUMBER"
    )]
    start_block: Option<u32>,
    /// Execute irreversible blocks only.
    #[arg(long)]
    irreversible_only: bool,
    /// Shown in the status, for those who list public nodes.
    #[arg(
        long,
        env = "TARTAN_DOMAIN",
        hide_env_values = true,
        value_name = "NAME"
    )]
    domain: Option<String>,
    /// Time between main-chain blocks: shorter for a development chain.
    #[arg(long, default_value = "3s", value_parser = parse_time, value_name = "TIME")]
    block_interval: Duration,
    /// Believe the main-chain nodes: for nodes of your own. Otherwise every block's hashes and signature are checked.
    #[arg(long)]
    trust_main_chain: bool,
    /// Database for histories and market data, sqlite://FILE or postgres://… [default: index.db in the data directory].
    #[arg(long, env = "TARTAN_INDEX", hide_env_values = true, value_name = "URL")]
    index: Option<String>,
    /// Keep no histories and market data.
    #[arg(long, conflicts_with = "index")]
    no_index: bool,
    /// Serve no pages for people, only JSON-RPC.
    #[arg(long)]
    no_web: bool,
    /// Public nodes of the same network, compared with this one and listed at /nodes: at most 32.
    #[arg(
        long,
        env = "TARTAN_PUBLIC_NODES",
        hide_env_values = true,
        value_name = "URL,URL",
        value_delimiter = ','
    )]
    public_nodes: Vec<String>,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    connection: Connection,
}

/// Where the node answers, once it does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Serving {
    network: String,
    side_chain: String,
    /// Where the pages are; the same address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_socket: Option<String>,
}

impl fmt::Display for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "network {}: JSON-RPC on {}",
            self.network, self.side_chain
        )?;
        if self.pages.is_some() {
            write!(f, " and pages for a browser")?;
        }
        if let Some(address) = &self.web_socket {
            write!(f, ", WebSocket on {address}")?;
        }
        write!(f, "; press Ctrl-C to stop")
    }
}

impl Args {
    fn config(&self) -> Result<NodeConfig> {
        let settings = self.connection.settings()?;
        let file = settings.file.node.clone();
        let directory = self.data_dir.clone().or_else(|| file.data_dir.clone());
        let directory = directory.unwrap_or_else(|| default_directory(&settings.network.name));
        let index = self.index.clone().or_else(|| file.index.clone());
        let index = index.unwrap_or_else(|| default_index(&directory));
        let keeps_index = !self.no_index && (self.index.is_some() || file.no_index != Some(true));
        let main_chain = settings.main_chain()?;
        let mut config = NodeConfig::new(settings.network, main_chain);
        config.data = Data::Directory(directory);
        config.state = self.storage.options(&file);
        config.index = keeps_index.then_some(index);
        config.web = (!self.no_web && file.no_web != Some(true)).then(SiteConfig::default);
        config.start_block = self.start_block.or(file.start_block);
        config.public_nodes = match self.public_nodes.as_slice() {
            [] => file.public_nodes.clone(),
            given => given.to_vec(),
        };
        check_nodes(&config.public_nodes)?;
        config.slot = self.block_interval;
        config.verification = if self.trust_main_chain {
            Verification::None
        } else {
            Verification::Full
        };
        if self.irreversible_only || file.irreversible_only == Some(true) {
            config.finality = Finality::Irreversible;
        }
        let defaults = RpcConfig::default();
        config.rpc = Some(RpcConfig {
            listen: address("node.listen", self.listen, file.listen.as_deref())?
                .unwrap_or(defaults.listen),
            websocket_listen: address(
                "node.websocket-listen",
                self.websocket_listen,
                file.websocket_listen.as_deref(),
            )?,
            domain: self.domain.clone().or(file.domain).unwrap_or_default(),
            ..defaults
        });
        Ok(config)
    }
}

/// Most public nodes that are compared with this one.
const MOST_NODES: usize = 32;

/// Makes sure that public nodes can be asked at all.
fn check_nodes(nodes: &[String]) -> Result<()> {
    if nodes.len() > MOST_NODES {
        let found = nodes.len();
        bail!("expected at most {MOST_NODES} public nodes, found {found}");
    }
    let is_address = |node: &&String| {
        let url = reqwest::Url::parse(node);
        url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    match nodes.iter().find(|node| !is_address(node)) {
        Some(wrong) => bail!(
            "expected the address of a public node such as https://node.example.org, found {wrong:?}"
        ),
        None => Ok(()),
    }
}

/// Where the state is kept if nothing is said.
pub(crate) fn default_directory(network: &str) -> PathBuf {
    PathBuf::from("tartan-data").join(network)
}

/// The database of a node with this data directory, if nothing is said.
pub(crate) fn default_index(directory: &Path) -> String {
    Database::address_of_file(&directory.join("index.db"))
}

/// An address from a flag, or else from the settings file.
fn address(key: &str, flag: Option<SocketAddr>, file: Option<&str>) -> Result<Option<SocketAddr>> {
    if flag.is_some() {
        return Ok(flag);
    }
    file.map(|text| {
        text.parse().with_context(|| {
            format!("{key} in tartan.toml: expected an address and a port such as 127.0.0.1:5000, found {text:?}")
        })
    })
    .transpose()
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let config = args.config()?;
    if config.network.rules.native.is_empty() {
        tracing::warn!(
            network = config.network.name,
            "the contracts of this network are JavaScript, which this version does not run: every call is recorded with an error in its log"
        );
    }
    let has_pages = config.web.is_some();
    runtime()?.block_on(async {
        let interrupted = interrupted();
        tokio::pin!(interrupted);
        let (node, mut handle) = tokio::select! {
            spawned = tartan_node::spawn(config) => spawned?,
            interrupted = &mut interrupted => return interrupted,
        };
        if let Some(address) = node.rpc_address() {
            let serving = Serving {
                network: node.network().name.clone(),
                side_chain: format!("http://{address}"),
                pages: has_pages.then(|| format!("http://{address}/")),
                web_socket: node
                    .websocket_address()
                    .map(|address| format!("ws://{address}")),
            };
            output::print(&serving, json)?;
        }
        let progress = tokio::spawn(progress::show(node.progress(), json));
        let ended = tokio::select! {
            ended = handle.stopped() => ended.map_err(anyhow::Error::from),
            interrupted = &mut interrupted => interrupted,
        };
        progress.abort();
        ended?;
        tracing::info!(
            "stopping: the block in progress is finished, what is irreversible goes to disk"
        );
        handle.shutdown().await?;
        tracing::info!(position = node.position(), "stopped");
        Ok(())
    })
}
