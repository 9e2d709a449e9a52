//! Counting the miners of a pool anew, step by step over as many blocks as it takes.
//!
//! ```text
//! stake of token 0 ─▶ stake of token 1 ─▶ delegated NFTs ─▶ rows that none of these met ─▶ done
//! ```
//!
//! The first row of an account that a count meets begins at nothing, and the pool's total with it. A block takes one
//! stage further at most; the last one, which has hardly anything to do, goes with the one before.

use tartan_document::{Object, object};
use tartan_runtime::{ActionResult, Context};
use tartan_state::{FindOptions, Scan, Stored};

use super::foreign::Instance;
use super::hooks::change_nft;
use super::tables::{MiningPower, Params, Pool};
use super::{miners, numbers};
use crate::tokens::tables::AccountBalance;

/// How much a step may do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Rows it may look at.
    examined: u64,
    /// Of these, rows it may count.
    counted: u64,
    /// Rows that one search gives.
    page: usize,
}

impl Bounds {
    /// For each of so many pools that are counted in the same block.
    pub(super) fn of(params: &Params, ctx: &Context<'_>, pools: usize) -> Bounds {
        let limits = ctx.limits();
        let rows = limits.tick_rows as u64;
        // whole pages, the last of which may go beyond the number asked for
        let page = params.process_query_limit.max(1);
        let pages = params.max_balances_processed_per_block.div_ceil(page);
        Bounds {
            examined: (rows / pools.max(1) as u64).max(1),
            counted: pages.saturating_mul(page).max(1),
            page: limits.find_rows,
        }
    }
}

/// Where a stage has come to.
enum Stage {
    Done,
    /// Goes on behind this row.
    At(u64),
}

/// Takes counting a pool one step further.
pub(super) fn step(ctx: &mut Context<'_>, mut pool: Stored<Pool>, bounds: Bounds) -> ActionResult {
    let tokens = pool.token_miners.len() as u32;
    if pool.updating.token_index < tokens {
        match count_stakes(ctx, &mut pool, bounds)? {
            Stage::At(row) => pool.updating.last_id = row,
            Stage::Done => {
                pool.updating.last_id = 0;
                pool.updating.token_index += 1;
            }
        }
    } else if pool.nft_token_miner.is_some() && pool.updating.nft_token_index == 0 {
        match count_nfts(ctx, &mut pool, bounds)? {
            Stage::At(row) => pool.updating.last_id = row,
            Stage::Done => {
                pool.updating.last_id = 0;
                pool.updating.nft_token_index = 1;
            }
        }
    }
    let nfts = pool.nft_token_miner.is_none() || pool.updating.nft_token_index > 0;
    if pool.updating.token_index == tokens && nfts && clear_rest(ctx, &mut pool, bounds)? {
        pool.updating.in_progress = false;
        pool.updating.token_index = 0;
        pool.updating.nft_token_index = 0;
    }
    ctx.rows::<Pool>().update(&pool)
}

/// Counts what accounts have at stake of the token in question.
fn count_stakes(
    ctx: &mut Context<'_>,
    pool: &mut Stored<Pool>,
    bounds: Bounds,
) -> ActionResult<Stage> {
    let index = pool.updating.token_index as usize;
    let symbol = pool.token_miners[index].symbol.clone();
    let (mut examined, mut counted) = (0, 0);
    let mut last = pool.updating.last_id;
    if !ctx.table_exists::<AccountBalance>()? {
        return Ok(Stage::Done);
    }
    while examined < bounds.examined {
        let page = bounds.page.min((bounds.examined - examined) as usize);
        let scan = Scan::of("_id").from((last + 1) as f64).limit(page);
        let holdings = ctx.rows::<AccountBalance>().scan(scan)?;
        let full = holdings.len() == page;
        for holding in holdings {
            examined += 1;
            last = holding.id.number().unwrap_or(last);
            if holding.symbol != symbol {
                continue;
            }
            counted += 1;
            count_stake(ctx, pool, index, &holding)?;
            if counted >= bounds.counted {
                return Ok(Stage::At(last));
            }
        }
        if !full {
            return Ok(Stage::Done);
        }
    }
    Ok(Stage::At(last))
}

fn count_stake(
    ctx: &mut Context<'_>,
    pool: &mut Stored<Pool>,
    index: usize,
    holding: &AccountBalance,
) -> ActionResult {
    let staked = numbers::parse(&holding.stake);
    let lent = numbers::parse(&holding.delegations_in);
    let zero = tartan_decimal::Decimal::ZERO;
    if !staked.is_greater(&zero) && !lent.is_greater(&zero) {
        return Ok(());
    }
    let mut miner = miners::open(ctx, pool, &holding.account)?;
    let balance = numbers::plus(&staked, &lent).to_string();
    miner.row.balances.insert(index.to_string(), balance);
    miners::store(ctx, pool, miner)
}

/// Counts the instances of the pool's NFT that are delegated.
fn count_nfts(
    ctx: &mut Context<'_>,
    pool: &mut Stored<Pool>,
    bounds: Bounds,
) -> ActionResult<Stage> {
    let Some(nft) = &pool.nft_token_miner else {
        return Ok(Stage::Done);
    };
    let table = format!("{}instances", nft.symbol);
    let begin = pool.updating.last_id;
    let end = begin.saturating_add(bounds.examined);
    let mut last = begin;
    let mut counted = 0;
    loop {
        let limit = (bounds.page as u64).min(bounds.counted - counted) as usize;
        let rows = find(ctx, &table, delegated(last, end), limit)?;
        let full = rows.len() == limit;
        for row in rows {
            counted += 1;
            if let Some(instance) = Instance::read(&row) {
                last = instance.row;
                change_nft(ctx, pool, &instance, true)?;
            }
        }
        if counted >= bounds.counted {
            return Ok(Stage::At(last));
        }
        if !full {
            break;
        }
    }
    let beyond = find(
        ctx,
        &table,
        object! { "_id": object! { "$gt": end as f64 } },
        1,
    )?;
    match beyond.is_empty() {
        true => Ok(Stage::Done),
        false => Ok(Stage::At(end)),
    }
}

/// Instances in these rows that are delegated, and are not being taken back.
fn delegated(after: u64, until: u64) -> Object {
    object! {
        "_id": object! { "$gt": after as f64, "$lte": until as f64 },
        "delegatedTo": object! { "$ne": tartan_document::Value::Null },
        "delegatedTo.undelegateAt": object! { "$eq": tartan_document::Value::Null },
    }
}

fn find(
    ctx: &mut Context<'_>,
    table: &str,
    query: Object,
    limit: usize,
) -> ActionResult<Vec<Object>> {
    let options = FindOptions {
        limit,
        ..FindOptions::default()
    };
    Ok(ctx
        .find("nft", table, &query, &options)?
        .unwrap_or_default())
}

/// Takes the power from accounts that this count has not met: they have nothing any more. Says whether it is done.
fn clear_rest(
    ctx: &mut Context<'_>,
    pool: &mut Stored<Pool>,
    bounds: Bounds,
) -> ActionResult<bool> {
    let limit = bounds.examined as usize;
    let earlier = (pool.updating.update_pool_timestamp - 1) as f64;
    let scan = Scan::of("byPoolAndUpdate")
        .equal(pool.record.id.as_str())
        .to(earlier)
        .limit(limit);
    let rows = ctx.rows::<MiningPower>().scan(scan)?;
    let done = rows.len() < limit;
    for row in rows {
        let miner = miners::opened(row, pool);
        miners::store(ctx, pool, miner)?;
    }
    Ok(done)
}
