//! Making an airdrop.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};

use super::tables::{Airdrop, Kind, Payment};
use super::{Airdrops, NAME, params};
use crate::holdings::{self, ARITHMETIC, TokenInfo, computed, fits, number};

/// Decimals of the fee.
const FEE_DECIMALS: u32 = 8;

impl Airdrops {
    /// `newAirdrop {symbol, type, list}`: locks the sum of a list of pairs `[account, quantity]`, to be paid from the next
    /// block on.
    pub(super) fn new_airdrop(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let kind = payload.text("type").or_fail("invalid params")?;
        let list = payload.get("list").and_then(Value::as_array);
        let list = list.or_fail("invalid params")?;
        let kind = match &*kind {
            "transfer" => Kind::Transfer,
            "stake" => Kind::Stake,
            _ => return Err(Failure::check("invalid type")),
        };
        let token = holdings::token(ctx, &symbol)?.or_fail("symbol does not exist")?;
        ensure!(
            kind == Kind::Transfer || token.staking_enabled,
            "staking not enabled"
        );
        let (list, sum) = read_list(ctx, list, &token)?;
        let fee = fee(ctx, list.len())?;
        ensure!(
            fee.is_zero() || holds(ctx, &self.utility_token, &fee)?,
            "you must have enough tokens to cover the airdrop fee"
        );
        ensure!(
            holds(ctx, &symbol, &sum)?,
            "you must have enough tokens to do the airdrop"
        );

        let lock = object! { "to": NAME, "symbol": &*symbol, "quantity": sum.to_string() };
        ctx.call("tokens", "transferToContract", lock)?;
        if !fee.is_zero() {
            let fee = computed(fee.to_fixed(FEE_DECIMALS, Rounding::HalfUp))?;
            holdings::transfer(ctx, "null", &self.utility_token, &fee)?;
        }
        let airdrop_id = ctx.transaction_id().map(str::to_string);
        let id = airdrop_id.clone().map_or(Value::Null, Value::from);
        let airdrop = Airdrop {
            airdrop_id,
            symbol: token.symbol,
            kind,
            list,
            block_number: ctx.block().number,
            from: ctx.sender().to_string(),
        };
        ctx.rows::<Airdrop>().insert(airdrop)?;
        ctx.emit("newAirdrop", object! { "airdropId": id });
        Ok(())
    }
}

/// The payments of a list, and their sum.
fn read_list(
    ctx: &Context<'_>,
    list: &[Value],
    token: &TokenInfo,
) -> ActionResult<(Vec<Payment>, Decimal)> {
    let mut payments = Vec::with_capacity(list.len());
    let mut sum = Decimal::ZERO;
    for (position, entry) in list.iter().enumerate() {
        let (payment, quantity) = read_entry(ctx, entry, token)
            .map_err(|reason| Failure::check(format!("list[{position}]: {reason}")))?;
        sum = computed(sum.plus(&quantity, ARITHMETIC))?;
        payments.push(payment);
    }
    ensure!(!payments.is_empty(), "list cannot be empty");
    Ok((payments, sum))
}

/// A pair of account and quantity, or what is wrong with it.
fn read_entry(
    ctx: &Context<'_>,
    entry: &Value,
    token: &TokenInfo,
) -> Result<(Payment, Decimal), &'static str> {
    let element = |index| entry.get(index).filter(|value| value.is_truthy());
    let to = element("0").ok_or("account name cannot be undefined")?;
    let to = to.as_str().filter(|name| ctx.is_account_name(name));
    let to = to.ok_or("invalid account name")?;
    let written = element("1").ok_or("quantity cannot be undefined")?;
    let quantity = number(written);
    if quantity.is_nan() {
        return Err("invalid quantity");
    }
    if !quantity.is_greater(&Decimal::ZERO) {
        return Err("quantity must be positive");
    }
    if !fits(&quantity, token.precision) {
        return Err("quantity precision mismatch");
    }
    let payment = Payment {
        to: to.to_string(),
        quantity: match written.as_str() {
            Some(text) => text.to_string(),
            None => quantity.to_string(),
        },
    };
    Ok((payment, quantity))
}

/// What so many payments cost.
fn fee(ctx: &mut Context<'_>, payments: usize) -> ActionResult<Decimal> {
    let each = Decimal::parse(&params(ctx)?.fee_per_transaction);
    let payments = Decimal::from_parts(payments as i128, 0);
    let fee = computed(each.times(&payments, ARITHMETIC))?;
    let rounded = computed(fee.to_fixed(FEE_DECIMALS, Rounding::HalfUp))?;
    Ok(Decimal::parse(&rounded))
}

/// Whether the sender holds as much of a token.
fn holds(ctx: &mut Context<'_>, symbol: &str, quantity: &Decimal) -> ActionResult<bool> {
    let sender = ctx.sender();
    let holding = holdings::holding(ctx, &sender, symbol)?;
    Ok(holding.is_some_and(|holding| holding.balance.is_at_least(quantity)))
}
