//! Keeps the database at the head of the chain.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyPool, Connection as _};
use tartan_chain::{Block, Notification, Reader, SubscriptionError};
use tokio::sync::{broadcast, watch};

use crate::derive::{self, Derived, Settings, Staking, TokenFacts, Trade};
use crate::event::IndexedBlock;
use crate::position::{self, Position, RecentBlock};
use crate::store::{self, Database};
use crate::{Amount, IndexError};

/// Blocks that are read at once while catching up.
const READ: u64 = 50;
/// Transactions after which a batch is written.
const BATCH: usize = 4_000;
/// Changes that a listener may lag behind.
const CHANGES: usize = 256;
/// Pauses after a failure: the first one, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// Writes what follows from the chain's blocks into a database, in order, each block whole or not at all.
#[derive(Debug)]
pub struct Indexer {
    reader: ReaderOf,
    pool: AnyPool,
    kind: store::Kind,
    derived: Derived,
    position: Option<Position>,
    irreversible: i64,
    staking: BTreeMap<String, Staking>,
    progress: watch::Sender<Option<Position>>,
    changes: broadcast::Sender<Arc<IndexChange>>,
}

/// What happened to an index, in order.
#[derive(Debug, Clone)]
pub enum IndexChange {
    /// Blocks were written.
    Written {
        /// The last of them.
        position: Position,
        /// The trades in them, oldest first.
        trades: Vec<Trade>,
    },
    /// A block was taken back.
    TakenBack {
        /// Its number.
        block: i64,
    },
}

/// A reader, which does not show itself.
struct ReaderOf(Reader);

impl std::fmt::Debug for ReaderOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Indexer {
    /// An indexer that goes on where the database is.
    ///
    /// # Errors
    /// When the database cannot be read, or belongs to another chain.
    pub async fn open(database: &Database, reader: Reader) -> Result<Indexer, IndexError> {
        let mut indexer = Indexer {
            derived: Derived::new(Settings::of(reader.network())),
            reader: ReaderOf(reader),
            pool: database.pool().clone(),
            kind: database.kind(),
            position: None,
            irreversible: 0,
            staking: BTreeMap::new(),
            progress: watch::Sender::new(None),
            changes: broadcast::Sender::new(CHANGES),
        };
        indexer.resume().await?;
        Ok(indexer)
    }

    /// The block that the database is at, whenever it changes; `None` before the first.
    pub fn progress(&self) -> watch::Receiver<Option<Position>> {
        self.progress.subscribe()
    }

    /// What is written and taken back, for [`Index::following`](crate::Index::following).
    pub fn changes(&self) -> broadcast::Sender<Arc<IndexChange>> {
        self.changes.clone()
    }

    /// Forgets all but what the database says.
    async fn resume(&mut self) -> Result<(), IndexError> {
        self.derived = Derived::new(Settings::of(self.reader.0.network()));
        let mut connection = self.pool.acquire().await?;
        if let Some(genesis) = self.read_block(0).await? {
            position::check_chain(&mut connection, genesis.hash.as_str()).await?;
        }
        position::check_version(&mut connection).await?;
        self.position = position::read(&mut connection).await?;
        self.progress.send_replace(self.position.clone());
        Ok(())
    }

    /// Follows the chain until it is closed. What fails is logged and tried again, except what cannot get better.
    ///
    /// # Errors
    /// When the database belongs to another chain, is damaged, or somebody else writes to it.
    pub async fn run(mut self) -> Result<(), IndexError> {
        let mut subscription = self.reader.0.subscribe();
        let mut pause = PAUSES.0;
        let mut next = None;
        loop {
            let done = match next.take() {
                Some(block) => self.follow(block).await,
                None => self.catch_up().await,
            };
            match done {
                Ok(()) => pause = PAUSES.0,
                Err(error) if error.is_passing() => {
                    tracing::warn!(%error, "the index waits and tries again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                    if let Err(error) = self.resume().await
                        && !error.is_passing()
                    {
                        return Err(error);
                    }
                    continue;
                }
                Err(error) => return Err(error),
            }
            match subscription.next().await {
                Ok(Notification::Committed(block)) => next = Some(block),
                Ok(Notification::Reverted(_)) | Err(SubscriptionError::Lagged(_)) => {}
                Err(SubscriptionError::Closed) => return Ok(()),
            }
        }
    }

    /// Takes in a block that was just made, or whatever there is if it does not follow on the last one.
    async fn follow(&mut self, block: Arc<Block>) -> Result<(), IndexError> {
        let block = IndexedBlock::read(&block);
        let follows = self.position.as_ref().is_some_and(|position| {
            position.block + 1 == block.number && position.hash == block.previous_hash
        });
        if follows {
            self.add(vec![block]).await
        } else {
            self.catch_up().await
        }
    }

    /// Brings the database to the head of the chain, taking back blocks that the chain has no more.
    ///
    /// # Errors
    /// When the database or the chain fails, or the database has a block that cannot be taken back.
    pub async fn catch_up(&mut self) -> Result<(), IndexError> {
        self.rewind().await?;
        let mut batch: Vec<IndexedBlock> = Vec::new();
        loop {
            let last = batch.last().map(|block| block.number);
            let next = last.or(self.position.as_ref().map(|position| position.block));
            let next = next.map_or(0, |last| last + 1);
            let blocks = self.read_blocks(next).await?;
            let ended = blocks.is_empty();
            batch.extend(blocks);
            let transactions: usize = batch.iter().map(|block| block.transactions.len()).sum();
            if !batch.is_empty() && (ended || transactions >= BATCH) {
                self.add(std::mem::take(&mut batch)).await?;
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// Writes blocks that follow on the last one. Those that do not any more, because the chain took another turn
    /// meanwhile, are left for the next time.
    async fn add(&mut self, mut blocks: Vec<IndexedBlock>) -> Result<(), IndexError> {
        let mut previous = self.position.as_ref().map(|position| position.hash.clone());
        let linked = blocks.iter().take_while(|block| {
            let links = previous
                .as_ref()
                .is_none_or(|hash| *hash == block.previous_hash);
            previous = Some(block.hash.clone());
            links
        });
        let linked = linked.count();
        blocks.truncate(linked);
        let Some(last) = blocks.last() else {
            return Ok(());
        };
        let position = Position {
            block: last.number,
            hash: last.hash.clone(),
            time: last.time,
        };
        let written = self.write(&blocks, &position).await;
        match written {
            Ok(trades) => {
                self.derived.settle();
                // an error says that nobody listens
                let _ = self.changes.send(Arc::new(IndexChange::Written {
                    position: position.clone(),
                    trades,
                }));
                self.position = Some(position.clone());
                self.progress.send_replace(Some(position));
                Ok(())
            }
            Err(error) => {
                // what is in memory is not what is in the database
                self.derived = Derived::new(Settings::of(self.reader.0.network()));
                Err(error)
            }
        }
    }

    async fn write(
        &mut self,
        blocks: &[IndexedBlock],
        position: &Position,
    ) -> Result<Vec<Trade>, IndexError> {
        let irreversible = i64::from(self.reader.0.irreversible().unwrap_or(0));
        self.learn(blocks).await?;
        let mut connection = self.pool.acquire().await?;
        self.derived.load(&mut connection, blocks).await?;
        self.learn_tokens(blocks).await?;
        let mut recent = Vec::new();
        for (place, block) in blocks.iter().enumerate() {
            let can_be_taken_back = block.main_block > irreversible;
            self.derived.add(block, can_be_taken_back, &self.staking);
            // and the last one that cannot be, to go back to
            let next = blocks.get(place + 1);
            if can_be_taken_back || next.is_none_or(|next| next.main_block > irreversible) {
                recent.push(RecentBlock::of(block));
            }
        }
        let mut transaction = connection.begin().await?;
        position::advance(&mut transaction, self.position.as_ref(), position).await?;
        let trades = self.derived.write(&mut transaction, self.kind).await?;
        store::put(&mut transaction, &recent).await?;
        if irreversible > self.irreversible {
            position::forget_irreversible(&mut transaction, irreversible).await?;
        }
        transaction.commit().await?;
        self.irreversible = self.irreversible.max(irreversible);
        Ok(trades)
    }

    /// Looks up what has to be known besides the blocks: contracts, and how the tokens in them are unstaked.
    async fn learn(&mut self, blocks: &[IndexedBlock]) -> Result<(), IndexError> {
        let unknown = derive::unstaked_symbols(blocks)
            .filter(|symbol| !self.staking.contains_key(*symbol))
            .map(str::to_owned)
            .collect();
        let deploys = blocks.iter().flat_map(|block| &block.transactions);
        let deploys = deploys
            .filter(|transaction| transaction.contract == "contract")
            .count();
        let is_first = self.position.is_none() || !self.derived.knows_contracts();
        let reader = self.reader.0.clone();
        let read = move || {
            let names = match deploys > 0 || is_first {
                true => Some(reader.contract_names()?),
                false => None,
            };
            Ok((names, staking_of(&reader, unknown)?))
        };
        let (names, staking) = on_thread(read).await?;
        self.staking.extend(staking);
        if let Some(names) = names {
            self.derived.know_contracts(names);
        }
        Ok(())
    }

    /// Looks up the tokens that no transaction created.
    async fn learn_tokens(&mut self, blocks: &[IndexedBlock]) -> Result<(), IndexError> {
        let unknown = self.derived.unknown_tokens(blocks);
        if !unknown.is_empty() {
            let reader = self.reader.0.clone();
            let facts = on_thread(move || facts_of(&reader, unknown)).await?;
            self.derived.know_tokens(facts);
        }
        Ok(())
    }

    /// Takes back the blocks that the chain does not have.
    async fn rewind(&mut self) -> Result<(), IndexError> {
        while let Some(position) = self.position.clone() {
            let found = self.read_block(position.block).await?;
            let hash = found.as_ref().map(|block| block.hash.as_str());
            if hash == Some(position.hash.as_str()) {
                return Ok(());
            }
            let mut connection = self.pool.acquire().await?;
            let before = position::before(&mut connection, position.block).await?;
            let Some(before) = before else {
                let Some(expected) = hash else {
                    // the chain is behind: it executes again what was not on disk yet
                    return Ok(());
                };
                return Err(IndexError::Diverged {
                    number: position.block,
                    found: position.hash.clone(),
                    expected: expected.to_owned(),
                });
            };
            tracing::debug!(block = position.block, "the index takes back a block");
            let mut transaction = connection.begin().await?;
            position::advance(&mut transaction, Some(&position), &before).await?;
            derive::take_back(&mut transaction, position.block).await?;
            transaction.commit().await?;
            drop(connection);
            self.derived = Derived::new(Settings::of(self.reader.0.network()));
            self.position = Some(before.clone());
            self.progress.send_replace(Some(before));
            let block = position.block;
            let _ = self
                .changes
                .send(Arc::new(IndexChange::TakenBack { block }));
        }
        Ok(())
    }

    async fn read_block(&self, number: i64) -> Result<Option<Arc<Block>>, IndexError> {
        let reader = self.reader.0.clone();
        on_thread(move || Ok(reader.block(u64::try_from(number).unwrap_or(0))?)).await
    }

    async fn read_blocks(&self, start: i64) -> Result<Vec<IndexedBlock>, IndexError> {
        let reader = self.reader.0.clone();
        on_thread(move || {
            let blocks = reader.block_range(u64::try_from(start).unwrap_or(0), READ)?;
            Ok(blocks
                .iter()
                .map(|block| IndexedBlock::read(block))
                .collect())
        })
        .await
    }
}

/// How tokens are unstaked; it cannot be changed once staking is enabled.
fn staking_of(reader: &Reader, symbols: Vec<String>) -> Result<Vec<(String, Staking)>, IndexError> {
    let mut known = Vec::new();
    for symbol in symbols {
        let query = serde_json::json!({ "symbol": symbol });
        let Some(token) = reader.find_one("tokens", "tokens", &query)? else {
            continue;
        };
        let number = |field: &str| token.get(field).and_then(serde_json::Value::as_i64);
        let slices = number("numberTransactions").unwrap_or(1);
        let days = number("unstakingCooldown").unwrap_or(0);
        known.push((symbol, Staking { slices, days }));
    }
    Ok(known)
}

/// What the contract's table says of tokens. What can change of it, blocks tell.
fn facts_of(
    reader: &Reader,
    symbols: Vec<String>,
) -> Result<Vec<(String, TokenFacts)>, IndexError> {
    let mut known = Vec::new();
    for symbol in symbols {
        let query = serde_json::json!({ "symbol": symbol });
        let Some(token) = reader.find_one("tokens", "tokens", &query)? else {
            continue;
        };
        let text = |field: &str| token.get(field).and_then(serde_json::Value::as_str);
        let max_supply = text("maxSupply").and_then(Amount::parse);
        let facts = TokenFacts {
            name: text("name").unwrap_or(&symbol).to_owned(),
            issuer: text("issuer").unwrap_or_default().to_owned(),
            decimals: token
                .get("precision")
                .and_then(serde_json::Value::as_i64)
                .unwrap_or(8),
            max_supply: max_supply.unwrap_or_default(),
        };
        known.push((symbol, facts));
    }
    Ok(known)
}

/// Does what may wait for a disk.
async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
) -> Result<T, IndexError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| IndexError::Crashed)?
}
