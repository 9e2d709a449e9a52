//! What accounts have paid for the rows that contracts store on their behalf.

use tartan_decimal::Quantity;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};

use super::Tokens;
use super::amount;
use super::ledger::{self, credit};
use super::tables::{AccountBalance, Deposit, Token};

impl Tokens {
    /// `settleDeposits {changes: {account: bytes}}`: locks the deposit for so many more bytes, or gives it back for
    /// so many fewer. Only the node's own, behind a transaction.
    pub(super) fn settle_deposits(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.is_node() && ctx.caller().is_none(), "not authorized");
        let (Some(price), Some(Value::Object(changes))) =
            (self.settings.deposit_per_byte(), payload.0.get("changes"))
        else {
            return Err(Failure::check("invalid params"));
        };
        let token = ledger::shared_token(ctx, &self.settings.utility_token)?;
        let price = amount::stored(price, &token)?;
        // who has something back can pay with it
        for returns in [true, false] {
            for (account, bytes) in changes.iter() {
                let bytes = bytes.as_f64().unwrap_or_default() as i64;
                let account = account.as_str().or_fail("invalid params")?;
                if (bytes < 0) == returns && bytes != 0 {
                    change(ctx, account, &token, bytes, price)?;
                }
            }
        }
        Ok(())
    }
}

fn change(
    ctx: &mut Context<'_>,
    account: &str,
    token: &Token,
    bytes: i64,
    price: Quantity,
) -> ActionResult {
    let amount = price.units().checked_mul(i128::from(bytes.abs()));
    let amount = Quantity::from_units(amount.or_fail("cannot add")?);
    let known = ctx.rows::<Deposit>().get(&[account])?;
    let before = known.as_ref().map_or(0, |deposit| deposit.bytes);
    let after = before
        .checked_add_signed(bytes)
        .or_fail("cannot subtract")?;
    let shown = amount.format(amount::precision(token)?);
    if bytes > 0 {
        pay(ctx, account, token, amount, &shown)?;
    } else {
        credit::<AccountBalance>(ctx, account, token, amount, &shown)?;
    }
    let total = price.units().checked_mul(i128::from(after));
    let total = Quantity::from_units(total.or_fail("cannot add")?);
    let balance = total.format(amount::precision(token)?).into();
    let mut rows = ctx.rows::<Deposit>();
    match known {
        Some(deposit) if after == 0 => rows.remove(&deposit),
        Some(mut deposit) => {
            (deposit.bytes, deposit.balance) = (after, balance);
            rows.update(&deposit)
        }
        None => {
            rows.insert(Deposit {
                account: account.into(),
                bytes: after,
                balance,
            })?;
            Ok(())
        }
    }
}

/// Takes a deposit from the liquid balance of an account.
fn pay(
    ctx: &mut Context<'_>,
    account: &str,
    token: &Token,
    amount: Quantity,
    shown: &str,
) -> ActionResult {
    let holding = ledger::balance(ctx, account, &token.symbol)?;
    let held = match &holding {
        Some(holding) => amount::stored(&holding.balance, token)?,
        None => Quantity::ZERO,
    };
    ensure!(
        held >= amount,
        format!(
            "{account} must be able to pay the storage deposit of {shown} {}",
            token.symbol
        )
    );
    ledger::debit::<AccountBalance>(ctx, account, token, amount)
}
