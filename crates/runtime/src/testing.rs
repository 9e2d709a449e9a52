//! A chain for tests of whatever runs in this crate: every execution is a block of its own. Behind the feature
//! `testing`, for the tests of other crates.

use std::sync::Arc;

use tartan_decimal::Config;
use tartan_document::{Object, Value};
use tartan_state::{Position, State};

use crate::{
    BlockInfo, Blocks, Call, CodeHashRule, Contract, Deployment, Dialect, Executor, Fatal, Limits,
    Receipt, Registry, Rules, System, WriteHash,
};

/// The account that owns what [`TestChain::deploy`] deploys, and the core contracts.
pub const ENGINE: &str = "engine";
/// The time of a test chain's blocks unless a test changes it: `2020-09-13T12:26:40`.
pub const TIME: i64 = 1_600_000_000_000;

/// The rules of a new network without metering, with names of the Hive lineage.
pub fn rules() -> Rules {
    Rules {
        system: Arc::new(System {
            engine_account: ENGINE.into(),
            peg_account: "peg".into(),
            amount_field: "amountHIVEHBD".into(),
            timestamp_field: "hiveBlockTimestamp".into(),
            main_number_field: "refHiveBlockNumber".into(),
        }),
        atomic: true,
        write_hash: WriteHash::Content,
        code_hash: CodeHashRule::Rehash,
        double_hyphen_names: true,
        contracts_assert_authority: false,
        max_depth: 5,
        skipped_calls: Vec::new(),
        dialect: Dialect::Modern,
        decimals: Config::STANDARD,
        deployment_error: None,
        call_budget: None,
        storage_deposits: None,
        limits: Limits::default(),
    }
}

/// The rules of a public network of the reference, defects included.
pub fn reference_rules(dialect: Dialect) -> Rules {
    Rules {
        atomic: false,
        write_hash: WriteHash::Counting,
        contracts_assert_authority: true,
        dialect,
        ..rules()
    }
}

/// A chain in memory. Whatever it is asked to do is expected to leave the state intact: it panics otherwise.
#[allow(
    missing_debug_implementations,
    reason = "the blocks of a test need not be shown"
)]
pub struct TestChain {
    /// Who answers for the names of contracts, from the next block on.
    pub registry: Arc<Registry>,
    /// The rules, from the next block on.
    pub rules: Rules,
    /// What scripts find when they look into blocks.
    pub blocks: Option<Arc<dyn Blocks>>,
    /// The time of the next block, in milliseconds since 1970.
    pub time: i64,
    /// The ids of the main-chain block before the next one and of its own; none: `id<block>`.
    pub main_ids: Option<[String; 2]>,
    state: State,
    number: u32,
    hash: String,
}

impl TestChain {
    /// An empty chain.
    pub fn new(registry: Registry, rules: Rules) -> TestChain {
        TestChain {
            registry: Arc::new(registry),
            rules,
            blocks: None,
            time: TIME,
            main_ids: None,
            state: State::memory(),
            number: 0,
            hash: String::new(),
        }
    }

    /// The tables.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The number of the last block.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The database hash behind the last block.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Deploys a contract for the engine account, or a new version of it, in transaction `tx<block>`.
    pub fn deploy(&mut self, name: &str, contract: Arc<dyn Contract>) -> Receipt {
        self.block(|executor| {
            let number = executor.block.number;
            executor.deploy(Deployment {
                main_number: Some(number),
                transaction_id: Some(&format!("tx{number}")),
                name,
                owner: ENGINE,
                active: true,
                params: Value::Null,
                contract,
                max_deposit: None,
                fee: None,
            })
        })
    }

    /// Runs an action in transaction `tx<block>`.
    pub fn call(&mut self, sender: &str, contract: &str, action: &str, payload: Object) -> Receipt {
        self.block(|executor| {
            let number = executor.block.number;
            executor.execute(Call {
                main_number: Some(number),
                transaction_id: Some(&format!("tx{number}")),
                sender,
                contract,
                action,
                payload,
            })
        })
    }

    /// Makes a block, whose main-chain id is `id<block>`.
    pub fn block<T>(&mut self, run: impl FnOnce(&mut Executor) -> Result<T, Fatal>) -> T {
        self.number += 1;
        let numbered = [self.number - 1, self.number].map(|number| format!("id{number}"));
        let [previous_main_id, main_id] = self.main_ids.clone().unwrap_or(numbered);
        let info = BlockInfo {
            number: u64::from(self.number),
            main_id,
            previous_main_id,
            timestamp: "2020-09-13T12:26:40".into(),
            time: Some(self.time),
        };
        let overlay = self.state.begin().expect("the state works");
        let mut executor = Executor::new(
            self.registry.clone(),
            Arc::new(self.rules.clone()),
            info,
            overlay,
            self.hash.clone(),
        );
        if let Some(blocks) = &self.blocks {
            executor = executor.with_blocks(blocks.clone());
        }
        let result = run(&mut executor).expect("nothing a transaction does is fatal");
        let before = std::mem::take(&mut self.hash);
        self.hash = executor.take_hash_step().apply(before);
        let position = Position {
            number: self.number,
            id: format!("id{}", self.number),
        };
        self.state
            .commit(executor.into_overlay(), position)
            .expect("the state works");
        self.state.finalize(self.number).expect("the state works");
        result
    }
}
