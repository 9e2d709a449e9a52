//! `cargo xtask determinism`: the same blocks, executed by a debug and by a release build.
//!
//! Each has to find the logs, hashes and units of work that `crates/vm/tests/data/determinism.txt` names, twice and on
//! two threads.

use anyhow::{Context as _, Result};

use crate::process;
use crate::workspace::Workspace;

/// Runs the tests in both builds.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    for (build, flag) in [("debug", None), ("release", Some("--release"))] {
        eprintln!("\n== {build}");
        let mut tests = workspace.command("cargo");
        tests.args(["test", "--locked", "--package", "tartan-vm", "--test", "it"]);
        tests.args(flag).args(["--", "determinism::"]);
        process::run(&mut tests, workspace.json)
            .with_context(|| format!("the {build} build finds something else"))?;
    }
    if !workspace.json {
        println!("debug and release agree");
    }
    Ok(())
}
