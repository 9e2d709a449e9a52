//! Lists of posts.

use serde_json::{Value, json};

use super::content::key_of;
use super::params::{self, Params};
use super::{Ctx, Methods, Outcome, legacy};
use crate::chain::MainChain;
use crate::errors::{CALL_FAILED, NodeError};
use crate::state::{Post, PostKey};

pub(super) const METHODS: Methods = &[
    (
        "condenser_api.get_discussions_by_created",
        discussions_by_created,
    ),
    (
        "condenser_api.get_discussions_by_trending",
        discussions_by_votes,
    ),
    ("condenser_api.get_discussions_by_hot", discussions_by_votes),
    (
        "condenser_api.get_discussions_by_votes",
        discussions_by_votes,
    ),
    (
        "condenser_api.get_discussions_by_active",
        discussions_by_active,
    ),
    (
        "condenser_api.get_discussions_by_children",
        discussions_by_children,
    ),
    (
        "condenser_api.get_discussions_by_cashout",
        discussions_by_created,
    ),
    (
        "condenser_api.get_discussions_by_promoted",
        discussions_by_votes,
    ),
    ("condenser_api.get_discussions_by_blog", discussions_by_blog),
    ("condenser_api.get_discussions_by_feed", discussions_by_blog),
    (
        "condenser_api.get_discussions_by_comments",
        discussions_by_comments,
    ),
    (
        "condenser_api.get_discussions_by_author_before_date",
        discussions_by_author,
    ),
    (
        "condenser_api.get_replies_by_last_update",
        replies_by_last_update,
    ),
    ("condenser_api.get_blog", get_blog),
];

/// Most posts in one list.
const MAX_LIST: u64 = 100;

/// What the discussion lists are asked for.
struct Query {
    tag: String,
    limit: usize,
    start: Option<PostKey>,
}

fn query(params: &Params<'_>) -> Result<Query, NodeError> {
    let limit = params.number_or("limit", 20)?;
    if limit > MAX_LIST {
        let error = NodeError::assert(
            "limit <= 100",
            "limit of ${l} is greater than 100",
            json!({ "l": limit }),
        );
        return Err(error.with_code(CALL_FAILED));
    }
    let author = params.text_or_empty("start_author")?;
    let permlink = params.text_or_empty("start_permlink")?;
    let start = (!author.is_empty()).then(|| (author.to_owned(), permlink.to_owned()));
    let tag = params.text_or_empty("tag")?.to_owned();
    Ok(Query {
        tag,
        limit: usize::try_from(limit).unwrap_or(0),
        start,
    })
}

/// Whether a post carries a tag, as its category or in its metadata.
fn has_tag(post: &Post, tag: &str) -> bool {
    if tag.is_empty() || post.category == tag {
        return true;
    }
    let metadata: Value = serde_json::from_str(&post.json_metadata).unwrap_or_default();
    metadata["tags"]
        .as_array()
        .is_some_and(|tags| tags.iter().any(|found| found.as_str() == Some(tag)))
}

/// Posts that match, sorted by a rank that falls, from the start post on.
fn select<'a, R: Ord>(
    chain: &'a MainChain,
    query: &Query,
    matches: impl Fn(&Post) -> bool,
    rank: impl Fn(&Post) -> R,
) -> Vec<&'a Post> {
    let mut posts: Vec<&Post> = chain
        .state()
        .posts
        .iter()
        .map(|(_, post)| post)
        .filter(|post| matches(post))
        .collect();
    posts.sort_by_key(|post| std::cmp::Reverse((rank(post), post.id)));
    let start = query
        .start
        .as_ref()
        .filter(|(_, permlink)| !permlink.is_empty());
    let from = start
        .and_then(|start| posts.iter().position(|post| post.key() == *start))
        .unwrap_or(0);
    posts.into_iter().skip(from).take(query.limit).collect()
}

fn shown(chain: &MainChain, posts: Vec<&Post>) -> Value {
    let render = legacy(chain);
    posts.into_iter().map(|post| render.post(post)).collect()
}

fn tagged<R: Ord>(ctx: &Ctx<'_>, params: &Params<'_>, rank: impl Fn(&Post) -> R) -> Outcome {
    let query = query(params)?;
    let chain = ctx.chain();
    let posts = select(
        &chain,
        &query,
        |post| post.is_root() && has_tag(post, &query.tag),
        rank,
    );
    Ok(shown(&chain, posts).into())
}

fn discussions_by_created(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    tagged(ctx, params, |post| post.created)
}

fn discussions_by_votes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    tagged(ctx, params, |post| post.net_rshares)
}

fn discussions_by_active(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    tagged(ctx, params, |post| post.active)
}

fn discussions_by_children(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    tagged(ctx, params, |post| post.children)
}

/// For blogs the tag is the author. Nobody follows anybody here, so a feed is a blog.
fn discussions_by_blog(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let query = query(params)?;
    let chain = ctx.chain();
    let posts = select(
        &chain,
        &query,
        |post| post.is_root() && post.author == query.tag,
        |post| post.created,
    );
    Ok(shown(&chain, posts).into())
}

fn discussions_by_comments(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let query = query(params)?;
    let author = params.text_or_empty("start_author")?;
    if author.is_empty() {
        let text = "Must get comments for a specific author";
        return Err(NodeError::assert("args.start_author", text, json!({})).with_code(CALL_FAILED));
    }
    let chain = ctx.chain();
    let posts = select(
        &chain,
        &query,
        |post| !post.is_root() && post.author == author,
        |post| post.created,
    );
    Ok(shown(&chain, posts).into())
}

fn discussions_by_author(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [author, permlink, _before, limit] = params.array()?;
    let start = key_of(author, permlink)?;
    let limit = usize::try_from(params::unsigned(limit)?.min(MAX_LIST)).unwrap_or(0);
    let query = Query {
        tag: start.0.clone(),
        limit,
        start: Some(start),
    };
    let chain = ctx.chain();
    let posts = select(
        &chain,
        &query,
        |post| post.is_root() && post.author == query.tag,
        |post| post.created,
    );
    Ok(shown(&chain, posts).into())
}

fn replies_by_last_update(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [author, permlink, limit] = params.array()?;
    let start = key_of(author, permlink)?;
    let limit = usize::try_from(params::unsigned(limit)?.min(MAX_LIST)).unwrap_or(0);
    let query = Query {
        tag: start.0.clone(),
        limit,
        start: Some(start),
    };
    let chain = ctx.chain();
    let posts = select(
        &chain,
        &query,
        |post| post.parent_author == query.tag,
        |post| post.last_update,
    );
    Ok(shown(&chain, posts).into())
}

fn get_blog(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 3)?;
    let account = params::text(&items[0])?;
    let limit = items.get(2).map_or(Ok(20), params::unsigned)?.min(MAX_LIST);
    let query = Query {
        tag: account.to_owned(),
        limit: usize::try_from(limit).unwrap_or(0),
        start: None,
    };
    let chain = ctx.chain();
    let render = legacy(&chain);
    let posts = select(
        &chain,
        &query,
        |post| post.is_root() && post.author == account,
        |post| post.created,
    );
    let last = posts.len();
    let entries = posts.into_iter().enumerate().map(|(index, post)| {
        json!({
            "blog": account,
            "entry_id": last - 1 - index,
            "comment": render.post(post),
            "reblog_on": "1970-01-01T00:00:00",
            "reblogged_on": "1970-01-01T00:00:00",
        })
    });
    Ok(entries.collect::<Value>().into())
}
