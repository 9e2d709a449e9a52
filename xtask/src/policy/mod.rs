//! What may be in the dependency tree: `deny.toml` says it, `cargo metadata` says what is there.
//!
//! Licences, sources and duplicates need nothing but cargo; advisories need a database, which cannot be had everywhere.
//! The notes say what was checked and what was not.

mod advisories;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use spdx::expression::ExpressionReq;
use spdx::{Expression, Licensee, ParseMode};

use self::advisories::{Advisories, Audit};
use crate::test::Notes;
use crate::workspace::{Metadata, Package, Workspace};

/// The part of `deny.toml` that we read; cargo-deny reads the rest.
#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    sources: Sources,
    #[serde(default)]
    advisories: Ignored,
}

#[derive(Default, Deserialize)]
struct Ignored {
    /// Advisories that do not concern us.
    #[serde(default)]
    ignore: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

/// Licences allowed to one package only.
#[derive(Deserialize)]
struct Exception {
    #[serde(alias = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
    allow_git: Vec<String>,
}

/// `cargo xtask policy`.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let result = check(workspace);
    if workspace.json {
        let (notes, error) = match &result {
            Ok(notes) => (notes.clone(), None),
            Err(error) => (Notes::new(), Some(format!("{error:#}"))),
        };
        println!(
            "{}",
            serde_json::json!({ "passed": error.is_none(), "notes": notes, "error": error })
        );
        return Ok(if result.is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    for note in result? {
        println!("note: {note}");
    }
    println!("every dependency keeps to deny.toml");
    Ok(ExitCode::SUCCESS)
}

/// Checks every dependency of the workspace. (The fuzz targets add the fuzzer only, and are published nowhere.)
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    let text = std::fs::read_to_string(workspace.root.join("deny.toml"))
        .context("cannot read deny.toml")?;
    let policy: Policy = toml::from_str(&text).context("cannot read deny.toml")?;
    let metadata = workspace.metadata(&workspace.root.join("Cargo.toml"), &[])?;
    let problems = violations(&metadata, &policy)?;
    if !problems.is_empty() {
        bail!(
            "{} dependencies break deny.toml:\n  {}",
            problems.len(),
            problems.join("\n  ")
        );
    }
    let mut notes = vec![format!(
        "licences and sources checked: {} dependencies",
        foreign(&metadata).count()
    )];
    notes.extend(duplicates(&metadata));
    notes.extend(audit(workspace, &policy.advisories.ignore)?);
    Ok(notes)
}

/// The packages that are not ours.
fn foreign(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
}

fn violations(metadata: &Metadata, policy: &Policy) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in foreign(metadata) {
        problems.extend(source_problem(package, &policy.sources));
        problems.extend(licence_problem(package, &policy.licenses)?);
    }
    Ok(problems)
}

fn source_problem(package: &Package, allowed: &Sources) -> Option<String> {
    let source = package.source.as_deref()?;
    let known = match source.split_once('+') {
        Some(("registry" | "sparse", registry)) => {
            allowed.allow_registry.iter().any(|url| url == registry)
        }
        Some(("git", repository)) => allowed
            .allow_git
            .iter()
            .any(|url| repository.starts_with(url)),
        _ => false,
    };
    (!known).then(|| {
        format!(
            "{} {}: source {source} is not allowed",
            package.name, package.version
        )
    })
}

fn licence_problem(package: &Package, licences: &Licenses) -> Result<Option<String>> {
    let label = format!("{} {}", package.name, package.version);
    let Some(text) = &package.license else {
        return Ok(Some(format!("{label}: names no licence")));
    };
    let expression = match Expression::parse_mode(text, ParseMode::LAX) {
        Ok(expression) => expression,
        Err(error) => {
            return Ok(Some(format!(
                "{label}: licence {text:?} is not an SPDX expression: {}",
                error.reason
            )));
        }
    };
    let exceptions = licences
        .exceptions
        .iter()
        .filter(|exception| exception.name == package.name);
    let allowed = licences
        .allow
        .iter()
        .chain(exceptions.flat_map(|exception| &exception.allow));
    let allowed: Vec<Licensee> = allowed
        .map(|name| {
            Licensee::parse(name)
                .with_context(|| format!("deny.toml allows {name:?}, which is no SPDX licence"))
        })
        .collect::<Result<_>>()?;
    let satisfied = expression
        .evaluate(|requirement| allowed.iter().any(|licence| licence.satisfies(requirement)));
    if satisfied {
        return Ok(None);
    }
    let wanted: Vec<String> = expression
        .requirements()
        .map(|ExpressionReq { req, .. }| req.to_string())
        .collect();
    Ok(Some(format!(
        "{label}: licence {} is not on the list",
        wanted.join(", ")
    )))
}

/// One note for all packages that are there in more than one version.
fn duplicates(metadata: &Metadata) -> Option<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in &metadata.packages {
        versions
            .entry(&package.name)
            .or_default()
            .push(&package.version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let list: Vec<String> = versions
        .iter()
        .map(|(name, versions)| format!("{name} ({})", versions.join(", ")))
        .collect();
    (!list.is_empty()).then(|| format!("in more than one version: {}", list.join(", ")))
}

/// Known vulnerabilities, as far as they can be known here.
///
/// # Errors
/// When a dependency has one.
fn audit(workspace: &Workspace, ignored: &[String]) -> Result<Notes> {
    let (packages, as_of, reachable, advisories) = match advisories::audit(workspace, ignored)? {
        Audit::Unchecked => {
            return Ok(vec![
                "advisories were NOT checked: the database cannot be reached, and no copy of it is here"
                    .to_owned(),
            ]);
        }
        Audit::Checked {
            packages,
            as_of,
            reachable,
            advisories,
        } => (packages, as_of, reachable, advisories),
    };
    let Advisories {
        vulnerabilities,
        remarks,
    } = advisories;
    if !vulnerabilities.is_empty() {
        bail!(
            "{} known vulnerabilities:\n  {}",
            vulnerabilities.len(),
            vulnerabilities.join("\n  ")
        );
    }
    let later = if reachable {
        ""
    } else {
        "; whatever came later was NOT checked: the database cannot be reached"
    };
    let mut notes = vec![format!(
        "advisories checked: {packages} dependencies, known vulnerabilities up to {as_of}{later}"
    )];
    notes.push(
        "withdrawn (yanked) releases were NOT looked for: `cargo deny check` does".to_owned(),
    );
    notes.extend(remarks);
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(license: Option<&str>, source: &str, expected: &[&str]) {
        let package = Package {
            id: "x".to_owned(),
            name: "x".to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
            source: Some(source.to_owned()),
            manifest_path: "x".into(),
            targets: Vec::new(),
            metadata: serde_json::Value::Null,
        };
        let allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
            .map(str::to_owned)
            .to_vec();
        let licences = Licenses {
            allow,
            exceptions: Vec::new(),
        };
        let sources = Sources {
            allow_registry: vec!["https://crates.example/index".to_owned()],
            allow_git: Vec::new(),
        };
        let found: Vec<String> = source_problem(&package, &sources)
            .into_iter()
            .chain(licence_problem(&package, &licences).unwrap())
            .collect();
        assert_eq!(found, expected);
    }

    const REGISTRY: &str = "registry+https://crates.example/index";

    #[test]
    fn one_allowed_alternative_is_enough() {
        check(Some("GPL-3.0-only OR MIT"), REGISTRY, &[]);
        check(Some("MIT/Apache-2.0"), REGISTRY, &[]);
        check(Some("Apache-2.0 WITH LLVM-exception"), REGISTRY, &[]);
    }

    #[test]
    fn every_joined_licence_must_be_allowed() {
        check(
            Some("MIT AND GPL-3.0-only"),
            REGISTRY,
            &["x 1.0.0: licence MIT, GPL-3.0-only is not on the list"],
        );
        check(None, REGISTRY, &["x 1.0.0: names no licence"]);
    }

    #[test]
    fn only_the_registry_is_a_source() {
        let git = "git+https://example.org/x#0123";
        check(
            Some("MIT"),
            git,
            &["x 1.0.0: source git+https://example.org/x#0123 is not allowed"],
        );
    }
}
