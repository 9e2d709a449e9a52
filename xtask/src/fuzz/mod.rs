//! `cargo xtask fuzz`: feeds what reads foreign bytes with bytes that a coverage-guided fuzzer makes up.
//!
//! ```text
//!   fuzz/seeds/<target> ─┐                                        ┌─▶ corpus: what reaches code nothing else reached
//!   cache: corpus ───────┴─▶ libFuzzer ─▶ fuzz_targets/<target> ──┴─▶ findings: what it panics, hangs or swells at
//! ```
//!
//! A target is a file of `fuzz/fuzz_targets` and a `[[bin]]` of `fuzz/Cargo.toml`. cargo-fuzz builds it without a
//! sanitizer, which a stable compiler can do; our code has no `unsafe`, so what a sanitizer finds is not there to be found.

mod outcome;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use self::outcome::{Log, Outcome};
use crate::process;
use crate::test::Notes;
use crate::tool::Tool;
use crate::workspace::Workspace;

/// Builds the targets so that the fuzzer sees which code an input reaches.
const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
};

/// Seconds after which one input counts as a hang. All take milliseconds; the rest is patience with a busy machine.
const HANG: u32 = 25;

/// Arguments of `cargo xtask fuzz`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask fuzz                                the targets
  cargo xtask fuzz document_parse                 one of them for a minute
  cargo xtask fuzz document_parse --seconds 3600
  cargo xtask fuzz --all --seconds 30             all, one after the other
  cargo xtask fuzz document_parse --input FILE    with one input, such as a finding
  cargo xtask fuzz document_parse --seconds 60 -- -minimize_crash=1 FILE
                                                  with more arguments for libFuzzer")]
pub(crate) struct Args {
    /// A target of fuzz/fuzz_targets; left out, they are listed.
    target: Option<String>,
    /// Run every target.
    #[arg(long, conflicts_with = "target")]
    all: bool,
    /// For how long, each.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Run the target once, with what is in this file, and show what that is.
    #[arg(long, value_name = "FILE", requires = "target")]
    input: Option<PathBuf>,
    /// Given to libFuzzer (`-help=1` lists what it knows).
    #[arg(last = true)]
    args: Vec<String>,
}

/// Lists the targets, runs some, or runs one with one input.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let mut targets = targets(workspace)?;
    match &args.target {
        Some(target) if targets.contains(target) => targets = BTreeSet::from([target.clone()]),
        Some(target) => bail!(
            "no fuzz target is called {target:?}; there are {}",
            join(&targets)
        ),
        None if !args.all => return list(workspace, &targets),
        None => {}
    }
    let programs = build(workspace, args.target.as_deref())?;
    if let (Some(target), Some(input)) = (&args.target, &args.input) {
        return reproduce(workspace, &programs.join(target), input);
    }
    let mut outcomes = Vec::new();
    for target in &targets {
        eprintln!("\n== {target}: {} s", args.seconds);
        let outcome = fuzz(workspace, &programs, target, args)?;
        eprintln!("== {outcome}");
        outcomes.push(outcome);
    }
    report(workspace, &outcomes)
}

fn list(workspace: &Workspace, targets: &BTreeSet<String>) -> Result<ExitCode> {
    if workspace.json {
        println!("{}", serde_json::to_string(targets)?);
    } else {
        targets.iter().for_each(|target| println!("{target}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn report(workspace: &Workspace, outcomes: &[Outcome]) -> Result<ExitCode> {
    if workspace.json {
        println!("{}", serde_json::to_string(outcomes)?);
    } else {
        println!();
        outcomes.iter().for_each(|outcome| println!("{outcome}"));
    }
    let passed = outcomes.iter().all(|outcome| outcome.finding.is_none());
    Ok(ExitCode::from(u8::from(!passed)))
}

/// The part of `fuzz/Cargo.toml` that says which targets there are.
#[derive(Deserialize)]
struct Manifest {
    bin: Vec<Bin>,
}

#[derive(Deserialize)]
struct Bin {
    name: String,
}

/// The targets by name: each has a file and an entry in the manifest.
fn targets(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let manifest = std::fs::read_to_string(manifest(workspace))
        .context("cannot read fuzz/Cargo.toml, which names the fuzz targets")?;
    let manifest: Manifest = toml::from_str(&manifest).context("cannot read fuzz/Cargo.toml")?;
    let entries: BTreeSet<String> = manifest.bin.into_iter().map(|bin| bin.name).collect();
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(workspace.root.join("fuzz/fuzz_targets"))? {
        let path = entry?.path();
        if let (Some("rs"), Some(name)) = (
            path.extension().and_then(|it| it.to_str()),
            path.file_stem(),
        ) {
            files.insert(name.to_string_lossy().into_owned());
        }
    }
    let odd: BTreeSet<_> = entries.symmetric_difference(&files).cloned().collect();
    if !odd.is_empty() {
        bail!(
            "a fuzz target is a file of fuzz/fuzz_targets and a [[bin]] of fuzz/Cargo.toml; one of both is missing for {}",
            join(&odd)
        );
    }
    Ok(entries)
}

fn manifest(workspace: &Workspace) -> PathBuf {
    workspace.root.join("fuzz/Cargo.toml")
}

fn join(names: &BTreeSet<String>) -> String {
    names
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Lets the targets be built with the versions that the program is built with. Cargo adds the fuzzer's own.
fn adopt_versions(workspace: &Workspace) -> Result<()> {
    let ours = workspace.root.join("Cargo.lock");
    let theirs = workspace.root.join("fuzz/Cargo.lock");
    let newer = |path: &Path| {
        path.metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
    };
    if newer(&theirs) < newer(&ours) {
        std::fs::copy(&ours, &theirs)
            .with_context(|| format!("cannot write {}", theirs.display()))?;
    }
    Ok(())
}

/// The step `fuzz` of `cargo xtask test`: every target compiles, without the fuzzer's run time.
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    targets(workspace)?;
    adopt_versions(workspace)?;
    let manifest = manifest(workspace);
    let manifest = manifest.to_string_lossy();
    let lints = ["--no-default-features", "--", "-D", "warnings"];
    workspace.run(
        "cargo",
        &[&["clippy", "--manifest-path", &manifest][..], &lints].concat(),
    )?;
    Ok(Notes::new())
}

/// Builds one target, or all, and says in which folder the programs lie.
fn build(workspace: &Workspace, target: Option<&str>) -> Result<PathBuf> {
    adopt_versions(workspace)?;
    let cargo_fuzz = CARGO_FUZZ.program(workspace)?;
    let folder = workspace.root.join("target/fuzz");
    let mut command = workspace.command(&cargo_fuzz.to_string_lossy());
    command.args(["build", "--sanitizer", "none", "--target-dir"]);
    command.arg(&folder).args(target);
    process::run(&mut command, workspace.json)?;
    let version = process::capture(workspace.command("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not say for which machine it builds")?;
    Ok(folder.join(host).join("release"))
}

/// Runs a target for a while, beginning with what is known to be interesting.
fn fuzz(workspace: &Workspace, programs: &Path, target: &str, args: &Args) -> Result<Outcome> {
    let corpus = workspace.cache(&format!("fuzz/corpus/{target}"))?;
    let findings = workspace.cache(&format!("fuzz/findings/{target}"))?;
    let seeds = workspace.root.join("fuzz/seeds").join(target);
    let mut command = Command::new(programs.join(target));
    command.current_dir(&workspace.root);
    // libFuzzer glues the hash of the input to whatever this is
    command.arg(format!("-artifact_prefix={}/", findings.display()));
    command.arg(format!("-max_total_time={}", args.seconds));
    command.arg(format!("-timeout={HANG}"));
    command.args(["-print_final_stats=1"]).args(&args.args);
    let given = args.args.iter().any(|arg| !arg.starts_with('-'));
    if !given {
        command.arg(corpus);
        command.args(seeds.is_dir().then_some(seeds));
    }
    let start = Instant::now();
    let (passed, log) = watch(&mut command)?;
    Ok(Outcome::new(target, start.elapsed(), &log, passed))
}

/// Runs the fuzzer, shows what it says except for each input that it keeps, and says whether it found nothing.
fn watch(command: &mut Command) -> Result<(bool, Log)> {
    let mut fuzzer = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let lines = fuzzer.stderr.take().context("standard error is piped")?;
    let mut log = Log::default();
    for line in BufReader::new(lines).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if log.read(&line) {
            writeln!(std::io::stderr(), "{line}")?;
        }
    }
    Ok((fuzzer.wait()?.success(), log))
}

/// Runs a target once and shows what its input is, as the target sees it.
fn reproduce(workspace: &Workspace, program: &Path, input: &Path) -> Result<ExitCode> {
    let input = input
        .canonicalize()
        .with_context(|| format!("cannot read {}", input.display()))?;
    let shown = tempfile::NamedTempFile::new()?;
    let mut show = workspace.command(&program.to_string_lossy());
    show.env("RUST_LIBFUZZER_DEBUG_PATH", shown.path());
    show.arg(&input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {}", program.display()))?;
    eprintln!("input: {}", std::fs::read_to_string(shown.path())?);
    let mut command = workspace.command(&program.to_string_lossy());
    command.arg(format!("-timeout={HANG}")).arg(&input);
    let passed = process::run(&mut command, workspace.json).is_ok();
    if workspace.json {
        println!(
            "{}",
            serde_json::json!({ "input": input, "passed": passed })
        );
    } else {
        println!("{}", if passed { "passed" } else { "FAILED" });
    }
    Ok(ExitCode::from(u8::from(!passed)))
}
