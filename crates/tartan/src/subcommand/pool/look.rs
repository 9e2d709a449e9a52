//! `tartan pool info`.

use std::fmt;

use anyhow::Result;
use serde::Serialize;
use tartan_decimal::Decimal;

use super::Pair;
use super::liquidity::parts;
use super::rows::{Pool, fixed, percent};
use crate::acting::Amount;
use crate::config::Settings;
use crate::output;
use crate::reward_pool::time;
use crate::side_chain::SideChain;

/// Arguments of `tartan pool info`.
#[derive(Debug, clap::Args)]
pub(super) struct Info {
    /// The symbols of a pool's tokens, such as GLD:SLV [default: all pools].
    pair: Option<Pair>,
    /// Show what this account has of it.
    #[arg(
        long,
        short,
        env = "TARTAN_ACCOUNT",
        hide_env_values = true,
        value_name = "NAME"
    )]
    account: Option<String>,
}

/// A pool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    pair: String,
    base: Amount,
    quote: Amount,
    /// What one base token costs in quote tokens.
    base_price: String,
    /// What one quote token costs in base tokens.
    quote_price: String,
    base_volume: String,
    quote_volume: String,
    total_shares: String,
    creator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Part>,
}

/// What an account has of a pool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    account: String,
    shares: String,
    part_of_pool_percent: String,
    worth: [Amount; 2],
    /// On average.
    since: String,
}

impl Shown {
    fn new(pool: &Pool) -> Result<Shown> {
        let amount = |symbol: &String, quantity| Amount {
            symbol: symbol.clone(),
            quantity,
        };
        Ok(Shown {
            pair: pool.pair.name.clone(),
            base: amount(
                &pool.pair.base,
                fixed(&pool.base.amount, pool.base.precision)?,
            ),
            quote: amount(
                &pool.pair.quote,
                fixed(&pool.quote.amount, pool.quote.precision)?,
            ),
            base_price: pool.base_price.clone(),
            quote_price: pool.quote_price.clone(),
            base_volume: pool.base_volume.clone(),
            quote_volume: pool.quote_volume.clone(),
            total_shares: pool.total_shares.to_string(),
            creator: pool.creator.clone(),
            position: None,
        })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (base, quote) = (&self.base.symbol, &self.quote.symbol);
        writeln!(f, "{}", self.pair)?;
        writeln!(f, "reserves     {} and {}", self.base, self.quote)?;
        writeln!(
            f,
            "prices       {} {quote} for one {base}, {} {base} for one {quote}",
            self.base_price, self.quote_price
        )?;
        writeln!(
            f,
            "swapped      {} {base} and {} {quote} so far",
            self.base_volume, self.quote_volume
        )?;
        writeln!(f, "shares       {}", self.total_shares)?;
        writeln!(f, "made by      {}", self.creator)?;
        if let Some(part) = &self.position {
            let [base, quote] = &part.worth;
            writeln!(
                f,
                "\n{} has {} shares, {} % of the pool",
                part.account, part.shares, part.part_of_pool_percent
            )?;
            writeln!(f, "worth        {base} and {quote}")?;
            writeln!(f, "held since   {}, on average", part.since)?;
        }
        Ok(())
    }
}

/// Pools.
#[derive(Debug, Serialize)]
struct All {
    pools: Vec<Shown>,
}

impl fmt::Display for All {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pools.is_empty() {
            return write!(f, "there are no pools yet");
        }
        writeln!(
            f,
            "{:<21} {:>28} {:>28}  price of the first",
            "pool", "of the first", "of the second"
        )?;
        for pool in &self.pools {
            let (base, quote) = (&pool.base.quantity, &pool.quote.quantity);
            writeln!(
                f,
                "{:<21} {base:>28} {quote:>28}  {}",
                pool.pair, pool.base_price
            )?;
        }
        Ok(())
    }
}

pub(super) async fn run(settings: &Settings, info: &Info, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let Some(pair) = &info.pair else {
        let pools = Pool::all(&side_chain).await?;
        let pools: Result<Vec<Shown>> = pools.iter().map(Shown::new).collect();
        return output::print(&All { pools: pools? }, json);
    };
    let pool = Pool::find(&side_chain, pair).await?;
    let mut shown = Shown::new(&pool)?;
    let account = info.account.as_ref().or(settings.file.account.as_ref());
    if let Some(account) = account {
        let position = pool.position(&side_chain, account).await?;
        if let Some(position) = position {
            let shares = Decimal::parse(&position.shares);
            shown.position = Some(Part {
                account: account.clone(),
                part_of_pool_percent: percent(&shares, &pool.total_shares)?,
                worth: parts(&pool, &shares)?,
                shares: position.shares,
                since: time(position.time_factor),
            });
        }
    }
    output::print(&shown, json)
}
