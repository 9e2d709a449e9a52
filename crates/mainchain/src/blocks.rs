//! Fetching blocks: in ranges where a node can, in batches or one by one where it cannot.

use std::sync::Arc;

use futures::{FutureExt, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use tartan_graphene::{BlockId, MainBlock};

use crate::client::{Client, Want};
use crate::config::ClientConfig;
use crate::error::{Error, NodeError};
use crate::health::Features;
use crate::node::{Call, Node, lacks_method, raw};

/// Most blocks that `get_block_range` gives at once.
pub(crate) const MAX_RANGE: u32 = 1000;
/// Most requests in one JSON array; public proxies refuse more than some tens.
const MAX_BATCH: usize = 50;
const BLOCK_HEADER: &str = "condenser_api.get_block_header";
/// Requests at once to a node that knows neither ranges nor batches.
const SINGLES: usize = 8;

/// Consecutive blocks from one node.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// Fewer than asked for when the chain ends there.
    pub(crate) blocks: Vec<Arc<MainBlock>>,
    pub(crate) node: Arc<Node>,
    /// What the node had stated as irreversible before it sent the blocks.
    pub(crate) irreversible: u32,
    /// Size of the answers.
    pub(crate) bytes: usize,
}

impl Client {
    /// Block `number`, or `None` when the chain has not come to it yet.
    ///
    /// # Errors
    /// [`Error::NoAnswer`] when no node answered usably, or none has this block although the chain is beyond it.
    pub async fn block(&self, number: u32) -> Result<Option<Arc<MainBlock>>, Error> {
        Ok(self.blocks(number, 1).await?.pop())
    }

    /// Up to `count` blocks from number `from` on, linked to one another; fewer where the chain ends.
    ///
    /// # Errors
    /// As [`Client::block`].
    pub async fn blocks(&self, from: u32, count: u32) -> Result<Vec<Arc<MainBlock>>, Error> {
        Ok(self.chunk(from, count, &Want::default()).await?.blocks)
    }

    /// Up to `count` (at most 1000) blocks from one node.
    pub(crate) async fn chunk(&self, from: u32, count: u32, want: &Want) -> Result<Chunk, Error> {
        let count = count.clamp(1, MAX_RANGE);
        let from = from.max(1);
        let last = from.saturating_add(count - 1);
        let what = if count == 1 {
            format!("block {from}")
        } else {
            format!("blocks {from} to {last}")
        };
        let mut want = want.clone();
        want.block = want.block.or(Some(last));
        let (chunk, _) = self
            .over_nodes(&what, &want, |node| async move {
                let irreversible = node.head().map_or(0, |head| head.irreversible);
                let features = self.ready(&node).await?;
                let texts = self.texts(&node, features, from, count).await?;
                self.chunk_of(node, from, irreversible, texts).await
            })
            .await?;
        Ok(chunk)
    }

    /// The id that one node has at height `number`; `None` when it has no such block.
    ///
    /// From the header of the block after it, which is small and names it; from the block itself where the node has no
    /// header.
    pub(crate) async fn id_at(&self, node: &Node, number: u32) -> Result<Option<BlockId>, Error> {
        let want = Want::only(node.index);
        if !node.health(|health| health.lacks_headers)
            && let Some(next) = number.checked_add(1)
        {
            let what = format!("the header of block {next}");
            let (id, _) = self
                .over_nodes(&what, &want, |node| async move {
                    self.previous_of(&node, next).await
                })
                .await?;
            if id.is_some() {
                return Ok(id);
            }
        }
        let chunk = self.chunk(number, 1, &want).await?;
        Ok(chunk.blocks.first().map(|block| block.id))
    }

    /// What the header of block `number` names before it; `None` when the node does not tell.
    async fn previous_of(&self, node: &Node, number: u32) -> Result<Option<BlockId>, NodeError> {
        #[derive(Deserialize)]
        struct Header {
            previous: BlockId,
        }
        let timeout = self.config().request_timeout;
        let answer = match node.call(BLOCK_HEADER, &raw(&[number]), timeout).await {
            Ok(answer) => answer,
            Err(error) if lacks_method(&error) => {
                node.health(|health| health.lacks_headers = true);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let header: Option<Header> = serde_json::from_str(answer.get())
            .map_err(|error| NodeError::Content(format!("header of block {number}: {error}")))?;
        match header {
            Some(Header { previous }) if previous.number().checked_add(1) == Some(number) => {
                Ok(Some(previous))
            }
            Some(Header { previous }) => Err(NodeError::Content(format!(
                "expected the header of block {number}, found one after block {}",
                previous.number()
            ))),
            None => Ok(None),
        }
    }

    /// The JSON of the blocks, up to the first that the node does not have.
    async fn texts(
        &self,
        node: &Arc<Node>,
        features: Features,
        from: u32,
        count: u32,
    ) -> Result<Vec<Box<RawValue>>, NodeError> {
        if count > 1 && features.block_range {
            match self.range(node, from, count).await {
                Err(error) if lacks_method(&error) => {
                    forget(node, |features| features.block_range = false)
                }
                result => return result,
            }
        }
        let calls: Vec<Call> = (from..)
            .take(count as usize)
            .map(|number| single(features, number))
            .collect();
        let config = self.config();
        let answers: Vec<Box<RawValue>> = if let [call] = &calls[..] {
            vec![
                node.call(call.method, &call.params, config.request_timeout)
                    .await?,
            ]
        } else if features.batch {
            // Collected first: the compiler cannot see that a stream over the closure itself is `Send`.
            let batches: Vec<_> = calls
                .chunks(MAX_BATCH)
                .map(|calls| node.batch(calls, config.range_timeout).boxed())
                .collect();
            let answers: Vec<Vec<Box<RawValue>>> = futures::stream::iter(batches)
                .buffered(2)
                .try_collect()
                .await?;
            answers.into_iter().flatten().collect()
        } else {
            let singles: Vec<_> = calls
                .iter()
                .map(|call| {
                    node.call(call.method, &call.params, config.request_timeout)
                        .boxed()
                })
                .collect();
            futures::stream::iter(singles)
                .buffered(SINGLES)
                .try_collect()
                .await?
        };
        let mut texts = Vec::with_capacity(answers.len());
        for answer in answers {
            match block_in(features, answer)? {
                Some(text) => texts.push(text),
                None => break,
            }
        }
        Ok(texts)
    }

    async fn range(
        &self,
        node: &Node,
        from: u32,
        count: u32,
    ) -> Result<Vec<Box<RawValue>>, NodeError> {
        #[derive(Deserialize)]
        struct Range {
            blocks: Vec<Box<RawValue>>,
        }
        let params = raw(&json!({ "starting_block_num": from, "count": count }));
        let result = node
            .call(
                "block_api.get_block_range",
                &params,
                self.config().range_timeout,
            )
            .await?;
        let range: Range = serde_json::from_str(result.get())
            .map_err(|error| NodeError::Content(format!("block range: {error}")))?;
        if range.blocks.len() > count as usize {
            return Err(NodeError::Content(format!(
                "expected at most {count} blocks, found {}",
                range.blocks.len()
            )));
        }
        Ok(range.blocks)
    }

    /// Reads and checks the blocks on a thread of their own: hashing a megabyte must not hold up other connections.
    async fn chunk_of(
        &self,
        node: Arc<Node>,
        from: u32,
        irreversible: u32,
        texts: Vec<Box<RawValue>>,
    ) -> Result<Chunk, NodeError> {
        if texts.is_empty() {
            self.not_yet_or_not_here(&node, from)?;
        }
        let bytes = texts.iter().map(|text| text.get().len()).sum();
        let client = self.clone();
        let blocks = tokio::task::spawn_blocking(move || {
            let config = client.config();
            let mut blocks: Vec<Arc<MainBlock>> = Vec::with_capacity(texts.len());
            for (text, number) in texts.iter().zip(from..) {
                let block = read_block(config, number, text.get())?;
                if let Some(before) = blocks.last()
                    && before.id != block.previous
                {
                    return Err(NodeError::Content(format!(
                        "expected block {number} to name {} before it, found {}",
                        before.id, block.previous
                    )));
                }
                blocks.push(Arc::new(block));
            }
            Ok(blocks)
        })
        .await
        .unwrap_or_else(|error| {
            Err(NodeError::Content(format!(
                "reading the blocks failed: {error}"
            )))
        })?;
        Ok(Chunk {
            blocks,
            node,
            irreversible,
            bytes,
        })
    }

    /// A missing block above the highest head that anyone reported is merely not there yet.
    fn not_yet_or_not_here(&self, node: &Node, number: u32) -> Result<(), NodeError> {
        let best = self.best_head().unwrap_or(0);
        if number > best {
            return Ok(());
        }
        // Where the node's own blocks begin is unknown: half-way to the head is a guess that errs less each time.
        let guess = number + (best - number) / 2;
        node.health(|health| health.lacks = health.lacks.max(Some(guess)));
        Err(NodeError::NotHere(format!(
            "block {number} is not there although the chain is at {best}: the node lags or keeps no old blocks"
        )))
    }
}

/// Reads a block and checks it as far as configured.
fn read_block(config: &ClientConfig, number: u32, text: &str) -> Result<MainBlock, NodeError> {
    match MainBlock::from_json_verified(text, &config.chain, number, config.verification) {
        Ok(Some(block)) => Ok(block),
        Ok(None) => Err(NodeError::Content(format!(
            "expected block {number}, found nothing among blocks"
        ))),
        Err(error) => Err(NodeError::Content(format!("block {number}: {error}"))),
    }
}

fn forget(node: &Node, change: impl FnOnce(&mut Features)) {
    node.health(|health| {
        if let Some((_, crate::health::Probe::Usable(features))) = &mut health.probe {
            change(features);
        }
    });
}

fn single(features: Features, number: u32) -> Call {
    if features.block_api {
        Call::new("block_api.get_block", &json!({ "block_num": number }))
    } else {
        Call::new("condenser_api.get_block", &[number])
    }
}

/// The block inside the answer to `get_block`: `null`, `{}` and `{"block":null}` all mean that there is none.
fn block_in(features: Features, answer: Box<RawValue>) -> Result<Option<Box<RawValue>>, NodeError> {
    #[derive(Deserialize)]
    struct Wrapped {
        #[serde(default)]
        block: Option<Box<RawValue>>,
    }
    if answer.get() == "null" {
        return Ok(None);
    }
    if !features.block_api {
        return Ok(Some(answer));
    }
    let wrapped: Wrapped = serde_json::from_str(answer.get())
        .map_err(|error| NodeError::Content(format!("block: {error}")))?;
    Ok(wrapped.block)
}
