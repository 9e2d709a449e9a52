//! `tartan market buy`, `sell`, `cancel`.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_decimal::{Decimal, Rounding};

use super::CONTRACT;
use super::rows::{ARITHMETIC, DECIMALS, MOST_ORDERS, Market, Resting, Side, fixed};
use crate::acting::{Acting, Amount, Preview};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::signing::Step;

/// Days after which an order leaves the book at the latest.
const LONGEST_DAYS: u16 = 30;

/// Arguments of `tartan market buy`.
#[derive(Debug, clap::Args)]
pub(super) struct Buy {
    /// The token.
    symbol: String,
    /// How much of it.
    #[arg(required_unless_present = "spend", requires = "price")]
    quantity: Option<String>,
    /// The most that one of it may cost, in the token that all are traded against.
    #[arg(long, requires = "quantity")]
    price: Option<String>,
    /// Buy at once for this much, at whatever price there is.
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["quantity", "price", "days"])]
    spend: Option<String>,
    #[command(flatten)]
    rest: Rest,
}

/// Arguments of `tartan market sell`.
#[derive(Debug, clap::Args)]
pub(super) struct Sell {
    /// The token.
    symbol: String,
    /// How much of it.
    quantity: String,
    /// The least that one of it may bring, in the token that all are traded against.
    #[arg(long, required_unless_present = "at_market")]
    price: Option<String>,
    /// Sell at once, at whatever price there is.
    #[arg(long, conflicts_with_all = ["price", "days"])]
    at_market: bool,
    #[command(flatten)]
    rest: Rest,
}

/// What both have.
#[derive(Debug, clap::Args)]
struct Rest {
    /// Days after which what is left expires [default: 30].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=i64::from(LONGEST_DAYS)))]
    days: Option<u16>,
    #[command(flatten)]
    acting: Acting,
}

/// Arguments of `tartan market cancel`.
#[derive(Debug, clap::Args)]
pub(super) struct Cancel {
    /// Id of the order: the transaction that placed it, as `tartan market orders` shows it.
    id: String,
    #[command(flatten)]
    acting: Acting,
}

/// What an order comes to, going by the book as it is now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Forecast {
    /// What leaves the balance at first.
    locks: Amount,
    /// What is bought or sold at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_once: Option<AtOnce>,
    /// What then rests in the book.
    #[serde(skip_serializing_if = "Option::is_none")]
    rests: Option<Amount>,
    /// What comes back, as the book is not deep enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    comes_back: Option<Amount>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AtOnce {
    quantity: Amount,
    volume: Amount,
    average_price: String,
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "locks        {}", self.locks)?;
        match &self.at_once {
            None => writeln!(f, "at once      nothing")?,
            Some(AtOnce {
                quantity,
                volume,
                average_price,
            }) => writeln!(
                f,
                "at once      {quantity} for {volume}, {average_price} each"
            )?,
        }
        if let Some(rests) = &self.rests {
            writeln!(f, "in the book  {rests}")?;
        }
        if let Some(back) = &self.comes_back {
            writeln!(f, "comes back   {back}")?;
        }
        Ok(())
    }
}

/// What stops an order from being filled: its price, and how much there is of what it gives or wants.
struct Limits {
    /// Compared with the prices of the other side; none: any price will do.
    price: Option<Decimal>,
    /// Of the token.
    quantity: Option<Decimal>,
    /// Of the base token.
    volume: Option<Decimal>,
}

/// What an order is filled with.
struct Filled {
    quantity: Decimal,
    volume: Decimal,
}

impl Limits {
    /// Goes through the other side's orders as the contract does. The last digits may differ: the contract rounds each
    /// fill.
    fn fill(&self, side: Side, others: &[Resting], decimals: u32) -> Result<Filled> {
        let mut filled = Filled {
            quantity: Decimal::ZERO,
            volume: Decimal::ZERO,
        };
        for other in others {
            let price = Decimal::parse(&other.price);
            let acceptable = match (&self.price, side) {
                (None, _) => true,
                (Some(most), Side::Buy) => price.is_at_most(most),
                (Some(least), Side::Sell) => price.is_at_least(least),
            };
            let mut quantity = Decimal::parse(&other.quantity);
            if let Some(wanted) = &self.quantity {
                quantity = smaller(quantity, wanted.minus(&filled.quantity, ARITHMETIC)?);
            }
            if let Some(volume) = &self.volume {
                let left = volume.minus(&filled.volume, ARITHMETIC)?;
                let affordable = left.div(&price, ARITHMETIC)?;
                let affordable = fixed(&affordable, decimals, Rounding::Down)?;
                quantity = smaller(quantity, Decimal::parse(&affordable));
            }
            if !acceptable || quantity.is_zero() {
                break;
            }
            let volume = price.times(&quantity, ARITHMETIC)?;
            filled.quantity = filled.quantity.plus(&quantity, ARITHMETIC)?;
            filled.volume = filled.volume.plus(&volume, ARITHMETIC)?;
        }
        Ok(filled)
    }
}

fn smaller(a: Decimal, b: Decimal) -> Decimal {
    match a.is_at_most(&b) {
        true => a,
        false => b,
    }
}

/// Reads a number above zero with so many decimals at most.
fn positive(text: &str, what: &str, decimals: u32) -> Result<Decimal> {
    let number = Decimal::parse(text);
    let valid = !number.is_zero()
        && number.is_at_least(&Decimal::ZERO)
        && number.decimals().is_some_and(|found| found <= decimals);
    if !valid {
        bail!("{what}: expected a number above 0 with at most {decimals} decimals, found {text:?}");
    }
    Ok(number)
}

/// An order that is going to be placed.
struct Placing<'a> {
    market: &'a Market,
    side: Side,
    symbol: &'a str,
    decimals: u32,
    limits: Limits,
}

impl Placing<'_> {
    fn amount(&self, symbol: &str, quantity: &Decimal) -> Result<Amount> {
        let decimals = match symbol == self.market.base {
            true => DECIMALS,
            false => self.decimals,
        };
        Ok(Amount {
            symbol: symbol.to_string(),
            quantity: fixed(quantity, decimals, Rounding::HalfUp)?,
        })
    }

    /// What it comes to, and whether the account has what it takes.
    async fn forecast(&self, account: &str) -> Result<Forecast> {
        let other = match self.side {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        };
        let others = self.market.best(other, self.symbol, MOST_ORDERS).await?;
        let filled = self.limits.fill(self.side, &others, self.decimals)?;
        let base = &self.market.base;
        let Limits {
            price,
            quantity,
            volume,
        } = &self.limits;
        let locks = match (self.side, quantity, price, volume) {
            (Side::Buy, Some(quantity), Some(price), _) => {
                let locks = price.times(quantity, ARITHMETIC)?;
                let locks = Decimal::parse(&fixed(&locks, DECIMALS, Rounding::Up)?);
                self.amount(base, &locks)?
            }
            (Side::Sell, Some(quantity), ..) => self.amount(self.symbol, quantity)?,
            (.., volume) => self.amount(base, volume.as_ref().unwrap_or(&Decimal::ZERO))?,
        };
        let has = self.market.balance(account, &locks.symbol).await?;
        if !has.is_at_least(&Decimal::parse(&locks.quantity)) {
            let has = self.amount(&locks.symbol, &has)?;
            bail!("{account} has {has}, and the order takes {locks}");
        }
        let left = match (quantity, volume) {
            (Some(quantity), _) => {
                let left = quantity.minus(&filled.quantity, ARITHMETIC)?;
                self.amount(self.symbol, &left)?
            }
            (None, Some(volume)) => {
                let left = volume.minus(&filled.volume, ARITHMETIC)?;
                self.amount(base, &left)?
            }
            (None, None) => bail!("an order without a quantity"),
        };
        let left = Some(left).filter(|left| !Decimal::parse(&left.quantity).is_zero());
        let (rests, comes_back) = match price {
            Some(_) => (left, None),
            None => (None, left),
        };
        let at_once = match filled.quantity.is_zero() {
            true => None,
            false => Some(AtOnce {
                quantity: self.amount(self.symbol, &filled.quantity)?,
                volume: self.amount(base, &filled.volume)?,
                average_price: fixed(
                    &filled.volume.div(&filled.quantity, ARITHMETIC)?,
                    DECIMALS,
                    Rounding::HalfUp,
                )?,
            }),
        };
        if at_once.is_none() && price.is_none() {
            bail!(
                "there is nobody to {} {} {}: the book is empty, or too dear for so little",
                other.name(),
                self.symbol,
                match other {
                    Side::Buy => "from you",
                    Side::Sell => "to you",
                }
            );
        }
        Ok(Forecast {
            locks,
            at_once,
            rests,
            comes_back,
        })
    }
}

fn step(action: &'static str, told: String, payload: Value) -> Step {
    Step {
        told,
        contract: CONTRACT,
        action,
        payload,
        fee: "0".to_string(),
        needs: Needs::Active,
    }
}

/// The payload of an order that may rest in the book.
fn resting(symbol: &str, quantity: &str, price: &str, rest: &Rest) -> Value {
    let mut payload = json!({ "symbol": symbol, "quantity": quantity, "price": price });
    if let Some(days) = rest.days {
        payload["expiration"] = json!(u32::from(days) * 86_400);
    }
    payload
}

pub(super) async fn buy(settings: &Settings, buy: &Buy, json: bool) -> Result<()> {
    let market = Market::open(settings).await?;
    let (symbol, base) = (buy.symbol.as_str(), market.base.as_str());
    let decimals = market.decimals(symbol).await?;
    let (limits, step) = match (&buy.quantity, &buy.price, &buy.spend) {
        (Some(quantity), Some(price), _) => {
            let limits = Limits {
                quantity: Some(positive(quantity, "quantity", decimals)?),
                price: Some(positive(price, "--price", DECIMALS)?),
                volume: None,
            };
            let told = format!("buy {quantity} {symbol} at {price} {base} or less");
            let payload = resting(symbol, quantity, price, &buy.rest);
            (limits, step("buy", told, payload))
        }
        (_, _, Some(spend)) => {
            let limits = Limits {
                quantity: None,
                price: None,
                volume: Some(positive(spend, "--spend", DECIMALS)?),
            };
            let told = format!("buy {symbol} for {spend} {base} at once");
            let payload = json!({ "symbol": symbol, "quantity": spend });
            (limits, step("marketBuy", told, payload))
        }
        _ => bail!("expected a quantity with --price, or --spend"),
    };
    let placing = Placing {
        market: &market,
        side: Side::Buy,
        symbol,
        decimals,
        limits,
    };
    place(settings, &placing, step, &buy.rest.acting, json).await
}

pub(super) async fn sell(settings: &Settings, sell: &Sell, json: bool) -> Result<()> {
    let market = Market::open(settings).await?;
    let (symbol, base, quantity) = (&sell.symbol, &market.base, &sell.quantity);
    let decimals = market.decimals(symbol).await?;
    let price = match &sell.price {
        Some(price) => Some(positive(price, "--price", DECIMALS)?),
        None => None,
    };
    let limits = Limits {
        quantity: Some(positive(quantity, "quantity", decimals)?),
        price,
        volume: None,
    };
    let step = match &sell.price {
        Some(price) => {
            let told = format!("sell {quantity} {symbol} at {price} {base} or more");
            step("sell", told, resting(symbol, quantity, price, &sell.rest))
        }
        None => {
            let told = format!("sell {quantity} {symbol} for {base} at once");
            let payload = json!({ "symbol": symbol, "quantity": quantity });
            step("marketSell", told, payload)
        }
    };
    let placing = Placing {
        market: &market,
        side: Side::Sell,
        symbol,
        decimals,
        limits,
    };
    place(settings, &placing, step, &sell.rest.acting, json).await
}

async fn place(
    settings: &Settings,
    placing: &Placing<'_>,
    step: Step,
    acting: &Acting,
    json: bool,
) -> Result<()> {
    let account = acting.signer.account(settings)?;
    let about = placing.forecast(account.as_str()).await?;
    acting.run(settings, Preview { about, step }, json).await
}

/// An order that is going to be cancelled.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cancelling {
    comes_back: Amount,
}

impl fmt::Display for Cancelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "comes back   {}", self.comes_back)
    }
}

pub(super) async fn cancel(settings: &Settings, cancel: &Cancel, json: bool) -> Result<()> {
    let market = Market::open(settings).await?;
    let id = &cancel.id;
    let Some((side, order)) = market.order(id).await? else {
        bail!(
            "there is no order {id} in the books: it was filled, has expired, was cancelled, or never was; `tartan market orders <ACCOUNT>` lists them"
        );
    };
    let account = cancel.acting.signer.account(settings)?;
    if order.account != account.as_str() {
        bail!(
            "the order {id} belongs to {}, not to {account}",
            order.account
        );
    }
    let comes_back = match side {
        Side::Buy => Amount {
            symbol: market.base.clone(),
            quantity: order.tokens_locked.clone().unwrap_or_default(),
        },
        Side::Sell => Amount {
            symbol: order.symbol.clone(),
            quantity: order.quantity.clone(),
        },
    };
    let told = format!(
        "cancel the order to {} {} {} at {} {}",
        side.name(),
        order.quantity,
        order.symbol,
        order.price,
        market.base
    );
    let payload = json!({ "type": side.name(), "id": id });
    let preview = Preview {
        about: Cancelling { comes_back },
        step: step("cancel", told, payload),
    };
    cancel.acting.run(settings, preview, json).await
}
