//! Posts, replies, votes and lists of them.

use serde_json::{Map, Value, json};

use super::params::{self, Params};
use super::render::Render;
use super::{Ctx, Methods, Outcome, appbase, legacy};
use crate::chain::big_number;
use crate::errors::NodeError;
use crate::state::{Post, PostKey};

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_content", get_content),
    ("condenser_api.get_content_replies", get_content_replies),
    ("condenser_api.get_active_votes", get_active_votes),
    ("condenser_api.get_account_votes", account_votes),
    ("condenser_api.get_state", get_state),
    ("database_api.find_comments", find_comments),
    ("database_api.find_votes", find_votes),
    ("database_api.list_votes", list_votes),
];

pub(super) fn key_of(author: &Value, permlink: &Value) -> Result<PostKey, NodeError> {
    Ok((
        params::text(author)?.to_owned(),
        params::text(permlink)?.to_owned(),
    ))
}

/// What nodes of the newer kind answer for a post that does not exist: all members, empty.
fn no_post(render: &Render<'_>) -> Value {
    let mut post = render.post(&Post::default());
    post["id"] = json!(0);
    post
}

fn get_content(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 3)?;
    let key = key_of(&items[0], &items[1])?;
    let chain = ctx.chain();
    let render = legacy(&chain);
    Ok(chain
        .state()
        .posts
        .get(&key)
        .map_or_else(|| no_post(&render), |post| render.post(post))
        .into())
}

fn get_content_replies(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 3)?;
    let key = key_of(&items[0], &items[1])?;
    let chain = ctx.chain();
    let render = legacy(&chain);
    Ok(chain
        .state()
        .replies_of(&key)
        .into_iter()
        .map(|post| render.post(post))
        .collect::<Value>()
        .into())
}

fn get_active_votes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 3)?;
    let key = key_of(&items[0], &items[1])?;
    let chain = ctx.chain();
    let render = legacy(&chain);
    let votes = chain.state().votes_of(&key);
    Ok(votes
        .into_iter()
        .map(|(voter, vote)| render.active_vote(voter, vote))
        .collect::<Value>()
        .into())
}

fn account_votes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [voter] = params.array()?;
    let voter = params::text(voter)?;
    let chain = ctx.chain();
    let votes = chain
        .state()
        .votes
        .iter()
        .filter(|((_, name), _)| name == voter);
    let listed = votes.map(|(((author, permlink), _), vote)| {
        json!({
            "authorperm": format!("{author}/{permlink}"),
            "weight": big_number(i128::from(vote.weight)),
            "rshares": big_number(i128::from(vote.rshares)),
            "percent": vote.percent,
            "time": vote.time,
        })
    });
    Ok(listed.collect::<Value>().into())
}

/// The old web site's whole page in one answer; here a post with its replies, or an account.
fn get_state(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [path] = params.array()?;
    let parts: Vec<&str> = params::text(path)?.trim_matches('/').split('/').collect();
    let chain = ctx.chain();
    let render = legacy(&chain);
    let (mut accounts, mut content) = (Map::new(), Map::new());
    let mut add_account = |name: &str| {
        if let Some(account) = chain.state().account(name) {
            accounts.insert(name.to_owned(), render.account(account));
        }
    };
    if let [_, author, permlink] = parts.as_slice() {
        let root = (
            author.trim_start_matches('@').to_owned(),
            (*permlink).to_owned(),
        );
        let mut open = vec![root];
        // Every post has one parent, so this ends.
        while let Some(key) = open.pop() {
            if let Some(post) = chain.state().posts.get(&key) {
                add_account(&post.author);
                let mut value = render.post(post);
                let replies: Vec<PostKey> = chain
                    .state()
                    .replies_of(&key)
                    .into_iter()
                    .map(Post::key)
                    .collect();
                value["replies"] = replies
                    .iter()
                    .map(|(author, permlink)| json!(format!("{author}/{permlink}")))
                    .collect();
                content.insert(format!("{}/{}", key.0, key.1), value);
                open.extend(replies);
            }
        }
    } else if let [account] = parts.as_slice()
        && let Some(name) = account.strip_prefix('@')
    {
        add_account(name);
    }
    Ok(json!({
        "current_route": path,
        "props": {},
        "tag_idx": { "trending": [] },
        "tags": {},
        "content": content,
        "accounts": accounts,
        "witnesses": {},
        "discussion_idx": {},
        "witness_schedule": {},
        "feed_price": render.price(250),
        "error": "",
    })
    .into())
}

fn find_comments(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let wanted = params
        .required("comments")?
        .as_array()
        .cloned()
        .unwrap_or_default();
    let chain = ctx.chain();
    let render = appbase(&chain);
    let mut found = Vec::new();
    for pair in &wanted {
        let key = key_of(
            pair.get(0).unwrap_or(&Value::Null),
            pair.get(1).unwrap_or(&Value::Null),
        )?;
        if let Some(post) = chain.state().posts.get(&key) {
            found.push(render.post(post));
        }
    }
    Ok(json!({ "comments": found }).into())
}

/// A vote as `database_api` lists it.
fn vote_row(((author, permlink), voter): &(PostKey, String), vote: &crate::state::Vote) -> Value {
    json!({
        "id": 0,
        "voter": voter,
        "author": author,
        "permlink": permlink,
        "weight": big_number(i128::from(vote.weight)),
        "rshares": big_number(i128::from(vote.rshares)),
        "vote_percent": vote.percent,
        "last_update": vote.time,
        "num_changes": vote.changes,
    })
}

fn find_votes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let key = (
        params.text("author")?.to_owned(),
        params.text("permlink")?.to_owned(),
    );
    let chain = ctx.chain();
    let votes = chain
        .state()
        .votes
        .range((key.clone(), String::new())..)
        .take_while(|((post, _), _)| *post == key);
    Ok(json!({ "votes": votes.map(|(key, vote)| vote_row(key, vote)).collect::<Value>() }).into())
}

/// `start` is `[author, permlink, voter]` in the order `by_comment_voter`, `[voter, author, permlink]` in the other.
fn list_votes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let limit = usize::try_from(params.number_or("limit", 100)?.min(1000)).unwrap_or(0);
    let start = params
        .get("start")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let part = |index: usize| {
        start
            .get(index)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let chain = ctx.chain();
    let rows = &chain.state().votes;
    let listed: Value = if params.text_or_empty("order")? == "by_voter_comment" {
        let from = (part(0), (part(1), part(2)));
        let mut sorted: Vec<_> = rows
            .iter()
            .filter(|((post, voter), _)| (voter.clone(), post.clone()) >= from)
            .collect();
        sorted.sort_by_key(|((post, voter), _)| (voter.clone(), post.clone()));
        sorted
            .into_iter()
            .take(limit)
            .map(|(key, vote)| vote_row(key, vote))
            .collect()
    } else {
        let from = ((part(0), part(1)), part(2));
        rows.range(from..)
            .take(limit)
            .map(|(key, vote)| vote_row(key, vote))
            .collect()
    };
    Ok(json!({ "votes": listed }).into())
}
