//! The positions of a pool, and the sums of their shares in stretches.
//!
//! A new position stands behind all others, so that a stretch only ever grows at the end. A draw goes past whole stretches
//! and looks only into those where somebody wins: of 100,000 positions it reads some hundred sums, and some hundred
//! positions for each winner.

use tartan_decimal::Decimal;
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context};
use tartan_state::{Scan, Stored};

use super::NAME;
use super::tables::{LiquidityPosition, ShareBlock};
use crate::holdings::{ARITHMETIC, computed, find_one, number};

/// Positions that a stretch has at most.
const MOST: u32 = if cfg!(test) { 6 } else { 512 };

/// Adds a position.
pub(super) fn insert(ctx: &mut Context<'_>, position: LiquidityPosition) -> ActionResult {
    let row = ctx.rows::<LiquidityPosition>().insert(position)?;
    let first = row.id.number().unwrap_or_default();
    match stretches_until(ctx, &row.token_pair, first, 1)?.pop() {
        Some(mut last) if last.count < MOST => {
            last.count += 1;
            change(ctx, last, &Decimal::parse(&row.shares))
        }
        _ => {
            ctx.rows::<ShareBlock>().insert(ShareBlock {
                token_pair: row.record.token_pair,
                first,
                count: 1,
                sum: row.record.shares,
            })?;
            Ok(())
        }
    }
}

/// Changes a position, whose shares have changed by this.
pub(super) fn update(
    ctx: &mut Context<'_>,
    position: &Stored<LiquidityPosition>,
    by: &Decimal,
) -> ActionResult {
    ctx.rows::<LiquidityPosition>().update(position)?;
    let id = position.id.number().unwrap_or_default();
    match stretches_until(ctx, &position.token_pair, id, 1)?.pop() {
        Some(stretch) => change(ctx, stretch, by),
        None => Ok(()),
    }
}

/// Removes a position, which had these shares.
pub(super) fn remove(
    ctx: &mut Context<'_>,
    position: &Stored<LiquidityPosition>,
    shares: &Decimal,
) -> ActionResult {
    ctx.rows::<LiquidityPosition>().remove(position)?;
    let id = position.id.number().unwrap_or_default();
    let mut found = stretches_until(ctx, &position.token_pair, id, 2)?.into_iter();
    let Some(mut stretch) = found.next() else {
        return Ok(());
    };
    stretch.count = stretch.count.saturating_sub(1);
    match found.next() {
        _ if stretch.count == 0 => ctx.rows::<ShareBlock>().remove(&stretch),
        Some(mut before) if before.count + stretch.count <= MOST / 2 => {
            before.count += stretch.count;
            let rest = Decimal::parse(&stretch.sum);
            let rest = computed(rest.minus(shares, ARITHMETIC))?;
            ctx.rows::<ShareBlock>().remove(&stretch)?;
            change(ctx, before, &rest)
        }
        _ => change(ctx, stretch, &shares.negated()),
    }
}

fn change(ctx: &mut Context<'_>, mut stretch: Stored<ShareBlock>, by: &Decimal) -> ActionResult {
    let sum = Decimal::parse(&stretch.sum);
    stretch.sum = computed(sum.plus(by, ARITHMETIC))?.to_string();
    ctx.rows::<ShareBlock>().update(&stretch)
}

/// The stretch that a row belongs to, and the ones before it, that one first.
fn stretches_until(
    ctx: &mut Context<'_>,
    pair: &str,
    row: u64,
    limit: usize,
) -> ActionResult<Vec<Stored<ShareBlock>>> {
    let scan = Scan::of("byPairAndFirst")
        .equal(pair)
        .to(row as f64)
        .descending()
        .limit(limit);
    ctx.rows::<ShareBlock>().scan(scan)
}

/// A stretch of the positions of a pool.
pub(crate) struct Stretch {
    /// The row before its first.
    behind: u64,
    count: usize,
    /// The sum of the shares in it.
    pub(crate) sum: Decimal,
}

/// The positions of a pool in stretches, in the order of their rows. `None` where the contract is a script, which keeps no
/// sums.
pub(crate) fn stretches(ctx: &mut Context<'_>, pair: &str) -> ActionResult<Option<Vec<Stretch>>> {
    if !ctx.table_exists::<ShareBlock>()? {
        return Ok(None);
    }
    let scan = Scan::of("byPairAndFirst").equal(pair).limit(usize::MAX);
    let rows = ctx.rows::<ShareBlock>().scan(scan)?;
    let stretches = rows.iter().map(|row| Stretch {
        behind: row.first.saturating_sub(1),
        count: row.count as usize,
        sum: Decimal::parse(&row.sum),
    });
    Ok(Some(stretches.collect()))
}

/// The positions of a stretch.
pub(crate) fn members(
    ctx: &mut Context<'_>,
    pair: &str,
    stretch: &Stretch,
) -> ActionResult<Vec<Object>> {
    all(ctx, pair, Some(stretch.behind), stretch.count)
}

/// The positions of a pool behind a row, at most so many. The contract may be a script.
pub(crate) fn all(
    ctx: &mut Context<'_>,
    pair: &str,
    behind: Option<u64>,
    limit: usize,
) -> ActionResult<Vec<Object>> {
    let mut scan = Scan::of("tokenPair").equal(pair).limit(limit);
    if let Some(row) = behind {
        scan = scan.behind([Value::from(pair)], row);
    }
    ctx.scan_in(NAME, "liquidityPositions", &scan)
}

/// The shares of a position, as the contract wrote them down; nothing for what is no number.
pub(crate) fn shares(position: &Object) -> Decimal {
    let shares = position.get("shares").map(number);
    shares.filter(Decimal::is_finite).unwrap_or(Decimal::ZERO)
}

/// The shares of all positions of a pool; `None`: there is no such pool. The contract may be a script.
pub(crate) fn total(ctx: &mut Context<'_>, pair: &str) -> ActionResult<Option<Decimal>> {
    let pool = find_one(ctx, NAME, "pools", &object! { "tokenPair": pair })?;
    Ok(pool.map(|pool| pool.get("totalShares").map_or(Decimal::ZERO, number)))
}
