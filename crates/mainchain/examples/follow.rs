//! How many blocks per second a follower takes from a development chain in the same process.
//!
//! ```text
//! cargo run --release -p tartan-mainchain --example follow -- [blocks] [transactions per block] [steem|hive]
//! ```

use std::time::{Duration, Instant};

use tartan_devchain::{Config, Irreversibility, Mining, spawn};
use tartan_graphene::operation::CustomJson;
use tartan_graphene::{Flavor, SignedTransaction};
use tartan_mainchain::{Client, ClientConfig, Event, Follower, FollowerConfig, Start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let blocks: u32 = arguments.next().map_or(Ok(20_000), |text| text.parse())?;
    let transactions: u32 = arguments.next().map_or(Ok(2), |text| text.parse())?;
    let flavor = match arguments.next().as_deref() {
        Some("steem") => Flavor::Steem,
        _ => Flavor::Hive,
    };

    let (chain, handle) = spawn(Config {
        mining: Mining::Manual,
        irreversibility: Irreversibility::Steem,
        account_history: false,
        ..Config::test(flavor)
    })
    .await?;
    for number in 0..blocks {
        chain.push_blocks(vec![
            (0..transactions)
                .map(|index| filler(&chain, number, index))
                .collect(),
        ])?;
    }
    let head = chain.head();
    println!("{} blocks of {transactions} transactions", head.number);

    for round in 1..=3 {
        let client = Client::new(ClientConfig::new(chain.protocol(), [chain.url()]))?;
        let mut follower = Follower::spawn(client, FollowerConfig::new(Start::At(1)));
        let started = Instant::now();
        while let Some(event) = follower.next().await {
            if let Event::Block { block, .. } = event?
                && block.number == head.number
            {
                break;
            }
        }
        let elapsed = started.elapsed().max(Duration::from_millis(1));
        println!(
            "round {round}: {:.0} blocks/s, every id, signature and merkle root checked",
            f64::from(head.number) / elapsed.as_secs_f64()
        );
    }
    handle.shutdown().await;
    Ok(())
}

fn filler(chain: &tartan_devchain::Api, number: u32, index: u32) -> SignedTransaction {
    let operation = CustomJson {
        required_auths: ["alice".to_owned()].into(),
        required_posting_auths: [].into(),
        id: "ssc-dev".to_owned(),
        json: format!(
            r#"{{"contractName":"tokens","contractAction":"transfer","contractPayload":{{"symbol":"COOL","to":"bob","quantity":"{number}.{index}"}}}}"#
        ),
    };
    SignedTransaction {
        transaction: chain.transaction(vec![operation.into()]),
        signatures: Vec::new(),
    }
}
