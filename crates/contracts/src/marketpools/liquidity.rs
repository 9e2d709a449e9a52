//! Putting tokens into a pool for a share of it, and taking them out.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Object, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};

use super::curve::{self, Reserve};
use super::pair::Pair;
use super::pools::OpenPool;
use super::swaps::{pay_out, positive};
use super::tables::LiquidityPosition;
use super::{MarketPools, NAME, positions};
use crate::checks::{given, require_active_key};
use crate::holdings::{self, ARITHMETIC, computed, find_one, fits, number};

/// What a provider puts in.
struct Deposit {
    base: Decimal,
    quote: Decimal,
    /// By which part of an amount less may be taken of it than is offered.
    tolerance: Decimal,
    /// By which part the first price of a pool may differ from that of the order book; 0: by any.
    deviation: Decimal,
}

impl MarketPools {
    /// `addLiquidity {tokenPair, baseQuantity, quoteQuantity, maxPriceImpact?, maxDeviation?}`: puts both tokens in at the
    /// price of the pool, as much of both as possible. Who comes first sets the price.
    pub(super) fn add_liquidity(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        require_active_key(ctx)?;
        let base = positive(payload.get("baseQuantity"), "invalid baseQuantity")?;
        let quote = positive(payload.get("quoteQuantity"), "invalid quoteQuantity")?;
        let pair = Pair::read(payload, ctx)?;
        let deposit = Deposit {
            base,
            quote,
            tolerance: tolerance(payload)?,
            deviation: deviation(payload)?,
        };
        ensure!(
            fits(&deposit.base, pair.base.precision),
            "baseQuantity precision mismatch"
        );
        ensure!(
            fits(&deposit.quote, pair.quote.precision),
            "quoteQuantity precision mismatch"
        );
        let mut pool = OpenPool::of(pair, ctx)?;
        // who comes now has no part in it
        pool.join();
        if !pool.is_filled() && deposit.deviation.is_greater(&Decimal::ZERO) {
            self.check_price(ctx, &pool, &deposit)?;
        }
        let (base, quote) = match pool.is_filled() {
            true => at_price(&deposit, &pool)?,
            false => (deposit.base, deposit.quote),
        };
        check_funds(ctx, &pool, &base, &quote)?;
        let shares = match pool.shares.is_zero() {
            true => curve::first_shares(&base, &quote),
            false => curve::more_shares(
                (&base, &pool.base.as_reserve()),
                (&quote, &pool.quote.as_reserve()),
                &pool.shares,
            ),
        };
        let shares = computed(shares)?;
        ensure!(
            shares.is_finite() && shares.is_greater(&Decimal::ZERO),
            "insufficient liquidity created"
        );
        add_shares(ctx, pool.pair(), &shares)?;

        pool.base.add(&base)?;
        pool.quote.add(&quote)?;
        for (side, amount) in [(&pool.base, &base), (&pool.quote, &quote)] {
            let quantity = computed(amount.to_plain())?;
            let symbol = side.token.symbol.as_str();
            let transfer = object! { "symbol": symbol, "quantity": quantity, "to": NAME };
            ctx.call("tokens", "transferToContract", transfer)
                .map_err(|failure| behind(failure, "deposit transfer errors"))?;
        }
        pool.shares = computed(pool.shares.plus(&shares, ARITHMETIC))?;
        let event = symbols(&pool);
        pool.save(ctx)?;
        ctx.emit("addLiquidity", event);
        Ok(())
    }

    /// `removeLiquidity {tokenPair, sharesOut}`: takes so many percent of the sender's part of the pool out.
    pub(super) fn remove_liquidity(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        const INVALID: &str = "invalid sharesOut, must be > 0 <= 100";
        require_active_key(ctx)?;
        let percent = positive(payload.get("sharesOut"), INVALID)?;
        let hundred = Decimal::from(100);
        let decimals = percent.decimals().unwrap_or(0);
        ensure!(percent.is_at_most(&hundred) && decimals <= 3, INVALID);
        let pair = Pair::read(payload, ctx)?;
        let mut pool = OpenPool::of(pair, ctx)?;
        let sender = ctx.sender();
        let position = ctx
            .rows::<LiquidityPosition>()
            .get(&[&sender, pool.pair()])?;
        let mut position = position.or_fail("no existing liquidity position")?;
        let held = Decimal::parse(&position.shares);
        let shares = computed(held.times(&percent, ARITHMETIC))?;
        let shares = computed(shares.div(&hundred, ARITHMETIC))?;
        let is_last = shares.equals(&pool.shares);
        if is_last {
            // nobody else has a part in what rounding has left
            pool.join();
        }
        let part = |reserve: &Reserve| computed(curve::part_of(&shares, &pool.shares, reserve));
        let base = part(&pool.base.as_reserve())?;
        let quote = part(&pool.quote.as_reserve())?;
        let within = |out: &Decimal, reserve: &Decimal| {
            out.is_greater(&Decimal::ZERO) && out.is_at_most(reserve)
        };
        ensure!(
            within(&base, &pool.base.reserve) && within(&quote, &pool.quote.reserve),
            "insufficient liquidity"
        );
        let left = computed(held.minus(&shares, ARITHMETIC))?;
        position.shares = left.to_string();
        match left.is_zero() {
            true => positions::remove(ctx, &position, &shares)?,
            false => positions::update(ctx, &position, &shares.negated())?,
        }

        pool.base.add(&base.negated())?;
        pool.quote.add(&quote.negated())?;
        ensure!(is_last || pool.is_filled(), "insufficient liquidity");
        for (side, amount) in [(&pool.base, &base), (&pool.quote, &quote)] {
            pay_out(ctx, &side.token.symbol, amount)
                .map_err(|failure| behind(failure, "withdrawal transfer errors"))?;
        }
        pool.shares = computed(pool.shares.minus(&shares, ARITHMETIC))?;
        let event = symbols(&pool);
        pool.save(ctx)?;
        ctx.emit("removeLiquidity", event);
        Ok(())
    }

    /// Refuses a first price too far from that of the order book, if that knows both tokens.
    fn check_price(
        &self,
        ctx: &mut Context<'_>,
        pool: &OpenPool,
        deposit: &Deposit,
    ) -> ActionResult {
        let base = self.last_price(ctx, &pool.base.token.symbol)?;
        let quote = self.last_price(ctx, &pool.quote.token.symbol)?;
        let (Some(base), Some(quote)) = (base, quote) else {
            return Ok(());
        };
        let known = computed(base.div(&quote, ARITHMETIC))?;
        let asked = computed(deposit.quote.div(&deposit.base, ARITHMETIC))?;
        let distance = computed(asked.minus(&known, ARITHMETIC))?.abs();
        let distance = computed(distance.div(&known, ARITHMETIC))?;
        ensure!(
            distance.is_at_most(&deposit.deviation),
            "exceeded max deviation from order book"
        );
        Ok(())
    }

    /// What a token cost last in the order book.
    fn last_price(&self, ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Option<Decimal>> {
        if self.priced_in == symbol {
            return Ok(Some(Decimal::ONE));
        }
        let row = find_one(ctx, "market", "metrics", &object! { "symbol": symbol })?;
        Ok(row.map(|row| row.get("lastPrice").map_or(Decimal::NAN, number)))
    }
}

fn tolerance(payload: Payload<'_>) -> ActionResult<Decimal> {
    const INVALID: &str = "maxPriceImpact must be greater than 0";
    let Some(value) = given(payload.0, "maxPriceImpact") else {
        return Ok(one_percent());
    };
    let percent = positive(Some(&value), INVALID)?;
    ensure!(percent.decimals().unwrap_or(0) <= 3, INVALID);
    computed(percent.times(&one_percent(), ARITHMETIC))
}

fn deviation(payload: Payload<'_>) -> ActionResult<Decimal> {
    const INVALID: &str = "maxDeviation must be an integer greater than or equal to 0";
    let Some(value) = given(payload.0, "maxDeviation") else {
        return Ok(one_percent());
    };
    let text = value.as_text().or_fail(INVALID)?;
    let percent = Decimal::parse(&text.to_string_lossy());
    let valid = percent.is_integer() && percent.is_at_least(&Decimal::ZERO);
    ensure!(valid, INVALID);
    computed(percent.times(&one_percent(), ARITHMETIC))
}

fn one_percent() -> Decimal {
    Decimal::from_parts(1, -2)
}

/// As much of both amounts as fits the price of the pool: all of one, and what belongs to it of the other.
fn at_price(deposit: &Deposit, pool: &OpenPool) -> ActionResult<(Decimal, Decimal)> {
    let enough = |taken: &Decimal, offered: &Decimal| -> ActionResult {
        let least = computed(Decimal::ONE.minus(&deposit.tolerance, ARITHMETIC))?;
        let least = computed(offered.times(&least, ARITHMETIC))?;
        ensure!(
            taken.is_at_least(&least),
            "exceeded max price impact for adding liquidity"
        );
        Ok(())
    };
    let (base, quote) = (pool.base.as_reserve(), pool.quote.as_reserve());
    let matching = computed(curve::matching(&deposit.base, &base, &quote))?;
    if matching.is_at_most(&deposit.quote) {
        enough(&matching, &deposit.quote)?;
        return Ok((deposit.base.clone(), matching));
    }
    let matching = computed(curve::matching(&deposit.quote, &quote, &base))?;
    let matching = matching.min(&deposit.base);
    enough(&matching, &deposit.base)?;
    Ok((matching, deposit.quote.clone()))
}

fn check_funds(
    ctx: &mut Context<'_>,
    pool: &OpenPool,
    base: &Decimal,
    quote: &Decimal,
) -> ActionResult {
    let sender = ctx.sender();
    for (side, amount) in [(&pool.base, base), (&pool.quote, quote)] {
        let holding = holdings::holding(ctx, &sender, &side.token.symbol)?;
        ensure!(
            holding.is_some_and(|holding| holding.balance.is_at_least(amount)),
            "insufficient token balance"
        );
    }
    Ok(())
}

/// Gives the sender shares. Their age falls as they become more.
fn add_shares(ctx: &mut Context<'_>, pair: &str, shares: &Decimal) -> ActionResult {
    let now = ctx.time()?;
    let sender = ctx.sender();
    let known = ctx.rows::<LiquidityPosition>().get(&[&sender, pair])?;
    let Some(mut position) = known else {
        return positions::insert(
            ctx,
            LiquidityPosition {
                account: sender.to_string(),
                token_pair: pair.to_string(),
                shares: shares.to_string(),
                time_factor: now,
            },
        );
    };
    let before = Decimal::parse(&position.shares);
    let after = computed(before.plus(shares, ARITHMETIC))?;
    let elapsed = Decimal::from(now.abs_diff(position.time_factor));
    let part = computed(shares.div(&after, ARITHMETIC))?;
    let offset = computed(elapsed.times(&part, ARITHMETIC))?;
    let offset = offset.round_to(0, Rounding::HalfUp).to_units(0);
    let offset = offset.and_then(|offset| i64::try_from(offset).ok());
    let moved = position
        .time_factor
        .saturating_add(offset.unwrap_or(i64::MAX));
    position.time_factor = moved.min(now);
    position.shares = after.to_string();
    positions::update(ctx, &position, shares)
}

/// What is said when a nested call fails, behind what it said itself.
fn behind(failure: Failure, message: &'static str) -> Failure {
    match failure {
        Failure::Fatal(_) => failure,
        _ => Failure::check(message),
    }
}

/// What the events tell.
fn symbols(pool: &OpenPool) -> Object {
    object! {
        "baseSymbol": pool.base.token.symbol.as_str(),
        "quoteSymbol": pool.quote.token.symbol.as_str(),
    }
}
