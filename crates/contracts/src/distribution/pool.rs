//! Paying the liquidity providers of a market pool.
//!
//! ```text
//!   positions of the pool ──▶ effective shares, their sum ──▶ a payment for each provider and token
//!          gather                                                 pay at once, or put off
//! ```
//!
//! All in one block, unless there are more positions than one block may look at: then the effective shares go into rows
//! of `shares`, a row of `runs` says how far it got, and the next block goes on from there.

use std::collections::BTreeSet;

use tartan_decimal::Decimal;
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Failure, ensure};
use tartan_state::{Scan, Stored};

use super::batches::{number_of, save};
use super::params;
use super::payments::{Held, Work, balance, deduct, held, pay, payment};
use super::tables::{Amount, Batch, Owed, PendingPayments, Run, Share};
use super::ticks::{finish, tick};
use crate::checks::count;
use crate::holdings::{ARITHMETIC, computed, floored, number};
use crate::marketpools::positions;

/// What is owed to so many goes into one row.
const OWED_PER_ROW: usize = 200;

/// A provider's part of a payout.
struct Part {
    account: String,
    shares: Decimal,
}

/// A payout in progress.
struct Payout {
    batch: Stored<Batch>,
    run: Run,
    /// The row of the run, if there is one.
    row: Option<Stored<Run>>,
    tokens: Vec<Held>,
    total: Decimal,
    /// Parts that are not in a row.
    parts: Vec<Part>,
    owed: Vec<Owed>,
}

/// A distribution begins to pay.
pub(super) fn begin(
    ctx: &mut Context<'_>,
    batch: Stored<Batch>,
    flush: bool,
    work: &mut Work,
) -> ActionResult {
    let amounts: Vec<Amount> = batch.token_balances.clone().unwrap_or_default();
    let tokens = held(ctx, &amounts)?;
    if tokens.is_empty() {
        return finish(ctx, batch, flush);
    }
    let run = Run {
        batch: number_of(&batch),
        token_pair: batch.token_pair.clone().unwrap_or_default(),
        started_at: batch.last_tick_time,
        amounts,
        ticks_left: batch.num_ticks_left,
        after: None,
        gathered: false,
        total: "0".to_string(),
        payments: 0,
        paid: flush,
    };
    let mut payout = Payout {
        batch,
        run,
        row: None,
        tokens,
        total: Decimal::ZERO,
        parts: Vec::new(),
        owed: Vec::new(),
    };
    payout.gather(ctx, work)?;
    if payout.run.gathered && !payout.total.is_greater(&Decimal::ZERO) {
        let nobody = Failure::check("no liquidity shares for this tokenPair");
        if flush {
            return Err(nobody);
        }
        ctx.log_error(&nobody);
        return finish(ctx, payout.batch, false);
    }
    let fits = payout.parts.len() * payout.tokens.len() <= work.rows;
    if payout.run.gathered && fits {
        for part in std::mem::take(&mut payout.parts) {
            payout.pay_part(ctx, &part, work)?;
        }
        payout.put_off(ctx)?;
        return finish(ctx, payout.batch, payout.run.paid);
    }
    payout.go_on(ctx, work)
}

/// A distribution goes on where it stopped in a block before.
pub(super) fn go_on(ctx: &mut Context<'_>, row: Stored<Run>, work: &mut Work) -> ActionResult {
    let Some(batch) = ctx.rows::<Batch>().numbered(row.batch)? else {
        return ctx.rows::<Run>().remove(&row);
    };
    let mut payout = Payout {
        batch,
        run: row.record.clone(),
        tokens: held(ctx, &row.amounts)?,
        total: Decimal::parse(&row.total),
        row: Some(row),
        parts: Vec::new(),
        owed: Vec::new(),
    };
    if !payout.run.gathered {
        payout.gather(ctx, work)?;
    }
    payout.go_on(ctx, work)
}

/// Ends a payout that cannot go on. What is not paid stays with the distribution.
pub(super) fn give_up(ctx: &mut Context<'_>, row: Stored<Run>, work: &mut Work) -> ActionResult {
    let limit = work.rows.max(1);
    let shares = Scan::of("batch").equal(row.batch as f64).limit(limit);
    let shares = ctx.rows::<Share>().scan(shares)?;
    work.spend(shares.len());
    for share in &shares {
        ctx.rows::<Share>().remove(share)?;
    }
    if shares.len() < limit {
        ctx.rows::<Run>().remove(&row)?;
    }
    Ok(())
}

impl Payout {
    /// Looks at positions as long as the work of this block lasts.
    fn gather(&mut self, ctx: &mut Context<'_>, work: &mut Work) -> ActionResult {
        let shares = positions::total(ctx, &self.run.token_pair)?;
        if !shares.is_some_and(|shares| shares.is_greater(&Decimal::ZERO)) {
            self.run.gathered = true;
            return Ok(());
        }
        let rule = Rule::of(ctx, &self.batch, self.run.started_at)?;
        let page = usize::try_from(params(ctx)?.process_query_limit).unwrap_or(usize::MAX);
        while work.rows > 0 && !self.run.gathered {
            let limit = page.min(work.rows);
            let positions = positions::all(ctx, &self.run.token_pair, self.run.after, limit)?;
            work.spend(positions.len());
            self.run.gathered = positions.len() < limit;
            for position in &positions {
                self.run.after = position.get("_id").and_then(Value::as_u64);
                if let Some(part) = rule.part(position)? {
                    self.total = computed(self.total.plus(&part.shares, ARITHMETIC))?;
                    self.parts.push(part);
                }
            }
        }
        Ok(())
    }

    /// Goes on by rows: stores the parts at hand, then pays as many as the work of this block allows.
    fn go_on(mut self, ctx: &mut Context<'_>, work: &mut Work) -> ActionResult {
        for part in std::mem::take(&mut self.parts) {
            ctx.rows::<Share>().insert(Share {
                batch: self.run.batch,
                account: part.account,
                shares: part.shares.to_string(),
            })?;
        }
        let mut finished = false;
        while self.run.gathered && !finished && work.rows > 0 {
            let limit = (work.rows / self.tokens.len().max(1)).clamp(1, 1000);
            let shares = Scan::of("batch").equal(self.run.batch as f64).limit(limit);
            let shares = ctx.rows::<Share>().scan(shares)?;
            finished = shares.is_empty();
            for row in shares {
                let part = Part {
                    account: row.account.clone(),
                    shares: Decimal::parse(&row.shares),
                };
                self.pay_part(ctx, &part, work)?;
                ctx.rows::<Share>().remove(&row)?;
            }
        }
        self.put_off(ctx)?;
        if finished {
            if let Some(row) = &self.row {
                ctx.rows::<Run>().remove(row)?;
            }
            return finish(ctx, self.batch, self.run.paid);
        }
        save(ctx, &self.batch)?;
        self.run.total = self.total.to_string();
        match self.row.take() {
            Some(mut row) => {
                row.record = self.run;
                ctx.rows::<Run>().update(&row)
            }
            None => ctx.rows::<Run>().insert(self.run).map(drop),
        }
    }

    /// Pays a provider their part of every token: the first payments at once, the others later.
    fn pay_part(&mut self, ctx: &mut Context<'_>, part: &Part, work: &mut Work) -> ActionResult {
        let most = params(ctx)?.max_transfer_limit;
        work.spend(self.tokens.len());
        let share = computed(part.shares.div(&self.total, ARITHMETIC))?;
        let ticks = Decimal::from_parts(self.run.ticks_left.max(1).into(), 0);
        for token in &self.tokens {
            let amount = computed(token.quantity.times(&share, ARITHMETIC))?;
            let amount = computed(amount.div(&ticks, ARITHMETIC))?;
            // parts are rounded, so that their sum may be a little more than the whole
            let amount = amount.min(&balance(&self.batch, &token.symbol));
            let quantity = floored(&amount, token.precision)?;
            if !Decimal::parse(&quantity).is_greater(&Decimal::ZERO) {
                continue;
            }
            self.run.payments += 1;
            let (account, symbol) = (part.account.as_str(), token.symbol.as_str());
            if self.run.payments > most {
                self.owed.push(Owed {
                    dist_id: self.run.batch,
                    account: account.to_string(),
                    symbol: symbol.to_string(),
                    quantity: quantity.clone(),
                });
            } else if pay(ctx, account, "user", None, (symbol, &quantity), work)? {
                let event = payment(&self.batch, symbol, account, &quantity);
                ctx.emit("payment", event);
            } else {
                continue;
            }
            deduct(&mut self.batch, symbol, &quantity, token.precision)?;
            self.run.paid = true;
        }
        Ok(())
    }

    /// Stores what is owed.
    fn put_off(&mut self, ctx: &mut Context<'_>) -> ActionResult {
        let due_time = ctx.time()?;
        for accounts in self.owed.chunks(OWED_PER_ROW) {
            ctx.rows::<PendingPayments>().insert(PendingPayments {
                due_time,
                accounts: accounts.to_vec(),
            })?;
        }
        self.owed.clear();
        Ok(())
    }
}

/// What the shares of a position count.
struct Rule {
    excluded: BTreeSet<String>,
    now: i64,
    tick: i64,
    /// Of each period; and the most periods.
    bonus: Option<(Decimal, i64)>,
}

impl Rule {
    fn of(ctx: &mut Context<'_>, batch: &Batch, now: i64) -> ActionResult<Rule> {
        let excluded = batch.exclude_account.iter().flatten();
        let excluded = excluded.filter_map(Value::as_str).map(str::to_string);
        let curve = batch.bonus_curve.as_ref();
        let bonus = match curve.map(|curve| (&curve.period_bonus_pct, &curve.num_periods)) {
            Some((Some(percent), Some(periods))) => {
                let hundred = Decimal::from_parts(100, 0);
                let percent = computed(Decimal::parse(percent).div(&hundred, ARITHMETIC))?;
                let periods = count(&Decimal::parse(periods));
                Some((percent, i64::try_from(periods).unwrap_or(i64::MAX)))
            }
            _ => None,
        };
        Ok(Rule {
            excluded: excluded.collect(),
            now,
            tick: tick(ctx)?,
            bonus,
        })
    }

    /// The part of a position; `None` if it was not held for a tick, or its owner is excluded.
    fn part(&self, position: &Object) -> ActionResult<Option<Part>> {
        let account = position.get_str("account").unwrap_or_default();
        let since = position.get("timeFactor").and_then(Value::as_f64);
        let Some(since) = since.filter(|since| *since <= (self.now - self.tick) as f64) else {
            return Ok(None);
        };
        if account.is_empty() || self.excluded.contains(account) {
            return Ok(None);
        }
        let shares = position.get("shares").map_or(Decimal::ZERO, number);
        ensure!(shares.is_finite(), "invalid shares of a liquidity position");
        let held = self.now - since as i64;
        let shares = match &self.bonus {
            Some((bonus, most)) if held > self.tick => {
                let periods = Decimal::from_parts((held / self.tick).min(*most).into(), 0);
                let factor = computed(bonus.times(&periods, ARITHMETIC))?;
                let factor = computed(factor.plus(&Decimal::ONE, ARITHMETIC))?;
                computed(shares.times(&factor, ARITHMETIC))?
            }
            _ => shares,
        };
        Ok(Some(Part {
            account: account.to_string(),
            shares,
        }))
    }
}
