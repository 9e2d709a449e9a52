//! `tartan completions`: a completion script for a shell.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output;

/// Arguments of `tartan completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  tartan completions bash > ~/.local/share/bash-completion/completions/tartan")]
pub(crate) struct Args {
    /// Which shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tartan", &mut script);
    output::write(&String::from_utf8_lossy(&script))
}
