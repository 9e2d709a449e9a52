//! What a unit of work is worth: `cargo run --release -p tartan-vm --example prices`.
//!
//! ```text
//!   a case (setup, one iteration) ─▶ a metered contract ─▶ so many iterations as fill a budget ─▶ ns per unit
//! ```
//!
//! Each case is a contract whose action repeats one thing. It runs in a block on a store on disk, until the block is
//! flushed: what a node spends on it, in processor time of all its threads. A budget should take about the same time whatever it is spent on, so that the time
//! of a block has a bound; the last columns say how far a case is from that. With a word as argument, only the cases whose
//! names have it.

mod cases;
mod chain;

use std::time::Duration;

use cases::{Case, all};
use chain::{BUDGET, Chain};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: tartan_allocator::Allocator = tartan_allocator::Allocator;

type Failure = Box<dyn std::error::Error>;

/// Times that a case is measured; the fastest counts, since whatever else the machine does only adds.
const RUNS: usize = 3;
/// What a run may use of the budget, so that none is stopped.
const USED: u64 = BUDGET / 10 * 9;

struct Figures {
    name: &'static str,
    /// Units of an iteration.
    units: f64,
    /// Time of an iteration.
    nanoseconds: f64,
}

impl Figures {
    fn per_unit(&self) -> f64 {
        self.nanoseconds / self.units
    }
}

fn main() -> Result<(), Failure> {
    tartan_allocator::keep_freed_memory();
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let mut figures = Vec::new();
    for case in all().iter().filter(|case| case.name.contains(&wanted)) {
        match measure(case) {
            Ok(measured) => figures.push(measured),
            Err(error) => eprintln!("{}: {error}", case.name),
        }
    }
    figures.sort_by(|a, b| a.per_unit().total_cmp(&b.per_unit()));
    println!(
        "{:<36} {:>12} {:>14} {:>10} {:>16}",
        "", "units each", "ns each", "ns a unit", "ms of a budget"
    );
    for case in &figures {
        println!(
            "{:<36} {:>12.1} {:>14.0} {:>10.1} {:>16.1}",
            case.name,
            case.units,
            case.nanoseconds,
            case.per_unit(),
            case.per_unit() * BUDGET as f64 / 1e6
        );
    }
    Ok(())
}

fn measure(case: &Case) -> Result<Figures, Failure> {
    let mut chain = Chain::with(&case.source())?;
    let nothing = chain.run(0)?;
    let few = chain.run(10)?;
    let units = (few.units - nothing.units) as f64 / 10.0;
    let room = USED.saturating_sub(nothing.units) as f64;
    let times = ((room / units) as u64).clamp(1, case.most);
    // later iterations may cost more than the first, as text grows
    let mut times = times;
    while times > 1 && chain.run(times).is_err() {
        times /= 2;
    }
    let mut fastest = Duration::MAX;
    let mut used = 0;
    for _ in 0..RUNS {
        let empty = chain.run(0)?;
        let full = chain.run(times)?;
        fastest = fastest.min(full.time.saturating_sub(empty.time));
        used = full.units - empty.units;
    }
    Ok(Figures {
        name: case.name,
        units: used as f64 / times as f64,
        nanoseconds: fastest.as_nanos() as f64 / times as f64,
    })
}
