//! The step `pages`: journeys through the pages in a real browser, against the real binary (tests/pages/README.md).

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::test::Notes;
use crate::workspace::{BINARY_VARIABLE, Workspace};
use crate::{node_modules, process};

/// Names a browser, where it is not Debian's.
const BROWSER_VARIABLE: &str = "TARTAN_CHROMIUM";
/// Where screenshots go.
const ARTEFACTS_VARIABLE: &str = "TARTAN_PAGES_ARTEFACTS";
/// What the demo says of itself.
const DEMO_VARIABLE: &str = "TARTAN_PAGES_DEMO";
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Checks the types of the islands and runs their own tests, then plays every journey against one demo.
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    islands(workspace)?;
    let project = workspace.root.join("tests/pages");
    let modules = node_modules::install(workspace, &project)?;
    let browser = browser(workspace)?;
    let binary = workspace.test_binary()?;
    let artefacts = match std::env::var_os(ARTEFACTS_VARIABLE) {
        Some(folder) => workspace.root.join(folder),
        None => workspace.cache("pages")?,
    };
    let demo = Demo::start(workspace, &binary)?;
    let mut node = workspace.command("node");
    node.args([
        "--test",
        "--test-reporter",
        "spec",
        "--test-concurrency",
        "1",
    ])
    .args(stories(&project)?)
    .current_dir(&project);
    node.env("NODE_PATH", modules)
        .env(BROWSER_VARIABLE, browser)
        .env(ARTEFACTS_VARIABLE, &artefacts)
        .env(DEMO_VARIABLE, &demo.line)
        .env(BINARY_VARIABLE, binary);
    process::run(&mut node, workspace.json)?;
    Ok(vec![format!("screenshots are in {}", artefacts.display())])
}

/// The compiler that builds the islands looks at no types. They are checked beside the packages, whose types they use.
/// Tests of what needs no browser run there, too.
fn islands(workspace: &Workspace) -> Result<()> {
    let project = workspace.root.join("crates/web/frontend");
    let modules = node_modules::install(workspace, &project)?;
    let folder = modules.parent().context("the packages' folder")?;
    let _ = std::fs::remove_dir_all(folder.join("src"));
    copy(&project.join("src"), &folder.join("src"))?;
    // as far from the sources as in the checkout: tests compare with them
    let texts = folder.parent().context("the folder above")?.join("texts");
    let _ = std::fs::remove_dir_all(&texts);
    copy(&workspace.root.join("crates/web/texts"), &texts)?;
    std::fs::copy(project.join("tsconfig.json"), folder.join("tsconfig.json"))?;
    let mut check = workspace.command("node");
    check
        .arg(modules.join("typescript/bin/tsc"))
        .args(["--noEmit", "--pretty"])
        .current_dir(folder);
    process::run(&mut check, workspace.json)
        .context("the types of the browser side do not agree")?;
    let mut test = workspace.command("node");
    test.arg(modules.join("vitest/vitest.mjs"))
        .args(["run", "--dir", "src"])
        .current_dir(folder);
    process::run(&mut test, workspace.json).context("the tests of the browser side fail")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.join(entry.file_name());
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

/// A running demo; dropping it ends it.
struct Demo {
    child: Child,
    line: String,
}

impl Demo {
    fn start(workspace: &Workspace, binary: &Path) -> Result<Demo> {
        let mut command = workspace.command(&binary.to_string_lossy());
        command
            .args(["demo", "--json", "--block-interval", "1s"])
            .args(["--main-chain-port", "0", "--side-chain-port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let child = command.spawn().context("cannot start the demo")?;
        let mut demo = Demo {
            child,
            line: String::new(),
        };
        let output = demo.child.stdout.as_mut().context("the demo's output")?;
        BufReader::new(output).read_line(&mut demo.line)?;
        if demo.line.trim().is_empty() {
            let status = demo.child.wait()?;
            bail!("the demo ended before it was ready: {status}");
        }
        Ok(demo)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // there is nothing of it to keep
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
