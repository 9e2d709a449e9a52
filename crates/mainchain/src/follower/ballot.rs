//! What all nodes say about one block, and what follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::join_all;
use tartan_graphene::BlockId;
use tokio::time::{Instant, timeout};

use super::task::ONE_OF_MANY;
use crate::api::DynamicProperties;
use crate::client::{BEHIND, Client, Want};
use crate::node::Node;

/// The ids that the nodes have at one height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ballot {
    /// The block asked about: the highest one that most nodes call irreversible and that we have.
    pub(super) number: u32,
    /// What each node has, in the configured order; `None`: it did not answer. A node that has not come to the block
    /// gives the id of its head instead.
    pub(super) ids: Vec<Option<BlockId>>,
}

/// What the ids say about ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Most nodes have our block.
    Agreed,
    /// Most nodes have this one instead.
    Outvoted(BlockId),
    /// There is contradiction, and no majority.
    Disputed,
    /// Nobody contradicts, but too few have spoken.
    Unheard,
}

/// Where a node stands on our block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stance {
    /// It has our block.
    Ours,
    /// It has another one there.
    Theirs(BlockId),
    /// It has another block below.
    OtherBranch,
    /// It says nothing, but would count if it did.
    Silent,
    /// It does not count: it has not come so far, has been silent for long, or was outvoted before.
    Abstains,
}

/// Counts. A majority is more than half of those who do not abstain.
pub(super) fn judge(stances: &[Stance]) -> Verdict {
    let mut ours = 0_usize;
    let mut voters = 0_usize;
    let mut contradicted = false;
    let mut theirs: BTreeMap<BlockId, usize> = BTreeMap::new();
    for stance in stances {
        voters += usize::from(*stance != Stance::Abstains);
        match stance {
            Stance::Ours => ours += 1,
            Stance::Theirs(id) => *theirs.entry(*id).or_default() += 1,
            Stance::OtherBranch => contradicted = true,
            Stance::Silent | Stance::Abstains => {}
        }
    }
    if ours * 2 > voters {
        return Verdict::Agreed;
    }
    if let Some((id, _)) = theirs.iter().find(|(_, count)| **count * 2 > voters) {
        return Verdict::Outvoted(*id);
    }
    if contradicted || !theirs.is_empty() {
        Verdict::Disputed
    } else {
        Verdict::Unheard
    }
}

/// The highest block, up to `tip`, that more than half of these call irreversible. Those far behind the best head do
/// not count: they would hold up the others for as long as they are stuck.
fn irreversible(heads: &[DynamicProperties], tip: u32) -> Option<u32> {
    let best = heads.iter().map(|head| head.head_block_number).max()?;
    let mut numbers: Vec<u32> = heads
        .iter()
        .filter(|head| head.head_block_number.saturating_add(BEHIND) >= best)
        .map(|head| head.last_irreversible_block_num)
        .collect();
    numbers.sort_unstable();
    let number = numbers.get((numbers.len() - 1) / 2)?;
    Some((*number).min(tip)).filter(|number| *number > 0)
}

/// Asks all nodes that do not rest. `None` when nobody answers or nothing is irreversible.
pub(super) async fn hold(client: Client, tip: u32) -> Option<Ballot> {
    let now = Instant::now();
    let nodes = client.nodes();
    let heads = join_all(nodes.iter().map(|node| {
        let rests = node.health(|health| !health.last_resort(now).is_zero());
        let client = client.clone();
        async move {
            if rests {
                return None;
            }
            head_of(&client, node.index).await
        }
        .boxed()
    }))
    .await;
    let trusted: Vec<DynamicProperties> = nodes
        .iter()
        .zip(&heads)
        .filter(|(node, _)| !node.is_outvoted())
        .filter_map(|(_, head)| *head)
        .collect();
    let number = irreversible(&trusted, tip)?;
    let ids = join_all(nodes.iter().zip(heads).map(|(node, head)| {
        let client = client.clone();
        async move { id_at(&client, node, number.min(head?.head_block_number)).await }.boxed()
    }))
    .await;
    Some(Ballot { number, ids })
}

/// Where the chain stands as one node sees it.
pub(super) async fn head_of(client: &Client, node: usize) -> Option<DynamicProperties> {
    let want = Want::only(node);
    let limit = client.config().request_timeout.min(ONE_OF_MANY);
    let answered = timeout(limit, client.properties_of(&want)).await;
    let (properties, _) = answered.ok()?.ok()?;
    Some(properties)
}

/// The id one node has at a height.
pub(super) async fn id_at(client: &Client, node: &Arc<Node>, number: u32) -> Option<BlockId> {
    let limit = client.config().request_timeout.min(ONE_OF_MANY);
    let answered = timeout(limit, client.id_at(node, number)).await;
    answered.ok()?.ok()?
}

#[cfg(test)]
mod tests {
    use tartan_graphene::Time;

    use super::*;

    /// `o` our block, a digit another one, `b` another branch, `s` silent, `-` abstains.
    fn check(stances: &str, expected: Verdict) {
        let stances: Vec<Stance> = stances
            .bytes()
            .map(|letter| match letter {
                b'o' => Stance::Ours,
                b'b' => Stance::OtherBranch,
                b's' => Stance::Silent,
                b'-' => Stance::Abstains,
                digit => Stance::Theirs(id(digit)),
            })
            .collect();
        assert_eq!(judge(&stances), expected, "{stances:?}");
    }

    fn id(letter: u8) -> BlockId {
        BlockId([letter; 20])
    }

    #[test]
    fn more_than_half_decide() {
        check("oo", Verdict::Agreed);
        check("oo1", Verdict::Agreed);
        check("oos", Verdict::Agreed);
        check("o--", Verdict::Agreed);
        check("o11", Verdict::Outvoted(id(b'1')));
        check("-1", Verdict::Outvoted(id(b'1')));
        check("o1", Verdict::Disputed);
        check("o12", Verdict::Disputed);
        check("ob", Verdict::Disputed);
        check("bb-", Verdict::Disputed);
        check("o1s", Verdict::Disputed);
        check("os", Verdict::Unheard);
        check("--", Verdict::Unheard);
        check("", Verdict::Unheard);
    }

    #[test]
    fn irreversible_is_what_most_call_so() {
        let head = |head: u32, irreversible: u32| DynamicProperties {
            head_block_number: head,
            head_block_id: BlockId::default(),
            time: Time(0),
            last_irreversible_block_num: irreversible,
        };
        for (heads, tip, expected) in [
            (vec![head(100, 80)], 200, Some(80)),
            (vec![head(100, 80)], 50, Some(50)),
            (vec![head(100, 80), head(99, 99)], 200, Some(80)),
            (
                vec![head(100, 99), head(99, 79), head(100, 80)],
                200,
                Some(80),
            ),
            // Stuck long ago, it holds up nobody.
            (vec![head(100, 80), head(50, 30)], 200, Some(80)),
            (vec![head(100, 0)], 200, None),
            (vec![], 200, None),
        ] {
            assert_eq!(irreversible(&heads, tip), expected, "{heads:?}");
        }
    }
}
