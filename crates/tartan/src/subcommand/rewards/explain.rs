//! `tartan rewards explain`.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::config::Settings;
use crate::output;
use crate::reward_pool::{Explained, RewardTables};
use crate::side_chain::SideChain;

/// A post in every pool it waits in.
#[derive(Debug, Serialize)]
struct Report {
    pools: Vec<Explained>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, explained) in self.pools.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{explained}")?;
        }
        Ok(())
    }
}

pub(super) async fn run(
    settings: &Settings,
    authorperm: &str,
    symbol: Option<&str>,
    json: bool,
) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let tables = RewardTables::new(&side_chain);
    let waiting = tables.posts(authorperm).await?;
    let mut report = Report { pools: Vec::new() };
    for pool in tables.pools().await? {
        let here = waiting.iter().any(|post| post.reward_pool_id == pool.id);
        if !here || symbol.is_some_and(|symbol| symbol != pool.symbol) {
            continue;
        }
        let situation = tables.situation(pool).await?;
        let at = situation
            .posts
            .iter()
            .position(|post| post.authorperm == authorperm);
        // it may have been paid between the two requests
        if let Some(at) = at {
            report.pools.push(tables.explain(&situation, at).await?);
        }
    }
    if report.pools.is_empty() {
        let seen = tables.has_seen(authorperm).await;
        let seen = seen.context("cannot find out whether the post was ever seen")?;
        let pool = symbol.map_or("any reward pool".to_string(), |symbol| {
            format!("the reward pool of {symbol}")
        });
        bail!(
            "{authorperm} does not wait for payment in {pool}: {}",
            match seen {
                true => "it was paid already, or had no tag of an active pool when it was posted",
                false => "the sidechain has not seen it",
            }
        );
    }
    output::print(&report, json)
}
