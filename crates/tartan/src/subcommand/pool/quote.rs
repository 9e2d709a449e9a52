//! `tartan pool quote`: what a swap would come to.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use tartan_contracts::marketpools::curve::{self, Refused, Reserve};
use tartan_decimal::{Decimal, Rounding};

use super::rows::{ARITHMETIC, Pool, fixed, percent};
use super::{Pair, amount, tolerance};
use crate::acting::Amount;
use crate::config::Settings;
use crate::output;
use crate::side_chain::SideChain;

/// What somebody wants to swap.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Order {
    /// The pool: the symbols of its tokens, such as GLD:SLV.
    pair: Pair,
    /// The token of which the quantity is: the one that you pay, or with --receive the one that you get.
    symbol: String,
    /// How much of it, such as 12.5.
    quantity: String,
    /// The quantity is what you get, not what you pay.
    #[arg(long)]
    receive: bool,
    /// How many percent less than expected you accept to get, or more to pay.
    #[arg(long, default_value = "1", value_name = "PERCENT", value_parser = tolerance)]
    slippage: Decimal,
}

/// What a swap comes to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Quote {
    pub(super) pair: String,
    pub(super) pay: Amount,
    pub(super) receive: Amount,
    /// What one of the tokens paid gets.
    price: String,
    /// What the first, smallest part of it gets.
    pool_price: String,
    price_impact_percent: String,
    fee: Amount,
    fee_percent: String,
    pub(super) slippage_percent: String,
    /// With the slippage, when the quantity is what is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receive_at_least: Option<String>,
    /// With the slippage, when the quantity is what is got.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pay_at_most: Option<String>,
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pay, receive) = (&self.pay.symbol, &self.receive.symbol);
        writeln!(f, "Pay {}, get {}", self.pay, self.receive)?;
        writeln!(f, "price           {} {receive} for one {pay}", self.price)?;
        writeln!(
            f,
            "pool's price    {} {receive} for one {pay}",
            self.pool_price
        )?;
        let impact = &self.price_impact_percent;
        writeln!(
            f,
            "price impact    {impact} %, since swaps of this size move the price"
        )?;
        writeln!(
            f,
            "fee             {} % ({}), part of the price, for the providers",
            self.fee_percent, self.fee
        )?;
        let slippage = &self.slippage_percent;
        if let Some(least) = &self.receive_at_least {
            writeln!(
                f,
                "get at least    {least} {receive}, with a slippage of {slippage} %"
            )?;
        }
        if let Some(most) = &self.pay_at_most {
            writeln!(
                f,
                "pay at most     {most} {pay}, with a slippage of {slippage} %"
            )?;
        }
        Ok(())
    }
}

impl Order {
    /// Asks the node for the pool, and computes.
    pub(super) async fn quote(&self, side_chain: &SideChain) -> Result<Quote> {
        let pool = Pool::find(side_chain, &self.pair).await?;
        let keep = Pool::keep(side_chain).await?;
        self.quote_in(&pool, &keep)
    }

    fn quote_in(&self, pool: &Pool, keep: &Decimal) -> Result<Quote> {
        let (base, quote) = (
            (&pool.pair.base, &pool.base),
            (&pool.pair.quote, &pool.quote),
        );
        let (named, other) = match &self.symbol {
            symbol if symbol == base.0 => (base, quote),
            symbol if symbol == quote.0 => (quote, base),
            symbol => bail!("the pool {} has no {symbol}", pool.pair.name),
        };
        if pool.is_empty() {
            bail!("the pool {} is empty", pool.pair.name);
        }
        let quantity = amount(&self.quantity, named.0, named.1.precision)?;
        let (from, to) = match self.receive {
            true => (other, named),
            false => (named, other),
        };
        let swap = match self.receive {
            true => curve::Swap::exact_output(&quantity, from.1, to.1, keep),
            false => curve::Swap::exact_input(&quantity, from.1, to.1, keep),
        };
        let swap = swap.and_then(|swap| swap.check_amounts().map(|()| swap));
        let swap = match swap {
            Ok(swap) => swap,
            Err(Refused::Liquidity) => bail!(
                "the pool does not have as much: it has {} and {}",
                pool.show_base(&pool.base.amount)?,
                pool.show_quote(&pool.quote.amount)?
            ),
            Err(Refused::In | Refused::Out) => bail!("that is too little to swap"),
            Err(refused) => return Err(refused.into()),
        };
        self.told(pool, &swap, from, to, keep)
    }

    fn told(
        &self,
        pool: &Pool,
        swap: &curve::Swap,
        from: (&String, &Reserve),
        to: (&String, &Reserve),
        keep: &Decimal,
    ) -> Result<Quote> {
        let price = |paid: &Decimal, taken: &Decimal| -> Result<String> {
            let price = paid.div(taken, ARITHMETIC)?;
            Ok(price.round_significant(8, Rounding::HalfUp).to_plain()?)
        };
        let counted = swap.exact_in.times(keep, ARITHMETIC)?;
        let moved = from.1.amount.plus(&counted, ARITHMETIC)?;
        let fee_symbol = if self.receive { from.0 } else { to.0 };
        let of = |symbol: &String, quantity: String| Amount {
            symbol: symbol.clone(),
            quantity,
        };
        Ok(Quote {
            pair: pool.pair.name.clone(),
            pay: of(from.0, fixed(&swap.taken, from.1.precision)?),
            receive: of(to.0, fixed(&swap.paid, to.1.precision)?),
            price: price(&swap.paid, &swap.taken)?,
            pool_price: price(&to.1.amount, &from.1.amount)?,
            price_impact_percent: percent(&counted, &moved)?,
            fee: of(fee_symbol, swap.fee.clone()),
            fee_percent: percent(&Decimal::ONE.minus(keep, ARITHMETIC)?, &Decimal::ONE)?,
            slippage_percent: self.slippage.to_string(),
            receive_at_least: match self.receive {
                true => None,
                false => Some(self.least(&swap.paid, to.1)?),
            },
            pay_at_most: match self.receive {
                true => Some(self.most(&swap.taken, from.1)?),
                false => None,
            },
        })
    }

    /// Less than expected by the slippage, but something.
    fn least(&self, paid: &Decimal, to: &Reserve) -> Result<String> {
        let part = Decimal::from(100).minus(&self.slippage, ARITHMETIC)?;
        let least = paid
            .times(&part, ARITHMETIC)?
            .div(&Decimal::from(100), ARITHMETIC)?;
        let unit = Decimal::from_parts(1, -i32::from(to.precision.decimals()));
        fixed(&least.max(&unit), to.precision)
    }

    /// More than expected by the slippage.
    fn most(&self, taken: &Decimal, from: &Reserve) -> Result<String> {
        let part = Decimal::from(100).plus(&self.slippage, ARITHMETIC)?;
        let most = taken
            .times(&part, ARITHMETIC)?
            .div(&Decimal::from(100), ARITHMETIC)?;
        Ok(most.to_fixed(from.precision.decimals().into(), Rounding::Ceil)?)
    }

    /// The action that swaps so.
    pub(super) fn payload(&self, quote: &Quote) -> serde_json::Value {
        let trade = if self.receive {
            "exactOutput"
        } else {
            "exactInput"
        };
        let amount = if self.receive {
            &quote.receive
        } else {
            &quote.pay
        };
        let mut payload = serde_json::json!({
            "tokenPair": quote.pair, "tokenSymbol": amount.symbol, "tokenAmount": amount.quantity, "tradeType": trade,
        });
        if let Some(least) = &quote.receive_at_least {
            payload["minAmountOut"] = serde_json::json!(least);
        }
        if let Some(most) = &quote.pay_at_most {
            payload["maxAmountIn"] = serde_json::json!(most);
        }
        payload
    }
}

pub(super) async fn run(settings: &Settings, order: &Order, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    output::print(&order.quote(&side_chain).await?, json)
}
