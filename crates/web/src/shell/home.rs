use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use tartan_chain::records::Transaction;
use tartan_chain::{Block, ReadError};

use crate::error::Error;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Blocks that are listed.
const BLOCKS: usize = 10;
/// Transactions that are listed.
const TRANSACTIONS: usize = 12;
/// Blocks in which they are looked for.
const DEPTH: u64 = 30;
/// Tokens that are listed.
const TOKENS: usize = 8;

/// Is the chain alive, and what happens on it.
#[derive(Template)]
#[template(path = "shell/home.html")]
pub(super) struct HomePage {
    page: Page,
    latest: Option<Arc<Block>>,
    blocks: Vec<Arc<Block>>,
    transactions: Vec<Row>,
    tokens: Vec<TokenRow>,
    /// What prices are in.
    base: String,
    has_index: bool,
}

/// A transaction in a line.
struct Row {
    id: String,
    sender: String,
    contract: String,
    action: String,
    status: ui::Status,
    timestamp: String,
}

/// A token in a line.
struct TokenRow {
    symbol: String,
    last: String,
    change: String,
    volume: String,
}

impl HomePage {
    /// Transactions of a minute, lately.
    fn pace(&self) -> String {
        format!("{:.0}", self.page.sync.transactions_per_second * 60.0)
    }
}

pub(super) async fn home(State(site): State<Site>, page: Page) -> Result<Html<HomePage>, Error> {
    let blocks = site.read(|reader| {
        let head = reader.latest_block()?.map_or(0, |block| block.number);
        let first = head.saturating_sub(DEPTH - 1);
        let mut blocks = reader.block_range(first, DEPTH)?;
        blocks.reverse();
        Ok::<_, ReadError>(blocks)
    });
    let mut blocks = blocks.await?;
    let latest = blocks.first().cloned();
    let tokens = match latest
        .as_ref()
        .and_then(|block| format::seconds(&block.timestamp))
    {
        Some(now) => tokens(&site, now).await,
        None => Vec::new(),
    };
    let transactions = blocks.iter().flat_map(|block| {
        let newest_first = block.transactions.iter().rev();
        newest_first.map(|transaction| row(block, transaction))
    });
    let transactions = transactions.take(TRANSACTIONS).collect();
    blocks.truncate(BLOCKS);
    Ok(Html(HomePage {
        base: site.network().tokens.pegged.symbol.clone(),
        has_index: site.index().is_ok(),
        latest,
        blocks,
        transactions,
        tokens,
        page,
    }))
}

fn row(block: &Block, transaction: &Transaction) -> Row {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let failed = transaction.logs.contains("\"errors\"");
    Row {
        id: transaction.id.to_string(),
        sender: text(&transaction.sender),
        contract: text(&transaction.contract),
        action: text(&transaction.action),
        status: match failed {
            true => ui::Status::Failed,
            false => ui::Status::Success,
        },
        timestamp: block.timestamp.clone(),
    }
}

/// The tokens that were traded most in 24 hours. Without them the page is still one.
async fn tokens(site: &Site, now: i64) -> Vec<TokenRow> {
    let Ok(index) = site.index() else {
        return Vec::new();
    };
    let mut tickers = match index.tickers(None, now).await {
        Ok(tickers) => tickers,
        Err(error) => {
            tracing::warn!(%error, "the index has no tickers");
            return Vec::new();
        }
    };
    // pools have their own page
    tickers.retain(|ticker| !ticker.symbol.contains(':'));
    tickers.sort_by(|one, other| (other.volume, &one.symbol).cmp(&(one.volume, &other.symbol)));
    tickers
        .into_iter()
        .take(TOKENS)
        .map(|ticker| TokenRow {
            last: ticker.last.to_string(),
            change: ticker.change_percent(),
            volume: ticker.volume.to_string(),
            symbol: ticker.symbol,
        })
        .collect()
}
