//! The founder's wizard: a token in five steps, signed at the end.
//!
//! All answers stand in the address, so going back, reloading or coming another day loses nothing.

mod calls;
mod draft;

use askama::Template;
use axum::extract::State;
use serde_json::Value;
use tartan_chain::{ReadError, Reader};
use tartan_decimal::Quantity;
use tartan_index::{TokenOrder, TokenQuery};

use super::facts::{self, Fees, Token};
use super::pool::{Forecast, PRESETS, Wrong};
use super::simulate::{self, Outcome};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};
use calls::{Plan, State as Have};
use draft::{Draft, STEPS};

/// Tokens that a symbol is compared with: those that most accounts hold.
const COMPARED: i64 = 500;

/// The wizard.
#[derive(Template)]
#[template(path = "tokens/launch.html")]
pub(super) struct LaunchPage {
    page: Page,
    draft: Draft,
    step: usize,
    wrong: Wrongs,
    symbol: SymbolState,
    forecast: Option<Forecast>,
    outcome: Option<Outcome>,
    plan: Plan,
    utility: String,
    has_pools: bool,
}

/// What is wrong about fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Wrongs(pub(super) Vec<Wrong>);

impl Wrongs {
    /// What is wrong about this one, in words; empty if nothing is.
    pub(super) fn of(&self, page: &Page, name: &str) -> String {
        let found = self.0.iter().find(|(field, _)| *field == name);
        found.map_or(String::new(), |(_, key)| page.t(key).to_string())
    }
}

/// Whether a symbol can be had.
#[derive(Debug, Clone, Default)]
pub(super) enum SymbolState {
    /// Nothing is typed yet, or it is none.
    #[default]
    Nothing,
    /// Nobody has it; it looks like these.
    Free(Vec<String>),
    /// It is the user's own already: what is missing can be added.
    Mine,
    /// Somebody else has it.
    Taken(String),
}

impl LaunchPage {
    fn steps(&self) -> [&'static str; 5] {
        STEPS
    }

    fn presets(&self) -> [(&'static str, &'static str, &'static str); 3] {
        PRESETS
    }

    fn wrong(&self, name: &str) -> String {
        self.wrong.of(&self.page, name)
    }

    fn symbol_text(&self) -> String {
        self.draft.symbol()
    }
}

/// `GET /launch`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Draft>,
) -> Result<Html<LaunchPage>, Error> {
    let draft = asked.filled();
    let symbol = draft.symbol();
    let mut known = vec![
        site.network().tokens.pegged.symbol.clone(),
        site.network().tokens.utility.symbol.clone(),
    ];
    if let Ok(index) = site.index() {
        let query = TokenQuery {
            order: TokenOrder::Holders,
            descending: true,
            limit: COMPARED,
            ..TokenQuery::default()
        };
        let found = index.tokens(&query).await?.tokens;
        known.extend(found.into_iter().map(|row| row.token.symbol));
    }
    let account = page.account.clone();
    let wanted = symbol.clone();
    let read = site.read(move |reader| Read::of(reader, &wanted, account.as_deref()));
    let read = read.await?;

    let symbol = match &read.token {
        _ if draft.symbol_problem(site.network()).is_some() => SymbolState::Nothing,
        Some(token) if Some(&token.issuer) == page.account.as_ref() => SymbolState::Mine,
        Some(token) => SymbolState::Taken(token.issuer.clone()),
        None => SymbolState::Free(draft::alike(&symbol, &known)),
    };
    let (step, wrong) = draft.place(site.network(), &symbol, read.has_pools);
    let precision = draft.scale();
    let amount = |text: &str| Quantity::parse_exact(text.trim(), precision).ok();
    let forecast = amount(&draft.max).and_then(|most| {
        let issued = amount(&draft.issue).unwrap_or(Quantity::ZERO);
        draft.pool.forecast(precision, issued, most)
    });
    let outcome = simulate::run(&draft.pool, precision, &draft.scene);
    let utility = site.network().tokens.utility.clone();
    let plan = Plan::of(
        &draft,
        &read.have(),
        &read.fees,
        &read.liquid,
        utility.precision,
    );
    Ok(Html(LaunchPage {
        step,
        wrong: Wrongs(wrong),
        symbol,
        forecast,
        outcome,
        plan,
        utility: utility.symbol,
        has_pools: read.has_pools,
        page,
        draft,
    }))
}

/// What the chain says of a draft.
struct Read {
    token: Option<Token>,
    pool: Option<Value>,
    fees: Fees,
    liquid: Option<String>,
    has_pools: bool,
    is_mine: bool,
}

impl Read {
    fn of(reader: &Reader, symbol: &str, account: Option<&str>) -> Result<Read, ReadError> {
        let token = match symbol.is_empty() {
            true => None,
            false => Token::read(reader, symbol)?.map(|(token, _)| token),
        };
        let utility = reader.network().tokens.utility.symbol.clone();
        let liquid = account.map(|account| facts::liquid(reader, account, &utility));
        let has_pools = reader.has_table("comments", "rewardPools")?;
        let pool = match token.is_some() && has_pools {
            true => facts::pool_row(reader, symbol)?,
            false => None,
        };
        Ok(Read {
            is_mine: token.as_ref().map(|token| token.issuer.as_str()) == account,
            token,
            pool,
            fees: Fees::read(reader)?,
            liquid: liquid.transpose()?,
            has_pools,
        })
    }

    fn have(&self) -> Have<'_> {
        Have {
            token: self.token.as_ref().filter(|_| self.is_mine),
            has_pool: self.pool.is_some(),
        }
    }
}
