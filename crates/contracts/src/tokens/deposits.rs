//! What accounts have paid for the rows that contracts store on their behalf.

use tartan_decimal::Quantity;
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, Failure, MAX_DEPOSIT, NODE, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::Tokens;
use super::amount::{self, Asked};
use super::ledger::{self, credit};
use super::tables::{AccountBalance, ContractDeposit, Deposit, Token};

impl Tokens {
    /// `settleDeposits {changes: {account: bytes}, contracts: {contract: bytes}, sender, active, maxDeposit}`: locks the
    /// deposit for so many more bytes, or gives it back for so many fewer. Only the node's own, behind a transaction.
    ///
    /// Which bytes are stored is up to a contract, so the sender is charged only with the active key, which is the one for
    /// funds, and never more than `maxDeposit` or, without it, than the network's usual maximum. An owner whose tick is
    /// run has signed nothing at all: what that writes is the owner's own code.
    ///
    /// Each payment is an event of its own: `lockDeposit` or `returnDeposit {account, symbol, quantity, bytes}`.
    pub(super) fn settle_deposits(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.is_node() && ctx.caller().is_none(), "not authorized");
        let (Some(price), Some(Value::Object(changes)), Some(Value::Object(contracts))) = (
            self.settings.deposit_per_byte(),
            payload.0.get("changes"),
            payload.0.get("contracts"),
        ) else {
            return Err(Failure::check("invalid params"));
        };
        let token = ledger::shared_token(ctx, &self.settings.utility_token)?;
        let price = Price {
            of_a_byte: amount::stored(price, &token)?,
            token: &token,
        };
        let sender = payload.0.get_str("sender").unwrap_or(NODE);
        if let Some(bytes) = more_for(changes, sender) {
            self.check_consent(payload, bytes, &price)?;
        }
        // who has something back can pay with it
        for returns in [true, false] {
            for (account, bytes) in changed(changes) {
                let account = account.or_fail("invalid params")?;
                if (bytes < 0) == returns && bytes != 0 {
                    change(ctx, account, bytes, &price)?;
                }
            }
        }
        for (contract, bytes) in changed(contracts) {
            note(ctx, contract.or_fail("invalid params")?, bytes, &price)?;
        }
        Ok(())
    }

    /// Refuses a deposit that the sender has not agreed to.
    fn check_consent(&self, payload: Payload<'_>, bytes: u64, price: &Price<'_>) -> ActionResult {
        let deposit = price.of(bytes)?;
        let (symbol, shown) = (&price.token.symbol, price.shown(deposit)?);
        ensure!(
            payload.0.get("active") == Some(&Value::Bool(true)),
            format!(
                "the call stores {bytes} bytes for a deposit of {shown} {symbol}, which takes your active key"
            )
        );
        match payload.0.get(MAX_DEPOSIT).unwrap_or(&Value::Null) {
            Value::Null => {
                let Some(most) = &self.settings.max_deposit else {
                    return Ok(());
                };
                ensure!(
                    deposit <= amount::stored(most, price.token)?,
                    format!(
                        "the call stores {bytes} bytes for a deposit of {shown} {symbol}, more than the usual maximum of {most}; {MAX_DEPOSIT}: \"{shown}\" in the payload would allow it"
                    )
                );
            }
            given => {
                let Some(most) = given.as_str().and_then(Asked::parse) else {
                    return Err(Failure::check(format!(
                        "invalid {MAX_DEPOSIT}: expected an amount of {symbol} as text, such as \"{shown}\""
                    )));
                };
                ensure!(
                    deposit <= most.quantity(price.token)?,
                    format!(
                        "the call stores {bytes} bytes for a deposit of {shown} {symbol}, more than {MAX_DEPOSIT} allows"
                    )
                );
            }
        }
        Ok(())
    }
}

/// What a byte costs.
struct Price<'a> {
    of_a_byte: Quantity,
    token: &'a Stored<Token>,
}

impl Price<'_> {
    fn of(&self, bytes: u64) -> ActionResult<Quantity> {
        let units = self.of_a_byte.units().checked_mul(i128::from(bytes));
        Ok(Quantity::from_units(units.or_fail("cannot add")?))
    }

    fn shown(&self, amount: Quantity) -> ActionResult<String> {
        Ok(amount.format(amount::precision(self.token)?))
    }
}

/// The entries of a list of changes.
fn changed(changes: &Object) -> impl Iterator<Item = (Option<&str>, i64)> {
    let entries = changes.iter();
    entries.map(|(name, bytes)| (name.as_str(), bytes.as_f64().unwrap_or_default() as i64))
}

/// How many more bytes an account has to pay for, if any.
fn more_for(changes: &Object, account: &str) -> Option<u64> {
    let bytes = changes.get(account)?.as_f64()? as i64;
    u64::try_from(bytes).ok().filter(|bytes| *bytes > 0)
}

/// Takes or gives back what an account pays for, and notes it.
fn change(ctx: &mut Context<'_>, account: &str, bytes: i64, price: &Price<'_>) -> ActionResult {
    let amount = price.of(bytes.unsigned_abs())?;
    let shown = price.shown(amount)?;
    let known = ctx.rows::<Deposit>().get(&[account])?;
    let before = known.as_ref().map_or(0, |deposit| deposit.bytes);
    let after = before
        .checked_add_signed(bytes)
        .or_fail("cannot subtract")?;
    let event = if bytes > 0 {
        pay(ctx, account, price.token, amount, &shown)?;
        "lockDeposit"
    } else {
        credit::<AccountBalance>(ctx, account, price.token, amount, &shown)?;
        "returnDeposit"
    };
    ctx.emit(
        event,
        object! {
            "account": account,
            "symbol": &*price.token.symbol,
            "quantity": &*shown,
            "bytes": Value::Number(bytes.unsigned_abs() as f64),
        },
    );
    let balance = price.shown(price.of(after)?)?.into();
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

/// Notes how much of what is paid for belongs to a contract.
fn note(ctx: &mut Context<'_>, contract: &str, bytes: i64, price: &Price<'_>) -> ActionResult {
    let mut rows = ctx.rows::<ContractDeposit>();
    let known = rows.get(&[contract])?;
    let before = known.as_ref().map_or(0, |deposit| deposit.bytes);
    let after = before
        .checked_add_signed(bytes)
        .or_fail("cannot subtract")?;
    let balance = price.shown(price.of(after)?)?.into();
    match known {
        Some(deposit) if after == 0 => rows.remove(&deposit),
        Some(mut deposit) => {
            (deposit.bytes, deposit.balance) = (after, balance);
            rows.update(&deposit)
        }
        None => {
            rows.insert(ContractDeposit {
                contract: contract.into(),
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
