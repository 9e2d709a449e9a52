//! Where things are: the checkout, the user's cache, and what `cargo metadata` says of the packages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::process;

/// Name of the package that holds the binary, and of the binary.
pub(crate) const BINARY: &str = "tartan";

/// Variable that names another binary to test, and tells the client tests which one to start.
pub(crate) const BINARY_VARIABLE: &str = "TARTAN_BIN";

/// The checkout that the tasks work on.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// Top of the checkout.
    pub(crate) root: PathBuf,
    /// Results go to standard output as JSON; whatever the tools print goes to standard error.
    pub(crate) json: bool,
}

impl Workspace {
    /// The checkout of the running `cargo xtask`, or the one around the current directory.
    pub(crate) fn locate(json: bool) -> Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => std::env::current_dir()?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("Cargo.lock").is_file());
        match root {
            Some(root) => Ok(Self {
                root: root.to_owned(),
                json,
            }),
            None => bail!(
                "no Cargo.lock in {} or above it; run this inside the checkout",
                start.display()
            ),
        }
    }

    /// `program`, to be started at the top of the checkout, without what cargo told us of ourselves: build scripts that
    /// look at such variables would run again, and all that depends on them be built again, whenever cargo is called by
    /// a task and then by hand.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            let told = name.to_string_lossy();
            if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs `program` at the top of the checkout and shows what it prints.
    pub(crate) fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        process::run(self.command(program).args(args), self.json)
    }

    /// A folder of our own in the user's cache, created when missing.
    pub(crate) fn cache(&self, name: &str) -> Result<PathBuf> {
        let base = match (std::env::var_os("XDG_CACHE_HOME"), std::env::home_dir()) {
            (Some(cache), _) if Path::new(&cache).is_absolute() => PathBuf::from(cache),
            (_, Some(home)) => home.join(".cache"),
            _ => bail!(
                "neither XDG_CACHE_HOME nor HOME is set; set one of them to keep the tools' files in"
            ),
        };
        let dir = base.join("tartan").join(name);
        std::fs::create_dir_all(&dir)
            .with_context(|| format!("cannot create {}", dir.display()))?;
        Ok(dir)
    }

    /// The binary that tests start: the one that `TARTAN_BIN` names, else freshly built.
    pub(crate) fn test_binary(&self) -> Result<PathBuf> {
        match std::env::var_os(BINARY_VARIABLE) {
            Some(path) => {
                let path = self.root.join(path);
                path.canonicalize()
                    .with_context(|| format!("{BINARY_VARIABLE} names {}", path.display()))
            }
            None => self.build_binary(false),
        }
    }

    /// Builds the binary and says where it lies.
    pub(crate) fn build_binary(&self, release: bool) -> Result<PathBuf> {
        let mut command = self.command("cargo");
        command.args(["build", "--locked", "--package", BINARY, "--bin", BINARY]);
        command.args(["--message-format", "json-render-diagnostics"]);
        if release {
            command.arg("--release");
        }
        let messages = process::capture(&mut command)?;
        let executable = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<BuildMessage>(line).ok())
            .filter_map(|message| message.executable)
            .next_back();
        executable.context("cargo built the package but named no executable")
    }

    /// Where cargo keeps what it builds of this checkout on the way to its results.
    pub(crate) fn build_dir(&self) -> Result<PathBuf> {
        #[derive(Deserialize)]
        struct Place {
            build_directory: PathBuf,
        }
        let mut command = self.command("cargo");
        command.args(["metadata", "--format-version", "1", "--locked", "--no-deps"]);
        let place: Place = serde_json::from_str(&process::capture(&mut command)?)
            .context("cannot read the output of cargo metadata")?;
        Ok(place.build_directory)
    }

    /// What cargo knows of every package in the lock file of `manifest`.
    pub(crate) fn metadata(&self, manifest: &Path, extra: &[&str]) -> Result<Metadata> {
        let mut command = self.command("cargo");
        command.args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--all-features",
            "--manifest-path",
        ]);
        command.arg(manifest).args(extra);
        let text = process::capture(&mut command)?;
        serde_json::from_str(&text).context("cannot read the output of cargo metadata")
    }

    /// Files that are part of the project: tracked, or new and not ignored.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut command = self.command("git");
        command.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let list = process::capture(&mut command)?;
        let existing = list
            .split('\0')
            .filter(|name| !name.is_empty() && self.root.join(name).is_file());
        Ok(existing.map(PathBuf::from).collect())
    }
}

#[derive(Deserialize)]
struct BuildMessage {
    executable: Option<PathBuf>,
}

/// The part of `cargo metadata` that the tasks read.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    /// `None` when asked without dependencies.
    pub(crate) resolve: Option<Resolve>,
}

/// One package, ours or somebody else's.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// SPDX expression.
    pub(crate) license: Option<String>,
    /// Registry or repository; `None` for a path of this checkout.
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: PathBuf,
    /// What cargo builds of it.
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
    /// `[package.metadata]` of its manifest.
    #[serde(default)]
    pub(crate) metadata: serde_json::Value,
}

/// A library, program, example, test or benchmark of a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    /// `bin`, `example`, `bench` and so on.
    pub(crate) kind: Vec<String>,
}

/// The dependency graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// `None` is an ordinary dependency; the others are `dev` and `build`.
    kind: Option<String>,
}

impl Metadata {
    /// The packages that end up in what `root` builds: itself and its ordinary dependencies, all the way down.
    pub(crate) fn linked_into(&self, root: &str) -> Result<Vec<&Package>> {
        let packages: BTreeMap<&str, &Package> = self
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package))
            .collect();
        let resolve = self
            .resolve
            .as_ref()
            .context("cargo metadata was asked without dependencies")?;
        let nodes: BTreeMap<&str, &Node> = resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let root = self
            .packages
            .iter()
            .find(|package| package.name == root)
            .context("no such package")?;
        let mut found: BTreeMap<&str, &Package> = BTreeMap::new();
        let mut queue = vec![root.id.as_str()];
        while let Some(id) = queue.pop() {
            let package = packages
                .get(id)
                .context("cargo metadata names a package that it does not list")?;
            if found.insert(id, package).is_some() {
                continue;
            }
            let dependencies = nodes.get(id).map_or(&[][..], |node| &node.deps);
            let linked = dependencies
                .iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            queue.extend(linked.map(|dep| dep.pkg.as_str()));
        }
        Ok(found.into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_builds_or_tests_is_not_linked() {
        let package = |name: &str| {
            serde_json::json!({
                "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": null,
                "manifest_path": "Cargo.toml", "metadata": null
            })
        };
        let dependency = |name: &str, kind: Option<&str>| serde_json::json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let packages = ["binary", "linked", "deeper", "builds", "tests"].map(package);
        let metadata: Metadata = serde_json::from_value(serde_json::json!({
            "packages": packages,
            "resolve": { "nodes": [
                { "id": "binary", "deps": [
                    dependency("linked", None), dependency("builds", Some("build")), dependency("tests", Some("dev"))
                ] },
                { "id": "linked", "deps": [dependency("deeper", None), dependency("binary", None)] },
            ] }
        }))
        .unwrap();
        let names: Vec<_> = metadata
            .linked_into("binary")
            .unwrap()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["binary", "deeper", "linked"]);
        assert!(metadata.linked_into("nothing").is_err());
    }
}
