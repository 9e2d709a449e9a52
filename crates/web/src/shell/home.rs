use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use tartan_chain::{Block, ReadError, Reader};
use tartan_index::Counters;

use crate::error::Error;
use crate::explorer;
use crate::explorer::told::{self, Told};
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
/// Changes of contracts that are announced, and for how long, in seconds.
const CHANGES: i64 = 3;
const ANNOUNCED: i64 = 30 * 86_400;

/// Is the chain alive, and what happens on it.
#[derive(Template)]
#[template(path = "shell/home.html")]
pub(super) struct HomePage {
    page: Page,
    latest: Option<Arc<Block>>,
    blocks: Vec<Arc<Block>>,
    transactions: Vec<Told>,
    /// Contracts that were deployed or changed lately.
    changes: Vec<Told>,
    tokens: Vec<TokenRow>,
    /// What the index counted; `None` without one.
    counters: Option<Counters>,
    /// What prices are in.
    base: String,
    has_index: bool,
    /// How many public nodes agree with this one, and how many there are.
    nodes: (usize, usize),
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
    let derived = Derived::read(&site).await;
    let (words, wanted) = (page.clone(), derived.changes);
    let read = site.read(move |reader| {
        let blocks = latest_blocks(reader)?;
        let transactions = told::latest(&words, reader, &blocks, TRANSACTIONS);
        let changes = told::of_ids(&words, reader, &wanted)?;
        Ok::<_, ReadError>((blocks, transactions, changes))
    });
    let (mut blocks, transactions, changes) = read.await?;
    let latest = blocks.first().cloned();
    blocks.truncate(BLOCKS);
    let nodes = site.public_nodes();
    Ok(Html(HomePage {
        nodes: (explorer::agreeing(&nodes), nodes.len()),
        base: site.network().tokens.pegged.symbol.clone(),
        has_index: site.index().is_ok(),
        latest,
        blocks,
        transactions,
        changes,
        tokens: derived.tokens,
        counters: derived.counters,
        page,
    }))
}

/// The latest block first, and no more of them than the page needs: blocks of a thousand transactions take their time.
fn latest_blocks(reader: &Reader) -> Result<Vec<Arc<Block>>, ReadError> {
    let head = reader.latest_block()?.map_or(0, |block| block.number);
    let (mut blocks, mut found) = (Vec::new(), 0);
    for number in (head.saturating_sub(DEPTH - 1)..=head).rev() {
        if blocks.len() >= BLOCKS && found >= TRANSACTIONS {
            break;
        }
        if let Some(block) = reader.block(number)? {
            found += block.transactions.len();
            blocks.push(block);
        }
    }
    Ok(blocks)
}

/// What the index has for the page. Without it the page is still one.
#[derive(Default)]
struct Derived {
    tokens: Vec<TokenRow>,
    counters: Option<Counters>,
    /// Blocks and ids of the latest changes of contracts.
    changes: Vec<(i64, String)>,
}

impl Derived {
    async fn read(site: &Site) -> Derived {
        let (Ok(index), Some(head)) = (site.index(), site.head()) else {
            return Derived::default();
        };
        let changes = told::deployments(index, head.time - ANNOUNCED, CHANGES).await;
        Derived {
            tokens: tokens(site, head.time).await,
            counters: known("counters", index.counters().await),
            changes: known("contracts", changes).unwrap_or_default(),
        }
    }
}

/// What the index answers; a failure goes to the log.
fn known<T>(what: &str, answer: Result<T, tartan_index::IndexError>) -> Option<T> {
    answer
        .inspect_err(|error| tracing::warn!(%error, "the index does not tell its {what}"))
        .ok()
}

/// The tokens that were traded most in 24 hours. Without them the page is still one.
async fn tokens(site: &Site, now: i64) -> Vec<TokenRow> {
    let Ok(index) = site.index() else {
        return Vec::new();
    };
    let tickers = known("tickers", index.tickers(None, now).await);
    let mut tickers = tickers.unwrap_or_default();
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
