//! `cargo xtask fuzz`: runs a target of `fuzz/` for a while.

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Arguments of `cargo xtask fuzz`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask fuzz                       the targets
  cargo xtask fuzz transaction           one of them for a minute
  cargo xtask fuzz transaction --seconds 3600")]
pub(crate) struct Args {
    /// A target of fuzz/fuzz_targets; left out, they are listed.
    target: Option<String>,
    /// For how long.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

const INSTALL: &str = "it needs a nightly compiler and cargo-fuzz:
  rustup toolchain install nightly
  cargo install cargo-fuzz --locked";

/// Runs one target, or lists all.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let targets = targets(workspace)?;
    let Some(target) = &args.target else {
        if workspace.json {
            println!("{}", serde_json::to_string(&targets)?);
        } else {
            targets.iter().for_each(|target| println!("{target}"));
        }
        return Ok(());
    };
    if !targets.contains(target) {
        bail!(
            "no fuzz target is called {target:?}; there are {}",
            targets.join(", ")
        );
    }
    if process::probe("cargo", &["+nightly", "fuzz", "--version"]).is_none() {
        bail!("cargo-fuzz is not installed; {INSTALL}");
    }
    let limit = format!("-max_total_time={}", args.seconds);
    workspace.run("cargo", &["+nightly", "fuzz", "run", target, "--", &limit])
}

fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let dir = workspace.root.join("fuzz/fuzz_targets");
    let Ok(entries) = std::fs::read_dir(&dir) else {
        bail!("there is no folder fuzz/fuzz_targets, so there is nothing to fuzz");
    };
    let mut targets = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if let (Some("rs"), Some(name)) = (
            path.extension().and_then(|it| it.to_str()),
            path.file_stem(),
        ) {
            targets.push(name.to_string_lossy().into_owned());
        }
    }
    targets.sort();
    Ok(targets)
}
