//! The tables of reward pools, as pages read them.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tartan_chain::{FindRequest, ReadError, Reader};
use tartan_decimal::Quantity;
use tartan_forecast::{CONTRACT, Explained, ForecastError, Situation, Vote, Voter, explain};
use tartan_state::Sort;

use super::Forecasts;
use crate::error::Error;

/// Rows of one question.
const AT_ONCE: usize = 1000;
/// Votes of a post that are read.
const MOST_VOTES: usize = 10_000;
/// Pools that an account is looked for in.
const MOST_POOLS: usize = 200;

impl From<ForecastError> for Error {
    fn from(error: ForecastError) -> Error {
        Error::internal(error)
    }
}

/// Rows of a table of the contract, in an order, up to so many.
pub(super) fn rows<T: DeserializeOwned>(
    reader: &Reader,
    table: &str,
    query: &Value,
    sort: &[Sort],
    most: usize,
) -> Result<Vec<T>, ReadError> {
    let mut all = Vec::new();
    let mut read = 0;
    while read < most {
        let request = FindRequest {
            limit: AT_ONCE.min(most - read),
            offset: read,
            sort: sort.to_vec(),
            ..FindRequest::new(CONTRACT, table, query)
        };
        let found = reader.find(&request)?.unwrap_or_default();
        let count = found.len();
        read += count;
        let found = found.into_iter().map(serde_json::from_value);
        // a table that a script of that name laid out in another way has nothing to show
        all.extend(found.filter_map(Result::ok));
        if count < request.limit {
            break;
        }
    }
    Ok(all)
}

fn one<T: DeserializeOwned>(
    reader: &Reader,
    table: &str,
    query: &Value,
) -> Result<Option<T>, ReadError> {
    let row = reader.find_one(CONTRACT, table, query)?;
    Ok(row.and_then(|row| serde_json::from_value(row).ok()))
}

/// The votes for a post, in the order in which curators are paid.
fn votes(reader: &Reader, pool: u64, authorperm: &str) -> Result<Vec<Vote>, ReadError> {
    let query = json!({ "rewardPoolId": pool, "authorperm": authorperm });
    let mut votes: Vec<Vote> = rows(reader, "votes", &query, &[], MOST_VOTES)?;
    votes.sort_by(|a, b| (a.timestamp, &a.voter).cmp(&(b.timestamp, &b.voter)));
    Ok(votes)
}

/// How an account has voted for a post.
pub(super) fn vote_of(
    reader: &Reader,
    pool: u64,
    authorperm: &str,
    voter: &str,
) -> Result<Option<Vote>, ReadError> {
    let query = json!({ "rewardPoolId": pool, "authorperm": authorperm, "voter": voter });
    one(reader, "votes", &query)
}

/// What an account has left of its power to vote in a pool.
pub(super) fn voter(reader: &Reader, pool: u64, account: &str) -> Result<Option<Voter>, ReadError> {
    let query = json!({ "rewardPoolId": pool, "account": account });
    one(reader, "votingPower", &query)
}

/// What an account votes with: its stake, and what is lent to it.
pub(super) fn stake(
    reader: &Reader,
    situation: &Situation,
    account: &str,
) -> Result<Quantity, ReadError> {
    let query = json!({ "account": account, "symbol": situation.pool.symbol });
    let row = reader.find_one("tokens", "balances", &query)?;
    let amount = |name: &str| {
        let text = row.as_ref().and_then(|row| row.get(name)?.as_str());
        let amount = Quantity::parse_exact(text.unwrap_or("0"), situation.precision);
        amount.unwrap_or(Quantity::ZERO)
    };
    let stake = amount("stake").checked_add(amount("delegationsIn"));
    Ok(stake.unwrap_or(Quantity::ZERO))
}

/// The accounts that a pool has muted, up to so many.
pub(super) fn muted_accounts(
    reader: &Reader,
    pool: u64,
    most: usize,
) -> Result<Vec<String>, ReadError> {
    let query = json!({ "rewardPoolId": pool, "mute": true });
    let rows: Vec<Value> = rows(reader, "votingPower", &query, &[], most)?;
    let name = |row: &Value| Some(row.get("account")?.as_str()?.to_owned());
    Ok(rows.iter().filter_map(name).collect())
}

/// Explains the post at this place of a situation.
pub(crate) fn explained(
    reader: &Reader,
    situation: &Situation,
    at: usize,
) -> Result<Option<Explained>, Error> {
    let Some((post, due)) = situation.posts.get(at).zip(situation.dues.get(at)) else {
        return Ok(None);
    };
    let pool = &situation.pool;
    let votes = votes(reader, pool.id, &post.authorperm)?;
    let beneficiaries = post.beneficiaries.as_deref().unwrap_or_default();
    let parties: BTreeSet<&str> = votes
        .iter()
        .map(|vote| vote.voter.as_str())
        .chain(beneficiaries.iter().map(|share| share.account.as_str()))
        .chain([post.author.as_str()])
        .collect();
    let mut muted = BTreeSet::new();
    for account in parties {
        if voter(reader, pool.id, account)?.is_some_and(|voter| voter.mute == Some(true)) {
            muted.insert(account.to_owned());
        }
    }
    let told = explain(pool, situation.precision, post, &votes, &muted, due)?;
    Ok(Some(told))
}

/// What somebody is going to get for a post.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// The token.
    pub(crate) symbol: String,
    /// `@author/permlink`.
    pub(crate) post: String,
    /// `author`, `curator`, `beneficiary` or `app tax`.
    pub(crate) role: &'static str,
    /// How much, and what of it is staked.
    pub(crate) quantity: String,
    pub(crate) staked: String,
    /// When, in seconds since 1970.
    pub(crate) paid_after: i64,
    /// Why it is nothing, whatever the votes.
    pub(crate) unpaid: Option<&'static str>,
}

/// What comes together in one token.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    /// The token.
    pub(crate) symbol: String,
    /// How much.
    pub(crate) quantity: String,
    /// The pool pays nothing at present.
    pub(crate) is_stopped: bool,
}

/// What an account is going to get in all pools: for each post and role, what is paid first; and together.
pub(crate) fn of_account(
    reader: &Reader,
    forecasts: &Forecasts,
    account: &str,
) -> Result<(Vec<Claim>, Vec<Sum>), Error> {
    let pools: Vec<Value> = rows(reader, "rewardPools", &json!({}), &[], MOST_POOLS)?;
    let (mut claims, mut sums) = (Vec::new(), Vec::new());
    for symbol in pools.iter().filter_map(|row| row.get("symbol")?.as_str()) {
        let Some(kept) = forecasts.of(reader, symbol)? else {
            continue;
        };
        let before = claims.len();
        let sum = in_pool(reader, &kept.situation, account, &mut claims)?;
        if claims.len() > before {
            sums.push(Sum {
                symbol: symbol.to_owned(),
                quantity: sum.format(kept.situation.precision),
                is_stopped: !kept.situation.pool.active,
            });
        }
    }
    claims.sort_by(|a, b| (a.paid_after, &a.post).cmp(&(b.paid_after, &b.post)));
    Ok((claims, sums))
}

/// Adds what an account is going to get in one pool, and gives the sum.
fn in_pool(
    reader: &Reader,
    situation: &Situation,
    account: &str,
    claims: &mut Vec<Claim>,
) -> Result<Quantity, Error> {
    let precision = situation.precision;
    let mut sum = Quantity::ZERO;
    for (at, post) in situation.posts.iter().enumerate() {
        let beneficiaries = post.beneficiaries.as_deref().unwrap_or_default();
        let shares = beneficiaries.iter().any(|share| share.account == account);
        let concerned = post.author == account
            || shares
            || vote_of(reader, situation.pool.id, &post.authorperm, account)?.is_some();
        if !concerned {
            continue;
        }
        let Some(told) = explained(reader, situation, at)? else {
            continue;
        };
        for share in told
            .outcome
            .shares
            .iter()
            .filter(|share| share.account == account)
        {
            let amount =
                |text: &str| Quantity::parse_exact(text, precision).unwrap_or(Quantity::ZERO);
            let staked = amount(&share.staked);
            let paid = amount(&share.liquid).checked_add(staked).unwrap_or(staked);
            sum = sum.checked_add(paid).unwrap_or(sum);
            claims.push(Claim {
                symbol: told.symbol.clone(),
                post: post.authorperm.clone(),
                role: share.role,
                quantity: paid.format(precision),
                staked: share.staked.clone(),
                paid_after: situation.dues[at].paid_after / 1000,
                unpaid: post.unpaid(),
            });
        }
    }
    Ok(sum)
}
