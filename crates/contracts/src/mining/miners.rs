//! The accounts of a pool: changing what they weigh, and with it the pool's total and the order of a draw.

use tartan_decimal::Decimal;
use tartan_document::Decimal128;
use tartan_runtime::{ActionResult, Context};
use tartan_state::{RowId, Stored};

use super::ranking::{self, Place};
use super::tables::{MiningPower, Pool};
use super::{numbers, power};

/// An account's row as it is, or as it begins.
pub(super) struct Miner {
    id: Option<RowId>,
    pub(super) row: MiningPower,
    /// What the pool's total has of it. A row that the count in progress has not met yet is not in the total.
    counted: Decimal,
}

/// The row of an account in a pool, if there is one, fit to be changed: one that the latest count of the pool has not
/// met begins anew.
pub(super) fn find(
    ctx: &mut Context<'_>,
    pool: &Pool,
    account: &str,
) -> ActionResult<Option<Miner>> {
    let row = ctx.rows::<MiningPower>().get(&[&pool.id, account])?;
    Ok(row.map(|row| opened(row, pool)))
}

/// As [`find`]; an account without a row gets one.
pub(super) fn open(ctx: &mut Context<'_>, pool: &Pool, account: &str) -> ActionResult<Miner> {
    let begun = || Miner {
        id: None,
        row: MiningPower {
            id: pool.id.as_str().into(),
            account: account.into(),
            balances: tartan_document::Object::new(),
            nft_balances: None,
            power: Decimal128::ZERO,
            update_pool_timestamp: None,
        },
        counted: Decimal::ZERO,
    };
    Ok(find(ctx, pool, account)?.unwrap_or_else(begun))
}

/// A row, fit to be changed.
pub(super) fn opened(row: Stored<MiningPower>, pool: &Pool) -> Miner {
    let Stored {
        id,
        record: mut row,
    } = row;
    let mut counted = numbers::of_power(row.power);
    if row.update_pool_timestamp != Some(pool.updating.update_pool_timestamp) {
        counted = Decimal::ZERO;
        row.balances = power::no_balances(pool);
        row.nft_balances = match (&row.nft_balances, &pool.nft_token_miner) {
            (Some(_), Some(nft)) => Some(power::no_nfts(nft)),
            _ => None,
        };
    }
    Miner {
        id: Some(id),
        row,
        counted,
    }
}

/// Weighs an account anew and stores it. The pool's total changes with it; storing that is left to the caller.
pub(super) fn store(ctx: &mut Context<'_>, pool: &mut Pool, miner: Miner) -> ActionResult {
    let Miner {
        id,
        mut row,
        counted,
    } = miner;
    let known = row.power;
    row.power = power::of(&row, pool);
    row.update_pool_timestamp = Some(pool.updating.update_pool_timestamp);
    let new = row.power;
    let id = match id {
        Some(id) => {
            let stored = Stored { id, record: row };
            ctx.rows::<MiningPower>().update(&stored)?;
            stored.id
        }
        None => ctx.rows::<MiningPower>().insert(row)?.id,
    };
    let place = |power| Place::of(power, &id);
    ranking::change(ctx, &pool.id, place(known), place(new))?;
    let total = numbers::parse(&pool.total_power);
    let change = numbers::minus(&numbers::of_power(new), &counted);
    pool.total_power = numbers::plus(&total, &change).to_string();
    Ok(())
}
