//! `tartan devchain`: a main chain for development.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use tartan_devchain::{Config, Irreversibility, MEMBERS, Mining};
use tartan_graphene::Flavor;

use super::runtime;
use crate::output;
use crate::shutdown::interrupted;
use crate::units::parse_time;

/// Arguments of `tartan devchain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Accounts, balances and keys are printed at the start; the keys are public, use them nowhere else.
The chain is steered through JSON-RPC methods such as devchain.mine, devchain.fork and
devchain.increase_time.

Examples:
  tartan devchain                            Hive-flavoured, a block every 3 seconds, on port 8090
  tartan devchain --chain steem --block-interval 0.2s
  tartan devchain --instant --data chain.log")]
pub(crate) struct Args {
    /// Whose names, symbols and chain id it has: steem or hive.
    #[arg(long, value_enum, hide_possible_values = true, default_value_t = ChainFlavor::Hive)]
    chain: ChainFlavor,
    /// Address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_name = "ADDRESS")]
    host: IpAddr,
    /// Port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 8090, value_name = "PORT")]
    port: u16,
    /// Time between blocks, such as 3s or 200ms. Block times step by 3 s all the same.
    #[arg(long, default_value = "3s", value_parser = parse_time, value_name = "TIME")]
    block_interval: Duration,
    /// Make a block for each transaction, and none without.
    #[arg(long, conflicts_with = "manual")]
    instant: bool,
    /// Make blocks only when told to (devchain.mine).
    #[arg(long)]
    manual: bool,
    /// How many of the named members exist.
    #[arg(long, value_name = "N", value_parser = members)]
    accounts: Option<usize>,
    /// What the keys are derived from, in place of the published password.
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Keep the chain in this file between runs.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Accept any expiration time.
    #[arg(long)]
    relaxed_expiration: bool,
    /// A posting authority needs posting keys, an active one active keys, as on Hive of late.
    #[arg(long)]
    strict_authorities: bool,
    /// Answer the methods that steer the chain on addresses that others can reach.
    #[arg(long)]
    allow_remote_control: bool,
}

/// The two families of main chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChainFlavor {
    /// STEEM and SBD.
    Steem,
    /// HIVE and HBD.
    Hive,
}

impl From<ChainFlavor> for Flavor {
    fn from(flavor: ChainFlavor) -> Flavor {
        match flavor {
            ChainFlavor::Steem => Flavor::Steem,
            ChainFlavor::Hive => Flavor::Hive,
        }
    }
}

impl Args {
    fn config(&self) -> Config {
        let mining = if self.instant {
            Mining::Instant
        } else if self.manual {
            Mining::Manual
        } else {
            interval(self.block_interval)
        };
        let mut config = Config {
            flavor: self.chain.into(),
            listen: SocketAddr::new(self.host, self.port),
            mining,
            irreversibility: match self.chain {
                ChainFlavor::Steem => Irreversibility::Steem,
                ChainFlavor::Hive => Irreversibility::Hive,
            },
            relaxed_expiration: self.relaxed_expiration || runs_ahead(mining),
            strict_authorities: self.strict_authorities,
            allow_remote_control: self.allow_remote_control,
            data_file: self.data.clone(),
            ..Config::default()
        };
        if let Some(seed) = &self.seed {
            config.master_password.clone_from(seed);
        }
        if let Some(accounts) = self.accounts {
            config.members = accounts;
        }
        config
    }
}

fn members(text: &str) -> Result<usize, String> {
    let most = MEMBERS.len();
    let number = text.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| format!("expected a number up to {most}, found {text:?}"))
}

/// Blocks at this interval.
pub(super) fn interval(interval: Duration) -> Mining {
    Mining::Interval {
        millis: u64::try_from(interval.as_millis()).unwrap_or(u64::MAX),
    }
}

/// Whether block times run ahead of the clock that clients take expirations from.
pub(super) fn runs_ahead(mining: Mining) -> bool {
    !matches!(mining, Mining::Interval { millis } if millis >= 3000)
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    runtime()?.block_on(async {
        let spawned = tartan_devchain::spawn(args.config()).await;
        let (api, handle) = spawned.context(
            "cannot start the development chain (--port chooses another port, 0 any free one)",
        )?;
        output::print(&api.banner(), json)?;
        interrupted().await?;
        handle.shutdown().await;
        Ok(())
    })
}
