//! `tartan pool add`, `remove`, `create`.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_contracts::marketpools::curve;
use tartan_decimal::Decimal;

use super::rows::{ARITHMETIC, Pool, fixed, percent, precision};
use super::{CONTRACT, Pair, amount, tolerance};
use crate::acting::{Acting, Amount, Preview};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::side_chain::SideChain;
use crate::signing::Step;

/// Arguments of `tartan pool add`.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The pool: the symbols of its tokens, such as GLD:SLV.
    pair: Pair,
    /// How much of the first token.
    base: String,
    /// How much of the second [default: what belongs to the first at the price of the pool].
    quote: Option<String>,
    /// How many percent less may be taken of one of both if the price moves meanwhile.
    #[arg(long, default_value = "1", value_name = "PERCENT", value_parser = tolerance)]
    max_price_impact: Decimal,
    /// Set the first price of a pool however far it is from that of the order book.
    #[arg(long)]
    any_price: bool,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `tartan pool remove`.
#[derive(Debug, clap::Args)]
pub(super) struct Remove {
    /// The pool: the symbols of its tokens, such as GLD:SLV.
    pair: Pair,
    /// How many percent of your part of it.
    #[arg(default_value = "100", value_name = "PERCENT", value_parser = part)]
    percent: Decimal,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `tartan pool create`.
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// The symbols of its tokens, such as GLD:SLV: prices are those of the first, in the second.
    pair: Pair,
    #[command(flatten)]
    acting: Acting,
}

/// Reads a part of a position in percent.
fn part(text: &str) -> Result<Decimal, String> {
    let number = Decimal::parse(text);
    let valid = number.is_greater(&Decimal::ZERO)
        && number.is_at_most(&Decimal::from(100))
        && number.decimals().unwrap_or(0) <= 3;
    valid.then_some(number).ok_or_else(|| {
        format!("expected percent above 0 up to 100 with up to three decimals, found {text:?}")
    })
}

/// What a deposit comes to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Deposit {
    pair: String,
    pay: [Amount; 2],
    /// What one of the first token costs in the second.
    price: String,
    sets_price: bool,
    shares: String,
    part_of_pool_percent: String,
}

impl fmt::Display for Deposit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [base, quote] = &self.pay;
        writeln!(f, "Put {base} and {quote} into the pool {}", self.pair)?;
        let set = if self.sets_price {
            ", which you set"
        } else {
            ""
        };
        writeln!(
            f,
            "price           {} {} for one {}{set}",
            self.price, quote.symbol, base.symbol
        )?;
        writeln!(
            f,
            "your part       {} shares, {} % of the pool",
            self.shares, self.part_of_pool_percent
        )
    }
}

pub(super) async fn add(settings: &Settings, add: &Add, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    let pool = Pool::find(&side_chain, &add.pair).await?;
    let (about, payload) = add.plan(&pool)?;
    let [base, quote] = &about.pay;
    let told = match about.sets_price {
        true => format!("put {base} and {quote} into the empty pool {}", about.pair),
        false => format!(
            "put {base} and {quote} into the pool {}, of one of them up to {} % less if the price moves",
            about.pair, add.max_price_impact
        ),
    };
    let step = free(told, "addLiquidity", payload);
    add.acting
        .run(settings, Preview { about, step }, json)
        .await
}

impl Add {
    fn plan(&self, pool: &Pool) -> Result<(Deposit, Value)> {
        let (base_symbol, quote_symbol) = (&pool.pair.base, &pool.pair.quote);
        let base = amount(&self.base, base_symbol, pool.base.precision)?;
        let quote = match &self.quote {
            Some(quote) => amount(quote, quote_symbol, pool.quote.precision)?,
            None if pool.is_empty() => bail!(
                "the pool is empty, so that you set the price: give both amounts, such as `tartan pool add {} {} 100`",
                pool.pair.name,
                self.base
            ),
            None => curve::matching(&base, &pool.base, &pool.quote)?,
        };
        if quote.is_zero() {
            bail!("that is too little: no {quote_symbol} belongs to it");
        }
        let shares = match pool.is_empty() {
            true => curve::first_shares(&base, &quote)?,
            false => curve::more_shares(
                (&base, &pool.base),
                (&quote, &pool.quote),
                &pool.total_shares,
            )?,
        };
        let total = pool.total_shares.plus(&shares, ARITHMETIC)?;
        let price = match pool.is_empty() {
            true => quote.div(&base, ARITHMETIC)?,
            false => pool.quote.amount.div(&pool.base.amount, ARITHMETIC)?,
        };
        let [base, quote] = [
            fixed(&base, pool.base.precision)?,
            fixed(&quote, pool.quote.precision)?,
        ];
        let mut payload = json!({
            "tokenPair": pool.pair.name, "baseQuantity": base, "quoteQuantity": quote,
        });
        if !pool.is_empty() {
            // the contract's smallest
            let least = Decimal::from_parts(1, -3);
            payload["maxPriceImpact"] = json!(self.max_price_impact.max(&least).to_plain()?);
        }
        if pool.is_empty() && self.any_price {
            payload["maxDeviation"] = json!("0");
        }
        let of = |symbol: &String, quantity| Amount {
            symbol: symbol.clone(),
            quantity,
        };
        let deposit = Deposit {
            pair: pool.pair.name.clone(),
            pay: [of(base_symbol, base), of(quote_symbol, quote)],
            price: price
                .round_significant(8, tartan_decimal::Rounding::HalfUp)
                .to_plain()?,
            sets_price: pool.is_empty(),
            part_of_pool_percent: percent(&shares, &total)?,
            shares: shares.to_string(),
        };
        Ok((deposit, payload))
    }
}

/// What comes out of a pool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Withdrawal {
    pair: String,
    percent: String,
    receive: [Amount; 2],
}

impl fmt::Display for Withdrawal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [base, quote] = &self.receive;
        writeln!(
            f,
            "Take {} % of your part of the pool {}",
            self.percent, self.pair
        )?;
        writeln!(f, "you get about   {base} and {quote}")
    }
}

pub(super) async fn remove(settings: &Settings, remove: &Remove, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    let pool = Pool::find(&side_chain, &remove.pair).await?;
    let account = remove.acting.signer.account(settings)?;
    let position = pool.position(&side_chain, account.as_str()).await?;
    let position = position
        .with_context(|| format!("{account} has nothing in the pool {}", pool.pair.name))?;
    let shares = Decimal::parse(&position.shares).times(&remove.percent, ARITHMETIC)?;
    let shares = shares.div(&Decimal::from(100), ARITHMETIC)?;
    let [base, quote] = parts(&pool, &shares)?;
    let percent = remove.percent.to_plain()?;
    let about = Withdrawal {
        pair: pool.pair.name.clone(),
        receive: [base, quote],
        percent,
    };
    let told = format!(
        "take {} % of your part out of the pool {}, whatever it is worth by then",
        about.percent, about.pair
    );
    let payload = json!({ "tokenPair": about.pair, "sharesOut": about.percent });
    let step = free(told, "removeLiquidity", payload);
    remove
        .acting
        .run(settings, Preview { about, step }, json)
        .await
}

/// What so many shares are worth.
pub(super) fn parts(pool: &Pool, shares: &Decimal) -> Result<[Amount; 2]> {
    let part = |symbol: &String, reserve: &curve::Reserve| -> Result<Amount> {
        let part = curve::part_of(shares, &pool.total_shares, reserve)?;
        Ok(Amount {
            symbol: symbol.clone(),
            quantity: fixed(&part, reserve.precision)?,
        })
    };
    Ok([
        part(&pool.pair.base, &pool.base)?,
        part(&pool.pair.quote, &pool.quote)?,
    ])
}

/// A pool that is going to be made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NewPool {
    pair: String,
    fee: String,
    utility_token: String,
}

impl fmt::Display for NewPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Make an empty pool {}", self.pair)?;
        writeln!(
            f,
            "fee             {} {}, burnt",
            self.fee, self.utility_token
        )
    }
}

pub(super) async fn create(settings: &Settings, create: &Create, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    for symbol in [&create.pair.base, &create.pair.quote] {
        precision(&side_chain, symbol).await?;
    }
    let params = side_chain.find_one(CONTRACT, "params", json!({})).await?;
    let fee = params
        .as_ref()
        .and_then(|row| row["poolCreationFee"].as_str());
    let fee = fee.with_context(|| {
        format!(
            "this sidechain has no pools: the contract {CONTRACT} is not there; choose another node with --side-chain"
        )
    })?;
    let utility_token = settings.network.tokens.utility.symbol.clone();
    let pair = &create.pair.name;
    let about = NewPool {
        pair: pair.clone(),
        fee: fee.to_string(),
        utility_token,
    };
    let told = format!("make the pool {pair} for {fee} {}", about.utility_token);
    let mut step = free(told, "createPool", json!({ "tokenPair": pair }));
    step.fee = fee.to_string();
    create
        .acting
        .run(settings, Preview { about, step }, json)
        .await
}

fn free(told: String, action: &'static str, payload: Value) -> Step {
    Step {
        told,
        contract: CONTRACT,
        action,
        payload,
        fee: "0".to_string(),
        needs: Needs::Active,
    }
}
