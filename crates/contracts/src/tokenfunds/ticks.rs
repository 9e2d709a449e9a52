//! What the node does for the funds after every block: paying proposals.
//!
//! A fund pays in one block unless it has more proposals than may be looked at; then a [`Round`] remembers how far it
//! got, and the next block goes on from there before other funds have their turn.

use tartan_decimal::{Decimal, Precision};
use tartan_document::{Decimal128, Object, Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, ensure};
use tartan_state::{Scan, Stored};

use super::approvals::stored;
use super::proposals::{field, period};
use super::tables::{Fund, Proposal, Round};
use super::{TokenFunds, params};
use crate::checks::count;
use crate::holdings::{self, ARITHMETIC, computed, floored};

/// Proposals that a fund pays in one tick at most: a round remembers all of them.
const MOST_PAID: usize = 10_000;
/// As much work as so many rows that are looked at: a payment.
const PAYMENT: usize = 10;
/// Contracts that may be told of tokens they receive, in one block. Each has its part of a transaction's work.
const TOLD: u64 = 20;

/// What one block may still do.
struct Work {
    rows: usize,
    told: u64,
}

/// A payout in progress.
struct Payout {
    fund: Stored<Fund>,
    precision: Precision,
    threshold: Decimal,
    round: Round,
    left: Decimal,
    ratio: Decimal,
    /// Whether a proposal was looked at.
    begun: bool,
    funded: Vec<Value>,
}

/// Where a payout stands when it stops.
#[derive(PartialEq)]
enum Stop {
    Finished,
    Later,
}

impl TokenFunds {
    /// `checkPendingDtfs`: lets every fund pay whose time has come, those that wait longest first.
    pub(super) fn check_pending_dtfs(&self, ctx: &mut Context<'_>) -> ActionResult {
        ensure!(ctx.is_node(), "not authorized");
        let params = params(ctx)?;
        let most = usize::try_from(params.max_dtfs_per_block).unwrap_or(usize::MAX);
        let most = most.min(ctx.limits().tick_rows);
        let mut work = Work {
            rows: ctx.limits().tick_rows.max(2),
            told: TOLD,
        };
        let open = ctx.rows::<Round>().scan(Scan::of("_id").limit(most))?;
        for round in &open {
            if work.rows > 0 {
                go_on(ctx, round, &mut work)?;
            }
        }
        let now = ctx.time()?;
        let tick = count(&Decimal::parse(&params.dtf_tick_hours));
        let tick = i64::try_from(tick)
            .unwrap_or(i64::MAX)
            .saturating_mul(3_600_000);
        let due = Scan::of("due")
            .equal(true)
            .to(now.saturating_sub(tick) as f64);
        let due = due.limit(most - open.len());
        let ratio = Decimal::parse(&params.dtf_tick_hours);
        let ratio = computed(ratio.div(&Decimal::from_parts(24, 0), ARITHMETIC))?;
        for fund in ctx.rows::<Fund>().scan(due)? {
            let waiting = ctx.rows::<Round>().get(&[&fund.fund_id])?.is_some();
            if work.rows > 0 && !waiting {
                begin(ctx, fund, &ratio, now, &mut work)?;
            }
        }
        Ok(())
    }
}

/// A fund begins to pay.
fn begin(
    ctx: &mut Context<'_>,
    mut fund: Stored<Fund>,
    ratio: &Decimal,
    now: i64,
    work: &mut Work,
) -> ActionResult {
    work.rows -= 1;
    fund.last_tick_time = now;
    let unpaid = fund.clone();
    let paid = ctx.attempt(|ctx| {
        let most = Decimal::parse(&fund.max_amount_per_day);
        let round = Round {
            fund_id: fund.fund_id.clone(),
            started_at: now,
            left: computed(most.times(ratio, ARITHMETIC))?.to_string(),
            ratio: ratio.to_string(),
            weight: Decimal128::ZERO,
            proposal: 0,
            paid: Vec::new(),
        };
        let mut payout = Payout::new(ctx, fund, round)?;
        let stop = payout.pay(ctx, work)?;
        ctx.rows::<Fund>().update(&payout.fund)?;
        payout.report(ctx);
        if stop == Stop::Later {
            payout.round.left = payout.left.to_string();
            ctx.rows::<Round>().insert(payout.round)?;
        }
        Ok(())
    })?;
    if let Err(failure) = paid {
        ctx.log_error(&failure);
        ctx.rows::<Fund>().update(&unpaid)?;
    }
    Ok(())
}

/// A fund goes on where it stopped in a block before.
fn go_on(ctx: &mut Context<'_>, row: &Stored<Round>, work: &mut Work) -> ActionResult {
    work.rows -= 1;
    let paid = ctx.attempt(|ctx| {
        let fund = ctx.rows::<Fund>().get(&[&row.fund_id])?;
        let fund = fund.or_fail("DTF does not exist")?;
        let mut payout = Payout::new(ctx, fund, row.record.clone())?;
        payout.begun = true;
        let stop = payout.pay(ctx, work)?;
        if !payout.funded.is_empty() {
            payout.report(ctx);
        }
        if stop == Stop::Finished {
            return ctx.rows::<Round>().remove(row);
        }
        payout.round.left = payout.left.to_string();
        ctx.rows::<Round>().update(&Stored {
            id: row.id.clone(),
            record: payout.round,
        })
    })?;
    if let Err(failure) = paid {
        ctx.log_error(&failure);
        ctx.rows::<Round>().remove(row)?;
    }
    Ok(())
}

impl Payout {
    fn new(ctx: &mut Context<'_>, fund: Stored<Fund>, round: Round) -> ActionResult<Payout> {
        let token = holdings::token(ctx, &fund.pay_token)?.or_fail("symbol does not exist")?;
        Ok(Payout {
            threshold: Decimal::parse(&fund.vote_threshold),
            fund,
            precision: token.precision,
            left: Decimal::parse(&round.left),
            ratio: Decimal::parse(&round.ratio),
            begun: false,
            round,
            funded: Vec::new(),
        })
    }

    /// Pays proposals by rank until the amount or the proposals run out, or the work of this block is done.
    fn pay(&mut self, ctx: &mut Context<'_>, work: &mut Work) -> ActionResult<Stop> {
        let page = usize::try_from(params(ctx)?.process_query_limit).unwrap_or(usize::MAX);
        while self.left.is_greater(&Decimal::ZERO) && self.round.paid.len() < MOST_PAID {
            if work.rows == 0 {
                return Ok(Stop::Later);
            }
            let rows = self.next_page(ctx, page.min(work.rows))?;
            if rows.is_empty() {
                break;
            }
            for proposal in rows {
                if work.rows == 0 {
                    return Ok(Stop::Later);
                }
                if self.is_entitled(&proposal) && !self.consider(ctx, &proposal, work)? {
                    return Ok(Stop::Later);
                }
                work.rows = work.rows.saturating_sub(1);
                self.begun = true;
                self.round.weight = proposal.approval_weight;
                self.round.proposal = proposal.id.number().unwrap_or_default();
                if !self.left.is_greater(&Decimal::ZERO) || self.round.paid.len() >= MOST_PAID {
                    break;
                }
            }
        }
        Ok(Stop::Finished)
    }

    /// The proposals behind the one looked at last: by weight, the highest first, then by `_id`.
    fn next_page(
        &self,
        ctx: &mut Context<'_>,
        limit: usize,
    ) -> ActionResult<Vec<Stored<Proposal>>> {
        let fund = self.fund.fund_id.as_str();
        let threshold = stored(&self.threshold)?;
        let mut ranked = Scan::of("byRank").equal(fund).from(threshold).limit(limit);
        if self.begun {
            let place = [Value::from(fund), Value::from(self.round.weight)];
            ranked = ranked.behind(place, self.round.proposal);
        }
        ctx.rows().scan(ranked)
    }

    /// Whether a proposal is to be paid, if there is enough.
    fn is_entitled(&self, proposal: &Stored<Proposal>) -> bool {
        let weight = Decimal::parse(&proposal.approval_weight.to_string());
        let (start, end) = period(proposal);
        proposal.active
            && weight.is_greater(&self.threshold)
            && (start..=end).contains(&self.round.started_at)
            && !proposal
                .id
                .number()
                .is_some_and(|id| self.round.paid.contains(&id))
    }

    /// Pays a proposal its share of what is left. `false`: not in this block any more.
    fn consider(
        &mut self,
        ctx: &mut Context<'_>,
        proposal: &Stored<Proposal>,
        work: &mut Work,
    ) -> ActionResult<bool> {
        let asked = Decimal::parse(&proposal.amount_per_day);
        let asked = computed(asked.times(&self.ratio, ARITHMETIC))?;
        let last = asked.is_at_least(&self.left);
        let pay = floored(if last { &self.left } else { &asked }, self.precision)?;
        let amount = Decimal::parse(&pay);
        let receiver = told(ctx, &proposal.payout)?;
        if receiver.is_some() && work.told == 0 {
            return Ok(false);
        }
        self.left = match last {
            true => Decimal::ZERO,
            false => computed(self.left.minus(&amount, ARITHMETIC))?,
        };
        if amount.is_zero() {
            return Ok(true);
        }
        work.rows = work.rows.saturating_sub(PAYMENT);
        work.told -= u64::from(receiver.is_some());
        let id = proposal.id.number().unwrap_or_default();
        self.round.paid.push(id);
        let symbol = &self.fund.pay_token;
        let issued = ctx.attempt(|ctx| issue(ctx, &proposal.payout, receiver, symbol, &pay))?;
        if issued.is_ok() {
            self.funded
                .push(object! { "id": id, "tickPay": &pay }.into());
        }
        Ok(true)
    }

    fn report(&mut self, ctx: &mut Context<'_>) {
        let funded = std::mem::take(&mut self.funded);
        let event = object! { "fundId": self.fund.fund_id.as_str(), "funded": funded };
        ctx.emit("fundProposals", event);
    }
}

/// The contract to tell of the tokens that it receives, if it is deployed.
fn told<'a>(ctx: &mut Context<'_>, payout: &'a Object) -> ActionResult<Option<&'a str>> {
    let name = field(payout, "name");
    let told = field(payout, "type") == "contract" && ctx.contract_exists(name)?;
    Ok(told.then_some(name))
}

/// Issues tokens to an account or contract. A contract that does not take them does not get them.
fn issue(
    ctx: &mut Context<'_>,
    payout: &Object,
    receiver: Option<&str>,
    symbol: &str,
    quantity: &str,
) -> ActionResult {
    let action = match field(payout, "type") {
        "contract" => "issueToContract",
        _ => "issue",
    };
    let params = object! { "to": field(payout, "name"), "symbol": symbol, "quantity": quantity };
    ctx.call("tokens", action, params)?;
    let Some(receiver) = receiver else {
        return Ok(());
    };
    let data = payout.get("contractPayload").cloned();
    let params = object! {
        "data": data.unwrap_or(Value::Null), "symbol": symbol, "quantity": quantity,
    };
    ctx.call_stranger(receiver, "receiveDtfTokens", params, TOLD)
        .map(drop)
}
