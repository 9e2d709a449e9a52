//! `cargo xtask soak`: the tests that break things at random moments, over and over.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;
use serde::Serialize;

use crate::process;
use crate::workspace::{BINARY, Workspace};

/// Tells the tests to do ten times as much as usual, and which course of events to take.
const VARIABLE: &str = "TARTAN_SOAK";

/// Arguments of `cargo xtask soak`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask soak                       one round: hundreds of kills and forks
  cargo xtask soak --minutes 60          rounds for an hour, each another course of events
  cargo xtask soak --first 1767225600    begins with this round, such as one that failed")]
pub(crate) struct Args {
    /// Begin no round after so many minutes.
    #[arg(long, default_value_t = 0)]
    minutes: u64,
    /// Number of the first round, which decides all that is random in it [default: the time in seconds].
    #[arg(long, value_name = "NUMBER")]
    first: Option<u64>,
}

#[derive(Serialize)]
struct Round {
    round: u64,
    passed: bool,
    seconds: f64,
}

/// Runs rounds until the time is over or one fails.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let first = args.first.unwrap_or(now.as_secs());
    process::run(tests(workspace, first).arg("--no-run"), workspace.json)?; // so that the time is all the tests'
    let (start, limit) = (Instant::now(), Duration::from_secs(args.minutes * 60));
    let mut rounds = Vec::new();
    for round in first.. {
        let begun = Instant::now();
        eprintln!("\n== round {round}");
        let mut tests = tests(workspace, round);
        tests.args(["--", "soak::"]);
        let passed = process::run(&mut tests, workspace.json).is_ok();
        rounds.push(Round {
            round,
            passed,
            seconds: begun.elapsed().as_secs_f64(),
        });
        if !passed || start.elapsed() >= limit {
            break;
        }
    }
    report(workspace, &rounds)
}

fn tests(workspace: &Workspace, round: u64) -> Command {
    let mut tests = workspace.command("cargo");
    tests.args(["test", "--locked", "--package", BINARY, "--test", "it"]);
    tests
        .args(["--", "soak::"])
        .env(VARIABLE, round.to_string());
    tests
}

fn report(workspace: &Workspace, rounds: &[Round]) -> Result<ExitCode> {
    if workspace.json {
        println!("{}", serde_json::to_string(rounds)?);
    } else {
        println!();
        for Round {
            round,
            passed,
            seconds,
        } in rounds
        {
            let mark = if *passed { "passed" } else { "FAILED" };
            println!("round {round} {mark} {seconds:>8.1} s");
            if !passed {
                println!("  again: cargo xtask soak --first {round}");
            }
        }
    }
    let passed = rounds.iter().all(|round| round.passed);
    Ok(ExitCode::from(u8::from(!passed)))
}
