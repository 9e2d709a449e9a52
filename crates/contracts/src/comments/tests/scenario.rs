//! Random scenarios, the same for the same seed: what founders, authors and voters do, and how time passes.

use serde_json::{Value, json};

use super::model::{DAY, Model, Number, UNDELEGATION_DAYS};

/// An action: sender, contract, name, payload.
pub(super) type Action = (String, &'static str, &'static str, Value);

pub(super) const ACCOUNTS: [&str; 6] = ["alice", "bob", "carol", "dave", "erin", "frank"];
pub(super) const SYMBOLS: [&str; 3] = ["ART", "BIKE", "CAT"];
pub(super) const FOUNDERS: [&str; 3] = ["artist", "biker", "catlady"];
const TAGS: [&str; 4] = ["art", "bike", "cat", "spam"];
const APPS: [&str; 3] = ["peakd/1.0", "Bikes/2", "catsite"];

/// A source of numbers that only depend on the seed (SplitMix64).
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to one less than the bound.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1) as u64) as i64
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize].clone()
    }

    /// Some of a list, in its order.
    fn some(&mut self, list: &[&str], percent: u64) -> Vec<String> {
        let kept = list.iter().filter(|_| self.chance(percent));
        kept.map(|item| (*item).to_string()).collect()
    }

    /// A part of an amount, more than nothing if that is possible.
    fn part_of(&mut self, amount: &Number, precision: u32) -> Option<String> {
        let percent = Number::integer(self.pick(&[1, 10, 33, 50, 100]));
        let part = amount
            .times(&percent)
            .over(&Number::integer(100))
            .floor(precision);
        part.is_positive().then(|| part.text(precision))
    }

    pub(super) fn amount(&mut self, most: u64, precision: u32) -> String {
        let digits = 10u64.pow(precision);
        let fraction = self.below(digits);
        let whole = self.below(most) + 1;
        let zeros = if self.chance(30) { 0 } else { fraction };
        match precision {
            0 => whole.to_string(),
            _ => format!("{whole}.{zeros:0width$}", width = precision as usize),
        }
    }

    /// A valid configuration of a pool.
    pub(super) fn config(&mut self, tag: &str, precision: u32) -> Value {
        let interval = self.pick(&[3, 300, 3_600, 21_600, 43_200, 43_200, 86_400]);
        let mut tags = vec![tag.to_string()];
        tags.extend(self.some(&TAGS[..3], 15));
        tags.dedup();
        let post_exponent = self.pick(&["1", "1", "2", "1.03", "1.5", "1.0"]);
        let curation_exponent = self.pick(&["0.5", "0.5", "1", "0.7", "0.95"]);
        let emission = self.pick(&[50, 50, 5_000]);
        let mut config = json!({
            "postRewardCurve": "power",
            "postRewardCurveParameter": post_exponent,
            "curationRewardCurve": "power",
            "curationRewardCurveParameter": curation_exponent,
            "curationRewardPercentage": self.pick(&[0, 25, 50, 50, 73, 100]),
            "cashoutWindowDays": self.pick(&[1, 1, 2, 3]),
            "rewardPerInterval": self.amount(emission, precision),
            "rewardIntervalSeconds": interval,
            "voteRegenerationDays": self.pick(&[1, 5, 7]),
            "downvoteRegenerationDays": self.pick(&[1, 5, 10]),
            "stakedRewardPercentage": self.pick(&[0, 50, 50, 33, 100]),
            "votePowerConsumption": self.pick(&[200, 200, 1, 1_000, 10_000]),
            "downvotePowerConsumption": self.pick(&[2_000, 100, 10_000]),
            "tags": tags,
            "disableDownvote": self.chance(20),
            "ignoreDeclinePayout": self.chance(20),
        });
        if self.chance(40) {
            config["appTaxConfig"] = json!({
                "app": self.pick(&["peakd", "bikes", "other"]), "percent": self.pick(&[1, 10, 50, 100]),
                "beneficiary": self.pick(&ACCOUNTS),
            });
        }
        if self.chance(30) {
            config["excludeTags"] = json!(["spam"]);
        }
        if self.chance(40) {
            config["rewardReductionIntervalSeconds"] = json!(interval * self.between(1, 4));
            config["rewardReductionPercentage"] = json!(self.pick(&["0.5", "10", "50", "0"]));
        }
        config
    }

    /// By how much time passes until the next block, in milliseconds.
    pub(super) fn pause(&mut self, model: &Model) -> i64 {
        match self.below(100) {
            0..60 => 3_000,
            60..78 => 3_000 * self.between(1, 7_200),
            78..90 => 3_000 * self.between(7_200, 57_600),
            // To the end of an interval: posts made now cash out when a later one ends.
            90..95 => {
                let pools: Vec<_> = model.pools.values().collect();
                let pool = self.pick(&pools);
                pool.interval() - (model.now - pool.last_decay) % pool.interval()
            }
            // To the millisecond of a cash-out.
            _ => {
                let ahead = model.posts.values().map(|post| post.cashout - model.now);
                ahead.filter(|pause| *pause > 0).min().unwrap_or(3_000)
            }
        }
    }

    /// Something that somebody does. Nothing if it would make no sense now.
    pub(super) fn action(&mut self, model: &Model) -> Option<Action> {
        let node = "null".to_string();
        match self.below(100) {
            0..42 => Some((node, "comments", "vote", self.vote(model))),
            42..58 => Some((node, "comments", "comment", self.comment(model))),
            58..65 => Some((node, "comments", "commentOptions", self.options(model))),
            65..70 => self.moderate(model),
            70..75 => self.manage(model),
            75..77 => {
                let sender = self.pick(&["engine", "engine", "alice"]);
                Some((
                    sender.to_string(),
                    "comments",
                    "updateParams",
                    self.params(),
                ))
            }
            77..79 => Some((node, "comments", "maintain", json!({}))),
            79..82 => Some((node, "tokens", "checkPendingUndelegations", json!({}))),
            _ => self.move_tokens(model),
        }
    }

    /// A post that is there, or seldom one that is not.
    fn post(&mut self, model: &Model) -> (String, String) {
        let live: Vec<_> = model.posts.keys().map(|(name, _)| name).collect();
        let known: Vec<_> = model.metadata.keys().collect();
        let name = match self.below(20) {
            0 if !known.is_empty() => self.pick(&known).clone(),
            1.. if !live.is_empty() => self.pick(&live).clone(),
            _ => "@alice/nowhere".to_string(),
        };
        let (author, permlink) = name[1..].split_once('/').expect("a name has a slash");
        (author.to_string(), permlink.to_string())
    }

    fn vote(&mut self, model: &Model) -> Value {
        let (author, permlink) = self.post(model);
        let any = self.between(-10_001, 10_001);
        let weight = self.pick(&[
            10_000, 10_000, 10_000, 5_000, 1, -10_000, -3_000, 0, any, any,
        ]);
        json!({ "voter": self.pick(&ACCOUNTS), "author": author, "permlink": permlink, "weight": weight })
    }

    fn comment(&mut self, model: &Model) -> Value {
        let author = self.pick(&ACCOUNTS);
        // Sometimes one that was there before: an edit.
        let number = self.below(4 * (model.metadata.len() as u64 + 4));
        let mut payload = json!({ "author": author, "permlink": format!("post-{number}") });
        payload["jsonMetadata"] = json!({ "tags": self.some(&TAGS, 30) });
        if self.chance(60) {
            payload["jsonMetadata"]["app"] = self.pick(&APPS).into();
        }
        if self.chance(3) {
            payload["jsonMetadata"] =
                self.pick(&[json!({ "tags": "art" }), json!({ "tags": ["art", 1] })]);
        }
        if self.chance(35) {
            let (author, permlink) = self.post(model);
            payload["parentAuthor"] = author.into();
            payload["parentPermlink"] = permlink.into();
        } else {
            payload["parentAuthor"] = "".into();
            payload["parentPermlink"] = self.pick(&["art", "cat", "hive-1"]).into();
        }
        payload
    }

    fn options(&mut self, model: &Model) -> Value {
        let (author, permlink) = self.post(model);
        let mut left = 10_000;
        let mut shares = Vec::new();
        for account in ["bob", "dave", "null", "zoe"] {
            if self.chance(40) && left > 0 {
                let weight = self.pick(&[1, 2_500, 5_000, left]).min(left);
                left -= weight;
                shares.push(json!({ "account": account, "weight": weight }));
            }
        }
        json!({
            "author": author, "permlink": permlink, "allowVotes": true, "allowCurationRewards": true,
            "maxAcceptedPayout": self.pick(&["1000000.000 HBD", "1000000.000 HBD", "0.000 HBD"]),
            "beneficiaries": shares,
        })
    }

    /// One of the pools, its founder or somebody who must not, and seldom a pool that is not there.
    fn pool(&mut self, model: &Model) -> (u64, String) {
        let id = self.below(model.pools.len() as u64) + 1;
        let founder = &model.ledger.token(&model.pools[&id].symbol).issuer;
        let sender = match self.below(10) {
            0 => "alice".to_string(),
            1 => "engine".to_string(),
            _ => founder.clone(),
        };
        let id = if self.chance(5) { 99 } else { id };
        (id, sender)
    }

    fn moderate(&mut self, model: &Model) -> Option<Action> {
        let (id, sender) = self.pool(model);
        let mute = self.chance(60);
        if self.chance(60) {
            let payload =
                json!({ "rewardPoolId": id, "account": self.pick(&ACCOUNTS), "mute": mute });
            return Some((sender, "comments", "setMute", payload));
        }
        let (author, permlink) = self.post(model);
        let name = format!("@{author}/{permlink}");
        let payload = json!({ "rewardPoolId": id, "authorperm": name, "mute": mute });
        Some((sender, "comments", "setPostMute", payload))
    }

    fn manage(&mut self, model: &Model) -> Option<Action> {
        let (id, sender) = self.pool(model);
        let signed = !self.chance(5);
        let (action, mut payload) = match self.below(20) {
            0..9 => {
                let pool = model.pools.get(&id)?;
                let precision = model.ledger.token(&pool.symbol).precision;
                let tag = pool.config["tags"][0].as_str().expect("a tag").to_string();
                let mut config = self.config(&tag, precision);
                if self.chance(10) {
                    config["curationRewardPercentage"] = 101.into();
                }
                (
                    "updateRewardPool",
                    json!({ "rewardPoolId": id, "config": config }),
                )
            }
            9..17 => {
                // Not for long, so that something happens.
                let inactive = model.pools.values().any(|pool| !pool.active);
                (
                    "setActive",
                    json!({ "rewardPoolId": id, "active": inactive || self.chance(30) }),
                )
            }
            17 => (
                "createRewardPool",
                json!({ "symbol": "ART", "config": self.config("art", 0) }),
            ),
            _ => ("resetPool", json!({ "rewardPoolId": id })),
        };
        payload["isSignedWithActiveKey"] = signed.into();
        Some((sender, "comments", action, payload))
    }

    pub(super) fn params(&mut self) -> Value {
        json!({
            "maintenanceTokensPerBlock": self.between(1, 3),
            "maxPostsProcessedPerRound": self.between(1, 6),
            "maxVotesProcessedPerRound": self.between(1, 12),
            "voteQueryLimit": self.between(1, 6),
            "updateFee": self.pick(&["20", "1", "0.5"]),
        })
    }

    fn move_tokens(&mut self, model: &Model) -> Option<Action> {
        let symbol = self.pick(&SYMBOLS);
        let token = model.ledger.tokens.get(symbol)?;
        let (from, to) = (self.pick(&ACCOUNTS), self.pick(&ACCOUNTS));
        let holding = model.ledger.holding(symbol, from);
        let (sender, action, mut payload) = match self.below(10) {
            0..2 if from != to => {
                let quantity = self.part_of(&holding.balance, token.precision)?;
                (from, "transfer", json!({ "to": to, "quantity": quantity }))
            }
            0..5 => {
                let quantity = self.part_of(&holding.balance, token.precision)?;
                (from, "stake", json!({ "to": to, "quantity": quantity }))
            }
            5..8 if from != to => {
                let quantity = self.part_of(&holding.stake, token.precision)?;
                (from, "delegate", json!({ "to": to, "quantity": quantity }))
            }
            _ => {
                let key = (symbol.to_string(), from.to_string(), to.to_string());
                let lent = model.ledger.delegations.get(&key)?;
                let quantity = self.part_of(lent, token.precision)?;
                (
                    from,
                    "undelegate",
                    json!({ "from": to, "quantity": quantity }),
                )
            }
        };
        payload["symbol"] = symbol.into();
        payload["isSignedWithActiveKey"] = true.into();
        Some((sender.to_string(), "tokens", action, payload))
    }
}

/// The longest time that anything takes to be due.
pub(super) const LONGEST: i64 = (UNDELEGATION_DAYS + 3) * DAY;
