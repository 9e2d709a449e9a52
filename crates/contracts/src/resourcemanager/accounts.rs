//! Accounts that are treated otherwise than all others.

use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};

use super::burning::burn;
use super::tables::{Account, Moderator};
use super::{ResourceManager, params};

/// How long a subscription holds: 30 days in milliseconds.
const SUBSCRIPTION: i64 = 2_592_000_000;

impl ResourceManager {
    /// `updateAccount {account, isDenied?, isAllowed?}`: throttles an account, or no longer.
    pub(super) fn update_account(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let sender = ctx.sender();
        let moderates = sender == ctx.owner() || ctx.rows::<Moderator>().get(&[&sender])?.is_some();
        ensure!(moderates, "not authorized");
        let name = account(payload, ctx)?;
        let known = ctx.rows::<Account>().get(&[&name])?;
        let mut changed = match &known {
            Some(known) => known.record.clone(),
            None => Account {
                account: name.clone(),
                ..Account::default()
            },
        };
        if let Some(denied) = flag(payload, "isDenied", "invalid isDenied")? {
            ensure!(!denied || *name != *ctx.owner(), "not authorized");
            changed.is_denied = Some(denied);
        }
        if let Some(allowed) = flag(payload, "isAllowed", "invalid isAllowed")? {
            changed.is_allowed = Some(allowed);
        }
        changed.last_action = Some(ctx.time()?);
        let mut rows = ctx.rows::<Account>();
        match known {
            Some(mut known) => {
                known.record = changed;
                rows.update(&known)?;
            }
            None => drop(rows.insert(changed)?),
        }
        let mut event: Object = object! { "from": &*sender, "updatedAccount": name };
        for key in ["isDenied", "isAllowed"] {
            if let Some(flag) = payload.get(key) {
                event.insert(key, flag.clone());
            }
        }
        ctx.emit("updateAccount", event);
        Ok(())
    }

    /// `subscribe`: the sender's calls are free for 30 days.
    pub(super) fn subscribe(&self, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.is_node() {
            return Ok(());
        }
        ctx.require_active_key()?;
        let (sender, now) = (ctx.sender(), ctx.time()?);
        let known = ctx.rows::<Account>().get(&[&sender])?;
        let account = known.as_ref().map(|known| &known.record);
        ensure!(
            !account.is_some_and(Account::is_throttled),
            "cannot be purchased as long as you are throttled."
        );
        ensure!(
            !account.is_some_and(|account| account.is_exempt(now)),
            "can only be purchased once a month."
        );
        let params = params(ctx)?;
        let (symbol, fee) = (&params.burn_symbol, &params.allowlist_burn_fee);
        burn(ctx, symbol, fee, "not enough tokens for allowList fee")?;

        let until = now.saturating_add(SUBSCRIPTION);
        let mut rows = ctx.rows::<Account>();
        match known {
            Some(mut account) => {
                account.allowed_until = Some(until);
                account.is_allowed = Some(true);
                rows.update(&account)?;
            }
            None => drop(rows.insert(Account {
                account: sender.to_string(),
                is_denied: Some(false),
                is_allowed: Some(true),
                allowed_until: Some(until),
                ..Account::default()
            })?),
        }
        let event = object! {
            "from": &*sender, "to": "null", "symbol": symbol, "fee": fee, "subscribedUntil": until,
        };
        ctx.emit("subscribe", event);
        Ok(())
    }
}

/// The account in a payload.
pub(super) fn account(payload: Payload<'_>, ctx: &Context<'_>) -> ActionResult<String> {
    let account = payload.text("account").or_fail("invalid account")?;
    // what a script makes of an account that is not there
    let valid = ctx.is_account_name(&account) && account != "undefined";
    ensure!(valid, "invalid account");
    Ok(account.into_owned())
}

/// A flag in a payload, if there is one.
fn flag(payload: Payload<'_>, key: &str, message: &'static str) -> ActionResult<Option<bool>> {
    match payload.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(flag) => flag.as_bool().or_fail(message).map(Some),
    }
}
