//! A store with many accounts: made through the chain, as a node makes it, and indexed; then kept.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tartan_chain::{Chain, Network, Notification, OpenOptions};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_index::{Database, IndexError, Indexer};
use tartan_state::{State, StateOptions};

use crate::routes::Places;

/// Another number where other blocks are made.
const VERSION: u32 = 1;
/// The token that everybody holds.
const TOKEN: &str = "BIG";
/// Calls of a block.
const IN_A_BLOCK: u64 = 1_000;
/// The time of block 0.
const START: u32 = 1_700_000_000;
/// Nobody pays for the rows that contracts store.
const NETWORK: &str = "extends = \"dev\"\ncontracts.tokens.deposit_per_byte = \"0\"\n";

/// Where it is.
pub(crate) struct Store {
    /// The data directory of a node.
    pub(crate) data: PathBuf,
    /// The file that says which network it is of.
    pub(crate) network: PathBuf,
}

/// An account with little history, one with much, and the token.
pub(crate) fn places() -> Places {
    let account = account(4_711 % 1_000);
    Places::new(&[("account", &account), ("busy", "shop"), ("symbol", TOKEN)])
}

/// The store with so many accounts: that of an earlier run, or a new one.
pub(crate) async fn prepared(accounts: u64) -> Result<Store> {
    let folder = cache()?.join(format!("store-{VERSION}-{accounts}"));
    let store = Store {
        network: folder.join("network.toml"),
        data: folder.join("data"),
    };
    let network = Network::from_toml(NETWORK)?;
    let done = folder.join("made-of");
    let identity = network.identity().to_string();
    if fs::read_to_string(&done).is_ok_and(|made| made == identity) {
        let chain = open(&store.data, network)?;
        return index(&store, &chain).await.map(|()| store);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    fs::write(&store.network, NETWORK)?;
    eprintln!(
        "making a store of {accounts} accounts in {}",
        folder.display()
    );
    let mut chain = open(&store.data, network)?;
    make(&mut chain, accounts)?;
    index(&store, &chain).await?;
    drop(chain);
    fs::write(done, identity)?;
    Ok(store)
}

fn cache() -> Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache
        .or_else(home)
        .context("there is no cache folder: neither HOME nor XDG_CACHE_HOME is set")?;
    Ok(cache.join("tartan").join("bench-pages"))
}

fn open(folder: &Path, network: Network) -> Result<Chain> {
    // as a node opens it
    let state = State::open(folder, &StateOptions::default())?;
    let registry = tartan_node::registry_for(&network)?;
    Ok(Chain::open(
        network,
        state,
        registry,
        OpenOptions::default(),
    )?)
}

/// Brings the index to the head of the chain; one of an earlier version is built anew.
async fn index(store: &Store, chain: &Chain) -> Result<()> {
    let begun = Instant::now();
    let address = Database::address_of_file(&store.data.join("index.db"));
    let database = Database::open(&address).await?;
    let mut indexer = match Indexer::open(&database, chain.reader()).await {
        Err(IndexError::Outdated) => {
            database.clear().await?;
            Indexer::open(&database, chain.reader()).await?
        }
        opened => opened?,
    };
    indexer.catch_up().await?;
    database.close().await;
    eprintln!("indexed in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Blocks from calls, one after the other.
#[derive(Default)]
struct Main {
    number: u32,
    id: BlockId,
}

impl Main {
    fn block(&mut self, calls: impl Iterator<Item = MainOperation>) -> MainBlock {
        let previous = self.id;
        self.number += 1;
        let mut id = [0x51; 20];
        id[..4].copy_from_slice(&self.number.to_be_bytes());
        self.id = BlockId(id);
        // ids are hashes: far apart from each other
        let mut random = Random(u64::from(self.number));
        let mut transaction = |operation| {
            let mut id = [0; 20];
            for part in id.chunks_mut(4) {
                part.copy_from_slice(&(random.below(1 << 32) as u32).to_be_bytes());
            }
            MainTransaction {
                id: TransactionId(id),
                operations: vec![operation],
            }
        };
        MainBlock {
            number: self.number,
            id: self.id,
            previous,
            timestamp: Time(START + 3 * self.number),
            transactions: calls.map(&mut transaction).collect(),
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn account(number: u64) -> String {
    format!("user{}", number.wrapping_mul(7_919) % 100_000_000)
}

/// Founds the token, gives it to everybody, and lets some of them do something with it.
fn make(chain: &mut Chain, accounts: u64) -> Result<()> {
    let mut main = Main::default();
    for call in founding() {
        run(chain, &mut main, "founding", 1, |_| call.clone())?;
    }
    // some have much and many have little
    run(chain, &mut main, "issuing", accounts, |number| {
        let most = 50_000_000 / (number + 1) + 10 + number * 7 % 90;
        let quantity = format!("{most}.{:03}", number * 13 % 1_000);
        let payload = json!({ "symbol": TOKEN, "to": account(number), "quantity": quantity });
        call("founder", "tokens", "issue", &payload)
    })?;
    let some = (accounts / 20).max(1);
    run(chain, &mut main, "paying", some, |number| {
        let payload =
            json!({ "symbol": TOKEN, "to": "shop", "quantity": "0.001", "memo": "thanks" });
        call(&account(number), "tokens", "transfer", &payload)
    })?;
    run(chain, &mut main, "staking", some / 5, |number| {
        let payload = json!({ "symbol": TOKEN, "to": account(number), "quantity": "5" });
        call(&account(number), "tokens", "stake", &payload)
    })?;
    run(chain, &mut main, "unstaking", some / 50, |number| {
        let payload = json!({ "symbol": TOKEN, "quantity": "1" });
        call(&account(number), "tokens", "unstake", &payload)
    })?;
    let order = |quantity: &str, price: String| json!({ "symbol": TOKEN, "quantity": quantity, "price": price });
    run(chain, &mut main, "selling", some / 2, |number| {
        let order = order("1", format!("1.{:04}", number * 17 % 10_000));
        call(&account(number), "market", "sell", &order)
    })?;
    run(chain, &mut main, "lending", some / 10, |number| {
        let payload = json!({ "symbol": "STEEMP", "to": account(number), "quantity": "2" });
        call("steem-peg", "tokens", "transfer", &payload)
    })?;
    run(chain, &mut main, "bidding", some / 10, |number| {
        let order = order("1", format!("0.{:04}", 1_000 + number * 17 % 9_000));
        call(&account(number), "market", "buy", &order)
    })?;
    run(chain, &mut main, "trading", some / 25, |_| {
        call("steem-peg", "market", "buy", &order("1", "2".to_owned()))
    })?;
    chain.state().flush()?;
    Ok(())
}

fn founding() -> Vec<MainOperation> {
    let transfer = |to: &str, quantity: &str| {
        let payload = json!({ "symbol": "ENG", "to": to, "quantity": quantity });
        call("steemsc", "tokens", "transfer", &payload)
    };
    let by_founder = |action: &str, payload: Value| call("founder", "tokens", action, &payload);
    vec![
        transfer("founder", "5000"),
        transfer("steem-peg", "2000"),
        by_founder(
            "create",
            json!({ "symbol": TOKEN, "name": "Big", "precision": 3, "maxSupply": "9000000000000" }),
        ),
        by_founder(
            "enableStaking",
            json!({ "symbol": TOKEN, "unstakingCooldown": 7, "numberTransactions": 7 }),
        ),
        by_founder(
            "enableDelegation",
            json!({ "symbol": TOKEN, "undelegationCooldown": 7 }),
        ),
        by_founder(
            "issue",
            json!({ "symbol": TOKEN, "to": "steem-peg", "quantity": "1000000" }),
        ),
        call(
            "steem-peg",
            "marketpools",
            "createPool",
            &json!({ "tokenPair": format!("{TOKEN}:STEEMP") }),
        ),
        call(
            "steem-peg",
            "marketpools",
            "addLiquidity",
            &json!({ "tokenPair": format!("{TOKEN}:STEEMP"), "baseQuantity": "1000", "quoteQuantity": "1000" }),
        ),
    ]
}

fn call(sender: &str, contract: &str, action: &str, payload: &Value) -> MainOperation {
    let call =
        json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
    MainOperation::CustomJson {
        required_auths: vec![sender.to_owned()],
        required_posting_auths: vec![],
        id: "ssc-dev".to_owned(),
        json: call.to_string(),
    }
}

/// Executes so many calls, in blocks of a thousand; none may fail.
fn run(
    chain: &mut Chain,
    main: &mut Main,
    name: &str,
    count: u64,
    call: impl Fn(u64) -> MainOperation + Send + Sync,
) -> Result<()> {
    let begun = Instant::now();
    let mut done = 0;
    let blocks = std::iter::from_fn(|| {
        let end = (done + IN_A_BLOCK).min(count);
        let block = (done < end).then(|| main.block((done..end).map(&call)));
        done = end;
        block
    });
    let mut notices = chain.reader().subscribe();
    let mut failed = None;
    chain.replay(blocks.map(Ok::<_, Infallible>), |_| {
        while let Ok(Some(Notification::Committed(block))) = notices.try_next() {
            let mut logs = block
                .transactions
                .iter()
                .map(|transaction| &transaction.logs);
            failed = failed
                .take()
                .or_else(|| logs.find(|logs| logs.contains("\"errors\"")).cloned());
        }
        failed.is_none()
    })?;
    if let Some(logs) = failed {
        bail!("{name}: expected no call to fail, found one with {logs}");
    }
    if count > 1 {
        eprintln!(
            "{name}: {count} calls in {:.0} s",
            begun.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
