//! `market`: a book of buy and of sell orders for every token, against one base token, and orders that are filled at once
//! from them. What is in the books is held in the balance of the contract.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `buy`, `sell` | holder | trades at a price or better; what is not filled rests in the book |
//! | `marketBuy`, `marketSell` | holder | trades at whatever price there is; what is not filled comes back |
//! | `cancel` | owner of an order | takes it out of the book |
//! | `tick` | the node, every block | sweeps orders that have expired |
//!
//! Orders are matched by price, then by time. The price of the order that came first applies; each fill is rounded to the
//! smallest unit of the base token, in favour of the order that came first.
//!
//! **Invariant: the contract's balance is the sum of what the books have locked.** So every payout can be made; one that
//! fails ends the whole action.
//!
//! **Invariant: what the base tokens of a buy order pay for is never less than what it asks for**, at its price, rounded
//! down. So a fill never has to be paid below the price of either side.
//!
//! **Invariant: no order in a book is dust**: all of them are worth the smallest unit of the base token.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - An order that fills others step by step pays for each of them rounded up, which can use up what it has locked before
//!   it has all it asks for. It asks for less then: what its base tokens still pay for. The script let it rest in the
//!   book for tokens that nothing was left for, where it was in the way of every sell order.
//! - An order meets at most 250 others ([`MOST_FILLS`]): more than an account may have in the books. What is left of it
//!   then comes back, as with orders that are filled at once, with an `orderClosed` for `buy` and `sell`. To let it rest
//!   would cross the books, and let later orders pass it by. The script had no bound.
//! - Expired orders do not trade. Of the book that an order is matched with, it sweeps those it meets and up to 25 others;
//!   `tick` sweeps the rest, 250 of each book in a block. The script swept any number, but only in front of an order of the
//!   other side, and did nothing in `tick`.
//! - Sweeping brings the best price of the swept order's own side up to date; the script did that of the other one.
//! - A payout that fails ends the action, of which nothing remains. The script went on, so that its books and its balance
//!   did not agree any more. An expired order that cannot be paid out stays where it is, and keeps nobody from trading.
//! - Up to 50 trades that are older than a day fall out of the history when one comes in. The script took out all.
//! - `marketBuy` gives what is left over by rounding down to the seller, as the script did, if that is less than a
//!   thousandth of what the tokens cost, and back to the buyer otherwise: with a token of few decimals it may be worth a
//!   lot. The volume of the trade is what was paid, with all decimals.
//! - `marketBuy` and `marketSell` end with the first order that nothing can be bought from, or sold to, as prices get no
//!   better behind it. The script went through the whole book. The error `the order cannot be filled` appears once.
//! - An order that is filled at once never was in a book: it takes no `_id`.
//! - Prices are at most 10^25, and ids that the node gives for an order shorter than 50 characters, as `cancel` finds no
//!   others (`invalid params`).
//! - The rows of `metrics` say which trade is the oldest. `tops` knows the first orders of each book, `openOrders` counts
//!   the orders of an account, `expirations` knows when there is something to sweep. The index `priceDec` of the books
//!   begins with the token, so there is none of `symbol` alone.
//! - Updating the contract does nothing: there are no orders without tokens to be taken away.

mod book;
mod cancel;
mod expiry;
mod instant;
mod matching;
mod money;
mod orders;
mod pair;
pub mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tartan_decimal::Precision;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Failure, OrFail, Payload, ensure};

use crate::holdings;
use crate::tokens::tables::Token;
use tables::{BuyOrder, Expirations, Metric, OpenOrders, SellOrder, Top, Trade};

/// What the contract is called.
const NAME: &str = "market";
/// Orders that an account may have in the books, of all tokens.
pub const MOST_ORDERS: u64 = 200;
/// Orders of the other side that one order meets at most.
pub const MOST_FILLS: usize = 250;
/// Seconds for which an order rests in a book, at most and if nothing is said.
pub const LONGEST: i64 = 2_592_000;

/// What the market needs to know of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The token that all others are traded against; it has 8 decimals.
    pub base: String,
    /// What the metrics call the change of a price.
    pub price_change: PriceChange,
    /// Accounts whose orders are passed over in silence.
    pub blocked: BTreeSet<String>,
}

/// What the metrics call the change of a price: part of how they look to programs that read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PriceChange {
    /// As on networks of the Hive lineage.
    #[serde(rename = "priceChangeHive")]
    Hive,
    /// As on networks of the Steem lineage.
    #[serde(rename = "priceChangeSteem")]
    Steem,
}

impl PriceChange {
    fn of(self, metric: &mut Metric) -> &mut Option<compact_str::CompactString> {
        match self {
            PriceChange::Hive => &mut metric.price_change_hive,
            PriceChange::Steem => &mut metric.price_change_steem,
        }
    }
}

impl Default for Settings {
    /// As on the public network of the Hive lineage.
    fn default() -> Settings {
        let blocked = [
            "shaggroed",
            "shaggythesecond",
            "sunsetjesus",
            "temp",
            "thedays",
            "thenights",
            "waitingforlove",
        ];
        Settings {
            base: "SWAP.HIVE".to_string(),
            price_change: PriceChange::Hive,
            blocked: blocked.map(str::to_string).into(),
        }
    }
}

/// What all actions go by.
#[derive(Debug, Clone)]
struct Terms {
    base: String,
    price_change: PriceChange,
    blocked: BTreeSet<String>,
    /// Whether the token ledger is the native one, so that its rows can be looked up as it does.
    native_ledger: bool,
}

impl Terms {
    /// The decimals of a token, if there is one.
    fn find_precision(
        &self,
        ctx: &mut Context<'_>,
        symbol: &str,
    ) -> ActionResult<Option<Precision>> {
        if !self.native_ledger {
            return Ok(holdings::token(ctx, symbol)?.map(|token| token.precision));
        }
        let token = ctx.rows::<Token>().shared(&[symbol])?;
        Ok(token.and_then(|token| Precision::new(token.precision).ok()))
    }

    /// The decimals of a token that there is an order for.
    fn precision(&self, ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Precision> {
        let found = self.find_precision(ctx, symbol)?;
        found.or_fail("symbol does not exist")
    }
}

/// The contract.
#[derive(Debug, Clone)]
pub struct Market {
    terms: Terms,
}

impl Market {
    /// The contract for a network with these settings, where the token ledger is the native one or not.
    pub fn new(settings: Settings, native_ledger: bool) -> Market {
        let Settings {
            base,
            price_change,
            blocked,
        } = settings;
        Market {
            terms: Terms {
                base,
                price_change,
                blocked,
                native_ledger,
            },
        }
    }

    /// Who trades, if they may: the node names the account, everybody else is the sender.
    fn trader(&self, payload: Payload<'_>, ctx: &Context<'_>) -> ActionResult<Option<String>> {
        let account = match payload.get("account") {
            Some(_) if ctx.is_node() => payload.text("account").or_fail("invalid params")?.into(),
            _ => ctx.sender().to_string(),
        };
        Ok((!self.terms.blocked.contains(&account)).then_some(account))
    }
}

/// Refuses a transaction that was not signed with the active key, unless it is the node's own.
fn authorized(ctx: &Context<'_>) -> ActionResult {
    ensure!(
        ctx.is_active() || ctx.is_node(),
        tartan_runtime::ACTIVE_KEY_NEEDED
    );
    Ok(())
}

impl Contract for Market {
    fn code(&self) -> &str {
        "native:market:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<BuyOrder>()? {
            return Ok(());
        }
        ctx.create_table::<BuyOrder>()?;
        ctx.create_table::<SellOrder>()?;
        ctx.create_table::<Trade>()?;
        ctx.create_table::<Metric>()?;
        ctx.create_table::<Top>()?;
        ctx.create_table::<OpenOrders>()?;
        ctx.create_table::<Expirations>()?;
        ctx.rows().insert(Expirations {
            buy: expiry::NEVER,
            sell: expiry::NEVER,
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "buy" => self.buy(payload, ctx),
            "sell" => self.sell(payload, ctx),
            "marketBuy" => self.market_buy(payload, ctx),
            "marketSell" => self.market_sell(payload, ctx),
            "cancel" => self.cancel(payload, ctx),
            "tick" => self.tick(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}
