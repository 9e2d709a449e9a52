//! Posts and votes.

use serde_json::{Value, json};

use super::{DAY, Model, Number, Outcome, Post, Power, Vote, check, text};

impl Model {
    pub(super) fn comment(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(sender == "null", "action must use comment operation")?;
        self.maintenance();
        let author = text(payload, "author");
        let name = format!("@{author}/{}", text(payload, "permlink"));
        let known = self.metadata.contains_key(&name);
        let pools = self.pools_of(payload);
        if known || pools.is_empty() {
            return Ok(());
        }
        self.metadata.insert(name.clone(), pools.clone());
        let app = payload["jsonMetadata"]["app"].as_str();
        let app = app.map(|app| app.split('/').next().unwrap_or_default().to_lowercase());
        for id in pools {
            let pool = self.pools[&id].clone();
            if !pool.active {
                continue;
            }
            let post = Post {
                author: author.clone(),
                created: self.now,
                cashout: self.now + pool.number("cashoutWindowDays") * DAY,
                positive: "0".to_string(),
                sum: "0".to_string(),
                app: app.clone(),
                beneficiaries: None,
                declined: None,
                mute: None,
            };
            self.posts.insert((name.clone(), id), post);
            self.emit(
                "newComment",
                &json!({ "rewardPoolId": id, "symbol": pool.symbol }),
            );
        }
        Ok(())
    }

    fn pools_of(&self, payload: &Value) -> Vec<u64> {
        let (author, permlink) = (
            text(payload, "parentAuthor"),
            text(payload, "parentPermlink"),
        );
        if !author.is_empty() && !permlink.is_empty() {
            let parent = self.metadata.get(&format!("@{author}/{permlink}"));
            return parent.cloned().unwrap_or_default();
        }
        let Some(tags) = payload["jsonMetadata"]["tags"].as_array() else {
            return Vec::new();
        };
        if !tags.iter().all(Value::is_string) {
            return Vec::new();
        }
        let mut search = tags.clone();
        if !permlink.is_empty() {
            search.push(permlink.into());
        }
        let meets = |list: &Value| {
            let list = list.as_array();
            list.is_some_and(|list| list.iter().any(|tag| search.contains(tag)))
        };
        let none = Value::Null;
        let matching = self.pools.iter().filter(|(_, pool)| {
            meets(&pool.config["tags"]) && !meets(pool.config.get("excludeTags").unwrap_or(&none))
        });
        matching.map(|(id, _)| *id).take(20).collect()
    }

    pub(super) fn comment_options(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(sender == "null", "action must use commentOptions operation")?;
        let name = format!("@{}/{}", text(payload, "author"), text(payload, "permlink"));
        let declined = text(payload, "maxAcceptedPayout").starts_with("0.000");
        let share = |share: &Value| {
            let weight = share["weight"].as_i64().expect("a weight");
            (text(share, "account"), weight)
        };
        let shares = payload["beneficiaries"].as_array().expect("a list");
        let shares: Vec<_> = shares.iter().map(share).collect();
        for ((_, id), post) in self
            .posts
            .iter_mut()
            .filter(|((found, _), _)| *found == name)
        {
            if self.pools[id].config["ignoreDeclinePayout"] == false {
                post.declined = Some(declined);
            }
            post.beneficiaries = Some(shares.clone());
        }
        Ok(())
    }

    pub(super) fn vote(&mut self, sender: &str, payload: &Value) -> Outcome {
        check(sender == "null", "can only vote with voting op")?;
        let weight = payload["weight"]
            .as_i64()
            .filter(|weight| weight.abs() <= 10_000);
        let Some(weight) = weight else {
            return Err("weight must be an integer from -10000 to 10000".to_string());
        };
        self.maintenance();
        let name = format!("@{}/{}", text(payload, "author"), text(payload, "permlink"));
        let ids: Vec<u64> = self.pools.keys().copied().collect();
        for id in ids {
            let pool = &self.pools[&id];
            let Some(post) = self.posts.get(&(name.clone(), id)) else {
                continue;
            };
            // Nobody can vote for a post once its claim is counted.
            let counted = post.cashout <= pool.last_reward;
            if pool.active && post.cashout >= self.now && !counted {
                self.count_vote(id, &name, &text(payload, "voter"), weight);
            }
        }
        Ok(())
    }

    fn count_vote(&mut self, id: u64, name: &str, voter: &str, weight: i64) {
        let pool = self.pools[&id].clone();
        let mut power = self.power_now(id, voter);
        let muted = power.mute == Some(true);
        let holding = self.ledger.holding(&pool.symbol, voter);
        let stake = holding.stake.plus(&holding.delegations_in);
        let post = &self.posts[&(name.to_string(), id)];
        let (positive, sum) = (post.positive.clone(), post.sum.clone());

        let rshares = |power: i64| {
            let product = stake
                .times(&Number::integer(weight))
                .times(&Number::integer(power));
            let ten_thousand = Number::integer(10_000);
            product.over(&ten_thousand).over(&ten_thousand).floor(10)
        };
        let (mut cast, mut curation_weight) = (None, Number::zero());
        if weight > 0 {
            let rshares = rshares(power.up);
            power.up = charged(power.up, weight, pool.number("votePowerConsumption"));
            let before = Number::parse(&positive);
            let weight = pool
                .curation(&before.plus(&rshares))
                .minus(&pool.curation(&before));
            curation_weight = weight.floor(10);
            cast = Some(rshares);
        } else if weight < 0 && pool.config["disableDownvote"] == false {
            cast = Some(rshares(power.down));
            power.down = charged(power.down, weight, pool.number("downvotePowerConsumption"));
        }
        let up = weight > 0 && !muted;
        let cast = cast.filter(|_| !muted);
        self.powers.insert((id, voter.to_string()), power);

        let shown = cast
            .as_ref()
            .map_or("0".to_string(), |rshares| rshares.text(10));
        let rshares = cast.unwrap_or_default();
        let mut vote = Vote {
            weight,
            rshares: shown.clone(),
            curation_weight: if up {
                curation_weight.text(10)
            } else {
                "0".to_string()
            },
            timestamp: self.now,
        };
        let key = (id, name.to_string(), voter.to_string());
        let (event, delta) = match self.votes.get(&key) {
            Some(old) => {
                vote.curation_weight = "0".to_string();
                ("updateVote", rshares.minus(&Number::parse(&old.rshares)))
            }
            None => ("newVote", rshares),
        };
        self.votes.insert(key, vote);
        let mut data = json!({ "rewardPoolId": id, "symbol": pool.symbol, "rshares": shown });
        if muted {
            data["mute"] = true.into();
        }
        self.emit(event, &data);

        let after = Number::parse(&sum).plus(&delta).text(10);
        if delta.is_positive() && self.now < pool.created + pool.claims_window() {
            let added = pool.claim(&after).minus(&pool.claim(&sum));
            let pool = self.pools.get_mut(&id).expect("it exists");
            pool.claims = Number::parse(&pool.claims).plus(&added).text(10);
        }
        let post = self
            .posts
            .get_mut(&(name.to_string(), id))
            .expect("it exists");
        post.sum = after;
        if delta.is_positive() {
            post.positive = Number::parse(&positive).plus(&delta).text(10);
        }
    }

    /// The power of a voter, regenerated until now.
    fn power_now(&self, id: u64, voter: &str) -> Power {
        let Some(power) = self.powers.get(&(id, voter.to_string())) else {
            return Power {
                last_vote: self.now,
                up: 10_000,
                down: 10_000,
                mute: None,
            };
        };
        let elapsed = self.now - power.last_vote;
        let regenerated = |power: i64, key: &str| {
            let days = self.pools[&id].number(key);
            (power + elapsed * 10_000 / (days * DAY)).min(10_000)
        };
        Power {
            last_vote: self.now,
            up: regenerated(power.up, "voteRegenerationDays"),
            down: regenerated(power.down, "downvoteRegenerationDays"),
            mute: power.mute,
        }
    }
}

/// What a vote leaves of a power.
fn charged(power: i64, weight: i64, consumption: i64) -> i64 {
    let spent = power * weight.abs() * 86_400 / 10_000;
    let unit = 10_000 * 86_400 / consumption;
    let used = (spent + unit - 1) / unit;
    (power - used).max(0)
}
