//! How many orders a second a node places and matches: `cargo xtask bench market`.
//!
//! A book of one token lies in a store on disk, half of it buy orders, half sell orders, of thousands of traders. Blocks of
//! a thousand orders go through everything a node does with a main-chain block: reading the custom_json, executing, logging,
//! hashing, committing, flushing to disk. Every other order rests at some price of its own side; every other one takes from
//! the other side about as much as one order has, so that the book stays as large as it is. First with few resting orders,
//! then with many; what an order costs in both is compared.
//!
//! Options: `--resting` (orders in the large book), `--few` (in the small one), `--orders`, `--per-block`, `--traders` (so many
//! in both books; without it, one for each 20 resting orders), `--dir` (a temporary one). With `--keep`, the filled stores stay
//! in the directory, and the next run goes on with them at once. On one core: `taskset -c 0`.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tartan_chain::Chain;
use tartan_contracts::market::tables::{
    BuyOrder, Expirations, Metric, OpenOrders, Order, Place, SellOrder, Top,
};
use tartan_contracts::tokens::tables::{AccountBalance, ContractBalance, Holding};
use tartan_document::Decimal128;
use tartan_graphene::{MainBlock, MainOperation};
use tartan_state::{RowId, Table};

mod filling;
mod load;

use filling::{Failure, Fill, call, carry_out, failed, filled, open};
use load::{Main, Random, START, account, processor};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: tartan_allocator::Allocator = tartan_allocator::Allocator;

const TOKEN: &str = "COOL";
/// The price around which the token trades, in units of the base token.
const MIDDLE: u64 = 100_000_000;
/// The widest distance of a price from it.
const WIDTH: u64 = 10_000_000;
/// Rows that go into the store at once.
const BATCH: u64 = 100_000;
/// What an order of the book asks for, in units of the token.
const SIZE: u64 = 1_000;
/// Resting orders of a trader on average, where nothing is said about traders. The contract allows 200.
const ORDERS_OF_A_TRADER: u64 = 20;
/// Traders at least, where nothing is said about them.
const FEWEST_TRADERS: u64 = 1_000;

#[derive(Clone)]
struct Options {
    resting: u64,
    few: u64,
    orders: u64,
    per_block: u64,
    /// In both books; as many as suits each where nothing is said.
    traders: Option<u64>,
    dir: Option<PathBuf>,
    keep: bool,
}

/// What was measured.
struct Measured {
    /// For an order, on the clock.
    clock: f64,
    /// For an order, of processor time in all threads.
    processor: f64,
    slowest: Duration,
    fills: usize,
    resting: usize,
}

fn main() -> Result<(), Failure> {
    tartan_allocator::keep_freed_memory();
    let options = options()?;
    let temporary = tempfile::tempdir()?;
    let dir = options.dir.clone();
    let dir = dir.unwrap_or_else(|| temporary.path().to_path_buf());
    let mut clocks = Vec::new();
    for resting in [options.few, options.resting] {
        let dir = dir.join(resting.to_string());
        let suitable = (resting / ORDERS_OF_A_TRADER).max(FEWEST_TRADERS);
        let traders = options.traders.unwrap_or(suitable);
        let store = filled(&dir, |dir| fill(dir, resting, traders))?;
        let measured = measure(&store, traders, &options)?;
        println!(
            "{resting} resting orders of {traders} traders: {:.0} orders/s, {:.1} µs of processor time for each; slowest block \
             {:.1?}; {} fills, {} more orders than before",
            1e6 / measured.clock,
            measured.processor,
            measured.slowest,
            measured.fills,
            measured.resting
        );
        clocks.push(measured.clock);
        if !options.keep {
            std::fs::remove_dir_all(&dir)?;
        }
    }
    println!(
        "an order against {} costs {:.2} times what it costs against {}",
        options.resting,
        clocks[1] / clocks[0],
        options.few
    );
    Ok(())
}

fn fill(dir: &Path, resting: u64, traders: u64) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut chain = open(dir)?;
    let mut main = Main::default();
    make_token(&mut chain, &mut main)?;
    fill_book(Fill::new(&chain, &mut main, BATCH), resting, traders)?;
    eprintln!(
        "{resting} orders of {traders} traders are in the store after {:.0?}",
        begun.elapsed()
    );
    Ok(())
}

fn measure(store: &Path, traders: u64, options: &Options) -> Result<Measured, Failure> {
    let mut chain = open(store)?;
    let mut main = Main::at(chain.position().number);
    let mut random = Random(u64::from(main.number));
    let mut blocks = |orders: u64, main: &mut Main| -> Vec<MainBlock> {
        let blocks = 0..orders.div_ceil(options.per_block);
        let mut order = |number| random_order(&mut random, number, traders);
        blocks
            .map(|_| main.block((0..options.per_block).map(&mut order).collect()))
            .collect()
    };
    // the first blocks warm things up
    let warm = blocks(options.orders / 10, &mut main);
    run(&mut chain, warm)?;
    let timed = blocks(options.orders, &mut main);
    run(&mut chain, timed)
}

/// Executes blocks up to the last flush.
fn run(chain: &mut Chain, blocks: Vec<MainBlock>) -> Result<Measured, Failure> {
    let orders: usize = blocks.iter().map(|block| block.transactions.len()).sum();
    let reader = chain.reader();
    let latest = || Ok::<_, Failure>(reader.latest_block()?.map_or(0, |block| block.number));
    let before = latest()?;
    let (start, processor_before) = (Instant::now(), processor());
    let (mut last, mut slowest) = (start, Duration::ZERO);
    chain.replay(blocks.into_iter().map(Ok::<_, Infallible>), |_| {
        slowest = slowest.max(last.elapsed());
        last = Instant::now();
        true
    })?;
    chain.state().flush()?;
    let clock = start.elapsed();
    let processor = processor().saturating_sub(processor_before);
    // what became of the orders is read back when the clock has stopped
    let (mut fills, mut closed) = (0, 0);
    for number in before + 1..=latest()? {
        let block = reader.block(number)?;
        let block = block.ok_or_else(|| format!("expected block {number}, found none"))?;
        if let Some(logs) = failed(&block) {
            return Err(format!("expected no order to fail, found one with {logs}").into());
        }
        for transaction in &block.transactions {
            let logs = &transaction.logs;
            closed += logs.matches("\"orderClosed\"").count();
            fills += usize::from(logs.contains("transferFromContract"));
        }
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / orders as f64;
    Ok(Measured {
        clock: each(clock),
        processor: each(processor),
        slowest,
        fills,
        resting: orders.saturating_sub(closed),
    })
}

/// The token, issued by the engine account.
fn make_token(chain: &mut Chain, main: &mut Main) -> Result<(), Failure> {
    let create = r#""name":"Cool","precision":3,"maxSupply":"9000000000000000","symbol":"COOL""#;
    let create = call("steemsc", "tokens", "create", create);
    carry_out(chain, main, vec![create])
}

/// Puts traders and orders into the store.
fn fill_book(mut fill: Fill<'_>, resting: u64, traders: u64) -> Result<(), Failure> {
    for trader in 0..traders {
        for symbol in [TOKEN, "STEEMP"] {
            let mut holding = Holding::empty(&account(trader), symbol);
            holding.balance = match symbol {
                TOKEN => "1000000.000".into(),
                _ => "1000000.00000000".into(),
            };
            fill.insert(&AccountBalance(holding))?;
        }
    }
    for symbol in [TOKEN, "STEEMP"] {
        let mut holding = Holding::empty("market", symbol);
        holding.balance = match symbol {
            TOKEN => "1000000000.000".into(),
            _ => "1000000000.00000000".into(),
        };
        fill.insert(&ContractBalance(holding))?;
    }
    let half = resting / 2;
    let mut counts = vec![0; usize::try_from(traders)?];
    let mut random = Random(7);
    for number in 0..half {
        // prices go away from the middle, so that the books can be made in their order
        let distance = 1 + number * WIDTH / half.max(1);
        let owners = [random.below(traders), random.below(traders)];
        let id = random.0;
        owners.iter().for_each(|owner| counts[*owner as usize] += 1);
        let ask = order(id, owners[0], MIDDLE + distance, None);
        let bid = order(!id, owners[1], MIDDLE - distance, Some(()));
        fill.insert(&SellOrder(ask))?;
        fill.insert(&BuyOrder(bid))?;
    }
    let first = |price: u64| price_text(price).into();
    fill.insert(&Metric {
        symbol: TOKEN.into(),
        volume: "0".into(),
        volume_expiration: 0,
        last_price: "0".into(),
        lowest_ask: first(MIDDLE + 1),
        highest_bid: first(MIDDLE - 1),
        last_day_price: "0".into(),
        last_day_price_expiration: 0,
        price_change_hive: None,
        price_change_steem: Some("0".into()),
        price_change_percent: "0".into(),
        oldest_trade_id: 0,
        oldest_trade: 0,
    })?;
    // in front of all orders: the first match finds out which are the first
    for (kind, price) in [("buy", 100 * MIDDLE), ("sell", 1)] {
        fill.insert(&Top {
            symbol: TOKEN.into(),
            kind: kind.into(),
            orders: Vec::new(),
            known: Some(Place(decimal(price), 0)),
        })?;
    }
    for (trader, orders) in (0..traders).zip(counts) {
        let account = account(trader).into();
        fill.insert(&OpenOrders { account, orders })?;
    }
    let known = Expirations {
        buy: i64::from(START),
        sell: i64::from(START),
    };
    Table::put(fill.overlay()?, &RowId::Number(1), &known)?;
    fill.finish()
}

/// A resting order; a buy order has base tokens locked.
fn order(id: u64, owner: u64, price: u64, buys: Option<()>) -> Order {
    Order {
        // as long as the ids of transactions, and as far apart from each other
        tx_id: format!(
            "{:016x}{id:016x}{:08x}",
            id.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            id as u32
        )
        .into(),
        timestamp: i64::from(START) - 100,
        account: account(owner).into(),
        symbol: TOKEN.into(),
        quantity: quantity_text(SIZE).into(),
        price: price_text(price).into(),
        price_dec: decimal(price),
        tokens_locked: buys.map(|()| price_text(price * SIZE / 1_000).into()),
        expiration: i64::from(START) - 100 + 2_592_000,
    }
}

/// Every other order rests, every other one takes.
fn random_order(random: &mut Random, number: u64, traders: u64) -> MainOperation {
    let buys = random.below(2) == 0;
    let kind = if buys { "buy" } else { "sell" };
    let rests = number.is_multiple_of(2);
    let quantity = match rests {
        true => SIZE,
        false => SIZE / 2 + random.below(SIZE),
    };
    // what rests has a price of its own side, mostly near the middle; what takes accepts any
    let distance = match rests {
        true => 1 + random.below(WIDTH) * random.below(WIDTH) / WIDTH,
        false => WIDTH,
    };
    let price = match buys == rests {
        true => MIDDLE - distance,
        false => MIDDLE + distance,
    };
    let trader = account(random.below(traders));
    let fields = format!(
        r#""symbol":"{TOKEN}","quantity":"{}","price":"{}""#,
        quantity_text(quantity),
        price_text(price)
    );
    call(&trader, "market", kind, &fields)
}

fn decimal(price: u64) -> Decimal128 {
    Decimal128::new(false, price.into(), -8).unwrap_or(Decimal128::ZERO)
}

fn price_text(units: u64) -> String {
    format!("{}.{:08}", units / 100_000_000, units % 100_000_000)
}

fn quantity_text(units: u64) -> String {
    format!("{}.{:03}", units / 1_000, units % 1_000)
}

fn options() -> Result<Options, Failure> {
    let mut options = Options {
        resting: 10_000_000,
        few: 100_000,
        orders: 200_000,
        per_block: 1_000,
        traders: None,
        dir: None,
        keep: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--keep" {
            options.keep = true;
            continue;
        }
        let value = words.next();
        let value = value.ok_or_else(|| format!("expected a value behind {word}"))?;
        match word.as_str() {
            "--resting" => options.resting = value.parse()?,
            "--few" => options.few = value.parse()?,
            "--orders" => options.orders = value.parse::<u64>()?.max(1),
            "--per-block" => options.per_block = value.parse::<u64>()?.max(1),
            "--traders" => options.traders = Some(value.parse::<u64>()?.max(1)),
            "--dir" => options.dir = Some(value.into()),
            _ => {
                let known = "--resting, --few, --orders, --per-block, --traders, --dir or --keep";
                return Err(format!("expected {known}, found {word}").into());
            }
        }
    }
    Ok(options)
}
