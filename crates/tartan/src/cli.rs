//! The command line.

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::logging::{self, LogFormat};
use crate::subcommand::{
    airdrop, broadcast, community, completions, contract, demo, devchain, index, key, market, node,
    peg, pool, replay, rewards, sandbox, sign, token, verify, witness,
};

const EXAMPLES: &str = "\
Examples:
  tartan demo                                   a whole community economy on this machine
  tartan node --network hive --main-chain https://api.example.org
  tartan token balance alice                    what an account holds
  tartan community create                       asks what a community needs, and founds it
  tartan key generate                           a new key pair";

/// A layer-2 sidechain for communities on Steem and Hive.
#[derive(Debug, Parser)]
#[command(name = "tartan", version, after_help = EXAMPLES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: Global,
    /// Print the result as JSON.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Args)]
struct Global {
    /// What to log: a level (error, warn, info, debug, trace) or directives.
    #[arg(
        long,
        global = true,
        env = "TARTAN_LOG",
        hide_env_values = true,
        value_name = "FILTER",
        help_heading = "Output"
    )]
    log: Option<String>,
    /// How to write log lines: text or json.
    #[arg(
        long,
        global = true,
        env = "TARTAN_LOG_FORMAT",
        hide_env_values = true,
        hide_possible_values = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        help_heading = "Output"
    )]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a whole community economy: a main chain, a sidechain, a founder, members.
    Demo(demo::Args),
    /// Run a main chain for development.
    Devchain(devchain::Args),
    /// Run a sidechain node that follows a main chain.
    Node(node::Args),
    /// Execute recorded main-chain blocks and print the hashes they lead to.
    Replay(replay::Args),
    /// Compare a node or a replay with checkpoints that another node has published.
    Verify(verify::Args),
    /// Run a chain in memory for tests of contracts, driven by lines of JSON.
    Sandbox(sandbox::Args),
    /// Look after the database of histories and market data.
    #[command(subcommand)]
    Index(index::Command),
    /// Make and derive keys.
    #[command(subcommand)]
    Key(key::Command),
    /// Sign a main-chain transaction.
    Sign(sign::Args),
    /// Send a signed main-chain transaction and wait until it is in a block.
    Broadcast(broadcast::Args),
    /// Create, move and look at tokens.
    Token(token::Args),
    /// Give a token to a list of accounts.
    Airdrop(airdrop::Args),
    /// Found a community whose posts earn its token, and look after it.
    Community(community::Args),
    /// Show what posts are going to earn, and why.
    Rewards(rewards::Args),
    /// Trade tokens in order books.
    Market(market::Args),
    /// Swap tokens in liquidity pools, and put liquidity in.
    Pool(pool::Args),
    /// Vote for those who verify the sidechain's blocks, or be one of them.
    Witness(witness::Args),
    /// Write, test, deploy, call and look at contracts.
    Contract(contract::Args),
    /// Pay withdrawals from a sidechain on the main chain, for the owner of the peg account.
    Peg(peg::Args),
    /// Print a completion script for a shell.
    Completions(completions::Args),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<()> {
        // what a command cannot do it says itself; a node has nobody to say it to
        let quiet = match self.command {
            Command::Node(_) => "info",
            Command::Peg(ref args) if args.is_service() => "info",
            _ => "warn,tartan_mainchain=error",
        };
        logging::init(
            self.global.log.as_deref().unwrap_or(quiet),
            self.global.log_format,
        )?;
        let json = self.json;
        match self.command {
            Command::Demo(args) => demo::run(args, json),
            Command::Devchain(args) => devchain::run(args, json),
            Command::Node(args) => node::run(args, json),
            Command::Replay(args) => replay::run(args, json),
            Command::Verify(args) => verify::run(&args, json),
            Command::Sandbox(args) => sandbox::run(args),
            Command::Index(command) => index::run(command, json),
            Command::Key(command) => key::run(command, json),
            Command::Sign(args) => sign::run(args, json),
            Command::Broadcast(args) => broadcast::run(args, json),
            Command::Token(args) => token::run(args, json),
            Command::Airdrop(args) => airdrop::run(args, json),
            Command::Community(args) => community::run(args, json),
            Command::Rewards(args) => rewards::run(args, json),
            Command::Market(args) => market::run(args, json),
            Command::Pool(args) => pool::run(args, json),
            Command::Witness(args) => witness::run(args, json),
            Command::Contract(args) => contract::run(args, json),
            Command::Peg(args) => peg::run(args, json),
            Command::Completions(args) => completions::run(&args),
        }
    }
}
