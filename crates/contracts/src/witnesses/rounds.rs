//! Accepting a round: its hash, the signatures, the marks in the blocks, the reward.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Value, object};
use tartan_graphene::{Digest, PublicKey, Signature};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::schedule::clear;
use super::tables::{Params, Schedule, Witness};
use super::{Witnesses, scheduled};
use crate::checks::require_active_key;
use crate::holdings::{self, ARITHMETIC, computed, find_one, number};

/// Hexadecimal digits of a round hash.
const HASH_LENGTH: usize = 64;
/// Characters of the prefix of a public key, which differs between main chains.
const KEY_PREFIX: usize = 3;

impl Witnesses {
    /// `proposeRound {roundHash, signatures}`: the hash over the blocks of the round, and who signed it.
    pub(super) fn propose_round(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let params = ctx.rows::<Params>().single()?;
        let mut schedule = scheduled(ctx)?;
        ensure!(!schedule.is_empty(), "invalid round");
        require_active_key(ctx)?;
        let hash = payload.get("roundHash").and_then(Value::as_str);
        let hash = hash.filter(|hash| hash.len() == HASH_LENGTH);
        let hash = hash.or_fail("invalid round hash")?;
        let signatures = signatures(payload, schedule.len()).or_fail("invalid signatures")?;
        let proposer = ctx.sender();
        ensure!(
            params.current_witness.as_deref() == Some(&*proposer),
            "must be current witness"
        );
        let digest = round_hash(ctx, &params)?;
        let digest = digest.filter(|digest| digest.to_string() == hash);
        let digest = digest.or_fail("round hash mismatch")?;

        let proof = proof_of(ctx, &signatures, &proposer, &digest)?;
        let (signing_key, signature) = proof.or_fail("invalid signatures")?;
        let signed = mark_signed(ctx, &mut schedule, &signatures, &digest)?;
        let needed = params
            .witness_signatures_required
            .min(schedule.len() as u64);
        if signed < needed {
            // The marks stay: they say who is to be replaced.
            let lack = Failure::check("valid round hash but not enough signatures");
            ctx.log_error(&lack);
            return Ok(());
        }

        for place in &schedule {
            ctx.verify_block(&object! {
                "blockNumber": place.block_number,
                "witness": &*proposer,
                "signingKey": signing_key.as_str(),
                "roundSignature": signature.as_str(),
                "round": params.round,
                "roundHash": hash,
            })?;
        }
        clear(ctx, &schedule)?;
        close_round(ctx, params, &proposer)?;
        self.pay_reward(ctx, &proposer, schedule.len())
    }

    /// Stakes the reward of a round for its proposer, if the contract holds enough. A payment that fails does not keep the
    /// round from being accepted.
    fn pay_reward(&self, ctx: &mut Context<'_>, proposer: &str, blocks: usize) -> ActionResult {
        let symbol = self.utility_token.as_str();
        let Some(token) = holdings::token(ctx, symbol)? else {
            return Ok(());
        };
        let query = object! { "account": "witnesses", "symbol": symbol };
        let held = find_one(ctx, "tokens", "contractsBalances", &query)?;
        let held = held.and_then(|row| row.get("balance").map(number));
        let held = held.unwrap_or(Decimal::ZERO);
        let blocks = Decimal::from_parts(blocks as i128, 0);
        let reward = Decimal::parse(&self.settings.reward_per_block);
        let reward = computed(reward.times(&blocks, ARITHMETIC))?;
        let reward = reward.round_to(token.precision.decimals().into(), Rounding::HalfUp);
        let minimum = Decimal::parse(&self.settings.reward_minimum);
        let pays = reward.is_greater(&Decimal::ZERO)
            && held.is_at_least(&minimum)
            && held.is_at_least(&reward);
        if !pays {
            return Ok(());
        }
        let quantity =
            computed(reward.to_fixed(token.precision.decimals().into(), Rounding::Down))?;
        let stake = object! { "to": proposer, "symbol": symbol, "quantity": quantity };
        ctx.notify("tokens", "stakeFromContract", stake)
    }
}

/// The pairs of a name and a signature in a payload, at most as many as there are witnesses in the round; `None` if it is
/// anything else.
fn signatures(payload: Payload<'_>, most: usize) -> Option<Vec<(&str, &str)>> {
    let entries = payload.get("signatures")?.as_array()?;
    if entries.len() > most {
        return None;
    }
    entries.iter().map(pair).collect()
}

fn pair(entry: &Value) -> Option<(&str, &str)> {
    match entry.as_array()?.as_slice() {
        [name, signature] => Some((name.as_str()?, signature.as_str()?)),
        _ => None,
    }
}

/// The hash over the blocks of a round: for each block, SHA-256 of the text of what came before and its own hash. `None`
/// while a block is missing.
fn round_hash(ctx: &mut Context<'_>, params: &Params) -> ActionResult<Option<Digest>> {
    let mut digest = None;
    for number in params.last_verified_block_number + 1..=params.last_block_round {
        let Some(hash) = ctx.block_hash(number)? else {
            return Ok(None);
        };
        let before = digest.map_or_else(String::new, |digest: Digest| digest.to_string());
        digest = Some(Digest::of(&[before.as_bytes(), hash.as_bytes()]));
    }
    Ok(digest)
}

/// Whether one of the signatures, the first under this name, is the witness's over the round. Its key and signature.
fn proof_of(
    ctx: &mut Context<'_>,
    signatures: &[(&str, &str)],
    account: &str,
    digest: &Digest,
) -> ActionResult<Option<(String, String)>> {
    let Some((_, signature)) = signatures.iter().find(|(name, _)| *name == account) else {
        return Ok(None);
    };
    let Some(witness) = ctx.rows::<Witness>().get(&[account])? else {
        return Ok(None);
    };
    let valid = is_signed(&witness.signing_key, signature, digest);
    let signature = (*signature).to_string();
    Ok(valid.then_some((witness.record.signing_key, signature)))
}

fn is_signed(key: &str, signature: &str, digest: &Digest) -> bool {
    let key = key.get(KEY_PREFIX..);
    let key = key.and_then(|key| PublicKey::from_text(key, "").ok());
    match (key, signature.parse::<Signature>()) {
        (Some(key), Ok(signature)) => signature.is_by(&key, digest),
        _ => false,
    }
}

/// Marks the places of those who signed, and counts them.
fn mark_signed(
    ctx: &mut Context<'_>,
    schedule: &mut [Stored<Schedule>],
    signatures: &[(&str, &str)],
    digest: &Digest,
) -> ActionResult<u64> {
    let mut signed = 0;
    for place in schedule {
        if proof_of(ctx, signatures, &place.witness, digest)?.is_some() {
            signed += 1;
            place.verified_round = Some(true);
            ctx.rows::<Schedule>().update(place)?;
        }
    }
    Ok(signed)
}

/// Notes that a round was accepted.
fn close_round(ctx: &mut Context<'_>, mut params: Stored<Params>, proposer: &str) -> ActionResult {
    params.current_witness = None;
    params.last_verified_block_number = params.last_block_round;
    ctx.rows::<Params>().update(&params)?;
    if let Some(mut witness) = ctx.rows::<Witness>().get(&[proposer])? {
        witness.missed_rounds_in_a_row = 0;
        witness.last_round_verified = Some(params.round);
        witness.last_block_verified = Some(params.last_block_round);
        witness.verified_rounds += 1;
        ctx.rows::<Witness>().update(&witness)?;
    }
    Ok(())
}
