use std::sync::Arc;

use serde_json::json;
use tartan_chain::{ReadError, Reader};
use tartan_decimal::Precision;
use tartan_forecast::{CONTRACT, ForecastError, Pool, Post, Situation};
use tartan_state::Sort;

use super::reading;
use crate::per_block::PerBlock;

/// Posts of a pool that are looked at, those that are paid first; more than any pool had so far.
const MOST_POSTS: usize = 10_000;

/// What posts are going to get, computed once for each block.
#[derive(Debug, Default)]
pub(crate) struct Forecasts(PerBlock<String, Kept>);

/// A forecast, for whoever asks at this block.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// The pool with its posts.
    pub(crate) situation: Arc<Situation>,
    /// There are more posts than were looked at.
    pub(crate) is_cut: bool,
}

impl Forecasts {
    /// The forecast for the pool of a token; `None` if it has none, or one that this program does not understand.
    pub(crate) fn of(&self, reader: &Reader, symbol: &str) -> Result<Option<Kept>, ReadError> {
        self.0
            .get(reader, symbol.to_owned(), || look(reader, symbol))
    }
}

fn look(reader: &Reader, symbol: &str) -> Result<Option<Kept>, ReadError> {
    let query = json!({ "symbol": symbol });
    let Some(row) = reader.find_one(CONTRACT, "rewardPools", &query)? else {
        return Ok(None);
    };
    let token = reader.find_one("tokens", "tokens", &query)?;
    let decimals = token
        .as_ref()
        .and_then(|row| row.get("precision")?.as_u64());
    let understood = |error: ForecastError| {
        tracing::warn!(symbol, %error, "the reward pool cannot be forecast");
    };
    let Ok(pool) = Pool::read(row).map_err(understood) else {
        return Ok(None);
    };
    let decimals = decimals.and_then(|decimals| u8::try_from(decimals).ok());
    let Some(precision) = decimals.and_then(|decimals| Precision::new(decimals).ok()) else {
        return Ok(None);
    };
    let query = json!({ "rewardPoolId": pool.id });
    let sort = vec![Sort::ascending("byCashoutTime")];
    let posts: Vec<Post> = reading::rows(reader, "posts", &query, &sort, MOST_POSTS + 1)?;
    let is_cut = posts.len() > MOST_POSTS;
    let posts = posts.into_iter().take(MOST_POSTS).collect();
    let situation = Situation::new(pool, precision, posts).map_err(understood);
    Ok(situation.ok().map(|situation| Kept {
        situation: Arc::new(situation),
        is_cut,
    }))
}
