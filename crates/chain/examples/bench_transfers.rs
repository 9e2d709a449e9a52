//! How many transfers a second a node executes: `cargo xtask bench transfers`.
//!
//! Blocks of a thousand `tokens.transfer` between random accounts go through everything a node does with a main-chain
//! block: reading the custom_json, executing, logging, hashing, committing, flushing to disk. The accounts are funded
//! first, by transfers too. Options: `--accounts`, `--transactions`, `--per-block`, `--dir` (a temporary one), and
//! `--script`: the transfers are those of a contract in JavaScript, `ledger.js`, padded to the size of a real one; with
//! `--metered` its work is counted. Nobody pays deposits: the accounts hold nothing but the contract's own coins.

use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_graphene::{MainBlock, MainOperation};
use tartan_state::{State, StateOptions};

mod load;

use load::{Main, Random, account, custom_json, processor};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: tartan_allocator::Allocator = tartan_allocator::Allocator;

type Failure = Box<dyn std::error::Error>;

struct Options {
    accounts: u64,
    transactions: u64,
    per_block: u64,
    dir: Option<PathBuf>,
    script: bool,
    metered: bool,
}

/// The contract that holds the funds.
#[derive(Clone, Copy)]
struct Ledger {
    contract: &'static str,
    symbol: &'static str,
    /// How an account is given its first funds.
    fund: &'static str,
}

const NATIVE: Ledger = Ledger {
    contract: "tokens",
    symbol: "ENG",
    fund: "transfer",
};
const SCRIPT: Ledger = Ledger {
    contract: "ledger",
    symbol: "COIN",
    fund: "issue",
};

fn main() -> Result<(), Failure> {
    tartan_allocator::keep_freed_memory();
    let options = options()?;
    let temporary = tempfile::tempdir()?;
    let dir = options
        .dir
        .clone()
        .unwrap_or_else(|| temporary.path().to_path_buf());
    let network = Network::from_toml(&format!(
        "extends = \"dev\"\ncontracts.tokens.deposit_per_byte = \"0\"\nrules.metered = {}\n",
        options.metered
    ))?;
    let state_options = StateOptions {
        identity: network.identity().to_string(),
        ..StateOptions::default()
    };
    let state = State::open(&dir, &state_options)?;
    let engine = tartan_vm::Engine::new(tartan_vm::Options {
        metered: network.rules.metered,
        budget: network.limits.call_budget,
        ..tartan_vm::Options::default()
    });
    let registry = network.registry()?.with_engine(Arc::new(engine));
    let mut chain = Chain::open(network, state, registry, OpenOptions::default())?;

    let accounts = options.accounts;
    let mut main = Main::default();
    let ledger = match options.script {
        true => SCRIPT,
        false => NATIVE,
    };
    if options.script {
        let deployment = main.block(vec![deployment()]);
        run("deployment", &mut chain, std::iter::once(deployment), 1)?;
    }
    let mut funded = 0;
    let fund = std::iter::from_fn(|| {
        let end = (funded + options.per_block).min(accounts);
        let block = (funded < end).then(|| {
            main.block(
                (funded..end)
                    .map(|number| {
                        ledger.call(ledger.fund, "steemsc", &account(number), "5.00000000")
                    })
                    .collect(),
            )
        });
        funded = end;
        block
    });
    run("funding", &mut chain, fund, accounts)?;

    let mut random = Random(1);
    let mut sent = 0;
    let transfers = std::iter::from_fn(|| {
        let end = (sent + options.per_block).min(options.transactions);
        let block = (sent < end).then(|| {
            let one = |_| {
                let from = random.below(accounts);
                let to = (from + 1 + random.below(accounts.max(2) - 1)) % accounts.max(2);
                ledger.call("transfer", &account(from), &account(to), "0.00000100")
            };
            main.block((sent..end).map(one).collect())
        });
        sent = end;
        block
    });
    run("transfers", &mut chain, transfers, options.transactions)?;
    println!(
        "memory: {} MiB of its own, {} MiB of the store's file mapped in",
        memory("RssAnon:") >> 20,
        memory("RssFile:") >> 20
    );
    Ok(())
}

/// Executes blocks up to the last flush, and prints how fast.
fn run(
    name: &str,
    chain: &mut Chain,
    blocks: impl Iterator<Item = MainBlock> + Send,
    transactions: u64,
) -> Result<(), Failure> {
    let (start, worked) = (Instant::now(), processor());
    let mut slowest = Duration::ZERO;
    let mut last = start;
    let mut failed = None;
    let reader = chain.reader();
    let mut notices = reader.subscribe();
    chain.replay(blocks.map(Ok::<_, Infallible>), |_| {
        slowest = slowest.max(last.elapsed());
        last = Instant::now();
        while let Ok(Some(tartan_chain::Notification::Committed(block))) = notices.try_next() {
            let mut logs = block.transactions.iter().map(|it| &it.logs);
            failed = failed
                .take()
                .or_else(|| logs.find(|logs| logs.contains("\"errors\"")).cloned());
        }
        true
    })?;
    let executed = start.elapsed();
    chain.state().flush()?;
    let total = start.elapsed();
    if let Some(logs) = failed {
        return Err(
            format!("{name}: expected no transaction to fail, found one with {logs}").into(),
        );
    }
    let rate = transactions as f64 / total.as_secs_f64();
    let worked = processor().saturating_sub(worked);
    let each = worked.as_secs_f64() * 1e6 / transactions as f64;
    println!(
        "{name}: {rate:.0} transactions/s ({transactions} in {total:.1?}, of which the last flush {:.1?}; \
         slowest block {slowest:.1?}; {each:.1} µs of processor time for each)",
        total - executed
    );
    Ok(())
}

impl Ledger {
    fn call(self, action: &str, from: &str, to: &str, quantity: &str) -> MainOperation {
        let Ledger {
            contract, symbol, ..
        } = self;
        custom_json(
            from,
            format!(
                r#"{{"contractName":"{contract}","contractAction":"{action}","contractPayload":{{"symbol":"{symbol}","to":"{to}","quantity":"{quantity}","memo":"for the bench"}}}}"#
            ),
        )
    }
}

/// Deploys the ledger, with actions that nobody calls: a real contract of tokens has 50 KB.
fn deployment() -> MainOperation {
    let mut source = include_str!("ledger.js").to_string();
    for number in 0.. {
        if source.len() > 50_000 {
            break;
        }
        let action = include_str!("ledger.js")
            .split("actions.transfer = ")
            .nth(1);
        source.push_str(&format!(
            "\nactions.spare{number} = {}",
            action.unwrap_or_default()
        ));
    }
    let code = base64::engine::general_purpose::STANDARD.encode(source);
    custom_json(
        "steemsc",
        format!(
            r#"{{"contractName":"contract","contractAction":"deploy","contractPayload":{{"name":"ledger","params":"","code":"{code}"}}}}"#
        ),
    )
}

/// Bytes under a name of the kernel's; 0 where there is no such kernel.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .unwrap_or(0)
        << 10
}

fn options() -> Result<Options, Failure> {
    let mut options = Options {
        accounts: 1_000_000,
        transactions: 2_000_000,
        per_block: 1_000,
        dir: None,
        script: false,
        metered: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--script" => {
                options.script = true;
                continue;
            }
            "--metered" => {
                options.metered = true;
                continue;
            }
            _ => {}
        }
        let value = words
            .next()
            .ok_or_else(|| format!("expected a value behind {word}"))?;
        match word.as_str() {
            "--accounts" => options.accounts = value.parse()?,
            "--transactions" => options.transactions = value.parse()?,
            "--per-block" => options.per_block = value.parse::<u64>()?.max(1),
            "--dir" => options.dir = Some(value.into()),
            _ => {
                return Err(format!(
                    "expected --accounts, --transactions, --per-block, --dir, --script or --metered, found {word}"
                )
                .into());
            }
        }
    }
    Ok(options)
}
