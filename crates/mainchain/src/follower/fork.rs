//! What to do when a node's chain is not ours: one of us is on a branch that lost.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tartan_graphene::BlockId;
use tartan_graphene::MainBlock;

use super::task::{Halt, ONE_OF_MANY, Task};
use super::{Event, Finality, FollowError};
use crate::backoff::between;
use crate::client::Want;
use crate::error::NodeError;
use crate::node::Node;
use crate::telemetry;

/// How often all nodes are asked before a replaced irreversible block is believed.
const ALARM_ROUNDS: u32 = 3;

impl Task {
    /// `node` has block `theirs` as number `number`, where we have another one.
    ///
    /// If another node extends our branch, that one is followed and `node` put aside: it is on a branch of its own.
    /// Otherwise its branch is the longer one and we go back to the last common block.
    pub(super) async fn diverged(
        &mut self,
        number: u32,
        theirs: BlockId,
        node: &Arc<Node>,
    ) -> Result<(), Halt> {
        tracing::info!(node = %node.label, number, %theirs, "main-chain node is on another branch");
        if let Some((block, is_final)) = self.extension(node).await {
            self.put_aside(
                node,
                format!("expected block {number} as the other nodes have it, found {theirs}"),
            );
            return self.hand_over(&block, is_final).await;
        }
        let Some(common) = self.common(number, theirs, node).await? else {
            return Err(Halt::Again(format!(
                "{} named another irreversible block, which it or another node took back",
                node.label
            )));
        };
        self.go_back(common, node).await
    }

    /// Drops the blocks above `common`, the last one that `node` and we share.
    pub(super) async fn go_back(&mut self, common: u32, node: &Node) -> Result<(), Halt> {
        let depth = self.branch.next().saturating_sub(1).saturating_sub(common);
        tracing::warn!(node = %node.label, to = common, depth, "main chain forked");
        telemetry::reverted(depth);
        self.branch.revert_to(common);
        self.claimed = self.claimed.min(common);
        if self.config.finality == Finality::Irreversible {
            // None of these was handed over.
            self.held.retain(|block| block.number <= common);
            return Ok(());
        }
        self.status.reverted(self.branch.tip());
        if depth == 0 {
            return Ok(());
        }
        self.send(Event::Reverted { to: common }).await
    }

    /// The next block of our branch, if a node other than `apart` has one.
    async fn extension(&self, apart: &Node) -> Option<(Arc<MainBlock>, bool)> {
        let tip = self.branch.tip()?;
        let next = self.branch.next();
        let mut others: FuturesUnordered<_> = self
            .client
            .nodes()
            .iter()
            .filter(|node| node.index != apart.index && !node.is_outvoted())
            .map(|node| self.block_of(node, next).boxed())
            .collect();
        while let Some(answer) = others.next().await {
            if let Some((block, is_final)) = answer
                && block.previous == tip
            {
                return Some((block, is_final));
            }
        }
        None
    }

    /// The last block that `node` and we have in common; `None` if the contradiction went away on asking again.
    async fn common(
        &mut self,
        number: u32,
        theirs: BlockId,
        node: &Arc<Node>,
    ) -> Result<Option<u32>, Halt> {
        let (mut number, mut theirs) = (number, theirs);
        loop {
            let ours = self.branch.id(number);
            if ours == Some(theirs) {
                return Ok(Some(number));
            }
            if self.free_start.is_some_and(|start| number < start) {
                // Nothing before the start was handed over, so nothing there has to agree.
                return Ok(Some(number));
            }
            let oldest = self.branch.oldest().unwrap_or(self.branch.next());
            let unknown = number <= oldest && self.free_start != Some(oldest);
            if number <= self.irreversible || unknown {
                let ours = ours.or(self.branch.id(oldest)).unwrap_or_default();
                return self.alarm(ours, theirs, number, node).await.map(|()| None);
            }
            let Some((block, _)) = self.block_of(node, number).await else {
                return Err(Halt::Again(format!(
                    "{} is on another branch and does not give block {number} of it",
                    node.label
                )));
            };
            if block.id != theirs {
                return Err(Halt::Again(format!(
                    "{} contradicts itself about block {number}: {theirs}, then {}",
                    node.label, block.id
                )));
            }
            (number, theirs) = (number - 1, block.previous);
        }
    }

    /// A block that cannot be replaced seems to be. Asks everybody several times, and ends the stream if nobody
    /// stands by our block.
    async fn alarm(
        &self,
        ours: BlockId,
        theirs: BlockId,
        number: u32,
        node: &Arc<Node>,
    ) -> Result<(), Halt> {
        let number = if ours.number() == number {
            number
        } else {
            ours.number()
        };
        let mut accusers = 0;
        for round in 0..ALARM_ROUNDS {
            if round > 0 {
                tokio::time::sleep(between(
                    Duration::from_millis(500),
                    Duration::from_millis(1500),
                ))
                .await;
            }
            let nodes = self.client.nodes();
            let asked: Vec<_> = nodes
                .iter()
                .map(|node| self.block_of(node, number).boxed())
                .collect();
            let answers = futures::future::join_all(asked).await;
            let agrees = |block: &MainBlock| block.id == ours;
            if answers.iter().flatten().any(|(block, _)| agrees(block)) {
                for (other, answer) in nodes.iter().zip(&answers) {
                    if let Some((block, _)) = answer
                        && !agrees(block)
                    {
                        self.put_aside(
                            other,
                            format!("expected irreversible block {ours}, found {}", block.id),
                        );
                    }
                }
                return Ok(());
            }
            accusers += answers.iter().flatten().count();
        }
        if accusers == 0 {
            return Err(Halt::Again(format!(
                "{} names another irreversible block {number}, and no node tells more",
                node.label
            )));
        }
        Err(Halt::Fatal(FollowError::IrreversibleFork {
            number,
            ours,
            theirs,
            node: node.label.to_string(),
        }))
    }

    /// A block as one node has it, and whether that node calls it irreversible.
    async fn block_of(&self, node: &Node, number: u32) -> Option<(Arc<MainBlock>, bool)> {
        let want = Want::only(node.index);
        let limit = self.client.config().request_timeout.min(ONE_OF_MANY);
        let asked = self.client.chunk(number, 1, &want);
        let chunk = tokio::time::timeout(limit, asked).await.ok()?.ok()?;
        let block = chunk.blocks.into_iter().next()?;
        let is_final = block.number <= chunk.irreversible;
        Some((block, is_final))
    }

    fn put_aside(&self, node: &Node, reason: String) {
        let config = self.client.config();
        node.failed(
            tokio::time::Instant::now(),
            &NodeError::Content(reason),
            config.failure_threshold,
            config.cool_down,
        );
    }
}
