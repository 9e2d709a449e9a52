//! Development tasks, in Rust instead of shell: `cargo xtask <task>`.
//!
//! ```text
//!   checkout ──▶ test ──▶ leftovers, policy, format, book, lints, tests, doc tests, docs, sessions, clients ──▶ report
//!            ├─▶ demo ──▶ builds and becomes `tartan demo`
//!            ├─▶ bench, fuzz, soak, determinism ──▶ figures, findings
//!            ├─▶ clean ──▶ room on the disk
//!            └─▶ release ──▶ archive, licences of what is in it, checksum
//! ```
//!
//! What a task needs beyond cargo is installed into folders of its own under `~/.cache/tartan`
//! (or `$XDG_CACHE_HOME/tartan`), never into the system.

mod bench;
mod book;
mod clean;
mod clients;
mod determinism;
mod fuzz;
mod leftovers;
mod node_modules;
mod pages;
mod policy;
mod postgres;
mod process;
mod python;
mod release;
mod session;
mod soak;
mod test;
mod tool;
mod workspace;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::workspace::{BINARY, Workspace};

/// Development tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
struct Cli {
    /// Print results as JSON on standard output; what the tools print goes to standard error.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    task: Task,
}

const EXAMPLES: &str = "\
Examples:
  cargo xtask demo                       a main chain, a sidechain, a funded community
  cargo xtask test                       everything, as before every commit that is shared
  cargo xtask test --only clippy,unit    two steps of it
  cargo xtask bench                      every figure the book quotes
  cargo xtask release                    an archive to publish";

#[derive(Subcommand)]
enum Task {
    /// Check everything: format, lints, tests, policy, the book, real clients, pages in a browser.
    Test(test::Args),
    /// Build the binary and run `tartan demo` with the remaining arguments.
    Demo(DemoArgs),
    /// Run the benchmarks and print their figures.
    Bench(bench::Args),
    /// Feed decoders with bytes that a fuzzer makes up.
    Fuzz(fuzz::Args),
    /// Execute the same blocks of JavaScript contracts in a debug and in a release build.
    #[command(after_help = "\
Examples:
  cargo xtask determinism                says whether they agree, or which line differs
  cargo xtask determinism --json         the same of each build, as JSON")]
    Determinism,
    /// Run the tests that break things at random moments, over and over.
    Soak(soak::Args),
    /// Check licences, sources, duplicates and advisories of all dependencies.
    #[command(after_help = "\
Examples:
  cargo xtask policy                     says what breaks deny.toml, and what could not be checked
  cargo xtask policy --json              the same, as JSON")]
    Policy,
    /// Check the book, play its sessions, or build its pages.
    Book(book::Args),
    /// Remove build outputs of checkouts that are gone.
    Clean(clean::Args),
    /// Build the release archive with licences and checksums.
    Release(release::Args),
}

/// Arguments of `cargo xtask demo`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask demo                       stays up until Ctrl-C
  cargo xtask demo --once                plays the story, checks the balances, ends
  cargo xtask demo --chain hive          on a Hive-flavoured main chain
  cargo xtask demo --help                every option of `tartan demo`")]
#[command(disable_help_flag = true)]
struct DemoArgs {
    /// Given to `tartan demo` as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode> {
    let workspace = Workspace::locate(cli.json)?;
    clean::sign(&workspace);
    match &cli.task {
        Task::Test(args) => test::run(&workspace, args),
        Task::Demo(args) => demo(&workspace, args),
        Task::Bench(args) => bench::run(&workspace, args).map(|()| ExitCode::SUCCESS),
        Task::Fuzz(args) => fuzz::run(&workspace, args),
        Task::Determinism => determinism::run(&workspace),
        Task::Soak(args) => soak::run(&workspace, args),
        Task::Policy => policy::run(&workspace),
        Task::Book(args) => book::run(&workspace, args).map(|()| ExitCode::SUCCESS),
        Task::Clean(args) => clean::run(&workspace, args),
        Task::Release(args) => release::run(&workspace, args).map(|()| ExitCode::SUCCESS),
    }
}

/// Becomes `tartan demo`, so that signals and the exit code are its own.
fn demo(workspace: &Workspace, args: &DemoArgs) -> Result<ExitCode> {
    eprintln!("building the binary");
    let binary = workspace.build_binary(false)?;
    let mut command = std::process::Command::new(&binary);
    command.arg("demo").args(&args.args);
    if workspace.json {
        command.arg("--json");
    }
    become_command(command)
        .with_context(|| format!("cannot start {} from {}", BINARY, binary.display()))
}

#[cfg(unix)]
fn become_command(mut command: std::process::Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_command(mut command: std::process::Command) -> Result<ExitCode> {
    let status = command.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
