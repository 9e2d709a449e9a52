//! `marketBuy` and `marketSell`: orders that are filled at once, at whatever price there is.

use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};

use super::expiry::sweep;
use super::matching::{self, Buying, Incoming, Selling, Taker};
use super::money::{BASE, Desk};
use super::pair::Pair;
use super::tables::{BuyOrder, SellOrder};
use super::{Market, authorized};

/// What a payload asks for.
struct Asked {
    account: String,
    symbol: String,
    /// As the payload has it: base tokens for `marketBuy`, tokens for `marketSell`.
    quantity: String,
    amount: Decimal,
    precision: Precision,
}

impl Asked {
    /// Locks what is to be traded.
    fn lock(
        &self,
        ctx: &mut Context<'_>,
        desk: &Desk<'_>,
        symbol: &str,
        precision: Precision,
    ) -> ActionResult<Quantity> {
        let decimals = self.amount.decimals().unwrap_or(0);
        ensure!(decimals <= precision.decimals().into(), "invalid params");
        desk.lock(ctx, &self.account, symbol, &self.quantity)?;
        // what does not fit is more than anybody has
        Quantity::from_decimal(&self.amount, precision, Rounding::HalfUp)
            .or_fail("overdrawn balance")
    }

    fn taker<'a>(&'a self, tx_id: Option<&'a str>, now: i64) -> Taker<'a> {
        Taker {
            account: &self.account,
            tx_id,
            limit: None,
            symbol: &self.symbol,
            precision: self.precision,
            now,
        }
    }
}

impl Market {
    /// `marketBuy {symbol, quantity, account?}`: as much as so many base tokens buy.
    pub(super) fn market_buy(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let Some(asked) = self.asked(payload, ctx)? else {
            return Ok(());
        };
        let desk = Desk::of(&self.terms);
        let funds = asked.lock(ctx, &desk, &self.terms.base, BASE)?;
        let now = ctx.time()? / 1_000;
        sweep::<SellOrder>(ctx, &desk, now)?;
        let mut buying = Buying {
            funds,
            wanted: None,
        };
        if self.fill_at_once(ctx, &desk, &asked, &mut buying, now)? {
            desk.pay_base(ctx, &asked.account, buying.funds)?;
        }
        desk.settle(ctx)
    }

    /// `marketSell {symbol, quantity, account?}`: so many tokens.
    pub(super) fn market_sell(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let Some(asked) = self.asked(payload, ctx)? else {
            return Ok(());
        };
        let desk = Desk::of(&self.terms);
        let left = asked.lock(ctx, &desk, &asked.symbol, asked.precision)?;
        let now = ctx.time()? / 1_000;
        sweep::<BuyOrder>(ctx, &desk, now)?;
        let mut selling = Selling { left };
        if self.fill_at_once(ctx, &desk, &asked, &mut selling, now)? {
            let left = (selling.left, asked.precision);
            desk.pay(ctx, &asked.account, &asked.symbol, left)?;
        }
        desk.settle(ctx)
    }

    fn fill_at_once<I: Incoming>(
        &self,
        ctx: &mut Context<'_>,
        desk: &Desk<'_>,
        asked: &Asked,
        incoming: &mut I,
        now: i64,
    ) -> ActionResult<bool> {
        let mut pair = Pair::load(ctx, &self.terms, &asked.symbol)?;
        let tx_id = ctx.transaction_id().map(str::to_string);
        let taker = asked.taker(tx_id.as_deref(), now);
        let open = matching::fill(ctx, desk, &mut pair, &taker, incoming)?;
        pair.save(ctx)?;
        Ok(open)
    }

    /// The checks that both have in common; nothing where nothing is said of what is wrong.
    fn asked(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Option<Asked>> {
        let Some(account) = self.trader(payload, ctx)? else {
            return Ok(None);
        };
        authorized(ctx)?;
        let (Some(symbol), Some(quantity)) = (payload.text("symbol"), payload.text("quantity"))
        else {
            return Ok(None);
        };
        let amount = Decimal::parse(&quantity);
        if symbol == self.terms.base || !amount.is_greater(&Decimal::ZERO) {
            return Ok(None);
        }
        let precision = self.terms.find_precision(ctx, &symbol)?;
        Ok(Some(Asked {
            account,
            symbol: symbol.into_owned(),
            quantity: quantity.into_owned(),
            amount,
            precision: precision.or_fail("invalid params")?,
        }))
    }
}
