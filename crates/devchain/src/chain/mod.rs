//! The chain itself: blocks, the state after them, the transactions that wait, and the clock.
//!
//! ```text
//! broadcast ──▶ acceptance ──▶ pending ──▶ production ──▶ store ──▶ RPC
//!                                 state sessions │  ▲ log (data file)
//!                             fork / revert ─────┴──┘
//! ```
//!
//! The state carries one undo session for each of the newest blocks and one on top for the pending transactions, as a
//! real node does: readers see what pending transactions will do.

mod acceptance;
mod cheats;
mod clock;
mod false_branch;
mod fork;
mod genesis;
mod log;
mod production;
mod refusals;
mod replay;
mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tartan_graphene::{BlockId, Chain as Protocol, Time, TransactionId};
use tokio::sync::oneshot;

pub(crate) use acceptance::Signers;
pub use cheats::{BalanceKind, Cheat};
pub(crate) use false_branch::FalseBranch;
pub use fork::{BranchId, ForkOrder, ForkOutcome, ForkSpec, SnapshotId};
pub use log::LogError;
pub use store::{Accepted, StoredBlock};
pub(crate) use store::{BlockStore, VirtualField, VirtualOp, big_number};

use crate::apply::Rules;
use crate::config::{BLOCK_INTERVAL, Config, Irreversibility, Mining};
use crate::errors::NodeError;
use crate::state::State;
use clock::Clock;
use fork::{Branch, Snapshot};
use genesis::Genesis;
use log::{Log, Record};

/// Blocks whose effect can be taken back one by one; beyond, the chain is replayed from genesis.
const UNDO_BLOCKS: usize = 512;

/// Where a transaction ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inclusion {
    /// The transaction.
    pub id: TransactionId,
    /// The block that has it; 0 if it expired.
    pub block: u32,
    /// Its index in the block.
    pub index: u32,
    /// Whether it was dropped instead.
    pub expired: bool,
}

impl Inclusion {
    /// As `broadcast_transaction_synchronous` answers.
    pub fn to_json(&self) -> Value {
        json!({ "id": self.id, "block_num": self.block, "trx_num": self.index, "expired": self.expired })
    }
}

/// A development chain without its listeners.
pub(crate) struct MainChain {
    config: Config,
    protocol: Arc<Protocol>,
    genesis: Genesis,
    state: State,
    store: BlockStore,
    pending: Vec<Accepted>,
    pending_ids: HashSet<TransactionId>,
    waiting: HashMap<TransactionId, Vec<oneshot::Sender<Inclusion>>>,
    clock: Clock,
    mining: Mining,
    paused: bool,
    irreversibility: Irreversibility,
    last_irreversible: u32,
    /// Shifts the order of witnesses, so that another branch has other witnesses and so other ids.
    salt: u32,
    /// Commands in order, with the block after which they were given.
    cheats: Vec<(u32, Cheat)>,
    snapshots: BTreeMap<SnapshotId, Snapshot>,
    next_snapshot: SnapshotId,
    branches: Vec<Branch>,
    impersonated: BTreeSet<String>,
    exhausted: BTreeSet<String>,
    log: Option<Log>,
}

impl MainChain {
    /// Opens the chain of a configuration: from its data file, or new.
    pub(crate) fn open(config: Config, wall: u32) -> Result<Self, LogError> {
        let mut chain = MainChain::at_genesis(config, wall);
        if let Some(path) = chain.config.data_file.clone() {
            replay::replay(&mut chain, &path)?;
        }
        chain.produce_initial(wall);
        Ok(chain)
    }

    /// A chain before its first block.
    fn at_genesis(config: Config, wall: u32) -> Self {
        let genesis = Genesis::new(&config, wall);
        let protocol = Arc::new(config.protocol());
        let mut state = genesis.state(&protocol);
        state.push_session();
        let clock = if config.start_time.is_some() {
            Clock::own()
        } else {
            Clock::wall()
        };
        MainChain {
            protocol,
            state,
            store: BlockStore::new(genesis.first_block),
            pending: Vec::new(),
            pending_ids: HashSet::new(),
            waiting: HashMap::new(),
            clock,
            mining: config.mining,
            paused: false,
            irreversibility: config.irreversibility,
            last_irreversible: genesis.first_block.saturating_sub(1),
            salt: 0,
            cheats: Vec::new(),
            snapshots: BTreeMap::new(),
            next_snapshot: 1,
            branches: Vec::new(),
            impersonated: BTreeSet::new(),
            exhausted: BTreeSet::new(),
            log: None,
            genesis,
            config,
        }
    }

    /// Makes the blocks a young chain needs before clients can refer to them: at least five, and an irreversible one
    /// that has a predecessor.
    fn produce_initial(&mut self, wall: u32) {
        let lag = self.irreversibility.lag().unwrap_or(0);
        let wanted = self.config.initial_blocks.max(5).max(lag + 3);
        let first = self.genesis.first_block;
        while self.head_number() + 1 < first.saturating_add(wanted) {
            // In the past, so that the last of them is at the present time.
            let left = first
                .saturating_add(wanted)
                .saturating_sub(self.head_number() + 2);
            self.produce(wall.saturating_sub(left.saturating_mul(BLOCK_INTERVAL)));
        }
    }

    /// Starts over with the same configuration. Waiting broadcasts fail.
    pub(crate) fn reset(&mut self, wall: u32) {
        let log = self.log.take();
        *self = MainChain::at_genesis(self.config.clone(), wall);
        if let Some(mut log) = log {
            match log.restart(&Record::Genesis(self.genesis.clone())) {
                Ok(()) => self.log = Some(log),
                Err(error) => tracing::error!(%error, "the chain continues in memory"),
            }
        }
        self.produce_initial(wall);
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn protocol(&self) -> &Arc<Protocol> {
        &self.protocol
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn store(&self) -> &BlockStore {
        &self.store
    }

    pub(crate) fn head_number(&self) -> u32 {
        self.store
            .head()
            .map_or(self.genesis.first_block.saturating_sub(1), |block| {
                block.number()
            })
    }

    pub(crate) fn head_id(&self) -> BlockId {
        self.store
            .head()
            .map_or_else(|| self.genesis.previous(), |block| block.id)
    }

    pub(crate) fn head_time(&self) -> Time {
        self.store
            .head()
            .map_or(self.genesis.time, |block| block.timestamp())
    }

    pub(crate) fn genesis_time(&self) -> Time {
        self.genesis.time
    }

    pub(crate) fn last_irreversible(&self) -> u32 {
        self.last_irreversible
    }

    pub(crate) fn pending(&self) -> &[Accepted] {
        &self.pending
    }

    pub(crate) fn mining(&self) -> Mining {
        self.mining
    }

    pub(crate) fn set_mining(&mut self, mining: Mining) {
        self.mining = mining;
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused
    }

    pub(crate) fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
    }

    pub(crate) fn irreversibility(&self) -> Irreversibility {
        self.irreversibility
    }

    pub(crate) fn set_irreversibility(&mut self, mode: Irreversibility) {
        self.irreversibility = mode;
        self.advance_irreversible();
    }

    fn advance_irreversible(&mut self) {
        if let Some(lag) = self.irreversibility.lag() {
            let floor = self.genesis.first_block.saturating_sub(1);
            let target = self.head_number().saturating_sub(lag).max(floor);
            self.last_irreversible = self.last_irreversible.max(target);
        }
    }

    pub(crate) fn increase_time(&mut self, seconds: u32) {
        self.clock.increase(seconds);
    }

    pub(crate) fn miss(&mut self, slots: u32) {
        self.clock.miss(slots);
    }

    /// False if the time is not after the head's.
    pub(crate) fn set_next_time(&mut self, wall: u32, time: Time) -> bool {
        self.clock.set_next(self.head_time(), wall, time)
    }

    pub(crate) fn impersonate(&mut self, account: &str, on: bool) {
        if on {
            self.impersonated.insert(account.to_owned());
        } else {
            self.impersonated.remove(account);
        }
    }

    /// Whether broadcasts of `account` are refused for want of resource credits.
    pub(crate) fn exhaust_credits(&mut self, account: &str, on: bool) {
        if on {
            self.exhausted.insert(account.to_owned());
        } else {
            self.exhausted.remove(account);
        }
    }

    pub(crate) fn has_credits(&self, account: &str) -> bool {
        !self.exhausted.contains(account)
    }

    /// Changes the state by command, now and in every replay.
    pub(crate) fn cheat(&mut self, cheat: Cheat) -> Result<(), NodeError> {
        self.state.undo_session();
        let applied = self.apply_cheat(&cheat);
        self.reopen_pending(Vec::new());
        applied?;
        self.append(&Record::Cheat(cheat.clone()));
        self.cheats.push((self.head_number(), cheat));
        Ok(())
    }

    fn apply_cheat(&mut self, cheat: &Cheat) -> Result<(), NodeError> {
        let now = self.head_time();
        self.state.push_session();
        let applied = cheats::apply(
            &mut self.state,
            cheat,
            &self.config.master_password,
            &self.protocol,
            now,
        );
        if applied.is_err() {
            self.state.undo_session();
        } else {
            self.state.squash_session();
        }
        applied
    }

    pub(crate) fn rules(&self) -> Rules {
        Rules {
            flavor: self.config.flavor,
            account_creation_fee: self.config.account_creation_fee,
            enforce_intervals: self.config.enforce_intervals,
        }
    }

    fn append(&mut self, record: &Record) {
        if let Some(log) = &mut self.log {
            log.append(record);
        }
    }

    /// Makes sure that the data file is on disk.
    pub(crate) fn flush(&mut self) {
        if let Some(log) = &mut self.log {
            log.sync();
        }
    }

    /// Registers for the inclusion of a transaction that has been accepted.
    pub(crate) fn wait_for(&mut self, id: TransactionId) -> oneshot::Receiver<Inclusion> {
        let (sender, receiver) = oneshot::channel();
        match self.store.find(&id) {
            // In instant mode it is in a block already. Nobody listens any more if this fails.
            Some((block, index)) => drop(sender.send(Inclusion {
                id,
                block,
                index,
                expired: false,
            })),
            None => self.waiting.entry(id).or_default().push(sender),
        }
        receiver
    }

    fn tell_waiting(&mut self, inclusion: Inclusion) {
        for sender in self.waiting.remove(&inclusion.id).unwrap_or_default() {
            // The client may have gone away.
            let _ = sender.send(inclusion);
        }
    }
}
