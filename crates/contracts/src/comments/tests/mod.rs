mod admin;
mod agreement;
mod conservation;
mod creation;
mod examples;
mod extended;
mod maintenance;
mod model;
mod pair;
mod payout;
mod posts;
mod scenario;
mod votes;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Limits, Payload};

use super::tables::{Post, RewardPool};
use crate::testing::{Sent, TestChain, text};
use crate::tokens::tables::{ContractBalance, Token};

/// A chain with the token COOL of 8 decimals, whose founder can pay fees, and of which alice and bob have staked 10.
pub(super) struct Community {
    pub(super) chain: TestChain,
}

/// The configuration of the worked examples with some keys changed; null leaves a key out.
pub(super) fn config(changes: Json) -> Json {
    let mut config = json!({
        "postRewardCurve": "power",
        "postRewardCurveParameter": "1",
        "curationRewardCurve": "power",
        "curationRewardCurveParameter": "0.5",
        "curationRewardPercentage": 50,
        "cashoutWindowDays": 7,
        "rewardPerInterval": "1.5",
        "rewardIntervalSeconds": 3,
        "voteRegenerationDays": 14,
        "downvoteRegenerationDays": 14,
        "stakedRewardPercentage": 50,
        "votePowerConsumption": 200,
        "downvotePowerConsumption": 2000,
        "tags": ["cool"],
        "disableDownvote": false,
        "ignoreDeclinePayout": false,
    });
    for (key, value) in changes.as_object().expect("changes are an object") {
        match value {
            Json::Null => config.as_object_mut().expect("an object").remove(key),
            value => config
                .as_object_mut()
                .expect("an object")
                .insert(key.clone(), value.clone()),
        };
    }
    config
}

impl Community {
    /// Without a pool.
    pub(super) fn new() -> Community {
        Community::on(false)
    }

    /// Without a pool, on a network that may allow extended pools.
    pub(super) fn on(extended: bool) -> Community {
        let mut settings = crate::testing::settings();
        settings.comments.extended = extended;
        let registry = crate::registry(["tokens", "comments"], &settings).expect("both are native");
        let registry = registry.with_native("meddler", Arc::new(Meddler));
        let mut chain = TestChain::over(registry, Limits::default());
        let fee = json!({ "to": "founder", "symbol": "ENG", "quantity": "10000" });
        chain
            .send(crate::testing::ENGINE, "tokens", "transfer", fee)
            .succeeds();
        let mut community = Community { chain };
        community.token("COOL", 8);
        community
    }

    /// With a pool of the examples' configuration and these changes.
    pub(super) fn with_pool(changes: Json) -> Community {
        let mut community = Community::new();
        community.create("COOL", config(changes)).succeeds();
        community
    }

    /// A token of which alice and bob have staked 10.
    pub(super) fn token(&mut self, symbol: &str, precision: u8) {
        let create = json!({ "name": "Cool", "symbol": symbol, "precision": precision, "maxSupply": "1000000000" });
        self.chain
            .send("founder", "tokens", "create", create)
            .succeeds();
        self.chain.enable_staking(symbol, 7, 1);
        self.chain.enable_delegation(symbol, 7);
        self.chain.issue(symbol, "founder", "1000");
        for voter in ["alice", "bob"] {
            self.stake(voter, symbol, "10");
        }
    }

    pub(super) fn stake(&mut self, account: &str, symbol: &str, quantity: &str) {
        let stake = json!({ "to": account, "symbol": symbol, "quantity": quantity });
        self.chain
            .send("founder", "tokens", "stake", stake)
            .succeeds();
    }

    pub(super) fn create(&mut self, symbol: &str, config: Json) -> Sent {
        self.act(
            "founder",
            "createRewardPool",
            json!({ "symbol": symbol, "config": config }),
        )
    }

    pub(super) fn update(&mut self, changes: Json) -> Sent {
        self.act(
            "founder",
            "updateRewardPool",
            json!({ "rewardPoolId": 1, "config": config(changes) }),
        )
    }

    /// An action of the contract, signed with the active key.
    pub(super) fn act(&mut self, sender: &str, action: &str, payload: Json) -> Sent {
        self.chain.send(sender, "comments", action, payload)
    }

    /// A root post with the tag of the pool.
    pub(super) fn post(&mut self, author: &str, permlink: &str) -> Sent {
        let metadata = json!({ "tags": ["cool"] });
        let post = json!({ "author": author, "permlink": permlink, "jsonMetadata": metadata });
        self.act("null", "comment", post)
    }

    /// Options of a post: declined or not, and who shares in it.
    pub(super) fn options(&mut self, author: &str, permlink: &str, most: &str, shares: Json) {
        let options = json!({ "author": author, "permlink": permlink, "maxAcceptedPayout": most, "beneficiaries": shares });
        self.act("null", "commentOptions", options).succeeds();
    }

    pub(super) fn vote(&mut self, voter: &str, author: &str, permlink: &str, weight: i64) -> Sent {
        let vote =
            json!({ "voter": voter, "author": author, "permlink": permlink, "weight": weight });
        self.act("null", "vote", vote)
    }

    /// What the next block's maintenance logs.
    pub(super) fn maintain(&mut self) -> Sent {
        self.act("null", "maintain", json!({})).succeeds()
    }

    /// Runs maintenance until the first pool is up to date; in how many blocks.
    pub(super) fn catch_up(&mut self) -> usize {
        for blocks in 0..10_000 {
            let pool = self.pool(1);
            let time = |field| -> i64 { text(&pool, field).parse().expect("a time") };
            let seconds = pool.get("config").and_then(Value::as_object);
            let seconds = seconds.and_then(|config| config.get("rewardIntervalSeconds"));
            let interval = 1000 * seconds.and_then(Value::as_f64).expect("a number") as i64;
            if time("lastClaimDecayTimestamp") + interval > self.chain.now() {
                return blocks;
            }
            self.maintain();
            self.check();
        }
        panic!("the pool is never up to date");
    }

    /// Makes the pool up to date with so many tokens, as if time had passed without rewards.
    pub(super) fn forward(&mut self, tokens: &str) {
        let payload = json!({ "time": self.chain.now(), "tokens": tokens });
        self.chain
            .send("founder", "meddler", "forward", payload)
            .succeeds();
        self.check();
    }

    pub(super) fn rows(&self, table: &str, query: Json) -> Vec<Object> {
        self.chain.find_in("comments", table, query)
    }

    pub(super) fn row(&self, table: &str, query: Json) -> Object {
        let mut rows = self.rows(table, query.clone());
        assert_eq!(rows.len(), 1, "{table} {query}");
        rows.remove(0)
    }

    pub(super) fn pool(&self, id: u64) -> Object {
        self.row("rewardPools", json!({ "_id": id }))
    }

    /// A field of the first pool.
    #[track_caller]
    pub(super) fn check_pool(&self, field: &str, expected: &str) {
        assert_eq!(text(&self.pool(1), field), expected, "{field}");
    }

    pub(super) fn posts(&self) -> usize {
        self.rows("posts", json!({})).len()
    }

    /// Nothing was created or lost, and every token of the contract is accounted for in a pool.
    #[track_caller]
    pub(super) fn check(&self) {
        self.chain.check_conservation();
        for pool in self.rows("rewardPools", json!({})) {
            let symbol = text(&pool, "symbol");
            let token = self.chain.row("tokens", json!({ "symbol": symbol }));
            let precision = text(&token, "precision").parse().expect("a number");
            let units = |row: &Object, field: &str| match row.get(field) {
                Some(_) => units(&text(row, field), precision),
                None => 0,
            };
            let held = self.chain.find(
                "contractsBalances",
                json!({ "account": "comments", "symbol": symbol }),
            );
            let held: i128 = held.iter().map(|row| units(row, "balance")).sum();
            let replies = pool.get("commentPool").and_then(Value::as_object);
            let replies = replies.map_or(0, |fund| units(fund, "rewardPool"));
            let rest = units(&pool, "rewardPool") + replies + units(&pool, "unclaimed");
            assert_eq!(
                held,
                rest - units(&pool, "paidAhead"),
                "tokens of {}",
                pool.stringify()
            );
            assert!(units(&pool, "rewardPool") >= 0 && units(&pool, "unclaimed") >= 0);
        }
    }
}

fn units(text: &str, precision: u8) -> i128 {
    let precision = Precision::new(precision).expect("a precision");
    Quantity::from_decimal(&Decimal::parse(text), precision, Rounding::Down)
        .expect("an amount")
        .units()
}

/// What a block's events are called, with account and quantity where they have them.
pub(super) fn rewards(sent: &Sent) -> Vec<String> {
    let events = sent.logs.events.iter();
    let rewards = events.filter(|event| event.contract == "comments");
    rewards
        .map(|event| {
            let data = event.data.as_object().expect("an object");
            let muted = if data.get("mute").is_some() {
                " muted"
            } else {
                ""
            };
            let (account, quantity) = (text(data, "account"), text(data, "quantity"));
            format!("{} {account} {quantity}{muted}", event.event)
        })
        .collect()
}

/// Changes tables from outside, as the sandbox lets the reference's suites do.
struct Meddler;

impl Contract for Meddler {
    fn code(&self) -> &str {
        "test:meddler"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "forward" => forward(payload, ctx),
            // a post that says nothing of itself, as old ones do that have no metadata
            "insertPost" => {
                ctx.rows::<Post>().insert(Post {
                    authorperm: payload.text("authorperm").expect("a text").as_ref().into(),
                    reward_pool_id: 1,
                    ..Post::default()
                })?;
                Ok(())
            }
            _ => Err(tartan_runtime::Failure::Unknown),
        }
    }
}

/// Moves the first pool to a time, with so many tokens.
fn forward(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    let tokens = payload.text("tokens").expect("a text");
    let mut pool = ctx.rows::<RewardPool>().numbered(1)?.expect("a pool");
    let added = units(&tokens, 8) - units(&pool.reward_pool, 8);
    let time = payload.integer("time").expect("a time");
    pool.last_reward_timestamp = time;
    pool.last_claim_decay_timestamp = time;
    pool.reward_pool = tokens.as_ref().into();
    ctx.rows::<RewardPool>().update(&pool)?;
    let eight = Precision::new(8).expect("8 decimals are allowed");
    let plus = |text: &str| Quantity::from_units(units(text, 8) + added).format(eight);
    let mut balances = ctx.rows::<ContractBalance>();
    let mut balance = balances.get(&["comments", "COOL"])?.expect("a balance");
    balance.balance = plus(&balance.balance).into();
    balances.update(&balance)?;
    let mut token = ctx.rows::<Token>().get(&["COOL"])?.expect("a token");
    token.supply = plus(&token.supply).into();
    token.circulating_supply = plus(&token.circulating_supply).into();
    ctx.rows::<Token>().update(&token)
}
