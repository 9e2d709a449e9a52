//! `tartan replay`: executing recorded main-chain blocks.

use std::fmt;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tartan_chain::recording::Recording;
use tartan_chain::{Chain, ChainError, Links, OpenOptions, ReplayError};
use tartan_graphene::MainBlock;
use tartan_state::State;

use super::runtime;
use crate::config::{Connection, Settings};
use crate::logging::bars;
use crate::output;
use crate::shutdown::interrupted;
use crate::storage::Storage;

/// Arguments of `tartan replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A file holds main-chain blocks in order: a JSON array, one JSON block per line (as nodes answer
get_block or block_api.get_block), or a recording. Replaying the same blocks leads to the same
hashes on every machine. With a data directory, blocks that it has already are passed over, so a
replay that was interrupted goes on.

Examples:
  tartan replay blocks.jsonl --network dev
  tartan replay blocks.jsonl --data-dir data --json")]
pub(crate) struct Args {
    /// Files with blocks, in order.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Keep the state in this directory; without it the state is kept in memory.
    #[arg(
        long,
        env = "TARTAN_DATA_DIR",
        hide_env_values = true,
        value_name = "DIR"
    )]
    data_dir: Option<PathBuf>,
    /// First main-chain block to read, in an empty state.
    #[arg(
        long,
        env = "TARTAN_START_BLOCK",
        hide_env_values = true,
        value_name = "NUMBER"
    )]
    start_block: Option<u32>,
    /// The files may leave blocks out.
    #[arg(long)]
    gaps: bool,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    connection: Connection,
}

/// Where the replay ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replayed {
    /// The main-chain block after which the replay began.
    began_after: u32,
    /// The last main-chain block that was executed.
    ended_at: u32,
    /// Whether all blocks of the files were executed.
    complete: bool,
    main_chain_blocks: u64,
    transactions: u64,
    /// The latest sidechain block.
    block_number: u64,
    hash: String,
    database_hash: String,
    seconds: f64,
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.main_chain_blocks as f64 / self.seconds.max(0.001);
        writeln!(
            f,
            "{} main-chain blocks, {} transactions in {:.1} s ({rate:.0} blocks/s)",
            self.main_chain_blocks, self.transactions, self.seconds
        )?;
        let interrupted = if self.complete {
            ""
        } else {
            " (interrupted; start again to go on)"
        };
        writeln!(f, "main-chain block {}{interrupted}", self.ended_at)?;
        writeln!(f, "sidechain block  {}", self.block_number)?;
        writeln!(f, "hash             {}", self.hash)?;
        write!(f, "database hash    {}", self.database_hash)
    }
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = runtime()?;
    let asked = stop.clone();
    runtime.spawn(async move {
        if interrupted().await.is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
    });
    let replayed = replay(&args, settings, &stop)?;
    output::print(&replayed, json)
}

fn replay(args: &Args, settings: Settings, stop: &AtomicBool) -> Result<Replayed> {
    let options = args.storage.options(&settings.file.node);
    let state = match &args.data_dir {
        Some(directory) => State::open(directory, &options)?,
        None => State::memory_with(&options),
    };
    let registry = tartan_node::registry_for(&settings.network)?;
    let start = args.start_block.or(settings.file.node.start_block);
    let links = if args.gaps {
        Links::Ascending
    } else {
        Links::Consecutive
    };
    let protocol = settings.network.main_chain.protocol();
    let mut chain = Chain::open(
        settings.network,
        state.clone(),
        registry,
        OpenOptions { start, links },
    )?;
    let began_after = chain.position().number;
    tracing::info!(position = began_after, "state is open");

    let begun = Instant::now();
    let mut display = Display::new(state.clone());
    let read = AtomicU64::new(0);
    let blocks = blocks(&args.files, protocol).inspect(|_| {
        read.fetch_add(1, Ordering::Relaxed);
    });
    let progress = chain
        .replay(blocks, |progress| {
            display.update(progress.last);
            !stop.load(Ordering::Relaxed)
        })
        .map_err(explain)?;
    display.finish();
    // on disk before anything is said of it
    state.flush()?;
    let complete = !stop.load(Ordering::Relaxed);
    if complete && read.into_inner() == 0 {
        bail!("expected main-chain blocks in the files, found none");
    }
    let latest = chain.latest_block();
    Ok(Replayed {
        began_after,
        ended_at: chain.position().number,
        complete,
        main_chain_blocks: progress.main_blocks,
        transactions: progress.transactions,
        block_number: latest.number,
        hash: latest.hash.to_string(),
        database_hash: latest.database_hash.to_string(),
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// The blocks of all files, one file after the other.
fn blocks(
    files: &[PathBuf],
    protocol: tartan_graphene::Chain,
) -> impl Iterator<Item = Result<MainBlock>> + Send + '_ {
    files
        .iter()
        .flat_map(move |file| match open(file, protocol.clone()) {
            Ok(blocks) => Box::new(blocks) as Box<dyn Iterator<Item = Result<MainBlock>> + Send>,
            Err(error) => Box::new(std::iter::once(Err(error))),
        })
}

fn open(
    file: &Path,
    protocol: tartan_graphene::Chain,
) -> Result<impl Iterator<Item = Result<MainBlock>> + Send> {
    let what = file.display().to_string();
    let recording =
        Recording::open(file, protocol).with_context(|| format!("cannot read {what}"))?;
    Ok(recording.map(move |block| block.with_context(|| format!("in {what}"))))
}

fn explain(error: ReplayError<anyhow::Error>) -> anyhow::Error {
    match error {
        ReplayError::Source(error) => error,
        ReplayError::Chain(error @ ChainError::NotNext { expected, found }) if found > expected => {
            anyhow!(error).context(format!(
                "the files do not go on where the state is; --start-block {found} begins there with an empty state, --gaps lets blocks be left out"
            ))
        }
        ReplayError::Chain(error) => error.into(),
    }
}

/// How far the replay is: a counter on a terminal, a line now and then in a log.
struct Display {
    bar: Option<ProgressBar>,
    state: State,
    flushed: u32,
    last: Instant,
    first: bool,
}

/// Time between two looks at the disk.
const LOOK: Duration = Duration::from_millis(10);

impl Display {
    fn new(state: State) -> Display {
        let style = ProgressStyle::with_template(
            "{spinner} {pos} blocks, {per_sec}, at main-chain block {msg}",
        );
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            bars().add(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner())))
        });
        Display {
            bar,
            state,
            flushed: 0,
            last: Instant::now(),
            first: true,
        }
    }

    fn update(&mut self, number: u32) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        if !self.first && self.last.elapsed() < LOOK {
            return;
        }
        self.first = false;
        self.last = Instant::now();
        if let Some(bar) = &self.bar {
            bar.set_message(number.to_string());
        }
        let flushed = self.state.flushed().map_or(0, |position| position.number);
        if flushed > self.flushed {
            self.flushed = flushed;
            tracing::info!(flushed, executed = number, "on disk");
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
