//! `bridge.*`: posts as hivemind shows them.

use serde_json::{Map, Value, json};

use super::params::Params;
use super::{Ctx, Methods, Outcome, legacy};
use crate::chain::MainChain;
use crate::errors::{INVALID_PARAMS, NodeError};
use crate::state::{Post, PostKey};

pub(super) const METHODS: Methods = &[
    ("bridge.get_post", get_post),
    ("bridge.get_ranked_posts", get_ranked_posts),
    ("bridge.get_account_posts", get_account_posts),
    ("bridge.get_discussion", get_discussion),
    ("bridge.get_profile", get_profile),
    ("bridge.account_notifications", nothing),
    ("bridge.list_communities", nothing),
    ("bridge.list_subscribers", nothing),
    ("bridge.get_trending_topics", nothing),
    ("bridge.unread_notifications", unread),
];

fn nothing(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!([]).into())
}

fn unread(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "lastread": "1970-01-01 00:00:00", "unread": 0 }).into())
}

fn invalid(text: String) -> NodeError {
    NodeError::plain_with(INVALID_PARAMS, "Invalid parameters", json!(text))
}

/// A post in hivemind's shape: numbers for payouts, parsed metadata.
fn show(chain: &MainChain, post: &Post) -> Value {
    let render = legacy(chain);
    let votes = chain.state().votes_of(&post.key());
    let metadata: Value = serde_json::from_str(&post.json_metadata).unwrap_or_else(|_| json!({}));
    let percent = if render.is_hive() {
        "percent_hbd"
    } else {
        "percent_steem_dollars"
    };
    let base = render.post(post);
    let mut fields = Map::new();
    for (name, value) in [
        ("post_id", json!(post.id)),
        ("author", json!(post.author)),
        ("permlink", json!(post.permlink)),
        ("category", json!(post.category)),
        // Hivemind leaves these two out of root posts, but beem cannot edit a post without them.
        ("parent_author", json!(post.parent_author)),
        ("parent_permlink", json!(post.parent_permlink)),
        ("title", json!(post.title)),
        ("body", json!(post.body)),
        ("json_metadata", metadata),
        ("created", json!(post.created)),
        ("updated", json!(post.last_update)),
        ("depth", json!(post.depth)),
        ("children", json!(post.children)),
        ("net_rshares", json!(post.net_rshares)),
        ("is_paidout", json!(false)),
        ("payout_at", json!(post.cashout)),
        ("payout", json!(0.0)),
        ("pending_payout_value", render.dollar(0)),
        ("author_payout_value", render.dollar(0)),
        ("curator_payout_value", render.dollar(0)),
        ("promoted", render.dollar(0)),
        ("replies", json!([])),
        ("author_reputation", json!(25.0)),
        (
            "stats",
            json!({ "hide": false, "gray": false, "total_votes": votes.len(), "flag_weight": 0.0 }),
        ),
        ("url", json!(render.url(post))),
        ("beneficiaries", base["beneficiaries"].clone()),
        ("max_accepted_payout", base["max_accepted_payout"].clone()),
        (percent, json!(post.percent_dollars)),
        (
            "active_votes",
            votes
                .iter()
                .map(|(voter, vote)| json!({ "voter": voter, "rshares": vote.rshares }))
                .collect(),
        ),
        ("blacklists", json!([])),
    ] {
        fields.insert(name.to_owned(), value);
    }
    Value::Object(fields)
}

fn wanted(params: &Params<'_>) -> Result<PostKey, NodeError> {
    Ok((
        params.text("author")?.to_owned(),
        params.text("permlink")?.to_owned(),
    ))
}

fn no_post(key: &PostKey) -> NodeError {
    invalid(format!("Post {}/{} does not exist", key.0, key.1))
}

fn get_post(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let key = wanted(params)?;
    let chain = ctx.chain();
    let post = chain.state().posts.get(&key).ok_or_else(|| no_post(&key))?;
    Ok(show(&chain, post).into())
}

fn list<R: Ord>(
    ctx: &Ctx<'_>,
    params: &Params<'_>,
    matches: impl Fn(&Post) -> bool,
    rank: impl Fn(&Post) -> R,
) -> Outcome {
    let limit = usize::try_from(params.number_or("limit", 20)?.min(100)).unwrap_or(0);
    let start = (
        params.text_or_empty("start_author")?.to_owned(),
        params.text_or_empty("start_permlink")?.to_owned(),
    );
    let chain = ctx.chain();
    let mut posts: Vec<&Post> = chain
        .state()
        .posts
        .iter()
        .map(|(_, post)| post)
        .filter(|post| matches(post))
        .collect();
    posts.sort_by_key(|post| std::cmp::Reverse((rank(post), post.id)));
    // Hivemind's pages begin after the start post.
    let from = posts
        .iter()
        .position(|post| post.key() == start)
        .map_or(0, |index| index + 1);
    Ok(posts
        .into_iter()
        .skip(from)
        .take(limit)
        .map(|post| show(&chain, post))
        .collect::<Value>()
        .into())
}

fn get_ranked_posts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let tag = params.text_or_empty("tag")?;
    let matches = |post: &Post| post.is_root() && (tag.is_empty() || post.category == tag);
    match params.text("sort")? {
        "created" => list(ctx, params, matches, |post| {
            i64::from(post.created.seconds())
        }),
        _ => list(ctx, params, matches, |post| post.net_rshares),
    }
}

fn get_account_posts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let account = params.text("account")?;
    let sort = params.text_or_empty("sort")?;
    let matches = |post: &Post| match sort {
        "comments" => post.author == account && !post.is_root(),
        "replies" => post.parent_author == account,
        _ => post.author == account && post.is_root(),
    };
    list(ctx, params, matches, |post| post.created)
}

fn get_discussion(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let root = wanted(params)?;
    let chain = ctx.chain();
    if chain.state().posts.get(&root).is_none() {
        return Err(no_post(&root));
    }
    let mut shown = Map::new();
    let mut open = vec![root];
    // Every post has one parent, so this ends.
    while let Some(key) = open.pop() {
        let Some(post) = chain.state().posts.get(&key) else {
            continue;
        };
        let replies: Vec<PostKey> = chain
            .state()
            .replies_of(&key)
            .into_iter()
            .map(Post::key)
            .collect();
        let mut value = show(&chain, post);
        value["replies"] = replies
            .iter()
            .map(|(author, permlink)| json!(format!("{author}/{permlink}")))
            .collect();
        shown.insert(format!("{}/{}", key.0, key.1), value);
        open.extend(replies);
    }
    Ok(Value::Object(shown).into())
}

fn get_profile(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let name = params.text("account")?;
    let chain = ctx.chain();
    let account = chain
        .state()
        .account(name)
        .ok_or_else(|| invalid(format!("Account '{name}' does not exist")))?;
    let metadata: Value = serde_json::from_str(&account.posting_json_metadata).unwrap_or_default();
    Ok(json!({
        "id": account.id,
        "name": account.name,
        "created": account.created,
        "active": account.last_post.max(account.last_vote_time).max(account.created),
        "post_count": account.post_count,
        "reputation": 25.0,
        "blacklists": [],
        "stats": { "rank": 0, "following": 0, "followers": 0 },
        "metadata": { "profile": metadata.get("profile").cloned().unwrap_or_else(|| json!({})) },
    })
    .into())
}
