//! A development chain on a fixed port, for trying client libraries by hand:
//! `cargo run -p tartan-devchain --example devchain -- steem 8090 instant`.

use std::error::Error;

use tartan_devchain::{Config, Mining, spawn};
use tartan_graphene::Flavor;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let mut arguments = std::env::args().skip(1);
    let flavor = match arguments.next().as_deref() {
        Some("steem") => Flavor::Steem,
        _ => Flavor::Hive,
    };
    let port: u16 = arguments.next().map_or(Ok(8090), |port| port.parse())?;
    let mining = match arguments.next().as_deref() {
        Some("instant") => Mining::Instant,
        Some("manual") => Mining::Manual,
        Some(millis) => Mining::Interval {
            millis: millis.parse()?,
        },
        None => Mining::Interval { millis: 3000 },
    };
    let config = Config {
        flavor,
        listen: ([127, 0, 0, 1], port).into(),
        mining,
        ..Config::default()
    };
    let (api, handle) = spawn(config).await?;
    println!("{}", api.banner());
    tokio::signal::ctrl_c().await?;
    handle.shutdown().await;
    Ok(())
}
