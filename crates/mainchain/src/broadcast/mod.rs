//! Transactions out: accepted, included, irreversible, or expired.
//!
//! A node may accept a transaction and never pass it on, and may time out after it accepted. So the same signed bytes
//! are sent again, to other nodes, until the transaction is found in a block or has expired: a second copy cannot
//! execute, because the chain refuses an id it knows ("Duplicate transaction check failed", which therefore counts as
//! accepted). Only after the expiration has become irreversible is it safe to sign the same intention anew.

mod confirm;
mod refusal;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tartan_graphene::{
    AssetForm, BlockId, EncodeError, InvalidTransaction, JsonForm, Operation, PrivateKey,
    SignedTransaction, Transaction, TransactionId,
};

pub use self::refusal::{Refusal, RefusalKind};
use crate::client::{Client, Want};
use crate::error::{Error, NodeError, NodeFailure};
use crate::node::Node;
use crate::telemetry;

/// Chains refuse transactions that expire later than this after the head block (Steem, Hive before hard fork 28).
const LONGEST_LIFE: Duration = Duration::from_secs(3600);

/// How far a transaction is to be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Until it is in a block, which a micro-fork may still replace.
    Included,
    /// Until that block is irreversible.
    Irreversible,
}

/// A transaction that a node has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its id.
    pub id: TransactionId,
    /// The node that took it, without credentials.
    pub node: String,
    /// The chain had it already.
    pub duplicate: bool,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The transaction.
    pub id: TransactionId,
    /// Number of its block.
    pub block: u32,
    /// Id of that block.
    pub block_id: BlockId,
    /// Its place in the block, from 0.
    pub index: usize,
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in a block.
    Included(Confirmed),
    /// It is in an irreversible block.
    Irreversible(Confirmed),
    /// It has expired irreversibly and is in no block: it will never execute.
    Expired,
    /// Neither could be said within the time given. It may still execute until it expires.
    Unconfirmed,
}

/// Why a transaction was not broadcast.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BroadcastError {
    /// The chain does not take it.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// No node said that it took it, but one may have: look for it, or send the same bytes again; do not sign anew.
    #[error("it is uncertain whether transaction {id} was taken: {}", list(.failures))]
    Uncertain {
        /// The transaction.
        id: TransactionId,
        /// What the nodes did.
        failures: Vec<NodeFailure>,
    },
    /// The operations cannot be valid.
    #[error(transparent)]
    Invalid(#[from] InvalidTransaction),
    /// An operation has no known binary form, so it cannot be signed.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// No node could be asked.
    #[error(transparent)]
    Client(#[from] Error),
}

fn list(failures: &[NodeFailure]) -> String {
    let texts: Vec<String> = failures.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

/// Sends transactions and finds out what became of them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Broadcaster {
    client: Client,
    /// How long a transaction is valid unless said otherwise.
    lifetime: Duration,
    /// Pause between two looks at the chain while waiting for confirmation.
    poll: Duration,
    /// How long after sending the same bytes are sent again if they are in no block.
    resend: Duration,
    /// How long to wait for confirmation at most.
    patience: Duration,
}

enum Verdict {
    Accepted { duplicate: bool },
    Refused(crate::response::RpcError),
}

impl Broadcaster {
    /// Transactions live for a minute; confirmation is looked for every half second and for ten minutes at most; the
    /// same bytes are sent again every six seconds.
    #[must_use]
    pub fn new(client: Client) -> Broadcaster {
        Broadcaster {
            client,
            lifetime: Duration::from_secs(60),
            poll: Duration::from_millis(500),
            resend: Duration::from_secs(6),
            patience: Duration::from_secs(600),
        }
    }

    /// How long transactions are valid, at most an hour.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Broadcaster {
        self.lifetime = lifetime.min(LONGEST_LIFE);
        self
    }

    /// How often to look for confirmation, for how long at most, and after how long the same bytes are sent again.
    #[must_use]
    pub fn confirmation(
        mut self,
        poll: Duration,
        patience: Duration,
        resend: Duration,
    ) -> Broadcaster {
        self.poll = poll.max(Duration::from_millis(10));
        self.patience = patience;
        self.resend = resend.max(self.poll);
        self
    }

    /// The client underneath.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A transaction with these operations that refers to the last irreversible block, so that no micro-fork can
    /// invalidate it, and expires `lifetime` after the head block.
    ///
    /// # Errors
    /// When no node answers.
    pub async fn prepare(&self, operations: Vec<Operation>) -> Result<Transaction, BroadcastError> {
        let properties = self.client.dynamic_properties().await?;
        let irreversible = match properties.last_irreversible_block_num {
            0 => None,
            number => self.client.block(number).await?,
        };
        let reference = irreversible.map_or(properties.head_block_id, |block| block.id);
        let seconds = u32::try_from(self.lifetime.as_secs()).unwrap_or(u32::MAX);
        Ok(Transaction::new(
            &reference,
            properties.time.plus(seconds),
            operations,
        ))
    }

    /// Signs with all of the keys, in the legacy serialization that every node takes.
    ///
    /// # Errors
    /// When an operation breaks a rule of the chain or has no known binary form.
    pub fn sign(
        &self,
        transaction: Transaction,
        keys: &[PrivateKey],
    ) -> Result<SignedTransaction, BroadcastError> {
        transaction.validate()?;
        Ok(transaction.sign(self.client.chain(), AssetForm::Legacy, keys)?)
    }

    /// Prepares, signs, sends, and waits until `goal`.
    ///
    /// # Errors
    /// As [`Broadcaster::prepare`], [`Broadcaster::sign`], [`Broadcaster::send`].
    pub async fn transact(
        &self,
        operations: Vec<Operation>,
        keys: &[PrivateKey],
        goal: Goal,
    ) -> Result<(SignedTransaction, Outcome), BroadcastError> {
        let transaction = self.prepare(operations).await?;
        let signed = self.sign(transaction, keys)?;
        match self.send(&signed).await {
            // Confirmation sends again and finds out.
            Ok(_) | Err(BroadcastError::Uncertain { .. }) => {}
            Err(error) => return Err(error),
        }
        let outcome = self.confirm(&signed, goal).await?;
        Ok((signed, outcome))
    }

    /// Sends a signed transaction to one node after the other until one takes it or the chain's refusal is certain.
    ///
    /// # Errors
    /// [`BroadcastError::Refused`] when it will never be taken as it is, [`BroadcastError::Uncertain`] when nodes
    /// failed in a way that leaves open whether they took it.
    pub async fn send(&self, transaction: &SignedTransaction) -> Result<Submitted, BroadcastError> {
        let result = self.send_with(transaction, &Want::default()).await;
        telemetry::broadcast(match &result {
            Ok(submitted) if submitted.duplicate => "duplicate",
            Ok(_) => "accepted",
            Err(BroadcastError::Refused(_)) => "refused",
            Err(BroadcastError::Uncertain { .. }) => "uncertain",
            Err(_) => "failed",
        });
        result
    }

    async fn send_with(
        &self,
        transaction: &SignedTransaction,
        want: &Want,
    ) -> Result<Submitted, BroadcastError> {
        let chain = self.client.chain();
        let id = transaction.transaction.id(chain, AssetForm::Legacy)?;
        let params = crate::node::raw(&[transaction.to_json(chain, JsonForm::Legacy)]);
        let want = Want {
            no_hedge: true,
            ..want.clone()
        };
        // Whether a node that failed may have taken it.
        let doubt = AtomicBool::new(false);
        let answered = self
            .client
            .over_nodes("condenser_api.broadcast_transaction", &want, |node| {
                let (params, doubt) = (&params, &doubt);
                async move { self.offer(&node, params, doubt).await }
            })
            .await;
        let doubt = doubt.load(Ordering::Relaxed);
        match answered {
            Ok((Verdict::Accepted { duplicate }, node)) => {
                tracing::debug!(%id, node = %node.label, duplicate, "transaction taken");
                Ok(Submitted {
                    id,
                    node: node.label.to_string(),
                    duplicate,
                })
            }
            Ok((Verdict::Refused(error), node)) => {
                let refusal = Refusal::new(id, node.label.to_string(), error);
                if doubt && !refusal.kind.is_final() {
                    let error = NodeError::Rpc(refusal.error);
                    let node = refusal.node;
                    return Err(BroadcastError::Uncertain {
                        id,
                        failures: vec![NodeFailure { node, error }],
                    });
                }
                Err(BroadcastError::Refused(Box::new(refusal)))
            }
            Err(Error::NoAnswer { failures, .. }) if doubt => {
                Err(BroadcastError::Uncertain { id, failures })
            }
            Err(Error::NoAnswer { what, failures }) => Err(match last_refusal(&failures) {
                Some((node, error)) => {
                    BroadcastError::Refused(Box::new(Refusal::new(id, node, error)))
                }
                None => Error::NoAnswer { what, failures }.into(),
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Offers the transaction to one node.
    async fn offer(
        &self,
        node: &Arc<Node>,
        params: &serde_json::value::RawValue,
        doubt: &AtomicBool,
    ) -> Result<Verdict, NodeError> {
        let timeout = self.client.config().request_timeout;
        let answer = node
            .call("condenser_api.broadcast_transaction", params, timeout)
            .await;
        match answer {
            Ok(_) => Ok(Verdict::Accepted { duplicate: false }),
            Err(NodeError::Rpc(error)) if refusal::is_duplicate(&error) => {
                Ok(Verdict::Accepted { duplicate: true })
            }
            // A node that lags does not know the reference block, or the hour: another one may.
            Err(NodeError::Rpc(error))
                if !error.is_transient()
                    && !error.is_missing_method()
                    && !RefusalKind::of(&error).depends_on_head() =>
            {
                Ok(Verdict::Refused(error))
            }
            Err(error) => {
                if error.leaves_doubt() {
                    doubt.store(true, Ordering::Relaxed);
                }
                Err(error)
            }
        }
    }
}

fn last_refusal(failures: &[NodeFailure]) -> Option<(String, crate::response::RpcError)> {
    failures
        .iter()
        .rev()
        .find_map(|failure| match &failure.error {
            NodeError::Rpc(error) if !error.is_transient() && !error.is_missing_method() => {
                Some((failure.node.clone(), error.clone()))
            }
            _ => None,
        })
}
