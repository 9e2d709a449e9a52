//! `tartan rewards pending`.

use std::collections::HashSet;
use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use tartan_decimal::Quantity;

use crate::config::Settings;
use crate::output;
use crate::reward_pool::{RewardTables, Situation, time};
use crate::side_chain::SideChain;

/// What waits to be paid.
#[derive(Debug, Serialize)]
struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    rewards: Vec<Pending>,
    totals: Vec<Total>,
}

/// A post, or a share in one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Pending {
    symbol: String,
    post: String,
    /// What the account is in it; none for a whole post.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    quantity: String,
    paid_after: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unpaid: Option<&'static str>,
}

/// What comes together in one token.
#[derive(Debug, Serialize)]
struct Total {
    symbol: String,
    quantity: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rewards.is_empty() {
            return match &self.account {
                Some(account) => write!(f, "nothing waits to be paid to {account}"),
                None => write!(f, "no post waits to be paid"),
            };
        }
        let post = self.rewards.iter().map(|line| line.post.len()).max();
        let width = post.unwrap_or(0).max("post".len());
        writeln!(
            f,
            "{:<width$}  {:<12} {:>20} {:<10} paid after",
            "post",
            if self.account.is_some() { "as" } else { "" },
            "amount",
            "token"
        )?;
        for line in &self.rewards {
            let note = line.unpaid.map_or(String::new(), |why| format!("  {why}"));
            writeln!(
                f,
                "{:<width$}  {:<12} {:>20} {:<10} {}{note}",
                line.post,
                line.role.unwrap_or_default(),
                line.quantity,
                line.symbol,
                line.paid_after
            )?;
        }
        for total in &self.totals {
            writeln!(
                f,
                "{:<width$}  {:<12} {:>20} {}",
                "together", "", total.quantity, total.symbol
            )?;
        }
        Ok(())
    }
}

pub(super) async fn run(
    settings: &Settings,
    account: Option<&str>,
    symbol: Option<&str>,
    json: bool,
) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let tables = RewardTables::new(&side_chain);
    let mut report = Report {
        account: account.map(str::to_string),
        rewards: Vec::new(),
        totals: Vec::new(),
    };
    let mut known = symbol.is_none();
    for pool in tables.pools().await? {
        if symbol.is_some_and(|symbol| symbol != pool.symbol) {
            continue;
        }
        known = true;
        let situation = tables.situation(pool).await?;
        let mut lines = match account {
            Some(account) => shares(&tables, &situation, account).await?,
            None => whole_posts(&situation),
        };
        lines.sort_by(|(a, _), (b, _)| (&a.paid_after, &a.post).cmp(&(&b.paid_after, &b.post)));
        let total: i128 = lines.iter().map(|(_, quantity)| quantity.units()).sum();
        if !lines.is_empty() {
            report.totals.push(Total {
                symbol: situation.pool.symbol.clone(),
                quantity: Quantity::from_units(total).format(situation.precision),
            });
        }
        report
            .rewards
            .extend(lines.into_iter().map(|(line, _)| line));
    }
    if !known {
        bail!(
            "{} has no reward pool on this sidechain; `tartan community pools` lists those there are",
            symbol.unwrap_or_default()
        );
    }
    output::print(&report, json)
}

/// All posts of a pool.
fn whole_posts(situation: &Situation) -> Vec<(Pending, Quantity)> {
    let posts = situation.posts.iter().zip(&situation.dues);
    posts
        .map(|(post, due)| {
            let line = Pending {
                symbol: situation.pool.symbol.clone(),
                post: post.authorperm.clone(),
                role: None,
                quantity: due.value.format(situation.precision),
                paid_after: time(due.paid_after),
                unpaid: post.unpaid(),
            };
            (line, due.value)
        })
        .collect()
}

/// What one account is going to get in a pool.
async fn shares(
    tables: &RewardTables<'_>,
    situation: &Situation,
    account: &str,
) -> Result<Vec<(Pending, Quantity)>> {
    let votes = tables
        .votes_of(&situation.pool, account, &situation.posts)
        .await?;
    let voted: HashSet<&str> = votes.iter().map(|vote| vote.authorperm.as_str()).collect();
    let mut found = Vec::new();
    for (at, post) in situation.posts.iter().enumerate() {
        let beneficiaries = post.beneficiaries.as_deref().unwrap_or_default();
        let concerned = post.author == account
            || voted.contains(post.authorperm.as_str())
            || beneficiaries.iter().any(|share| share.account == account);
        if !concerned {
            continue;
        }
        let explained = tables.explain(situation, at).await?;
        for share in &explained.outcome.shares {
            if share.account != account {
                continue;
            }
            let paid = Quantity::parse_exact(&share.liquid, situation.precision)?
                .checked_add(Quantity::parse_exact(&share.staked, situation.precision)?)
                .unwrap_or(Quantity::ZERO);
            let line = Pending {
                symbol: explained.symbol.clone(),
                post: post.authorperm.clone(),
                role: Some(share.role),
                quantity: paid.format(situation.precision),
                paid_after: explained.paid_after.clone(),
                unpaid: post.unpaid(),
            };
            found.push((line, paid));
        }
    }
    Ok(found)
}
