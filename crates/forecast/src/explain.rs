//! How the reward of a post comes about, number by number.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{BasisPoints, Beneficiary, Curator, Party, Split, SplitRules, Unpaid, Value};

use crate::rows::shares;
use crate::{Due, ForecastError, Pool, Post, Vote, time};

/// How the reward of a post comes about.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// `@author/permlink`.
    pub post: String,
    /// The token.
    pub symbol: String,
    /// The pool.
    pub reward_pool_id: u64,
    /// When it was posted, as the main chain writes times.
    pub posted: String,
    /// Until when votes count.
    pub votes_until: String,
    /// It is paid with the first block after this.
    pub paid_after: String,
    /// Whether the pool pays at all at present.
    pub active: bool,
    /// In the order in which curators are paid.
    pub votes: Vec<ExplainedVote>,
    /// The sum of all votes.
    pub rshares: String,
    /// The sum of what votes have added; the curve of it is what the weights of curators are parts of.
    pub positive_rshares: String,
    /// The curve of posts.
    pub post_curve: String,
    /// Its exponent.
    pub post_exponent: String,
    /// The curve of curators.
    pub curation_curve: String,
    /// Its exponent.
    pub curation_exponent: String,
    #[serde(skip)]
    curve_in_words: String,
    /// What the post claims of the pool.
    pub claim: String,
    /// What all posts claim of it.
    pub claims: ExplainedClaims,
    /// What there is to be paid.
    pub pool: ExplainedPool,
    /// Who gets what of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// One vote.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedVote {
    /// Who voted.
    pub voter: String,
    /// In hundredths of a percent.
    pub weight: i32,
    /// What it adds to the post.
    pub rshares: String,
    /// Its share among the curators.
    pub curation_weight: String,
    /// The pool pays this voter nothing.
    pub muted: bool,
}

/// What all posts claim of the pool.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedClaims {
    /// At present.
    pub now: String,
    /// What decay leaves of them until the post is paid.
    pub left_then: String,
    /// What posts that are paid in the same interval add.
    pub added_then: String,
    /// All of them, when the post is paid.
    pub then: String,
}

/// The pool that the post is paid from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedPool {
    /// At present.
    pub now: String,
    /// How many intervals open until the post is paid.
    pub intervals: u64,
    /// What they bring.
    pub new_tokens: String,
    /// What posts that are paid before take.
    pub paid_before: String,
    /// What the posts of that interval are paid from.
    pub then: String,
}

/// What is paid for the post, if nobody votes any more.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// What the post gets.
    pub value: String,
    /// Why it is nothing, whatever the votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpaid: Option<String>,
    /// Percent for curators.
    pub curation_percentage: u8,
    /// Percent of each payment that is staked.
    pub staked_percentage: u8,
    /// What curators get together.
    pub curators: String,
    /// What author, beneficiaries and tax get together.
    pub author_side: String,
    /// Each of them.
    pub shares: Vec<Share>,
    /// What goes to nobody.
    pub nobody: String,
}

/// What one account gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// `curator`, `app tax`, `beneficiary` or `author`.
    pub role: &'static str,
    /// Whose it is.
    pub account: String,
    /// The part of what is divided, in words.
    pub because: String,
    /// The part.
    pub quantity: String,
    /// What of it is paid freely.
    pub liquid: String,
    /// What of it is paid as stake.
    pub staked: String,
}

/// Explains a post in a pool.
///
/// `votes` are all votes for it in the order of their time, `muted` the accounts that the pool pays nothing.
///
/// # Errors
/// When a row does not hold what it should.
pub fn explain(
    pool: &Pool,
    precision: Precision,
    post: &Post,
    votes: &[Vote],
    muted: &BTreeSet<String>,
    due: &Due,
) -> Result<Explained, ForecastError> {
    let amount = |quantity: Quantity| quantity.format(precision);
    let (in_pool, claimed) = pool.fund_of(post);
    let votes_told = votes.iter().map(|vote| {
        Ok(ExplainedVote {
            voter: vote.voter.clone(),
            weight: vote.weight,
            rshares: shares(&vote.rshares)?.to_string(),
            curation_weight: shares(&vote.curation_weight)?.to_string(),
            muted: muted.contains(&vote.voter),
        })
    });
    Ok(Explained {
        post: post.authorperm.clone(),
        symbol: pool.symbol.clone(),
        reward_pool_id: pool.id,
        posted: time(post.created),
        votes_until: time(post.cashout_time),
        paid_after: time(due.paid_after),
        active: pool.active,
        votes: votes_told.collect::<Result<_, ForecastError>>()?,
        rshares: post.rshares()?.to_string(),
        positive_rshares: shares(&post.vote_positive_rshare_sum)?.to_string(),
        post_curve: pool.config.post_reward_curve.clone(),
        post_exponent: pool.config.post_reward_curve_parameter.clone(),
        curation_curve: pool.config.curation_reward_curve.clone(),
        curation_exponent: pool.config.curation_reward_curve_parameter.clone(),
        curve_in_words: pool.config.post_curve_in_words(),
        claim: due.claim.to_string(),
        claims: ExplainedClaims {
            now: claimed.to_string(),
            left_then: due.old_claims.to_string(),
            added_then: due.new_claims.to_string(),
            then: due.claims.to_string(),
        },
        pool: ExplainedPool {
            now: in_pool.to_string(),
            intervals: due.intervals,
            new_tokens: amount(due.new_tokens),
            paid_before: amount(due.paid_before),
            then: amount(due.pool),
        },
        outcome: outcome(pool, precision, post, votes, muted, due.value)?,
    })
}

fn outcome(
    pool: &Pool,
    precision: Precision,
    post: &Post,
    votes: &[Vote],
    muted: &BTreeSet<String>,
    value: Quantity,
) -> Result<Outcome, ForecastError> {
    let amount = |quantity: Quantity| quantity.format(precision);
    let config = &pool.config;
    let tax = config.tax(post.app.as_deref())?;
    let rules = SplitRules {
        precision,
        curation: config.curation()?,
        staked: config.staked()?,
        tax: tax.map(|(percent, _)| percent),
        unpaid: Unpaid::LeavesPool,
    };
    let weight = |vote: &Vote| {
        Ok(Curator {
            weight: shares(&vote.curation_weight)?,
            muted: muted.contains(&vote.voter),
        })
    };
    let curators: Vec<Curator> = votes
        .iter()
        .map(weight)
        .collect::<Result<_, ForecastError>>()?;
    let whole = config
        .curation_curve()?
        .value(shares(&post.vote_positive_rshare_sum)?);
    let named = post.beneficiaries.as_deref().unwrap_or_default();
    let share = |beneficiary: &crate::Beneficiary| {
        Ok(Beneficiary {
            weight: BasisPoints::new(beneficiary.weight.into())?,
            muted: muted.contains(&beneficiary.account),
        })
    };
    let beneficiaries: Vec<Beneficiary> = named
        .iter()
        .map(share)
        .collect::<Result<_, ForecastError>>()?;
    let split = Split::new(
        value,
        &rules,
        &curators,
        whole,
        &beneficiaries,
        muted.contains(&post.author),
    );
    let divided = Value::divide(value, rules.curation);

    let told = split.parts.iter().map(|part| {
        let (role, account, because) = match part.party {
            Party::Curator(at) => (
                "curator",
                votes[at].voter.as_str(),
                format!("weight {} of {whole}", curators[at].weight),
            ),
            Party::AppTax => {
                // there is such a part only where the rules have a tax
                let (percent, account) = tax.unwrap_or((BasisPoints::NONE, ""));
                let percent = percentage(percent.points().into());
                let because = format!("{percent} of the author side, as another app made the post");
                ("app tax", account, because)
            }
            Party::Beneficiary(at) => (
                "beneficiary",
                named[at].account.as_str(),
                format!("{} of the author side", percentage(named[at].weight.into())),
            ),
            Party::Author => ("author", post.author.as_str(), "the rest".to_string()),
        };
        let note = match part.payment.total() < part.quantity {
            true => "; muted, so it is not paid",
            false => "",
        };
        Ok(Share {
            role,
            account: account.to_string(),
            because: format!("{because}{note}"),
            quantity: amount(part.quantity),
            liquid: amount(part.payment.liquid),
            staked: amount(part.payment.staked),
        })
    });
    Ok(Outcome {
        value: amount(value),
        unpaid: post.unpaid().map(str::to_string),
        curation_percentage: config.curation_reward_percentage,
        staked_percentage: config.staked_reward_percentage,
        curators: amount(divided.curators),
        author_side: amount(divided.author_side),
        shares: told.collect::<Result<_, ForecastError>>()?,
        nobody: amount(split.unpaid()),
    })
}

/// Hundredths of a percent as a percentage.
pub fn percentage(hundredths: i32) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, part) = (hundredths.abs() / 100, hundredths.abs() % 100);
    match part {
        0 => format!("{sign}{whole} %"),
        part if part % 10 == 0 => format!("{sign}{whole}.{} %", part / 10),
        part => format!("{sign}{whole}.{part:02} %"),
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = &self.symbol;
        writeln!(f, "{} in the reward pool of {symbol}", self.post)?;
        writeln!(f, "posted       {}", self.posted)?;
        writeln!(f, "votes count  until {}", self.votes_until)?;
        writeln!(f, "is paid      after {}", self.paid_after)?;
        if !self.active {
            writeln!(
                f,
                "             when the pool is active again: it is paused"
            )?;
        }
        self.write_votes(f)?;
        writeln!(
            f,
            "its claim    {} = {} {}",
            self.claim, self.rshares, self.curve_in_words
        )?;
        writeln!(f, "\nIf nobody votes any more, it is paid like this:")?;
        let (claims, pool) = (&self.claims, &self.pool);
        writeln!(
            f,
            "claims       {} now; {} of them left then, and {} of posts paid in that interval: {}",
            claims.now, claims.left_then, claims.added_then, claims.then
        )?;
        writeln!(
            f,
            "pool         {} {symbol} now; {} more in {} intervals, {} less for posts paid before: {}",
            pool.now, pool.new_tokens, pool.intervals, pool.paid_before, pool.then
        )?;
        if let Some(why) = &self.outcome.unpaid {
            return writeln!(f, "value        nothing: {why}");
        }
        self.write_split(f)
    }
}

impl Explained {
    /// What all posts together claim of the pool when it is paid.
    pub fn claims_then(&self) -> &str {
        &self.claims.then
    }

    fn write_votes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.votes.is_empty() {
            writeln!(f, "\nnobody has voted for it yet")?;
        } else {
            writeln!(
                f,
                "\n{:<16} {:>9} {:>24} {:>24}",
                "vote of", "weight", "rshares", "weight as curator"
            )?;
        }
        for vote in &self.votes {
            let note = if vote.muted { "  muted" } else { "" };
            writeln!(
                f,
                "{:<16} {:>9} {:>24} {:>24}{note}",
                vote.voter,
                percentage(vote.weight),
                vote.rshares,
                vote.curation_weight
            )?;
        }
        writeln!(f, "{:<16} {:>9} {:>24}", "together", "", self.rshares)
    }

    fn write_split(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (symbol, outcome) = (&self.symbol, &self.outcome);
        writeln!(
            f,
            "value        {} {symbol} = {} x {} / {}",
            outcome.value, self.pool.then, self.claim, self.claims.then
        )?;
        writeln!(
            f,
            "curators     {} = {} %",
            outcome.curators, outcome.curation_percentage
        )?;
        writeln!(f, "author side  {} = the rest", outcome.author_side)?;
        writeln!(
            f,
            "\n{:<12} {:<16} {:>18} {:>18} {:>18}  because",
            "who", "account", symbol, "free", "staked"
        )?;
        for share in &outcome.shares {
            writeln!(
                f,
                "{:<12} {:<16} {:>18} {:>18} {:>18}  {}",
                share.role,
                share.account,
                share.quantity,
                share.liquid,
                share.staked,
                share.because
            )?;
        }
        writeln!(f, "{:<12} {:<16} {:>18}", "nobody", "", outcome.nobody)
    }
}
