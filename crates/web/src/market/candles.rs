use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tartan_index::{Bar, Interval};

use crate::error::Error;
use crate::extract::Asked;
use crate::site::Site;

/// Bars of one answer.
const MOST: i64 = 1_000;

/// Which bars.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    interval: String,
}

/// `GET /trade/SYMBOL/candles.json?interval=1h`: the latest bars of a token, or of a pool (`BASE:QUOTE`), oldest first:
/// `[time, open, high, low, close, volume]`.
pub(super) async fn candles(
    State(site): State<Site>,
    Path(symbol): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Value>, Error> {
    let name = match wanted.interval.as_str() {
        "" => "1h",
        name => name,
    };
    let interval = Interval::parse(name).ok_or_else(|| {
        let names: Vec<_> = Interval::ALL.iter().map(|(name, _)| *name).collect();
        Error::bad_request(format!("expected an interval of {}", names.join(", ")))
    })?;
    let index = site.index()?;
    let until = index.position().await?.map_or(0, |position| position.time);
    let bars = index.bars(&symbol, interval, (0, until), MOST).await?;
    let row = |bar: Bar| json!([bar.time, bar.open, bar.high, bar.low, bar.close, bar.volume]);
    let rows: Vec<Value> = bars.into_iter().map(row).collect();
    Ok(Json(
        json!({ "symbol": symbol, "interval": name, "bars": rows }),
    ))
}
