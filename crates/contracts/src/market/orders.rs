//! `buy` and `sell`: orders with a price.

use tartan_decimal::{Config, Decimal, Precision, Quantity, Rounding};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};

use super::book::{enter, open_orders};
use super::expiry::sweep;
use super::matching::{self, Buying, Selling, Taker};
use super::money::{BASE, Desk, Price, text};
use super::pair::Pair;
use super::tables::{BuyOrder, Order, SellOrder};
use super::{LONGEST, MOST_ORDERS, Market, authorized};

/// `cancel` takes ids shorter than this for those of transactions.
pub(super) const ID_LENGTH: usize = 50;

/// What a payload asks for.
struct Asked {
    account: String,
    tx_id: String,
    symbol: String,
    /// As the payload has it.
    quantity: String,
    amount: Decimal,
    price: Decimal,
    /// In seconds from now.
    expiration: i64,
}

impl Asked {
    /// The shape of a payload.
    fn parse(payload: Payload<'_>, ctx: &Context<'_>, account: String) -> Option<Asked> {
        let price = Decimal::parse(&payload.text("price")?);
        let quantity = payload.text("quantity")?.into_owned();
        let amount = Decimal::parse(&quantity);
        let tx_id = match payload.get("txId") {
            Some(_) if ctx.is_node() => payload.text("txId")?.into_owned(),
            _ => ctx.transaction_id()?.to_string(),
        };
        let known = !price.is_nan() && !amount.is_nan() && !tx_id.is_empty();
        (known && tx_id.encode_utf16().count() < ID_LENGTH).then_some(Asked {
            account,
            tx_id,
            symbol: payload.text("symbol")?.into_owned(),
            quantity,
            amount,
            price,
            expiration: expiration(payload)?,
        })
    }

    /// The price, once the numbers fit the token.
    fn price(&self, precision: Precision) -> Option<Price> {
        let decimals = |number: &Decimal| number.decimals().unwrap_or(0);
        let fits = decimals(&self.amount) <= precision.decimals().into();
        let units = self.price.to_units(BASE.decimals().into())?;
        Price::from_units(units).filter(|_| fits)
    }
}

/// For how many seconds an order is to rest.
fn expiration(payload: Payload<'_>) -> Option<i64> {
    if payload.is_missing("expiration") {
        return Some(LONGEST);
    }
    let seconds = payload.number("expiration")?;
    let whole = seconds.trunc() == seconds && seconds > 0.0;
    whole.then_some(seconds.min(LONGEST as f64) as i64)
}

/// What was checked of an order to be placed.
struct Placed {
    asked: Asked,
    precision: Precision,
    price: Price,
    /// What all of it is worth, exactly.
    worth: Decimal,
    /// In seconds since 1970.
    now: i64,
}

impl Placed {
    /// The quantity; `None` if nobody has so much.
    fn quantity(&self) -> Option<Quantity> {
        Quantity::from_decimal(&self.asked.amount, self.precision, Rounding::HalfUp)
    }

    fn taker(&self) -> Taker<'_> {
        Taker {
            account: &self.asked.account,
            tx_id: Some(&self.asked.tx_id),
            limit: Some(self.price),
            symbol: &self.asked.symbol,
            precision: self.precision,
            now: self.now,
        }
    }

    /// The row of what is left of the order.
    fn rest(&self, quantity: Quantity, locked: Option<Quantity>) -> Order {
        Order {
            tx_id: self.asked.tx_id.as_str().into(),
            timestamp: self.now,
            account: self.asked.account.as_str().into(),
            symbol: self.asked.symbol.as_str().into(),
            quantity: text(quantity, self.precision),
            price: self.price.text(),
            price_dec: self.price.to_decimal(),
            tokens_locked: locked.map(|locked| text(locked, BASE)),
            expiration: self.now + self.asked.expiration,
        }
    }
}

impl Market {
    /// `buy {symbol, quantity, price, expiration?, account?, txId?}`: for the price or less.
    pub(super) fn buy(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let Some(placed) = self.checked(payload, ctx)? else {
            return Ok(());
        };
        let worth = placed.worth.round_to(BASE.decimals().into(), Rounding::Up);
        let funds = Quantity::from_decimal(&worth, BASE, Rounding::Up);
        let text = funds.map_or_else(|| "Infinity".to_string(), |funds| funds.format(BASE));
        let desk = Desk::of(&self.terms);
        desk.lock(ctx, &placed.asked.account, &self.terms.base, &text)?;
        let funds = funds.or_fail("overdrawn balance")?;
        let quantity = placed.quantity().or_fail("overdrawn balance")?;

        sweep::<SellOrder>(ctx, &desk, placed.now)?;
        let mut pair = Pair::load(ctx, &self.terms, &placed.asked.symbol)?;
        let mut buying = Buying {
            funds,
            wanted: Some(quantity),
        };
        if matching::fill(ctx, &desk, &mut pair, &placed.taker(), &mut buying)? {
            let order = placed.rest(buying.wanted.unwrap_or(quantity), Some(buying.funds));
            enter::<BuyOrder>(ctx, &mut pair.metric, order)?;
        }
        pair.save(ctx)?;
        desk.settle(ctx)
    }

    /// `sell {symbol, quantity, price, expiration?, account?, txId?}`: for the price or more.
    pub(super) fn sell(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let Some(placed) = self.checked(payload, ctx)? else {
            return Ok(());
        };
        let asked = &placed.asked;
        let desk = Desk::of(&self.terms);
        desk.lock(ctx, &asked.account, &asked.symbol, &asked.quantity)?;
        let quantity = placed.quantity().or_fail("overdrawn balance")?;

        sweep::<BuyOrder>(ctx, &desk, placed.now)?;
        let mut pair = Pair::load(ctx, &self.terms, &asked.symbol)?;
        let mut selling = Selling { left: quantity };
        if matching::fill(ctx, &desk, &mut pair, &placed.taker(), &mut selling)? {
            let order = placed.rest(selling.left, None);
            enter::<SellOrder>(ctx, &mut pair.metric, order)?;
        }
        pair.save(ctx)?;
        desk.settle(ctx)
    }

    /// The checks that both have in common; nothing for those who may not trade.
    fn checked(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Option<Placed>> {
        let Some(account) = self.trader(payload, ctx)? else {
            return Ok(None);
        };
        authorized(ctx)?;
        let asked = Asked::parse(payload, ctx, account).or_fail("invalid params")?;
        ensure!(asked.symbol != self.terms.base, "invalid params");
        let open = open_orders(ctx, &asked.account)?;
        ensure!(open < MOST_ORDERS, "too many open orders");
        let precision = self.terms.find_precision(ctx, &asked.symbol)?;
        let precision = precision.or_fail("invalid params")?;
        let price = asked.price(precision).or_fail("invalid params")?;
        let worth = asked.price.times(&asked.amount, &Config::STANDARD);
        let worth = crate::holdings::computed(worth)?;
        let unit = Decimal::from_parts(1, -8);
        ensure!(
            worth.is_at_least(&unit),
            "order cannot be placed as it cannot be filled"
        );
        let now = ctx.time()? / 1_000;
        Ok(Some(Placed {
            asked,
            precision,
            price,
            worth,
            now,
        }))
    }
}
