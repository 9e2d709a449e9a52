use std::sync::Arc;

use tartan_decimal::Config;

use crate::{CodeHashRule, Dialect, WriteHash};

/// What a network lays down for the execution of a transaction at its height.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The network's names for things.
    pub system: Arc<System>,
    /// A call that fails leaves no trace in the tables and drops its events.
    pub atomic: bool,
    /// How writes enter the database hash.
    pub write_hash: WriteHash,
    /// How the code hashes of nested calls are combined.
    pub code_hash: CodeHashRule,
    /// Account names may have two hyphens in a row.
    pub double_hyphen_names: bool,
    /// Contracts may assert active-key authority to the contracts they call, by passing `isSignedWithActiveKey`
    /// themselves, as on the reference. Elsewhere authority is tracked outside the payload: a nested call has what
    /// the transaction was signed with, and nothing else.
    pub contracts_assert_authority: bool,
    /// How many executions may be under way at once, the outermost included.
    pub max_depth: usize,
    /// Nested calls `(contract, action)` that are skipped without a trace.
    pub skipped_calls: Vec<(String, String)>,
    /// How scripted contracts see tables, and how calls they make from their deployment end.
    pub dialect: Dialect,
    /// What a deployment answers whose code throws before it comes to an action, or is no code at all; `None`: what it
    /// threw.
    pub deployment_error: Option<&'static str>,
    /// How scripted contracts' decimals are rounded and bounded.
    pub decimals: Config,
    /// Units of work that a transaction may use, nested calls included; `None`: they are not counted.
    pub call_budget: Option<u64>,
    /// The contract that holds deposits for what scripted contracts store (its action is
    /// [`SETTLE_DEPOSITS`](crate::SETTLE_DEPOSITS)); `None`: storing is free. Only where calls are atomic.
    pub storage_deposits: Option<String>,
    /// Bounds of work.
    pub limits: Limits,
}

/// Names of a network that execution refers to.
#[derive(Debug, Clone)]
pub struct System {
    /// The account that owns the core contracts (`steemsc`, `hive-engine`).
    pub engine_account: String,
    /// The account that holds the pegged main-chain funds (`steem-peg`, `honey-swap`).
    pub peg_account: String,
    /// The payload key that carries the amount of a main-chain transfer (`amountSTEEMSBD`, `amountHIVEHBD`).
    pub amount_field: String,
    /// What scripts call the time of the block (`steemBlockTimestamp`, `hiveBlockTimestamp`).
    pub timestamp_field: String,
    /// What scripts call the main-chain block number (`refSteemBlockNumber`, `refHiveBlockNumber`).
    pub main_number_field: String,
}

/// Bounds of the work one block may cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows that one tick may process in one block; the rest waits for the next block, oldest due first.
    pub tick_rows: usize,
    /// Rows that an account may have in a table which an action looks through, such as its pending unstakes.
    pub rows_per_account: usize,
    /// Rows that a script may ask for at once.
    pub find_rows: usize,
    /// Rows that one search of a script may look at.
    pub scan_rows: usize,
    /// Size of a row, in bytes of its stored form.
    pub record_bytes: usize,
    /// Tables that a script may have.
    pub tables_per_contract: usize,
    /// Indexes that a table of a script may have.
    pub indexes_per_table: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            tick_rows: 10_000,
            rows_per_account: 1_000,
            find_rows: 1_000,
            scan_rows: 100_000,
            record_bytes: 256 << 10,
            tables_per_contract: 100,
            indexes_per_table: 20,
        }
    }
}
