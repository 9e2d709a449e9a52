//! What the operator decided about single payments, in a file of its own: the service reads it, commands add to it.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const FILE: &str = "decisions.jsonl";

/// What is to happen with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is paid whatever the limits say.
    Approve,
    /// It is not paid.
    Hold,
}

/// A decision of the operator. The last one about a row counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The row's id.
    pub id: String,
    /// What is to happen.
    pub verdict: Verdict,
    /// Why, for those who look later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The decisions in force.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    by_row: BTreeMap<String, Decision>,
}

impl Decisions {
    /// Reads them all; none where there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is no decision: it might be the one that forbids.
    pub fn read(directory: &Path) -> io::Result<Decisions> {
        let path = path(directory);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let mut decisions = Decisions::default();
        // a line without an end is still being written
        let whole = text.rfind('\n').map_or(0, |last| last + 1);
        for (line, number) in text[..whole].lines().zip(1..) {
            let decision: Decision = serde_json::from_str(line).map_err(|error| {
                let message = format!(
                    "line {number} of {} is no decision: {error}",
                    path.display()
                );
                io::Error::new(ErrorKind::InvalidData, message)
            })?;
            decisions.by_row.insert(decision.id.clone(), decision);
        }
        Ok(decisions)
    }

    /// What was decided about a row.
    pub fn of(&self, row: &str) -> Option<&Decision> {
        self.by_row.get(row)
    }
}

/// Adds a decision. It is on disk when this returns.
///
/// # Errors
/// When the disk fails.
pub fn decide(directory: &Path, decision: &Decision) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path(directory))?;
    file.lock()?;
    let mut line = serde_json::to_string(decision).expect("plain data with text keys");
    line.push('\n');
    cut_torn_line(&mut file)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    File::open(directory)?.sync_all()
}

/// What a crash left of a line is no decision.
fn cut_torn_line(file: &mut File) -> io::Result<()> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut text)?;
    let whole = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    match whole < text.len() {
        true => file.set_len(whole as u64),
        false => Ok(()),
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(verdict: Verdict, reason: Option<&str>) -> Decision {
        Decision {
            id: "a".to_string(),
            verdict,
            reason: reason.map(str::to_string),
        }
    }

    #[test]
    fn the_last_decision_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Decisions::read(folder.path()).expect("none").of("a"), None);
        let hold = decision(Verdict::Hold, Some("asked for by the police"));
        let approve = decision(Verdict::Approve, None);
        for decision in [&approve, &hold, &approve] {
            decide(folder.path(), decision).expect("the disk has room");
            let decisions = Decisions::read(folder.path()).expect("readable");
            assert_eq!(decisions.of("a"), Some(decision));
        }
        // a crash in the middle of a line
        let mut text = fs::read(path(folder.path())).expect("readable");
        text.extend(b"{\"id\":\"a\",\"verd");
        fs::write(path(folder.path()), text).expect("the disk has room");
        assert_eq!(
            Decisions::read(folder.path()).expect("readable").of("a"),
            Some(&approve)
        );
        decide(folder.path(), &hold).expect("the disk has room");
        assert_eq!(
            Decisions::read(folder.path()).expect("readable").of("a"),
            Some(&hold)
        );
    }

    #[test]
    fn what_is_no_decision_stops_all() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(
            path(folder.path()),
            "{\"id\":\"a\",\"verdict\":\"perhaps\"}\n",
        )
        .expect("the disk has room");
        let error = Decisions::read(folder.path())
            .expect_err("no decision")
            .to_string();
        assert!(error.contains("line 1 of"), "{error}");
    }
}
