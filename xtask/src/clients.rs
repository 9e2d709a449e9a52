//! The step `clients`: real client libraries against the real binary (tests/clients/README.md).

use std::path::Path;

use anyhow::Result;

use crate::test::Notes;
use crate::workspace::{BINARY_VARIABLE, Workspace};
use crate::{node_modules, process, python};

/// Installs the libraries, builds the binary and runs both suites.
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    let project = workspace.root.join("tests/clients");
    let modules = node_modules::install(workspace, &project)?;
    let interpreter = python::install(workspace, &project.join("requirements.txt"))?;
    let binary = workspace.test_binary()?;
    javascript(workspace, &project, &modules, &binary)?;
    suite_in_python(workspace, &project, &interpreter, &binary)?;
    Ok(Notes::new())
}

fn javascript(workspace: &Workspace, project: &Path, modules: &Path, binary: &Path) -> Result<()> {
    let mut node = workspace.command("node");
    node.args(["--test", "--test-reporter", "spec", "js/clients.test.cjs"])
        .current_dir(project);
    node.env("NODE_PATH", modules).env(BINARY_VARIABLE, binary);
    process::run(&mut node, workspace.json)
}

fn suite_in_python(
    workspace: &Workspace,
    project: &Path,
    interpreter: &Path,
    binary: &Path,
) -> Result<()> {
    let mut tests = workspace.command(&interpreter.to_string_lossy());
    tests
        .args(["-B", "-m", "unittest", "-v"])
        .current_dir(project.join("python"));
    tests.env(BINARY_VARIABLE, binary);
    process::run(&mut tests, workspace.json)
}
