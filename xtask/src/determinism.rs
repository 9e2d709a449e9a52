//! `cargo xtask determinism`: the same blocks, executed by a debug and by a release build.
//!
//! Each has to find the logs, hashes and units of work that `crates/vm/tests/data/determinism.txt` names, twice and on
//! two threads.

use std::process::ExitCode;

use anyhow::Result;
use serde::Serialize;

use crate::process;
use crate::workspace::Workspace;

/// What a build found.
#[derive(Serialize)]
struct Found {
    build: &'static str,
    agrees: bool,
}

/// Runs the tests in both builds, whatever the first one finds.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let builds = [("debug", None), ("release", Some("--release"))];
    let found = builds.map(|(build, flag)| {
        eprintln!("\n== {build}");
        let mut tests = workspace.command("cargo");
        tests.args(["test", "--locked", "--package", "tartan-vm", "--test", "it"]);
        tests.args(flag).args(["--", "determinism::"]);
        let ended = process::run(&mut tests, workspace.json);
        if let Err(error) = &ended {
            eprintln!("error: {error:#}");
        }
        let agrees = ended.is_ok();
        Found { build, agrees }
    });
    report(workspace, &found)
}

fn report(workspace: &Workspace, found: &[Found]) -> Result<ExitCode> {
    let agree = found.iter().all(|build| build.agrees);
    if workspace.json {
        println!("{}", serde_json::to_string(found)?);
    } else if agree {
        println!("debug and release agree");
    } else {
        for Found { build, .. } in found.iter().filter(|build| !build.agrees) {
            println!("the {build} build finds something else, see above");
        }
    }
    Ok(match agree {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
