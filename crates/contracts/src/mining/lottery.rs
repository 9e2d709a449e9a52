//! The draws: what the node does in every block.

use tartan_decimal::{Decimal, Quantity, Rounding};
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Random, ensure};
use tartan_state::{Scan, Stored};

use super::foreign::{self, Token};
use super::pools::next_draw;
use super::rebuild::{self, Bounds};
use super::tables::{Params, Pool};
use super::{Mining, numbers, params, ranking};
use crate::marketpools::{self, positions};

/// Positions that one search gives.
const PAGE: usize = 10_000;

/// A number that was drawn, and the miner it fell to.
struct Winner {
    account: String,
    number: Decimal,
}

impl Mining {
    /// `checkPendingLotteries`: counts pools anew that ask for it, then holds the draws that are due.
    pub(super) fn check_pending_lotteries(&self, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_node(), "not authorized");
        let now = ctx.time()?;
        let params = params(ctx)?;
        for_each_counting(ctx, &params)?;
        let mut random = Random::new(&ctx.random_seed());
        for pool in due(ctx, &params, now)? {
            let mut later = pool.clone();
            match ctx.attempt(|ctx| draw(ctx, pool, &mut random, now))? {
                Ok(()) => {}
                Err(Failure::Fatal(fatal)) => return Err(fatal.into()),
                Err(failure) => {
                    // the other pools do not wait for it
                    ctx.log_error(&failure);
                    later.next_lottery_timestamp = next_draw(&later, now);
                    ctx.rows::<Pool>().update(&later)?;
                }
            }
        }
        Ok(())
    }
}

/// One step for each pool that is being counted, those first that have asked first.
fn for_each_counting(ctx: &mut Context<'_>, params: &Params) -> ActionResult {
    let scan = Scan::of("byUpdate").equal(true).limit(most(params));
    let pools = ctx.rows::<Pool>().scan(scan)?;
    let bounds = Bounds::of(params, ctx, pools.len());
    for pool in pools {
        rebuild::step(ctx, pool, bounds)?;
    }
    Ok(())
}

/// The pools whose draw is due, those first that have waited longest, then put in the order of their names.
fn due(ctx: &mut Context<'_>, params: &Params, now: i64) -> ActionResult<Vec<Stored<Pool>>> {
    let scan = Scan::of("byDraw")
        .equal(true)
        .equal(false)
        .to(now as f64)
        .limit(most(params));
    let mut pools = ctx.rows::<Pool>().scan(scan)?;
    pools.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    Ok(pools)
}

fn most(params: &Params) -> usize {
    usize::try_from(params.max_lotteries_per_block).unwrap_or(usize::MAX)
}

/// Holds the draw of a pool.
fn draw(
    ctx: &mut Context<'_>,
    mut pool: Stored<Pool>,
    random: &mut Random,
    now: i64,
) -> ActionResult {
    let token = foreign::token(ctx, &pool.mined_token)?;
    let token = token.or_fail("minedToken does not exist")?;
    let (prize, payable) = prize(&pool, &token);
    let shown = prize.format(token.precision);
    let total = total(ctx, &pool)?;
    let numbers: Vec<Decimal> = (0..pool.lottery_winners)
        .map(|_| numbers::times(&total, &Decimal::from_f64(random.next())))
        .collect();
    let mut winners = match &pool.external_miners {
        None => winners(ctx, &pool.record.id, &numbers)?,
        Some(pair) if pool.external_contract.as_deref() == Some(marketpools::NAME) => {
            positioned_winners(ctx, pair, &numbers)?
        }
        Some(_) => Vec::new(),
    };
    let unpaid = winners.split_off(winners.len().min(payable));
    ctx.emit("miningLottery", event(&pool.record.id, &winners, &shown));
    // the first one who gets nothing is tried all the same: the ledger says why
    let refused = unpaid.first().filter(|_| prize > Quantity::ZERO);
    for winner in winners.iter().chain(refused) {
        issue(ctx, winner, &token, &shown)?;
    }
    pool.next_lottery_timestamp = next_draw(&pool, now);
    ctx.rows::<Pool>().update(&pool)
}

/// What one winner gets: an equal part of the amount, rounded down so that all parts together are not more than it. And
/// how many can have it.
fn prize(pool: &Pool, token: &Token) -> (Quantity, usize) {
    let amount = Quantity::parse_rounded(&pool.lottery_amount, token.precision, Rounding::Down);
    let units = amount.map_or(0, Quantity::units) / i128::from(pool.lottery_winners.max(1));
    let payable = match units > 0 {
        true => usize::try_from(token.available.units() / units).unwrap_or_default(),
        false => 0,
    };
    (Quantity::from_units(units), payable)
}

/// The sum of all weights.
fn total(ctx: &mut Context<'_>, pool: &Pool) -> ActionResult<Decimal> {
    let Some(pair) = &pool.external_miners else {
        return Ok(numbers::parse(&pool.total_power));
    };
    Ok(positions::total(ctx, pair)?.unwrap_or(Decimal::ZERO))
}

/// The miners that these numbers fall to, in the order of the draw.
fn winners(ctx: &mut Context<'_>, pool: &str, numbers: &[Decimal]) -> ActionResult<Vec<Winner>> {
    let mut winners = Vec::new();
    let mut begin = Decimal::ZERO;
    for block in ranking::blocks(ctx, pool)? {
        if winners.len() == numbers.len() {
            break;
        }
        let end = numbers::plus(&begin, &numbers::parse(&block.sum));
        if numbers.iter().any(|number| is_within(number, &begin, &end)) {
            let mut from = begin;
            for miner in ranking::members(ctx, &block)? {
                let power = numbers::of_power(miner.power);
                from = meet(&mut winners, numbers, &miner.account, from, &power);
            }
        }
        begin = end;
    }
    Ok(winners)
}

/// The same among the holders of positions in a market pool, in the order of their rows.
fn positioned_winners(
    ctx: &mut Context<'_>,
    pair: &str,
    numbers: &[Decimal],
) -> ActionResult<Vec<Winner>> {
    let Some(stretches) = positions::stretches(ctx, pair)? else {
        return winners_by_walking(ctx, pair, numbers);
    };
    let mut winners = Vec::new();
    let mut begin = Decimal::ZERO;
    for stretch in stretches {
        if winners.len() == numbers.len() {
            break;
        }
        let end = numbers::plus(&begin, &stretch.sum);
        if numbers.iter().any(|number| is_within(number, &begin, &end)) {
            let mut from = begin;
            for position in positions::members(ctx, pair, &stretch)? {
                from = meet_position(&mut winners, numbers, &position, from);
            }
        }
        begin = end;
    }
    Ok(winners)
}

/// Where the market pools are a script, no sums are kept: the draw goes past all positions until everyone has won.
fn winners_by_walking(
    ctx: &mut Context<'_>,
    pair: &str,
    numbers: &[Decimal],
) -> ActionResult<Vec<Winner>> {
    let mut winners = Vec::new();
    let mut from = Decimal::ZERO;
    let mut behind = None;
    while winners.len() < numbers.len() {
        let page = positions::all(ctx, pair, behind, PAGE)?;
        for position in &page {
            behind = position.get("_id").and_then(Value::as_u64);
            from = meet_position(&mut winners, numbers, position, from);
        }
        if page.len() < PAGE {
            break;
        }
    }
    Ok(winners)
}

fn meet_position(
    winners: &mut Vec<Winner>,
    numbers: &[Decimal],
    position: &Object,
    from: Decimal,
) -> Decimal {
    let account = position.get_str("account").unwrap_or_default();
    meet(
        winners,
        numbers,
        account,
        from,
        &positions::shares(position),
    )
}

/// Gives a miner the numbers that fall to it, and says where the next one begins.
fn meet(
    winners: &mut Vec<Winner>,
    numbers: &[Decimal],
    account: &str,
    from: Decimal,
    weight: &Decimal,
) -> Decimal {
    let to = numbers::plus(&from, weight);
    let won = numbers
        .iter()
        .filter(|number| is_within(number, &from, &to));
    winners.extend(won.map(|number| Winner {
        account: account.to_string(),
        number: number.clone(),
    }));
    to
}

fn is_within(number: &Decimal, from: &Decimal, to: &Decimal) -> bool {
    from.is_at_most(number) && to.is_greater(number)
}

fn event(pool: &str, winners: &[Winner], prize: &str) -> Object {
    let winners = winners.iter().map(|winner| {
        object! {
            "winner": winner.account.as_str(),
            "winningNumber": winner.number.to_string(),
            "winningAmount": prize,
        }
    });
    let winners: Vec<Object> = winners.collect();
    object! { "poolId": pool, "winners": Value::from(winners) }
}

/// Issues a prize. When the ledger refuses, its error is logged, and the others get theirs.
fn issue(ctx: &mut Context<'_>, winner: &Winner, token: &Token, prize: &str) -> ActionResult {
    let issue = object! {
        "to": winner.account.as_str(),
        "symbol": token.symbol.as_str(),
        "quantity": prize,
    };
    ctx.notify("tokens", "issue", issue)
}
