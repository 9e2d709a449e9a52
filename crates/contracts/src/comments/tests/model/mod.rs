//! The reward pools once more, in plain arithmetic of any precision and without the contract's code: written after the
//! specification of the reference contract and the list of differences in the contract's own documentation.

mod ledger;
mod maintenance;
mod number;
mod pools;
mod votes;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub(crate) use ledger::{Holding, Ledger, Token, UNDELEGATION_DAYS};
pub(crate) use number::Number;

pub(crate) const DAY: i64 = 86_400_000;

/// Rows of the contract, and of the ledger below it.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) now: i64,
    pub(crate) block: u64,
    pub(crate) ledger: Ledger,
    pub(crate) params: Params,
    /// By number, from 1.
    pub(crate) pools: BTreeMap<u64, Pool>,
    /// By name and pool.
    pub(crate) posts: BTreeMap<(String, u64), Post>,
    /// The pools of each name.
    pub(crate) metadata: BTreeMap<String, Vec<u64>>,
    /// By pool, name of the post and voter.
    pub(crate) votes: BTreeMap<(u64, String, String), Vote>,
    /// By pool and account.
    pub(crate) powers: BTreeMap<(u64, String), Power>,
    events: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) setup_fee: String,
    pub(crate) update_fee: String,
    pub(crate) pools_per_block: usize,
    pub(crate) posts_per_round: usize,
    pub(crate) votes_at_once: usize,
    pub(crate) votes_per_round: usize,
    pub(crate) last_block: u64,
    pub(crate) last_pool: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) symbol: String,
    /// With its text as it is stored.
    pub(crate) tokens: String,
    pub(crate) last_reward: i64,
    pub(crate) last_decay: i64,
    pub(crate) created: i64,
    pub(crate) last_reduction: i64,
    pub(crate) config: Map<String, Value>,
    pub(crate) claims: String,
    pub(crate) interval_claims: Option<String>,
    pub(crate) interval_tokens: Option<String>,
    pub(crate) active: bool,
    /// Rewards that nobody got, on their way back.
    pub(crate) unclaimed: Number,
    /// What curators of the post that is being paid got already.
    pub(crate) paid_ahead: Number,
    pub(crate) resumed: Option<i64>,
    pub(crate) counting: Option<Counting>,
}

/// Claims are being counted: their sum, the cash-out time of the last, and how many with that time.
#[derive(Clone, Debug)]
pub(crate) struct Counting {
    pub(crate) claims: Number,
    pub(crate) time: i64,
    pub(crate) posts: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) cashout: i64,
    pub(crate) positive: String,
    pub(crate) sum: String,
    pub(crate) app: Option<String>,
    pub(crate) beneficiaries: Option<Vec<(String, i64)>>,
    pub(crate) declined: Option<bool>,
    pub(crate) mute: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Vote {
    pub(crate) weight: i64,
    pub(crate) rshares: String,
    pub(crate) curation_weight: String,
    pub(crate) timestamp: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Power {
    pub(crate) last_vote: i64,
    pub(crate) up: i64,
    pub(crate) down: i64,
    pub(crate) mute: Option<bool>,
}

pub(crate) type Outcome = Result<(), String>;

/// The check of a specification's table.
pub(crate) fn check(condition: bool, error: &str) -> Outcome {
    if condition {
        Ok(())
    } else {
        Err(error.to_string())
    }
}

impl Model {
    /// Runs an action and returns its events, or its error.
    pub(crate) fn run(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: &Value,
    ) -> Result<Vec<String>, String> {
        self.events.clear();
        let outcome = match contract {
            "tokens" => self.token_action(sender, action, payload),
            _ => self.action(sender, action, payload),
        };
        let events = std::mem::take(&mut self.events);
        outcome.map(|()| events)
    }

    fn action(&mut self, sender: &str, action: &str, payload: &Value) -> Outcome {
        match action {
            "createRewardPool" => self.create_pool(sender, payload),
            "updateRewardPool" => self.update_pool(sender, payload),
            "setActive" => self.set_active(sender, payload),
            "resetPool" => self.reset_pool(sender, payload),
            "setMute" => self.set_mute(sender, payload),
            "setPostMute" => self.set_post_mute(sender, payload),
            "updateParams" => self.update_params(sender, payload),
            "comment" => self.comment(sender, payload),
            "commentOptions" => self.comment_options(sender, payload),
            "vote" => self.vote(sender, payload),
            "maintain" => {
                check(sender == "null", "not authorized")?;
                self.maintenance();
                Ok(())
            }
            _ => Err(format!("the model has no action {action}")),
        }
    }

    /// Actions of the ledger, of which scenarios only make those that succeed.
    fn token_action(&mut self, sender: &str, action: &str, payload: &Value) -> Outcome {
        let symbol = text(payload, "symbol");
        let (to, quantity) = (text(payload, "to"), text(payload, "quantity"));
        let now = self.now;
        let ledger = &mut self.ledger;
        let event = match action {
            "issue" => ledger.issue(&symbol, &to, &Number::parse(&quantity)),
            "transfer" => ledger.transfer(&symbol, sender, &to, &quantity),
            "stake" => ledger.stake(&symbol, sender, &to, &quantity),
            "delegate" => ledger.delegate(&symbol, sender, &to, &quantity),
            "undelegate" => {
                let holder = text(payload, "from");
                ledger.undelegate(now, &symbol, sender, &holder, &quantity)
            }
            "checkPendingUndelegations" => {
                self.events = ledger.check_undelegations(now);
                return Ok(());
            }
            _ => return Err(format!("the model has no action {action}")),
        };
        self.events.push(event);
        Ok(())
    }

    fn emit(&mut self, event: &str, data: &Value) {
        self.events.push(format!("comments.{event} {data}"));
    }

    /// All rows of a table, without those numbers that the table gives by itself.
    pub(crate) fn rows(&self, table: &str) -> Vec<Value> {
        match table {
            "params" => vec![self.params.row()],
            "rewardPools" => self
                .pools
                .iter()
                .map(|(id, pool)| pool.row(*id, self.ledger.token(&pool.symbol).precision))
                .collect(),
            "posts" => {
                let row = |((name, id), post): (&(String, u64), &Post)| {
                    post.row(name, *id, &self.pools[id].symbol)
                };
                self.posts.iter().map(row).collect()
            }
            "postMetadata" => {
                let row = |(name, ids): (&String, &Vec<u64>)| json!({ "authorperm": name, "rewardPoolIds": ids });
                self.metadata.iter().map(row).collect()
            }
            "votes" => {
                let row = |((id, name, voter), vote): (&(u64, String, String), &Vote)| {
                    json!({
                        "rewardPoolId": id, "symbol": self.pools[id].symbol, "authorperm": name, "voter": voter,
                        "weight": vote.weight, "rshares": vote.rshares,
                        "curationWeight": vote.curation_weight, "timestamp": vote.timestamp,
                    })
                };
                self.votes.iter().map(row).collect()
            }
            _ => self.powers.iter().map(power_row).collect(),
        }
    }
}

fn power_row(((id, account), power): (&(u64, String), &Power)) -> Value {
    let mut row = json!({
        "rewardPoolId": id, "account": account, "lastVoteTimestamp": power.last_vote,
        "votingPower": power.up, "downvotingPower": power.down,
    });
    insert(&mut row, "mute", power.mute);
    row
}

/// A field that may be missing.
fn insert<T: Into<Value>>(row: &mut Value, key: &str, value: Option<T>) {
    if let Some(value) = value {
        row[key] = value.into();
    }
}

impl Params {
    fn row(&self) -> Value {
        json!({
            "setupFee": self.setup_fee, "updateFee": self.update_fee, "maxPoolsPerPost": 20,
            "maxTagsPerPool": 5, "maintenanceTokensPerBlock": self.pools_per_block,
            "lastMaintenanceBlock": self.last_block, "maxPostsProcessedPerRound": self.posts_per_round,
            "voteQueryLimit": self.votes_at_once, "maxVotesProcessedPerRound": self.votes_per_round,
            "lastProcessedPoolId": self.last_pool,
        })
    }
}

impl Pool {
    fn row(&self, id: u64, precision: u32) -> Value {
        let mut row = json!({
            "_id": id, "symbol": self.symbol, "rewardPool": self.tokens,
            "lastRewardTimestamp": self.last_reward, "lastClaimDecayTimestamp": self.last_decay,
            "createdTimestamp": self.created, "lastRewardReductionTimestamp": self.last_reduction,
            "config": self.config, "pendingClaims": self.claims, "active": self.active,
        });
        insert(
            &mut row,
            "intervalPendingClaims",
            self.interval_claims.clone(),
        );
        insert(&mut row, "intervalRewardPool", self.interval_tokens.clone());
        insert(&mut row, "resumedTimestamp", self.resumed);
        let amount = |number: &Number| number.is_positive().then(|| number.text(precision));
        insert(&mut row, "unclaimed", amount(&self.unclaimed));
        insert(&mut row, "paidAhead", amount(&self.paid_ahead));
        let counting = self.counting.as_ref().map(|counting| {
            json!({
                "claims": counting.claims.text(10), "cashoutTime": counting.time, "posts": counting.posts,
            })
        });
        insert(&mut row, "counting", counting);
        row
    }

    pub(crate) fn number(&self, key: &str) -> i64 {
        self.config[key].as_i64().expect("an integer")
    }

    pub(crate) fn string(&self, key: &str) -> String {
        self.config[key].as_str().expect("a text").to_string()
    }

    /// In milliseconds.
    pub(crate) fn interval(&self) -> i64 {
        self.number("rewardIntervalSeconds") * 1000
    }

    /// Twice the cash-out window and a day, in milliseconds.
    pub(crate) fn claims_window(&self) -> i64 {
        (2 * self.number("cashoutWindowDays") + 1) * DAY
    }

    /// What a post claims.
    pub(crate) fn claim(&self, rshares: &str) -> Number {
        let rshares = Number::parse(rshares);
        if !rshares.is_positive() {
            return Number::zero();
        }
        let exponent = self.string("postRewardCurveParameter");
        let value = match Number::parse(&exponent) {
            one if one == Number::integer(1) => rshares,
            two if two == Number::integer(2) => rshares.times(&rshares),
            _ => rshares.double_power(&exponent),
        };
        value.floor(10)
    }

    /// The weight of rshares among curators.
    pub(crate) fn curation(&self, rshares: &Number) -> Number {
        if !rshares.is_positive() {
            return Number::zero();
        }
        let exponent = self.string("curationRewardCurveParameter");
        let value = match Number::parse(&exponent) {
            one if one == Number::integer(1) => rshares.clone(),
            half if half == Number::parse("0.5") => rshares.square_root(),
            _ => rshares.double_power(&exponent),
        };
        value.floor(10)
    }
}

impl Post {
    fn row(&self, name: &str, id: u64, symbol: &str) -> Value {
        let mut row = json!({
            "rewardPoolId": id, "symbol": symbol, "authorperm": name, "author": self.author,
            "created": self.created, "cashoutTime": self.cashout,
            "votePositiveRshareSum": self.positive, "voteRshareSum": self.sum,
        });
        insert(&mut row, "app", self.app.clone());
        let share =
            |(account, weight): &(String, i64)| json!({ "account": account, "weight": weight });
        let shares = self.beneficiaries.as_ref();
        let shares = shares.map(|shares| Value::Array(shares.iter().map(share).collect()));
        insert(&mut row, "beneficiaries", shares);
        insert(&mut row, "declinePayout", self.declined);
        insert(&mut row, "mute", self.mute);
        row
    }
}

/// A text of a payload; empty if there is none.
pub(crate) fn text(payload: &Value, key: &str) -> String {
    payload[key].as_str().unwrap_or_default().to_string()
}
