//! Known vulnerabilities: the RustSec database against the lock file.
//!
//! The database is a git repository. A copy is kept in the user's cache and brought up to date once a day; without a
//! way to reach it, the copy has to do, and without a copy nothing is checked, which is said.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, bail};
use rustsec::database::Query;
use rustsec::{Database, Lockfile};

use crate::process;
use crate::workspace::Workspace;

/// Where the database is. (Who has a copy elsewhere says so to git: `url.<copy>.insteadOf`.)
const REPOSITORY: &str = "https://github.com/rustsec/advisory-db";

/// How long a copy counts as up to date.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// What could be learned of the dependencies.
pub(super) enum Audit {
    /// There is no database to be had.
    Unchecked,
    Checked {
        /// How many dependencies were looked up.
        packages: usize,
        /// The database's last change, and whether it could be asked for a later one.
        as_of: String,
        reachable: bool,
        advisories: Advisories,
    },
}

/// What the database says of the packages of a lock file, a line each.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Advisories {
    pub(super) vulnerabilities: Vec<String>,
    /// Not maintained any more, unsound in some use, or worth knowing.
    pub(super) remarks: Vec<String>,
}

/// Looks every dependency up, except for the advisories that `deny.toml` ignores.
///
/// # Errors
/// When the lock file or the copy of the database cannot be read.
pub(super) fn audit(workspace: &Workspace, ignored: &[String]) -> Result<Audit> {
    let folder = workspace.cache("advisories")?.join("advisory-db");
    let reachable = is_fresh(&folder) || fetch(workspace, &folder).is_ok();
    if !folder.join("crates").is_dir() {
        return Ok(Audit::Unchecked);
    }
    let database = Database::open(&folder).with_context(|| {
        format!(
            "cannot read the advisory database; remove {} to fetch it again",
            folder.display()
        )
    })?;
    let lock = Lockfile::load(workspace.root.join("Cargo.lock"))?;
    let git = ["-C", &folder.to_string_lossy(), "log", "-1", "--format=%cs"];
    Ok(Audit::Checked {
        packages: dependencies(&lock),
        as_of: process::probe("git", &git).unwrap_or_else(|| "an unknown day".to_owned()),
        reachable,
        advisories: look_up(&database, &lock, ignored),
    })
}

fn dependencies(lock: &Lockfile) -> usize {
    let foreign = lock
        .packages
        .iter()
        .filter(|package| package.source.is_some());
    foreign.count()
}

fn look_up(database: &Database, lock: &Lockfile, ignored: &[String]) -> Advisories {
    let lines = |query: &Query| {
        let hits = database.query_vulnerabilities(lock, query).into_iter();
        let hits = hits.filter(|hit| !ignored.iter().any(|id| id == hit.advisory.id.as_str()));
        hits.map(|hit| {
            let kind = hit
                .advisory
                .informational
                .map(|kind| format!(" ({kind})"))
                .unwrap_or_default();
            format!(
                "{} {}: {}: {}{kind}",
                hit.package.name, hit.package.version, hit.advisory.id, hit.advisory.title
            )
        })
        .collect()
    };
    Advisories {
        vulnerabilities: lines(&Query::crate_scope()),
        remarks: lines(&Query::crate_scope().informational(true)),
    }
}

/// The file that says when the copy was last brought up to date.
fn stamp(folder: &Path) -> PathBuf {
    folder.with_extension("fetched")
}

fn is_fresh(folder: &Path) -> bool {
    let fetched = stamp(folder)
        .metadata()
        .and_then(|metadata| metadata.modified());
    fetched.is_ok_and(|fetched| {
        SystemTime::now()
            .duration_since(fetched)
            .is_ok_and(|age| age < FRESH)
    })
}

/// Brings the copy up to date, or makes one.
fn fetch(workspace: &Workspace, folder: &Path) -> Result<()> {
    if !folder.is_dir() {
        git(workspace, &["init", "--quiet", &folder.to_string_lossy()])?;
    }
    let folder_name = folder.to_string_lossy();
    git(
        workspace,
        &[
            "-C",
            &folder_name,
            "fetch",
            "--quiet",
            "--depth",
            "1",
            REPOSITORY,
            "HEAD",
        ],
    )?;
    git(
        workspace,
        &[
            "-C",
            &folder_name,
            "reset",
            "--quiet",
            "--hard",
            "FETCH_HEAD",
        ],
    )?;
    std::fs::write(stamp(folder), "")?;
    Ok(())
}

/// Runs git without asking anybody for anything.
fn git(workspace: &Workspace, args: &[&str]) -> Result<()> {
    let mut git = workspace.command("git");
    git.env("GIT_TERMINAL_PROMPT", "0");
    let slow = [
        "-c",
        "http.lowSpeedLimit=1000",
        "-c",
        "http.lowSpeedTime=20",
    ];
    let status = git.args(slow).args(args).status()?;
    if !status.success() {
        bail!("git failed: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "hole"
        version = "1.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        [[package]]
        name = "old"
        version = "2.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        [[package]]
        name = "ours"
        version = "0.1.0"
    "#;

    fn advisory(id: &str, package: &str, extra: &str) -> String {
        format!(
            "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"2026-01-02\"\n{extra}\n\
             [versions]\npatched = [\">= 1.0.1, < 2.0.0\"]\n```\n\n# A story of {package}\n\nWhat happened.\n"
        )
    }

    #[track_caller]
    fn check(ignored: &[&str], expected: Advisories) {
        let folder = tempfile::tempdir().unwrap();
        for (id, package, extra) in [
            ("RUSTSEC-2026-0001", "hole", ""),
            (
                "RUSTSEC-2026-0002",
                "old",
                "informational = \"unmaintained\"",
            ),
            ("RUSTSEC-2026-0003", "ours", ""),
        ] {
            let place = folder.path().join("crates").join(package);
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join(format!("{id}.md")), advisory(id, package, extra)).unwrap();
        }
        let database = Database::open(folder.path()).unwrap();
        let lock: Lockfile = LOCK.parse().unwrap();
        let ignored: Vec<String> = ignored.iter().map(|&id| id.to_owned()).collect();
        assert_eq!(look_up(&database, &lock, &ignored), expected);
        assert_eq!(dependencies(&lock), 2);
    }

    #[test]
    fn a_vulnerability_is_more_than_a_remark() {
        let remarks =
            vec!["old 2.0.0: RUSTSEC-2026-0002: A story of old (unmaintained)".to_owned()];
        check(
            &[],
            Advisories {
                vulnerabilities: vec!["hole 1.0.0: RUSTSEC-2026-0001: A story of hole".to_owned()],
                remarks: remarks.clone(),
            },
        );
        check(
            &["RUSTSEC-2026-0001"],
            Advisories {
                vulnerabilities: Vec::new(),
                remarks,
            },
        );
    }
}
