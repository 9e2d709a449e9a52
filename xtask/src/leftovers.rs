//! What must not be in a commit: unfinished work, paths of one machine, registry hosts in lock files.

use std::fmt::Write as _;
use std::path::{Component, Path};

use anyhow::{Result, bail};

use crate::test::Notes;
use crate::workspace::Workspace;

/// Source files, in which unfinished work is looked for.
const SOURCES: &[&str] = &["rs", "ts", "js", "mjs", "cjs", "py"];

/// Written in two halves, so that this file passes its own check.
const UNFINISHED: &[&str] = &[
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("#[ig", "nore"),
    concat!(".on", "ly("),
    concat!("allow(dead", "_code)"),
    concat!("unittest.sk", "ip"),
];

/// Folders in which people keep checkouts and homes.
const HOMES: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

/// Top folders that every system has: naming them gives nobody's machine away.
const SYSTEM: &[&str] = &[
    "bin", "boot", "dev", "etc", "lib", "mnt", "media", "opt", "proc", "run", "sbin", "srv", "sys",
    "tmp", "usr", "var",
];

/// Files beyond this are data, not text.
const LARGEST: u64 = 4 << 20;

/// Reads every file of the project and fails with a list of what is left over.
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    let places = machine_paths(&workspace.root);
    let mut found = String::new();
    let mut count = 0;
    for name in workspace.files()? {
        let path = workspace.root.join(&name);
        if path.metadata()?.len() > LARGEST {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            if let Some(reason) = objection(&name, line, &places) {
                count += 1;
                writeln!(
                    found,
                    "\n  {}:{}: {reason}: {}",
                    name.display(),
                    index + 1,
                    shorten(line)
                )?;
            }
        }
    }
    if count > 0 {
        bail!("{count} leftovers:{found}");
    }
    Ok(Notes::new())
}

/// Why `line` of the file called `name` may not stay, if it may not.
fn objection(name: &Path, line: &str, places: &[String]) -> Option<String> {
    let extension = name
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if SOURCES.contains(&extension)
        && let Some(word) = UNFINISHED.iter().find(|word| line.contains(**word))
    {
        return Some(format!("unfinished ({word})"));
    }
    if let Some(place) = places.iter().find(|place| contains_path(line, place)) {
        return Some(format!("path of one machine ({place})"));
    }
    registry_host(name, line)
}

/// Lock files name versions and checksums; where a package comes from is each machine's own configuration.
fn registry_host(name: &Path, line: &str) -> Option<String> {
    let line = line.trim();
    let hit = match name.file_name().and_then(|name| name.to_str())? {
        "package-lock.json" => line.starts_with("\"resolved\": \"http"),
        "Cargo.lock" => {
            line.starts_with("source = ")
                && !line.contains("\"registry+https://github.com/rust-lang/crates.io-index\"")
        }
        "requirements.txt" => ["--index-url", "-i ", "--extra-index-url", "--find-links"]
            .iter()
            .any(|flag| line.starts_with(flag)),
        ".npmrc" => line.contains("registry"),
        _ => false,
    };
    hit.then(|| "registry host in a lock file".to_owned())
}

/// Homes, and the top folder that the checkout at `root` lies in unless every system has one of that name.
fn machine_paths(root: &Path) -> Vec<String> {
    let mut places: Vec<String> = HOMES.iter().map(|&home| home.to_owned()).collect();
    let mut components = root
        .components()
        .filter(|part| matches!(part, Component::Normal(_)));
    if let Some(top) = components.next().and_then(|part| part.as_os_str().to_str())
        && !SYSTEM.contains(&top)
        && components.next().is_some()
    {
        places.push(format!("/{top}/"));
    }
    places.sort();
    places.dedup();
    places
}

/// Whether `line` has `place` at the start of a path, not in the middle of one (`crates/work/`, `example.org/home/`).
fn contains_path(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|character| {
            character.is_ascii_alphanumeric() || "_.-~}".contains(character)
        })
    })
}

fn shorten(line: &str) -> String {
    line.trim().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, line: &str, expected: Option<&str>) {
        let places = machine_paths(Path::new("/garage/tartan"));
        let found = objection(Path::new(name), line, &places);
        assert_eq!(
            found
                .as_deref()
                .map(|reason| reason.split(" (").next().unwrap()),
            expected,
            "{line}"
        );
    }

    #[test]
    fn unfinished_work_in_sources() {
        check("src/a.rs", concat!("    to", "do!()"), Some("unfinished"));
        check(
            "src/a.rs",
            concat!("#[ig", "nore = \"slow\"]"),
            Some("unfinished"),
        );
        check(
            "tests/a.mjs",
            concat!("test.on", "ly('x')"),
            Some("unfinished"),
        );
        check("src/a.rs", "// to do it right", None);
        check("notes.md", concat!("FIX", "ME"), None);
    }

    #[test]
    fn paths_of_one_machine() {
        check(
            "README.md",
            "see /garage/tartan/x",
            Some("path of one machine"),
        );
        check(
            "README.md",
            concat!("in `/ho", "me/alice/x`"),
            Some("path of one machine"),
        );
        check(
            "README.md",
            "crates/garage/x and example.org/garage/y",
            None,
        );
        check("README.md", concat!("~/ro", "ot and ${HOME}/x"), None);
        assert_eq!(machine_paths(Path::new("/tmp/checkout")).len(), HOMES.len());
    }

    #[test]
    fn registry_hosts_in_lock_files() {
        check(
            "a/package-lock.json",
            r#"  "resolved": "https://registry.example/x.tgz","#,
            Some("registry host in a lock file"),
        );
        check(
            "Cargo.lock",
            r#"source = "registry+https://github.com/rust-lang/crates.io-index""#,
            None,
        );
        check(
            "Cargo.lock",
            r#"source = "git+https://example.org/x""#,
            Some("registry host in a lock file"),
        );
        check(
            "requirements.txt",
            "--index-url https://example.org",
            Some("registry host in a lock file"),
        );
        check("requirements.txt", "beem==0.24.26", None);
    }
}
