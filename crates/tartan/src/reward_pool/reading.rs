//! Reading the tables of reward pools from a node.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tartan_decimal::Precision;
use tartan_forecast::{CONTRACT, Explained, Pool, Post, Situation, Vote, explain};

use crate::side_chain::SideChain;

/// How many accounts or posts are named in one request.
///
/// They are named inside of `$and`: next to all other fields of a table's primary key they would be taken for the key
/// itself, and nothing found.
const BATCH: usize = 100;

/// The tables of reward pools, on a node.
pub(crate) struct RewardTables<'a> {
    side_chain: &'a SideChain,
}

/// What is needed of a row of the token ledger.
#[derive(Deserialize)]
struct Token {
    precision: u8,
}

fn read<T: DeserializeOwned>(rows: Vec<Value>, table: &str) -> Result<Vec<T>> {
    let rows: Result<Vec<T>, _> = rows.into_iter().map(serde_json::from_value).collect();
    rows.with_context(|| format!("unexpected row of the table {table}"))
}

impl RewardTables<'_> {
    pub(crate) fn new(side_chain: &SideChain) -> RewardTables<'_> {
        RewardTables { side_chain }
    }

    /// All pools.
    pub(crate) async fn pools(&self) -> Result<Vec<Pool>> {
        let rows = self
            .side_chain
            .find_all(CONTRACT, "rewardPools", json!({}))
            .await?;
        rows.into_iter().map(|row| Ok(Pool::read(row)?)).collect()
    }

    /// The row of a token's pool, if it has one.
    pub(crate) async fn row(&self, symbol: &str) -> Result<Option<Value>> {
        self.side_chain
            .find_one(CONTRACT, "rewardPools", json!({ "symbol": symbol }))
            .await
    }

    /// The pool of a token.
    ///
    /// # Errors
    /// When it has none.
    pub(crate) async fn pool(&self, symbol: &str) -> Result<Pool> {
        match self.row(symbol).await? {
            Some(row) => Ok(Pool::read(row)?),
            None => bail!(
                "{symbol} has no reward pool on this sidechain; `tartan community pools` lists those there are"
            ),
        }
    }

    /// The decimals of a token.
    pub(crate) async fn precision(&self, symbol: &str) -> Result<Precision> {
        let query = json!({ "symbol": symbol });
        let row = self.side_chain.find_one("tokens", "tokens", query).await?;
        let row = row.with_context(|| format!("there is no token {symbol} on this sidechain"))?;
        let token: Token =
            serde_json::from_value(row).context("unexpected row of the table tokens")?;
        Ok(Precision::new(token.precision)?)
    }

    /// A pool with its open posts and their forecast.
    pub(crate) async fn situation(&self, pool: Pool) -> Result<Situation> {
        let precision = self.precision(&pool.symbol).await?;
        let query = json!({ "rewardPoolId": pool.id });
        let rows = self.side_chain.find_all(CONTRACT, "posts", query).await?;
        let posts: Vec<Post> = read(rows, "posts")?;
        Ok(Situation::new(pool, precision, posts)?)
    }

    /// A post in all the pools it waits in.
    pub(crate) async fn posts(&self, authorperm: &str) -> Result<Vec<Post>> {
        let query = json!({ "authorperm": authorperm });
        read(
            self.side_chain.find_all(CONTRACT, "posts", query).await?,
            "posts",
        )
    }

    /// Whether a post has ever been seen, paid or not.
    pub(crate) async fn has_seen(&self, authorperm: &str) -> Result<bool> {
        let query = json!({ "authorperm": authorperm });
        let row = self
            .side_chain
            .find_one(CONTRACT, "postMetadata", query)
            .await?;
        Ok(row.is_some())
    }

    /// The votes for a post, in the order in which curators are paid.
    pub(crate) async fn votes(&self, post: &Post) -> Result<Vec<Vote>> {
        let query = json!({ "rewardPoolId": post.reward_pool_id, "authorperm": post.authorperm });
        let rows = self.side_chain.find_all(CONTRACT, "votes", query).await?;
        let mut votes: Vec<Vote> = read(rows, "votes")?;
        votes.sort_by(|a, b| (a.timestamp, &a.voter).cmp(&(b.timestamp, &b.voter)));
        Ok(votes)
    }

    /// The votes of an account for some posts of a pool.
    pub(crate) async fn votes_of(
        &self,
        pool: &Pool,
        voter: &str,
        posts: &[Post],
    ) -> Result<Vec<Vote>> {
        let mut votes = Vec::new();
        for posts in posts.chunks(BATCH) {
            let names: Vec<&str> = posts.iter().map(|post| post.authorperm.as_str()).collect();
            let query = json!({
                "rewardPoolId": pool.id, "voter": voter, "$and": [{ "authorperm": { "$in": names } }],
            });
            let rows = self.side_chain.find_all(CONTRACT, "votes", query).await?;
            votes.extend(read::<Vote>(rows, "votes")?);
        }
        Ok(votes)
    }

    /// Which of these accounts the pool has muted.
    pub(crate) async fn muted<'a>(
        &self,
        pool: &Pool,
        accounts: impl IntoIterator<Item = &'a str>,
    ) -> Result<BTreeSet<String>> {
        let accounts: BTreeSet<&str> = accounts.into_iter().collect();
        let accounts: Vec<&str> = accounts.into_iter().collect();
        let mut muted = BTreeSet::new();
        for accounts in accounts.chunks(BATCH) {
            let query = json!({
                "rewardPoolId": pool.id, "$and": [{ "account": { "$in": accounts } }],
            });
            let rows = self
                .side_chain
                .find_all(CONTRACT, "votingPower", query)
                .await?;
            let rows = rows.iter().filter(|row| row["mute"] == true);
            muted.extend(rows.filter_map(|row| row["account"].as_str().map(str::to_string)));
        }
        Ok(muted)
    }

    /// Explains the post at this place of a situation.
    pub(crate) async fn explain(&self, situation: &Situation, at: usize) -> Result<Explained> {
        let Situation {
            pool,
            precision,
            posts,
            dues,
        } = situation;
        let (post, due) = posts
            .get(at)
            .zip(dues.get(at))
            .context("a post that is not there")?;
        let votes = self.votes(post).await?;
        let beneficiaries = post.beneficiaries.as_deref().unwrap_or_default();
        let parties = votes
            .iter()
            .map(|vote| vote.voter.as_str())
            .chain(beneficiaries.iter().map(|share| share.account.as_str()))
            .chain([post.author.as_str()]);
        let muted = self.muted(pool, parties).await?;
        Ok(explain(pool, *precision, post, &votes, &muted, due)?)
    }
}
