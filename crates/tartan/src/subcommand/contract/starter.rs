//! `tartan contract new`: a folder to begin with.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::output;

/// What stands in the files for the contract's name.
const NAME: &str = "CONTRACT_NAME";

/// A file to begin with: its name, what it is, its content.
struct File(&'static str, &'static str, &'static str);

const FILES: [File; 5] = [
    File(
        "contract.js",
        "the contract",
        include_str!("../../../starter/contract.js"),
    ),
    File(
        "contract.test.mjs",
        "its test",
        include_str!("../../../starter/contract.test.mjs"),
    ),
    File(
        "sandbox.mjs",
        "runs the contract in a chain in memory, for the test",
        include_str!("../../../starter/sandbox.mjs"),
    ),
    File(
        "package.json",
        "for npm test",
        include_str!("../../../starter/package.json"),
    ),
    File(
        "README.md",
        "what to do with it",
        include_str!("../../../starter/README.md"),
    ),
];

/// What was made.
#[derive(Debug, Serialize)]
struct Made {
    contract: String,
    directory: PathBuf,
    files: Vec<&'static str>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Made {
            contract,
            directory,
            ..
        } = self;
        let directory = directory.display();
        writeln!(f, "made a contract in {directory}:")?;
        for File(name, what, _) in FILES {
            writeln!(f, "  {name:<18} {what}")?;
        }
        writeln!(f, "next:")?;
        writeln!(f, "  tartan contract test {directory}")?;
        write!(
            f,
            "  tartan contract deploy {directory}/contract.js --name {contract} --check"
        )
    }
}

/// Makes the folder. What is there stays as it is.
pub(super) fn run(name: &str, dir: Option<&Path>, json: bool) -> Result<()> {
    let directory = dir.unwrap_or(Path::new(name));
    for File(file, ..) in FILES {
        let path = directory.join(file);
        if path.symlink_metadata().is_ok() {
            bail!(
                "{} exists already; nothing was changed (--dir names another folder)",
                path.display()
            );
        }
    }
    std::fs::create_dir_all(directory)
        .with_context(|| format!("cannot make the folder {}", directory.display()))?;
    for File(file, _, content) in FILES {
        let path = directory.join(file);
        std::fs::write(&path, fill_in(file, content, name))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let made = Made {
        contract: name.to_string(),
        directory: directory.to_path_buf(),
        files: FILES.map(|File(file, ..)| file).to_vec(),
    };
    output::print(&made, json)
}

/// The content of a file for a contract of this name, without the marks that the book reads.
fn fill_in(file: &str, content: &str, name: &str) -> String {
    // packages have lower-case names
    let name = match file {
        "package.json" => name.to_lowercase(),
        _ => name.to_string(),
    };
    let lines = content.lines().filter(|line| !line.contains("// ANCHOR"));
    lines.map(|line| line.replace(NAME, &name) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_name_and_no_marks() {
        for File(file, _, content) in FILES {
            let filled = fill_in(file, content, "Diary");
            assert!(
                !filled.contains(NAME) && !filled.contains("ANCHOR"),
                "{file}"
            );
        }
        let File(file, _, package) = FILES[3];
        assert!(fill_in(file, package, "Diary").contains("\"name\": \"diary\""));
    }
}
