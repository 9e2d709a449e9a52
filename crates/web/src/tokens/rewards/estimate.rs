use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use tartan_chain::Reader;
use tartan_forecast::{Ballot, Estimate};
use tartan_graphene::AccountName;
use tartan_rewards::Weight;

use super::{Forecasts, reading};
use crate::error::Error;
use crate::extract::Asked;
use crate::site::Site;
use crate::wallet::holdings;

/// A vote that somebody thinks of.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    voter: String,
    /// -10000 to 10000.
    weight: i64,
}

/// `GET /rewards/SYMBOL/@author/permlink/estimate?voter=alice&weight=10000`: what the vote would change.
pub(super) async fn estimate(
    State(site): State<Site>,
    Path((symbol, author, permlink)): Path<(String, String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Estimate>, Error> {
    let weight = Weight::new(wanted.weight);
    let weight = weight.map_err(|error| Error::bad_request(error.to_string()))?;
    AccountName::check(&wanted.voter)
        .map_err(|error| Error::bad_request(format!("voter: {error}")))?;
    let authorperm = format!("@{author}/{permlink}");
    let forecasts = site.forecasts().clone();
    let missing = Error::not_found(format!("an open post {authorperm:.300}"));
    let found = site.read(move |reader| {
        of(
            reader,
            &forecasts,
            (&symbol, &authorperm),
            &wanted.voter,
            weight,
        )
    });
    found.await?.map(Json).ok_or(missing)
}

/// What a vote would change; `None` if no vote for that post counts any more.
pub(super) fn of(
    reader: &Reader,
    forecasts: &Forecasts,
    (symbol, authorperm): (&str, &str),
    voter: &str,
    weight: Weight,
) -> Result<Option<Estimate>, Error> {
    let Some(kept) = forecasts.of(reader, symbol)? else {
        return Ok(None);
    };
    let situation = &kept.situation;
    let mut posts = situation.posts.iter();
    let Some(at) = posts.position(|post| post.authorperm == authorperm) else {
        return Ok(None);
    };
    let pool = situation.pool.id;
    let known = reading::vote_of(reader, pool, authorperm, voter)?;
    let power = reading::voter(reader, pool, voter)?;
    let ballot = Ballot {
        situation,
        at,
        voter: power.as_ref(),
        stake: reading::stake(reader, situation, voter)?,
        known: known.as_ref(),
        now: holdings::now(reader)?.saturating_mul(1000),
    };
    match ballot.is_open() {
        true => Ok(Some(ballot.estimate(weight)?)),
        false => Ok(None),
    }
}
