//! `tartan witness`: who verifies the blocks of the sidechain, and who says who does.
//!
//! ```text
//!   tables of the contract `witnesses` ──▶ list, schedule
//!   flags, what the tables say already ──▶ plain words ──▶ agreed? ──▶ a signed action
//! ```

mod act;
mod look;
mod tables;

use std::net::IpAddr;

use anyhow::Result;
use clap::Subcommand;

use crate::acting::Acting;
use crate::config::Connection;

/// Arguments of `tartan witness`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tartan witness list --voter alice
  tartan witness approve bob --account alice --key-file alice-posting.key
  tartan witness schedule")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the witnesses, those with the most stake behind them first.
    #[command(after_help = "Example:\n  tartan witness list --limit 30 --voter alice")]
    List {
        /// How many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Mark whom this account approves.
        #[arg(long, value_name = "NAME")]
        voter: Option<String>,
    },
    /// Show the round that is to be verified: its blocks, its witnesses, who proposes it.
    #[command(after_help = "Example:\n  tartan witness schedule --json")]
    Schedule,
    /// Give a witness the weight of your stake.
    #[command(after_help = "\
The posting key is enough. Each witness that you approve gets all of your weight, and follows your
stake. Approvals that you don't renew in half a year expire.

Example:
  tartan witness approve bob --account alice --key-file alice-posting.key")]
    Approve(Vote),
    /// Take your weight back from a witness.
    #[command(
        after_help = "Example:\n  tartan witness disapprove bob --account alice --key-file alice-posting.key"
    )]
    Disapprove(Vote),
    /// Become a witness, or change where yours is and with which key it signs.
    #[command(after_help = "\
What a registered witness leaves out stays. The signing key is a public one: make it with
`tartan key generate`, and keep its private half on the witness's machine only.

Examples:
  tartan witness register --domain witness.example.com --signing-key STM… -a bob --key-file bob.key
  tartan witness register --enabled false --account bob --key-file bob.key     take a rest")]
    Register(Box<Registration>),
}

/// Whom to vote for.
#[derive(Debug, clap::Args)]
struct Vote {
    /// Account of the witness.
    witness: String,
    #[command(flatten)]
    acting: Acting,
}

/// What a witness says of itself.
#[derive(Debug, clap::Args)]
struct Registration {
    /// Domain of the witness's node.
    #[arg(long, value_name = "NAME", conflicts_with = "ip")]
    domain: Option<String>,
    /// Address of the witness's node, if it has no domain.
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// Port where it answers JSON-RPC [default of a new witness: 5000].
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    rpc_port: Option<u16>,
    /// Port where it answers other witnesses [default of a new witness: 5001].
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    p2p_port: Option<u16>,
    /// The public key of its signatures.
    #[arg(long, value_name = "KEY")]
    signing_key: Option<String>,
    /// Whether it takes part in rounds [default of a new witness: true].
    #[arg(long, value_name = "true|false", hide_possible_values = true)]
    enabled: Option<bool>,
    #[command(flatten)]
    acting: Acting,
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    super::runtime()?.block_on(async {
        match args.command {
            Command::List { limit, voter } => {
                look::list(&settings, limit.into(), voter.as_deref(), json).await
            }
            Command::Schedule => look::schedule(&settings, json).await,
            Command::Approve(vote) => act::vote(&settings, &vote, true, json).await,
            Command::Disapprove(vote) => act::vote(&settings, &vote, false, json).await,
            Command::Register(registration) => act::register(&settings, &registration, json).await,
        }
    })
}
