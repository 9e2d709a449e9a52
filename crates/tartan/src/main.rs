//! `tartan`: a layer-2 sidechain for communities on Steem and Hive, in one binary.
//!
//! ```text
//!   arguments, environment, tartan.toml ──▶ a subcommand ──▶ Output ──▶ text for people, or JSON with --json
//! ```
//!
//! The binary is thin: each subcommand puts parts of the other crates together. What a command found or did is a type of
//! its own (`Output`), which is also its JSON.
//!
//! It ends with code 0 when it did what it was told (being interrupted is an orderly end), 1 when it could not, and 2
//! when the arguments make no sense. Results go to standard output, everything else to standard error.

mod acting;
mod asking;
mod broadcasting;
mod calling;
mod cli;
mod config;
mod ledger;
mod logging;
mod output;
mod reward_pool;
mod shutdown;
mod side_chain;
mod signer;
mod signing;
mod storage;
mod subcommand;
mod units;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: tartan_allocator::Allocator = tartan_allocator::Allocator;

fn main() -> ExitCode {
    tartan_allocator::keep_freed_memory();
    let cli = cli::Cli::parse();
    let json = cli.json;
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::print_error(&error, json);
            ExitCode::FAILURE
        }
    }
}
