use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use tartan_forecast::{Estimate, Explained, percentage};
use tartan_rewards::Weight;

use super::{estimate, parts, reading};
use crate::error::Error;
use crate::extract::Format;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Why a post is going to get what it gets, and a vote for it.
#[derive(Template)]
#[template(path = "tokens/reward_post.html")]
pub(super) struct PostPage {
    page: Page,
    told: Explained,
    author: String,
    permlink: String,
    posted: i64,
    votes_until: i64,
    paid_after: i64,
    /// Whether votes still count.
    is_open: bool,
    allows_downvotes: bool,
    /// What a full vote of who looks would change.
    estimate: Option<Estimate>,
    /// How who looks has voted, in hundredths of a percent.
    mine: Option<i32>,
}

struct Found {
    told: Explained,
    posted: i64,
    votes_until: i64,
    paid_after: i64,
    is_open: bool,
    allows_downvotes: bool,
    estimate: Option<Estimate>,
}

impl PostPage {
    fn address(&self) -> String {
        links::reward(&self.told.symbol, &self.told.post)
    }

    fn percent(&self, weight: &i32) -> String {
        percentage(*weight)
    }

    fn used(&self, estimate: &Estimate) -> String {
        percentage((estimate.power.saturating_sub(estimate.left)).into())
    }

    fn power(&self, estimate: &Estimate) -> String {
        percentage(estimate.power.into())
    }
}

/// `GET /rewards/SYMBOL/@author/permlink`, and `.json` as `tartan rewards explain --json` has it.
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path((symbol, author, asked)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let (permlink, form) = Format::split(&asked);
    let authorperm = format!("@{author}/{permlink}");
    let forecasts = site.forecasts().clone();
    let (wanted, post, account) = (symbol.clone(), authorperm.clone(), page.account.clone());
    let read = site.read(move |reader| {
        let Some(kept) = forecasts.of(reader, &wanted)? else {
            return Ok::<_, Error>(None);
        };
        let situation = &kept.situation;
        let mut posts = situation.posts.iter();
        let Some(at) = posts.position(|known| known.authorperm == post) else {
            return Ok(None);
        };
        let Some(told) = reading::explained(reader, situation, at)? else {
            return Ok(None);
        };
        let (known, due) = (&situation.posts[at], &situation.dues[at]);
        let now = crate::wallet::holdings::now(reader)?.saturating_mul(1000);
        let vote = |account: &str| {
            let place = (wanted.as_str(), post.as_str());
            estimate::of(reader, &forecasts, place, account, Weight::FULL)
        };
        Ok(Some(Found {
            estimate: account.as_deref().map(vote).transpose()?.flatten(),
            posted: known.created / 1000,
            votes_until: known.cashout_time / 1000,
            paid_after: due.paid_after / 1000,
            is_open: situation.pool.active
                && known.cashout_time >= now
                && known.cashout_time > situation.pool.last_reward_timestamp,
            allows_downvotes: !situation.pool.config.disable_downvote,
            told,
        }))
    });
    let found = read.await?.ok_or_else(|| {
        Error::not_found(format!(
            "{authorperm:.300} among the posts that wait in the reward pool of {symbol:.32}"
        ))
    })?;
    if form == Format::Json {
        return Ok(axum::Json(found.told).into_response());
    }
    let account = page.account.as_deref();
    let mut votes = found.told.votes.iter();
    let mine = votes.find(|vote| Some(vote.voter.as_str()) == account);
    let (author, permlink) = parts(&found.told.post);
    let shown = PostPage {
        mine: mine.map(|vote| vote.weight).filter(|weight| *weight != 0),
        author: author.to_owned(),
        permlink: permlink.to_owned(),
        posted: found.posted,
        votes_until: found.votes_until,
        paid_after: found.paid_after,
        is_open: found.is_open,
        allows_downvotes: found.allows_downvotes,
        estimate: found.estimate,
        told: found.told,
        page,
    };
    Ok(Html(shown).into_response())
}
