//! `tartan market`: looking at the order books, and trading.
//!
//! ```text
//!   tables of the contract `market` ──▶ list, book, orders, trades
//!   flags, the books, the balance ──▶ what it comes to, in words ──▶ agreed? ──▶ a signed action
//! ```

mod look;
mod order;
mod rows;

use anyhow::Result;
use clap::Subcommand;

use crate::config::Connection;

/// The contract.
const CONTRACT: &str = "market";

/// Arguments of `tartan market`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tartan market list                                    all markets
  tartan market book COOL                               who would buy and sell, at which price
  tartan market buy COOL 100 --price 0.05 -a bob --key-file bob.key
  tartan market sell COOL 100 --at-market -a bob --key-file bob.key
  tartan market orders bob")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the markets: last price, change within a day, best prices, volume.
    #[command(after_help = "Example:\n  tartan market list --json")]
    List,
    /// Show the order book of a token.
    #[command(after_help = "Example:\n  tartan market book COOL --depth 20")]
    Book {
        /// The token.
        symbol: String,
        /// How many prices of each side.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=200))]
        depth: u16,
    },
    /// Show the trades of the last day, the newest first.
    #[command(after_help = "Example:\n  tartan market trades COOL --limit 50")]
    Trades {
        /// The token.
        symbol: String,
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
    },
    /// Show the orders of an account that rest in the books.
    #[command(after_help = "Example:\n  tartan market orders bob --symbol COOL")]
    Orders {
        /// The account.
        account: String,
        /// Only those of this token.
        #[arg(long)]
        symbol: Option<String>,
    },
    /// Buy a token.
    #[command(after_help = "\
With --price it is an order that pays at most that much: what cannot be bought at once rests in the book
until it can, is cancelled, or expires. With --spend it is filled at once at the best prices there are,
and what is not spent stays yours.

Examples:
  tartan market buy COOL 100 --price 0.05 --account bob --key-file bob.key
  tartan market buy COOL --spend 5 --account bob --key-file bob.key")]
    Buy(order::Buy),
    /// Sell a token.
    #[command(after_help = "\
With --price it is an order that asks for at least that much: what cannot be sold at once rests in the
book. With --at-market it is filled at once at the best prices there are, and what is not sold stays
yours.

Examples:
  tartan market sell COOL 100 --price 0.06 --account bob --key-file bob.key
  tartan market sell COOL 100 --at-market --account bob --key-file bob.key")]
    Sell(order::Sell),
    /// Take an order out of the book; what it has locked comes back.
    #[command(
        after_help = "Example:\n  tartan market cancel 06a1f0… --account bob --key-file bob.key"
    )]
    Cancel(order::Cancel),
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    super::runtime()?.block_on(async {
        match args.command {
            Command::List => look::list(&settings, json).await,
            Command::Book { symbol, depth } => {
                look::book(&settings, &symbol, depth.into(), json).await
            }
            Command::Trades { symbol, limit } => {
                look::trades(&settings, &symbol, limit.into(), json).await
            }
            Command::Orders { account, symbol } => {
                let account = account.trim_start_matches('@');
                look::orders(&settings, account, symbol.as_deref(), json).await
            }
            Command::Buy(buy) => order::buy(&settings, &buy, json).await,
            Command::Sell(sell) => order::sell(&settings, &sell, json).await,
            Command::Cancel(cancel) => order::cancel(&settings, &cancel, json).await,
        }
    })
}
