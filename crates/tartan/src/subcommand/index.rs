//! `tartan index`: the database of histories and market data.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use serde::Serialize;
use tartan_chain::{Chain, OpenOptions};
use tartan_index::{Database, Index, Indexer, Position};
use tartan_state::State;

use super::node::{default_directory, default_index};
use super::runtime;
use crate::config::{Connection, Settings};
use crate::output;
use crate::storage::Storage;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Say how far the index is and what it holds.
    Status(Args),
    /// Throw the index away and build it anew from the blocks on disk.
    Rebuild(Args),
}

/// Arguments of both.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Everything in the index follows from the blocks of the node, so that nothing is lost with it.
To rebuild, stop the node first; a node that is started with an empty index builds it too.

Examples:
  tartan index status --data-dir data
  tartan index rebuild --data-dir data --index postgres://tartan@localhost/tartan")]
pub(crate) struct Args {
    /// Where the state of the node is kept [default: tartan-data/NETWORK].
    #[arg(
        long,
        env = "TARTAN_DATA_DIR",
        hide_env_values = true,
        value_name = "DIR"
    )]
    data_dir: Option<PathBuf>,
    /// The database, sqlite://FILE or postgres://… [default: index.db in the data directory].
    #[arg(long, env = "TARTAN_INDEX", hide_env_values = true, value_name = "URL")]
    index: Option<String>,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    connection: Connection,
}

/// How far an index is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    database: String,
    position: Option<Position>,
    rows: Vec<Rows>,
    /// How long it took to build it.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Rows {
    table: &'static str,
    rows: i64,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "database      {}", self.database)?;
        match &self.position {
            Some(position) => write!(f, "block         {}  {}", position.block, position.hash)?,
            None => write!(f, "block         none yet")?,
        }
        for Rows { table, rows } in &self.rows {
            write!(f, "\n{table:<13} {rows}")?;
        }
        if let Some(seconds) = self.seconds {
            write!(f, "\nbuilt in      {seconds:.1} s")?;
        }
        Ok(())
    }
}

pub(crate) fn run(command: Command, json: bool) -> Result<()> {
    let status = runtime()?.block_on(async {
        match command {
            Command::Status(args) => args.status().await,
            Command::Rebuild(args) => args.rebuild().await,
        }
    })?;
    output::print(&status, json)
}

impl Args {
    fn directory(&self, settings: &Settings) -> PathBuf {
        let file = &settings.file.node;
        let directory = self.data_dir.clone().or_else(|| file.data_dir.clone());
        directory.unwrap_or_else(|| default_directory(&settings.network.name))
    }

    fn address(&self, settings: &Settings) -> String {
        let index = self.index.clone();
        let index = index.or_else(|| settings.file.node.index.clone());
        index.unwrap_or_else(|| default_index(&self.directory(settings)))
    }

    async fn status(&self) -> Result<Status> {
        let settings = self.connection.settings()?;
        let mut address = self.address(&settings);
        // there is nothing to be said of a database that is not there
        if address.starts_with("sqlite://") && !address.contains('?') {
            address.push_str("?mode=rw");
        }
        let database = Database::open(&address).await?;
        look(database, None).await
    }

    async fn rebuild(&self) -> Result<Status> {
        let begun = Instant::now();
        let settings = self.connection.settings()?;
        let (directory, address) = (self.directory(&settings), self.address(&settings));
        let options = self.storage.options(&settings.file.node);
        let state = State::open(&directory, &options)?;
        let registry = tartan_node::registry_for(&settings.network)?;
        let chain = Chain::open(settings.network, state, registry, OpenOptions::default())?;
        let database = Database::open(&address).await?;
        database.clear().await?;
        let mut indexer = Indexer::open(&database, chain.reader()).await?;
        indexer.catch_up().await?;
        look(database, Some(begun.elapsed().as_secs_f64())).await
    }
}

async fn look(database: Database, seconds: Option<f64>) -> Result<Status> {
    let shown = database.shown_address().replace("?mode=rw", "");
    let index = Index::new(database);
    let counts = index.row_counts().await?;
    Ok(Status {
        database: shown,
        position: index.position().await?,
        rows: counts
            .into_iter()
            .map(|(table, rows)| Rows { table, rows })
            .collect(),
        seconds,
    })
}
