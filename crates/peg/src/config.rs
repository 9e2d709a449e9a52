//! What the service is told, and why it cannot go on.

use std::path::PathBuf;
use std::time::Duration;

use tartan_chain::Network;
use tartan_chain::network::Flavor;
use tartan_mainchain::{BroadcastError, Error, FollowError};

use crate::journal::JournalError;
use crate::ledger::Inconsistent;
use crate::limits::Limits;
use crate::side_chain::SideChainError;

/// What the service is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// The sidechain.
    pub network: Network,
    /// The contract whose queue is paid.
    pub contract: String,
    /// The peg account.
    pub account: String,
    /// Where the journal and the operator's decisions are.
    pub directory: PathBuf,
    /// Address of a sidechain node of one's own.
    pub side_chain: String,
    /// The most that is paid without approval.
    pub limits: Limits,
    /// Time between two looks at the queue.
    pub poll: Duration,
    /// Time between main-chain blocks: shorter for a development chain.
    pub slot: Duration,
}

impl Config {
    /// The usual settings for the peg of a network.
    pub fn new(
        network: Network,
        side_chain: impl Into<String>,
        directory: impl Into<PathBuf>,
    ) -> Config {
        let contract = match network.main_chain.flavor {
            Flavor::Steem => "steempegged",
            Flavor::Hive => "hivepegged",
        };
        Config {
            contract: contract.to_string(),
            account: network.accounts.peg.clone(),
            network,
            directory: directory.into(),
            side_chain: side_chain.into(),
            limits: Limits::default(),
            poll: Duration::from_secs(3),
            slot: Duration::from_secs(3),
        }
    }

    /// For the network's store instead: its owner, the engine account, pays back what bought nothing.
    #[must_use]
    pub fn of_store(mut self) -> Config {
        self.contract = "sscstore".to_string();
        self.account = self.network.accounts.engine.clone();
        self
    }
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PegError {
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal contradicts itself.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
    /// The journal is of another peg.
    #[error("the journal is that of {found}, expected that of {expected}")]
    Foreign {
        /// Sidechain, contract and account that were expected.
        expected: String,
        /// Those of the journal.
        found: String,
    },
    /// The operator's decisions cannot be read.
    #[error("cannot read the decisions: {0}")]
    Decisions(#[source] std::io::Error),
    /// The main chain's nodes give no answer.
    #[error(transparent)]
    MainChain(#[from] Error),
    /// The main chain cannot be followed any more.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// The follower ended without a reason.
    #[error("the main chain is followed no more")]
    Ended,
    /// No new irreversible block is known although there is one.
    #[error(
        "the main chain is said to be irreversible up to block {expected}, but its nodes have shown or agreed on blocks up \
         to {found} only"
    )]
    Unsettled {
        /// The block that one node calls irreversible.
        expected: u32,
        /// The last one that is.
        found: u32,
    },
    /// The sidechain node gives no answer.
    #[error(transparent)]
    SideChain(#[from] SideChainError),
    /// The sidechain node has not executed what is irreversible.
    #[error(
        "the sidechain node is at main-chain block {side_chain}, behind irreversible block {main_chain}"
    )]
    Behind {
        /// Where it is.
        side_chain: u32,
        /// Where it has to be.
        main_chain: u32,
    },
    /// The main chain has no such account.
    #[error("there is no account {name} on the main chain")]
    NoAccount {
        /// Its name.
        name: String,
    },
    /// The key cannot move the account's funds.
    #[error("{key} is not an active key of {account} that can sign alone")]
    WrongKey {
        /// The public key.
        key: String,
        /// The account.
        account: String,
    },
    /// A transaction cannot be made.
    #[error(transparent)]
    Transaction(#[from] BroadcastError),
    /// The main chain has no irreversible block yet.
    #[error("the main chain has no irreversible block yet; try again in a minute")]
    NoBlock,
    /// The page with metrics cannot be served.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        error: std::io::Error,
    },
}

impl PegError {
    /// Whether it makes no sense to try again.
    pub fn is_final(&self) -> bool {
        match self {
            PegError::Journal(_)
            | PegError::Inconsistent(_)
            | PegError::Foreign { .. }
            | PegError::Follow(_)
            | PegError::Ended
            | PegError::WrongKey { .. }
            | PegError::Listen { .. } => true,
            PegError::MainChain(error) => {
                matches!(error, Error::ForeignChain(_) | Error::Config(_))
            }
            _ => false,
        }
    }
}
