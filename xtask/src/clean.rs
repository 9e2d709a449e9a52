//! `cargo xtask clean`: build outputs of checkouts that are gone.
//!
//! Every checkout has a folder of its own in cargo's home (see `.cargo/config.toml`), several gigabytes each, and cargo
//! never looks at one again when its checkout is deleted or moved. So each task signs the folder with the path of its
//! checkout, and this one removes those whose signer is gone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::workspace::Workspace;

/// Name of the file in a folder of build outputs that says whose they are.
const SIGNATURE: &str = "checkout";

/// Arguments of `cargo xtask clean`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask clean                      removes what checkouts left behind that are gone
  cargo xtask clean --dry-run            only says what and how much
  cargo clean                            removes the build outputs of this checkout")]
pub(crate) struct Args {
    /// Say what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
}

/// A folder of build outputs.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Outputs {
    folder: PathBuf,
    /// `None` when no task has ever run in the checkout: only cargo itself.
    checkout: Option<PathBuf>,
    bytes: u64,
    removed: bool,
}

/// Signs the folder of this checkout's build outputs, once there is one.
///
/// Without it the folder is kept for ever, which is no reason to fail a task.
pub(crate) fn sign(workspace: &Workspace) {
    let Ok(folder) = workspace.build_dir() else {
        return;
    };
    let signature = folder.join(SIGNATURE);
    let ours = workspace.root.to_string_lossy();
    if folder.is_dir() && std::fs::read_to_string(&signature).ok().as_deref() != Some(&*ours) {
        let _ = std::fs::write(signature, &*ours);
    }
}

/// Finds the folders beside this checkout's and removes those whose checkouts are gone.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let mut found = outputs(parent_of_all(&workspace.build_dir()?)?)?;
    remove_gone(&mut found, args.dry_run)?;
    report(workspace, args, &found)?;
    Ok(ExitCode::SUCCESS)
}

/// Where all checkouts have their outputs, if `ours` is where this one has them: cargo's `{workspace-path-hash}` is two
/// folders of hexadecimal digits.
fn parent_of_all(ours: &Path) -> Result<&Path> {
    let mut names = ours.iter().rev().take(2).map(|name| name.to_string_lossy());
    let hashed = names.all(|name| name.chars().all(|c| c.is_ascii_hexdigit()));
    match ours.ancestors().nth(2) {
        Some(all) if hashed => Ok(all),
        _ => bail!(
            "the build directory is set to {}, so there are none of other checkouts beside it; `cargo clean` empties it",
            ours.display()
        ),
    }
}

fn remove_gone(found: &mut [Outputs], dry_run: bool) -> Result<()> {
    for outputs in found {
        outputs.removed = outputs
            .checkout
            .as_ref()
            .is_some_and(|checkout| !checkout.exists());
        if outputs.removed && !dry_run {
            std::fs::remove_dir_all(&outputs.folder)
                .with_context(|| format!("cannot remove {}", outputs.folder.display()))?;
        }
    }
    Ok(())
}

/// The folders of build outputs below `all`, in the order of their names.
fn outputs(all: &Path) -> Result<Vec<Outputs>> {
    let mut found = Vec::new();
    for half in folders(all)? {
        for folder in folders(&half)? {
            // Cargo marks its build directories; nothing else is ours to judge.
            if !folder.join("CACHEDIR.TAG").is_file() {
                continue;
            }
            let checkout = std::fs::read_to_string(folder.join(SIGNATURE)).ok();
            found.push(Outputs {
                bytes: size(&folder)?,
                checkout: checkout.map(PathBuf::from),
                folder,
                removed: false,
            });
        }
    }
    Ok(found)
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(parent) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", parent.display()));
        }
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Bytes in all files below `folder`. Files that vanish meanwhile count nothing: cargo may be at work there.
fn size(folder: &Path) -> Result<u64> {
    let mut total = 0;
    let mut queue = vec![folder.to_owned()];
    while let Some(folder) = queue.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => queue.push(entry.path()),
                Ok(metadata) => total += metadata.len(),
                Err(_) => {}
            }
        }
    }
    Ok(total)
}

fn report(workspace: &Workspace, args: &Args, found: &[Outputs]) -> Result<()> {
    if workspace.json {
        println!("{}", serde_json::to_string(found)?);
        return Ok(());
    }
    for Outputs {
        folder,
        checkout,
        bytes,
        removed,
    } in found
    {
        let verb = match (removed, args.dry_run) {
            (true, false) => "removed",
            (true, true) => "would remove",
            (false, _) => "kept",
        };
        let whose = match checkout {
            Some(checkout) => format!("of {}", checkout.display()),
            None => "of a checkout unknown, since no task has run there; remove it by hand if it is gone".to_string(),
        };
        println!(
            "{verb:<12} {:>7.1} GB  {} ({whose})",
            *bytes as f64 / 1e9,
            folder.display()
        );
    }
    if found.is_empty() {
        println!("no build outputs");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Build outputs of `checkout` below `all`, as cargo lays them out.
    fn build(all: &Path, half: &str, rest: &str, checkout: Option<&Path>) -> PathBuf {
        let folder = all.join(half).join(rest);
        std::fs::create_dir_all(folder.join("debug")).unwrap();
        std::fs::write(folder.join("CACHEDIR.TAG"), "tag").unwrap();
        std::fs::write(folder.join("debug/output"), [0; 100]).unwrap();
        if let Some(checkout) = checkout {
            std::fs::write(folder.join(SIGNATURE), checkout.to_str().unwrap()).unwrap();
        }
        folder
    }

    #[test]
    fn only_marked_folders_are_found_with_their_checkout_and_size() {
        let dir = tempfile::tempdir().unwrap();
        let signed = build(dir.path(), "0a", "01", Some(Path::new("/somewhere")));
        let unsigned = build(dir.path(), "0a", "02", None);
        std::fs::create_dir_all(dir.path().join("0b/not-cargos")).unwrap();
        let expected = [
            Outputs {
                folder: signed,
                checkout: Some("/somewhere".into()),
                bytes: 113,
                removed: false,
            },
            Outputs {
                folder: unsigned,
                checkout: None,
                bytes: 103,
                removed: false,
            },
        ];
        assert_eq!(outputs(dir.path()).unwrap(), expected);
        assert!(outputs(&dir.path().join("missing")).unwrap().is_empty());
    }

    #[test]
    fn only_outputs_of_checkouts_that_are_gone_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (all, checkout) = (dir.path().join("all"), dir.path().join("checkout"));
        std::fs::create_dir(&checkout).unwrap();
        let live = build(&all, "0a", "01", Some(&checkout));
        let gone = build(&all, "0a", "02", Some(&dir.path().join("gone")));
        let unsigned = build(&all, "0b", "03", None);
        for dry_run in [true, false] {
            let mut found = outputs(&all).unwrap();
            remove_gone(&mut found, dry_run).unwrap();
            let removed: Vec<bool> = found.iter().map(|it| it.removed).collect();
            assert_eq!(removed, [false, true, false]);
            let there = [&live, &gone, &unsigned].map(|folder| folder.exists());
            assert_eq!(there, [true, dry_run, true]);
        }
    }

    #[test]
    fn folders_beside_a_build_directory_of_the_users_choice_are_not_judged() {
        let hashed = Path::new("/builds/.cargo/tartan-build/b3/65fec2f9dc5e01");
        let all = parent_of_all(hashed).unwrap();
        assert_eq!(all, Path::new("/builds/.cargo/tartan-build"));
        let error = parent_of_all(Path::new("/builds/outputs"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("is set to /builds/outputs"), "{error}");
    }
}
