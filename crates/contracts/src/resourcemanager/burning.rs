//! What the node asks before every call of a user.

use tartan_decimal::Decimal;
use tartan_document::object;
use tartan_runtime::{ActionResult, Context, Failure, Payload, ensure};
use tartan_state::Stored;

use super::tables::{Account, Params};
use super::{MOST_IN_A_BLOCK, ResourceManager, params};

/// Milliseconds.
const DAY: i64 = 86_400_000;

impl ResourceManager {
    /// `burnFee {userActionCount, contract, action, payload}`: whether the sender may make this call, the how manieth of its
    /// block it is. Fails if not.
    pub(super) fn burn_fee(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.is_node() {
            return Ok(());
        }
        if is_payment(payload, ctx) {
            return Ok(());
        }
        let sender = ctx.sender();
        let params = params(ctx)?;
        let mut account = ctx.rows::<Account>().get(&[&sender])?;
        if let Some(account) = account.as_mut().filter(|account| account.is_throttled()) {
            count(ctx, account, &params)?;
        }
        // whoever calls this without a count is beyond all limits
        let calls = payload.number("userActionCount").unwrap_or(f64::NAN);
        if calls <= params.number_of_free_tx as f64 {
            return Ok(());
        }
        if let Some(account) = account.as_mut().filter(|account| account.has_subscribed()) {
            if account.is_exempt(ctx.time()?) {
                return Ok(());
            }
            account.is_allowed = Some(false);
            ctx.emit("allowListSubscriptionExpired", object! { "from": &*sender });
            ctx.rows::<Account>().update(account)?;
        }
        match payload.text("contract").as_deref() {
            Some("market") => charge(ctx, &params),
            Some("marketpools") => Ok(()),
            _ => {
                ensure!(
                    calls <= MOST_IN_A_BLOCK,
                    "max transaction limit per block reached."
                );
                Ok(())
            }
        }
    }
}

/// Whether the call comes with a payment on the main chain to an account of the network. Whoever pays there is not to be
/// turned away here: the money is gone.
fn is_payment(payload: Payload<'_>, ctx: &Context<'_>) -> bool {
    let system = ctx.system();
    let call = payload.get("payload");
    let recipient = call.and_then(|call| call.get("recipient")?.as_str());
    let amount = call.and_then(|call| call.get(&system.amount_field));
    let accounts = [system.peg_account.as_str(), system.engine_account.as_str()];
    amount.is_some() && recipient.is_some_and(|recipient| accounts.contains(&recipient))
}

/// Counts a call of a throttled account, unless it had its day's worth.
fn count(ctx: &mut Context<'_>, account: &mut Stored<Account>, params: &Params) -> ActionResult {
    let now = ctx.time()?;
    let rested = account
        .last_action
        .is_some_and(|last| now.saturating_sub(last) >= DAY);
    let calls = match rested {
        true => 1,
        false => account.action_count.unwrap_or(0).saturating_add(1),
    };
    ensure!(
        rested || calls <= params.deny_max_tx,
        "max transaction limit per day reached."
    );
    account.action_count = Some(calls);
    account.last_action = Some(now);
    ctx.rows::<Account>().update(account)
}

/// Burns the fee of a call of the market.
fn charge(ctx: &mut Context<'_>, params: &Params) -> ActionResult {
    let (symbol, fee) = (&params.burn_symbol, &params.multi_transaction_fee);
    if !burn(
        ctx,
        symbol,
        fee,
        "not enough tokens for multiTransaction fee",
    )? {
        return Ok(());
    }
    let event = object! { "from": &*ctx.sender(), "to": "null", "symbol": symbol, "fee": fee };
    ctx.emit("burnFee", event);
    Ok(())
}

/// Burns a fee of the sender; whether there was any.
pub(super) fn burn(
    ctx: &mut Context<'_>,
    symbol: &str,
    fee: &str,
    refusal: &'static str,
) -> ActionResult<bool> {
    if Decimal::parse(fee).is_zero() {
        return Ok(false);
    }
    let params = object! {
        "to": "null", "symbol": symbol, "quantity": fee,
        // only where contracts may say so: elsewhere the transaction has to be signed with it
        "isSignedWithActiveKey": true,
    };
    match ctx.call("tokens", "transfer", params) {
        Ok(_) => Ok(true),
        Err(Failure::Fatal(fatal)) => Err(fatal.into()),
        Err(_) => Err(Failure::check(refusal)),
    }
}
