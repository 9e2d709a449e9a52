//! `tartan sandbox`: a chain in memory, driven by lines of JSON.

use std::io;

use anyhow::{Context as _, Result};
use tartan_sandbox::Sandbox;

/// Arguments of `tartan sandbox`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads requests from standard input, one JSON object a line, and writes an answer to standard output
for each, one JSON object a line. Ends at the end of the input, or when a request says stop.

Example:
  echo '{\"id\":1,\"method\":\"reset\",\"params\":{\"genesis\":[]}}' | tartan sandbox")]
pub(crate) struct Args {}

pub(crate) fn run(_: Args) -> Result<()> {
    let mut sandbox = Sandbox::new();
    let served = tartan_sandbox::serve(&mut sandbox, io::stdin().lock(), io::stdout().lock());
    match served {
        // nobody reads the answers any more
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        served => served.context("cannot go on answering requests"),
    }
}
