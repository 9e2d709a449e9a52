//! Pools of two tokens and what is swapped there, from the events of the contract `marketpools` and the payments in
//! front of them.
//!
//! ```text
//!   swapTokens:       one token ─▶ marketpools,  marketpools ─▶ the other,  swapTokens {symbolIn, symbolOut}
//!   addLiquidity:     both ─▶ marketpools,                                  addLiquidity {baseSymbol, quoteSymbol}
//!   removeLiquidity:  marketpools ─▶ both,                                  removeLiquidity {baseSymbol, quoteSymbol}
//! ```
//!
//! What a pool has is what was paid into it less what was paid out: what rounding leaves with the contract is part of it.
//! The candles of a pool are kept beside those of tokens, under its pair: tokens have no colon in their symbol.

use std::collections::BTreeSet;

use sqlx::AnyConnection;
use tartan_decimal::Rounding;

use super::markets::{Candle, PERIODS, candle_key};
use crate::event::{Event, IndexedBlock, IndexedTransaction};
use crate::store::{self, Cache, Field, Journal, row};
use crate::{Amount, IndexError};

row! {
    /// A pool of two tokens.
    pub struct Pool in "pools", key 1 {
        /// Its tokens: `BASE:QUOTE`.
        pair: String,
        /// The base token.
        base: String,
        /// The quote token.
        quote: String,
        /// Who made it.
        creator: String,
        /// When it was made, in seconds since 1970.
        time: i64,
        /// Base tokens that the contract holds for it.
        base_quantity: Amount,
        /// Quote tokens that it holds for it.
        quote_quantity: Amount,
        /// Base tokens that were swapped, in both directions.
        base_volume: Amount,
        /// Quote tokens that were.
        quote_volume: Amount,
        /// Quote tokens for one base token, as follows from the quantities; 0 while it is empty.
        price: Amount,
        /// When there was the last swap; 0 before the first.
        last_time: i64,
        /// How many there were.
        swaps: i64,
    }
}

row! {
    /// Tokens that were swapped for others.
    pub struct Swap in "swaps", key 1 {
        /// Sorts like history.
        id: i64,
        /// The transaction.
        transaction_id: String,
        /// Seconds since 1970.
        time: i64,
        /// The pool: `BASE:QUOTE`.
        pair: String,
        /// Who swapped.
        account: String,
        /// The token that was paid.
        symbol_in: String,
        /// How much of it.
        quantity_in: Amount,
        /// The token that was got for it.
        symbol_out: String,
        /// How much of it.
        quantity_out: Amount,
        /// Quote tokens for one base token in this swap, rounded.
        price: Amount,
        /// The price of the pool afterwards.
        pool_price: Amount,
    }
}

const POOLS: &str = "marketpools";

/// The pools, swaps and candles that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Pools {
    pools: Cache<Pool>,
    candles: Cache<Candle>,
    swaps: Vec<Swap>,
}

/// What was paid to the contract and by it since its last event.
#[derive(Debug, Default)]
struct Paid<'a> {
    to: Vec<&'a Event>,
    by: Vec<&'a Event>,
}

impl<'a> Paid<'a> {
    fn note(&mut self, event: &'a Event) {
        if event.is_of_tokens("transferToContract") && event.text("to") == POOLS {
            self.to.push(event);
        }
        if event.is_of_tokens("transferFromContract") && event.text("from") == POOLS {
            self.by.push(event);
        }
    }

    /// What was paid of a token, in to less out of the contract.
    fn net(&self, symbol: &str) -> Amount {
        let sum = |events: &[&Event]| {
            let of_token = events.iter().filter(|event| event.text("symbol") == symbol);
            of_token
                .filter_map(|event| event.quantity())
                .fold(Amount::ZERO, Amount::plus)
        };
        sum(&self.to).minus(sum(&self.by))
    }
}

impl Pools {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let (mut pairs, mut candles) = (BTreeSet::new(), BTreeSet::new());
        for block in blocks {
            for (transaction, event) in pool_events(block) {
                for pair in candidates(transaction, event) {
                    candles.extend(PERIODS.map(|period| candle_key(&pair, period, block.time)));
                    pairs.insert(vec![Field::from(pair)]);
                }
            }
        }
        self.pools.load(connection, pairs).await?;
        self.candles.load(connection, candles).await
    }

    /// Takes in a transaction. `place` counts the swaps of the block.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        place: &mut usize,
        journal: &mut Journal,
    ) {
        let mut paid = Paid::default();
        for event in &transaction.events {
            paid.note(event);
            if event.contract != POOLS {
                continue;
            }
            let paid = std::mem::take(&mut paid);
            if event.event == "createPool" {
                let pool = made(block, transaction, event.text("tokenPair"));
                self.pools.put(pool, journal);
                continue;
            }
            let candidates = candidates(transaction, event).into_iter();
            let known = |pair: String| self.pools.get(&vec![pair.into()]);
            let Some(pool) = candidates.into_iter().find_map(known).cloned() else {
                continue;
            };
            let pool = changed(pool, &paid);
            match event.event.as_str() {
                "swapTokens" => {
                    self.swap(block, transaction, (pool, event, &paid), place, journal);
                }
                _ => self.pools.put(pool, journal),
            }
        }
    }

    /// Takes in a swap; the pool is already as it is afterwards.
    fn swap(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        (mut pool, event, paid): (Pool, &Event, &Paid<'_>),
        place: &mut usize,
        journal: &mut Journal,
    ) {
        let (symbol_in, symbol_out) = (event.text("symbolIn"), event.text("symbolOut"));
        let (paid_in, paid_out) = (
            paid.net(symbol_in),
            Amount::ZERO.minus(paid.net(symbol_out)),
        );
        let (base, quote) = match symbol_in == pool.base {
            true => (paid_in, paid_out),
            false => (paid_out, paid_in),
        };
        let payer = paid.to.last().map(|event| event.text("from"));
        let swap = Swap {
            id: block.id(*place),
            transaction_id: transaction.id.clone(),
            time: block.time,
            pair: pool.pair.clone(),
            account: payer.unwrap_or(&transaction.sender).to_owned(),
            symbol_in: symbol_in.to_owned(),
            quantity_in: paid_in,
            symbol_out: symbol_out.to_owned(),
            quantity_out: paid_out,
            price: quote.per(base, Rounding::HalfUp).unwrap_or_default(),
            pool_price: pool.price,
        };
        *place += 1;
        pool.base_volume = pool.base_volume.plus(base);
        pool.quote_volume = pool.quote_volume.plus(quote);
        pool.last_time = block.time;
        pool.swaps += 1;
        for period in PERIODS {
            let key = candle_key(&pool.pair, period, block.time);
            let candle = Candle::begun(&pool.pair, period, block.time, pool.price, (base, quote));
            let candle = match self.candles.get(&key) {
                Some(before) => before.and(&candle),
                None => candle,
            };
            self.candles.set(key, Some(candle), journal);
        }
        self.pools.put(pool, journal);
        self.swaps.push(swap);
    }

    /// Writes what changed.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        self.pools.write(connection).await?;
        self.candles.write(connection).await?;
        store::put(connection, &std::mem::take(&mut self.swaps)).await
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        self.pools.settle(limit);
        self.candles.settle(limit);
    }
}

fn pool_events(block: &IndexedBlock) -> impl Iterator<Item = (&IndexedTransaction, &Event)> {
    block.transactions.iter().flat_map(|transaction| {
        let events = transaction.events.iter();
        events
            .filter(|event| event.contract == POOLS)
            .map(move |event| (transaction, event))
    })
}

/// The pairs that an event can be about: the one that was asked for, then the two orders of its tokens.
fn candidates(transaction: &IndexedTransaction, event: &Event) -> Vec<String> {
    let (first, second) = match event.event.as_str() {
        "createPool" => return vec![event.text("tokenPair").to_owned()],
        "swapTokens" => (event.text("symbolIn"), event.text("symbolOut")),
        "addLiquidity" | "removeLiquidity" => (event.text("baseSymbol"), event.text("quoteSymbol")),
        _ => return Vec::new(),
    };
    let pairs = [format!("{first}:{second}"), format!("{second}:{first}")];
    let asked = transaction.text("tokenPair").filter(|asked| {
        let mut parts = asked.split(':');
        let parts = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        transaction.contract == POOLS && (parts == (first, second) || parts == (second, first))
    });
    asked.map(str::to_owned).into_iter().chain(pairs).collect()
}

fn made(block: &IndexedBlock, transaction: &IndexedTransaction, pair: &str) -> Pool {
    let mut parts = pair.split(':');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    Pool {
        pair: pair.to_owned(),
        base: next(),
        quote: next(),
        creator: transaction.sender.clone(),
        time: block.time,
        base_quantity: Amount::ZERO,
        quote_quantity: Amount::ZERO,
        base_volume: Amount::ZERO,
        quote_volume: Amount::ZERO,
        price: Amount::ZERO,
        last_time: 0,
        swaps: 0,
    }
}

/// The pool after these payments.
fn changed(mut pool: Pool, paid: &Paid<'_>) -> Pool {
    pool.base_quantity = pool.base_quantity.plus(paid.net(&pool.base));
    pool.quote_quantity = pool.quote_quantity.plus(paid.net(&pool.quote));
    let price = pool.quote_quantity.per(pool.base_quantity, Rounding::Down);
    pool.price = price.unwrap_or_default();
    pool
}
