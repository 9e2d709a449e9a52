//! Making pools, and a pool while an action changes it.

use tartan_decimal::{Decimal, Precision, Rounding};
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::curve::{Reserve, Swap};
use super::pair::Pair;
use super::tables::{Pool, Remainder};
use super::{MarketPools, params};
use crate::checks::require_active_key;
use crate::holdings::{self, ARITHMETIC, TokenInfo, computed, number};

impl MarketPools {
    /// `createPool {tokenPair}`: an empty pool, for a fee.
    pub(super) fn create_pool(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let fee = params(ctx)?.pool_creation_fee.clone();
        let utility = &self.utility_token;
        ensure!(
            holdings::covers(ctx, utility, &fee)?,
            "you must have enough tokens to cover the creation fee"
        );
        let pair = Pair::read(payload, ctx)?;
        for name in [&pair.name, &pair.reversed()] {
            let known = ctx.rows::<Pool>().get(&[name])?;
            ensure!(known.is_none(), "a pool already exists for this tokenPair");
        }
        require_active_key(ctx)?;
        let precision = pair.base.precision.max(pair.quote.precision);
        let creator = ctx.sender().to_string();
        let pool = Pool::empty(pair.name.clone(), precision, creator);
        ctx.rows::<Pool>().insert(pool)?;
        holdings::burn_fee(ctx, utility, &fee)?;
        ctx.emit("createPool", object! { "tokenPair": pair.name });
        Ok(())
    }
}

/// One of the two tokens of a pool.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) token: TokenInfo,
    /// What the pool reckons with.
    pub(super) reserve: Decimal,
    /// What the contract has for the pool: the reserve, and what rounding has left beyond it.
    pub(super) held: Decimal,
}

impl Side {
    pub(super) fn as_reserve(&self) -> Reserve {
        Reserve {
            amount: self.reserve.clone(),
            precision: self.token.precision,
        }
    }

    fn remainder(&self) -> ActionResult<Decimal> {
        computed(self.held.minus(&self.reserve, ARITHMETIC))
    }

    /// Lets what rounding has left join the reserve.
    fn join(&mut self) {
        self.reserve = self.held.clone();
    }

    /// Puts tokens in, or with a negative amount takes them out.
    pub(super) fn add(&mut self, amount: &Decimal) -> ActionResult {
        self.held = computed(self.held.plus(amount, ARITHMETIC))?;
        self.reserve = computed(self.reserve.plus(amount, ARITHMETIC))?;
        Ok(())
    }
}

/// A pool while an action changes it.
#[derive(Debug)]
pub(super) struct OpenPool {
    row: Stored<Pool>,
    pub(super) base: Side,
    pub(super) quote: Side,
    pub(super) shares: Decimal,
    precision: Precision,
}

impl OpenPool {
    /// The pool of a pair. What rounding has left in earlier blocks joins the reserves.
    pub(super) fn of(pair: Pair, ctx: &mut Context<'_>) -> ActionResult<OpenPool> {
        let row = ctx.rows::<Pool>().get(&[&pair.name])?;
        let row = row.or_fail("no existing pool for tokenPair")?;
        // a token may have got more decimals since the pool was made
        let least = Precision::new(row.precision).unwrap_or(Precision::MAX);
        let precision = least.max(pair.base.precision).max(pair.quote.precision);
        let remainder = row.remainder.clone().unwrap_or_else(|| Remainder {
            base: "0".to_string(),
            quote: "0".to_string(),
            block: 0,
        });
        let side = |token: TokenInfo, reserve: &Value, beyond: &str| -> ActionResult<Side> {
            let reserve = number(reserve);
            let held = computed(reserve.plus(&Decimal::parse(beyond), ARITHMETIC))?;
            Ok(Side {
                token,
                reserve,
                held,
            })
        };
        let mut pool = OpenPool {
            base: side(pair.base, &row.base_quantity, &remainder.base)?,
            quote: side(pair.quote, &row.quote_quantity, &remainder.quote)?,
            shares: number(&row.total_shares),
            precision,
            row,
        };
        if remainder.block < ctx.block().number {
            pool.join();
        }
        Ok(pool)
    }

    /// Lets what rounding has left join the reserves.
    pub(super) fn join(&mut self) {
        self.base.join();
        self.quote.join();
    }

    pub(super) fn pair(&self) -> &str {
        &self.row.record.token_pair
    }

    /// The side that a token goes in or out of, and the other one; `None` for a token that the pool has not.
    pub(super) fn sides(&self, symbol: &str) -> Option<(&Side, &Side)> {
        match symbol {
            _ if symbol == self.base.token.symbol => Some((&self.base, &self.quote)),
            _ if symbol == self.quote.token.symbol => Some((&self.quote, &self.base)),
            _ => None,
        }
    }

    /// Whether there is liquidity.
    pub(super) fn is_filled(&self) -> bool {
        let filled = |side: &Side| side.reserve.is_greater(&Decimal::ZERO);
        filled(&self.base) && filled(&self.quote)
    }

    /// Books a swap: the reserves change by what the formula says, rounded half up; or up, where otherwise their product
    /// would fall. What the contract holds changes by what moves.
    pub(super) fn book(&mut self, swap: &Swap, base_in: bool) -> ActionResult {
        let product =
            |pool: &OpenPool| computed(pool.base.reserve.times(&pool.quote.reserve, ARITHMETIC));
        let decimals = self.precision.decimals().into();
        let before = product(self)?;
        let (from, to) = match base_in {
            true => (&mut self.base, &mut self.quote),
            false => (&mut self.quote, &mut self.base),
        };
        let in_after = computed(from.reserve.plus(&swap.exact_in, ARITHMETIC))?;
        let out_after = computed(to.reserve.minus(&swap.exact_out, ARITHMETIC))?;
        from.held = computed(from.held.plus(&swap.taken, ARITHMETIC))?;
        to.held = computed(to.held.minus(&swap.paid, ARITHMETIC))?;
        from.reserve = in_after.round_to(decimals, Rounding::HalfUp);
        to.reserve = out_after.round_to(decimals, Rounding::HalfUp);
        if product(self)?.is_less(&before) {
            let (from, to) = match base_in {
                true => (&mut self.base, &mut self.quote),
                false => (&mut self.quote, &mut self.base),
            };
            from.reserve = in_after.round_to(decimals, Rounding::Ceil);
            to.reserve = out_after.round_to(decimals, Rounding::Ceil);
        }
        let volume = |so_far: &Value, moved: &Decimal| -> ActionResult<Value> {
            let volume = computed(number(so_far).plus(moved, ARITHMETIC))?;
            Ok(computed(volume.to_fixed(decimals, Rounding::Down))?.into())
        };
        let (base, quote) = match base_in {
            true => (&swap.exact_in, &swap.exact_out),
            false => (&swap.exact_out, &swap.exact_in),
        };
        self.row.base_volume = volume(&self.row.base_volume, base)?;
        self.row.quote_volume = volume(&self.row.quote_volume, quote)?;
        Ok(())
    }

    /// Writes the pool down.
    pub(super) fn save(mut self, ctx: &mut Context<'_>) -> ActionResult {
        let decimals = self.precision.decimals().into();
        let fixed = |number: &Decimal, rounding| computed(number.to_fixed(decimals, rounding));
        let row = &mut self.row.record;
        row.base_quantity = fixed(&self.base.reserve, Rounding::HalfUp)?.into();
        row.quote_quantity = fixed(&self.quote.reserve, Rounding::HalfUp)?.into();
        row.precision = self.precision.decimals();
        row.total_shares = self.shares.to_string().into();
        let (base, quote) = (&self.base.reserve, &self.quote.reserve);
        if base.is_greater(&Decimal::ZERO) && quote.is_greater(&Decimal::ZERO) {
            let price = computed(quote.div(base, ARITHMETIC))?;
            row.base_price = fixed(&price, Rounding::Down)?.into();
            let price = computed(base.div(quote, ARITHMETIC))?;
            row.quote_price = fixed(&price, Rounding::Down)?.into();
        }
        let (base, quote) = (self.base.remainder()?, self.quote.remainder()?);
        row.remainder = match base.is_zero() && quote.is_zero() {
            true => None,
            false => Some(Remainder {
                base: fixed(&base, Rounding::Down)?,
                quote: fixed(&quote, Rounding::Down)?,
                block: ctx.block().number,
            }),
        };
        ctx.rows::<Pool>().update(&self.row)
    }
}
