//! Python packages in a virtual environment of our own, as a requirements file pins them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The interpreter of an environment with what `requirements` pins; made on first use, and again when the file or
/// the version of Python changes.
///
/// # Errors
/// When Python is missing, cannot make environments, or pip fails.
pub(crate) fn install(workspace: &Workspace, requirements: &Path) -> Result<PathBuf> {
    let Some(version) = process::probe("python3", &["--version"]) else {
        bail!(
            "python3 is not installed; install Python 3.9 or later (Debian, Ubuntu: `apt install python3 python3-venv`)"
        );
    };
    let pins = std::fs::read(requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let folder = workspace
        .cache("python")?
        .join(process::fingerprint(&[&pins, version.as_bytes()]));
    let interpreter = folder.join("bin/python");
    let stamp = folder.join("installed");
    if stamp.is_file() {
        return Ok(interpreter);
    }
    let mut venv = workspace.command("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    process::run(&mut venv, true).context(
        "python3 cannot make a virtual environment (Debian, Ubuntu: `apt install python3-venv`)",
    )?;
    let mut pip = workspace.command(&interpreter.to_string_lossy());
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--prefer-binary",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    pip.arg(requirements);
    process::run(&mut pip, true)
        .context("pip cannot install the client libraries; is the package index reachable?")?;
    std::fs::write(stamp, version)?;
    Ok(interpreter)
}
