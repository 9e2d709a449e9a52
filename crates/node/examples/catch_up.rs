//! How many main-chain blocks a second a node catches up with, from a main chain on the same machine.
//!
//! ```text
//! cargo run --release -p tartan-node --example catch_up -- [blocks] [transfers in each]
//! ```

use std::time::{Duration, Instant};

use serde_json::json;
use tartan_chain::Network;
use tartan_chain::network::Flavor;
use tartan_devchain::{Config, Irreversibility};
use tartan_graphene::operation::CustomJson;
use tartan_node::{Data, NodeConfig};

type Failure = Box<dyn std::error::Error>;

/// Blocks that are made in one go.
const CHUNK: u32 = 1000;

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let blocks = numbers.next().unwrap_or(Ok(20_000))?;
    let transfers = numbers.next().unwrap_or(Ok(1))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(blocks, transfers))
}

async fn run(blocks: u32, transfers: u32) -> Result<(), Failure> {
    let config = Config {
        irreversibility: Irreversibility::Steem,
        account_history: false,
        ..Config::test(tartan_graphene::Flavor::Steem)
    };
    let (main, handle) = tartan_devchain::spawn(config).await?;
    let started = Instant::now();
    let mut made = 0;
    while made < blocks {
        let chunk = CHUNK.min(blocks - made);
        let transaction = |number: u32| {
            let payload =
                json!({ "symbol": "ENG", "to": format!("user{number}"), "quantity": "0.00000001" });
            let call = json!({ "contractName": "tokens", "contractAction": "transfer", "contractPayload": payload });
            let operation = CustomJson {
                required_auths: ["steemsc".to_owned()].into(),
                required_posting_auths: Default::default(),
                id: "ssc-dev".to_owned(),
                json: call.to_string(),
            };
            main.sign(main.transaction(vec![operation.into()]), &[])
        };
        let block = |index: u32| {
            (0..transfers)
                .map(|n| transaction((made + index) * transfers + n))
                .collect()
        };
        main.push_blocks((0..chunk).map(block).collect::<Result<_, _>>()?)?;
        made += chunk;
    }
    println!(
        "{blocks} blocks of {transfers} transfers made in {:.1?}",
        started.elapsed()
    );

    let directory = tempfile::tempdir()?;
    let config = NodeConfig {
        data: Data::Directory(directory.path().to_owned()),
        ..NodeConfig::new(Network::dev(Flavor::Steem), main.urls())
    };
    let started = Instant::now();
    let (node, node_handle) = tartan_node::spawn(config).await?;
    let head = main.head().number;
    while tokio::time::timeout(Duration::from_secs(1), node.executed(head))
        .await
        .is_err()
    {
        let progress = node.progress().borrow().clone();
        let (position, eta) = (progress.position.unwrap_or(0), progress.eta_s.unwrap_or(0));
        println!(
            "  at {position}: {:.0} blocks/s, {eta} s to go",
            progress.blocks_per_second
        );
    }
    let elapsed = started.elapsed();
    println!(
        "caught up with {head} blocks in {elapsed:.1?}: {:.0} blocks/s, {:.0} transfers/s",
        f64::from(head) / elapsed.as_secs_f64(),
        f64::from(blocks * transfers) / elapsed.as_secs_f64()
    );
    node_handle.shutdown().await?;
    handle.shutdown().await;
    Ok(())
}
