//! `tartan airdrop`: one token for a list of accounts, each of which gets its tokens once, however often the command is run.
//!
//! ```text
//!   list.csv ──▶ List ──▶ Plan: calls that the main chain takes, total, fee ──▶ agreed? ──▶ signed, sent, executed
//!                                     │                                                        │
//!                                     └───────────────── list.csv.sent: what was signed ◀──────┘
//! ```

mod journal;
mod list;
mod plan;
mod preview;
mod send;

use std::io::{stderr, stdin};
use std::path::PathBuf;

use anyhow::{Result, bail};

use self::journal::Journal;
use self::list::List;
use self::plan::{Kind, Plan};
use crate::asking::agree;
use crate::config::Connection;
use crate::output;
use crate::side_chain::SideChain;
use crate::signer::Signer;

/// The contract that pays airdrops.
const CONTRACT: &str = "airdrops";

/// Arguments of `tartan airdrop`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The list has an account and a quantity in each line. A first line with words, empty lines and lines
that begin with # are passed over:

  account,quantity
  alice,12.5
  bob,3

It is checked as a whole, against the main chain too, before anything is signed. What was signed is
written beside the list, into list.csv.sent: if the command stops on the way, run it again, and it
goes on from there. Nobody is paid twice.

Examples:
  tartan airdrop COOL --file list.csv --dry-run                 what it costs
  tartan airdrop COOL --file list.csv -a alice --key-file alice.key
  tartan airdrop COOL --file list.csv --stake --yes -a alice --key-file alice.key")]
pub(crate) struct Args {
    /// Symbol of the token.
    symbol: String,
    /// The list: an account and a quantity in each line, with a comma between.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// The accounts get stake instead of tokens that they can send on.
    #[arg(long)]
    stake: bool,
    /// Only check the list and show what it costs; sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// Sign without asking.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    if !args.yes && !args.dry_run && args.signer.reads_standard_input() {
        bail!(
            "a question is answered on standard input, so it cannot hold the key as well; put the key into a file, or pass --yes"
        );
    }
    super::runtime()?.block_on(airdrop(args, json))
}

async fn airdrop(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    let kind = match args.stake {
        true => Kind::Stake,
        false => Kind::Transfer,
    };
    let token = plan::find_token(&side_chain, &args.symbol, kind).await?;
    let list = List::read(&args.file, token.precision()?)?;
    let account = match args.signer.account(&settings) {
        Err(_) if args.dry_run => None,
        account => Some(account?),
    };
    let plan = Plan::make(&settings, &side_chain, &args.symbol, kind, &list).await?;
    let mut journal = Journal::open(&args.file, &settings.network.chain_id, account.as_ref())?;
    journal.check(&plan.calls)?;
    let preview = plan
        .preview(&settings, &side_chain, account.as_ref(), &journal)
        .await?;
    if args.dry_run {
        return output::print(&preview, json);
    }
    preview.check()?;
    if !args.yes && preview.is_to_send() {
        eprintln!("{preview}\n");
        if !agree("Sign this?", &mut stdin().lock(), &mut stderr())? {
            bail!("nothing was signed");
        }
    }
    let (account, key) = args.signer.resolve(&settings)?;
    let sent = send::all(
        &settings,
        &side_chain,
        (&account, &key),
        &plan,
        &mut journal,
        json,
    );
    output::print(&sent.await?, json)
}
