//! The step `pages`: journeys through the pages in a real browser, against the real binary (tests/pages/README.md).

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::test::Notes;
use crate::workspace::{BINARY_VARIABLE, Workspace};
use crate::{node_modules, process};

/// Names a browser, where it is not Debian's.
const BROWSER_VARIABLE: &str = "TARTAN_CHROMIUM";
/// Where screenshots go, if they are wanted.
const ARTEFACTS_VARIABLE: &str = "TARTAN_PAGES_ARTEFACTS";
/// Where what a failed journey saw goes otherwise.
const FAILURES_VARIABLE: &str = "TARTAN_PAGES_FAILURES";
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Checks the browser side by itself, then plays every journey. Each file of them plays at two widths at once, on a demo for each,
/// and so keeps two processors busy.
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    browser_side(workspace)?;
    let project = workspace.root.join("tests/pages");
    let modules = node_modules::install(workspace, &project)?;
    let browser = browser(workspace)?;
    let binary = workspace.test_binary()?;
    let at_once = std::thread::available_parallelism().map_or(1, |all| all.get().div_ceil(2));
    let mut node = workspace.command("node");
    node.args(["--test", "--test-reporter", "spec"])
        .args(["--test-concurrency", &at_once.to_string()])
        .args(stories(&project)?)
        .current_dir(&project);
    node.env("NODE_PATH", modules)
        .env(BROWSER_VARIABLE, browser)
        .env(BINARY_VARIABLE, binary);
    let mut notes = Notes::new();
    match std::env::var_os(ARTEFACTS_VARIABLE) {
        Some(folder) => {
            let folder = workspace.root.join(folder);
            notes.push(format!("screenshots are in {}", folder.display()));
            node.env(ARTEFACTS_VARIABLE, folder);
        }
        None => drop(node.env(FAILURES_VARIABLE, workspace.cache("pages")?)),
    }
    process::run(&mut node, workspace.json)?;
    Ok(notes)
}

/// The browser side by itself: the types, which the compiler that builds it does not look at, and its tests. All in a copy with
/// the packages, so that nothing is written into the checkout.
fn browser_side(workspace: &Workspace) -> Result<()> {
    let web = workspace.root.join("crates/web");
    let modules = node_modules::install(workspace, &web.join("frontend"))?;
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path();
    for part in ["frontend", "texts"] {
        copy(&web.join(part), &folder.join(part))?;
    }
    let frontend = folder.join("frontend");
    link(&modules, &frontend.join("node_modules"))?;
    for (tool, args) in [
        ("typescript/bin/tsc", ["--noEmit", "--pretty"].as_slice()),
        ("vitest/vitest.mjs", ["run"].as_slice()),
    ] {
        let mut command = workspace.command("node");
        command.arg(modules.join(tool)).args(args);
        process::run(command.current_dir(&frontend), workspace.json)?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(to, at)?)
}

#[cfg(windows)]
fn link(to: &Path, at: &Path) -> Result<()> {
    Ok(std::os::windows::fs::symlink_dir(to, at)?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.join(entry.file_name());
        if entry.file_name() == "node_modules" {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &copied)?,
            false => drop(std::fs::copy(entry.path(), copied)?),
        }
    }
    Ok(())
}

/// The files with journeys, in order.
fn stories(project: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(project)? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("there are no journeys in {}", project.display());
    }
    Ok(files)
}

/// A browser: the one that is named, an installed one, or, for root on Debian, one that is installed now.
fn browser(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(BROWSER_VARIABLE) {
        return Ok(path.into());
    }
    if let Some(path) = installed() {
        return Ok(path);
    }
    let is_root = process::probe("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if is_root && process::probe("apt-get", &["--version"]).is_some() {
        let _ = workspace.run("apt-get", &["update", "-qq"]);
        let _ = workspace.run(
            "apt-get",
            &[
                "install",
                "-qq",
                "--yes",
                "--no-install-recommends",
                "chromium",
            ],
        );
    }
    installed().context(format!(
        "there is no Chromium; install it (Debian, Ubuntu: `apt install chromium`), or name one in {BROWSER_VARIABLE}"
    ))
}

fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let named = BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named.into_iter().find(|path| path.is_file())
}
