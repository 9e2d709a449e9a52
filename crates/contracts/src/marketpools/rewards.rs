//! Lotteries of `mining` among the liquidity providers of a pool.

use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Scan;

use super::MarketPools;
use super::pair::Pair;
use super::tables::LiquidityPosition;
use crate::checks::require_active_key;
use crate::holdings::{self, find_one};
use crate::mining;

const MINING: &str = "mining";

impl MarketPools {
    /// `createRewardPool {tokenPair, lotteryWinners, lotteryIntervalHours, lotteryAmount, minedToken}`: the issuer of a
    /// token lets liquidity providers win it. The fee is that of `mining`.
    pub(super) fn create_reward_pool(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        const FEE: &str = "you must have enough tokens to cover the creation fee";
        let pair = self.rewarded(payload, ctx, ("poolCreationFee", FEE))?;
        let mut prizes = prizes(payload);
        copy(payload, &mut prizes, "minedToken");
        prizes.insert("externalMiners", pair.name.as_str());
        let created = ctx.call(MINING, "createPool", prizes)?;
        let mut events = created.logs.events.iter();
        let created = events.find(|event| event.contract == MINING && event.event == "createPool");
        let id = created.and_then(|event| event.data.get("id").cloned());
        let id = id.or_fail("mining made no pool")?;
        let activate = object! { "id": id.clone(), "active": true };
        ctx.call(MINING, "setActive", activate)?;
        let event = object! { "tokenPair": pair.name, "rewardPoolId": id };
        ctx.emit("createRewardPool", event);
        Ok(())
    }

    /// `updateRewardPool {tokenPair, lotteryWinners, lotteryIntervalHours, lotteryAmount, minedToken}`: other prizes, for a
    /// fee.
    pub(super) fn update_reward_pool(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        const FEE: &str = "you must have enough tokens to cover the update fee";
        let pair = self.rewarded(payload, ctx, ("poolUpdateFee", FEE))?;
        let id = reward_pool(payload, &pair);
        let mut prizes = prizes(payload);
        prizes.insert("id", id.as_str());
        ctx.call(MINING, "updatePool", prizes)?;
        let event = object! { "tokenPair": pair.name, "rewardPoolId": id };
        ctx.emit("updateRewardPool", event);
        Ok(())
    }

    /// `setRewardPoolActive {tokenPair, minedToken, active}`: switches the draws on or off.
    pub(super) fn set_reward_pool_active(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ctx.require_active_key()?;
        let pair = Pair::read(payload, ctx)?;
        let id = reward_pool(payload, &pair);
        let mut change = object! { "id": id.as_str() };
        copy(payload, &mut change, "active");
        ctx.call(MINING, "setActive", change)?;
        let mut event = object! { "rewardPoolId": id };
        copy(payload, &mut event, "active");
        ctx.emit("setRewardPoolActive", event);
        Ok(())
    }

    /// The pair of a pool that has providers, by a sender who can pay a fee of `mining`.
    fn rewarded(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
        (fee, message): (&str, &'static str),
    ) -> ActionResult<Pair> {
        let params = find_one(ctx, MINING, "params", &Object::new())?;
        let params = params.or_fail(tartan_runtime::NO_SUCH_CONTRACT)?;
        let fee = params.get_str(fee).unwrap_or("0").to_string();
        ensure!(holdings::covers(ctx, &self.utility_token, &fee)?, message);
        let pair = Pair::read(payload, ctx)?;
        let one = Scan::of("tokenPair").equal(pair.name.as_str()).limit(1);
        let positions = ctx.rows::<LiquidityPosition>().scan(one)?;
        ensure!(!positions.is_empty(), "pool must have liquidity positions");
        require_active_key(ctx)?;
        Ok(pair)
    }
}

/// What `mining` is told of the prizes.
fn prizes(payload: Payload<'_>) -> Object {
    let mut prizes = Object::new();
    for key in ["lotteryWinners", "lotteryIntervalHours", "lotteryAmount"] {
        copy(payload, &mut prizes, key);
    }
    prizes
}

fn copy(payload: Payload<'_>, to: &mut Object, key: &str) {
    if let Some(value) = payload.get(key) {
        to.insert(key, value.clone());
    }
}

/// What `mining` calls the lottery of a token among the providers of a pool.
fn reward_pool(payload: Payload<'_>, pair: &Pair) -> String {
    let mined = payload.get("minedToken").and_then(Value::as_str);
    mining::external_pool_id(mined.unwrap_or_default(), &pair.name)
}
