use std::sync::Arc;

use tartan_graphene::MainBlock;
use tartan_runtime::{LOST_LOG, Registry};
use tartan_state::{Overlay, Position, Space, State};

use crate::block_input::BlockInput;
use crate::execute::{Behind, Drafter, Executed, Execution};
use crate::network::Identity;
use crate::notification::Notifier;
use crate::records::{Block, HashText, Unsealed};
use crate::rules::RulesByHeight;
use crate::{ChainError, Network, Notification, Reader, ledger};

/// `Meta`: which network the state belongs to.
const IDENTITY: &[u8] = b"chain/identity";

/// Which main-chain blocks may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// The one with the next number, naming the last one as its predecessor.
    #[default]
    Consecutive,
    /// Any with a higher number; a neighbour must still name its predecessor rightly. For recordings with gaps.
    Ascending,
}

/// A sidechain: takes main-chain blocks, executes their calls, keeps the blocks and the state.
///
/// There is one writer, this; any number of [readers](Chain::reader) may look on from other threads.
pub struct Chain {
    network: Arc<Network>,
    state: State,
    registry: Arc<Registry>,
    rules: RulesByHeight,
    links: Links,
    latest: Arc<Block>,
    notifier: Notifier,
    drafter: Drafter,
}

/// How a chain is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenOptions {
    /// The first main-chain block to read, if the state is new; otherwise what the network says.
    pub start: Option<u32>,
    /// Which main-chain blocks may come next.
    pub links: Links,
}

impl Chain {
    /// Opens the chain in a state. A new state gets the genesis block.
    ///
    /// # Errors
    /// When the state belongs to another network, is damaged, or genesis fails.
    pub fn open(
        network: impl Into<Arc<Network>>,
        state: State,
        registry: Registry,
        options: OpenOptions,
    ) -> Result<Chain, ChainError> {
        let mut chain = Chain::prepare(network.into(), state, registry, options.links)?;
        let identity = chain.network.identity();
        let found = chain.state.view()?;
        let latest = match read_identity(&found)? {
            Some(found) if !found.matches(&identity) => {
                return Err(ChainError::Foreign {
                    found,
                    expected: identity,
                });
            }
            Some(_) => ledger::latest_block(&found)?,
            None => None,
        };
        drop(found);
        if let Some(latest) = latest {
            chain.latest = latest;
            return Ok(chain);
        }
        let start = options
            .start
            .map_or(chain.network.main_chain.first_block(), u64::from);
        let before = height(start.saturating_sub(1))?;
        let input = chain.network.genesis_input();
        chain.begin(input, before, Chain::check_genesis)?;
        Ok(chain)
    }

    /// A made-up chain in memory, for a sandbox: what its genesis does is nobody's concern but the caller's, and it goes
    /// on by [`produce`](Chain::produce).
    ///
    /// # Errors
    /// When the network has native contracts that the registry lacks, or the state fails.
    pub fn sandbox(
        network: impl Into<Arc<Network>>,
        registry: Registry,
        genesis: BlockInput,
    ) -> Result<Chain, ChainError> {
        let state = State::memory();
        let mut chain = Chain::prepare(network.into(), state, registry, Links::Ascending)?;
        chain.begin(genesis, 0, |_, _| Ok(()))?;
        Ok(chain)
    }

    fn prepare(
        network: Arc<Network>,
        state: State,
        registry: Registry,
        links: Links,
    ) -> Result<Chain, ChainError> {
        check_natives(&network, &registry)?;
        Ok(Chain {
            rules: RulesByHeight::new(network.clone()),
            registry: Arc::new(registry),
            links,
            latest: Arc::new(before_genesis()),
            notifier: Notifier::new(),
            drafter: Drafter::default(),
            network,
            state,
        })
    }

    /// Writes the genesis block, behind this main-chain block.
    fn begin(
        &mut self,
        input: BlockInput,
        before: u32,
        check: impl FnOnce(&Chain, &Block) -> Result<(), ChainError>,
    ) -> Result<(), ChainError> {
        let mut overlay = self.state.begin()?;
        let identity = serde_json::to_vec(&self.network.identity()).expect("two texts are JSON");
        overlay.put(Space::Meta, IDENTITY, identity)?;
        ledger::put_ticks(&mut overlay, &self.network.ticks)?;
        let (block, overlay) = self.execute(input, overlay)?;
        let block = block.unwrap_or_else(|| self.latest.clone());
        check(self, &block)?;
        let position = Position {
            number: before,
            id: String::new(),
        };
        self.state.commit(overlay, position)?;
        // nothing comes before genesis, so no fork can take it back
        self.state.finalize(before)?;
        tracing::info!(network = %self.network.name, hash = %block.hash, "genesis");
        self.latest = block;
        Ok(())
    }

    /// On a network of native contracts every genesis transaction is expected to succeed, but for the first, which
    /// calls nothing.
    fn check_genesis(&self, block: &Block) -> Result<(), ChainError> {
        if self.network.rules.native.is_empty() {
            return Ok(());
        }
        for (index, transaction) in block.transactions.iter().enumerate().skip(1) {
            let logs = &transaction.logs;
            if logs.starts_with("{\"errors\"") || logs == LOST_LOG {
                let name = |name: &Option<String>| name.clone().unwrap_or_default();
                return Err(ChainError::Genesis {
                    index,
                    call: format!(
                        "{}.{}",
                        name(&transaction.contract),
                        name(&transaction.action)
                    ),
                    errors: transaction.logs.clone(),
                });
            }
        }
        Ok(())
    }

    /// The network.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// The state under the chain.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The latest block.
    pub fn latest_block(&self) -> &Arc<Block> {
        &self.latest
    }

    /// The last main-chain block that was looked at. Its id is empty before the first one.
    pub fn position(&self) -> Position {
        self.state.position().unwrap_or(Position {
            number: 0,
            id: String::new(),
        })
    }

    /// A view on the chain for other threads.
    pub fn reader(&self) -> Reader {
        Reader::new(
            self.network.clone(),
            self.state.clone(),
            self.notifier.clone(),
        )
    }

    /// Executes a main-chain block. Gives the sidechain block made of it, if it made one. All of it is one layer of
    /// the state: after an error nothing has changed.
    ///
    /// # Errors
    /// When the block does not come next, or the state fails.
    pub fn apply(&mut self, block: &MainBlock) -> Result<Option<Arc<Block>>, ChainError> {
        self.apply_input(BlockInput::new(&self.network, block))
    }

    /// Executes a main-chain block that has been read already.
    ///
    /// # Errors
    /// As [`apply`](Chain::apply).
    pub fn apply_input(&mut self, input: BlockInput) -> Result<Option<Arc<Block>>, ChainError> {
        let number = input.ref_block.unwrap_or_default();
        self.check_link(number, &input.prev_ref_block_id)?;
        let position = Position {
            number: height(number)?,
            id: input.ref_block_id.clone(),
        };
        self.extend(input, position)
    }

    fn extend(
        &mut self,
        input: BlockInput,
        position: Position,
    ) -> Result<Option<Arc<Block>>, ChainError> {
        let overlay = self.state.begin()?;
        if input.calls.is_empty() && !self.ticks_idly(input.ref_block) {
            self.state.commit(overlay, position)?;
            return Ok(None);
        }
        let (block, overlay) = self.execute(input, overlay)?;
        self.state.commit(overlay, position)?;
        Ok(self.go_on(block))
    }

    /// Takes what a block left behind, now that it is in the state, for the latest block; gives a new one.
    pub(crate) fn go_on(&mut self, left: Option<Arc<Block>>) -> Option<Arc<Block>> {
        let left = left?;
        let is_new = self.is_new(&left);
        let before = std::mem::replace(&mut self.latest, left.clone());
        self.drafter.let_go(before);
        is_new.then(|| {
            self.notifier.send(Notification::Committed(left.clone()));
            left
        })
    }

    /// Whether this is not the latest block with a note.
    pub(crate) fn is_new(&self, block: &Block) -> bool {
        block.place > self.latest.place
    }

    /// Whether the ticks run in a block without calls.
    fn ticks_idly(&self, height: Option<u64>) -> bool {
        let every = self.network.rules.idle_ticks;
        every > 0 && height.is_some_and(|height| height.is_multiple_of(every))
    }

    /// Executes a block and writes what is to be kept of it: the new block, or the latest one with a note that the
    /// state changed without one; `None` if nothing happened.
    pub(crate) fn execute(
        &mut self,
        mut input: BlockInput,
        overlay: Overlay,
    ) -> Result<(Option<Arc<Block>>, Overlay), ChainError> {
        let calls = std::mem::take(&mut input.calls);
        let genesis = ledger::latest_place(&overlay)?.is_none();
        let behind = Behind {
            number: if genesis { 0 } else { self.latest.number + 1 },
            database_hash: self.latest.database_hash,
        };
        let execution = Execution::new(
            &self.network,
            &self.registry,
            &mut self.rules,
            overlay,
            &input,
            behind,
            &mut self.drafter,
        );
        let Executed {
            transactions,
            virtual_transactions,
            database_hash,
            mut overlay,
        } = execution.run(calls)?;
        if transactions.is_empty() && virtual_transactions.is_empty() {
            self.drafter.room = transactions.into_room();
            let note = database_hash != behind.database_hash
                && self.network.naming.other_hash_changes.is_some();
            let Some(ref_block) = input.ref_block.filter(|_| note) else {
                return Ok((None, overlay));
            };
            // a transaction may have verified it
            let latest = ledger::block(&overlay, self.latest.place)?;
            let mut latest = Block::clone(latest.as_ref().unwrap_or(&self.latest));
            latest.note_hash_change(ref_block, &self.network.naming);
            ledger::replace(&mut overlay, &latest)?;
            return Ok((Some(Arc::new(latest)), overlay));
        }
        let head = Block {
            number: behind.number,
            place: if genesis { 0 } else { self.latest.place + 1 },
            ref_block: input.ref_block,
            ref_block_id: input.ref_block_id,
            prev_ref_block_id: input.prev_ref_block_id,
            previous_hash: self.latest.hash,
            previous_database_hash: behind.database_hash,
            timestamp: input.timestamp,
            per_user_limit: self.per_user_limit_note(input.ref_block),
            ..before_genesis()
        };
        let mut block = Unsealed::new(head, transactions, virtual_transactions);
        let hashed = block.take_hashed(self.network.block_hashing());
        let hashing = self.drafter.hash(hashed);
        ledger::index(&mut overlay, block.head(), block.transactions())?;
        if hashing.is_aside() {
            self.state.compact();
        }
        let (hash, json) = self.drafter.hashed(hashing);
        let (block, bytes, room) = block.seal(hash, json);
        self.drafter.room = room;
        ledger::append(&mut overlay, block.place, bytes)?;
        Ok((Some(Arc::new(block)), overlay))
    }

    fn per_user_limit_note(&self, height: Option<u64>) -> Option<bool> {
        let limit = self.network.limits.per_user.as_ref()?;
        let noted = self.network.rules.per_user_limit_note
            && height.is_some_and(|height| height >= limit.from);
        noted.then_some(true)
    }

    fn check_link(&self, number: u64, previous: &str) -> Result<(), ChainError> {
        let position = self.position();
        let expected = u64::from(position.number) + 1;
        let next = match self.links {
            Links::Consecutive => number == expected,
            Links::Ascending => number >= expected,
        };
        if !next {
            return Err(ChainError::NotNext {
                expected,
                found: number,
            });
        }
        if number == expected && !position.id.is_empty() && position.id != previous {
            return Err(ChainError::NotLinked {
                number,
                expected: position.id,
                found: previous.to_string(),
            });
        }
        Ok(())
    }

    /// Takes off everything made from main-chain blocks after this one: the main chain took another turn.
    ///
    /// # Errors
    /// When one of these blocks was declared irreversible, or the state fails.
    pub fn revert_to(&mut self, main_number: u32) -> Result<(), ChainError> {
        let mut reverted = Vec::new();
        {
            let view = self.state.view()?;
            let mut block = Some(self.latest.clone());
            while let Some(last) =
                block.filter(|last| last.place > 0 && comes_after(last, main_number))
            {
                block = ledger::block(&view, last.place - 1)?;
                reverted.push(last);
            }
        }
        self.state.revert_to(main_number)?;
        self.latest =
            ledger::latest_block(&self.state.view()?)?.ok_or_else(|| ChainError::Damaged {
                what: "number of the latest block".to_string(),
                reason: "it is missing".to_string(),
            })?;
        for block in reverted {
            self.notifier.send(Notification::Reverted(block));
        }
        Ok(())
    }

    /// Declares the main chain irreversible up to this block: it may go to disk.
    ///
    /// # Errors
    /// When writing to disk has failed.
    pub fn set_irreversible(&self, main_number: u32) -> Result<(), ChainError> {
        Ok(self
            .state
            .finalize(main_number.min(self.position().number))?)
    }
}

fn comes_after(block: &Block, main_number: u32) -> bool {
    block
        .ref_block
        .is_some_and(|number| number > u64::from(main_number))
}

/// What genesis comes behind.
fn before_genesis() -> Block {
    Block {
        number: 0,
        ref_block: None,
        ref_block_id: String::new(),
        prev_ref_block_id: String::new(),
        previous_hash: HashText::EMPTY,
        previous_database_hash: HashText::EMPTY,
        timestamp: String::new(),
        transactions: Vec::new(),
        virtual_transactions: Vec::new(),
        hash: HashText::ZERO,
        database_hash: HashText::EMPTY,
        merkle_root: HashText::EMPTY,
        round: None,
        round_hash: String::new(),
        witness: String::new(),
        signing_key: String::new(),
        round_signature: String::new(),
        per_user_limit: None,
        other_hash_changes: Vec::new(),
        place: 0,
        given: None,
    }
}

fn check_natives(network: &Network, registry: &Registry) -> Result<(), ChainError> {
    for name in &network.rules.native {
        if registry.native(name).is_none() {
            return Err(ChainError::UnknownNative {
                name: name.clone(),
                known: registry.native_names().collect::<Vec<_>>().join(", "),
            });
        }
    }
    Ok(())
}

fn read_identity(state: &impl tartan_state::Read) -> Result<Option<Identity>, ChainError> {
    let Some(bytes) = state.get(Space::Meta, IDENTITY)? else {
        return Ok(None);
    };
    serde_json::from_slice(bytes)
        .map(Some)
        .map_err(|error| ChainError::Damaged {
            what: "identity".to_string(),
            reason: error.to_string(),
        })
}

pub(crate) fn height(number: u64) -> Result<u32, ChainError> {
    u32::try_from(number).map_err(|_| ChainError::Height { found: number })
}
