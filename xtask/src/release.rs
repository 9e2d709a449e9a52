//! `cargo xtask release`: one archive with the binary, its licence, the licences of what is linked into it, and checksums.
//!
//! The same commit and compiler give the same archive: entries are sorted and carry the time of the commit.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::process;
use crate::workspace::{BINARY, Package, Workspace};

/// Arguments of `cargo xtask release`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask release                    into target/release-archive
  cargo xtask release --out /tmp/tartan  elsewhere
  cargo xtask release --json             says where, and the checksum, as JSON")]
pub(crate) struct Args {
    /// Folder for the archive and its checksum.
    #[arg(long, default_value = "target/release-archive")]
    out: PathBuf,
}

/// Our own files that go beside the binary.
const DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// How the names of licence files begin, at the top of a package.
const LICENCE_NAMES: &[&str] = &[
    "license",
    "licence",
    "copying",
    "notice",
    "unlicense",
    "copyright",
];

/// Builds the binary in release and packs it.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let binary = workspace.build_binary(true)?;
    let (version, third_party) = third_party(workspace)?;
    let name = format!("{BINARY}-{version}-{}", host(workspace)?);
    let out = workspace.root.join(&args.out);
    std::fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;

    let mut entries: Vec<(String, Vec<u8>, u32)> = vec![
        (BINARY.to_owned(), read(&binary)?, 0o755),
        (
            "LICENSES-THIRD-PARTY.txt".to_owned(),
            third_party.into_bytes(),
            0o644,
        ),
    ];
    for document in DOCUMENTS {
        entries.push((
            (*document).to_owned(),
            read(&workspace.root.join(document))?,
            0o644,
        ));
    }
    let sums: String = entries
        .iter()
        .fold(String::new(), |sums, (name, bytes, _)| {
            sums + &sum_line(bytes, name)
        });
    entries.push(("SHA256SUMS".to_owned(), sums.into_bytes(), 0o644));
    entries.sort();

    let archive = out.join(format!("{name}.tar.gz"));
    pack(&archive, &name, &entries, commit_time(workspace)?)?;
    let line = sum_line(&read(&archive)?, &format!("{name}.tar.gz"));
    let checksum = out.join(format!("{name}.tar.gz.sha256"));
    std::fs::write(&checksum, &line)
        .with_context(|| format!("cannot write {}", checksum.display()))?;
    if workspace.json {
        let sha256 = line.split(' ').next().unwrap_or_default();
        println!(
            "{}",
            serde_json::json!({ "archive": archive, "sha256": sha256, "version": version })
        );
    } else {
        println!("{}\n{}", archive.display(), line.trim_end());
    }
    Ok(())
}

fn pack(archive: &Path, folder: &str, entries: &[(String, Vec<u8>, u32)], time: u64) -> Result<()> {
    let file =
        File::create(archive).with_context(|| format!("cannot create {}", archive.display()))?;
    let mut builder = tar::Builder::new(GzEncoder::new(file, Compression::best()));
    for (name, bytes, mode) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(*mode);
        header.set_mtime(time);
        builder.append_data(&mut header, format!("{folder}/{name}"), bytes.as_slice())?;
    }
    builder.into_inner()?.finish()?.sync_all()?;
    Ok(())
}

/// Version of the binary, and the licence texts of every package linked into it.
fn third_party(workspace: &Workspace) -> Result<(String, String)> {
    let host = host(workspace)?;
    let metadata = workspace.metadata(
        &workspace.root.join("Cargo.toml"),
        &["--filter-platform", &host],
    )?;
    let packages = metadata.linked_into(BINARY)?;
    let own = packages
        .iter()
        .find(|package| package.name == BINARY)
        .context("the binary's package is not there")?;
    let mut text = String::from(
        "Tartan contains the following packages, under the licences named with each.\n",
    );
    for package in packages.iter().filter(|package| package.source.is_some()) {
        write!(
            text,
            "\n{}\n{} {}",
            "=".repeat(80),
            package.name,
            package.version
        )?;
        writeln!(
            text,
            ": {}",
            package.license.as_deref().unwrap_or("see below")
        )?;
        for file in licence_files(package)? {
            write!(
                text,
                "\n{}\n",
                String::from_utf8_lossy(&read(&file)?).trim_end()
            )?;
        }
    }
    Ok((own.version.clone(), text))
}

fn licence_files(package: &Package) -> Result<Vec<PathBuf>> {
    let folder = package
        .manifest_path
        .parent()
        .context("a manifest lies in a folder")?;
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if path.is_file() && LICENCE_NAMES.iter().any(|start| name.starts_with(start)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The platform that rustc builds for by default.
fn host(workspace: &Workspace) -> Result<String> {
    let version = process::capture(workspace.command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

/// Unix time of the last commit: archives of one commit are equal whenever they are made.
fn commit_time(workspace: &Workspace) -> Result<u64> {
    let time = process::capture(workspace.command("git").args(["log", "-1", "--format=%ct"]))?;
    time.trim()
        .parse()
        .context("git names no time of the last commit")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// One line as `sha256sum` writes and checks it.
fn sum_line(bytes: &[u8], name: &str) -> String {
    format!("{}  {name}\n", hex::encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_as_sha256sum_writes_them() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  x\n";
        assert_eq!(sum_line(b"abc", "x"), expected);
    }

    #[test]
    fn an_archive_is_the_same_whenever_it_is_packed() {
        let folder = tempfile::tempdir().unwrap();
        let entries = vec![
            ("a".to_owned(), b"one".to_vec(), 0o644),
            ("b".to_owned(), b"two".to_vec(), 0o755),
        ];
        let [first, second] = ["1", "2"].map(|name| {
            let path = folder.path().join(name);
            pack(&path, "tartan", &entries, 1_700_000_000).unwrap();
            std::fs::read(path).unwrap()
        });
        assert_eq!(first, second);
    }
}
