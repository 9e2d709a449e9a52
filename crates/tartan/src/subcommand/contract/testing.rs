//! `tartan contract test`: a contract's own tests.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::output;

/// The oldest version of Node.js whose test runner the tests can rely on.
const OLDEST_NODE: u32 = 20;

/// The tests passed.
#[derive(Debug, Serialize)]
struct Passed {
    directory: PathBuf,
    passed: bool,
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tests in {} pass", self.directory.display())
    }
}

/// Runs the tests in a folder. With `json`, what Node.js prints goes to standard error.
pub(super) fn run(directory: &Path, json: bool) -> Result<()> {
    if !directory.join("package.json").is_file() {
        bail!(
            "expected a contract's folder with a package.json, found none in {}; `tartan contract new <NAME>` makes one",
            directory.display()
        );
    }
    check_node()?;
    let program = std::env::current_exe().context("cannot find this very program")?;
    let mut command = Command::new("node");
    command
        .arg("--test")
        .current_dir(directory)
        .env("TARTAN", program)
        // a runner inside a runner would report to the outer one
        .env_remove("NODE_TEST_CONTEXT")
        .stdin(Stdio::null());
    if json {
        command.stdout(std::io::stderr());
    }
    let status = command.status().context("cannot start node")?;
    if !status.success() {
        bail!("the tests in {} fail ({status})", directory.display());
    }
    let passed = Passed {
        directory: directory.to_path_buf(),
        passed: true,
    };
    output::print(&passed, json)
}

/// Makes sure that Node.js is there, and new enough.
fn check_node() -> Result<()> {
    let found = match Command::new("node").arg("--version").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_string(),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "the tests need Node.js {OLDEST_NODE} or later, and there is no program node on the path; see https://nodejs.org"
        ),
        Err(error) => return Err(error).context("cannot start node"),
    };
    match major(&found) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => bail!(
            "the tests need Node.js {OLDEST_NODE} or later, found {found:?}; see https://nodejs.org"
        ),
    }
}

/// The first number of a version such as `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(major("v20.11.1"), Some(20));
        assert_eq!(major("v8.0.0-pre"), Some(8));
        assert_eq!(major("20.0.0"), None);
        assert_eq!(major(""), None);
    }
}
