//! The book: chapters that exist, links that lead somewhere, code that is really there, commands that work.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::session;
use crate::test::Notes;
use crate::tool::Tool;
use crate::workspace::Workspace;

/// Builds the pages.
const MDBOOK: Tool = Tool {
    name: "mdbook",
    version: "0.5.4",
};

/// Arguments of `cargo xtask book`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask book                       checks links, then builds the pages into target/book
  cargo xtask book --sessions            plays the commands of all pages
  cargo xtask book --sessions quick-start.md   of one page")]
pub(crate) struct Args {
    /// Play the tested commands instead, of all pages or of one.
    #[arg(long, value_name = "PAGE", num_args = 0..=1, default_missing_value = "")]
    sessions: Option<String>,
}

/// `cargo xtask book`.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    if let Some(page) = &args.sessions {
        let commands = play_sessions(workspace, page)?;
        if workspace.json {
            println!("{}", serde_json::json!({ "commands": commands }));
        }
        return Ok(());
    }
    check(workspace)?;
    build(workspace)
}

fn source(workspace: &Workspace) -> PathBuf {
    workspace.root.join("book/src")
}

/// Builds the pages.
fn build(workspace: &Workspace) -> Result<()> {
    let out = workspace.root.join("target/book");
    let program = MDBOOK.program(workspace)?;
    let out = out.to_string_lossy();
    workspace.run(
        &program.to_string_lossy(),
        &["build", "book", "--dest-dir", &out],
    )?;
    let first = format!("{out}/index.html");
    if workspace.json {
        println!("{}", serde_json::json!({ "book": first }));
    } else {
        println!("{first}");
    }
    Ok(())
}

/// Checks that the chapters, links and included files of the book exist. Needs no mdBook.
pub(crate) fn check(workspace: &Workspace) -> Result<Notes> {
    let source = source(workspace);
    let summary = read(&source.join("SUMMARY.md"))?;
    let listed: BTreeSet<String> = links(&summary).into_iter().collect();
    let pages: BTreeSet<String> = pages(&source)?
        .into_iter()
        .filter(|page| page != "SUMMARY.md")
        .collect();
    let mut problems = Vec::new();
    problems.extend(
        listed
            .difference(&pages)
            .map(|page| format!("SUMMARY.md lists {page}, which does not exist")),
    );
    problems.extend(
        pages
            .difference(&listed)
            .map(|page| format!("{page} is not listed in SUMMARY.md")),
    );
    for page in &pages {
        let path = source.join(page);
        let text = read(&path)?;
        let found = links(&text)
            .into_iter()
            .filter_map(|link| broken_link(&path, &text, &link));
        let included = includes(&text)
            .into_iter()
            .filter_map(|include| broken_include(&path, &include));
        problems.extend(
            found
                .chain(included)
                .map(|problem| format!("{page}: {problem}")),
        );
        session::parse(&text).with_context(|| page.clone())?;
    }
    if !problems.is_empty() {
        bail!(
            "{} problems in the book:\n  {}",
            problems.len(),
            problems.join("\n  ")
        );
    }
    Ok(Notes::new())
}

/// Plays the tested commands of every page against the binary.
pub(crate) fn check_sessions(workspace: &Workspace) -> Result<Notes> {
    play_sessions(workspace, "").map(|_| Notes::new())
}

/// Plays the commands of `page`, or of all pages when it is empty, and returns how many there are.
fn play_sessions(workspace: &Workspace, page: &str) -> Result<usize> {
    let source = source(workspace);
    let mut chosen = pages(&source)?;
    if !page.is_empty() {
        chosen.retain(|name| name == page);
        if chosen.is_empty() {
            bail!("the book has no page {page:?}");
        }
    }
    let binary = workspace.test_binary()?;
    let programs = binary.parent().context("the binary lies in a folder")?;
    let mut commands = 0;
    for name in &chosen {
        let exchanges = session::parse(&read(&source.join(name))?).with_context(|| name.clone())?;
        if exchanges.is_empty() {
            continue;
        }
        eprintln!("book/src/{name}: {} commands", exchanges.len());
        let folder = tempfile::tempdir()?;
        session::play(&exchanges, folder.path(), programs)
            .with_context(|| format!("book/src/{name}"))?;
        commands += exchanges.len();
    }
    if commands == 0 {
        bail!("no page has a block marked `console tested`");
    }
    eprintln!("{commands} commands of the book do what it says");
    Ok(commands)
}

/// Markdown files below `source`, as paths relative to it.
fn pages(source: &Path) -> Result<Vec<String>> {
    let mut folders = vec![source.to_owned()];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
        {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let name = path
                    .strip_prefix(source)?
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy());
                pages.push(name.collect::<Vec<_>>().join("/"));
            }
        }
    }
    pages.sort();
    Ok(pages)
}

/// Targets of `[text](target)` outside code.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(text) {
        let mut rest = line.as_str();
        while let Some((_, tail)) = rest.split_once("](") {
            let Some((target, after)) = tail.split_once(')') else {
                break;
            };
            found.push(target.split(' ').next().unwrap_or_default().to_owned());
            rest = after;
        }
    }
    found
}

/// Lines outside fenced blocks, without inline code.
fn prose(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push(line.split('`').step_by(2).collect());
        }
    }
    lines
}

/// What is wrong with `link` on the page at `path`, if something is. Other sites are not visited.
fn broken_link(path: &Path, text: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        path.to_owned()
    } else {
        path.parent()?.join(file)
    };
    if !target.exists() {
        return Some(format!("link to {link}, which does not exist"));
    }
    if anchor.is_empty() {
        return None;
    }
    let content = if file.is_empty() {
        text.to_owned()
    } else {
        std::fs::read_to_string(&target).ok()?
    };
    let known = prose(&content)
        .iter()
        .filter(|line| line.starts_with('#'))
        .any(|line| slug(line) == anchor);
    (!known).then(|| format!("link to {link}, but there is no such heading"))
}

/// The anchor that mdBook gives a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

/// Arguments of `{{#include …}}`, which stand inside code.
fn includes(text: &str) -> Vec<String> {
    let parts = text.split("{{#include ").skip(1);
    parts
        .filter_map(|part| part.split_once("}}"))
        .map(|(argument, _)| argument.trim().to_owned())
        .collect()
}

/// What is wrong with an include on the page at `path`: `file`, or `file:anchor` with marks in the file.
fn broken_include(path: &Path, include: &str) -> Option<String> {
    let (file, anchor) = include.split_once(':').unwrap_or((include, ""));
    let target = path.parent()?.join(file);
    let Ok(content) = std::fs::read_to_string(&target) else {
        return Some(format!("includes {file}, which cannot be read"));
    };
    let marked = |mark: &str| {
        content
            .lines()
            .any(|line| line.trim_end().ends_with(&format!("{mark}: {anchor}")))
    };
    let lines_only = anchor
        .chars()
        .all(|character| character.is_ascii_digit() || character == ':');
    let known = lines_only || (marked("ANCHOR") && marked("ANCHOR_END"));
    (!known).then(|| {
        format!("includes {include}, but the file has no ANCHOR and ANCHOR_END of that name")
    })
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A book of these pages; what is wrong with it.
    fn check_book(pages: &[(&str, &str)]) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in pages {
            let path = root.path().join("book/src").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let workspace = Workspace {
            root: root.path().to_owned(),
            json: false,
        };
        check(&workspace).err().map(|error| format!("{error:#}"))
    }

    #[test]
    fn a_whole_book() {
        let code = "// ANCHOR: connect\nconnect();\n// ANCHOR_END: connect\n";
        let page = "# One thing\n[here](#one-thing) [there](two.md#the-end) `[no](link)`\n```js\n{{#include code.js:connect}}\n```\n";
        let pages = [
            ("SUMMARY.md", "- [One](one.md)\n- [Two](two.md)\n"),
            ("one.md", page),
            ("two.md", "## The end\n"),
            ("code.js", code),
        ];
        assert_eq!(check_book(&pages), None);
    }

    #[test]
    fn chapters_are_listed_and_exist() {
        let error = check_book(&[("SUMMARY.md", "- [One](one.md)\n"), ("two.md", "")]).unwrap();
        assert!(
            error.contains("lists one.md") && error.contains("two.md is not listed"),
            "{error}"
        );
    }

    #[test]
    fn links_and_includes_lead_somewhere() {
        let page = "[a](gone.md) [b](#gone)\n{{#include code.js:gone}}\n{{#include gone.js}}\n";
        let error = check_book(&[
            ("SUMMARY.md", "- [One](one.md)\n"),
            ("one.md", page),
            ("code.js", "x"),
        ])
        .unwrap();
        assert!(error.starts_with("4 problems"), "{error}");
    }
}
