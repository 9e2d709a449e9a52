use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tartan_chain::ReadError;
use tartan_decimal::Quantity;

use super::facts::{self, About, Fees, Token};
use super::launch::Wrongs;
use super::part_of;
use super::pool::{Forecast, PRESETS, Pool};
use super::simulate::{self, Outcome, Scene};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Forms for whoever issues a token.
#[derive(Template)]
#[template(path = "tokens/manage.html")]
pub(super) struct ManagePage {
    page: Page,
    token: Token,
    about: About,
    fees: Fees,
    utility: String,
    pool_id: Option<String>,
    pool_is_active: bool,
}

/// A reward pool, before it is made or changed.
#[derive(Template)]
#[template(path = "tokens/manage_pool.html")]
pub(super) struct PoolPage {
    page: Page,
    token: Token,
    pool: Pool,
    scene: Scene,
    wrong: Wrongs,
    forecast: Option<Forecast>,
    outcome: Option<Outcome>,
    exists: bool,
    /// What is going to be signed; nothing while something is wrong.
    calls: Option<String>,
    fee: String,
    utility: String,
}

/// What the form of a pool says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Changes {
    preset: String,
    #[serde(flatten)]
    pool: Pool,
    #[serde(flatten)]
    scene: Scene,
}

impl ManagePage {
    fn is_mine(&self) -> bool {
        self.page.account.as_deref() == Some(self.token.issuer.as_str())
    }

    fn part(&self, rest: &str) -> String {
        part_of(&self.token.symbol, rest)
    }
}

impl PoolPage {
    fn is_mine(&self) -> bool {
        self.page.account.as_deref() == Some(self.token.issuer.as_str())
    }

    fn part(&self, rest: &str) -> String {
        part_of(&self.token.symbol, rest)
    }

    fn presets(&self) -> [(&'static str, &'static str, &'static str); 3] {
        PRESETS
    }
}

struct Read {
    token: Token,
    pool: Option<Value>,
    fees: Fees,
}

async fn read(site: &Site, symbol: String) -> Result<Read, Error> {
    let wanted = symbol.clone();
    let found = site
        .read(move |reader| {
            let Some((token, _)) = Token::read(reader, &wanted)? else {
                return Ok::<_, ReadError>(None);
            };
            Ok(Some(Read {
                token,
                pool: facts::pool_row(reader, &wanted)?,
                fees: Fees::read(reader)?,
            }))
        })
        .await?;
    found.ok_or_else(|| Error::not_found(format!("token {symbol:.32}")))
}

/// `GET /tokens/SYMBOL/manage`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path(symbol): Path<String>,
) -> Result<Html<ManagePage>, Error> {
    let Read { token, pool, fees } = read(&site, symbol).await?;
    let is_active = pool.as_ref().and_then(|row| row.get("active")?.as_bool());
    Ok(Html(ManagePage {
        about: token.about(),
        token,
        fees,
        utility: site.network().tokens.utility.symbol.clone(),
        pool_id: pool.and_then(|row| Some(row.get("_id")?.to_string())),
        pool_is_active: is_active.unwrap_or(false),
        page,
    }))
}

/// `GET /tokens/SYMBOL/manage/pool`
pub(super) async fn pool(
    State(site): State<Site>,
    page: Page,
    Path(symbol): Path<String>,
    Asked(asked): Asked<Changes>,
) -> Result<Html<PoolPage>, Error> {
    let Read { token, pool, fees } = read(&site, symbol).await?;
    let have = pool
        .as_ref()
        .and_then(|row| Pool::of_config(row.get("config")?));
    let exists = have.is_some();
    let typed = match asked.preset.is_empty() {
        true => asked.pool,
        false => asked.pool.preset(&asked.preset),
    };
    let is_new = typed.is_empty();
    let mut form = match (is_new, have) {
        (true, Some(have)) => have,
        (true, None) => typed.preset("chain"),
        (false, Some(have)) => typed.over(have),
        (false, None) => typed,
    };
    if form.tags.trim().is_empty() && is_new {
        form.tags = token.symbol.to_lowercase();
    }
    let precision = token.scale();
    let amount = |text: &str| Quantity::parse_exact(text, precision).ok();
    let forecast = amount(&token.supply)
        .zip(amount(&token.max_supply))
        .and_then(|(supply, most)| form.forecast(precision, supply, most));
    let wrong = form.problems(precision);
    let id = pool.as_ref().and_then(|row| row.get("_id")).cloned();
    let call = match id {
        Some(id) => json!({ "contract": "comments", "action": "updateRewardPool",
            "payload": { "rewardPoolId": id, "config": form.config() } }),
        None => json!({ "contract": "comments", "action": "createRewardPool",
            "payload": { "symbol": token.symbol, "config": form.config() } }),
    };
    Ok(Html(PoolPage {
        calls: wrong.is_empty().then(|| json!([call]).to_string()),
        outcome: simulate::run(&form, precision, &asked.scene),
        forecast,
        wrong: Wrongs(wrong),
        exists,
        fee: if exists { fees.pool_update } else { fees.pool },
        utility: site.network().tokens.utility.symbol.clone(),
        pool: form,
        scene: asked.scene,
        token,
        page,
    }))
}
