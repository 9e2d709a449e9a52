//! Making, changing and administering pools.

use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::money::{self, precision};
use super::tables::{PoolConfig, RewardPool};
use super::{Comments, config, params};
use crate::holdings;
use crate::tokens::tables::Token;

const ACTIVE_KEY: &str = "operation must be signed with your active key";
const NOT_ISSUER: &str = "must be issuer of token";

impl Comments {
    /// `createRewardPool {symbol, config}`: the issuer of a token makes its pool, for a fee.
    pub(super) fn create_reward_pool(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.is_active(), ACTIVE_KEY);
        let params = params(ctx)?;
        ensure!(
            holdings::covers(ctx, &self.utility_token, &params.setup_fee)?,
            "you must have enough tokens to cover the creation fee"
        );
        let symbol = payload.text("symbol").or_fail("token not found")?;
        let token = money::token(ctx, &symbol)?.or_fail("token not found")?;
        let config = config::of_payload(payload)?;
        let config = self.config(&config, precision(&token)?, params.max_tags_per_pool, ctx)?;
        self.require_founder(ctx, &token)?;
        ensure!(token.staking_enabled, "token must have staking enabled");
        ensure!(
            ctx.rows::<RewardPool>().get(&[&symbol])?.is_none(),
            "cannot create multiple reward pools per token"
        );

        let pool = new_pool(&token, config, ctx.time()?);
        let pool = ctx.rows::<RewardPool>().insert(pool)?;
        holdings::burn_fee(ctx, &self.utility_token, &params.setup_fee)?;
        ctx.emit("createRewardPool", object! { "_id": pool.id.to_value() });
        Ok(())
    }

    /// `updateRewardPool {rewardPoolId, config}`: the issuer decides anew, for a fee.
    pub(super) fn update_reward_pool(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ensure!(ctx.is_active(), ACTIVE_KEY);
        let params = params(ctx)?;
        ensure!(
            holdings::covers(ctx, &self.utility_token, &params.update_fee)?,
            "you must have enough tokens to cover the update fee"
        );
        let config = config::of_payload(payload)?;
        let mut pool = find(payload, ctx)?;
        let token = token_of(ctx, &pool)?;
        let config = self.config(&config, precision(&token)?, params.max_tags_per_pool, ctx)?;
        self.require_founder(ctx, &token)?;

        holdings::burn_fee(ctx, &self.utility_token, &params.update_fee)?;
        let reduction = |config: &PoolConfig| config.reward_reduction_interval_seconds.flatten();
        if reduction(&pool.config) != reduction(&config) {
            pool.last_reward_reduction_timestamp = Some(ctx.time()?);
        }
        pool.config = config;
        ctx.rows::<RewardPool>().update(&pool)
    }

    /// `setActive {rewardPoolId, active}`: an inactive pool takes no posts and votes, grows not and pays nothing.
    pub(super) fn set_active(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_active(), ACTIVE_KEY);
        let mut pool = administered(payload, ctx)?;
        let active = payload
            .get("active")
            .and_then(Value::as_bool)
            .or_fail("active must be a boolean")?;
        if active && !pool.active {
            pool.resumed_timestamp = Some(ctx.time()?);
        }
        pool.active = active;
        ctx.rows::<RewardPool>().update(&pool)
    }

    /// `resetPool {rewardPoolId}`: begins anew with an empty pool and no claims. What was in it is burnt.
    pub(super) fn reset_pool(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_active(), ACTIVE_KEY);
        let mut pool = administered(payload, ctx)?;
        let token = token_of(ctx, &pool)?;
        money::burn_all(ctx, &token, &pool)?;

        let now = ctx.time()?;
        pool.reward_pool = "0".into();
        pool.pending_claims = "0".into();
        pool.last_reward_timestamp = now;
        pool.last_claim_decay_timestamp = now;
        pool.created_timestamp = now;
        (pool.counting, pool.resumed_timestamp) = (None, None);
        (pool.unclaimed, pool.paid_ahead) = (None, None);
        pool.comment_pool = None;
        ctx.rows::<RewardPool>().update(&pool)
    }

    /// Refuses all but the issuer; for the utility token, the owner of the contract may as well.
    fn require_founder(&self, ctx: &Context<'_>, token: &Token) -> ActionResult {
        let sender = ctx.sender();
        let as_owner = sender == ctx.owner() && token.symbol == self.utility_token;
        ensure!(token.issuer == *sender || as_owner, NOT_ISSUER);
        Ok(())
    }
}

fn new_pool(token: &Token, config: PoolConfig, now: i64) -> RewardPool {
    RewardPool {
        symbol: token.symbol.clone(),
        reward_pool: "0".into(),
        last_reward_timestamp: now,
        last_claim_decay_timestamp: now,
        created_timestamp: now,
        last_reward_reduction_timestamp: Some(now),
        config,
        pending_claims: "0".into(),
        active: true,
        interval_pending_claims: None,
        interval_reward_pool: None,
        counting: None,
        unclaimed: None,
        paid_ahead: None,
        resumed_timestamp: None,
        comment_pool: None,
    }
}

/// The pool that a payload names.
fn find(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Stored<RewardPool>> {
    let id = payload
        .integer("rewardPoolId")
        .and_then(|id| u64::try_from(id).ok())
        .or_fail("reward pool not found")?;
    let pool = ctx.rows::<RewardPool>().numbered(id)?;
    pool.or_fail("reward pool not found")
}

/// The pool that a payload names, for its issuer or the owner of the contract.
pub(super) fn administered(
    payload: Payload<'_>,
    ctx: &mut Context<'_>,
) -> ActionResult<Stored<RewardPool>> {
    let pool = find(payload, ctx)?;
    let token = token_of(ctx, &pool)?;
    let sender = ctx.sender();
    ensure!(token.issuer == *sender || sender == ctx.owner(), NOT_ISSUER);
    Ok(pool)
}

/// The token of a pool, which there is.
pub(super) fn token_of(
    ctx: &mut Context<'_>,
    pool: &RewardPool,
) -> ActionResult<std::sync::Arc<Stored<Token>>> {
    money::token(ctx, &pool.symbol)?.ok_or_else(|| {
        Failure::Fatal(tartan_runtime::Fatal::Corrupt {
            what: format!("the reward pool of {}", pool.symbol),
            reason: "there is no such token".to_string(),
        })
    })
}
