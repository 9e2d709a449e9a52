//! Making a round: which witnesses, in which order, for which blocks.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::object;
use tartan_runtime::{ActionResult, Context, Random};
use tartan_state::Stored;

use super::ranking::Ranking;
use super::tables::{Params, Schedule};
use super::{Witnesses, scheduled};
use crate::holdings::{ARITHMETIC, TokenInfo, computed};

impl Witnesses {
    /// `scheduleWitnesses`: what the node does behind the transactions of a block.
    pub(super) fn schedule_witnesses(&self, ctx: &mut Context<'_>) -> ActionResult {
        if !ctx.is_node() || ctx.caller().is_some() {
            return Ok(());
        }
        self.expire_approvals(ctx)?;
        let mut params = ctx.rows::<Params>().single()?;
        let number = ctx.block().number;
        let schedule = scheduled(ctx)?;
        if schedule.is_empty() {
            return self.make_round(ctx, &mut params);
        }
        if number < params.block_number_witness_change {
            return Ok(());
        }
        if number > params.last_block_round {
            return self.replace_witness(ctx, &mut params, schedule);
        }
        params.wait_from(number);
        ctx.rows::<Params>().update(&params)?;
        ctx.emit("awaitingRoundEnd", object! {});
        Ok(())
    }

    fn make_round(&self, ctx: &mut Context<'_>, params: &mut Stored<Params>) -> ActionResult {
        if params.number_of_approved_witnesses < params.number_of_witness_slots {
            return Ok(());
        }
        let token = self.voting_token(ctx)?;
        let mut random = Random::new(&ctx.random_seed());
        let Some(mut witnesses) = draw(ctx, params, &token, &mut random)? else {
            return Ok(());
        };
        shuffle(&mut witnesses, &mut random);
        let previous = params.last_witnesses.last().cloned();
        let slots = usize::try_from(params.number_of_witness_slots).unwrap_or(usize::MAX);
        if params.last_witnesses.len() >= slots {
            params.last_witnesses.clear();
        }
        arrange(&mut witnesses, &params.last_witnesses, previous.as_deref());

        let number = ctx.block().number;
        params.round += 1;
        if params.last_verified_block_number == 0 {
            params.last_verified_block_number = number - 1;
        }
        params.last_block_round = params.last_verified_block_number + witnesses.len() as u64;
        write(ctx, params, &witnesses)?;
        params.let_propose(witnesses.last().cloned());
        params.wait_from(number);
        ctx.rows::<Params>().update(params)?;
        ctx.emit("newSchedule", object! {});
        Ok(())
    }
}

impl Params {
    /// Gives the proposer its time, from this block on.
    pub(super) fn wait_from(&mut self, block: u64) {
        let blocks = self.max_round_proposition_waiting_period;
        self.block_number_witness_change = block.saturating_add(blocks);
    }

    /// Notes who is to propose the round now. Of those before, as many are kept as anything depends on.
    pub(super) fn let_propose(&mut self, witness: Option<String>) {
        if let Some(witness) = &witness {
            self.last_witnesses.push(witness.clone());
        }
        self.current_witness = witness;
        let most = usize::try_from(self.number_of_witness_slots.max(2)).unwrap_or(usize::MAX);
        let superfluous = self.last_witnesses.len().saturating_sub(most);
        self.last_witnesses.drain(..superfluous);
    }
}

/// The witnesses of a round: those with the most weight, and one of the others, in proportion to their weights. `None`:
/// there are not enough of them.
fn draw(
    ctx: &mut Context<'_>,
    params: &Params,
    token: &TokenInfo,
    random: &mut Random,
) -> ActionResult<Option<Vec<String>>> {
    let share = random.next();
    let mut ranking = Ranking::new(ctx);
    let mut witnesses = Vec::new();
    for _ in 0..params.number_of_top_witnesses {
        let Some(witness) = ranking.next(ctx)? else {
            return Ok(None);
        };
        witnesses.push(witness.record.account);
    }
    let total = Decimal::parse(&params.total_enabled_approval_weight);
    let others = computed(total.minus(&ranking.sum, ARITHMETIC))?;
    let smallest = Decimal::from_parts(1, -i32::from(token.precision.decimals()));
    let least = computed(ranking.sum.plus(&smallest, ARITHMETIC))?;
    let drawn = computed(least.plus(&part(&others, share, token)?, ARITHMETIC))?;
    let mut backup = None;
    while let Some(witness) = ranking.next(ctx)? {
        backup = Some(witness.record.account);
        if drawn.is_at_most(&ranking.sum) {
            break;
        }
    }
    Ok(backup.map(|backup| {
        witnesses.push(backup);
        witnesses
    }))
}

/// A share of a weight, in units of the token, what is left of a unit dropped.
pub(super) fn part(weight: &Decimal, share: f64, token: &TokenInfo) -> ActionResult<Decimal> {
    let part = computed(weight.times(&Decimal::from_f64(share), ARITHMETIC))?;
    Ok(part.round_to(token.precision.decimals().into(), Rounding::Down))
}

/// Fisher-Yates, from the end.
fn shuffle(witnesses: &mut [String], random: &mut Random) {
    for at in (1..witnesses.len()).rev() {
        let other = (random.next() * (at + 1) as f64) as usize;
        witnesses.swap(at, other);
    }
}

/// Sees to it that who proposes, the last one, has not done so lately, and that who did so last is not the first.
fn arrange(witnesses: &mut [String], lately: &[String], previous: Option<&str>) {
    let proposed = |witness: &String| {
        lately.contains(witness) || previous.is_some_and(|previous| previous == witness)
    };
    let Some(last) = witnesses.len().checked_sub(1) else {
        return;
    };
    if proposed(&witnesses[last])
        && let Some(other) = witnesses.iter().position(|witness| !proposed(witness))
    {
        witnesses.swap(other, last);
    }
    if last > 0 && Some(witnesses[0].as_str()) == previous {
        witnesses.swap(0, 1);
    }
}

/// Writes the places of a round, one block each, from the one behind the last verified.
pub(super) fn write(ctx: &mut Context<'_>, params: &Params, witnesses: &[String]) -> ActionResult {
    let first = params.last_verified_block_number + 1;
    for (block_number, witness) in (first..).zip(witnesses) {
        ctx.rows::<Schedule>().insert(Schedule {
            witness: witness.clone(),
            block_number,
            round: params.round,
            verified_round: None,
        })?;
    }
    Ok(())
}

/// Removes the places of a round.
pub(super) fn clear(ctx: &mut Context<'_>, schedule: &[Stored<Schedule>]) -> ActionResult {
    for place in schedule {
        ctx.rows::<Schedule>().remove(place)?;
    }
    Ok(())
}
