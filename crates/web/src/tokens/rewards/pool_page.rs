use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tartan_chain::ReadError;
use tartan_decimal::Quantity;
use tartan_forecast::{Pool as Row, Situation};

use super::{Kept, reading};
use crate::error::Error;
use crate::extract::{Asked, Format};
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::tokens::facts::{self, Token};
use crate::tokens::pool::Pool;
use crate::{format, links, ui};

/// Posts of one page.
const SIZE: usize = 50;
/// Payments to come, and muted accounts, that are shown.
const MOST_PAYMENTS: usize = 10;
const MOST_MUTED: usize = 100;

/// A reward pool: what is in it, what waits, and by which rules.
#[derive(Template)]
#[template(path = "tokens/rewards.html")]
pub(super) struct PoolPage {
    page: Page,
    symbol: String,
    row: Row,
    /// The rules, for words.
    rules: Option<Pool>,
    /// What stakers earn a year if all vote.
    yearly: Option<String>,
    posts: Vec<Waiting>,
    count: usize,
    is_cut: bool,
    payments: Vec<Payment>,
    muted: Vec<String>,
    muted_posts: Vec<String>,
    /// Of replies with a fund of their own.
    replies: Option<(String, String)>,
    next_interval: i64,
    pager: Pager,
}

/// A post that waits.
struct Waiting {
    authorperm: String,
    author: String,
    permlink: String,
    value: String,
    paid_after: i64,
    is_open: bool,
    unpaid: Option<&'static str>,
}

/// What is paid at one time.
struct Payment {
    time: i64,
    posts: usize,
    sum: String,
}

/// Which posts.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    page: Option<u64>,
}

struct Found {
    kept: Kept,
    row: Value,
    token: Option<Token>,
    muted: Vec<String>,
    now: i64,
}

/// `GET /rewards/SYMBOL`, and `.json` with the row of the contract's table and what each post is going to get.
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(asked): Path<String>,
    Asked(filters): Asked<Filters>,
) -> Result<Response, Error> {
    let (symbol, form) = Format::split(&asked);
    let (wanted, forecasts) = (symbol.to_owned(), site.forecasts().clone());
    let read = site.read(move |reader| {
        let Some(row) = facts::pool_row(reader, &wanted)? else {
            return Ok::<_, ReadError>(None);
        };
        let Some(kept) = forecasts.of(reader, &wanted)? else {
            return Ok(None);
        };
        let id = kept.situation.pool.id;
        Ok(Some(Found {
            // a pool with more voters than may be looked at shows no list
            muted: reading::muted_accounts(reader, id, MOST_MUTED).unwrap_or_default(),
            token: Token::read(reader, &wanted)?.map(|(token, _)| token),
            now: crate::wallet::holdings::now(reader)?.saturating_mul(1000),
            kept,
            row,
        }))
    });
    let found = read.await?;
    let found = found.ok_or_else(|| Error::not_found(format!("reward pool of {symbol:.32}")))?;
    Ok(match form {
        Format::Json => axum::Json(json(&found)).into_response(),
        _ => Html(PoolPage::new(page, found, &filters)).into_response(),
    })
}

/// The same for programs.
fn json(found: &Found) -> Value {
    let Situation {
        precision,
        posts,
        dues,
        ..
    } = &*found.kept.situation;
    let posts = posts.iter().zip(dues).map(|(post, due)| {
        json!({
            "post": post.authorperm,
            "quantity": due.value.format(*precision),
            "votesUntil": tartan_forecast::time(post.cashout_time),
            "paidAfter": tartan_forecast::time(due.paid_after),
            "unpaid": post.unpaid(),
        })
    });
    json!({ "pool": found.row, "posts": posts.collect::<Vec<_>>(), "muted": found.muted })
}

impl PoolPage {
    fn new(page: Page, found: Found, filters: &Filters) -> PoolPage {
        let situation = &*found.kept.situation;
        let Situation {
            pool,
            precision,
            posts,
            dues,
        } = situation;
        let count = posts.len();
        let last = count.div_ceil(SIZE).max(1) as u64;
        let number = filters.page.unwrap_or(1).clamp(1, last);
        let skipped = usize::try_from(number - 1).unwrap_or(0) * SIZE;
        let shown = posts.iter().zip(dues).skip(skipped).take(SIZE);
        let shown = shown.map(|(post, due)| {
            let (author, permlink) = super::parts(&post.authorperm);
            Waiting {
                author: author.to_owned(),
                permlink: permlink.to_owned(),
                authorperm: post.authorperm.clone(),
                value: due.value.format(*precision),
                paid_after: due.paid_after / 1000,
                is_open: pool.active && post.cashout_time >= found.now,
                unpaid: post.unpaid(),
            }
        });
        let muted_posts = posts.iter().filter(|post| post.mute == Some(true));
        let rules = found.row.get("config").and_then(Pool::of_config);
        let interval = i64::from(pool.config.reward_interval_seconds);
        PoolPage {
            posts: shown.collect(),
            payments: payments(situation),
            yearly: rules
                .as_ref()
                .zip(found.token.as_ref())
                .and_then(|(rules, token)| token.yearly(rules)),
            rules,
            muted_posts: muted_posts
                .map(|post| post.authorperm.clone())
                .take(MOST_MUTED)
                .collect(),
            replies: pool
                .comment_pool
                .as_ref()
                .map(|fund| (fund.reward_pool.clone(), fund.pending_claims.clone())),
            next_interval: pool.last_reward_timestamp / 1000 + interval,
            pager: Pager::numbered(&page, number, count as u64, SIZE as u64),
            symbol: pool.symbol.clone(),
            row: pool.clone(),
            muted: found.muted,
            is_cut: found.kept.is_cut,
            count,
            page,
        }
    }

    fn has_muted(&self) -> bool {
        !self.muted.is_empty() || !self.muted_posts.is_empty()
    }
}

/// The next times at which posts are paid.
fn payments(situation: &Situation) -> Vec<Payment> {
    let mut order: Vec<(i64, Quantity)> = situation
        .dues
        .iter()
        .map(|due| (due.paid_after, due.value))
        .collect();
    order.sort_by_key(|(time, _)| *time);
    let at_once = order.chunk_by(|(one, _), (other, _)| one == other);
    let payment = |posts: &[(i64, Quantity)]| Payment {
        time: posts[0].0 / 1000,
        posts: posts.len(),
        sum: posts
            .iter()
            .fold(Quantity::ZERO, |sum, (_, value)| {
                sum.checked_add(*value).unwrap_or(sum)
            })
            .format(situation.precision),
    };
    at_once.take(MOST_PAYMENTS).map(payment).collect()
}
