use serde::{Deserialize, Serialize};

/// Rules that hold at every height.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// Main-chain operations that become calls of the contract `comments`.
    pub feeds: Vec<Feed>,
    /// Contracts that native code answers for, in the order in which genesis creates them.
    pub native: Vec<String>,
    /// An action that fails leaves no trace in the tables.
    pub atomic: bool,
    /// How writes enter the database hash.
    pub write_hash: WriteHashRule,
    /// Whose behaviour scripted contracts get from tables and calls.
    pub scripts: ScriptDialect,
    /// Blocks carry a Merkle root over the content of all tables.
    pub state_root: bool,
    /// Scripted contracts run under a deterministic budget, and anyone may deploy them.
    pub metered: bool,
    /// Whether the block hash is taken over the merkle root too.
    pub block_hash_covers_merkle_root: bool,
    /// Whether there is an action `contract.registerTick`.
    pub register_tick: bool,
    /// Calls of a contract `blockProduction` are answered with a notice.
    pub block_production_notice: bool,
    /// Deploying, updating and registering ticks ask for the active key.
    pub active_key_to_deploy: bool,
    /// Whether a native contract can be deployed and updated like any other, its code being ignored. Otherwise that
    /// is refused: they are there from genesis on.
    pub deploy_native: bool,
    /// Contracts may assert active-key authority to the contracts they call. Otherwise a nested call has what its
    /// transaction was signed with.
    pub contracts_assert_authority: bool,
    /// Reproduces a weakness of the reference: behind a call of `comments.comment`, the rest of a comment's bundle
    /// runs as `null`. Only for chains whose history has it.
    pub legacy_null_sender: bool,
    /// Blocks say whether the per-user limit is on, as the reference's do from the height of that limit on.
    pub per_user_limit_note: bool,
    /// Ticks also run in main-chain blocks without calls whose number is a multiple of this; 0 for never.
    pub idle_ticks: u64,
    /// How many executions may be under way at once, the outermost included.
    pub nesting_depth: usize,
}

/// A main-chain operation that becomes a call of the contract `comments`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    /// A post or reply becomes `comments.comment`.
    Comment,
    /// Options of a post become `comments.commentOptions`.
    CommentOptions,
    /// A vote becomes `comments.vote`.
    Vote,
}

/// How writes enter the database hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteHashRule {
    /// As on the reference: the number and order of writes for each table, not what is written.
    Count,
    /// What is written.
    Content,
}

/// Whose behaviour scripted contracts get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScriptDialect {
    /// The interface of the reference without its defects.
    Modern,
    /// The reference's Hive lineage, for its history.
    Hive,
    /// The reference's Steem lineage, for its history.
    Steem,
}

/// Bounds of what one block may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Transactions of one sender in a block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_user: Option<PerUserLimit>,
    /// Units of work that scripts may do in a transaction, nested calls included, where they are metered.
    #[serde(skip_serializing_if = "is_default_budget")]
    pub call_budget: u64,
    /// Rows that one tick may process in a block; the rest waits for the next.
    pub tick_rows: usize,
    /// Rows that an account may have in a table which an action looks through, such as its pending unstakes.
    pub rows_per_account: usize,
    /// Ticks that may be registered.
    pub ticks: usize,
    /// Rows that a script may ask for at once.
    pub find_rows: usize,
    /// Rows that one search of a script may look at.
    pub scan_rows: usize,
    /// Size of a row, in bytes of its stored form.
    pub record_bytes: usize,
    /// Size of a scripted contract's complete code, in bytes.
    pub code_bytes: usize,
    /// Tables that a scripted contract may have.
    pub tables_per_contract: usize,
    /// Indexes that a table of a scripted contract may have.
    pub indexes_per_table: usize,
}

/// Where a network says nothing else.
const DEFAULT_BUDGET: u64 = 1_000_000;

fn is_default_budget(budget: &u64) -> bool {
    *budget == DEFAULT_BUDGET
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            per_user: None,
            call_budget: DEFAULT_BUDGET,
            tick_rows: 10_000,
            rows_per_account: 1_000,
            ticks: 1_000,
            find_rows: 1_000,
            scan_rows: 100_000,
            record_bytes: 256 << 10,
            code_bytes: 1 << 20,
            tables_per_contract: 100,
            indexes_per_table: 20,
        }
    }
}

/// At most so many transactions of one sender in a block; `null` is exempt, what is beyond is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerUserLimit {
    /// How many.
    pub transactions: usize,
    /// First main-chain block with the limit.
    pub from: u64,
    /// First block without it again.
    #[serde(default = "without_end")]
    pub until: u64,
}

impl PerUserLimit {
    /// Whether it is in force at this main-chain block.
    pub fn in_force(&self, block: Option<u64>) -> bool {
        block.is_some_and(|block| (self.from..self.until).contains(&block))
    }
}

fn without_end() -> u64 {
    i64::MAX as u64 // the largest number TOML has
}

/// An action that runs, as `null`, after the transactions of every block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    /// The contract.
    pub contract: String,
    /// Its action.
    pub action: String,
    /// The first main-chain block it runs in.
    pub from: u64,
    /// Not even tried while there is no such contract; such a try counts in the ids of virtual transactions.
    #[serde(default)]
    pub if_deployed: bool,
}

/// An action that runs, as `null`, when the main-chain block number is a multiple of a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periodic {
    /// How many main-chain blocks apart.
    pub every: u64,
    /// The contract.
    pub contract: String,
    /// Its action.
    pub action: String,
    /// The payload, as JSON text: it is recorded and hashed as it stands here.
    pub payload: String,
}
