//! What the first week has paid, to whom and why, and whether the sum is right.
//!
//! Before the time of payment, each post is explained as `tartan rewards explain` does it. What is paid afterwards must
//! be exactly that, and what was issued must be what was paid and what is left.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_decimal::{Precision, Quantity};

use super::story::TOKEN;
use crate::reward_pool::{CONTRACT, Explained, RewardTables};
use crate::side_chain::{Event, SideChain};

/// Everything before the time of payment.
pub(super) struct Before {
    precision: Precision,
    block: u64,
    supply: Quantity,
    /// What each account has, staked or not.
    holdings: BTreeMap<String, Quantity>,
    in_contract: Quantity,
    posts: Vec<Explained>,
}

/// What was paid.
#[derive(Debug, Serialize)]
pub(super) struct Rewards {
    posts: Vec<Explained>,
    earned: Vec<Earned>,
    sum: Sum,
}

/// What an account has earned in all.
#[derive(Debug, Serialize)]
struct Earned {
    account: String,
    author: String,
    curator: String,
    beneficiary: String,
    total: String,
}

/// Where all new tokens are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sum {
    issued: String,
    paid: String,
    left_in_pool: String,
    /// What went to nobody: fractions, and what was forfeited by changed votes. It comes back with the next interval.
    left_in_contract: String,
}

/// Who gets how much for what.
type Payments = BTreeMap<(String, &'static str, String), Quantity>;

impl Before {
    pub(super) async fn look(side_chain: &SideChain) -> Result<Before> {
        let tables = RewardTables::new(side_chain);
        let situation = tables.situation(tables.pool(TOKEN).await?).await?;
        let mut posts = Vec::new();
        for at in 0..situation.posts.len() {
            posts.push(tables.explain(&situation, at).await?);
        }
        posts.sort_by(|a, b| (&a.posted, &a.post).cmp(&(&b.posted, &b.post)));
        let precision = situation.precision;
        Ok(Before {
            precision,
            block: side_chain.head().await?,
            supply: supply(side_chain, precision).await?,
            holdings: holdings(side_chain, precision).await?,
            in_contract: in_contract(side_chain, precision).await?,
            posts,
        })
    }

    /// Whether no post waits any more.
    pub(super) async fn all_paid(&self, side_chain: &SideChain) -> Result<bool> {
        let waiting = side_chain.find_one(CONTRACT, "posts", json!({ "symbol": TOKEN }));
        Ok(waiting.await?.is_none())
    }

    /// What has happened since, which must be what was foreseen.
    pub(super) async fn compare(self, side_chain: &SideChain) -> Result<Rewards> {
        let head = side_chain.head().await?;
        let events = side_chain.events(self.block + 1, head).await?;
        let told = self.told(&events)?;
        let foreseen = self.foreseen()?;
        if told != foreseen {
            bail!("the rewards are not as explained before: expected {foreseen:?}, found {told:?}");
        }
        let mut by_account: BTreeMap<&str, Quantity> = BTreeMap::new();
        for ((_, _, account), quantity) in &told {
            let sum = by_account.entry(account).or_default();
            *sum = add(*sum, *quantity)?;
        }
        let after = holdings(side_chain, self.precision).await?;
        for (account, now) in &after {
            let before = self.holdings.get(account).copied().unwrap_or_default();
            let got = now.checked_sub(before).context("amounts too large")?;
            let earned = by_account
                .get(account.as_str())
                .copied()
                .unwrap_or_default();
            if got != earned {
                bail!(
                    "{account} was told of {} {TOKEN}, and got {}",
                    earned.format(self.precision),
                    got.format(self.precision)
                );
            }
        }
        let mut paid = Quantity::ZERO;
        for quantity in by_account.values() {
            paid = add(paid, *quantity)?;
        }
        let sum = self.sum(side_chain, paid).await?;
        Ok(Rewards {
            earned: self.earned(&told)?,
            posts: self.posts,
            sum,
        })
    }

    /// What the contract said it has paid.
    fn told(&self, events: &[Event]) -> Result<Payments> {
        let mut payments = Payments::new();
        for event in events.iter().filter(|event| event.contract == CONTRACT) {
            let role = match event.event.as_str() {
                "authorReward" => "author",
                "curationReward" => "curator",
                "beneficiaryReward" => "beneficiary",
                _ => continue,
            };
            let text = |field: &str| text(&event.data, field);
            let quantity = Quantity::parse_exact(&text("quantity"), self.precision)?;
            if quantity.is_positive() && text("symbol") == TOKEN {
                payments.insert((text("authorperm"), role, text("account")), quantity);
            }
        }
        Ok(payments)
    }

    /// What was explained before.
    fn foreseen(&self) -> Result<Payments> {
        let mut payments = Payments::new();
        for post in &self.posts {
            for share in &post.outcome.shares {
                let quantity = Quantity::parse_exact(&share.quantity, self.precision)?;
                if quantity.is_positive() {
                    let key = (post.post.clone(), share.role, share.account.clone());
                    payments.insert(key, quantity);
                }
            }
        }
        Ok(payments)
    }

    /// Makes sure that what was issued is what was paid and what is left.
    async fn sum(&self, side_chain: &SideChain, paid: Quantity) -> Result<Sum> {
        let format = |quantity: Quantity| quantity.format(self.precision);
        let difference = |after: Quantity, before: Quantity| {
            after.checked_sub(before).context("amounts too large")
        };
        let issued = difference(supply(side_chain, self.precision).await?, self.supply)?;
        let in_contract = in_contract(side_chain, self.precision).await?;
        let left = difference(in_contract, self.in_contract)?;
        if issued != add(paid, left)? {
            bail!(
                "the sum is wrong: {} {TOKEN} were issued, {} were paid, and the contract has {} more",
                format(issued),
                format(paid),
                format(left)
            );
        }
        let pool = RewardTables::new(side_chain).pool(TOKEN).await?;
        let in_pool = Quantity::parse_exact(&pool.reward_pool, self.precision)?;
        if in_pool > in_contract {
            bail!(
                "the pool says {} {TOKEN}, and the contract has only {}",
                format(in_pool),
                format(in_contract)
            );
        }
        Ok(Sum {
            issued: format(issued),
            paid: format(paid),
            left_in_pool: format(in_pool),
            left_in_contract: format(difference(in_contract, in_pool)?),
        })
    }

    fn earned(&self, told: &Payments) -> Result<Vec<Earned>> {
        let mut accounts: BTreeMap<&str, BTreeMap<&str, Quantity>> = BTreeMap::new();
        for ((_, role, account), quantity) in told {
            let roles = accounts.entry(account).or_default();
            for role in [role, "total"] {
                let sum = roles.entry(role).or_default();
                *sum = add(*sum, *quantity)?;
            }
        }
        let earned = accounts.into_iter().map(|(account, roles)| {
            let role = |role: &str| {
                let sum = roles.get(role).copied().unwrap_or_default();
                sum.format(self.precision)
            };
            Earned {
                account: account.to_string(),
                author: role("author"),
                curator: role("curator"),
                beneficiary: role("beneficiary"),
                total: role("total"),
            }
        });
        Ok(earned.collect())
    }
}

fn add(a: Quantity, b: Quantity) -> Result<Quantity> {
    a.checked_add(b).context("amounts too large")
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or("0").to_string()
}

/// How much of the token has been issued.
async fn supply(side_chain: &SideChain, precision: Precision) -> Result<Quantity> {
    let query = json!({ "symbol": TOKEN });
    let token = side_chain.find_one("tokens", "tokens", query).await?;
    let token = token.with_context(|| format!("there is no token {TOKEN}"))?;
    Ok(Quantity::parse_exact(&text(&token, "supply"), precision)?)
}

/// What the contract of reward pools holds of the token.
async fn in_contract(side_chain: &SideChain, precision: Precision) -> Result<Quantity> {
    let query = json!({ "account": CONTRACT, "symbol": TOKEN });
    let row = side_chain
        .find_one("tokens", "contractsBalances", query)
        .await?;
    let balance = row.map_or("0".to_string(), |row| text(&row, "balance"));
    Ok(Quantity::parse_exact(&balance, precision)?)
}

/// What each account has of the token, free and staked.
async fn holdings(
    side_chain: &SideChain,
    precision: Precision,
) -> Result<BTreeMap<String, Quantity>> {
    let query = json!({ "symbol": TOKEN });
    let rows = side_chain.find_all("tokens", "balances", query).await?;
    let mut holdings = BTreeMap::new();
    for row in &rows {
        let amount = |field: &str| Quantity::parse_exact(&text(row, field), precision);
        holdings.insert(
            text(row, "account"),
            add(amount("balance")?, amount("stake")?)?,
        );
    }
    Ok(holdings)
}

impl fmt::Display for Rewards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Rewards of the first week")?;
        for post in &self.posts {
            write_post(f, post)?;
        }
        writeln!(
            f,
            "\n{:<8} {:>10} {:>10} {:>12} {:>10}",
            "earned", "as author", "curator", "beneficiary", "together"
        )?;
        for line in &self.earned {
            let Earned {
                account,
                author,
                curator,
                beneficiary,
                total,
            } = line;
            writeln!(
                f,
                "{account:<8} {author:>10} {curator:>10} {beneficiary:>12} {total:>10}"
            )?;
        }
        let sum = &self.sum;
        writeln!(
            f,
            "\n{} {TOKEN} issued = {} paid + {} left in the pool + {} that went to nobody",
            sum.issued, sum.paid, sum.left_in_pool, sum.left_in_contract
        )
    }
}

fn write_post(f: &mut fmt::Formatter<'_>, post: &Explained) -> fmt::Result {
    let outcome = &post.outcome;
    if let Some(why) = &outcome.unpaid {
        return writeln!(f, "\n{:<22} nothing: {why}", post.post);
    }
    writeln!(
        f,
        "\n{:<22} {} {TOKEN}: votes of {} out of claims of {}",
        post.post,
        outcome.value,
        post.rshares,
        post.claims_then()
    )?;
    for share in &outcome.shares {
        writeln!(
            f,
            "  {:<11} {:<8} {:>10}   {}",
            share.role, share.account, share.quantity, share.because
        )?;
    }
    if outcome
        .nobody
        .bytes()
        .any(|byte| (b'1'..=b'9').contains(&byte))
    {
        writeln!(f, "  {:<20} {:>10}", "nobody", outcome.nobody)?;
    }
    Ok(())
}
