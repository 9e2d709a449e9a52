//! Posts and what their authors decide about their rewards, as the main chain tells.

use std::collections::BTreeSet;

use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, Payload, Sender, ensure};
use tartan_state::{Filter, FindOptions, Scan};

use super::tables::{Beneficiary, Post, PostMetadata, RewardPool};
use super::{DAY, maintenance, params};

/// The longest name of an app that is kept; a longer one counts as none.
const MAX_APP: usize = 256;
/// Most shares that the main chain lets a post have.
const MAX_BENEFICIARIES: usize = 127;

/// `comment {author, permlink, jsonMetadata?, parentAuthor?, parentPermlink?}`: puts a new post into the pools that its
/// tags ask for, or those of the post it replies to.
pub(super) fn comment(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    ensure!(
        Sender(&ctx.sender()).is_node(),
        "action must use comment operation"
    );
    maintenance::run(ctx)?;
    let author = name(payload.get("author"));
    let authorperm = authorperm(&author, &name(payload.get("permlink")));
    if is_known(ctx, &authorperm)? {
        return Ok(());
    }
    let pools = pools_of(payload, ctx)?;
    if pools.is_empty() {
        return Ok(());
    }
    ctx.rows::<PostMetadata>().insert(PostMetadata {
        authorperm: authorperm.as_str().into(),
        reward_pool_ids: pools.clone(),
    })?;
    let app = app(payload);
    let is_reply = parent_of(payload).is_some();
    let now = ctx.time()?;
    for id in pools {
        let Some(pool) = ctx.rows::<RewardPool>().shared_numbered(id)? else {
            continue;
        };
        if !pool.active {
            continue;
        }
        ctx.rows::<Post>().insert(Post {
            reward_pool_id: id,
            symbol: pool.symbol.clone(),
            authorperm: authorperm.as_str().into(),
            author: author.as_str().into(),
            created: now,
            cashout_time: now + i64::from(pool.config.cashout_window_days) * DAY,
            app: app.clone(),
            reply: (is_reply && pool.config.comment_pool_percentage.is_some()).then_some(true),
            ..Post::default()
        })?;
        ctx.emit(
            "newComment",
            object! { "rewardPoolId": id as f64, "symbol": pool.symbol.as_str() },
        );
    }
    Ok(())
}

/// `commentOptions {author, permlink, maxAcceptedPayout, beneficiaries}`: whether the author declines payment, and who
/// shares in it.
pub(super) fn comment_options(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    ensure!(
        Sender(&ctx.sender()).is_node(),
        "action must use commentOptions operation"
    );
    let authorperm = authorperm(&name(payload.get("author")), &name(payload.get("permlink")));
    let declined = payload
        .text("maxAcceptedPayout")
        .is_some_and(|payout| payout.starts_with("0.000"));
    let beneficiaries = beneficiaries(payload.get("beneficiaries"));
    for id in pools_with(ctx, &authorperm)? {
        let key = [Value::from(authorperm.as_str()), Value::from(id as f64)];
        let Some(mut post) = ctx.rows::<Post>().get_by(&key)? else {
            continue;
        };
        let pool = ctx.rows::<RewardPool>().shared_numbered(id)?;
        if pool.is_some_and(|pool| !pool.config.ignore_decline_payout) {
            post.decline_payout = Some(declined);
        }
        post.beneficiaries = Some(beneficiaries.clone());
        ctx.rows::<Post>().update(&post)?;
    }
    Ok(())
}

/// How a post is called.
pub(super) fn authorperm(author: &str, permlink: &str) -> String {
    format!("@{author}/{permlink}")
}

/// A part of such a name, as text.
pub(super) fn name(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.to_string_lossy().into_owned(),
        Some(value) => value.stringify(),
        None => "undefined".to_string(),
    }
}

/// The pools that a post went into, whether or not it is still there.
pub(super) fn pools_with(ctx: &mut Context<'_>, authorperm: &str) -> ActionResult<Vec<u64>> {
    let metadata = ctx.rows::<PostMetadata>().get(&[authorperm])?;
    Ok(metadata.map_or_else(Vec::new, |metadata| metadata.record.reward_pool_ids))
}

/// The pools of the posts with this name that are not paid yet.
fn live_pools(ctx: &mut Context<'_>, authorperm: &str) -> ActionResult<Vec<u64>> {
    let posts = ctx
        .rows::<Post>()
        .scan(Scan::of("authorperm").equal(authorperm))?;
    Ok(posts.iter().map(|post| post.reward_pool_id).collect())
}

/// Whether a post of this name came before.
fn is_known(ctx: &mut Context<'_>, authorperm: &str) -> ActionResult<bool> {
    let metadata = ctx.rows::<PostMetadata>().get(&[authorperm])?;
    Ok(metadata.is_some() || !live_pools(ctx, authorperm)?.is_empty())
}

/// The pools that a new post is for, in order of their ids.
fn pools_of(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Vec<u64>> {
    if let Some(parent) = parent_of(payload) {
        let known = ctx.rows::<PostMetadata>().get(&[&parent])?;
        return match known {
            Some(metadata) => Ok(metadata.record.reward_pool_ids),
            None => live_pools(ctx, &parent),
        };
    }
    match search_tags(payload, payload.get("parentPermlink")) {
        Some(tags) => pools_by_tags(ctx, tags),
        None => Ok(Vec::new()),
    }
}

/// The post that a reply replies to.
fn parent_of(payload: Payload<'_>) -> Option<String> {
    let given = |key| payload.get(key).filter(|value| value.is_truthy());
    let (author, permlink) = (given("parentAuthor")?, given("parentPermlink")?);
    Some(authorperm(&name(Some(author)), &name(Some(permlink))))
}

/// The tags of a root post, and its category. None if the tags are not a list of texts.
fn search_tags(payload: Payload<'_>, category: Option<&Value>) -> Option<BTreeSet<String>> {
    let metadata = payload.get("jsonMetadata")?.as_object()?;
    let Value::Array(tags) = metadata.get("tags")? else {
        return None;
    };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.to_string_lossy().into_owned()),
        _ => None,
    };
    let tags: Option<BTreeSet<String>> = tags.iter().map(text).collect();
    let mut tags = tags?;
    tags.extend(
        category
            .and_then(text)
            .filter(|category| !category.is_empty()),
    );
    Some(tags)
}

fn pools_by_tags(ctx: &mut Context<'_>, tags: BTreeSet<String>) -> ActionResult<Vec<u64>> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let limit = params(ctx)?.max_pools_per_post as usize;
    let list = Value::Array(tags.iter().map(|tag| Value::from(tag.as_str())).collect());
    let one_of = object! { "$in": list };
    let query: Object = object! {
        "config.tags": one_of.clone(),
        "config.excludeTags": object! { "$not": one_of },
    };
    let options = FindOptions {
        limit,
        ..FindOptions::default()
    };
    let pools = ctx
        .rows::<RewardPool>()
        .find(&Filter::parse_object(&query)?, &options)?;
    Ok(pools.iter().filter_map(|pool| pool.id.number()).collect())
}

/// What the post was made with: `app` of the metadata up to the first slash, in lower case.
fn app(payload: Payload<'_>) -> Option<String> {
    let metadata = payload.get("jsonMetadata")?.as_object()?;
    let app = Payload(metadata).text("app")?;
    let app = app.split('/').next().unwrap_or_default().to_lowercase();
    (app.len() <= MAX_APP).then_some(app)
}

/// The shares that the main chain has checked: names, and weights that together are not more than all.
fn beneficiaries(value: Option<&Value>) -> Vec<Beneficiary> {
    let Some(Value::Array(entries)) = value else {
        return Vec::new();
    };
    let mut left = 10_000;
    let mut shares = Vec::new();
    for entry in entries.iter().take(MAX_BENEFICIARIES) {
        let Value::Object(entry) = entry else {
            continue;
        };
        let entry = Payload(entry);
        let (Some(account), Some(weight)) = (entry.text("account"), entry.integer("weight")) else {
            continue;
        };
        let weight = weight.clamp(0, left);
        left -= weight;
        shares.push(Beneficiary {
            account: account.into_owned(),
            weight: weight as u32,
        });
    }
    shares
}
