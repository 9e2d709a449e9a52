//! How many balances a second clients can read while blocks are executed.
//!
//! ```text
//! cargo run --release -p tartan-rpc --example point_reads -- [accounts] [batch] [seconds] [connections] [block ms]
//! ```
//!
//! Fills a state in memory with balances of the token COOL, serves it on a loopback port, and reads balances of random
//! accounts over keep-alive connections, each of which sends a request (or a batch) when the last one is answered.
//! Meanwhile a block of 1,000 transfers is executed every so many milliseconds (0: none). Clients, server and execution
//! share the machine.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tartan_chain::network::Flavor;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_document::{Object, parse};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_rpc::{RpcConfig, Server, SyncStatus};
use tartan_state::{Position, State};
use tokio::sync::watch;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Transfers in a block.
const TRANSFERS: u32 = 1000;

/// What is asked for on the command line.
struct Plan {
    accounts: u32,
    batch: usize,
    seconds: u64,
    connections: usize,
    block_ms: u64,
}

impl Plan {
    fn read() -> Result<Plan, Failure> {
        let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
        let mut next = |default: u64| numbers.next().unwrap_or(Ok(default));
        Ok(Plan {
            accounts: u32::try_from(next(1_000_000)?)?.max(1),
            batch: usize::try_from(next(1)?)?.max(1),
            seconds: next(5)?,
            connections: usize::try_from(next(16)?)?.max(1),
            block_ms: next(100)?,
        })
    }
}

fn main() -> Result<(), Failure> {
    let plan = Plan::read()?;
    let started = Instant::now();
    let mut chain = filled(plan.accounts)?;
    println!("{} balances in {:.1?}", plan.accounts, started.elapsed());

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let config = RpcConfig {
        listen: ([127, 0, 0, 1], 0).into(),
        ..RpcConfig::default()
    };
    let (_sync, synced) = watch::channel(SyncStatus::starting());
    let server = runtime.block_on(Server::start(config, chain.reader(), synced))?;

    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..plan.connections)
        .map(|client| {
            let (stop, address) = (stop.clone(), server.address());
            let (batch, accounts) = (plan.batch, plan.accounts);
            std::thread::spawn(move || client_loop(address, client as u64, batch, accounts, &stop))
        })
        .collect();
    let started = Instant::now();
    let blocks = execute(&mut chain, &plan)?;
    let elapsed = started.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for client in clients {
        latencies.extend(client.join().map_err(|_| "a client crashed")??);
    }
    latencies.sort_unstable();
    let at = |share: f64| {
        latencies
            .get((latencies.len() as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{:.0} reads/s ({:.0} requests/s of {}), p50 {:?}, p99 {:?}; {} blocks of {TRANSFERS} transfers, {:.1} ms each",
        (latencies.len() * plan.batch) as f64 / elapsed,
        latencies.len() as f64 / elapsed,
        plan.batch,
        at(0.5),
        at(0.99),
        blocks.len(),
        blocks.iter().sum::<Duration>().as_secs_f64() * 1000.0 / blocks.len().max(1) as f64,
    );
    runtime.block_on(server.shutdown());
    Ok(())
}

fn account(number: u32) -> String {
    format!("user{number:08}")
}

/// A chain with the token COOL and balances in it.
fn filled(accounts: u32) -> Result<Chain, Failure> {
    let network = Network::dev(Flavor::Hive);
    let registry = network.registry()?;
    let mut chain = Chain::open(network, State::memory(), registry, OpenOptions::default())?;
    chain.apply(&block(
        1,
        vec![transfer("hive-engine", &account(0), "BEE", "1000")],
    ))?;
    let payload =
        json!({ "symbol": "COOL", "name": "Cool", "precision": 3, "maxSupply": "1000000000" });
    chain.apply(&block(2, vec![call(&account(0), "create", &payload)]))?;
    let mut overlay = chain.state().begin()?;
    for number in 0..accounts {
        let row = parse(&format!(
            r#"{{"account":"{}","symbol":"COOL","balance":"1000.000","stake":"0","pendingUnstake":"0","delegationsIn":"0","delegationsOut":"0","pendingUndelegations":"0"}}"#,
            account(number)
        ))?;
        overlay.insert(
            "tokens",
            "balances",
            row.into_object().unwrap_or_else(Object::new),
        )?;
    }
    chain.state().commit(
        overlay,
        Position {
            number: 3,
            id: id(3).to_string(),
        },
    )?;
    Ok(chain)
}

fn id(number: u32) -> BlockId {
    let mut id = [0; 20];
    id[..4].copy_from_slice(&number.to_be_bytes());
    BlockId(id)
}

fn block(number: u32, operations: Vec<MainOperation>) -> MainBlock {
    let transaction = |(index, operation): (u32, MainOperation)| {
        let mut id = [1; 20];
        id[..4].copy_from_slice(&number.to_be_bytes());
        id[4..8].copy_from_slice(&index.to_be_bytes());
        MainTransaction {
            id: TransactionId(id),
            operations: vec![operation],
        }
    };
    MainBlock {
        number,
        id: id(number),
        previous: id(number - 1),
        timestamp: Time(1_600_000_000 + 3 * number),
        transactions: (0..).zip(operations).map(transaction).collect(),
    }
}

fn call(sender: &str, action: &str, payload: &serde_json::Value) -> MainOperation {
    let call =
        json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
    MainOperation::CustomJson {
        required_auths: vec![sender.to_owned()],
        required_posting_auths: vec![],
        id: "ssc-dev".to_owned(),
        json: call.to_string(),
    }
}

fn transfer(from: &str, to: &str, symbol: &str, quantity: &str) -> MainOperation {
    call(
        from,
        "transfer",
        &json!({ "symbol": symbol, "to": to, "quantity": quantity }),
    )
}

/// Executes blocks for the time of the test; how long each took.
fn execute(chain: &mut Chain, plan: &Plan) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + Duration::from_secs(plan.seconds);
    let mut times = Vec::new();
    let mut random = 1;
    for number in 4.. {
        let next = Instant::now() + Duration::from_millis(plan.block_ms.max(1));
        if plan.block_ms > 0 {
            let mut any = || {
                account(u32::try_from(draw(&mut random) % u64::from(plan.accounts)).unwrap_or(0))
            };
            let transfers = (0..TRANSFERS)
                .map(|_| transfer(&any(), &any(), "COOL", "0.001"))
                .collect();
            let block = block(number, transfers);
            let started = Instant::now();
            chain.apply(&block)?;
            chain.set_irreversible(number)?;
            times.push(started.elapsed());
        }
        if Instant::now() >= end {
            break;
        }
        std::thread::sleep(next.min(end).saturating_duration_since(Instant::now()));
    }
    Ok(times)
}

/// xorshift64*: the same accounts each time.
fn draw(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_f491_4f6c_dd1d)
}

/// Asks until told to stop; how long each answer took.
fn client_loop(
    address: SocketAddr,
    seed: u64,
    batch: usize,
    accounts: u32,
    stop: &AtomicBool,
) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut random = seed + 0x9e37_79b9;
    let mut times = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    while !stop.load(Ordering::Relaxed) {
        let mut one = |id: usize| {
            let account =
                account(u32::try_from(draw(&mut random) % u64::from(accounts)).unwrap_or(0));
            format!(
                r#"{{"jsonrpc":"2.0","id":{id},"method":"findOne","params":{{"contract":"tokens","table":"balances","query":{{"account":"{account}","symbol":"COOL"}}}}}}"#
            )
        };
        let body = match batch {
            1 => one(1),
            _ => format!("[{}]", (0..batch).map(one).collect::<Vec<_>>().join(",")),
        };
        let request = format!(
            "POST /contracts HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let started = Instant::now();
        stream.write_all(request.as_bytes())?;
        let answer = read_answer(&mut stream, &mut buffer)?;
        times.push(started.elapsed());
        let found = answer.matches("\"balance\":").count();
        if found != batch {
            return Err(format!("expected {batch} balances, found {found}: {answer}").into());
        }
    }
    Ok(times)
}

/// The body of an answer with a content length.
fn read_answer<'a>(stream: &mut TcpStream, buffer: &'a mut [u8]) -> Result<&'a str, Failure> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        filled += read;
        let Some(head) = buffer[..filled]
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
        else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])?.to_ascii_lowercase();
        let length = text
            .split("content-length:")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let length: usize = length.ok_or("no content length")?.trim().parse()?;
        if filled >= head + 4 + length {
            return Ok(std::str::from_utf8(&buffer[head + 4..head + 4 + length])?);
        }
    }
}
