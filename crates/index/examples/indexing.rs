//! How fast blocks are indexed, and how long a chart of them takes.
//!
//! `cargo run --release -p tartan-index --example indexing [TRADES] [ADDRESS]`: makes a chain of so many trades (200,000)
//! in memory, a minute apart in blocks of ten, indexes it into a SQLite file or the database at the address, which must
//! be empty, and asks for charts, tickers and trades.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_index::{Database, Index, Indexer, Interval, Span, TokenOrder, TokenQuery, TradeQuery};
use tartan_state::State;

/// Trades in a block, each of a sell and a buy order.
const IN_A_BLOCK: usize = 10;
/// Repetitions of each question.
const QUESTIONS: u32 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let trades: usize = args.next().map_or(Ok(200_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let file = Database::address_of_file(&folder.path().join("index.db"));
    let address = args.next().unwrap_or(file);
    tokio::runtime::Runtime::new()?.block_on(run(trades, &address))
}

async fn run(trades: usize, address: &str) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let chain = made(trades)?;
    println!(
        "executed {trades} trades in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let database = Database::open(address).await?;
    let mut indexer = Indexer::open(&database, chain.reader()).await?;
    let begun = Instant::now();
    indexer.catch_up().await?;
    let seconds = begun.elapsed().as_secs_f64();
    let blocks = chain.latest_block().number;
    println!(
        "indexed {blocks} blocks in {seconds:.1} s: {:.0} blocks/s, {:.0} transactions/s",
        blocks as f64 / seconds,
        (2 * trades) as f64 / seconds
    );
    let index = Index::new(database);
    let end = index.position().await?.map_or(0, |position| position.time);
    for (name, interval) in Interval::ALL {
        let begun = Instant::now();
        let mut bars = 0;
        for _ in 0..QUESTIONS {
            bars = index.bars("ENG", interval, (0, end), 500).await?.len();
        }
        report(&format!("chart of {bars} bars of {name}"), begun.elapsed());
    }
    let begun = Instant::now();
    for _ in 0..QUESTIONS {
        index.tickers(None, end).await?;
    }
    report("all tickers", begun.elapsed());
    let begun = Instant::now();
    for _ in 0..QUESTIONS {
        index.sparklines(&[], end, Span::Day).await?;
    }
    report("all sparklines", begun.elapsed());
    let query = TokenQuery {
        order: TokenOrder::Volume,
        descending: true,
        limit: 100,
        ..TokenQuery::default()
    };
    let begun = Instant::now();
    for _ in 0..QUESTIONS {
        index.tokens(&query).await?;
    }
    report("tokens by volume", begun.elapsed());
    let begun = Instant::now();
    for _ in 0..QUESTIONS {
        index.counters().await?;
    }
    report("counters", begun.elapsed());
    let query = TradeQuery {
        symbol: Some("ENG".to_owned()),
        limit: 100,
        ..TradeQuery::default()
    };
    let begun = Instant::now();
    for _ in 0..QUESTIONS {
        index.trades(&query).await?;
    }
    report("the last 100 trades", begun.elapsed());
    Ok(())
}

fn report(what: &str, elapsed: Duration) {
    println!(
        "{what}: {:.2} ms",
        elapsed.as_secs_f64() * 1e3 / f64::from(QUESTIONS)
    );
}

/// A chain with so many trades of ENG against STEEMP.
fn made(trades: usize) -> Result<Chain, Box<dyn Error>> {
    let network = Network::dev(Flavor::Steem);
    let registry = network.registry()?;
    let state = State::memory();
    let mut chain = Chain::open(network, state, registry, OpenOptions::default())?;
    let mut previous = BlockId([0; 20]);
    for number in 1..=u32::try_from(trades / IN_A_BLOCK)? {
        let numbered = |fill: u8, index: u32| {
            let mut id = [fill; 20];
            id[..4].copy_from_slice(&number.to_be_bytes());
            id[4..8].copy_from_slice(&index.to_be_bytes());
            id
        };
        // prices go up and down over days
        let price = 1000 + (number / 7) % 500;
        let order =
            json!({ "symbol": "ENG", "quantity": "0.01", "price": format!("0.{price:04}") });
        let orders = (0..IN_A_BLOCK).flat_map(|_| {
            let sell = operation("steemsc", "sell", &order);
            [sell, operation("steem-peg", "buy", &order)]
        });
        let transactions = (0..).zip(orders).map(|(index, operation)| MainTransaction {
            id: TransactionId(numbered(0xa0, index)),
            operations: vec![operation],
        });
        let block = MainBlock {
            number,
            id: BlockId(numbered(0x50, 0)),
            previous,
            timestamp: Time(1_600_000_000 + 60 * number),
            transactions: transactions.collect(),
        };
        previous = block.id;
        chain.apply(&block)?;
        chain.set_irreversible(number)?;
    }
    let logs = chain
        .latest_block()
        .transactions
        .last()
        .map(|last| last.logs.clone());
    if logs.is_none_or(|logs| logs.contains("\"errors\"")) {
        return Err("the last order failed".into());
    }
    Ok(chain)
}

fn operation(sender: &str, action: &str, payload: &Value) -> MainOperation {
    let call =
        json!({ "contractName": "market", "contractAction": action, "contractPayload": payload });
    MainOperation::CustomJson {
        required_auths: vec![sender.to_owned()],
        required_posting_auths: vec![],
        id: "ssc-dev".to_owned(),
        json: call.to_string(),
    }
}
