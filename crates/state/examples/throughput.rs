//! How many rows a second the state reads and writes: `cargo run --release -p tartan-state --example throughput`.
//!
//! A table of balances, found by account and symbol. First in memory, in a block of its own; then on disk: a load
//! of all rows, and blocks of a thousand transfers between random accounts while flushes run. The first argument
//! is the number of accounts (1,000,000 if left out), the second the directory (a temporary one).

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tartan_state::{
    Filter, FindOptions, Index, Overlay, Position, Read, Record, Scan, Sort, State, StateError,
    StateOptions, Stored, Table,
};

const ROWS_PER_BLOCK: u64 = 2_000;
const TRANSFERS_PER_BLOCK: u64 = 1_000;
const BLOCKS: u32 = 100;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
    account: String,
    symbol: String,
    balance: String,
    stake: String,
    pending_unstake: String,
    delegations_in: String,
    delegations_out: String,
}

impl Record for Balance {
    const CONTRACT: &'static str = "tokens";
    const TABLE: &'static str = "balances";
    const INDEXES: &'static [Index] = &[Index::Field("account")];
    const LOOKUP: &'static [&'static str] = &["account", "symbol"];
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }
}

fn account(number: u64) -> String {
    format!("account{:07}", number.wrapping_mul(7_919) % 10_000_000)
}

fn balance(number: u64) -> Balance {
    Balance {
        account: account(number),
        symbol: "BEE".into(),
        balance: "1000.00000000".into(),
        stake: "0".into(),
        pending_unstake: "0".into(),
        delegations_in: "0".into(),
        delegations_out: "0".into(),
    }
}

fn find(reader: &impl Read, number: u64) -> Result<Stored<Balance>, StateError> {
    let key = [account(number), "BEE".to_owned()];
    Ok(Table::get_by(reader, &key.each_ref().map(String::as_str))?
        .expect("every account has a balance"))
}

fn touch(overlay: &mut Overlay, number: u64, amount: u64) -> Result<(), StateError> {
    let mut row = find(overlay, number)?;
    row.balance = format!("{amount}.00000000");
    Table::put(overlay, &row.id, &row.record)
}

/// Wall time, and time of this thread on a processor where the system tells it (Linux).
struct Clock {
    wall: Instant,
    processor: Option<Duration>,
}

impl Clock {
    fn start() -> Clock {
        Clock {
            wall: Instant::now(),
            processor: processor_time(),
        }
    }

    fn report(self, what: &str, count: u64) {
        let wall = self.wall.elapsed();
        let rate = |elapsed: Duration| count as f64 / elapsed.as_secs_f64();
        print!("{what:<42} {count:>8}: {:>9.0}/s", rate(wall));
        if let (Some(start), Some(end)) = (self.processor, processor_time()) {
            print!(", {:>9.0} per second of processor time", rate(end - start));
        }
        println!();
    }
}

fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn load(state: &State, accounts: u64) -> Result<u32, StateError> {
    let mut block = 0;
    for first in (0..accounts).step_by(ROWS_PER_BLOCK as usize) {
        let mut overlay = state.begin()?;
        if block == 0 {
            Table::<Balance>::create(&mut overlay)?;
        }
        for number in first..(first + ROWS_PER_BLOCK).min(accounts) {
            Table::insert(&mut overlay, &balance(number))?;
        }
        block += 1;
        state.commit(
            overlay,
            Position {
                number: block,
                id: block.to_string(),
            },
        )?;
        state.finalize(block)?;
    }
    Ok(block)
}

fn measure(state: &State, accounts: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random(1);
    let clock = Clock::start();
    let mut block = load(state, accounts)?;
    clock.report("rows inserted", accounts);

    let view = state.view()?;
    let clock = Clock::start();
    for _ in 0..200_000 {
        find(&view, random.below(accounts))?;
    }
    clock.report("typed rows found by account and symbol", 200_000);

    let mut overlay = state.begin()?;
    let clock = Clock::start();
    for n in 0..200_000 {
        touch(&mut overlay, random.below(accounts.min(50_000)), n)?;
    }
    clock.report("get and put of typed rows, in one block", 200_000);
    drop(overlay);

    let clock = Clock::start();
    for n in 0..u64::from(BLOCKS) {
        let mut overlay = state.begin()?;
        for _ in 0..TRANSFERS_PER_BLOCK {
            let savepoint = overlay.savepoint();
            touch(&mut overlay, random.below(accounts), n)?;
            touch(&mut overlay, random.below(accounts), n)?;
            overlay.release(savepoint);
        }
        block += 1;
        state.commit(
            overlay,
            Position {
                number: block,
                id: block.to_string(),
            },
        )?;
        state.finalize(block.saturating_sub(20))?;
    }
    clock.report(
        "transfers, in blocks of 1,000",
        u64::from(BLOCKS) * TRANSFERS_PER_BLOCK,
    );

    let view = state.view()?;
    let clock = Clock::start();
    for _ in 0..50 {
        let from = account(random.below(accounts));
        let scan = Scan::of("account").from(from).limit(1000);
        assert!(!Table::<Balance>::scan(&view, &scan)?.is_empty());
    }
    clock.report("typed rows in the order of an index", 50_000);

    let clock = Clock::start();
    let options = FindOptions {
        sort: vec![Sort::descending("account")],
        ..FindOptions::default()
    };
    for _ in 0..20 {
        assert_eq!(
            view.find("tokens", "balances", &Filter::all(), &options)?
                .len(),
            1000
        );
    }
    clock.report("documents found in the order of an index", 20_000);

    let clock = Clock::start();
    state.finalize(block)?;
    state.flush()?;
    clock.report("flush of the rest", 1);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let accounts = arguments
        .next()
        .map_or(Ok(1_000_000), |text| text.parse())?;
    let temporary = tempfile::tempdir()?;
    let directory = arguments
        .next()
        .map_or(temporary.path().to_path_buf(), PathBuf::from);
    println!("in memory, {accounts} rows");
    measure(&State::memory(), accounts)?;
    println!("on disk, {accounts} rows");
    let options = StateOptions {
        identity: "throughput".into(),
        ..StateOptions::default()
    };
    measure(&State::open(&directory, &options)?, accounts)
}
