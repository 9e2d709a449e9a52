//! No single node decides what is final: a block becomes irreversible when most nodes have the same one.
//!
//! A block proves in itself that its content belongs to its id, but not that its witness was entitled to make it: a
//! node can show a chain of its own making, and call it irreversible. So with several nodes configured, the word of
//! one is only the occasion to ask all. Block ids name the block before, so one id vouches for all blocks up to it:
//! while catching up it is asked for every thousand blocks or so, at the head whenever more is called irreversible.
//! That happens beside the following, which waits only when far more has been handed over than was confirmed.
//!
//! - Most nodes have our block: it and all before it are irreversible.
//! - Most have another one: the nodes on our branch are put last, and the stream goes back to the last block that the
//!   majority shares.
//! - Neither, with a contradiction: the last block shared by all becomes irreversible, and nothing beyond it until
//!   there is a majority. What is final cannot be taken back, so waiting for the operator is better than guessing.
//! - A node that does not answer is waited for a while; then those that answer decide. A node that has contradicted is
//!   waited for without limit, since silencing it would otherwise settle the matter.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tartan_graphene::BlockId;
use tokio::time::Instant;

use super::ballot::{self, Ballot, Stance, Verdict};
use super::running::Running;
use super::task::{Halt, Task};
use super::{Finality, FollowError, FollowerConfig};
use crate::node::Node;
use crate::telemetry;

/// So many blocks waiting to be confirmed are reason enough to ask, however short ago the last time was.
const ASK_AFTER: u32 = 1000;
/// Most blocks handed over that are called irreversible but not confirmed; they have to be kept revertible.
const MAX_UNCONFIRMED: u32 = 10_000;
/// The same where blocks are held back until they are confirmed.
const MAX_HELD: u32 = 2000;
/// For so many slots a node that does not answer is waited for.
const PATIENCE_SLOTS: u32 = 10;

/// A contradiction between nodes that no majority settles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// The first block they disagree about.
    pub number: u32,
    /// Its id on the branch that is followed.
    pub ours: BlockId,
    /// The nodes on that branch.
    pub ours_from: Vec<String>,
    /// Its id on another branch.
    pub theirs: BlockId,
    /// The nodes that contradict.
    pub theirs_from: Vec<String>,
}

impl fmt::Display for Dispute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the main-chain nodes disagree about irreversible block {}: {} at {}, {} at {}; nothing from there on is \
             taken for final until most nodes agree: add a node you trust, or remove the one you do not",
            self.number,
            self.ours,
            self.ours_from.join(", "),
            self.theirs,
            self.theirs_from.join(", "),
        )
    }
}

/// The state of the cross-check.
#[derive(Debug)]
pub(super) struct CrossCheck {
    under_way: Option<Running<Option<Ballot>>>,
    asked: Option<Instant>,
    /// Whether the last ballot confirmed something.
    agreed: bool,
    /// When each node last took part.
    heard: Vec<Instant>,
    patience: Duration,
    pause: Duration,
    limit: u32,
    dispute: Option<Disputed>,
}

/// A dispute and the places of the nodes that contradict.
#[derive(Debug)]
struct Disputed {
    dispute: Dispute,
    opponents: Vec<usize>,
}

impl CrossCheck {
    pub(super) fn new(nodes: usize, config: &FollowerConfig) -> CrossCheck {
        CrossCheck {
            under_way: None,
            asked: None,
            agreed: true,
            heard: vec![Instant::now(); nodes],
            patience: config.slot * PATIENCE_SLOTS,
            pause: config.slot / 2,
            limit: match config.finality {
                Finality::Head => MAX_UNCONFIRMED,
                Finality::Irreversible => MAX_HELD,
            },
            dispute: None,
        }
    }

    fn is_opponent(&self, node: usize) -> bool {
        let disputed = self.dispute.as_ref();
        disputed.is_some_and(|disputed| disputed.opponents.contains(&node))
    }

    /// Whether enough time has passed, or enough blocks have come, to ask again. A node that never calls its own branch
    /// irreversible must not escape the others' judgement, so they are also asked when there is no claim to confirm.
    fn is_due(&self, unconfirmed: u32) -> bool {
        let urgent = self.agreed && unconfirmed >= ASK_AFTER;
        let pause = if unconfirmed > 0 {
            self.pause
        } else {
            self.patience
        };
        urgent || self.asked.is_none_or(|at| at.elapsed() >= pause)
    }
}

impl Task {
    /// Counts the answers that have come, and asks anew when there is something to confirm. `true` when blocks were
    /// taken back.
    pub(super) async fn cross_check(&mut self) -> Result<bool, Halt> {
        if !self.has_several_nodes() {
            return Ok(false);
        }
        let reverted = match self.check.under_way.as_mut().and_then(Running::now) {
            Some(ended) => self.count(ended.ok().flatten()).await?,
            None => false,
        };
        if self.check.under_way.is_none() && self.check.is_due(self.unconfirmed()) {
            self.ask();
        }
        Ok(reverted)
    }

    /// Waits while far more blocks wait for confirmation than should. `true` when blocks were taken back.
    pub(super) async fn hold_back(&mut self) -> Result<bool, Halt> {
        if !self.has_several_nodes() || self.unconfirmed() <= self.check.limit {
            return Ok(false);
        }
        if self.check.under_way.is_none() {
            self.ask();
        }
        if let Some(under_way) = &mut self.check.under_way {
            let ballot = under_way.end().await.ok().flatten();
            let reverted = self.count(ballot).await?;
            self.release().await?;
            if reverted {
                return Ok(true);
            }
        }
        if self.unconfirmed() <= self.check.limit {
            return Ok(false);
        }
        Err(Halt::Again(match &self.check.dispute {
            Some(disputed) => disputed.dispute.to_string(),
            None => format!(
                "irreversible block {} is not confirmed by the other nodes yet",
                self.irreversible + 1
            ),
        }))
    }

    pub(super) fn has_several_nodes(&self) -> bool {
        self.client.nodes().len() > 1
    }

    /// Blocks of the branch that a node calls irreversible and that are not confirmed.
    fn unconfirmed(&self) -> u32 {
        let tip = self.branch.next().saturating_sub(1);
        self.claimed.min(tip).saturating_sub(self.irreversible)
    }

    fn ask(&mut self) {
        let Some(tip) = self.branch.tip() else {
            return;
        };
        self.check.asked = Some(Instant::now());
        let ballot = ballot::hold(self.client.clone(), tip.number());
        self.check.under_way = Some(Running::spawn(ballot));
    }

    /// Draws the conclusion from what the nodes said. `true` when blocks were taken back.
    async fn count(&mut self, ballot: Option<Ballot>) -> Result<bool, Halt> {
        self.check.under_way = None;
        self.check.agreed = false;
        let Some(ballot) = ballot.filter(|ballot| ballot.number > self.irreversible) else {
            return Ok(false);
        };
        // Taken back since it was asked about.
        let Some(ours) = self.branch.id(ballot.number) else {
            return Ok(false);
        };
        let stances = self.stances(&ballot, ours);
        match ballot::judge(&stances) {
            Verdict::Agreed => {
                self.check.agreed = true;
                self.settle(&ballot, &stances);
                self.irreversible = ballot.number;
                self.claimed = self.claimed.max(ballot.number);
                self.branch.forget_below(self.irreversible);
                self.status.irreversible(self.irreversible);
                Ok(false)
            }
            Verdict::Outvoted(theirs) => self.outvoted(&ballot, theirs).await,
            Verdict::Disputed => self.disputed(&ballot, &stances).await.map(|()| false),
            Verdict::Unheard => Ok(false),
        }
    }

    fn stances(&mut self, ballot: &Ballot, ours: BlockId) -> Vec<Stance> {
        let now = Instant::now();
        let nodes = self.client.nodes().iter();
        let stances = nodes.zip(&ballot.ids).map(|(node, id)| match id {
            _ if node.is_outvoted() => Stance::Abstains,
            None => {
                let waited = now.saturating_duration_since(self.check.heard[node.index]);
                if waited < self.check.patience || self.check.is_opponent(node.index) {
                    Stance::Silent
                } else {
                    Stance::Abstains
                }
            }
            Some(id) if *id == ours => Stance::Ours,
            Some(id) if id.number() == ballot.number => Stance::Theirs(*id),
            Some(id) if self.contradicts(*id) => Stance::OtherBranch,
            Some(_) => Stance::Abstains,
        });
        let stances = stances.collect();
        for (heard, id) in self.check.heard.iter_mut().zip(&ballot.ids) {
            if id.is_some() {
                *heard = now;
            }
        }
        stances
    }

    /// Whether our branch has another block in the place of this one.
    fn contradicts(&self, id: BlockId) -> bool {
        let ours = self.branch.id(id.number());
        ours.is_some_and(|ours| ours != id)
    }

    /// Most nodes have our block: the others are put last, and those that have come back are used again.
    fn settle(&mut self, ballot: &Ballot, stances: &[Stance]) {
        if let Some(disputed) = self.check.dispute.take() {
            tracing::info!(
                number = disputed.dispute.number,
                id = %disputed.dispute.ours,
                "most main-chain nodes agree again"
            );
            self.tell_dispute();
        }
        for ((node, id), stance) in self.client.nodes().iter().zip(&ballot.ids).zip(stances) {
            let Some(id) = id else {
                continue;
            };
            match stance {
                Stance::Theirs(_) | Stance::OtherBranch => node.outvote(*id),
                _ if self.branch.id(id.number()) == Some(*id) => node.readmit(),
                _ => {}
            }
        }
    }

    /// Most nodes have another block: back to the last one that they and we share.
    async fn outvoted(&mut self, ballot: &Ballot, theirs: BlockId) -> Result<bool, Halt> {
        let mut honest: Option<Arc<Node>> = None;
        for (node, id) in self.client.nodes().iter().zip(&ballot.ids) {
            match id {
                Some(id) if *id == theirs => {
                    node.readmit();
                    honest = honest.or_else(|| Some(Arc::clone(node)));
                }
                Some(id) if id.number() == theirs.number() => node.outvote(*id),
                _ => {}
            }
        }
        self.check.dispute = None;
        self.tell_dispute();
        let Some(node) = honest else {
            return Ok(false);
        };
        let Some(common) = self.last_common(&node, ballot.number).await else {
            return Ok(false);
        };
        if let Some(ours) = self.branch.id(common)
            && let Some(theirs) = ballot::id_at(&self.client, &node, common).await
            && ours != theirs
        {
            return Err(Halt::Fatal(FollowError::IrreversibleFork {
                number: common,
                ours,
                theirs,
                node: node.label.to_string(),
            }));
        }
        self.go_back(common, &node).await?;
        Ok(true)
    }

    /// Neither branch has a majority: everything up to the last shared block is final.
    async fn disputed(&mut self, ballot: &Ballot, stances: &[Stance]) -> Result<(), Halt> {
        let nodes = self.client.nodes();
        let opponents: Vec<usize> = (0..nodes.len())
            .filter(|index| matches!(stances[*index], Stance::Theirs(_) | Stance::OtherBranch))
            .collect();
        if let Some(known) = &self.check.dispute
            && known.opponents == opponents
            && self.branch.id(known.dispute.number) == Some(known.dispute.ours)
        {
            return Ok(());
        }
        let mut first: Option<(u32, BlockId)> = None;
        for index in &opponents {
            let Some(common) = self.last_common(&nodes[*index], ballot.number).await else {
                return Ok(()); // the next ballot will tell
            };
            let different = ballot::id_at(&self.client, &nodes[*index], common + 1).await;
            if let Some(theirs) = different
                && first.is_none_or(|(number, _)| common + 1 < number)
            {
                first = Some((common + 1, theirs));
            }
        }
        let Some((number, theirs)) = first else {
            return Ok(());
        };
        let Some(ours) = self.branch.id(number).filter(|ours| *ours != theirs) else {
            return Ok(());
        };
        let label = |index: usize| nodes[index].label.to_string();
        let dispute = Dispute {
            number,
            ours,
            ours_from: (0..nodes.len())
                .filter(|index| stances[*index] == Stance::Ours)
                .map(label)
                .collect(),
            theirs,
            theirs_from: opponents.iter().copied().map(label).collect(),
        };
        tracing::warn!(
            number,
            %ours,
            ours_from = ?dispute.ours_from,
            %theirs,
            theirs_from = ?dispute.theirs_from,
            "main-chain nodes disagree about an irreversible block; nothing from there on is taken for final"
        );
        self.check.dispute = Some(Disputed { dispute, opponents });
        self.tell_dispute();
        if !stances.contains(&Stance::Silent) {
            self.irreversible = self.irreversible.max(number - 1);
            self.branch.forget_below(self.irreversible);
        }
        Ok(())
    }

    /// Asks `node`, whose block `number` differs from ours, for the last one that does not: by halves, as ids name
    /// the block before. `None` when it does not answer. What is irreversible is taken for common.
    async fn last_common(&self, node: &Arc<Node>, number: u32) -> Option<u32> {
        let oldest = self.branch.oldest()?;
        let start = self.free_start.filter(|start| *start == oldest);
        let mut common = start
            .map_or(oldest, |start| start - 1)
            .max(self.irreversible);
        let mut different = number;
        while different.saturating_sub(common) > 1 {
            let middle = common + (different - common) / 2;
            let theirs = ballot::id_at(&self.client, node, middle).await?;
            if self.branch.id(middle) == Some(theirs) {
                common = middle;
            } else {
                different = middle;
            }
        }
        Some(common)
    }

    fn tell_dispute(&self) {
        let disputed = self.check.dispute.as_ref();
        let dispute = disputed.map(|disputed| disputed.dispute.clone());
        telemetry::disputed(dispute.is_some());
        self.status.dispute(dispute);
    }
}
