//! `cargo xtask bench`: the figures that the book and the issues quote, each by its name.
//!
//! A benchmark belongs to the crate it measures: an example (or binary) that prints its figures, and an entry
//! in the crate's `Cargo.toml`:
//!
//! ```toml
//! [package.metadata.bench.transfers]
//! measures = "native tokens.transfer, 1,000 a block, 1 million accounts"
//! example = "bench_transfers"          # or: bin = "…", or: bench = "…" (a criterion bench)
//! args = ["--accounts", "1000000"]     # optional
//! ```

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use crate::process;
use crate::workspace::{self, Metadata, Workspace};

/// Arguments of `cargo xtask bench`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench --list               what there is
  cargo xtask bench                      all of it
  cargo xtask bench transfers            one
  cargo xtask bench transfers -- --accounts 10000")]
pub(crate) struct Args {
    /// The benchmark to run; all when left out.
    name: Option<String>,
    /// Say which benchmarks there are, and run none.
    #[arg(long)]
    list: bool,
    /// Given to the benchmark after its own arguments.
    #[arg(last = true, requires = "name")]
    args: Vec<String>,
}

/// An entry of `[package.metadata.bench]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    measures: String,
    #[serde(flatten)]
    target: Target,
    #[serde(default)]
    args: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    Example(String),
    Bin(String),
    Bench(String),
}

impl Target {
    /// What cargo calls its kind, and its name.
    fn words(&self) -> (&'static str, &str) {
        match self {
            Target::Example(name) => ("example", name),
            Target::Bin(name) => ("bin", name),
            Target::Bench(name) => ("bench", name),
        }
    }
}

#[derive(Debug)]
struct Bench {
    name: String,
    package: String,
    entry: Entry,
}

#[derive(Serialize)]
struct Figures {
    bench: String,
    measures: String,
    seconds: f64,
    output: String,
}

/// Runs the chosen benchmarks one after the other, in release.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let benches =
        registry(&workspace.metadata(&workspace.root.join("Cargo.toml"), &["--no-deps"])?)?;
    let chosen = choose(&benches, args.name.as_deref())?;
    if args.list {
        return list(workspace, &chosen);
    }
    let mut figures = Vec::new();
    for bench in chosen {
        eprintln!("\n== {}: {}", bench.name, bench.entry.measures);
        let mut command = workspace.command("cargo");
        command
            .args(cargo_words(bench))
            .args(&bench.entry.args)
            .args(&args.args);
        if workspace.json {
            let start = Instant::now();
            let output = process::capture(&mut command)?;
            let seconds = start.elapsed().as_secs_f64();
            figures.push(Figures {
                bench: bench.name.clone(),
                measures: bench.entry.measures.clone(),
                seconds,
                output,
            });
        } else {
            process::run(&mut command, false)?;
        }
    }
    if workspace.json {
        println!("{}", serde_json::to_string(&figures)?);
    }
    Ok(())
}

fn list(workspace: &Workspace, benches: &[&Bench]) -> Result<()> {
    if workspace.json {
        let rows: Vec<_> = benches
            .iter()
            .map(|bench| serde_json::json!({ "bench": bench.name, "measures": bench.entry.measures, "crate": bench.package }))
            .collect();
        println!("{}", serde_json::to_string(&rows)?);
    } else {
        for bench in benches {
            println!(
                "{:<20} {} ({})",
                bench.name, bench.entry.measures, bench.package
            );
        }
    }
    Ok(())
}

fn cargo_words(bench: &Bench) -> Vec<&str> {
    let mut words = match &bench.entry.target {
        Target::Example(name) => vec!["run", "--release", "--locked", "--example", name],
        Target::Bin(name) => vec!["run", "--release", "--locked", "--bin", name],
        Target::Bench(name) => vec!["bench", "--locked", "--bench", name],
    };
    words.extend(["--package", &bench.package, "--"]);
    words
}

/// What the manifests of the workspace register, by name.
fn registry(metadata: &Metadata) -> Result<BTreeMap<String, Bench>> {
    let mut benches: BTreeMap<String, Bench> = BTreeMap::new();
    for package in &metadata.packages {
        let Some(table) = package.metadata.get("bench") else {
            continue;
        };
        let entries: BTreeMap<String, Entry> = serde_json::from_value(table.clone())
            .with_context(|| format!("cannot read [package.metadata.bench] of {}", package.name))?;
        for (name, entry) in entries {
            let (kind, target) = entry.target.words();
            let built = |found: &workspace::Target| {
                found.name == target && found.kind.iter().any(|found| found == kind)
            };
            if !package.targets.iter().any(built) {
                bail!(
                    "benchmark {name} is the {kind} {target}, which {} does not have",
                    package.name
                );
            }
            let bench = Bench {
                name: name.clone(),
                package: package.name.clone(),
                entry,
            };
            if let Some(other) = benches.insert(name, bench) {
                bail!(
                    "{} and {} both register a benchmark called {}",
                    other.package,
                    package.name,
                    other.name
                );
            }
        }
    }
    Ok(benches)
}

fn choose<'a>(benches: &'a BTreeMap<String, Bench>, name: Option<&str>) -> Result<Vec<&'a Bench>> {
    let names = || {
        benches
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match name {
        _ if benches.is_empty() => {
            bail!("no crate registers a benchmark; xtask/src/bench.rs says how")
        }
        None => Ok(benches.values().collect()),
        Some(name) => match benches.get(name) {
            Some(bench) => Ok(vec![bench]),
            None => bail!("no benchmark is called {name:?}; there are {}", names()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest_metadata: serde_json::Value, expected: Result<&[&str], &str>) {
        let package = serde_json::json!({
            "id": "a", "name": "tartan-a", "version": "0.1.0", "license": null, "source": null,
            "manifest_path": "a/Cargo.toml", "metadata": manifest_metadata,
            "targets": [{ "name": "bench_one", "kind": ["example"] }, { "name": "one", "kind": ["bench"] }]
        });
        let metadata = serde_json::json!({
            "packages": [package], "resolve": null
        });
        let metadata: Metadata = serde_json::from_value(metadata).unwrap();
        let found = registry(&metadata).map(|benches| cargo_words(&benches["one"]).join(" "));
        match expected {
            Ok(words) => assert_eq!(found.unwrap(), words.join(" ")),
            Err(reason) => assert!(format!("{:#}", found.unwrap_err()).contains(reason)),
        }
    }

    #[test]
    fn an_entry_names_a_target() {
        check(
            serde_json::json!({ "bench": { "one": { "measures": "x", "example": "bench_one" } } }),
            Ok(&[
                "run",
                "--release",
                "--locked",
                "--example",
                "bench_one",
                "--package",
                "tartan-a",
                "--",
            ]),
        );
        check(
            serde_json::json!({ "bench": { "one": { "measures": "x", "bench": "one" } } }),
            Ok(&[
                "bench",
                "--locked",
                "--bench",
                "one",
                "--package",
                "tartan-a",
                "--",
            ]),
        );
    }

    #[test]
    fn an_entry_without_a_target_is_refused() {
        check(
            serde_json::json!({ "bench": { "one": { "measures": "x" } } }),
            Err("[package.metadata.bench] of tartan-a"),
        );
    }

    #[test]
    fn an_entry_whose_target_does_not_exist_is_refused() {
        check(
            serde_json::json!({ "bench": { "one": { "measures": "x", "example": "one" } } }),
            Err("benchmark one is the example one, which tartan-a does not have"),
        );
    }

    #[test]
    fn the_entries_of_this_workspace_are_in_order() {
        let workspace = Workspace::locate(false).unwrap();
        let manifest = workspace.root.join("Cargo.toml");
        let benches = registry(&workspace.metadata(&manifest, &["--no-deps"]).unwrap()).unwrap();
        assert!(benches.contains_key("transfers"), "{benches:?}");
    }
}
