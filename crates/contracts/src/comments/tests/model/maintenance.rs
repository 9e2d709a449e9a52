//! What happens over time.

use serde_json::{Value, json};

use super::{Counting, Model, Number, Pool, Post};

/// Claims that are counted in one step.
const COUNTED_AT_ONCE: usize = 500;

impl Model {
    /// A block's maintenance: so many pools that are due, by number behind the last one and then from the first.
    pub(super) fn maintenance(&mut self) {
        if self.params.last_block >= self.block {
            return;
        }
        self.params.last_block = self.block;
        let limit = self.params.pools_per_block;
        let ready = |(_, pool): &(&u64, &Pool)| {
            pool.active && pool.last_decay <= self.now - pool.interval()
        };
        let ids = |(id, _): (&u64, &Pool)| *id;
        let behind = self.pools.range(self.params.last_pool + 1..);
        let mut next: Vec<u64> = behind.filter(ready).map(ids).take(limit).collect();
        let more = self.pools.iter().filter(ready).map(ids);
        let mut more: Vec<u64> = more.take(limit - next.len()).collect();
        more.retain(|id| !next.contains(id));
        next.extend(more);
        for id in next {
            self.params.last_pool = id;
            self.maintain(id);
        }
    }

    /// At most one interval of a pool.
    fn maintain(&mut self, id: u64) {
        let mut pool = self.pools[&id].clone();
        if pool.counting.is_none() && pool.last_decay >= pool.last_reward {
            if let Some(resumed) = pool.resumed.take() {
                // What passed while it was inactive is not made up for.
                let missed =
                    (resumed - pool.last_reward).max(0) / pool.interval() * pool.interval();
                pool.last_reward += missed;
                pool.last_decay += missed;
            }
            if pool.last_decay > self.now - pool.interval() {
                self.pools.insert(id, pool);
                return;
            }
            self.open(&mut pool);
        }
        if self.count_claims(id, &mut pool) {
            self.pay_interval(id, &mut pool);
        }
        self.pools.insert(id, pool);
    }

    fn open(&mut self, pool: &mut Pool) {
        let precision = self.ledger.token(&pool.symbol).precision;
        let end = pool.last_decay + pool.interval();
        let seconds = pool
            .config
            .get("rewardReductionIntervalSeconds")
            .and_then(Value::as_i64);
        let percentage = pool
            .config
            .get("rewardReductionPercentage")
            .and_then(Value::as_str);
        let mut emission = Number::parse(&pool.string("rewardPerInterval"));
        if let (Some(seconds), Some(percentage)) = (seconds, percentage) {
            let step = pool.last_reduction + seconds * 1000;
            if end >= step {
                let cut = emission.times(&Number::parse(percentage));
                let cut = cut.over(&Number::integer(100)).floor(precision);
                emission = emission.minus(&cut).floor(precision);
                pool.config["rewardPerInterval"] = emission.text(precision).into();
                pool.last_reduction = step;
            }
        }
        let mut tokens = Number::parse(&pool.tokens).plus(&pool.unclaimed);
        pool.unclaimed = Number::zero();
        if emission.is_positive()
            && let Some(event) = self.ledger.issue_to_contract(&pool.symbol, &emission)
        {
            self.events.push(event);
            tokens = tokens.plus(&emission);
        }
        pool.tokens = tokens.text(precision);

        let claims = Number::parse(&pool.claims);
        let decay = claims.times(&Number::integer(pool.interval()));
        let decay = decay.over(&Number::integer(pool.claims_window()));
        pool.claims = claims.minus(&decay).text(10);
        pool.last_reward += pool.interval();
        pool.counting = Some(Counting {
            claims: Number::zero(),
            time: 0,
            posts: 0,
        });
    }

    /// The posts of a pool that cash out up to a time, in the order in which they do.
    fn due(&self, id: u64, until: i64) -> Vec<(String, Post)> {
        let in_pool = self
            .posts
            .iter()
            .filter(|((_, pool), post)| *pool == id && post.cashout <= until);
        let mut due: Vec<_> = in_pool
            .map(|((name, _), post)| (name.clone(), post.clone()))
            .collect();
        due.sort_by_key(|(name, post)| (post.cashout, name.clone()));
        due
    }

    /// Adds the claims of the posts that cash out in the interval; whether all of them are counted.
    fn count_claims(&self, id: u64, pool: &mut Pool) -> bool {
        let Some(mut counting) = pool.counting.take() else {
            return true;
        };
        let due = self.due(id, pool.last_reward);
        let uncounted = due.iter().filter(|(_, post)| post.cashout >= counting.time);
        let next: Vec<_> = uncounted
            .skip(counting.posts)
            .take(COUNTED_AT_ONCE)
            .collect();
        for (_, post) in &next {
            counting.claims = counting.claims.plus(&pool.claim(&post.sum));
            if post.cashout != counting.time {
                (counting.time, counting.posts) = (post.cashout, 0);
            }
            counting.posts += 1;
        }
        if next.len() == COUNTED_AT_ONCE {
            pool.counting = Some(counting);
            return false;
        }
        pool.claims = Number::parse(&pool.claims).plus(&counting.claims).text(10);
        pool.interval_claims = Some(pool.claims.clone());
        pool.interval_tokens = Some(pool.tokens.clone());
        true
    }

    fn pay_interval(&mut self, id: u64, pool: &mut Pool) {
        // one that has become longer since pays what was counted
        let end = (pool.last_decay + pool.interval()).min(pool.last_reward);
        let mut due = self.due(id, end);
        due.truncate(self.params.posts_per_round);
        let mut complete = due.len() < self.params.posts_per_round;
        let mut votes = 0;
        for (name, post) in due {
            let (seen, done) = self.pay_post(id, pool, &name, &post);
            votes += seen;
            if !done || votes >= self.params.votes_per_round {
                complete = false;
                break;
            }
        }
        if complete {
            pool.last_decay = end;
        }
    }

    /// Pays a post, or so many of its curators. How many votes that took, and whether it is done.
    fn pay_post(&mut self, id: u64, pool: &mut Pool, name: &str, post: &Post) -> (usize, bool) {
        let precision = self.ledger.token(&pool.symbol).precision;
        let declined = post.declined == Some(true) || post.mute == Some(true);
        let mut value = Number::zero();
        let claims = pool
            .interval_claims
            .as_deref()
            .map(Number::parse)
            .unwrap_or_default();
        if !declined && claims.is_positive() {
            let tokens = Number::parse(pool.interval_tokens.as_deref().expect("both are set"));
            let product = tokens.times(&pool.claim(&post.sum));
            value = product.over(&claims).floor(precision);
            // Never more than there is.
            value = value.min(Number::parse(&pool.tokens));
        }
        let percent = Number::integer(pool.number("curationRewardPercentage"));
        let curators = value
            .times(&percent)
            .over(&Number::integer(100))
            .floor(precision);
        let author_side = value.minus(&curators);
        let ahead = std::mem::take(&mut pool.paid_ahead);

        let mut paid = ahead.clone();
        let mut left = curators.minus(&ahead).max(Number::zero());
        let all = pool.curation(&Number::parse(&post.positive));
        let votes = self.oldest_votes(id, name);
        for voter in &votes {
            let vote = self.votes.remove(&(id, name.to_string(), voter.clone()));
            let weight = Number::parse(&vote.expect("it was found").curation_weight);
            if weight.is_positive() && !declined {
                let pay = curators
                    .times(&weight)
                    .over(&all)
                    .floor(precision)
                    .min(left.clone());
                left = left.minus(&pay);
                paid = paid.plus(&self.reward(id, pool, name, "curationReward", voter, &pay));
            }
        }
        let done = votes.len() < self.params.votes_at_once;
        if !done {
            pool.paid_ahead = paid;
            return (votes.len(), false);
        }
        if declined {
            let data = event(id, name, &pool.symbol, &post.author, "0");
            self.emit("authorReward", &data);
        } else {
            let side = author_side.min(value.minus(&paid).max(Number::zero()));
            paid = paid.plus(&self.pay_author_side(id, pool, name, post, &side));
        }
        self.posts.remove(&(name.to_string(), id));
        let value = value.max(paid.clone());
        let tokens = Number::parse(&pool.tokens)
            .minus(&value)
            .max(Number::zero());
        pool.tokens = tokens.text(precision);
        pool.unclaimed = pool.unclaimed.plus(&value.minus(&paid));
        (votes.len(), true)
    }

    fn oldest_votes(&self, id: u64, name: &str) -> Vec<String> {
        let of_post = self
            .votes
            .iter()
            .filter(|((pool, post, _), _)| *pool == id && post == name);
        let mut voters: Vec<_> = of_post
            .map(|((_, _, voter), vote)| (vote.timestamp, voter.clone()))
            .collect();
        voters.sort();
        voters.truncate(self.params.votes_at_once);
        voters.into_iter().map(|(_, voter)| voter).collect()
    }

    /// App tax, beneficiaries, author; what is paid in all.
    fn pay_author_side(
        &mut self,
        id: u64,
        pool: &Pool,
        name: &str,
        post: &Post,
        side: &Number,
    ) -> Number {
        let precision = self.ledger.token(&pool.symbol).precision;
        let mut paid = Number::zero();
        let mut rest = side.clone();
        if let Some(tax) = pool
            .config
            .get("appTaxConfig")
            .filter(|tax| tax.is_object())
            && tax["app"].as_str().map(str::to_lowercase) != post.app
        {
            let percent = Number::integer(tax["percent"].as_i64().expect("an integer"));
            let tax_paid = side
                .times(&percent)
                .over(&Number::integer(100))
                .floor(precision);
            let account = tax["beneficiary"].as_str().expect("a name").to_string();
            let data = event(id, name, &pool.symbol, &account, &tax_paid.text(precision));
            self.emit("appTax", &data);
            self.pay(&pool.symbol, &account, &tax_paid, 0);
            paid = paid.plus(&tax_paid);
            rest = rest.minus(&tax_paid);
        }
        let mut author = rest.clone();
        for (account, weight) in post.beneficiaries.iter().flatten() {
            let share = rest
                .times(&Number::integer(*weight))
                .over(&Number::integer(10_000));
            let share = share.floor(precision);
            author = author.minus(&share);
            paid = paid.plus(&self.reward(id, pool, name, "beneficiaryReward", account, &share));
        }
        paid.plus(&self.reward(id, pool, name, "authorReward", &post.author, &author))
    }

    /// Tells of a reward and pays it, unless the account is muted. What is paid.
    fn reward(
        &mut self,
        id: u64,
        pool: &Pool,
        name: &str,
        kind: &str,
        account: &str,
        quantity: &Number,
    ) -> Number {
        let precision = self.ledger.token(&pool.symbol).precision;
        let power = self.powers.get(&(id, account.to_string()));
        let muted = power.is_some_and(|power| power.mute == Some(true));
        let mut data = event(id, name, &pool.symbol, account, &quantity.text(precision));
        if muted {
            data["mute"] = true.into();
        }
        self.emit(kind, &data);
        if muted {
            return Number::zero();
        }
        self.pay(
            &pool.symbol,
            account,
            quantity,
            pool.number("stakedRewardPercentage"),
        );
        quantity.clone()
    }

    fn pay(&mut self, symbol: &str, account: &str, quantity: &Number, percent: i64) {
        let staked = quantity
            .times(&Number::integer(percent))
            .over(&Number::integer(100));
        let staked = staked.floor(quantity.decimals());
        let liquid = quantity.minus(&staked);
        if liquid.is_positive() {
            let event = self.ledger.transfer_from_contract(symbol, account, &liquid);
            self.events.push(event);
        }
        if staked.is_positive() {
            let event = self.ledger.stake_from_contract(symbol, account, &staked);
            self.events.push(event);
        }
    }
}

fn event(id: u64, name: &str, symbol: &str, account: &str, quantity: &str) -> Value {
    json!({
        "rewardPoolId": id, "authorperm": name, "symbol": symbol, "account": account, "quantity": quantity,
    })
}
