//! `tartan community info` and `pools`.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::{Value, json};

use super::answers::Answers;
use super::create::save;
use super::inflation::Inflation;
use super::ledger::Token;
use super::parameters;
use super::plan::{self, Supply};
use super::start::write_parameters;
use crate::config::Settings;
use crate::output;
use crate::reward_pool::{Pool, RewardTables, time};
use crate::side_chain::SideChain;

/// A community.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    symbol: String,
    issuer: String,
    supply: String,
    max_supply: String,
    reward_pool_id: u64,
    active: bool,
    reward_pool: String,
    pending_claims: String,
    open_posts: usize,
    /// The next tokens come with the first vote or comment after this.
    next_reward: String,
    config: Value,
    inflation: Inflation,
    #[serde(skip)]
    answers: Answers,
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = &self.symbol;
        let state = match self.active {
            true => "",
            false => ", paused",
        };
        writeln!(f, "{symbol}: reward pool {}{state}", self.reward_pool_id)?;
        writeln!(f, "issuer       {}", self.issuer)?;
        writeln!(f, "supply       {} of {}", self.supply, self.max_supply)?;
        writeln!(f, "in the pool  {} {symbol}", self.reward_pool)?;
        writeln!(f, "claims       {}", self.pending_claims)?;
        writeln!(f, "open posts   {}", self.open_posts)?;
        writeln!(f, "next tokens  after {}", self.next_reward)?;
        writeln!(f, "\nParameters:")?;
        write_parameters(f, &self.answers)?;
        writeln!(f, "\nNew tokens from now on:")?;
        self.inflation.write(f, symbol)
    }
}

pub(super) async fn info(
    settings: &Settings,
    symbol: &str,
    file: Option<&Path>,
    json: bool,
) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let tables = RewardTables::new(&side_chain);
    let pool = tables.pool(symbol).await?;
    let row = tables.row(symbol).await?.context("the pool has gone")?;
    let token = Token::find(&side_chain, symbol).await?;
    let token = token.with_context(|| format!("there is no token {symbol}"))?;
    let mut answers = plan::answers_of(&row["config"]);
    answers.set(parameters::symbol(), json!(symbol));
    if let Some(path) = file {
        save(path, &answers)?;
    }
    let supply = Supply::of(Some(&token), &Answers::default())?;
    let interval = i64::try_from(pool.config.interval()).unwrap_or(i64::MAX);
    let situation = tables.situation(pool).await?;
    let info = Info {
        symbol: symbol.to_string(),
        inflation: plan::prospect(&answers, supply)?.inflation(),
        issuer: token.issuer,
        supply: token.supply,
        max_supply: token.max_supply,
        reward_pool_id: situation.pool.id,
        active: situation.pool.active,
        next_reward: time(
            situation
                .pool
                .last_reward_timestamp
                .saturating_add(interval),
        ),
        reward_pool: situation.pool.reward_pool,
        pending_claims: situation.pool.pending_claims,
        open_posts: situation.posts.len(),
        config: row["config"].clone(),
        answers,
    };
    output::print(&info, json)
}

/// Pools of all communities.
#[derive(Debug, Serialize)]
struct Pools {
    pools: Vec<Line>,
}

/// A pool in the list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    reward_pool_id: u64,
    symbol: String,
    active: bool,
    reward_pool: String,
    reward_per_interval: String,
    reward_interval_seconds: u32,
    tags: Vec<String>,
}

impl Line {
    fn new(pool: Pool) -> Line {
        Line {
            reward_pool_id: pool.id,
            symbol: pool.symbol,
            active: pool.active,
            reward_pool: pool.reward_pool,
            reward_per_interval: pool.config.reward_per_interval,
            reward_interval_seconds: pool.config.reward_interval_seconds,
            tags: pool.config.tags,
        }
    }
}

impl fmt::Display for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pools.is_empty() {
            return write!(f, "no community has a reward pool yet");
        }
        writeln!(
            f,
            "{:>4}  {:<10} {:>20}  {:<28} tags",
            "pool", "token", "in it", "new"
        )?;
        for pool in &self.pools {
            let new = match pool.active {
                true => format!(
                    "{} each {} s",
                    pool.reward_per_interval, pool.reward_interval_seconds
                ),
                false => "paused".to_string(),
            };
            writeln!(
                f,
                "{:>4}  {:<10} {:>20}  {new:<28} {}",
                pool.reward_pool_id,
                pool.symbol,
                pool.reward_pool,
                pool.tags.join(", ")
            )?;
        }
        Ok(())
    }
}

pub(super) async fn pools(settings: &Settings, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let mut pools = RewardTables::new(&side_chain).pools().await?;
    pools.sort_by_key(|pool| pool.id);
    let pools = Pools {
        pools: pools.into_iter().map(Line::new).collect(),
    };
    output::print(&pools, json)
}
