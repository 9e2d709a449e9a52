//! What other contracts tell the lotteries: that a stake has changed, that an NFT was delegated or taken back.
//!
//! While a pool is counted anew, a change is passed over if the count has still to come to where it happened: it will
//! find it there.

use tartan_decimal::Decimal;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::foreign::{self, Instance};
use super::tables::{NftTokenMiner, NftTokenPool, Pool, TokenPool};
use super::{Mining, miners, numbers, power};

impl Mining {
    /// `handleStakeChange {account, symbol, quantity, delegated?}`: what an account has at stake of a token, its own or
    /// delegated to it, has changed by a quantity.
    pub(super) fn handle_stake_change(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        only(ctx, "tokens", "must be called from tokens contract")?;
        let account = payload.text("account").or_fail("invalid params")?;
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let change = payload.get("quantity").map(numbers::of_value);
        let change = change.filter(|change| change.is_finite());
        let change = change.or_fail("invalid params")?;
        let uses = ctx
            .rows::<TokenPool>()
            .all_by("symbol", &symbol, usize::MAX)?;
        for TokenPool { id, .. } in uses.into_iter().map(|row| row.record) {
            let Some(mut pool) = ctx.rows::<Pool>().get(&[&id])? else {
                continue;
            };
            let miners = &pool.token_miners;
            let Some(index) = miners.iter().position(|miner| miner.symbol == *symbol) else {
                continue;
            };
            if !stake_is_counted(ctx, &pool, index, &account)? {
                continue;
            }
            let mut miner = miners::open(ctx, &pool, &account)?;
            let key = index.to_string();
            let known = miner.row.balances.get(&key).map(numbers::of_value);
            let balance = numbers::plus(&known.unwrap_or(Decimal::ZERO), &change);
            miner.row.balances.insert(key, balance.to_string());
            miners::store(ctx, &mut pool, miner)?;
            ctx.rows::<Pool>().update(&pool)?;
        }
        Ok(())
    }

    /// `handleNftDelegationChange {symbol, nft, add}`: an instance was delegated, or is being taken back.
    pub(super) fn handle_nft_delegation_change(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        only(ctx, "nft", "must be called from nft contract")?;
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let row = payload.get("nft").and_then(Value::as_object);
        let instance = row.and_then(Instance::read).or_fail("invalid params")?;
        let add = payload.get("add").is_some_and(Value::is_truthy);
        let uses = ctx
            .rows::<NftTokenPool>()
            .all_by("symbol", &symbol, usize::MAX)?;
        for NftTokenPool { id, .. } in uses.into_iter().map(|row| row.record) {
            let Some(mut pool) = ctx.rows::<Pool>().get(&[&id])? else {
                continue;
            };
            if !pool.active || !nft_is_counted(&pool, instance.row) {
                continue;
            }
            match change_nft(ctx, &mut pool, &instance, add) {
                Ok(()) => ctx.rows::<Pool>().update(&pool)?,
                Err(Failure::Fatal(fatal)) => return Err(fatal.into()),
                // the other pools are to know of it all the same
                Err(failure) => ctx.log_error(&failure),
            }
        }
        Ok(())
    }
}

/// Gives an account one NFT more, or less, if it is of a type that counts.
pub(super) fn change_nft(
    ctx: &mut Context<'_>,
    pool: &mut Stored<Pool>,
    instance: &Instance,
    add: bool,
) -> ActionResult {
    let Some(nft) = pool.nft_token_miner.clone() else {
        return Ok(());
    };
    let (Some(values), Some(account)) = (values_of(&nft, instance), &instance.miner) else {
        return Ok(());
    };
    let mut miner = match add {
        true => miners::open(ctx, pool, account)?,
        false => miners::find(ctx, pool, account)?
            .or_fail("unexpected condition: remove without previous miningPower")?,
    };
    let known = miner.row.nft_balances.take();
    let known = known.unwrap_or_else(|| power::no_nfts(&nft));
    miner.row.nft_balances = Some(power::with_nft(&known, &nft, values, add));
    miners::store(ctx, pool, miner)
}

fn values_of<'a>(nft: &'a NftTokenMiner, instance: &Instance) -> Option<&'a Vec<Value>> {
    let kind = instance.kind(&nft.type_field)?;
    nft.type_map.get(kind)?.as_array()
}

fn only(ctx: &Context<'_>, contract: &str, message: &'static str) -> ActionResult {
    let caller = ctx.caller().map(|caller| caller.name.as_str());
    ensure!(caller == Some(contract), message);
    Ok(())
}

/// Whether the pool has counted what an account has at stake of its token at this place.
fn stake_is_counted(
    ctx: &mut Context<'_>,
    pool: &Pool,
    index: usize,
    account: &str,
) -> ActionResult<bool> {
    let updating = &pool.updating;
    let counting = updating.token_index as usize;
    if !updating.in_progress || index < counting {
        return Ok(true);
    }
    if index > counting {
        return Ok(false);
    }
    let symbol = &pool.token_miners[index].symbol;
    let row = foreign::holding_row(ctx, account, symbol)?;
    Ok(row.is_some_and(|row| row <= updating.last_id))
}

/// Whether the pool has counted the instance of its NFT in this row.
fn nft_is_counted(pool: &Pool, row: u64) -> bool {
    let updating = &pool.updating;
    let tokens = updating.token_index as usize >= pool.token_miners.len();
    let nfts = updating.nft_token_index > 0 || row <= updating.last_id;
    !updating.in_progress || (tokens && nfts)
}
