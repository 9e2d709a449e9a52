//! Programs that cargo can install, each in a folder of its own in the user's cache.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::process;
use crate::workspace::Workspace;

/// A program that the tasks start, named like the package it comes in.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The one that is installed on this machine already, or else ours, installed on first use.
    ///
    /// # Errors
    /// When cargo cannot install it.
    pub(crate) fn program(&self, workspace: &Workspace) -> Result<PathBuf> {
        if process::probe(self.name, &["--version"]).is_some() {
            return Ok(PathBuf::from(self.name));
        }
        let folder = workspace.cache(&format!("tools/{}-{}", self.name, self.version))?;
        let program = folder.join("bin").join(self.name);
        if program.is_file() {
            return Ok(program);
        }
        eprintln!(
            "installing {} {} into {} (a few minutes, once)",
            self.name,
            self.version,
            folder.display()
        );
        let mut install = workspace.command("cargo");
        install.args(["install", self.name, "--version", self.version]);
        // From there, so that the settings of this workspace do not apply.
        install
            .args(["--locked", "--root", "."])
            .current_dir(&folder);
        process::run(&mut install, workspace.json).with_context(|| {
            format!(
                "cannot install {}; is the package registry reachable?",
                self.name
            )
        })?;
        Ok(program)
    }
}
