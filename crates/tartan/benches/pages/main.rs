//! How long pages take to their first byte: `cargo xtask bench pages`.
//!
//! ```text
//!   tartan demo, a block a second ──────────────────────────────┐
//!   store of 1 million accounts ─▶ tartan node (main chain      ├─▶ every page, over HTTP, one request after the other
//!   (made once, kept in the user's cache)  out of reach) ───────┘                 └─▶ p50, p95 and slowest of each route
//! ```
//!
//! The binary is the one that is shipped. A route is marked where 95 of 100 answers do not begin within 20 ms. Options:
//! `--requests` for each route, `--accounts` of the large store, `--only demo` or `--only store`.

mod ask;
mod routes;
mod running;
mod store;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use ask::Site;
use routes::Places;
use running::Running;

/// Milliseconds in which 95 of 100 answers are to begin.
const GOAL: f64 = 20.0;

struct Options {
    requests: usize,
    accounts: u64,
    demo: bool,
    store: bool,
}

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<()> {
    let options = options()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if options.demo {
        let demo = Running::demo()?;
        let places = Places::demo();
        runtime.block_on(report("the demo", demo.address(), places, options.requests))?;
    }
    if options.store {
        let store = runtime.block_on(store::prepared(options.accounts))?;
        let node = Running::node(&store)?;
        let name = format!("a store of {} accounts", options.accounts);
        let places = store::places();
        runtime.block_on(report(&name, node.address(), places, options.requests))?;
    }
    Ok(())
}

/// Asks for every page and prints how long it took.
async fn report(name: &str, address: &str, places: Places, requests: usize) -> Result<()> {
    let site = Site::new(address)?;
    let places = places.look(&site).await?;
    println!("\n{name}: milliseconds to the first byte, {requests} requests each");
    println!(
        "{:<44} {:>8} {:>8} {:>8} {:>9}",
        "page", "p50", "p95", "slowest", "kB"
    );
    let (mut slow, mut asked) = (0, 0);
    for route in routes::all() {
        let Some(path) = places.fill(route) else {
            println!("{route:<44} (there is none)");
            continue;
        };
        let taken = site
            .ask(&path, requests)
            .await
            .with_context(|| path.clone())?;
        let mark = match taken.p95 >= GOAL {
            true => "  <- slow",
            false => "",
        };
        slow += usize::from(!mark.is_empty());
        asked += 1;
        println!(
            "{route:<44} {:>8.2} {:>8.2} {:>8.2} {:>9.1}{mark}",
            taken.p50, taken.p95, taken.slowest, taken.kilobytes
        );
    }
    println!(
        "{} of {asked} pages within {GOAL} ms at the 95th percentile",
        asked - slow
    );
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options {
        requests: 200,
        accounts: 1_000_000,
        demo: true,
        store: true,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        // cargo says so of itself
        if word == "--bench" {
            continue;
        }
        let value = words
            .next()
            .with_context(|| format!("expected a value behind {word}"))?;
        match word.as_str() {
            "--requests" => options.requests = value.parse::<usize>()?.max(1),
            "--accounts" => options.accounts = value.parse::<u64>()?.max(1_000),
            "--only" if value == "demo" => options.store = false,
            "--only" if value == "store" => options.demo = false,
            _ => {
                bail!("expected --requests, --accounts or --only demo|store, found {word} {value}")
            }
        }
    }
    Ok(options)
}
