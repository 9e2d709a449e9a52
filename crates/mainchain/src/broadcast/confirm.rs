//! Finding a transaction in the chain's blocks.

use std::sync::Arc;
use std::time::Duration;

use tartan_graphene::{AssetForm, BlockId, MainBlock, SignedTransaction, TransactionId};
use tokio::time::Instant;

use super::{BroadcastError, Broadcaster, Confirmed, Goal, Outcome};
use crate::api::DynamicProperties;
use crate::backoff::{Backoff, between};
use crate::client::Want;
use crate::error::Error;
use crate::telemetry;

/// No transaction lives longer than a day (Hive since hard fork 28), which is this many blocks.
const LONGEST_SEARCH: u32 = 24 * 3600 / 3;
/// Blocks fetched at once in the search.
const CHUNK: u32 = 100;
/// A block may carry a transaction that expired within the slot before it.
const GRACE_SECONDS: u32 = 3;
/// Pauses while no node answers.
const RETRY: Backoff = Backoff {
    first: Duration::from_millis(500),
    max: Duration::from_secs(10),
};

/// A search through the blocks since the one a transaction refers to.
struct Search<'a> {
    transaction: &'a SignedTransaction,
    id: TransactionId,
    /// The first block that can hold it.
    start: u32,
    /// The next block to look at, and the id it must link to.
    next: u32,
    last: Option<BlockId>,
    found: Option<Confirmed>,
    /// The first block that is too late for it.
    too_late: Option<u32>,
}

impl<'a> Search<'a> {
    fn new(transaction: &'a SignedTransaction, id: TransactionId, head: u32) -> Search<'a> {
        let start = first_possible(head, transaction.transaction.ref_block_num);
        Search {
            transaction,
            id,
            start,
            next: start,
            last: None,
            found: None,
            too_late: None,
        }
    }

    fn restart(&mut self) {
        (self.next, self.last, self.found, self.too_late) = (self.start, None, None, None);
    }

    /// Looks into the next block; `false` when it does not follow on what was seen, so that all must be seen again.
    fn look(&mut self, block: &MainBlock) -> bool {
        if self.last.is_some_and(|last| last != block.previous) {
            self.restart();
            return false;
        }
        if let Some(index) = block
            .transactions
            .iter()
            .position(|transaction| transaction.id == self.id)
        {
            self.found = Some(Confirmed {
                id: self.id,
                block: block.number,
                block_id: block.id,
                index,
            });
        }
        let deadline = self.transaction.transaction.expiration.plus(GRACE_SECONDS);
        if self.too_late.is_none() && block.timestamp > deadline {
            self.too_late = Some(block.number);
        }
        self.next = block.number.saturating_add(1);
        self.last = Some(block.id);
        true
    }
}

/// The block after the one referred to, whose number ends in the 16 bits `reference`.
fn first_possible(head: u32, reference: u16) -> u32 {
    let back = (head & 0xffff).wrapping_sub(u32::from(reference)) & 0xffff;
    let referred = head.saturating_sub(back);
    referred
        .saturating_add(1)
        .max(head.saturating_sub(LONGEST_SEARCH))
        .max(1)
}

impl Broadcaster {
    /// Looks for a transaction in the blocks, and sends the same bytes again while it is in none, until `goal` is
    /// reached, it has expired, or the patience set by [`Broadcaster::confirmation`] is used up.
    ///
    /// Also right after a restart: the search begins at the block that the transaction refers to.
    ///
    /// # Errors
    /// [`BroadcastError::Encode`] for an operation without a binary form, [`BroadcastError::Client`] when every node
    /// belongs to another chain. Nodes that do not answer are asked again.
    pub async fn confirm(
        &self,
        transaction: &SignedTransaction,
        goal: Goal,
    ) -> Result<Outcome, BroadcastError> {
        let limit = self.patience;
        let outcome = match tokio::time::timeout(limit, self.search(transaction, goal)).await {
            Ok(outcome) => outcome?,
            Err(_) => Outcome::Unconfirmed,
        };
        telemetry::broadcast(match outcome {
            Outcome::Included(_) => "included",
            Outcome::Irreversible(_) => "irreversible",
            Outcome::Expired => "expired",
            Outcome::Unconfirmed => "unconfirmed",
        });
        Ok(outcome)
    }

    async fn search(
        &self,
        transaction: &SignedTransaction,
        goal: Goal,
    ) -> Result<Outcome, BroadcastError> {
        let id = transaction
            .transaction
            .id(self.client.chain(), AssetForm::Legacy)?;
        let mut search: Option<Search<'_>> = None;
        let mut sent = Instant::now();
        let mut resent: usize = 0;
        let mut failures = 0;
        loop {
            match self.look(transaction, id, &mut search, goal).await {
                Ok(Some(outcome)) => return Ok(outcome),
                Ok(None) => failures = 0,
                Err(error @ (Error::ForeignChain(_) | Error::Config(_))) => {
                    return Err(error.into());
                }
                Err(error) => {
                    tracing::debug!(%id, %error, "looking for the transaction is interrupted");
                    tokio::time::sleep(RETRY.delay(failures)).await;
                    failures += 1;
                }
            }
            let missing = search
                .as_ref()
                .is_none_or(|search| search.found.is_none() && search.too_late.is_none());
            if missing && sent.elapsed() >= self.resend {
                self.send_again(transaction, resent).await;
                resent += 1;
                sent = Instant::now();
            }
            tokio::time::sleep(between(self.poll / 2, self.poll)).await;
        }
    }

    /// One look at all blocks up to the head.
    async fn look<'a>(
        &self,
        transaction: &'a SignedTransaction,
        id: TransactionId,
        search: &mut Option<Search<'a>>,
        goal: Goal,
    ) -> Result<Option<Outcome>, Error> {
        let properties = self.client.dynamic_properties().await?;
        let head = properties.head_block_number;
        let search = search.get_or_insert_with(|| Search::new(transaction, id, head));
        while search.next <= head && search.found.is_none() {
            let blocks = self
                .client
                .blocks(search.next, CHUNK.min(head - search.next + 1))
                .await?;
            if blocks.is_empty() || !look_into(search, &blocks) {
                return Ok(None);
            }
        }
        self.judge(search, &properties, goal).await
    }

    async fn judge(
        &self,
        search: &mut Search<'_>,
        properties: &DynamicProperties,
        goal: Goal,
    ) -> Result<Option<Outcome>, Error> {
        let irreversible = properties.last_irreversible_block_num;
        if let Some(found) = search.found {
            if goal == Goal::Included {
                return Ok(Some(Outcome::Included(found)));
            }
            if found.block > irreversible {
                return Ok(None);
            }
            // The block may have been replaced since it was seen.
            let block = self.client.block(found.block).await?;
            if block.is_some_and(|block| block.id == found.block_id) {
                return Ok(Some(Outcome::Irreversible(found)));
            }
            search.restart();
            return Ok(None);
        }
        let expired = search.too_late.is_some_and(|block| block <= irreversible);
        Ok(expired.then_some(Outcome::Expired))
    }

    /// Sends the same bytes to the next node in turn. What comes of it shows in the blocks.
    async fn send_again(&self, transaction: &SignedTransaction, turn: usize) {
        let nodes = self.client.nodes();
        let index = (turn + 1) % nodes.len();
        let want = Want {
            only: Some(index),
            ..Want::default()
        };
        if let Err(error) = self.send_with(transaction, &want).await {
            tracing::debug!(node = %nodes[index].label, %error, "sending the transaction again failed");
        }
    }
}

fn look_into(search: &mut Search<'_>, blocks: &[Arc<MainBlock>]) -> bool {
    for block in blocks {
        if !search.look(block) {
            return false;
        }
        if search.found.is_some() {
            break;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_begins_after_the_block_referred_to() {
        for (head, reference, start) in [
            (100, 98, 99),
            (100, 100, 101),
            (65_540, 65_535, 65_536),
            (65_540, 3, 65_540),
            (100_000, 34_464, 100_001),
            (10, 65_000, 1),
            // A reference to the future is one to 65,535 blocks ago.
            (90_000_000, 19_073, 90_000_000 - LONGEST_SEARCH),
        ] {
            assert_eq!(first_possible(head, reference), start, "{head} {reference}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_after_the_next_block_and_never_too_far_back(head in 0_u32.., reference: u16) {
            let start = first_possible(head, reference);
            proptest::prop_assert!(start >= 1 && start <= head.saturating_add(1).max(1));
            proptest::prop_assert!(head.saturating_sub(start) <= LONGEST_SEARCH);
        }
    }
}
