//! `tartan demo`: a whole community economy on one machine.
//!
//! ```text
//!   development main chain ◀── signed operations ── the story (or any client)
//!        │ blocks                                        ▲
//!        ▼                                               │ balances
//!   sidechain node ── JSON-RPC ──────────────────────────┘
//! ```

mod pool;
mod ready;
mod rewards;
mod stage;
mod story;
mod trading;
mod week;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tartan_chain::Network;
use tartan_chain::network::Flavor;
use tartan_devchain::{Config, Irreversibility, Mining};
use tartan_index::Database;
use tartan_node::{Data, NodeConfig, RpcConfig, SiteConfig};

use self::ready::Ready;
use self::stage::Stage;
use self::trading::Traders;
use super::devchain::{ChainFlavor, interval};
use super::node::default_index;
use super::runtime;
use crate::output;
use crate::shutdown::interrupted;
use crate::units::parse_time;

/// The sidechain looks this often for new blocks.
const SLOT: Duration = Duration::from_millis(200);

/// While the community is founded each transaction makes a block. So that block times do not depend on how fast this
/// machine is, the chain's clock is this many blocks ahead of it.
const HEAD_START: u32 = 200;

/// Arguments of `tartan demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Everything runs in this process and listens on this machine only. The keys are public: use them
nowhere else.

Examples:
  tartan demo                      stays up until Ctrl-C
  tartan demo --once               plays the story, checks the balances, ends
  tartan demo --chain hive         on a Hive-flavoured main chain
  tartan demo --json               one line of JSON when all is ready, for programs")]
pub(crate) struct Args {
    /// Whose names, symbols and chain id the main chain has: steem or hive.
    #[arg(long, value_enum, hide_possible_values = true, default_value_t = ChainFlavor::Steem)]
    chain: ChainFlavor,
    /// Play the story, check the balances, print them, and end.
    #[arg(long)]
    once: bool,
    /// Port of the main chain; 0 takes any free one.
    #[arg(long, default_value_t = 8090, value_name = "PORT")]
    main_chain_port: u16,
    /// Port of the sidechain; 0 takes any free one.
    #[arg(long, default_value_t = 5000, value_name = "PORT")]
    side_chain_port: u16,
    /// Time between main-chain blocks, such as 3s or 200ms, once the community is founded.
    #[arg(long, default_value = "3s", value_parser = parse_time, value_name = "TIME")]
    block_interval: Duration,
    /// Keep both chains in this directory, and go on from there at the next start. Without it, everything is in memory.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    runtime()?.block_on(async {
        let interrupted = interrupted();
        tokio::pin!(interrupted);
        let demo = tokio::select! {
            demo = Demo::start(&args) => demo?,
            interrupted = &mut interrupted => return interrupted,
        };
        let played = tokio::select! {
            played = demo.play(&args, json) => played,
            interrupted = &mut interrupted => interrupted,
        };
        let stopped = demo.stop().await;
        played.and(stopped)
    })
}

/// The two chains of a demo.
struct Demo {
    network: Arc<Network>,
    main_chain: tartan_devchain::Api,
    main_chain_handle: tartan_devchain::Handle,
    side_chain_url: String,
    node: tartan_node::Handle,
}

impl Demo {
    async fn start(args: &Args) -> Result<Demo> {
        let network = Arc::new(Network::dev(match args.chain {
            ChainFlavor::Steem => Flavor::Steem,
            ChainFlavor::Hive => Flavor::Hive,
        }));
        if let Some(directory) = &args.data_dir {
            std::fs::create_dir_all(directory)
                .with_context(|| format!("cannot make {}", directory.display()))?;
        }
        let (main_chain, main_chain_handle) = tartan_devchain::spawn(main_chain_config(args))
            .await
            .context("cannot start the main chain (--main-chain-port chooses another port, 0 any free one)")?;

        let mut config = NodeConfig::new(network.clone(), [main_chain.url()]);
        config.slot = SLOT;
        config.index = Some(Database::address_in_memory());
        if let Some(directory) = &args.data_dir {
            let directory = directory.join("side-chain");
            config.index = Some(default_index(&directory));
            config.data = Data::Directory(directory);
        }
        config.rpc = Some(RpcConfig {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.side_chain_port)),
            ..RpcConfig::default()
        });
        config.web = Some(SiteConfig {
            demo_accounts: ready::demo_accounts(&main_chain, &network),
            ..SiteConfig::default()
        });
        let (side_chain, node) = tartan_node::spawn(config).await.context(
            "cannot start the sidechain (--side-chain-port chooses another port, 0 any free one)",
        )?;
        let address = side_chain
            .rpc_address()
            .context("the sidechain node serves no JSON-RPC")?;
        Ok(Demo {
            network,
            main_chain,
            main_chain_handle,
            side_chain_url: format!("http://{address}"),
            node,
        })
    }

    async fn play(&self, args: &Args, json: bool) -> Result<()> {
        let quiet = json || args.once;
        let tell = |step: &str| {
            if !quiet {
                eprintln!("· {step}");
            }
        };
        let stage = Stage::new(&self.main_chain, &self.side_chain_url, self.network.clone())?;
        let founded = stage.is_founded().await?;
        let rewards = match founded {
            true => None,
            false => Some(stage.play(&self.main_chain, tell).await?),
        };
        if args.once {
            return output::print(&stage.check(rewards).await?, json);
        }
        let report = if founded {
            stage.look().await?
        } else {
            stage.check(rewards).await?
        };
        self.main_chain.set_mining(interval(args.block_interval));
        let ready = Ready::new(&self.main_chain, &self.side_chain_url, &self.network);
        if !json {
            output::write(&format!("\n{report}\n\n"))?;
        }
        output::print(&ready, json)?;
        Traders::new(&stage).run(args.block_interval).await
    }

    async fn stop(self) -> Result<()> {
        let stopped = self
            .node
            .shutdown()
            .await
            .context("the sidechain node did not stop in order");
        self.main_chain_handle.shutdown().await;
        stopped
    }
}

fn main_chain_config(args: &Args) -> Config {
    Config {
        flavor: args.chain.into(),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.main_chain_port)),
        members: MEMBERS,
        mining: Mining::Instant,
        irreversibility: Irreversibility::Hive,
        // founding is faster than the block times say, so they run ahead of the clients' clocks from the start
        relaxed_expiration: true,
        data_file: args
            .data_dir
            .as_ref()
            .map(|directory| directory.join("main-chain.log")),
        ..Config::default()
    }
}

/// How many of the named members exist.
const MEMBERS: usize = 8;
