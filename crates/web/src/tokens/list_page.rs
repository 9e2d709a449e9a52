use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use tartan_chain::ReadError;
use tartan_index::{Span, TokenListing, TokenOrder, TokenQuery};

use super::{facts, svg};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Tokens of one page.
const SIZE: u64 = 50;
/// Pages that can be gone to: an index leaves out no more in front.
const LAST: u64 = 2_000;
/// The longest text that is looked for.
const LONGEST: usize = 32;
/// How long a token is new, in seconds.
const NEW: i64 = 7 * 86_400;

/// The size of a sparkline.
const SPARK: (f64, f64) = (96.0, 24.0);

/// All tokens.
#[derive(Template)]
#[template(path = "tokens/list.html")]
pub(super) struct ListPage {
    page: Page,
    asked: Filters,
    rows: Vec<Row>,
    total: i64,
    base: String,
    pager: Pager,
}

/// Which tokens, and in which order.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    dir: String,
    #[serde(default)]
    page: Option<u64>,
}

/// A token in the list.
struct Row {
    symbol: String,
    name: String,
    price: Option<String>,
    change: Option<String>,
    volume: Option<String>,
    cap: Option<String>,
    spark: Option<String>,
    rises: bool,
    supply: String,
    max: String,
    holders: u64,
    staking: bool,
    community: bool,
    is_base: bool,
}

/// The columns that can be sorted by: the name in the address, its text.
const COLUMNS: [(&str, &str); 6] = [
    ("price", "tokens-price"),
    ("change", "tokens-change"),
    ("volume", "tokens-volume"),
    ("marketCap", "tokens-cap"),
    ("supply", "tokens-supply"),
    ("holders", "tokens-holders"),
];

/// What can be shown alone: the name in the address, its text.
const SHOWN: [(&str, &str); 6] = [
    ("", "tokens-show-all"),
    ("market", "tokens-show-market"),
    ("stake", "tokens-show-stake"),
    ("community", "tokens-show-community"),
    ("pegged", "tokens-show-pegged"),
    ("new", "tokens-show-new"),
];

impl Filters {
    fn order(&self) -> TokenOrder {
        TokenOrder::parse(&self.sort).unwrap_or(TokenOrder::Volume)
    }

    /// The name of the order in the address.
    fn sort_name(&self) -> &'static str {
        let order = self.order();
        let found = TokenOrder::ALL.iter().find(|(_, known)| *known == order);
        found.map_or("volume", |(name, _)| *name)
    }

    fn descending(&self) -> bool {
        match self.dir.as_str() {
            "asc" => false,
            "desc" => true,
            _ => self.order() != TokenOrder::Symbol,
        }
    }

    fn text(&self) -> Option<String> {
        let text: String = self.q.trim().chars().take(LONGEST).collect();
        (!text.is_empty()).then_some(text)
    }
}

impl ListPage {
    /// The address with the list in another order; the same column again turns it around.
    fn sorted(&self, column: &str) -> String {
        let again = self.asked.sort_name() == column;
        let begins = column != "symbol";
        let descending = if again {
            !self.asked.descending()
        } else {
            begins
        };
        let direction = if descending { "desc" } else { "asc" };
        let mut address = format!("/tokens?sort={column}&dir={direction}");
        for (name, value) in [("q", &self.asked.q), ("show", &self.asked.show)] {
            if !value.is_empty() {
                address = format!("{address}&{name}={}", links::part(value));
            }
        }
        address
    }

    /// As `aria-sort` wants it.
    fn direction(&self, column: &str) -> &'static str {
        match (self.asked.sort_name() == column, self.asked.descending()) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        }
    }

    fn arrow(&self, column: &str) -> &'static str {
        match self.direction(column) {
            "descending" => "▼",
            "ascending" => "▲",
            _ => "",
        }
    }

    fn columns(&self) -> [(&'static str, &'static str); 6] {
        COLUMNS
    }

    fn shown(&self) -> [(&'static str, &'static str); 6] {
        SHOWN
    }

    fn is_filtered(&self) -> bool {
        !self.asked.q.trim().is_empty() || !self.asked.show.is_empty()
    }
}

/// `GET /tokens`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Filters>,
) -> Result<Html<ListPage>, Error> {
    let index = site.index()?;
    let base = facts::base(site.network()).to_owned();
    let now = index.position().await?.map_or(0, |position| position.time);
    let number = asked.page.unwrap_or(1).clamp(1, LAST);
    let mut query = TokenQuery {
        text: asked.text(),
        order: asked.order(),
        descending: asked.descending(),
        limit: SIZE as i64,
        offset: ((number - 1) * SIZE) as i64,
        ..TokenQuery::default()
    };
    let mut nothing = false;
    match asked.show.as_str() {
        "market" => query.traded = true,
        "new" => query.since = Some(now - NEW),
        "pegged" => query.issuer = Some(site.network().accounts.peg.clone()),
        "stake" | "community" => {
            let is_stake = asked.show == "stake";
            let found = site.read(move |reader| match is_stake {
                true => {
                    let query = json!({ "stakingEnabled": true });
                    facts::symbols_of(reader, ("tokens", "tokens"), &query)
                }
                false => facts::symbols_of(reader, ("comments", "rewardPools"), &json!({})),
            });
            query.symbols = found.await?;
            nothing = query.symbols.is_empty();
        }
        _ => {}
    }
    let (total, tokens) = match nothing {
        true => (0, Vec::new()),
        false => {
            let found = index.tokens(&query).await?;
            (found.total, found.tokens)
        }
    };
    let symbols: Vec<String> = tokens.iter().map(|row| row.token.symbol.clone()).collect();
    let sparks = match symbols.is_empty() {
        true => Vec::new(),
        false => index.sparklines(&symbols, now, Span::Week).await?,
    };
    let sparks: BTreeMap<String, Vec<f64>> = sparks
        .into_iter()
        .map(|spark| {
            let points = spark.points.iter().map(|point| point.to_f64());
            (spark.symbol, points.collect())
        })
        .collect();
    let extras = site.read(move |reader| {
        let tokens = facts::rows_among(reader, ("tokens", "tokens"), &symbols)?;
        let pools = facts::rows_among(reader, ("comments", "rewardPools"), &symbols)?;
        Ok::<_, ReadError>((tokens, pools))
    });
    let (rows, pools) = extras.await?;
    let symbol = |row: &serde_json::Value| Some(row.get("symbol")?.as_str()?.to_owned());
    let staking: BTreeSet<String> = rows
        .iter()
        .filter(|row| {
            row.get("stakingEnabled")
                .and_then(serde_json::Value::as_bool)
                == Some(true)
        })
        .filter_map(symbol)
        .collect();
    let communities: BTreeSet<String> = pools.iter().filter_map(symbol).collect();
    let rows = tokens.into_iter().map(|listing| {
        let symbol = &listing.token.symbol;
        Row {
            staking: staking.contains(symbol),
            community: communities.contains(symbol),
            is_base: *symbol == base,
            ..Row::of(&listing, sparks.get(symbol))
        }
    });
    Ok(Html(ListPage {
        rows: rows.collect(),
        pager: Pager::numbered(&page, number, total.unsigned_abs().min(LAST * SIZE), SIZE),
        page,
        asked,
        total,
        base,
    }))
}

impl Row {
    fn of(listing: &TokenListing, spark: Option<&Vec<f64>>) -> Row {
        let token = &listing.token;
        let decimals = u8::try_from(token.decimals).unwrap_or(8);
        let ticker = listing.ticker.as_ref();
        Row {
            symbol: token.symbol.clone(),
            name: token.name.clone(),
            price: ticker.map(|ticker| ticker.last.to_string()),
            change: ticker.map(tartan_index::Ticker::change_percent),
            volume: ticker.map(|ticker| ticker.volume.to_string()),
            cap: listing.market_cap().map(|cap| cap.to_string()),
            spark: spark.and_then(|points| svg::line(points, SPARK)),
            rises: spark.is_some_and(|points| points.last() >= points.first()),
            supply: token.circulating.fixed(decimals),
            max: token.max_supply.to_string(),
            holders: token.holders.unsigned_abs(),
            staking: false,
            community: false,
            is_base: false,
        }
    }
}
