//! Comparing one node's blocks with ours.

use std::time::Instant;

use tartan_chain::Reader;
use tartan_web::{Comparison, Divergence, PublicNode, Standing};

use super::asking::Asker;

/// Blocks that a node may be behind while it keeps up.
const CLOSE: u64 = 20;
/// Blocks that are asked for to find the first one that differs.
const MOST_STEPS: u32 = 48;

/// Where our node is.
struct Own {
    head: u64,
    /// A block that nobody can take back any more.
    last_final: u64,
}

/// A block on both nodes; `None` if one of them does not have it.
type Both = Option<Comparison>;

/// The node as it is now.
///
/// # Errors
/// Why it cannot be told, in words.
pub(super) async fn look(
    asker: &Asker,
    reader: &Reader,
    before: &PublicNode,
    now: i64,
) -> Result<PublicNode, String> {
    let begun = Instant::now();
    let status = asker.status().await?;
    let latency = u64::try_from(begun.elapsed().as_millis()).ok();
    let mut node = PublicNode {
        version: status.version,
        head: Some(status.head),
        latency_ms: latency,
        light: status.light,
        disabled_methods: status.disabled_methods,
        last_divergence: before.last_divergence.clone(),
        asked: Some(now),
        ..PublicNode::new(asker.shown())
    };
    if status.chain_id != reader.network().chain_id {
        let chain_id = status.chain_id;
        node.standing = Standing::Foreign { chain_id };
        return Ok(node);
    }
    let own = on_thread(reader, Own::read).await?;
    let both = Pair { asker, reader };
    let common = status.head.min(own.head);
    node.compared = both.at(common).await?;
    node.standing = match &node.compared {
        None => Standing::Unclear,
        Some(found) if found.ours == found.theirs => match own.head.saturating_sub(status.head) {
            blocks if blocks > CLOSE => Standing::Behind { blocks },
            _ => Standing::Agrees,
        },
        Some(found) => {
            let agreed = agreed(before);
            let first = both.divergence(&own, found, agreed, before).await?;
            match first {
                Some(at) => {
                    node.last_divergence = Some(Divergence { at, seen: now });
                    Standing::Differs
                }
                None => Standing::Fork,
            }
        }
    };
    Ok(node)
}

/// A block at which the node has agreed before; genesis is asked anew.
fn agreed(before: &PublicNode) -> Option<u64> {
    let compared = before.compared.as_ref()?;
    (compared.ours == compared.theirs).then_some(compared.block)
}

impl Own {
    fn read(reader: &Reader) -> Result<Own, String> {
        let irreversible = u64::from(reader.irreversible().unwrap_or(0));
        let head = block(reader, None)?.map_or(0, |(number, _, _)| number);
        // few are not final; those that are far from the head certainly are
        let mut last_final = head;
        for _ in 0..MOST_STEPS {
            match block(reader, Some(last_final))? {
                Some((number, main, _)) if main > irreversible && number > 0 => {
                    let back = (head - last_final).max(1);
                    last_final = last_final.saturating_sub(back);
                }
                _ => break,
            }
        }
        Ok(Own { head, last_final })
    }
}

/// A block of ours, or the latest: its number, that of its main-chain block, its hash.
fn block(reader: &Reader, number: Option<u64>) -> Result<Option<(u64, u64, String)>, String> {
    let found = match number {
        Some(number) => reader.block(number),
        None => reader.latest_block(),
    };
    let found = found.map_err(|error| error.to_string())?;
    Ok(found.map(|block| {
        let main = block.ref_block.unwrap_or(0);
        (block.number, main, block.hash.to_string())
    }))
}

/// Both nodes.
struct Pair<'a> {
    asker: &'a Asker,
    reader: &'a Reader,
}

impl Pair<'_> {
    async fn at(&self, number: u64) -> Result<Both, String> {
        let Some(theirs) = self.asker.hash(number).await? else {
            return Ok(None);
        };
        let ours = on_thread(self.reader, move |reader| block(reader, Some(number))).await?;
        Ok(ours.map(|(block, _, ours)| Comparison {
            block,
            ours,
            theirs,
        }))
    }

    /// The first block that differs of those that nobody can take back, or the lowest that could be compared; `None` if
    /// only what can be taken back does. `found` is one that differs.
    async fn divergence(
        &self,
        own: &Own,
        found: &Comparison,
        agreed: Option<u64>,
        before: &PublicNode,
    ) -> Result<Both, String> {
        let mut differs = found.clone();
        if differs.block > own.last_final {
            match self.at(own.last_final).await? {
                Some(at) if at.ours != at.theirs => differs = at,
                _ => return Ok(None),
            }
        }
        // what was found once is looked at once
        if let Some(known) = &before.last_divergence
            && self.at(known.at.block).await? == Some(known.at.clone())
        {
            return Ok(Some(known.at.clone()));
        }
        let mut same = None;
        if let Some(block) = agreed.filter(|block| *block < differs.block) {
            let still = self.at(block).await?;
            same = still.filter(|at| at.ours == at.theirs).map(|at| at.block);
        }
        for _ in 0..MOST_STEPS {
            let middle = match same {
                Some(same) if same + 1 >= differs.block => break,
                Some(same) => same + (differs.block - same) / 2,
                None if differs.block == 0 => break,
                None => differs.block / 2,
            };
            match self.at(middle).await? {
                Some(at) if at.ours == at.theirs => same = Some(middle),
                Some(at) => differs = at,
                // it does not keep older blocks
                None => break,
            }
        }
        Ok(Some(differs))
    }
}

/// Reads the chain where waiting for a disk is no harm.
async fn on_thread<T: Send + 'static>(
    reader: &Reader,
    read: impl FnOnce(&Reader) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let reader = reader.clone();
    let done = tokio::task::spawn_blocking(move || read(&reader)).await;
    done.unwrap_or_else(|_| Err("this node failed to read its own blocks".to_owned()))
}
