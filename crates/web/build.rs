//! Builds the browser side and makes tables of what is embedded: its files, and the texts.
//!
//! ```text
//!   frontend/ ──copy──▶ OUT_DIR/frontend ──npm ci, vite build──▶ dist ──▶ assets.rs   (plain, gzip and brotli of each file)
//!   texts/<language>/<area>.ftl ────────────────────────────────────────▶ texts.rs
//! ```
//!
//! Nothing is written into the checkout. What did not change is not done again: packages are installed when the lock
//! file changed, and files are built when one of them differs from its copy.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

const NEEDED: &str = "the pages need Node.js 20.19 or later with npm to be built (Debian, Ubuntu: `apt install nodejs npm`)";

fn main() {
    if let Err(reason) = build() {
        eprintln!("error: {reason}");
        exit(1);
    }
}

fn build() -> Result<(), String> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=frontend");
    println!("cargo::rerun-if-changed=texts");
    let dist = build_frontend(&root.join("frontend"), &out.join("frontend"))?;
    write_if_changed(&out.join("assets.rs"), &asset_table(&dist)?)?;
    write_if_changed(&out.join("texts.rs"), &text_table(&root.join("texts"))?)
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}"))
}

/// The folder with the built files.
fn build_frontend(source: &Path, work: &Path) -> Result<PathBuf, String> {
    let mut files = Vec::new();
    walk(source, &mut files)?;
    let dist = work.join("dist");
    let names: Vec<String> = files.iter().map(|file| relative(source, file)).collect();
    let seal = names.join("\n");
    let seal_file = work.join("built");
    let is_same = |(file, name): (&PathBuf, &String)| {
        let copy = fs::read(work.join(name));
        copy.is_ok_and(|copy| fs::read(file).is_ok_and(|file| file == copy))
    };
    if fs::read_to_string(&seal_file).is_ok_and(|built| built == seal)
        && files.iter().zip(&names).all(is_same)
    {
        return Ok(dist);
    }
    let _ = fs::remove_file(&seal_file);
    let _ = fs::remove_dir_all(work.join("src"));
    let lock_before = fs::read(work.join("package-lock.json")).ok();
    for file in &files {
        let copy = work.join(relative(source, file));
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::write(&copy, read(file)?).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    let installed = work.join("node_modules/.package-lock.json").is_file();
    if !installed || lock_before != fs::read(work.join("package-lock.json")).ok() {
        let advice = "is the package registry reachable?";
        npm(
            work,
            &[
                "ci",
                "--prefer-offline",
                "--no-audit",
                "--no-fund",
                "--loglevel",
                "error",
            ],
            advice,
        )?;
    }
    let _ = fs::remove_dir_all(&dist);
    npm(work, &["run", "--silent", "build"], "its message is above")?;
    fs::write(&seal_file, seal).map_err(|error| error.to_string())?;
    Ok(dist)
}

fn npm(folder: &Path, args: &[&str], advice: &str) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output();
    let output = output.map_err(|error| format!("cannot start npm: {error}; {NEEDED}"))?;
    if output.status.success() {
        return Ok(());
    }
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
    eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    Err(format!("npm {} failed; {advice}; {NEEDED}", args.join(" ")))
}

/// All files below a folder, sorted, without what tools put there.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| error.to_string())?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        if name == "node_modules" || name == "dist" {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn relative(folder: &Path, file: &Path) -> String {
    let path = file.strip_prefix(folder).unwrap_or(file);
    path.to_string_lossy().replace('\\', "/")
}

fn write_if_changed(file: &Path, content: &str) -> Result<(), String> {
    if fs::read_to_string(file).is_ok_and(|before| before == content) {
        return Ok(());
    }
    fs::write(file, content).map_err(|error| format!("{}: {error}", file.display()))
}

/// `EMBEDDED`: the built files, and `MANIFEST`: what Vite says about them.
fn asset_table(dist: &Path) -> Result<String, String> {
    let mut files = Vec::new();
    walk(dist, &mut files)?;
    let mut rows = String::new();
    let manifest = dist.join(".vite/manifest.json");
    for file in &files {
        let name = relative(dist, file);
        if *file == manifest || name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let packed = |ending: &str| {
            let packed = PathBuf::from(format!("{}{ending}", file.display()));
            match packed.is_file() {
                true => format!("Some(include_bytes!({:?}))", packed.display()),
                false => "None".to_owned(),
            }
        };
        writeln!(
            rows,
            "    Embedded {{ name: {name:?}, plain: include_bytes!({:?}), gzip: {}, brotli: {} }},",
            file.display(),
            packed(".gz"),
            packed(".br")
        )
        .map_err(|error| error.to_string())?;
    }
    Ok(format!(
        "static EMBEDDED: &[Embedded] = &[\n{rows}];\n\nstatic MANIFEST: &str = include_str!({:?});\n",
        manifest.display()
    ))
}

/// `TEXTS`: of each language, its files.
fn text_table(folder: &Path) -> Result<String, String> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    let mut rows = String::new();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "ftl"))
    {
        let name = relative(folder, file);
        let (language, area) = name
            .split_once('/')
            .ok_or_else(|| format!("texts/{name}: expected texts/<language>/<area>.ftl"))?;
        // from where the crate is when it is compiled: checkouts may share a folder of outputs
        let path = format!("/texts/{name}");
        writeln!(
            rows,
            "    ({language:?}, {area:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),"
        )
        .map_err(|error| error.to_string())?;
    }
    Ok(format!(
        "static FILES: &[(&str, &str, &str)] = &[\n{rows}];\n"
    ))
}
