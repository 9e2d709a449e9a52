//! A sidechain over a made-up main chain, and databases to index it in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Row as _};
use tartan_chain::network::Flavor;
use tartan_chain::{Chain, Network, OpenOptions, Reader};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_index::{Database, Index, Indexer};
use tartan_state::State;

/// Where `cargo xtask test` says that there is a PostgreSQL to make databases in.
const POSTGRES: &str = "TARTAN_TEST_POSTGRES";

/// A sender, a contract, an action and a payload.
pub(crate) type Call = (String, &'static str, &'static str, Value);

pub(crate) fn call(
    sender: &str,
    contract: &'static str,
    action: &'static str,
    payload: Value,
) -> Call {
    (sender.to_owned(), contract, action, payload)
}

pub(crate) fn tokens(sender: &str, action: &'static str, payload: Value) -> Call {
    call(sender, "tokens", action, payload)
}

/// A sidechain and the main chain under it.
pub(crate) struct TestChain {
    pub(crate) chain: Chain,
    /// The ids of the main-chain blocks so far, from number 0 on.
    ids: Vec<BlockId>,
    /// The time of the next block, in seconds since 1970.
    pub(crate) time: u32,
    forks: u8,
}

impl TestChain {
    pub(crate) fn new() -> TestChain {
        TestChain::of(Network::dev(Flavor::Steem))
    }

    pub(crate) fn of(network: Network) -> TestChain {
        let registry = network.registry().unwrap();
        TestChain::with(network, registry)
    }

    /// One on which contracts can be deployed.
    pub(crate) fn with_scripts() -> TestChain {
        let network = Network::dev(Flavor::Steem);
        let options = tartan_vm::Options {
            metered: network.rules.metered,
            budget: network.limits.call_budget,
            ..tartan_vm::Options::default()
        };
        let engine = std::sync::Arc::new(tartan_vm::Engine::new(options));
        let registry = network.registry().unwrap().with_engine(engine);
        TestChain::with(network, registry)
    }

    fn with(network: Network, registry: tartan_runtime::Registry) -> TestChain {
        let state = State::memory();
        TestChain {
            chain: Chain::open(network, state, registry, OpenOptions::default()).unwrap(),
            ids: vec![BlockId([0; 20])],
            time: 1_600_000_000,
            forks: 0,
        }
    }

    /// The number of the last main-chain block.
    pub(crate) fn number(&self) -> u32 {
        u32::try_from(self.ids.len() - 1).unwrap()
    }

    /// Executes a block, every call signed with the active key.
    pub(crate) fn block(&mut self, calls: &[Call]) {
        let number = self.number() + 1;
        let numbered = |fill: u8, index: u32| {
            let mut id = [fill ^ self.forks; 20];
            id[..4].copy_from_slice(&number.to_be_bytes());
            id[4..8].copy_from_slice(&index.to_be_bytes());
            id
        };
        let transaction = |(index, call): (u32, &Call)| MainTransaction {
            id: TransactionId(numbered(0xa0, index)),
            operations: vec![operation(call)],
        };
        let block = MainBlock {
            number,
            id: BlockId(numbered(0x50, 0)),
            previous: self.ids[self.ids.len() - 1],
            timestamp: Time(self.time),
            transactions: (0..).zip(calls).map(transaction).collect(),
        };
        self.time += 3;
        self.ids.push(block.id);
        self.chain.apply(&block).unwrap();
    }

    /// A block with one call, which must succeed.
    #[track_caller]
    pub(crate) fn does(&mut self, call: Call) {
        let shown = format!("{call:?}");
        self.block(&[call]);
        let block = self.chain.latest_block();
        let logs = &block.transactions[0].logs;
        assert!(!logs.contains("\"errors\""), "{shown}: {logs}");
    }

    /// Takes back the last main-chain blocks; what comes now is another branch.
    pub(crate) fn fork(&mut self, blocks: u32) {
        let to = self.number() - blocks;
        self.chain.revert_to(to).unwrap();
        self.ids.truncate(to as usize + 1);
        self.forks += 1;
    }

    pub(crate) fn reader(&self) -> Reader {
        self.chain.reader()
    }

    /// A token with these decimals, issued by `founder`, which can be staked in so many slices over 4 days, and
    /// delegated.
    pub(crate) fn found(&mut self, symbol: &str, precision: u8, slices: u32) {
        let eng = json!({ "symbol": "ENG", "to": "founder", "quantity": "3000" });
        self.does(tokens("steemsc", "transfer", eng));
        let create = json!({
            "symbol": symbol, "name": "Cool", "precision": precision, "maxSupply": "1000000000",
        });
        self.does(tokens("founder", "create", create));
        let staking =
            json!({ "symbol": symbol, "unstakingCooldown": 4, "numberTransactions": slices });
        self.does(tokens("founder", "enableStaking", staking));
        let delegation = json!({ "symbol": symbol, "undelegationCooldown": 2 });
        self.does(tokens("founder", "enableDelegation", delegation));
    }

    pub(crate) fn issue(&mut self, symbol: &str, to: &str, quantity: &str) {
        let issue = json!({ "symbol": symbol, "to": to, "quantity": quantity });
        self.does(tokens("founder", "issue", issue));
    }
}

fn operation((sender, contract, action, payload): &Call) -> MainOperation {
    let call =
        json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
    MainOperation::CustomJson {
        required_auths: vec![sender.clone()],
        required_posting_auths: vec![],
        id: "ssc-dev".to_owned(),
        json: call.to_string(),
    }
}

/// A database for one test.
pub(crate) struct TestDatabase {
    pub(crate) address: String,
    _folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    pub(crate) fn sqlite() -> TestDatabase {
        let folder = tempfile::tempdir().unwrap();
        TestDatabase {
            address: Database::address_of_file(&folder.path().join("index.db")),
            _folder: Some(folder),
        }
    }

    /// A new database of the server that the environment names, if it names one.
    async fn postgres() -> Option<TestDatabase> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES).ok()?;
        sqlx::any::install_default_drivers();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("index_{}_{count}", std::process::id());
        let pool = AnyPoolOptions::new().max_connections(1).connect(&server);
        let create = format!("CREATE DATABASE {name}");
        let pool = pool
            .await
            .expect("the PostgreSQL of the environment answers");
        sqlx::query(sqlx::AssertSqlSafe(create))
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
        let (before, options) = server.split_once('?').unwrap_or((&server, ""));
        let (place, _) = before.rsplit_once('/').unwrap();
        Some(TestDatabase {
            address: format!("{place}/{name}?{options}"),
            _folder: None,
        })
    }

    /// One of each kind that there is.
    pub(crate) async fn each() -> Vec<TestDatabase> {
        let mut all = vec![TestDatabase::sqlite()];
        match TestDatabase::postgres().await {
            Some(postgres) => all.push(postgres),
            None => eprintln!("{POSTGRES} is not set: this test looks at SQLite only"),
        }
        all
    }
}

/// An index and what writes it.
pub(crate) struct Indexed {
    pub(crate) database: Database,
    pub(crate) index: Index,
    pub(crate) indexer: Indexer,
    address: String,
}

impl Indexed {
    pub(crate) async fn open(database: &TestDatabase, chain: &TestChain) -> Indexed {
        Indexed::try_open(database, chain).await.unwrap()
    }

    pub(crate) async fn try_open(
        database: &TestDatabase,
        chain: &TestChain,
    ) -> Result<Indexed, tartan_index::IndexError> {
        let address = database.address.clone();
        let database = Database::open(&address).await?;
        Ok(Indexed {
            index: Index::new(database.clone()),
            indexer: Indexer::open(&database, chain.reader()).await?,
            database,
            address,
        })
    }

    pub(crate) async fn catch_up(&mut self) {
        self.indexer.catch_up().await.unwrap();
    }

    /// All rows of all tables, but for what serves to take blocks back.
    pub(crate) async fn dump(&self) -> String {
        let pool: AnyPool = AnyPoolOptions::new().connect(&self.address).await.unwrap();
        let mut dump = String::new();
        for (table, columns, order) in [
            ("progress", "block, hash, time", "id"),
            (
                "transactions",
                "id, transaction_id, sender, action, coalesce(error,'-'), coalesce(amounts,'-')",
                "id",
            ),
            (
                "operations",
                "id, transaction_id, operation, coalesce(symbol,'-'), details",
                "id",
            ),
            (
                "account_operations",
                "account, id, coalesce(symbol,'-'), operation, time, direction, failed",
                "account, id",
            ),
            (
                "holders",
                "symbol, kind, account, balance, stake, pending_unstake, delegations_in, \
              delegations_out, pending_undelegations, deposit, total, total_rank, block",
                "symbol, kind, account",
            ),
            (
                "unstakes",
                "id, account, symbol, transaction_id, quantity_left, slice, slices_left, \
              next_time, period",
                "id",
            ),
            (
                "orders",
                "id, order_id, symbol, account, side, price, quantity, remaining, locked, \
              volume, time, expires, status, closed",
                "id",
            ),
            (
                "trades",
                "id, transaction_id, symbol, side, buyer, seller, quantity, price, volume, \
              buy_order, sell_order",
                "id",
            ),
            (
                "candles",
                "symbol, period, time, first_price, high, low, last_price, quantity, volume, \
              trades",
                "symbol, period, time",
            ),
            (
                "tokens",
                "symbol, name, name_key, issuer, decimals, max_supply, supply, circulating, \
              holders, time",
                "symbol",
            ),
            (
                "accounts",
                "account, first_time, last_time, transactions",
                "account",
            ),
            (
                "contracts",
                "name, name_key, deployer, is_native, time, updated, calls",
                "name",
            ),
            (
                "activity",
                "period, time, transactions, failed",
                "period, time",
            ),
            (
                "days",
                "day, transactions, failed, active_accounts, new_accounts, new_tokens, \
              all_transactions, all_accounts",
                "day",
            ),
            (
                "daily_calls",
                "day, contract, transactions, failed",
                "day, contract",
            ),
            ("daily_failures", "day, reason, transactions", "day, reason"),
            ("daily_burns", "day, symbol, quantity", "day, symbol"),
            (
                "pools",
                "pair, base, quote, creator, time, base_quantity, quote_quantity, base_volume, \
              quote_volume, price, last_time, swaps",
                "pair",
            ),
            (
                "swaps",
                "id, transaction_id, time, pair, account, symbol_in, quantity_in, symbol_out, \
              quantity_out, price, pool_price",
                "id",
            ),
            ("spreads", "symbol, step, accounts, total", "symbol, step"),
            (
                "contract_versions",
                "id, contract, transaction_id, time, action, sender",
                "id",
            ),
        ] {
            let count = columns.split(", ").count();
            let text = (0..count).map(|_| "%").collect::<Vec<_>>().join("|");
            let select = format!("SELECT {columns} FROM {table} ORDER BY {order}");
            let rows = sqlx::query(sqlx::AssertSqlSafe(select))
                .fetch_all(&pool)
                .await
                .unwrap();
            for row in rows {
                let mut line = text.clone();
                for place in 0..count {
                    let shown = match row.try_get::<i64, _>(place) {
                        Ok(number) => number.to_string(),
                        Err(_) => row.get::<String, _>(place),
                    };
                    line = line.replacen('%', &shown.replace('%', "percent"), 1);
                }
                dump.push_str(&format!("{table}: {line}\n"));
            }
        }
        pool.close().await;
        for (id, terms) in self.terms().await {
            dump.push_str(&format!("words: {id}|{terms}\n"));
        }
        dump
    }

    /// What transactions are found by: by id, the terms, sorted.
    async fn terms(&self) -> BTreeMap<i64, String> {
        let pool = AnyPoolOptions::new().max_connections(1);
        let pool: AnyPool = pool.connect(&self.address).await.unwrap();
        let select = match self.address.starts_with("sqlite") {
            true => {
                let table =
                    "CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, 'words', 'instance')";
                sqlx::query(table).execute(&pool).await.unwrap();
                "SELECT doc, term FROM temp.v"
            }
            false => "SELECT rowid, unnest(tsvector_to_array(terms)) FROM words",
        };
        let rows = sqlx::query(select).fetch_all(&pool).await.unwrap();
        pool.close().await;
        let mut terms: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for row in rows {
            terms.entry(row.get(0)).or_default().insert(row.get(1));
        }
        let joined = |(id, terms): (i64, BTreeSet<String>)| {
            (id, terms.into_iter().collect::<Vec<_>>().join(" "))
        };
        terms.into_iter().map(joined).collect()
    }

    /// Both have the same rows.
    pub(crate) async fn assert_same(&self, other: &Indexed) {
        let (mine, theirs) = (self.dump().await, other.dump().await);
        let difference = mine.lines().zip(theirs.lines()).find(|(a, b)| a != b);
        assert_eq!(difference, None);
        assert_eq!(mine.lines().count(), theirs.lines().count());
    }

    /// How many rows serve to take blocks back.
    pub(crate) async fn undo_rows(&self) -> i64 {
        let pool: AnyPool = AnyPoolOptions::new().connect(&self.address).await.unwrap();
        let row = sqlx::query("SELECT COUNT(*) FROM undo")
            .fetch_one(&pool)
            .await
            .unwrap();
        pool.close().await;
        row.get(0)
    }
}

/// Tests an index of this chain that has caught up, in each kind of database.
pub(crate) async fn in_each_database(
    chain: impl Fn() -> TestChain,
    test: impl AsyncFn(&mut Indexed, &mut TestChain),
) {
    for database in TestDatabase::each().await {
        let mut chain = chain();
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        test(&mut indexed, &mut chain).await;
    }
}

/// All rows of a table, in order of insertion.
pub(crate) fn table(reader: &Reader, contract: &str, table: &str) -> Vec<Value> {
    let query = json!({});
    let mut rows = Vec::new();
    loop {
        let mut request = tartan_chain::FindRequest::new(contract, table, &query);
        request.offset = rows.len();
        let page = reader.find(&request).unwrap().expect("the table exists");
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

/// A random step of a story, whose deeds become calls.
#[derive(Debug, Clone)]
pub(crate) enum Step<D> {
    /// A block with these.
    Do(Vec<D>),
    SecondsPass(u32),
    /// The last blocks are taken back, as far as they are younger than the chain's foundation.
    Fork(u32),
    CatchUp,
}

/// What is done on a chain, and how it is compared with what the index has of it.
pub(crate) trait Story {
    type Deed;

    fn chain(&self) -> TestChain;
    fn call(&self, chain: &TestChain, deed: &Self::Deed) -> Call;

    /// Fails unless the index has what the contracts have; gives how much that is.
    async fn check(&self, indexed: &Indexed, chain: &TestChain) -> usize;

    /// Plays steps, compares again and again, and in the end with an index that is made anew; gives what the last comparison
    /// counted.
    async fn play(&self, database: &TestDatabase, steps: &[Step<Self::Deed>]) -> usize {
        let mut chain = self.chain();
        let founded = chain.number();
        let mut indexed = Indexed::open(database, &chain).await;
        for step in steps {
            match step {
                Step::Do(deeds) => {
                    let calls = deeds.iter().map(|deed| self.call(&chain, deed));
                    let calls: Vec<_> = calls.collect();
                    chain.block(&calls);
                }
                Step::SecondsPass(seconds) => chain.time += seconds,
                Step::Fork(blocks) => {
                    let most = chain.number() - founded;
                    chain.fork((*blocks).min(most));
                    indexed.catch_up().await;
                    self.check(&indexed, &chain).await;
                }
                Step::CatchUp => {
                    indexed.catch_up().await;
                    self.check(&indexed, &chain).await;
                }
            }
        }
        indexed.catch_up().await;
        let found = self.check(&indexed, &chain).await;
        let rebuilt = TestDatabase::sqlite();
        let mut rebuilt = Indexed::open(&rebuilt, &chain).await;
        rebuilt.catch_up().await;
        indexed.assert_same(&rebuilt).await;
        found
    }

    /// Plays steps in each kind of database, for tests that are not asynchronous; gives the fewest that were found.
    fn play_everywhere(&self, steps: &[Step<Self::Deed>]) -> usize {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut fewest = usize::MAX;
            for database in TestDatabase::each().await {
                fewest = fewest.min(self.play(&database, steps).await);
            }
            fewest
        })
    }
}

/// Many blocks of so many random deeds, always the same ones; now and then time passes, or the last two are taken back.
pub(crate) fn always_the_same<D: std::fmt::Debug>(
    deed: impl Strategy<Value = D>,
    (blocks, deeds): (usize, usize),
    pause: u32,
) -> Vec<Step<D>> {
    let mut runner = TestRunner::deterministic();
    let block = prop::collection::vec(deed, deeds);
    let mut steps = Vec::new();
    for step in 0..blocks {
        let deeds = block.new_tree(&mut runner).expect("deeds").current();
        steps.push(Step::Do(deeds));
        match step % 25 {
            10 => steps.push(Step::SecondsPass(pause)),
            20 => steps.push(Step::Fork(2)),
            _ => {}
        }
    }
    steps
}
