//! From a main-chain block to the calls it holds for the sidechain.
//!
//! ```text
//!   MainBlock ─▶ each operation ─▶ candidate calls ─▶ checked, node's fields set ─▶ Vec<Call>
//!               (custom_json, transfer, comment, comment_options, vote)
//! ```
//!
//! A pure function of the network and the block: it may run on another thread, ahead of execution. What is not a
//! call is passed over without a trace, as on the reference (protocol, a.1 to a.6): anyone may write anything on
//! the main chain.

mod bundle;
mod call;
mod operation;

pub use call::Call;

use tartan_graphene::{MainBlock, MainOperation};

use crate::Network;
use crate::network::Feed;
use bundle::Bundle;
use operation::{Post, Source, custom_json, object};

/// The calls for this sidechain in a main-chain block, in order.
pub fn calls(network: &Network, block: &MainBlock) -> Vec<Call> {
    let parser = Parser {
        network,
        id: network.custom_json_id(),
        height: u64::from(block.number),
    };
    let mut calls = Vec::new();
    for transaction in &block.transactions {
        let many = transaction.operations.len() > 1;
        for (index, operation) in transaction.operations.iter().enumerate() {
            let Some((source, bundle)) = parser.read(operation) else {
                continue;
            };
            let mut id = transaction.id.to_string();
            if many {
                id.push_str(&format!("-{index}"));
            }
            parser.take(source, bundle, &id, &mut calls);
        }
    }
    calls
}

struct Parser<'a> {
    network: &'a Network,
    /// The custom_json id of the sidechain.
    id: String,
    /// The main-chain block's number.
    height: u64,
}

impl Parser<'_> {
    /// What an operation asks for, if it is addressed to this sidechain.
    fn read<'o>(&self, operation: &'o MainOperation) -> Option<(Source<'o>, Bundle)> {
        match operation {
            MainOperation::CustomJson {
                required_auths,
                required_posting_auths,
                id,
                json,
            } => (*id == self.id)
                .then(|| custom_json(required_auths, required_posting_auths, json))?,
            MainOperation::Transfer {
                from,
                to,
                amount,
                memo,
            } => self.transfer(from, to, amount, memo),
            MainOperation::Comment {
                parent_author,
                parent_permlink,
                author,
                permlink,
                body,
                json_metadata,
                ..
            } => self.comment(
                &Post {
                    parent_author,
                    parent_permlink,
                    author,
                    permlink,
                },
                body,
                json_metadata,
            ),
            MainOperation::CommentOptions {
                author,
                permlink,
                max_accepted_payout,
                allow_votes,
                allow_curation_rewards,
                beneficiaries,
                ..
            } => self.feeds(Feed::CommentOptions).then(|| {
                let payload = object([
                    ("author", author.as_str().into()),
                    ("maxAcceptedPayout", max_accepted_payout.as_str().into()),
                    ("allowVotes", (*allow_votes).into()),
                    ("allowCurationRewards", (*allow_curation_rewards).into()),
                    ("beneficiaries", operation::beneficiaries(beneficiaries)),
                ]);
                (
                    Source::node(permlink),
                    operation::feed("commentOptions", payload),
                )
            }),
            MainOperation::Vote {
                voter,
                author,
                permlink,
                weight,
            } => self.feeds(Feed::Vote).then(|| {
                let payload = object([
                    ("voter", voter.as_str().into()),
                    ("author", author.as_str().into()),
                    ("weight", f64::from(*weight).into()),
                ]);
                (Source::node(permlink), operation::feed("vote", payload))
            }),
            MainOperation::Other => None,
        }
    }

    fn feeds(&self, feed: Feed) -> bool {
        self.network.rules.feeds.contains(&feed)
    }

    /// Turns the candidates of one operation into calls. The first one that is missing or null ends the operation;
    /// the calls before it stay.
    fn take(&self, mut source: Source<'_>, bundle: Bundle, id: &str, calls: &mut Vec<Call>) {
        let many = bundle.is_numbered();
        for (index, candidate) in bundle.enumerate() {
            let Some(candidate) = candidate else {
                return;
            };
            let id = if many {
                format!("{id}-{index}")
            } else {
                id.to_string()
            };
            if let Some(call) = source.accept(candidate, id, self) {
                calls.push(call);
            }
        }
    }
}

#[cfg(test)]
mod tests;
