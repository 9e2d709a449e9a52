//! `tartan peg`: pays what members withdraw from a sidechain, for the owner of the peg account.

mod decide;
mod look;
mod serve;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use tartan_peg::{Config, Limits, Verdict, parse_thousandths};

use crate::config::{Connection, PegTerms, Settings};
use crate::units::parse_time;

/// Arguments of `tartan peg`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A payment is recorded in the journal before it is sent, and signed anew only when it can get into no
block any more: whatever happens to this process, nothing is paid twice and nothing is forgotten.
Run one service for an account, and keep its journal.

Examples:
  tartan peg init
  tartan peg run --dry-run
  tartan peg run --key-file peg.key --limit-payment 500 --listen 127.0.0.1:5050
  tartan peg status
  tartan peg status --store
  tartan peg approve 5f2a7d0c9d3b1e8f6a4c2b0d9e7f5a3c1b8d6e4f
  tartan peg hold 5f2a7d0c9d3b1e8f6a4c2b0d9e7f5a3c1b8d6e4f --reason 'asked back by the sender'")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a journal, once, before the first payment or when the journal was lost.
    #[command(after_help = "\
A new journal pays nothing for about three minutes: by then, whatever an earlier one had signed is
known or has expired.

Example:
  tartan peg init --journal /var/lib/tartan-peg")]
    Init,
    /// Pay what is due, until it is interrupted.
    #[command(after_help = "\
Examples:
  tartan peg run --key-file peg.key
  tartan peg run --dry-run")]
    Run(serve::Options),
    /// Show what is queued, and what becomes of it.
    #[command(after_help = "Example:\n  tartan peg status --json")]
    Status,
    /// Let a payment be made whatever the limits say.
    #[command(
        after_help = "Example:\n  tartan peg approve 5f2a7d0c9d3b1e8f6a4c2b0d9e7f5a3c1b8d6e4f"
    )]
    Approve(decide::Options),
    /// Keep a payment from being made, until it is approved.
    #[command(
        visible_alias = "reject",
        after_help = "Example:\n  tartan peg hold 5f2a7d0c9d3b1e8f6a4c2b0d9e7f5a3c1b8d6e4f --reason 'asked back by the sender'"
    )]
    Hold(decide::Options),
}

/// Flags that say how the peg is looked after.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Peg")]
struct Terms {
    /// Look after the network's store instead: pay back, from the engine account, what bought nothing in `sscstore`.
    #[arg(long, global = true)]
    store: bool,
    #[command(flatten)]
    given: PegTerms,
    /// Time between main-chain blocks: shorter for a development chain.
    #[arg(long, global = true, default_value = "3s", value_parser = parse_time, value_name = "TIME")]
    block_interval: Duration,
}

impl Args {
    /// Whether it runs until it is interrupted, and tells what it does in its log.
    pub(crate) fn is_service(&self) -> bool {
        matches!(&self.command, Command::Run(options) if !options.dry_run)
    }
}

impl Terms {
    fn config(&self, settings: &Settings) -> Result<Config> {
        let mut file = settings.file.peg.clone();
        let mut config = Config::new(settings.network.clone(), settings.side_chain()?, "");
        if self.store {
            // the settings file speaks of the peg's
            file.journal = None;
            config = config.of_store();
        }
        let terms = self.given.or(&file);
        config.limits = limits(&terms)?;
        let usual = || PathBuf::from("tartan-peg").join(&config.account);
        config.directory = terms.journal.unwrap_or_else(usual);
        config.slot = self.block_interval;
        config.poll = self.block_interval;
        Ok(config)
    }
}

fn limits(terms: &PegTerms) -> Result<Limits> {
    let read = |name: &str, given: &Option<String>, usual: i64| {
        let Some(text) = given else {
            return Ok(usual);
        };
        parse_thousandths(text)
            .map_err(anyhow::Error::msg)
            .with_context(|| name.to_string())
    };
    let usual = Limits::default();
    Ok(Limits {
        payment: read("limit-payment", &terms.limit_payment, usual.payment)?,
        hour: read("limit-hour", &terms.limit_hour, usual.hour)?,
        day: read("limit-day", &terms.limit_day, usual.day)?,
    })
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    let config = args.terms.config(&settings)?;
    match args.command {
        Command::Init => look::init(&settings, &config, json),
        Command::Run(options) if options.dry_run => look::dry_run(&settings, &config, json),
        Command::Run(options) => serve::run(&settings, config, options, json),
        Command::Status => look::status(&settings, &config, json),
        Command::Approve(options) => {
            decide::run(&settings, &config, options, Verdict::Approve, json)
        }
        Command::Hold(options) => decide::run(&settings, &config, options, Verdict::Hold, json),
    }
}
