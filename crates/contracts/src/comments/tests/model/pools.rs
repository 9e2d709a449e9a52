//! What founders and the owner of the contract decide.

use serde_json::{Map, Value, json};

use super::{Model, Number, Outcome, Pool, Power, check, text};

const OWNER: &str = "engine";
const UTILITY: &str = "ENG";
const KEYS: [&str; 20] = [
    "postRewardCurve",
    "postRewardCurveParameter",
    "curationRewardCurve",
    "curationRewardCurveParameter",
    "curationRewardPercentage",
    "cashoutWindowDays",
    "rewardPerInterval",
    "rewardIntervalSeconds",
    "voteRegenerationDays",
    "downvoteRegenerationDays",
    "stakedRewardPercentage",
    "votePowerConsumption",
    "downvotePowerConsumption",
    "tags",
    "disableDownvote",
    "ignoreDeclinePayout",
    "appTaxConfig",
    "excludeTags",
    "rewardReductionIntervalSeconds",
    "rewardReductionPercentage",
];

/// The known keys of a configuration. Scenarios only make valid ones, but for the percentage of curators.
fn configuration(payload: &Value) -> Result<Map<String, Value>, String> {
    let config = payload["config"].as_object().ok_or("config invalid")?;
    let percentage = config["curationRewardPercentage"].as_i64();
    check(
        percentage.is_some_and(|percentage| (0..=100).contains(&percentage)),
        "curationRewardPercentage should be an integer between 0 and 100",
    )?;
    let known = |key: &&str| {
        config
            .get(*key)
            .map(|value| ((*key).to_string(), value.clone()))
    };
    Ok(KEYS.iter().filter_map(known).collect())
}

impl Model {
    fn can_pay(&self, sender: &str, fee: &str) -> bool {
        sender == OWNER || self.ledger.holding(UTILITY, sender).balance >= Number::parse(fee)
    }

    fn burn_fee(&mut self, sender: &str, fee: &str) {
        if sender != OWNER && Number::parse(fee).is_positive() {
            let event = self.ledger.transfer(UTILITY, sender, "null", fee);
            self.events.push(event);
        }
    }

    pub(super) fn create_pool(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(
            payload["isSignedWithActiveKey"] == true,
            "operation must be signed with your active key",
        )?;
        let fee = self.params.setup_fee.clone();
        let error = "you must have enough tokens to cover the creation fee";
        check(self.can_pay(sender, &fee), error)?;
        let symbol = text(payload, "symbol");
        check(self.ledger.tokens.contains_key(&symbol), "token not found")?;
        let config = configuration(payload)?;
        check(
            self.ledger.token(&symbol).issuer == sender,
            "must be issuer of token",
        )?;
        let exists = self.pools.values().any(|pool| pool.symbol == symbol);
        check(!exists, "cannot create multiple reward pools per token")?;
        let id = self.pools.len() as u64 + 1;
        let pool = Pool {
            symbol,
            tokens: "0".to_string(),
            last_reward: self.now,
            last_decay: self.now,
            created: self.now,
            last_reduction: self.now,
            config,
            claims: "0".to_string(),
            interval_claims: None,
            interval_tokens: None,
            active: true,
            unclaimed: Number::zero(),
            paid_ahead: Number::zero(),
            resumed: None,
            counting: None,
        };
        self.pools.insert(id, pool);
        self.burn_fee(sender, &fee);
        self.emit("createRewardPool", &json!({ "_id": id }));
        Ok(())
    }

    fn pool_id(&self, payload: &Value) -> Result<u64, String> {
        let id = payload["rewardPoolId"]
            .as_u64()
            .filter(|id| self.pools.contains_key(id));
        id.ok_or_else(|| "reward pool not found".to_string())
    }

    fn issuer(&self, id: u64) -> &str {
        &self.ledger.token(&self.pools[&id].symbol).issuer
    }

    pub(super) fn update_pool(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(
            payload["isSignedWithActiveKey"] == true,
            "operation must be signed with your active key",
        )?;
        let fee = self.params.update_fee.clone();
        let error = "you must have enough tokens to cover the update fee";
        check(self.can_pay(sender, &fee), error)?;
        check(payload["config"].is_object(), "config invalid")?;
        let id = self.pool_id(payload)?;
        let config = configuration(payload)?;
        check(self.issuer(id) == sender, "must be issuer of token")?;
        self.burn_fee(sender, &fee);
        let now = self.now;
        let pool = self.pools.get_mut(&id).expect("it was found");
        let step = |config: &Map<String, Value>| {
            config
                .get("rewardReductionIntervalSeconds")
                .and_then(Value::as_i64)
        };
        if step(&pool.config) != step(&config) {
            pool.last_reduction = now;
        }
        pool.config = config;
        Ok(())
    }

    /// The pool of a payload, if the sender may manage it.
    fn managed(&self, sender: &str, payload: &Value) -> Result<u64, String> {
        let id = self.pool_id(payload)?;
        let allowed = sender == OWNER || self.issuer(id) == sender;
        check(allowed, "must be issuer of token")?;
        Ok(id)
    }

    pub(super) fn set_active(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(
            payload["isSignedWithActiveKey"] == true,
            "operation must be signed with your active key",
        )?;
        let id = self.managed(sender, payload)?;
        let now = self.now;
        let pool = self.pools.get_mut(&id).expect("it was found");
        let active = payload["active"]
            .as_bool()
            .ok_or("active must be a boolean")?;
        if active && !pool.active {
            pool.resumed = Some(now);
        }
        pool.active = active;
        Ok(())
    }

    pub(super) fn reset_pool(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(
            payload["isSignedWithActiveKey"] == true,
            "operation must be signed with your active key",
        )?;
        let id = self.managed(sender, payload)?;
        let now = self.now;
        let pool = self.pools.get_mut(&id).expect("it was found");
        let held = Number::parse(&pool.tokens)
            .plus(&pool.unclaimed)
            .minus(&pool.paid_ahead);
        pool.tokens = "0".to_string();
        pool.claims = "0".to_string();
        (pool.unclaimed, pool.paid_ahead) = (Number::zero(), Number::zero());
        (pool.last_reward, pool.last_decay, pool.created) = (now, now, now);
        (pool.counting, pool.resumed) = (None, None);
        if held.is_positive() {
            let symbol = pool.symbol.clone();
            let event = self.ledger.transfer_from_contract(&symbol, "null", &held);
            self.events.push(event);
        }
        Ok(())
    }

    pub(super) fn set_mute(&mut self, sender: &str, payload: &Value) -> Outcome {
        let id = self.managed(sender, payload)?;
        let account = text(payload, "account");
        check(account.len() >= 3, "invalid account")?;
        let mute = payload["mute"].as_bool().ok_or("mute must be a boolean")?;
        let now = self.now;
        let power = self.powers.entry((id, account)).or_insert(Power {
            last_vote: now,
            up: 10_000,
            down: 10_000,
            mute: None,
        });
        power.mute = Some(mute);
        Ok(())
    }

    pub(super) fn set_post_mute(&mut self, sender: &str, payload: &Value) -> Outcome {
        let id = self.managed(sender, payload)?;
        let name = payload["authorperm"]
            .as_str()
            .ok_or("authorperm must be a string")?;
        let post = self
            .posts
            .get_mut(&(name.to_string(), id))
            .ok_or("post not found")?;
        post.mute = Some(payload["mute"].as_bool().ok_or("mute must be a boolean")?);
        Ok(())
    }

    pub(super) fn update_params(&mut self, sender: &str, payload: &Value) -> Outcome {
        if sender != OWNER {
            return Ok(());
        }
        let given = |key: &str| payload[key].as_u64().map(|number| number as usize);
        let params = &mut self.params;
        for (key, field) in [
            ("maintenanceTokensPerBlock", &mut params.pools_per_block),
            ("maxPostsProcessedPerRound", &mut params.posts_per_round),
            ("maxVotesProcessedPerRound", &mut params.votes_per_round),
            ("voteQueryLimit", &mut params.votes_at_once),
        ] {
            *field = given(key).unwrap_or(*field);
        }
        if let Some(fee) = payload["updateFee"].as_str() {
            params.update_fee = fee.to_string();
        }
        Ok(())
    }
}
