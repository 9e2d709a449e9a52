//! Paying the posts of an interval.

use tartan_decimal::Quantity;
use tartan_document::{Object, Value, object};
use tartan_rewards::{AuthorSide, BasisPoints, CuratorPool, Payment, Value as Divided, post_value};
use tartan_runtime::{ActionResult, Context};
use tartan_state::{Scan, Stored};

use super::curves::{claims, parameter, shares};
use super::money::{self, amount, precision};
use super::tables::{
    BY_CASHOUT_TIME, BY_TIMESTAMP, Params, PoolConfig, Post, RewardPool, Vote, VotingPower,
};
use crate::tokens::tables::Token;

/// Pays posts of the open interval, oldest first, until the block has seen enough. If none is left, the interval is
/// complete.
pub(super) fn pay_interval(
    ctx: &mut Context<'_>,
    id: u64,
    pool: &mut RewardPool,
    token: &Token,
    params: &Params,
) -> ActionResult {
    // if the founder has made intervals longer since: those that were counted, and no others
    let end = pool.last_claim_decay_timestamp + pool.config.interval();
    let end = end.min(pool.last_reward_timestamp);
    let most = params.max_posts_processed_per_round as usize;
    let posts = ctx.rows::<Post>().scan(
        Scan::of(BY_CASHOUT_TIME)
            .equal(id as f64)
            .to(end as f64)
            .limit(most),
    )?;
    let mut votes = 0;
    let mut complete = posts.len() < most;
    for post in &posts {
        let mut round = Round {
            ctx,
            id,
            pool,
            token,
            post,
            paid: Quantity::ZERO,
        };
        let (seen, done) = round.pay_post(params.vote_query_limit as usize)?;
        votes += seen;
        if !done || votes >= params.max_votes_processed_per_round as usize {
            complete = false;
            break;
        }
    }
    if complete {
        pool.last_claim_decay_timestamp = end;
    }
    Ok(())
}

/// A round of paying one post.
struct Round<'a, 'c> {
    ctx: &'a mut Context<'c>,
    id: u64,
    pool: &'a mut RewardPool,
    token: &'a Token,
    post: &'a Stored<Post>,
    /// What has been paid in this round.
    paid: Quantity,
}

impl Round<'_, '_> {
    /// Pays curators, and behind the last of them the author's side. How many votes that took, and whether it is done.
    fn pay_post(&mut self, most_votes: usize) -> ActionResult<(usize, bool)> {
        let declined = self.post.decline_payout == Some(true) || self.post.mute == Some(true);
        let value = match declined {
            true => Quantity::ZERO,
            false => {
                let left = amount(self.pool.fund_of(self.post).reward_pool, self.token)?;
                self.value()?.min(left)
            }
        };
        let ahead = money::optional(self.pool.paid_ahead.as_deref(), self.token)?;
        let divided = Divided::divide(value, self.pool.config.curation()?);
        let votes = self.ctx.rows::<Vote>().scan(
            Scan::of(BY_TIMESTAMP)
                .equal(self.id as f64)
                .equal(self.post.authorperm.as_str())
                .limit(most_votes),
        )?;
        let left = money::subtract(divided.curators, ahead)?;
        let whole = self
            .config()
            .curation_curve()?
            .value(shares(&self.post.vote_positive_rshare_sum)?);
        let mut curators =
            CuratorPool::new(divided.curators, precision(self.token)?, whole).with_left(left);
        for vote in &votes {
            let weight = shares(&vote.curation_weight)?;
            if weight.is_positive() && !declined {
                let quantity = curators.pay(weight);
                self.pay_account("curationReward", &vote.voter, quantity)?;
            }
            self.ctx.rows::<Vote>().remove(vote)?;
        }
        let done = votes.len() < most_votes;
        if done {
            match declined {
                true => self.emit("authorReward", &self.post.author, "0", false),
                false => {
                    let so_far = money::add(ahead, self.paid)?;
                    let side = divided.author_side.min(money::subtract(value, so_far)?);
                    self.pay_author_side(side)?;
                }
            }
            self.ctx.rows::<Post>().remove(self.post)?;
        }
        self.settle(value, ahead, done)?;
        Ok((votes.len(), done))
    }

    /// What the post receives of the pool.
    fn value(&self) -> ActionResult<Quantity> {
        let Some((tokens, all)) = self.pool.interval_of(self.post) else {
            return Ok(Quantity::ZERO);
        };
        let claim = self
            .config()
            .post_curve()?
            .value(shares(&self.post.vote_rshare_sum)?);
        let tokens = amount(tokens, self.token)?;
        let value = post_value(tokens, precision(self.token)?, &claim, &claims(all)?);
        Ok(value)
    }

    /// App tax, beneficiaries, author.
    fn pay_author_side(&mut self, side: Quantity) -> ActionResult {
        let tax = self.config().tax(self.post)?;
        let tax = tax.map(|(part, account)| (part, account.to_string()));
        let beneficiaries = self.post.beneficiaries.as_deref().unwrap_or_default();
        let weights: Vec<BasisPoints> = beneficiaries
            .iter()
            .map(|share| parameter(BasisPoints::new(share.weight.into())))
            .collect::<ActionResult<_>>()?;
        let parts = AuthorSide::divide(side, tax.as_ref().map(|(part, _)| *part), weights);
        if let Some((_, account)) = tax {
            let shown = money::format(parts.tax, self.token)?;
            self.emit("appTax", &account, &shown, false);
            let payment = Payment::liquid(parts.tax);
            self.hand_out(&account, payment)?;
        }
        for (share, quantity) in beneficiaries.iter().zip(parts.beneficiaries) {
            self.pay_account("beneficiaryReward", &share.account, quantity)?;
        }
        self.pay_account("authorReward", &self.post.author, parts.author)
    }

    /// Pays an account, unless it is muted, and tells of it.
    fn pay_account(&mut self, event: &str, account: &str, quantity: Quantity) -> ActionResult {
        let key = [Value::from(self.id as f64), Value::from(account)];
        let power = self.ctx.rows::<VotingPower>().get_by(&key)?;
        let muted = power.is_some_and(|power| power.mute == Some(true));
        let shown = money::format(quantity, self.token)?;
        self.emit(event, account, &shown, muted);
        if muted {
            return Ok(());
        }
        let payment = self.config().payment(quantity, self.token)?;
        self.hand_out(account, payment)
    }

    fn hand_out(&mut self, account: &str, payment: Payment) -> ActionResult {
        let paid = money::pay(self.ctx, self.token, account, payment)?;
        self.paid = money::add(self.paid, paid)?;
        Ok(())
    }

    /// Takes a post's value from the pool when it is paid; until then, notes what was paid ahead of that. What nobody
    /// got of the value is on its way back to the pool.
    fn settle(&mut self, value: Quantity, ahead: Quantity, done: bool) -> ActionResult {
        let paid = money::add(ahead, self.paid)?;
        if !done {
            self.pool.paid_ahead = self.stored(paid)?;
            return Ok(());
        }
        let value = value.max(paid);
        let fund = self.pool.fund_of(self.post);
        let left = money::subtract(amount(fund.reward_pool, self.token)?, value)?;
        *fund.reward_pool = money::format(left, self.token)?.into();
        let unclaimed = money::add(
            money::optional(self.pool.unclaimed.as_deref(), self.token)?,
            money::subtract(value, paid)?,
        )?;
        self.pool.unclaimed = self.stored(unclaimed)?;
        self.pool.paid_ahead = None;
        Ok(())
    }

    fn config(&self) -> &PoolConfig {
        &self.pool.config
    }

    /// An amount in a field that is absent for nothing.
    fn stored(&self, quantity: Quantity) -> ActionResult<Option<compact_str::CompactString>> {
        match quantity.units() > 0 {
            true => Ok(Some(money::format(quantity, self.token)?.into())),
            false => Ok(None),
        }
    }

    fn emit(&mut self, event: &str, account: &str, quantity: &str, muted: bool) {
        let mut data: Object = object! {
            "rewardPoolId": self.id as f64,
            "authorperm": self.post.authorperm.as_str(),
            "symbol": self.pool.symbol.as_str(),
            "account": account,
            "quantity": quantity,
        };
        if muted {
            data.insert("mute", true);
        }
        self.ctx.emit(event, data);
    }
}
