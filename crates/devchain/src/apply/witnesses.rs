//! Witnesses and votes for them: recorded, without effect on who makes blocks.

use serde_json::json;
use tartan_graphene::operation::{
    AccountWitnessProxy, AccountWitnessVote, WitnessSetProperties, WitnessUpdate,
};

use super::{Applied, Applier};
use crate::errors::NodeError;
use crate::state::Witness;

/// Most witnesses an account can vote for (HIVE_MAX_ACCOUNT_WITNESS_VOTES).
const MAX_WITNESS_VOTES: usize = 30;

impl Applier<'_> {
    pub(super) fn witness_update(&mut self, op: &WitnessUpdate) -> Applied {
        let id = self.account(&op.owner)?.id;
        let known = self.state.witnesses.get(op.owner.as_str());
        let witness = Witness {
            id,
            url: op.url.clone(),
            signing_key: op.block_signing_key,
            created: known.map_or(self.moment.now, |witness| witness.created),
            votes: known.map_or(0, |witness| witness.votes),
        };
        self.state.witnesses.put(op.owner.clone(), witness);
        Ok(())
    }

    pub(super) fn witness_set_properties(&mut self, op: &WitnessSetProperties) -> Applied {
        if self.state.witnesses.contains(op.owner.as_str()) {
            Ok(())
        } else {
            Err(NodeError::unknown_key(&op.owner))
        }
    }

    pub(super) fn account_witness_vote(&mut self, op: &AccountWitnessVote) -> Applied {
        let voter = self.account(&op.account)?;
        let refuse = |condition, text| Err(NodeError::assert(condition, text, json!({})));
        if !voter.proxy.is_empty() {
            return refuse(
                "voter.proxy.size() == 0",
                "A proxy is currently set, please clear the proxy before voting for a witness.",
            );
        }
        if !self.state.witnesses.contains(op.witness.as_str()) {
            return Err(NodeError::unknown_key(&op.witness));
        }
        let voted = voter.witness_votes.contains(&op.witness);
        if op.approve && voted {
            return refuse(
                "itr == by_account_witness_idx.end()",
                "Vote currently exists, user must indicate a desire to reject witness.",
            );
        }
        if !op.approve && !voted {
            return refuse(
                "o.approve",
                "Vote doesn't exist, user must indicate a desire to approve witness.",
            );
        }
        if op.approve && voter.witness_votes.len() >= MAX_WITNESS_VOTES {
            return refuse(
                "voter.witnesses_voted_for < HIVE_MAX_ACCOUNT_WITNESS_VOTES",
                "Account has voted for too many witnesses.",
            );
        }
        let weight = if op.approve {
            voter.vests
        } else {
            -voter.vests
        };
        self.modify(&op.account, |account| {
            if op.approve {
                account.witness_votes.insert(op.witness.clone());
            } else {
                account.witness_votes.remove(&op.witness);
            }
        });
        self.state.witnesses.modify(&op.witness, |witness| {
            witness.votes = witness.votes.saturating_add(weight)
        });
        Ok(())
    }

    pub(super) fn account_witness_proxy(&mut self, op: &AccountWitnessProxy) -> Applied {
        let account = self.account(&op.account)?;
        if account.proxy == op.proxy {
            return Err(NodeError::assert(
                "account.proxy != o.proxy",
                "Proxy must change.",
                json!({}),
            ));
        }
        if !op.proxy.is_empty() {
            self.existing(&op.proxy)?;
        }
        // Setting a proxy takes the account's own votes away, as on the real chain.
        let (votes, weight) = (account.witness_votes.clone(), account.vests);
        for witness in votes {
            self.state.witnesses.modify(&witness, |witness| {
                witness.votes = witness.votes.saturating_sub(weight)
            });
        }
        self.modify(&op.account, |account| {
            account.proxy = op.proxy.clone();
            account.witness_votes.clear();
        });
        Ok(())
    }
}
