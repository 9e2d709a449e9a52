//! The control API in Rust: what `devchain.*` methods do over JSON-RPC, and conveniences for tests.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;
use tartan_graphene::{
    Asset, AssetForm, Authority, BlockId, Chain as Protocol, Operation, PrivateKey, Role,
    SignedTransaction, Time, Transaction, TransactionId, operation::AccountCreate,
};

use crate::accounts::{self, Banner, DevAccount};
use crate::chain::{BalanceKind, Cheat, ForkOutcome, ForkSpec, Inclusion, SnapshotId, StoredBlock};
use crate::config::{Balances, Config, EndpointKind, Irreversibility, Mining};
use crate::errors::NodeError;
use crate::faults::{Fault, FaultId};
use crate::node::{Node, SpawnError, wall_clock};
use crate::state::Account;

/// A block by its number, id and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BlockRef {
    /// Number.
    pub number: u32,
    /// Id.
    pub id: BlockId,
    /// Time.
    pub timestamp: Time,
}

/// Commands to a running chain. Cheap to clone; every clone commands the same chain.
#[derive(Clone)]
pub struct Api {
    node: Arc<Node>,
}

impl Api {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        Api { node }
    }

    /// Address of the main endpoint, for example `http://127.0.0.1:8090`.
    pub fn url(&self) -> String {
        self.urls().into_iter().next().unwrap_or_default()
    }

    /// Addresses of all endpoints, in the order of creation.
    pub fn urls(&self) -> Vec<String> {
        self.node
            .endpoints
            .lock()
            .iter()
            .map(|endpoint| url(endpoint.address))
            .collect()
    }

    /// Opens one more endpoint on a free port and answers its address. Faults name it by its place in [`Api::urls`].
    ///
    /// # Errors
    /// When no port is free.
    pub async fn add_endpoint(&self, kind: EndpointKind) -> Result<String, SpawnError> {
        let address = SocketAddr::new(self.node.config.listen.ip(), 0);
        Ok(url(self.node.listen(kind, address).await?.address))
    }

    /// The configuration the chain was started with.
    pub fn config(&self) -> &Config {
        &self.node.config
    }

    /// Symbols, chain id, prefix.
    pub fn protocol(&self) -> Protocol {
        self.node.config.protocol()
    }

    /// The accounts with published keys.
    pub fn accounts(&self) -> Vec<DevAccount> {
        accounts::published(&self.node.config)
    }

    /// What to print at the start.
    pub fn banner(&self) -> Banner {
        let protocol = self.protocol();
        Banner {
            flavor: self.node.config.flavor_name(),
            chain_id: hex::encode(protocol.chain_id),
            urls: self.urls(),
            head: self.head().number,
            master_password: self.node.config.master_password.clone(),
            symbols: (protocol.symbols.liquid.clone(), protocol.symbols.dollar),
            accounts: self.accounts(),
        }
    }

    /// The development key of an account, whether or not the account exists.
    pub fn key(&self, account: &str, role: Role) -> PrivateKey {
        PrivateKey::from_login(account, role, &self.node.config.master_password)
    }

    // --- reading ---

    /// The head block.
    pub fn head(&self) -> BlockRef {
        let chain = self.node.chain.read();
        BlockRef {
            number: chain.head_number(),
            id: chain.head_id(),
            timestamp: chain.head_time(),
        }
    }

    /// Number of the last irreversible block.
    pub fn last_irreversible(&self) -> u32 {
        self.node.chain.read().last_irreversible()
    }

    /// A block of the present branch.
    pub fn block(&self, number: u32) -> Option<Arc<StoredBlock>> {
        self.node.chain.read().store().get(number).cloned()
    }

    /// What an account holds.
    pub fn balances(&self, account: &str) -> Option<Balances> {
        let show = |account: &Account| Balances {
            liquid: account.liquid,
            dollar: account.dollar,
            vests: account.vests,
        };
        self.node.chain.read().state().account(account).map(show)
    }

    /// Where a transaction is, if it is in a block.
    pub fn find(&self, id: &TransactionId) -> Option<(u32, u32)> {
        self.node.chain.read().store().find(id)
    }

    /// Ids of the transactions that wait for a block.
    pub fn pending(&self) -> Vec<TransactionId> {
        self.node
            .chain
            .read()
            .pending()
            .iter()
            .map(|accepted| accepted.id)
            .collect()
    }

    /// Waits until the head has at least this number.
    pub async fn wait_for_block(&self, number: u32) {
        let mut heads = self.node.head.subscribe();
        // The sender lives as long as this node.
        let _ = heads.wait_for(|head| *head >= number).await;
    }

    // --- transactions ---

    /// A transaction of `operations` that refers to the head block and lasts a minute.
    pub fn transaction(&self, operations: Vec<Operation>) -> Transaction {
        self.node.chain.read().transaction(operations)
    }

    /// Sends a transaction; it is in the pool afterwards, or in a block in instant mode.
    ///
    /// # Errors
    /// The node's reason for refusing it.
    pub fn broadcast(&self, transaction: SignedTransaction) -> Result<TransactionId, NodeError> {
        self.node
            .change(|chain| chain.broadcast(transaction, wall_clock()))
    }

    /// Sends a transaction and waits for its block. In manual mode somebody else has to make it.
    ///
    /// # Errors
    /// The node's reason for refusing it, or that the chain was reset.
    pub async fn broadcast_and_wait(
        &self,
        transaction: SignedTransaction,
    ) -> Result<Inclusion, NodeError> {
        let waiting = self.node.change(|chain| {
            let id = chain.broadcast(transaction, wall_clock())?;
            Ok::<_, NodeError>(chain.wait_for(id))
        })?;
        waiting.await.map_err(|_| {
            NodeError::plain(
                -32003,
                "the chain was reset while the transaction was waiting",
            )
        })
    }

    /// Signs operations with the development key of `account` and sends them.
    ///
    /// # Errors
    /// The node's reason for refusing them.
    pub fn send(
        &self,
        account: &str,
        role: Role,
        operations: Vec<Operation>,
    ) -> Result<TransactionId, NodeError> {
        self.broadcast(self.sign(self.transaction(operations), &[self.key(account, role)])?)
    }

    /// Signs a transaction in the legacy serialization.
    ///
    /// # Errors
    /// When an operation has no binary form.
    pub fn sign(
        &self,
        transaction: Transaction,
        keys: &[PrivateKey],
    ) -> Result<SignedTransaction, NodeError> {
        transaction
            .sign(&self.protocol(), AssetForm::Legacy, keys)
            .map_err(|error| NodeError::plain(crate::errors::CHAIN_EXCEPTION, error.to_string()))
    }

    /// Creates an account with development keys by a signed operation of `creator`, at the usual fee.
    ///
    /// # Errors
    /// The node's reason for refusing it.
    pub fn create_account(&self, creator: &str, name: &str) -> Result<TransactionId, NodeError> {
        let key = |role| self.key(name, role).public_key();
        let operation = AccountCreate {
            fee: Asset::liquid(self.node.config.account_creation_fee),
            creator: creator.to_owned(),
            new_account_name: name.to_owned(),
            owner: Authority::key(key(Role::Owner)),
            active: Authority::key(key(Role::Active)),
            posting: Authority::key(key(Role::Posting)),
            memo_key: key(Role::Memo),
            json_metadata: String::new(),
        };
        self.send(creator, Role::Active, vec![operation.into()])
    }

    // --- blocks ---

    /// Makes `count` blocks at once; the first takes what is pending. Answers the last.
    pub fn mine(&self, count: u32) -> BlockRef {
        for _ in 0..count {
            self.node.change(|chain| chain.produce(wall_clock()));
        }
        self.head()
    }

    /// Makes one block for each list of transactions without checking them (signatures and references may be missing;
    /// what fails has no effect but is in the block). For benchmarks and prepared histories.
    ///
    /// # Errors
    /// When a transaction has no binary form; the blocks before it stand.
    pub fn push_blocks(&self, blocks: Vec<Vec<SignedTransaction>>) -> Result<BlockRef, NodeError> {
        self.node
            .change(|chain| chain.push_blocks(blocks, wall_clock()))?;
        Ok(self.head())
    }

    /// Stops interval and instant production; [`Api::mine`] still works.
    pub fn pause(&self) {
        self.node.chain.write().set_paused(true);
        self.node.schedule_changed.notify_one();
    }

    /// Resumes production.
    pub fn resume(&self) {
        self.node.chain.write().set_paused(false);
        self.node.schedule_changed.notify_one();
    }

    /// Changes when blocks are made.
    pub fn set_mining(&self, mining: Mining) {
        self.node.chain.write().set_mining(mining);
        self.node.schedule_changed.notify_one();
    }

    /// Changes which block is irreversible.
    pub fn set_irreversibility(&self, mode: Irreversibility) {
        self.node.change(|chain| chain.set_irreversibility(mode));
    }

    /// Leaves this many slots without a block before the next one.
    pub fn miss(&self, slots: u32) {
        self.node.chain.write().miss(slots);
    }

    /// Lets time pass: the next block is this many seconds later than it would be.
    pub fn increase_time(&self, seconds: u32) {
        self.node.chain.write().increase_time(seconds);
    }

    /// Sets the time of the next block, rounded up to its slot.
    ///
    /// # Errors
    /// When that is not after the head block's time.
    pub fn set_next_block_time(&self, time: Time) -> Result<(), NodeError> {
        let mut chain = self.node.chain.write();
        if chain.set_next_time(wall_clock(), time) {
            return Ok(());
        }
        let text = format!(
            "expected a time after the head block's {}, found {time}",
            chain.head_time()
        );
        Err(NodeError::plain(crate::errors::INVALID_PARAMS, text))
    }

    /// Replaces the newest blocks by a longer branch.
    ///
    /// # Errors
    /// When that many blocks cannot be replaced.
    pub fn fork(&self, spec: &ForkSpec) -> Result<ForkOutcome, NodeError> {
        self.node.change(|chain| chain.fork(spec))
    }

    /// Remembers the present state.
    pub fn snapshot(&self) -> SnapshotId {
        self.node.chain.write().snapshot()
    }

    /// Goes back to a snapshot and answers the number of its block.
    ///
    /// # Errors
    /// When there is no such snapshot, or its block was replaced.
    pub fn revert(&self, snapshot: SnapshotId) -> Result<u32, NodeError> {
        self.node.change(|chain| chain.revert(snapshot))
    }

    /// Starts over from genesis.
    pub fn reset(&self) {
        self.node.change(|chain| chain.reset(wall_clock()));
        self.node.schedule_changed.notify_one();
    }

    // --- the state ---

    /// Changes the state by command.
    ///
    /// # Errors
    /// When the command makes no sense, for example for an unknown account.
    pub fn cheat(&self, cheat: Cheat) -> Result<(), NodeError> {
        self.node.change(|chain| chain.cheat(cheat))
    }

    /// Gives an account exactly this much of an asset.
    ///
    /// # Errors
    /// When the account is unknown or the amount negative.
    pub fn set_balance(&self, account: &str, amount: Asset) -> Result<(), NodeError> {
        let asset = BalanceKind::of(amount);
        self.cheat(Cheat::SetBalance {
            account: account.to_owned(),
            asset,
            amount: amount.amount,
        })
    }

    /// Accepts transactions of an account whatever their signatures, from now on or no longer.
    pub fn impersonate(&self, account: &str, on: bool) {
        self.node.chain.write().impersonate(account, on);
    }

    /// Refuses transactions of an account for want of resource credits, from now on or no longer.
    pub fn exhaust_credits(&self, account: &str, on: bool) {
        self.node.chain.write().exhaust_credits(account, on);
    }

    // --- faults ---

    /// Makes answers go wrong from now on.
    pub fn set_fault(&self, fault: Fault) -> FaultId {
        self.node.faults.lock().add(fault)
    }

    /// Ends a fault. False if it had ended already.
    pub fn clear_fault(&self, id: FaultId) -> bool {
        self.node.faults.lock().remove(id)
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.node.faults.lock().clear();
    }

    /// The faults in force.
    pub fn faults(&self) -> Vec<(FaultId, Fault)> {
        self.node.faults.lock().list()
    }
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}
