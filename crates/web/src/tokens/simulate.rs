//! If a hundred people vote like this, who earns what: a day of a community, computed as the contract does it.

use serde::Deserialize;
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{Claims, CuratorPool, Payment, Power, Shares, Value, Weight, post_value};

use super::facts::percent;
use super::pool::Pool;

/// People, and the posts of their day.
pub(super) const PEOPLE: usize = 100;
pub(super) const POSTS: usize = 10;
/// A full vote, and full power.
const FULL: i64 = 10_000;

/// What the people of the example are like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Scene {
    /// `few`: a few have most of the stake; otherwise all have the same.
    pub(super) stakes: String,
    /// `crowd`: many vote for the same posts; otherwise each post has as many votes.
    pub(super) votes: String,
}

/// Who earns what.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) posts: Vec<Earned>,
    /// What there was to earn: the new tokens of a day.
    pub(super) day: String,
    /// What authors and curators get of it.
    pub(super) authors: String,
    pub(super) curators: String,
    /// How much of all is paid as stake.
    pub(super) staked: String,
}

/// What a post earns.
#[derive(Debug, Clone)]
pub(super) struct Earned {
    pub(super) place: usize,
    pub(super) voters: usize,
    /// Its part of all votes by stake, and its part of the day's tokens, in percent.
    pub(super) votes: String,
    pub(super) part: String,
    pub(super) author: String,
    pub(super) curators: String,
    /// What the first and the last of its voters get.
    pub(super) first: String,
    pub(super) last: String,
}

/// A post with its votes.
#[derive(Default)]
struct Post {
    rshares: Shares,
    weights: Vec<Shares>,
}

/// Whether somebody votes for a post.
pub(super) fn votes(scene: &Scene, person: usize, post: usize) -> bool {
    match scene.votes == "crowd" {
        true => person.is_multiple_of(post + 1),
        false => person % POSTS == post,
    }
}

/// What somebody has staked, in whole tokens.
pub(super) fn stake(scene: &Scene, person: usize) -> i128 {
    match scene.stakes == "few" {
        // the second has half as much as the first, the third a third, …; who comes first is not the richest
        true => 100_000 / ((person as i128 * 37) % PEOPLE as i128 + 1),
        false => 1_000,
    }
}

/// A day of the example; `None` while the form has mistakes.
pub(super) fn run(pool: &Pool, precision: Precision, scene: &Scene) -> Option<Outcome> {
    let day = pool.emission(precision)?.per_day()?;
    let (curve, curators) = (pool.post_curve()?, pool.curators()?);
    let (curation, staked_part) = (pool.curation_part()?, pool.staked_part()?);
    let full = Weight::new(FULL).ok()?;

    let mut posts: Vec<Post> = (0..POSTS).map(|_| Post::default()).collect();
    for person in 0..PEOPLE {
        let units = stake(scene, person).checked_mul(precision.units_per_token())?;
        let mut power = Power::new(FULL);
        for (number, post) in posts.iter_mut().enumerate() {
            if !votes(scene, person, number) {
                continue;
            }
            let rshares = power.rshares(Quantity::from_units(units), precision, full)?;
            power = power.charge(full, pool.vote_costs()).left;
            post.weights.push(curators.weight(post.rshares, rshares));
            post.rshares = post.rshares.checked_add(rshares)?;
        }
    }

    let claims = posts.iter().map(|post| curve.value(post.rshares));
    let all = claims.fold(Claims::ZERO, |sum, claim| sum.plus(&claim));
    let all_votes = posts
        .iter()
        .fold(0_i128, |sum, post| sum.saturating_add(post.rshares.units()));
    let mut outcome = Outcome {
        posts: Vec::new(),
        day: day.format(precision),
        authors: String::new(),
        curators: String::new(),
        staked: String::new(),
    };
    let (mut to_authors, mut to_curators) = (Quantity::ZERO, Quantity::ZERO);
    for (number, post) in posts.iter().enumerate() {
        let value = post_value(day, precision, &curve.value(post.rshares), &all);
        let parts = Value::divide(value, curation);
        let mut shared = CuratorPool::new(parts.curators, precision, curators.value(post.rshares));
        let paid: Vec<Quantity> = post
            .weights
            .iter()
            .map(|weight| shared.pay(*weight))
            .collect();
        let nothing = Quantity::ZERO;
        to_authors = to_authors.checked_add(parts.author_side)?;
        to_curators = to_curators.checked_add(parts.curators)?;
        outcome.posts.push(Earned {
            place: number + 1,
            voters: post.weights.len(),
            votes: percent(post.rshares.units(), all_votes).unwrap_or_default(),
            part: percent(value.units(), day.units()).unwrap_or_default(),
            author: parts.author_side.format(precision),
            curators: parts.curators.format(precision),
            first: paid.first().unwrap_or(&nothing).format(precision),
            last: paid.last().unwrap_or(&nothing).format(precision),
        });
    }
    let payment = Payment::divide(to_authors.checked_add(to_curators)?, precision, staked_part);
    outcome.authors = to_authors.format(precision);
    outcome.curators = to_curators.format(precision);
    outcome.staked = payment.staked.format(precision);
    Some(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(preset: &str, stakes: &str, votes: &str) -> Outcome {
        let pool = Pool {
            reward: "100".to_owned(),
            interval: "86400".to_owned(),
            ..Pool::default().preset(preset)
        };
        let scene = Scene {
            stakes: stakes.to_owned(),
            votes: votes.to_owned(),
        };
        run(&pool, Precision::new(3).unwrap(), &scene).unwrap()
    }

    #[test]
    fn equal_votes_share_equally() {
        let equal = outcome("chain", "", "");
        assert_eq!(equal.day, "100.000");
        for post in &equal.posts {
            assert_eq!((post.voters, post.part.as_str()), (10, "10.00"));
            assert_eq!(
                (post.author.as_str(), post.curators.as_str()),
                ("5.000", "5.000")
            );
        }
        // whoever comes first is paid most where the curve bends
        let first: f64 = equal.posts[0].first.parse().unwrap();
        let last: f64 = equal.posts[0].last.parse().unwrap();
        assert!(first > last, "{first} {last}");
        assert_eq!(equal.staked, "50.000");
    }

    #[test]
    fn a_steeper_curve_pays_hits_more() {
        let part = |preset: &str| {
            outcome(preset, "few", "crowd").posts[0]
                .part
                .parse::<f64>()
                .unwrap()
        };
        assert!(part("hits") > part("equal"));
    }
}
