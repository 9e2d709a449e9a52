//! Releasing stake, slice by slice.
//!
//! Of an amount being unstaked, only the slice that is due next has left the stake; the rest goes on voting, but can
//! be neither unstaked again nor delegated.

use tartan_decimal::{Quantity, Rounding};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::Tokens;
use super::amount::{self, Asked};
use super::ledger::{self, lower_total_staked, raise_total_staked};
use super::staking::staked;
use super::tables::{AccountBalance, Holding, PendingUnstake, Token};

const DAY: i64 = 86_400_000;

impl Tokens {
    /// `unstake {symbol, quantity}`: begins to release the sender's stake.
    pub(super) fn unstake(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let asked = Asked::from_payload(payload).or_fail("invalid params")?;
        let mut token = ledger::token(ctx, &symbol)?;
        ensure!(token.staking_enabled, "staking not enabled");
        asked.check_decimals(&token)?;
        asked.check_positive("must unstake positive quantity")?;
        let quantity = asked.quantity(&token)?;

        let account = ctx.sender();
        let mut holding =
            ledger::balance(ctx, &account, &symbol)?.or_fail("balance does not exist")?;
        check_available_stake(ctx, &holding, &token, quantity)?;
        let most = ctx.limits().rows_per_account;
        ensure!(
            pending_unstakes(ctx, &account)?.len() < most,
            format!("too many pending unstakes, maximum is {most}")
        );
        let slices = token.number_transactions.unwrap_or(1);
        let first = amount::slice(quantity, slices);
        ensure!(first > Quantity::ZERO, "cannot subtract");

        holding.stake = amount::minus(&holding.stake, first, &token)?;
        holding.pending_unstake = amount::plus(&holding.pending_unstake, quantity, &token)?;
        ctx.rows::<AccountBalance>().update(&holding)?;
        lower_total_staked(ctx, &mut token, first)?;
        let change = amount::negated_text(first, &token)?;
        self.notify_stake_change(ctx, &account, &token, &change)?;

        let shown = quantity.format(amount::precision(&token)?);
        let period = i64::from(token.unstaking_cooldown) * DAY / i64::from(slices.max(1));
        let next = ctx.time()? + period;
        let tx_id = ctx.transaction_id().map(str::to_string);
        ctx.rows::<PendingUnstake>().insert(PendingUnstake {
            account: account.to_string(),
            symbol: symbol.to_string(),
            quantity: shown.clone(),
            quantity_left: shown.clone(),
            next_transaction_timestamp: next,
            number_transactions_left: slices,
            millisec_per_period: period.to_string(),
            tx_id,
        })?;
        ctx.emit("unstakeStart", staked(&account, &symbol, &shown));
        Ok(())
    }

    /// `cancelUnstake {txID}`: puts back what has not been paid out.
    pub(super) fn cancel_unstake(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ctx.require_active_key()?;
        let tx_id = payload.text("txID").or_fail("invalid params")?;
        let account = ctx.sender();
        let pending = pending_unstakes(ctx, &account)?
            .into_iter()
            .find(|pending| pending.tx_id.as_deref() == Some(&*tx_id))
            .or_fail("unstake does not exist")?;
        let symbol = pending.symbol.clone();
        let mut holding =
            ledger::balance(ctx, &account, &symbol)?.or_fail("balance does not exist")?;
        let mut token = ledger::token(ctx, &symbol)?;
        let left = amount::stored(&pending.quantity_left, &token)?;
        ensure!(
            amount::stored(&holding.pending_unstake, &token)? >= left,
            "overdrawn pendingUnstake"
        );

        let back = if pending.number_transactions_left > 1 {
            slice_of(&pending, &token)?
        } else {
            left
        };
        holding.stake = amount::plus(&holding.stake, back, &token)?;
        holding.pending_unstake = amount::minus(&holding.pending_unstake, left, &token)?;
        ctx.rows::<AccountBalance>().update(&holding)?;
        raise_total_staked(ctx, &mut token, back)?;
        ctx.emit(
            "unstakeCancel",
            staked(&account, &symbol, &pending.quantity_left),
        );
        let change = back.format(amount::precision(&token)?);
        self.notify_stake_change(ctx, &account, &token, &change)?;
        ctx.rows::<PendingUnstake>().remove(&pending)
    }

    /// Pays out the slice of an unstake that is due.
    pub(super) fn process_unstake(
        &self,
        ctx: &mut Context<'_>,
        mut pending: Stored<PendingUnstake>,
    ) -> ActionResult {
        let account = pending.account.clone();
        let symbol = pending.symbol.clone();
        let mut holding =
            ledger::balance(ctx, &account, &symbol)?.or_fail("balance does not exist")?;
        let mut token = ledger::token(ctx, &symbol)?;

        let (release, next_release) = advance(ctx, &mut pending, &token)?;
        holding.balance = amount::plus(&holding.balance, release, &token)?;
        holding.pending_unstake = amount::minus(&holding.pending_unstake, release, &token)?;
        if next_release > Quantity::ZERO {
            holding.stake = amount::minus(&holding.stake, next_release, &token)?;
        }
        ctx.rows::<AccountBalance>().update(&holding)?;
        lower_total_staked(ctx, &mut token, next_release)?;
        if next_release > Quantity::ZERO {
            let change = amount::negated_text(next_release, &token)?;
            self.notify_mining(ctx, &account, &symbol, &change, false)?;
        }
        self.notify_witnesses(ctx, &account, &symbol)?;
        self.notify_funds(ctx, &account, &token)?;
        ctx.emit(
            "unstake",
            staked(
                &account,
                &symbol,
                &release.format(amount::precision(&token)?),
            ),
        );
        Ok(())
    }
}

/// Moves an unstake to its next slice: what is paid out now, and what leaves the stake for the slice after it.
fn advance(
    ctx: &mut Context<'_>,
    pending: &mut Stored<PendingUnstake>,
    token: &Token,
) -> ActionResult<(Quantity, Quantity)> {
    let left = amount::stored(&pending.quantity_left, token)?;
    if pending.number_transactions_left <= 1 {
        ctx.rows::<PendingUnstake>().remove(pending)?;
        return Ok((left, Quantity::ZERO));
    }
    let release = slice_of(pending, token)?;
    let left = left.checked_sub(release).or_fail("cannot subtract")?;
    pending.quantity_left = left.format(amount::precision(token)?);
    pending.number_transactions_left -= 1;
    let period = &pending.millisec_per_period;
    let period: i64 = period
        .parse()
        .map_err(|_| amount::corrupt(&token.symbol, "millisecPerPeriod", period))?;
    pending.next_transaction_timestamp += period;
    ctx.rows::<PendingUnstake>().update(pending)?;
    let last = pending.number_transactions_left == 1;
    Ok((release, if last { left } else { release }))
}

/// One slice of a pending unstake, in the decimals the token had when it began: what left the stake then is what is
/// paid out, whatever became of the precision since.
fn slice_of(pending: &PendingUnstake, token: &Token) -> ActionResult<Quantity> {
    let decimals = pending.quantity.split_once('.').map_or(0, |(_, f)| f.len());
    let then = Token {
        precision: u8::try_from(decimals)
            .unwrap_or(token.precision)
            .min(token.precision),
        ..token.clone()
    };
    let whole = amount::stored(&pending.quantity, &then)?;
    let slice = amount::slice(whole, token.number_transactions.unwrap_or(1));
    let text = slice.format(amount::precision(&then)?);
    Quantity::parse_rounded(&text, amount::precision(token)?, Rounding::Down)
        .ok()
        .or_fail("cannot subtract")
}

/// All unstakes of an account that have not ended; [`Tokens::unstake`] keeps their number within bounds.
fn pending_unstakes(
    ctx: &mut Context<'_>,
    account: &str,
) -> ActionResult<Vec<Stored<PendingUnstake>>> {
    ctx.rows::<PendingUnstake>()
        .all_by("account", account, usize::MAX)
}

/// Refuses to use stake that is being unstaked already.
pub(super) fn check_available_stake(
    ctx: &mut Context<'_>,
    holding: &Holding,
    token: &Token,
    quantity: Quantity,
) -> ActionResult {
    let mut available = amount::stored(&holding.stake, token)?;
    for pending in pending_unstakes(ctx, &holding.account)? {
        if pending.symbol != token.symbol || pending.number_transactions_left <= 1 {
            continue;
        }
        let waiting = amount::stored(&pending.quantity_left, token)?
            .checked_sub(slice_of(&pending, token)?)
            .or_fail("cannot subtract")?;
        available = available.checked_sub(waiting).or_fail("overdrawn stake")?;
    }
    ensure!(available >= quantity, "overdrawn stake");
    Ok(())
}
