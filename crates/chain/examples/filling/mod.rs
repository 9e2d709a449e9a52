//! Stores for benches that are full already: rows go in as if they had come with blocks, without executing any.

use std::path::{Path, PathBuf};

use tartan_chain::network::Flavor;
use tartan_chain::{Block, Chain, Network, OpenOptions};
use tartan_graphene::MainOperation;
use tartan_state::{Overlay, Position, Record, State, StateOptions, Table};

use crate::load::{Main, custom_json};

/// Why a bench cannot go on.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// The chain of a development network in a directory.
pub(crate) fn open(dir: &Path) -> Result<Chain, Failure> {
    let network = Network::dev(Flavor::Steem);
    let state_options = StateOptions {
        identity: network.identity().to_string(),
        // tools that count instructions have not much more
        map_size: 24 << 30,
        ..StateOptions::default()
    };
    std::fs::create_dir_all(dir)?;
    let state = State::open(dir, &state_options)?;
    let registry = network.registry()?;
    let options = OpenOptions::default();
    Ok(Chain::open(network, state, registry, options)?)
}

/// A directory with a store that `fill` has filled, now or in a run before.
pub(crate) fn filled(
    dir: &Path,
    fill: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    let store = dir.join("store");
    if !store.exists() {
        let unfinished = dir.join("unfinished");
        fill(&unfinished)?;
        std::fs::rename(&unfinished, &store)?;
    }
    Ok(store)
}

/// A call of a contract; the fields of its payload are written as JSON.
pub(crate) fn call(from: &str, contract: &str, action: &str, fields: &str) -> MainOperation {
    let json = format!(
        r#"{{"contractName":"{contract}","contractAction":"{action}","contractPayload":{{{fields}}}}}"#
    );
    custom_json(from, json)
}

/// Executes calls, in one block; none of them may fail.
pub(crate) fn carry_out(
    chain: &mut Chain,
    main: &mut Main,
    calls: Vec<MainOperation>,
) -> Result<(), Failure> {
    let made = chain.apply(&main.block(calls))?;
    let made = made.ok_or("a block of calls makes a block")?;
    if let Some(logs) = failed(&made) {
        return Err(format!("preparing the chain failed: {logs}").into());
    }
    Ok(chain.set_irreversible(main.number)?)
}

/// What the first transaction that failed has logged.
pub(crate) fn failed(block: &Block) -> Option<&String> {
    let mut logs = block.transactions.iter().map(|it| &it.logs);
    logs.find(|logs| logs.contains("\"errors\""))
}

/// Puts rows into a store.
pub(crate) struct Fill<'a> {
    state: State,
    main: &'a mut Main,
    overlay: Option<Overlay>,
    /// Rows that go in at once, and those of them that are there.
    batch: u64,
    rows: u64,
}

impl Fill<'_> {
    pub(crate) fn new<'a>(chain: &Chain, main: &'a mut Main, batch: u64) -> Fill<'a> {
        Fill {
            state: chain.state().clone(),
            main,
            overlay: None,
            batch,
            rows: 0,
        }
    }

    /// Where the next row goes.
    pub(crate) fn overlay(&mut self) -> Result<&mut Overlay, Failure> {
        if self.rows >= self.batch {
            self.commit()?;
        }
        self.rows += 1;
        if self.overlay.is_none() {
            self.overlay = Some(self.state.begin()?);
        }
        Ok(self.overlay.as_mut().ok_or("it was begun")?)
    }

    pub(crate) fn insert<T: Record>(&mut self, record: &T) -> Result<(), Failure> {
        Table::insert(self.overlay()?, record)?;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.rows = 0;
        if let Some(overlay) = self.overlay.take() {
            self.main.pass();
            let number = self.main.number;
            let id = self.main.id.to_string();
            self.state.commit(overlay, Position { number, id })?;
            self.state.finalize(number)?;
        }
        Ok(())
    }

    /// Writes all of them to disk.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.commit()?;
        Ok(self.state.flush()?)
    }
}
