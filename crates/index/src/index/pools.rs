use std::collections::BTreeMap;

use super::{Conditions, Index, MOST, Ticker};
use crate::IndexError;
use crate::derive::{Pool, Swap};

/// Which pools.
#[derive(Debug, Clone, Default)]
pub struct PoolQuery {
    /// This one: `BASE:QUOTE`.
    pub pair: Option<String>,
    /// Those of this token.
    pub symbol: Option<String>,
    /// How many, at most 1000.
    pub limit: i64,
    /// How many to leave out in front.
    pub offset: i64,
}

/// A pool in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolListing {
    /// The pool.
    pub pool: Pool,
    /// What its price did in the last 24 hours; quantities are base tokens, volumes quote tokens. `None` before the first
    /// swap.
    pub ticker: Option<Ticker>,
}

/// Which swaps.
#[derive(Debug, Clone, Default)]
pub struct SwapQuery {
    /// In this pool: `BASE:QUOTE`.
    pub pair: Option<String>,
    /// By this account.
    pub account: Option<String>,
    /// Not before this time, in seconds since 1970.
    pub from: Option<i64>,
    /// Not after this time.
    pub until: Option<i64>,
    /// Older than the swap with this id.
    pub before: Option<i64>,
    /// How many, at most 1000.
    pub limit: i64,
}

impl Index {
    /// Pools and what they did in the last 24 hours, by pair. Their candles are [`bars`](Index::bars) of their pairs, their
    /// daily volumes those of days.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pools(&self, query: &PoolQuery) -> Result<Vec<PoolListing>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.maybe("pair = $", query.pair.as_deref());
        if let Some(symbol) = query.symbol.as_deref() {
            let (base, quote) = (conditions.place(symbol), conditions.place(symbol));
            let either = format!("(base = {base} OR quote = {quote})");
            conditions.texts.push(either);
        }
        let rest = format!(
            "{} ORDER BY pair LIMIT {} OFFSET {}",
            conditions.text(),
            conditions.place(query.limit.clamp(1, MOST)),
            conditions.place(query.offset.max(0)),
        );
        let pools: Vec<Pool> = self.rows(&rest, &conditions.fields).await?;
        let pairs: Vec<_> = pools.iter().map(|pool| pool.pair.clone()).collect();
        let now = self.position().await?.map_or(0, |position| position.time);
        let mut days = match pairs.as_slice() {
            [] => BTreeMap::new(),
            pairs => self.days(pairs, now).await?,
        };
        let listing = |pool: Pool| {
            let day = days.remove(&pool.pair);
            let ticker = Ticker::quiet(&pool.pair, pool.price, pool.last_time).with(day);
            PoolListing {
                ticker: (pool.swaps > 0).then_some(ticker),
                pool,
            }
        };
        Ok(pools.into_iter().map(listing).collect())
    }

    /// Swaps, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn swaps(&self, query: &SwapQuery) -> Result<Vec<Swap>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.maybe("pair = $", query.pair.as_deref());
        conditions.maybe("account = $", query.account.as_deref());
        conditions.between(query.from, query.until);
        conditions.maybe("id < $", query.before);
        self.latest(conditions, query.limit).await
    }
}
