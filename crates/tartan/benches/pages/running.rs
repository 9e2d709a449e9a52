use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::store::Store;

/// The binary that cargo built with this bench.
const BINARY: &str = env!("CARGO_BIN_EXE_tartan");
/// Nobody listens there: the store is all there is.
const NO_MAIN_CHAIN: &str = "http://127.0.0.1:9";

/// A demo or a node; dropping it ends it.
pub(crate) struct Running {
    child: Child,
    address: String,
}

impl Running {
    pub(crate) fn demo() -> Result<Running> {
        let mut command = Command::new(BINARY);
        command.args(["demo", "--json", "--block-interval", "1s"]);
        command.args(["--main-chain-port", "0", "--side-chain-port", "0"]);
        Running::start(command)
    }

    pub(crate) fn node(store: &Store) -> Result<Running> {
        let mut command = Command::new(BINARY);
        command.args(["node", "--json", "--listen", "127.0.0.1:0"]);
        command.args(["--main-chain", NO_MAIN_CHAIN, "--data-dir"]);
        command
            .arg(&store.data)
            .arg("--network")
            .arg(&store.network);
        Running::start(command)
    }

    /// Starts it and waits until it says where it serves.
    fn start(mut command: Command) -> Result<Running> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        // of its log only what went wrong
        let mut child = command
            .env("TARTAN_LOG", "error")
            .spawn()
            .with_context(|| format!("cannot start {BINARY}"))?;
        let output = child.stdout.take().context("its output")?;
        let mut running = Running {
            child,
            address: String::new(),
        };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)
            .with_context(|| format!("expected a line of JSON, found {line:?}"))?;
        let address = ready["sideChain"].as_str().context("its address")?;
        running.address = address.trim_end_matches('/').to_owned();
        Ok(running)
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // there is nothing of it to keep
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
