//! `tartan pool`: swapping tokens in a liquidity pool, and putting liquidity in.
//!
//! ```text
//!   the pool's row ──▶ the contract's own arithmetic ──▶ what it comes to, in words ──▶ agreed? ──▶ a signed action
//! ```

mod liquidity;
mod look;
mod quote;
mod rows;
mod swap;

use anyhow::Result;
use clap::Subcommand;
use tartan_decimal::{Decimal, Precision};

use crate::config::Connection;

/// The contract.
const CONTRACT: &str = "marketpools";

/// Arguments of `tartan pool`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tartan pool info                                      all pools
  tartan pool quote GLD:SLV GLD 10                      what 10 GLD would get
  tartan pool swap GLD:SLV GLD 10 --slippage 0.5 -a alice --key-file alice.key
  tartan pool add GLD:SLV 100 -a alice --key-file alice.key
  tartan pool remove GLD:SLV 50 -a alice --key-file alice.key")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show all pools, or one: reserves, prices, and what an account has of it.
    #[command(after_help = "\
Examples:
  tartan pool info
  tartan pool info GLD:SLV --account alice")]
    Info(look::Info),
    /// Show what a swap would come to: price, price impact, fee, what is received at least.
    #[command(after_help = "\
Examples:
  tartan pool quote GLD:SLV GLD 10               pay 10 GLD
  tartan pool quote GLD:SLV SLV 100 --receive    get 100 SLV")]
    Quote(quote::Order),
    /// Pay one token of a pool, get the other.
    #[command(after_help = "\
Shows what it comes to, and signs when you agree. If by the time it is executed the price has moved by
more than --slippage, nothing happens.

Examples:
  tartan pool swap GLD:SLV GLD 10 --account alice --key-file alice.key
  tartan pool swap GLD:SLV SLV 100 --receive --slippage 0.5 --yes -a alice --key-file alice.key")]
    Swap(swap::Swap),
    /// Put both tokens into a pool, for a share of it.
    #[command(after_help = "\
What of the second token belongs to the first follows from the price of the pool. Who comes first gives
both amounts, and so sets the price.

Examples:
  tartan pool add GLD:SLV 1000 16000 --account alice --key-file alice.key    the first
  tartan pool add GLD:SLV 100 --account bob --key-file bob.key")]
    Add(liquidity::Add),
    /// Take liquidity out of a pool: all, or so many percent of yours.
    #[command(after_help = "\
Examples:
  tartan pool remove GLD:SLV --account alice --key-file alice.key
  tartan pool remove GLD:SLV 50 --account alice --key-file alice.key")]
    Remove(liquidity::Remove),
    /// Make an empty pool for two tokens.
    #[command(after_help = "\
The fee is paid in the utility token, and burnt.

Example:
  tartan pool create GLD:SLV --account alice --key-file alice.key")]
    Create(liquidity::Create),
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    super::runtime()?.block_on(async {
        match args.command {
            Command::Info(info) => look::run(&settings, &info, json).await,
            Command::Quote(order) => quote::run(&settings, &order, json).await,
            Command::Swap(swap) => swap::run(&settings, &swap, json).await,
            Command::Add(add) => liquidity::add(&settings, &add, json).await,
            Command::Remove(remove) => liquidity::remove(&settings, &remove, json).await,
            Command::Create(create) => liquidity::create(&settings, &create, json).await,
        }
    })
}

/// A pair as somebody writes it.
#[derive(Debug, Clone)]
struct Pair {
    name: String,
    base: String,
    quote: String,
}

impl std::str::FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Pair, String> {
        match text.split_once(':') {
            Some((base, quote))
                if !base.is_empty()
                    && !quote.is_empty()
                    && !quote.contains(':')
                    && base != quote =>
            {
                Ok(Pair {
                    name: text.to_string(),
                    base: base.to_string(),
                    quote: quote.to_string(),
                })
            }
            _ => Err(format!(
                "expected the symbols of two tokens such as GLD:SLV, found {text:?}"
            )),
        }
    }
}

/// Reads a part in percent: up to 50, with up to three decimals.
fn tolerance(text: &str) -> Result<Decimal, String> {
    let number = Decimal::parse(text);
    let valid = number.is_at_least(&Decimal::ZERO)
        && number.is_at_most(&Decimal::from(50))
        && number.decimals().unwrap_or(0) <= 3;
    valid.then_some(number).ok_or_else(|| {
        format!("expected percent from 0 to 50 with up to three decimals, found {text:?}")
    })
}

/// Reads an amount of a token.
///
/// # Errors
/// When it is none above zero, or has more decimals than the token.
fn amount(text: &str, symbol: &str, precision: Precision) -> Result<Decimal> {
    let number = Decimal::parse(text);
    let decimals = u32::from(precision.decimals());
    let valid = number.is_finite()
        && number.is_greater(&Decimal::ZERO)
        && number.decimals().unwrap_or(0) <= decimals;
    if !valid {
        anyhow::bail!(
            "expected an amount of {symbol} above zero with up to {decimals} decimals, found {text:?}"
        );
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let pair: Pair = "GLD:SWAP.SLV".parse().expect("a pair");
        assert_eq!(
            (pair.base.as_str(), pair.quote.as_str()),
            ("GLD", "SWAP.SLV")
        );
        for bad in ["", "GLD", ":SLV", "GLD:", "GLD:GLD", "GLD:SLV:X"] {
            assert!(bad.parse::<Pair>().is_err(), "{bad}");
        }
    }

    #[test]
    fn tolerances() {
        for good in ["0", "0.5", "1", "50", "0.001"] {
            assert_eq!(tolerance(good).expect("valid").to_string(), good);
        }
        for bad in ["", "-1", "50.001", "1.0005", "x", "Infinity"] {
            assert!(tolerance(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_fit_their_token() {
        let read = |text| amount(text, "GLD", Precision::THREE);
        assert_eq!(read("1.5").expect("valid").to_string(), "1.5");
        for bad in ["0", "-1", "1.0005", "x", "", "Infinity"] {
            let error = read(bad).expect_err("invalid").to_string();
            assert!(
                error.ends_with(&format!("decimals, found {bad:?}")),
                "{error}"
            );
        }
    }
}
