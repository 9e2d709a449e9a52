use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use tartan_index::{Amount, TradeQuery};

use super::data::{self, Order, Side};
use crate::dollars::Dollars;
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::pager::Pager;
use crate::site::Site;
use crate::{format, links, ui};

/// Own trades of one page.
const SIZE: i64 = 50;

/// The open orders of who looks, in all markets, and their trades.
#[derive(Template)]
#[template(path = "market/orders.html")]
pub(super) struct OrdersPage {
    page: Page,
    asked: Filters,
    base: String,
    orders: Vec<(Side, Order)>,
    /// What open buy orders hold of the base token.
    locked: Amount,
    dollars: Dollars,
    /// What open sell orders hold: token and amount.
    locked_tokens: Vec<(String, Amount)>,
    trades: Vec<tartan_index::Trade>,
    has_index: bool,
    /// The address of all trades as a table.
    csv: String,
    pager: Pager,
}

/// What is shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filters {
    #[serde(default)]
    symbol: String,
    #[serde(default)]
    side: String,
    #[serde(default)]
    before: Option<i64>,
}

impl Filters {
    fn lets_through(&self, side: Side, order: &Order) -> bool {
        let symbol = self.symbol.trim().to_uppercase();
        let of_side = self.side.is_empty() || self.side == side.name();
        of_side && (symbol.is_empty() || order.symbol.contains(&symbol))
    }
}

/// `GET /orders`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Asked(asked): Asked<Filters>,
) -> Result<Html<OrdersPage>, Error> {
    let base = data::base(&page.network).to_owned();
    let Some(account) = page.account.clone() else {
        return Ok(Html(OrdersPage {
            pager: Pager::cursor(&page, None),
            has_index: site.index().is_ok(),
            page,
            asked,
            base,
            orders: Vec::new(),
            locked: Amount::ZERO,
            dollars: Dollars::default(),
            locked_tokens: Vec::new(),
            trades: Vec::new(),
            csv: String::new(),
        }));
    };
    let name = account.clone();
    let orders = site.read(move |reader| {
        let now = data::now(reader)?;
        data::orders_of(reader, &name, None, now)
    });
    let mut orders = orders.await?;
    orders.retain(|(side, order)| asked.lets_through(*side, order));
    let (locked, locked_tokens) = locked(&orders);
    let (trades, next) = match site.index() {
        Ok(index) => {
            let query = TradeQuery {
                symbol: Some(asked.symbol.trim().to_uppercase()).filter(|text| !text.is_empty()),
                account: Some(account.clone()),
                before: asked.before,
                limit: SIZE + 1,
                ..TradeQuery::default()
            };
            let mut trades = index.trades(&query).await?;
            let size = usize::try_from(SIZE).unwrap_or(usize::MAX);
            let has_more = trades.len() > size;
            trades.truncate(size);
            let last = trades.last().map(|trade| trade.id.to_string());
            (trades, last.filter(|_| has_more))
        }
        Err(_) => (Vec::new(), None),
    };
    Ok(Html(OrdersPage {
        csv: format!("/api/market/trades.csv?account={}", links::part(&account)),
        pager: Pager::cursor(&page, next),
        has_index: site.index().is_ok(),
        page,
        asked,
        base,
        orders,
        locked,
        dollars: site.dollars().await,
        locked_tokens,
        trades,
    }))
}

/// What orders hold: of the base token, and of each token that is for sale.
fn locked(orders: &[(Side, Order)]) -> (Amount, Vec<(String, Amount)>) {
    let mut base = Amount::ZERO;
    let mut tokens = std::collections::BTreeMap::<String, Amount>::new();
    for (side, order) in orders {
        match side {
            Side::Buy => base = base.plus(order.tokens_locked.unwrap_or(Amount::ZERO)),
            Side::Sell => {
                let sum = tokens.entry(order.symbol.clone()).or_default();
                *sum = sum.plus(order.quantity);
            }
        }
    }
    (base, tokens.into_iter().collect())
}
