//! Pools as the chain has them, and what a swap would come to: by the contract's own arithmetic.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use tartan_chain::{ReadError, Reader};
use tartan_contracts::marketpools::curve::{Reserve, Swap};
use tartan_decimal::{Config, Decimal, Precision, Rounding};
use tartan_index::Amount;

use super::book::{Book, Level};
use super::data;

/// A pool. Its reserves have up to 8 decimals, its shares 20.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pool {
    pub(super) token_pair: String,
    #[serde(deserialize_with = "number")]
    pub(super) base_quantity: Decimal,
    #[serde(deserialize_with = "number")]
    pub(super) quote_quantity: Decimal,
    #[serde(deserialize_with = "number")]
    pub(super) base_price: Decimal,
    #[serde(deserialize_with = "number")]
    pub(super) total_shares: Decimal,
}

/// A part of a pool.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Position {
    pub(super) account: String,
    #[serde(deserialize_with = "number")]
    pub(super) shares: Decimal,
}

/// An empty pool has numbers where others have texts.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Decimal::parse(&text),
        Value::Number(number) => Decimal::parse(&number.to_string()),
        _ => Decimal::ZERO,
    })
}

impl Pool {
    pub(super) fn symbols(&self) -> (&str, &str) {
        self.token_pair
            .split_once(':')
            .unwrap_or((&self.token_pair, ""))
    }

    pub(super) fn is_filled(&self) -> bool {
        let above = |number: &Decimal| number.is_greater(&Decimal::ZERO);
        above(&self.base_quantity) && above(&self.quote_quantity)
    }

    /// So many percent of the pool are these shares, with 2 decimals, cut off.
    pub(super) fn percent(&self, shares: &Decimal) -> String {
        let part = shares.times(&Decimal::from(100), &Config::STANDARD);
        let part = part.and_then(|part| part.div(&self.total_shares, &Config::STANDARD));
        part.ok()
            .filter(Decimal::is_finite)
            .and_then(|part| part.to_fixed(2, Rounding::Down).ok())
            .unwrap_or_else(|| "0.00".to_owned())
    }

    /// What of both reserves belongs to shares.
    pub(super) fn parts(&self, shares: &Decimal) -> (String, String) {
        let part = |reserve: &Decimal| {
            let part = shares.times(reserve, &Config::STANDARD);
            let part = part.and_then(|part| part.div(&self.total_shares, &Config::STANDARD));
            plain(&part.unwrap_or(Decimal::ZERO), 8)
        };
        (part(&self.base_quantity), part(&self.quote_quantity))
    }
}

/// A number as text with at most so many decimals, cut off; none that are zeros at the end.
pub(super) fn plain(number: &Decimal, decimals: u32) -> String {
    let fixed = number.to_fixed(decimals, Rounding::Down);
    let fixed = fixed.unwrap_or_else(|_| "0".to_owned());
    match fixed.contains('.') {
        true => fixed.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => fixed,
    }
}

/// All pools.
pub(super) fn all(reader: &Reader) -> Result<Vec<Pool>, ReadError> {
    data::rows(reader, ("marketpools", "pools"), &json!({}))
}

/// A pool.
pub(super) fn pool(reader: &Reader, pair: &str) -> Result<Option<Pool>, ReadError> {
    let row = reader.find_one("marketpools", "pools", &json!({ "tokenPair": pair }))?;
    Ok(row.and_then(|row| serde_json::from_value(row).ok()))
}

/// Who has parts of a pool, the largest first.
pub(super) fn positions(reader: &Reader, pair: &str) -> Result<Vec<Position>, ReadError> {
    let table = ("marketpools", "liquidityPositions");
    let mut all: Vec<Position> = data::rows(reader, table, &json!({ "tokenPair": pair }))?;
    all.sort_by(|one, other| {
        let is_more = one.shares.is_greater(&other.shares);
        is_more.cmp(&other.shares.is_greater(&one.shares)).reverse()
    });
    Ok(all)
}

/// What an account has of pools, by pair.
pub(super) fn positions_of(
    reader: &Reader,
    account: &str,
) -> Result<BTreeMap<String, Decimal>, ReadError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        token_pair: String,
        #[serde(deserialize_with = "number")]
        shares: Decimal,
    }
    let table = ("marketpools", "liquidityPositions");
    let rows: Vec<Row> = data::rows(reader, table, &json!({ "account": account }))?;
    let rows = rows.into_iter().map(|row| (row.token_pair, row.shares));
    Ok(rows.collect())
}

/// What the contract has laid down.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    pool_creation_fee: String,
    trade_fee_mul: String,
}

fn params(reader: &Reader) -> Result<Option<Params>, ReadError> {
    let row = reader.find_one("marketpools", "params", &json!({}))?;
    Ok(row.and_then(|row| serde_json::from_value(row).ok()))
}

/// What of a swap counts: 1 less the fee.
pub(super) fn keep(reader: &Reader) -> Result<Decimal, ReadError> {
    let keep = params(reader)?.map(|params| params.trade_fee_mul);
    Ok(Decimal::parse(keep.as_deref().unwrap_or("0.9975")))
}

/// What it costs to make a pool.
pub(super) fn creation_fee(reader: &Reader) -> Result<String, ReadError> {
    let fee = params(reader)?.map(|params| params.pool_creation_fee);
    Ok(fee.unwrap_or_default())
}

/// Which of both amounts is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exact {
    /// What is paid.
    In,
    /// What is got.
    Out,
}

/// What a swap is to be.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) from: data::Token,
    pub(super) to: data::Token,
    pub(super) amount: Amount,
    pub(super) exact: Exact,
    /// Hundredths of a percent that the result may be worse than quoted.
    pub(super) slippage: i128,
}

/// One way to make a swap: one call, with the contract's own protection.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// The pool; `None`: the order book.
    pub(super) pair: Option<String>,
    pub(super) call: &'static str,
    /// The payload, but for the protection that people may change.
    pub(super) payload: Vec<(&'static str, String)>,
    /// The field of the payload that protects, and its value.
    pub(super) bound: (&'static str, String),
    pub(super) pays: Amount,
    pub(super) gets: Amount,
    /// What the fee is, as text with its token.
    pub(super) fee: String,
    /// How much worse than the first price, in hundredths of a percent.
    pub(super) impact: i128,
}

impl Route {
    pub(super) fn impact_percent(&self) -> String {
        format!("{}.{:02}", self.impact / 100, self.impact % 100)
    }
}

fn amount(number: &Decimal) -> Amount {
    Amount::parse(&plain(number, 8)).unwrap_or(Amount::ZERO)
}

/// How much of an expected amount is missing, in hundredths of a percent.
fn missing(expected: &Decimal, found: &Decimal) -> i128 {
    let (expected, found) = (expected.to_f64(), found.to_f64());
    match expected > 0.0 && expected.is_finite() && found.is_finite() {
        true => (((1.0 - found / expected) * 10_000.0).round() as i128).clamp(0, 10_000),
        false => 0,
    }
}

impl Wish {
    /// All ways there are, the best first.
    pub(super) fn routes(
        &self,
        reader: &Reader,
        orders: &data::Orders,
        base: &str,
    ) -> Result<Vec<Route>, ReadError> {
        let mut routes = Vec::new();
        let pairs = [
            format!("{}:{}", self.from.symbol, self.to.symbol),
            format!("{}:{}", self.to.symbol, self.from.symbol),
        ];
        for pair in pairs {
            if let Some(pool) = pool(reader, &pair)? {
                routes.extend(self.in_pool(&pool, &keep(reader)?));
            }
        }
        let symbol = match (self.from.symbol == base, self.to.symbol == base) {
            (true, false) => Some(&self.to.symbol),
            (false, true) => Some(&self.from.symbol),
            _ => None,
        };
        if let Some(symbol) = symbol {
            let book = Book::read(reader, orders, symbol, None, 1)?;
            routes.extend(self.in_book(&book, symbol == &self.to.symbol));
        }
        match self.exact {
            Exact::In => routes.sort_by_key(|route| std::cmp::Reverse(route.gets)),
            Exact::Out => routes.sort_by_key(|route| route.pays),
        }
        Ok(routes)
    }

    fn in_pool(&self, pool: &Pool, keep: &Decimal) -> Option<Route> {
        if !pool.is_filled() {
            return None;
        }
        let reserve = |token: &data::Token| {
            let is_base = pool.symbols().0 == token.symbol;
            let amount = if is_base {
                &pool.base_quantity
            } else {
                &pool.quote_quantity
            };
            Some(Reserve {
                amount: amount.clone(),
                precision: Precision::new(token.precision).ok()?,
            })
        };
        let (from, to) = (reserve(&self.from)?, reserve(&self.to)?);
        let wanted = self.amount.to_decimal();
        let swap = match self.exact {
            Exact::In => Swap::exact_input(&wanted, &from, &to, keep).ok()?,
            Exact::Out => Swap::exact_output(&wanted, &from, &to, keep).ok()?,
        };
        swap.check_amounts().ok()?;
        // at the price before the swap, without the fee
        let counted = swap.exact_in.times(keep, &Config::STANDARD).ok()?;
        let expected = counted.times(&to.amount, &Config::STANDARD).ok()?;
        let expected = expected.div(&from.amount, &Config::STANDARD).ok()?;
        let (pays, gets) = (amount(&swap.taken), amount(&swap.paid));
        let (kind, named, bound, fee_symbol) = match self.exact {
            Exact::In => {
                let least = self.less(gets, self.to.precision);
                (
                    "exactInput",
                    &self.from.symbol,
                    ("minAmountOut", least),
                    &self.to.symbol,
                )
            }
            Exact::Out => {
                let most = self.more(pays, self.from.precision);
                (
                    "exactOutput",
                    &self.to.symbol,
                    ("maxAmountIn", most),
                    &self.from.symbol,
                )
            }
        };
        Some(Route {
            pair: Some(pool.token_pair.clone()),
            call: "marketpools.swapTokens",
            payload: vec![
                ("tokenPair", pool.token_pair.clone()),
                ("tokenSymbol", named.clone()),
                ("tokenAmount", self.amount.to_string()),
                ("tradeType", kind.to_owned()),
            ],
            bound,
            pays,
            gets,
            fee: format!("{} {fee_symbol}", swap.fee),
            impact: missing(&expected, &swap.exact_out),
        })
    }

    /// An order with a limit that ends after a minute: what is not filled at once comes back.
    fn in_book(&self, book: &Book, buys: bool) -> Option<Route> {
        let (bids, asks) = book.depth();
        let levels = if buys { asks } else { bids };
        let best = levels.first()?.price;
        let token = if buys { &self.to } else { &self.from };
        // who buys pays rounded up, who sells gets rounded down
        let rounding = if buys { Rounding::Up } else { Rounding::Down };
        let filled = match (buys, self.exact) {
            (true, Exact::In) => walk(levels, None, Some(self.amount), token.precision, rounding)?,
            (true, Exact::Out) | (false, Exact::In) => {
                walk(levels, Some(self.amount), None, token.precision, rounding)?
            }
            // so much of the base token, not a bit more: no order does that
            (false, Exact::Out) => return None,
        };
        let limit = match buys {
            true => self.more(filled.worst, data::PRICE_DECIMALS),
            false => self.less(filled.worst, data::PRICE_DECIMALS),
        };
        let price = Amount::parse(&limit).filter(|price| price.is_positive())?;
        // what the money pays for even at the limit
        let quantity = match (buys, self.exact) {
            (true, Exact::In) => {
                let most = self.amount.per(price, Rounding::Down)?;
                Amount::parse(&most.min(filled.quantity).fixed(token.precision))?
            }
            _ => self.amount,
        };
        if !quantity.is_positive() {
            return None;
        }
        let (pays, gets) = match (buys, self.exact) {
            (true, Exact::In) => {
                let cost = walk(levels, Some(quantity), None, token.precision, rounding)?.total;
                (cost, quantity)
            }
            (true, Exact::Out) => (filled.total, quantity),
            (false, _) => (quantity, filled.total),
        };
        let fair = quantity.times(best, Rounding::Down)?.to_decimal();
        let paid = if buys { pays } else { gets }.to_decimal();
        let impact = if buys {
            missing(&paid, &fair)
        } else {
            missing(&fair, &paid)
        };
        Some(Route {
            pair: None,
            call: if buys { "market.buy" } else { "market.sell" },
            payload: vec![
                ("symbol", token.symbol.clone()),
                ("quantity", quantity.to_string()),
            ],
            bound: ("price", limit),
            pays,
            gets,
            fee: "0".to_owned(),
            impact,
        })
    }

    /// An amount less the slippage, cut off.
    fn less(&self, amount: Amount, decimals: u8) -> String {
        let units = amount.units().saturating_mul(10_000 - self.slippage) / 10_000;
        trimmed(Amount::from_units(units.max(1)).fixed(decimals))
    }

    /// An amount and the slippage, cut off.
    fn more(&self, amount: Amount, decimals: u8) -> String {
        let units = amount.units().saturating_mul(10_000 + self.slippage) / 10_000;
        trimmed(Amount::from_units(units).fixed(decimals))
    }
}

fn trimmed(text: String) -> String {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// What an order meets in a book.
struct Filled {
    quantity: Amount,
    total: Amount,
    worst: Amount,
}

/// Takes so many tokens from a book, or tokens for so much; `None` unless there are enough orders.
fn walk(
    levels: &[Level],
    quantity: Option<Amount>,
    total: Option<Amount>,
    precision: u8,
    rounding: Rounding,
) -> Option<Filled> {
    let mut filled = Filled {
        quantity: Amount::ZERO,
        total: Amount::ZERO,
        worst: Amount::ZERO,
    };
    for level in levels {
        let mut take = level.quantity;
        if let Some(wanted) = quantity {
            take = take.min(wanted.minus(filled.quantity));
        }
        if let Some(funds) = total {
            let rest = funds.minus(filled.total);
            let affordable = rest.per(level.price, Rounding::Down)?;
            take = take.min(Amount::parse(&affordable.fixed(precision))?);
        }
        if take.is_positive() {
            filled.quantity = filled.quantity.plus(take);
            let cost = take.times(level.price, rounding)?;
            (filled.total, filled.worst) = (filled.total.plus(cost), level.price);
        }
        if take < level.quantity || quantity == Some(filled.quantity) {
            return filled.quantity.is_positive().then_some(filled);
        }
    }
    None
}
