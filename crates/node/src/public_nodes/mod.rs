//! Looking at the public nodes that the operator has listed: do they have the same blocks?
//!
//! ```text
//!   every half minute:  Reader (our blocks) ─┐
//!   getStatus, getBlockInfo ◀── each node ───┴─▶ PublicNode ─▶ pages
//! ```
//!
//! In flow the answers of nodes that nobody has to trust, bounded in size and time; out flows how they stand to this one.
//! One block says all: its hash covers all blocks before it.

mod asking;
mod comparing;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tartan_chain::Reader;
use tartan_web::{PublicNode, PublicNodes, Standing};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use asking::Asker;

/// Most nodes that are looked at; further ones are left out.
const MOST_NODES: usize = 32;
/// A node that has just started is somewhere else every moment: its first looks are at most this far apart.
const FIRST: Duration = Duration::from_secs(3);
const FIRST_ROUNDS: u64 = 10;
/// How long one node may take altogether.
const PATIENCE: Duration = Duration::from_secs(25);

/// The task that looks at public nodes.
pub(crate) struct Watch {
    pub(crate) nodes: PublicNodes,
    task: JoinHandle<()>,
}

impl Watch {
    /// Looks at these nodes now and then at these intervals.
    pub(crate) fn start(urls: &[String], every: Duration, reader: Reader) -> Watch {
        if urls.len() > MOST_NODES {
            let left_out = urls.len() - MOST_NODES;
            tracing::warn!(
                left_out,
                "only the first {MOST_NODES} public nodes are looked at"
            );
        }
        let askers = urls.iter().take(MOST_NODES).map(|url| Asker::new(url));
        let askers: Vec<Asker> = askers.collect();
        let known = askers.iter().map(|asker| PublicNode::new(asker.shown()));
        let (sender, nodes) = watch::channel(Arc::new(known.collect::<Vec<_>>()));
        let task = tokio::spawn(async move {
            for round_number in 0_u64.. {
                let before = sender.borrow().clone();
                let found = round(&askers, &reader, &before).await;
                for node in &found {
                    report(node);
                }
                sender.send_replace(Arc::new(found));
                let is_new = round_number < FIRST_ROUNDS;
                tokio::time::sleep(if is_new { every.min(FIRST) } else { every }).await;
            }
        });
        Watch { nodes, task }
    }

    /// Ends it, and what is being asked.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks all nodes at once; the answers are in their order.
async fn round(askers: &[Asker], reader: &Reader, before: &[PublicNode]) -> Vec<PublicNode> {
    let mut asked = JoinSet::new();
    for (place, (asker, before)) in askers.iter().zip(before).enumerate() {
        let (asker, reader, before) = (asker.clone(), reader.clone(), before.clone());
        asked.spawn(async move { (place, look(&asker, &reader, before).await) });
    }
    let mut found = before.to_vec();
    while let Some(answer) = asked.join_next().await {
        if let Ok((place, node)) = answer
            && let Some(slot) = found.get_mut(place)
        {
            *slot = node;
        }
    }
    found
}

/// One node as it is now.
async fn look(asker: &Asker, reader: &Reader, before: PublicNode) -> PublicNode {
    let now = now();
    let compared = timeout(PATIENCE, comparing::look(asker, reader, &before, now)).await;
    let reason = match compared {
        Ok(Ok(node)) => return node,
        Ok(Err(reason)) => reason,
        Err(_) => format!("expected all answers within {} s", PATIENCE.as_secs()),
    };
    PublicNode {
        standing: Standing::Unreachable { reason },
        last_divergence: before.last_divergence,
        asked: Some(now),
        ..PublicNode::new(asker.shown())
    }
}

/// Says in the log and the metrics how a node stands.
fn report(node: &PublicNode) {
    let agrees = matches!(node.standing, Standing::Agrees | Standing::Behind { .. });
    crate::telemetry::public_node(&node.url, agrees);
    match &node.standing {
        Standing::Differs => {
            let block = node.last_divergence.as_ref().map(|found| found.at.block);
            tracing::warn!(node = node.url, block, "a public node has another history");
        }
        Standing::Unreachable { reason } => {
            tracing::debug!(node = node.url, reason, "a public node does not answer");
        }
        _ => {}
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(0))
}
